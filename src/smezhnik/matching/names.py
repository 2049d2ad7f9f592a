"""Names of organisations in one spelling: legal form apart, words in Latin sounds, abbreviations as they are meant."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: Legal form in full → its short one. Longer phrases first: «публичное акционерное общество» before its tail.
FULL_FORMS = {
    "общество с ограниченной ответственностью": "ооо", "общество с дополнительной ответственностью": "одо",
    "публичное акционерное общество": "пао", "непубличное акционерное общество": "нао",
    "открытое акционерное общество": "оао", "закрытое акционерное общество": "зао", "акционерное общество": "ао",
    "индивидуальный предприниматель": "ип", "производственный кооператив": "пк",
    "сельскохозяйственный производственный кооператив": "спк", "крестьянское фермерское хозяйство": "кфх",
    "федеральное государственное унитарное предприятие": "фгуп", "государственное унитарное предприятие": "гуп",
    "муниципальное унитарное предприятие": "муп", "федеральное казенное предприятие": "фкп",
    "государственное автономное учреждение": "гау", "государственное бюджетное учреждение": "гбу",
    "федеральное государственное бюджетное учреждение": "фгбу", "автономная некоммерческая организация": "ано",
    "товарищество с ограниченной ответственностью": "тоо", "limited liability company": "ооо",
    "joint stock company": "ао", "public joint stock company": "пао",
}
#: Short forms in their spellings → the family that survives a change of the form: АО was ОАО, ЗАО or ПАО yesterday.
FAMILIES = {
    **dict.fromkeys(("ооо", "одо", "ooo", "llc", "ltd", "тоо"), "ооо"),
    **dict.fromkeys(("ао", "пао", "нао", "оао", "зао", "ao", "oao", "zao", "pao", "jsc", "pjsc", "ojsc", "cjsc"), "ао"),
    **dict.fromkeys(("ип", "ip"), "ип"), **dict.fromkeys(("пк", "спк", "кфх"), "кооператив"),
    **dict.fromkeys(("фгуп", "гуп", "муп", "фкп", "мп", "гп"), "унитарное"),
    **dict.fromkeys(("гау", "гбу", "фгбу", "ано", "мау", "мбу"), "учреждение"),
}
#: Words in full and cut short → one key, in Latin sounds; a phrase is replaced before the words.
PHRASES = {
    "научно производственное объединение": "нпо", "производственное объединение": "по", "торговый дом": "тд",
    "научно производственное предприятие": "нпп", "научно производственная фирма": "нпф",
    "научно производственный центр": "нпц", "производственно коммерческая фирма": "пкф",
    "производственно коммерческое предприятие": "пкп", "научно исследовательский институт": "нии",
    "конструкторское бюро": "кб", "управляющая компания": "ук", "группа компаний": "гк",
}
ABBREVIATIONS = {
    "з-д": "завод", "зав-д": "завод", "ф-ка": "фабрика", "к-т": "комбинат", "комб-т": "комбинат",
    "пр-во": "производство",
    "произв-во": "производство", "о-во": "общество", "п-тие": "предприятие", "предпр": "предприятие",
    "объед": "объединение",
    "ин-т": "институт", "маш-завод": "машзавод", "хоз-во": "хозяйство", "х-во": "хозяйство", "гр": "группа",
    "компани": "компания", "company": "компания", "group": "группа", "plant": "завод", "factory": "фабрика",
    "holding": "холдинг", "trade": "трейд", "and": "и", "co": "ко",
}
#: Up to so many letters a word is a shorthand (ММК), whose doubled letters count.
SHORTHAND = 4
EMPTY = frozenset({"и", "в", "на", "им", "имени", "г", "город", "гор", "филиал", "the", "of", "n", "no"})
_SOUNDS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}
_LATIN = (("shch", "sh"), ("sch", "sh"), ("kh", "h"), ("ph", "f"), ("ck", "k"), ("tz", "ts"), ("yo", "e"), ("jo", "e"),
          ("ch", "\1"), ("c", "k"), ("\1", "ch"), ("q", "k"), ("w", "v"), ("x", "ks"), ("y", "i"), ("j", "i"))
_PART = re.compile(r"[0-9a-zа-я]+(?:-[0-9a-zа-я]+)*")
# no word end is asked for: registers write «ОТВЕТСТВЕННОСТЬЮРЫБИНСККАБЕЛЬ»
_FULL = re.compile("|".join(rf"\b{phrase}" for phrase in sorted(FULL_FORMS, key=len, reverse=True)))
_PHRASE = re.compile("|".join(rf"\b{phrase}\b" for phrase in sorted(PHRASES, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart.

    Attributes
    ----------
    form : family of the legal form; empty where the name has none
    words : words in Latin sounds, in their order, legal form and empty words left out
    """

    form: str
    words: tuple[str, ...]


@lru_cache(maxsize=1 << 16)
def sound(word: str) -> str:
    """A word as it sounds, in Latin letters, doubled letters once: «Холдинг», «Holding» → ``holding``.

    >>> sound("металлург"), sound("metallurg"), sound("щекиноазот"), sound("shchekinoazot")
    ('metalurg', 'metalurg', 'shekinoazot', 'shekinoazot')
    """
    if re.search("[а-я]", word):
        spelled = "".join(_SOUNDS.get(char, char) for char in word)
    else:
        spelled = word
        for written, meant in _LATIN:
            spelled = spelled.replace(written, meant)
    return re.sub(r"([a-z])\1+", r"\1", spelled) if len(spelled) > SHORTHAND else spelled


def strip_form(text: str) -> str:
    """The name without a legal form in full, as it was written otherwise.

    >>> strip_form('АКЦИОНЕРНОЕ ОБЩЕСТВО "ЭЛЬФ"')
    '"ЭЛЬФ"'
    """
    return re.sub(_FULL.pattern, " ", text, flags=re.IGNORECASE).strip(" -,")


def read_name(text: str) -> Name:
    """Take a name apart.

    >>> read_name('ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ "Окна Идель"')
    Name(form='ооо', words=('okna', 'idel'))
    >>> read_name("Челябинский з-д ЖБИ №1, ПАО")
    Name(form='ао', words=('cheliabinski', 'zavod', 'zhbi', '1'))
    """
    folded = unicodedata.normalize("NFKC", text.replace("№", " ")).lower().replace("ё", "е")
    folded = re.sub(r"[‐‑‒–—―−]", "-", folded)
    folded = re.sub(r"[.&+,;:/\\|()\[\]{}«»„“”\"'`’]", " ", folded)
    folded = re.sub(r"\s+-\s*|\s*-\s+", " ", folded)
    plain = re.sub(r"\s+", " ", folded)
    plain = _FULL.sub(lambda found: f"{FULL_FORMS[found.group()]} ", plain)
    form, words = "", []
    parts = _PART.findall(plain)
    for at, part in enumerate(parts):
        if part in FAMILIES and at in (0, 1, len(parts) - 1):  # a form stands first or last: «мп» inside is a word
            form = form or FAMILIES[part]
            continue
        words.append(ABBREVIATIONS.get(part, part))
    joined = _PHRASE.sub(lambda found: PHRASES[found.group()], " ".join(words).replace("-", " "))
    kept = [sound(word) for word in joined.split() if word not in EMPTY]
    return Name(form, tuple(word for word in kept if word) or tuple(sound(word) for word in words if sound(word)))
