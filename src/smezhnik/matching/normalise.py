"""Letters, numbers and units in one spelling: what two people type differently and mean alike.

Text is folded to one byte a character, in the code page 1251 and lower case, so that the compiled lexer and the
readable one walk over the same bytes: digits, Latin and Cyrillic letters stay, ``ё`` becomes ``е``, marks that
carry meaning inside designations (``. , - / : *``) stay, everything else is a space.
"""

from __future__ import annotations

import unicodedata
from functools import cache

#: Marks that may stand inside a number, size or designation; all other punctuation parts words.
KEPT_MARKS = ".,-/:*"
_SAME_MARK = {**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("×✕⨯∗", "*"), "⁄": "/", "∶": ":"}
#: Characters that leave no trace: soft hyphen, zero-width signs, the byte order mark.
_NOTHING = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_FOLDED_RANGE = 0x2D00

#: Latin letters and the Cyrillic ones that look like them when capital (or small).
LATIN_LIKE = "abcehkmoptxy"
CYRILLIC_LIKE = "авсенкмортху"
TO_CYRILLIC = str.maketrans(LATIN_LIKE, CYRILLIC_LIKE)
TO_LATIN = str.maketrans(CYRILLIC_LIKE, LATIN_LIKE)

#: Unit as written → (base unit, power of ten). A number with such a unit is one quantity however it is spelled.
UNITS: dict[str, tuple[str, int]] = {
    "мкм": ("м", -6), "мм": ("м", -3), "mm": ("м", -3), "см": ("м", -2), "cm": ("м", -2), "м": ("м", 0),
    "m": ("м", 0), "пм": ("м", 0), "км": ("м", 3), "km": ("м", 3),
    "мг": ("г", -3), "mg": ("г", -3), "г": ("г", 0), "гр": ("г", 0), "кг": ("г", 3), "kg": ("г", 3), "т": ("г", 6),
    "тн": ("г", 6), "тонн": ("г", 6), "тонна": ("г", 6), "тонны": ("г", 6),
    "мл": ("л", -3), "ml": ("л", -3), "л": ("л", 0), "l": ("л", 0), "литр": ("л", 0), "литра": ("л", 0),
    "литров": ("л", 0), "liter": ("л", 0), "litre": ("л", 0),
    "в": ("в", 0), "v": ("в", 0), "кв": ("в", 3), "kv": ("в", 3),
    "вт": ("вт", 0), "w": ("вт", 0), "ватт": ("вт", 0), "watt": ("вт", 0), "квт": ("вт", 3), "kw": ("вт", 3),
    "мвт": ("вт", 6), "mw": ("вт", 6),
    "ма": ("а", -3), "ma": ("а", -3), "ка": ("а", 3),
    "гц": ("гц", 0), "hz": ("гц", 0), "кгц": ("гц", 3), "khz": ("гц", 3), "мгц": ("гц", 6), "mhz": ("гц", 6),
    "ггц": ("гц", 9), "ghz": ("гц", 9),
    "па": ("па", 0), "pa": ("па", 0), "кпа": ("па", 3), "kpa": ("па", 3), "мпа": ("па", 6), "mpa": ("па", 6),
    "бар": ("па", 5), "bar": ("па", 5),
    "кб": ("б", 3), "kb": ("б", 3), "мб": ("б", 6), "mb": ("б", 6), "гб": ("б", 9), "gb": ("б", 9),
    "тб": ("б", 12), "tb": ("б", 12),
    "лс": ("лс", 0), "обмин": ("обмин", 0), "rpm": ("обмин", 0),
}
#: Units that are also prepositions or letters of marks: only written together with a number that begins a word.
GLUED_UNITS = frozenset("вvlw")
#: Length unit followed by 2 or 3 (also as a superscript): area in м2, volume in litres.
POWERS: dict[str, int] = {"мм": -3, "mm": -3, "см": -2, "cm": -2, "м": 0, "m": 0, "км": 3, "km": 3}
#: Marks that several spellings share: nominal diameter and nominal pressure.
ALIASES = {"ду": "dn", "dn": "dn", "dу": "dn", "дy": "dn", "dy": "dn", "ру": "pn", "pn": "pn", "рn": "pn", "pу": "pn"}
#: Words that open the designation of a standard → its kind.
STANDARDS = {
    "гост": "гост", "gost": "гост", "ост": "ост", "ту": "ту", "тy": "ту", "tу": "ту", "сто": "сто", "стб": "стб",
    "снип": "снип", "iso": "iso", "исо": "iso", "din": "din", "iec": "iec", "мэк": "iec", "astm": "astm",
}
#: Letters that may stand between the word and the number: ГОСТ Р 52271.
STANDARD_MARKS = frozenset("рrpеn")


