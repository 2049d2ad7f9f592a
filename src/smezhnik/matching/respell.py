"""Spellings that span several words, brought to one before a text is cut: «1 000 мм», «10 кв. м», «3 л.с.», «220 В».

One implementation serves the compiled lexer and the readable one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from smezhnik.matching.normalise import UNITS

SPACE, COMMA, POINT, SLASH = 32, 44, 46, 47
#: Marks after which a number is a piece of something longer; x and х of a size.
_PARTS = np.frombuffer(b".,*-/:x\xf5", np.uint8).copy()
#: Words as bytes; the point of «л.с» tells it from «2 л с крышкой». The units that are squared or cubed.
_SQUARE, _CUBE, _HORSE, _POWER, _HORSES, _TURNS, _TURNS_SHORT, _MINUTE, _TURNS_A_MINUTE, _V = (
    np.frombuffer(word.encode("cp1251"), np.uint8).copy()
    for word in ("кв", "куб", "л.", "с", "лс", "об/", "об./", "мин", "обмин", "в")
)
_LENGTHS = tuple(np.frombuffer(word.encode("cp1251"), np.uint8).copy() for word in ("мм", "см", "км", "м"))


def _packed(word: str) -> int:
    return int.from_bytes(word.encode("cp1251"), "big")


#: Units of ``normalise.UNITS``, eight bytes in one number.
_UNITS = np.array(sorted(_packed(unit) for unit in UNITS), np.uint64)


def respell(folded: str) -> str:
    """The folded text with one spelling of thousands and of units written in several words.

    >>> respell("лист 1 000 мм"), respell("ковер 10 кв. м"), respell("мотор 3 л.с., 3000 об/мин, 220 в")
    ('лист 1000 мм', 'ковер 10м2', 'мотор 3лс., 3000обмин, 220в')
    >>> respell("5 в 15 дней"), respell("2 л с крышкой"), respell("М10 100 штук"), respell("10 кв")
    ('5 в 15 дней', '2 л с крышкой', 'М10 100 штук', '10 кв')
    """
    line = np.frombuffer(folded.encode("cp1251", "replace"), np.uint8).copy()
    return line[: respell_line(line, len(line))].tobytes().decode("cp1251")


@njit("boolean(uint8)", cache=True, nogil=True)
def _digit(byte: Any) -> Any:
    return 48 <= byte <= 57


@njit("boolean(uint8)", cache=True, nogil=True)
def _letter(byte: Any) -> Any:
    return 97 <= byte <= 122 or byte >= 0xE0


@njit(cache=True, nogil=True)
def _after(line: Any, size: Any, at: Any, word: Any) -> Any:
    """Position after the word, where it stands at this place; −1 where it does not."""
    if at + len(word) > size:
        return -1
    for place in range(len(word)):
        if line[at + place] != word[place]:
            return -1
    return at + len(word)


@njit("int64(uint8[:], int64, int64)", cache=True, nogil=True)
def _skip(line: Any, size: Any, at: Any) -> Any:
    """Position after one blank, where there is one."""
    return at + 1 if at < size and line[at] == SPACE else at


@njit(cache=True, nogil=True)
def _put(line: Any, out: Any, word: Any) -> Any:
    for byte in word:
        line[out] = byte
        out += 1
    return out


@njit("int64(uint8[:], int64, int64)", cache=True, nogil=True)
def _thousands(line: Any, size: Any, at: Any) -> Any:
    """Position after groups of three digits that a unit follows: «1 000» of «1 000,5 мм»; −1 where there are none."""
    before = at - 1
    if before >= 0 and line[before] == SPACE:
        before -= 1
    if before >= 0 and (_digit(line[before]) or (line[before] == _PARTS).any()):
        return -1
    here = at
    while here < size and _digit(line[here]):
        here += 1
    if here - at > 3 or line[at] == 48:
        return -1
    groups = here
    while groups + 3 < size and line[groups] == SPACE and _digit(line[groups + 1]) and _digit(line[groups + 2]) \
            and _digit(line[groups + 3]) and not (groups + 4 < size and _digit(line[groups + 4])):
        groups += 4
    if groups == here:
        return -1
    last = groups
    if last + 1 < size and line[last] in (COMMA, POINT) and _digit(line[last + 1]):
        last += 1
        while last < size and _digit(line[last]):
            last += 1
    last = _skip(line, size, last)
    unit, letters = np.uint64(0), 0
    while last < size and _letter(line[last]):
        unit = (unit << np.uint64(8)) | np.uint64(line[last])
        letters, last = letters + 1, last + 1
    known = np.searchsorted(_UNITS, unit)
    return groups if 0 < letters <= 8 and known < len(_UNITS) and _UNITS[known] == unit else -1


@njit("boolean(uint8[:], int64, int64)", cache=True, nogil=True)
def _word_goes_on(line: Any, size: Any, at: Any) -> Any:
    return at < size and (_letter(line[at]) or _digit(line[at]))


@njit(cache=True, nogil=True)
def _two(line: Any, size: Any, at: Any, first: Any, second: Any) -> Any:
    """Position after two words that stand at this place, a blank between them or none; −1 where they do not."""
    last = _after(line, size, at, first)
    if last >= 0:
        last = _after(line, size, _skip(line, size, last), second)
    return -1 if last < 0 or _word_goes_on(line, size, last) else last


@njit("int64(uint8[:], int64, int64)", cache=True, nogil=True)
def _volts(line: Any, size: Any, at: Any) -> Any:
    """Position after « в» that ends the text or stands before a comma or slash: volts, not the preposition."""
    here = _skip(line, size, at)
    last = _after(line, size, here, _V)
    if here == at or last < 0:
        return -1
    end = last
    while end < size and line[end] == SPACE:
        end += 1
    return last if end == size or line[end] in (COMMA, SLASH) else -1


@njit("int64(uint8[:], int64)", cache=True, nogil=True)
def _units(line: Any, size: Any) -> Any:
    """Units in several words after a number, in place."""
    out, at = 0, 0
    while at < size:
        line[out] = line[at]
        out, at = out + 1, at + 1
        if not _digit(line[out - 1]) or (at < size and _digit(line[at])):
            continue
        here = _skip(line, size, at)
        for word, power in ((_SQUARE, 50), (_CUBE, 51)):
            last = _after(line, size, here, word)
            if last < 0:
                continue
            last = _skip(line, size, last + 1 if last < size and line[last] == POINT else last)
            for length in _LENGTHS:
                end = _after(line, size, last, length)
                if end >= 0 and not _word_goes_on(line, size, end):
                    out, at = _put(line, out, length), end
                    line[out] = power
                    out += 1
                    break
        if at > here:
            continue
        for end, word in ((_two(line, size, here, _HORSE, _POWER), _HORSES),
                          (_two(line, size, here, _TURNS, _MINUTE), _TURNS_A_MINUTE),
                          (_two(line, size, here, _TURNS_SHORT, _MINUTE), _TURNS_A_MINUTE),
                          (_volts(line, size, at), _V)):
            if end >= 0:
                out, at = _put(line, out, word), end
                break
    return out


@njit("int64(uint8[:], int64)", cache=True, nogil=True)
def respell_line(line: Any, size: Any) -> Any:
    """``respell`` in place on folded bytes; the new size, which is never larger."""
    out, at = 0, 0
    while at < size:
        if _digit(line[at]) and not (out and _digit(line[out - 1])):
            last = _thousands(line, size, at)
            while at < last:
                if line[at] != SPACE:
                    line[out] = line[at]
                    out += 1
                at += 1
            if last >= 0:
                continue
        line[out] = line[at]
        out, at = out + 1, at + 1
    return _units(line, out)