@cache
def fold_table() -> bytes:
    """One byte per code point below ``_FOLDED_RANGE``: the folded character, 32 for a space, 0 for nothing."""
    table = bytearray(b" " * _FOLDED_RANGE)
    for point in range(_FOLDED_RANGE):
        char = chr(point)
        if char in _NOTHING or unicodedata.combining(char):
            table[point] = 0
            continue
        char = _SAME_MARK.get(char, char).lower()
        if char == "ё":
            char = "е"
        if len(char) == 1 and not "а" <= char <= "я":
            base = unicodedata.normalize("NFKD", char)
            char = base[0] if base and all(unicodedata.combining(mark) for mark in base[1:]) else char
        if len(char) == 1 and (is_letter(char) or is_digit(char) or char in KEPT_MARKS):
            table[point] = char.encode("cp1251")[0]
    return bytes(table)


def is_digit(char: str) -> bool:
    return "0" <= char <= "9"


def is_latin(char: str) -> bool:
    return "a" <= char <= "z"


def is_cyrillic(char: str) -> bool:
    return "а" <= char <= "я"


def is_letter(char: str) -> bool:
    return is_latin(char) or is_cyrillic(char)


def fold(text: str) -> str:
    """The text in the small alphabet of this module.

    >>> fold("Труба Ду 50×4 – ёлка, 0,5 л²")
    'труба ду 50*4 - елка, 0,5 л2'
    """
    table = fold_table()
    out = []
    for char in text:
        point = ord(char)
        code = table[point] if point < _FOLDED_RANGE else 32
        if code:
            out.append(code)
        elif char == "\u0306" and out and out[-1] == 0xE8:  # и + combining breve: й as some systems write it
            out[-1] = 0xE9
    return bytes(out).decode("cp1251")


def fold_scripts(letters: str) -> str:
    """A word of mixed scripts in one: the only one that all its letters can have, else the commoner one.

    >>> fold_scripts("пbx"), fold_scripts("motоr"), fold_scripts("насос")
    ('пвх', 'motor', 'насос')
    """
    latin = sum(map(is_latin, letters))
    if latin in (0, len(letters)):
        return letters
    to_cyrillic = all(char in LATIN_LIKE for char in letters if is_latin(char))
    to_latin = all(char in CYRILLIC_LIKE for char in letters if is_cyrillic(char))
    if to_cyrillic and (not to_latin or 2 * latin <= len(letters)):
        return letters.translate(TO_CYRILLIC)
    return letters.translate(TO_LATIN) if to_latin else letters


def fold_mark(letters: str) -> str:
    """Letters of a mark: Latin where every letter has a Latin look-alike, so that М1 and M1 are one mark."""
    if all(char in CYRILLIC_LIKE or char in LATIN_LIKE for char in letters):
        return letters.translate(TO_LATIN)
    return fold_scripts(letters)


def fold_number(digits: str) -> str:
    """A number as written, with a point and without idle zeros: ``0,50`` → ``0.5``.

    >>> fold_number("0,50"), fold_number("12"), fold_number("5,0"), fold_number("007")
    ('0.5', '12', '5', '007')
    """
    whole, mark, part = digits.replace(",", ".").partition(".")
    part = part.rstrip("0") if mark else ""
    return f"{whole}.{part}" if part else whole


def scale_number(number: str, power: int) -> str:
    """``number`` × 10^``power`` as decimal text without idle zeros, exactly.

    >>> scale_number("0.5", 3), scale_number("500", -3), scale_number("1.25", 0), scale_number("0", 3)
    ('500', '0.5', '1.25', '0')
    """
    whole, _, part = number.partition(".")
    digits = whole + part
    point = len(whole) + power
    if point <= 0:
        digits, point = "0" * (1 - point) + digits, 1
    digits = digits.ljust(point, "0")
    whole, part = digits[:point].lstrip("0") or "0", digits[point:].rstrip("0")
    return f"{whole}.{part}" if part else whole
