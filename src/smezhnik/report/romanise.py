"""Russian names in Latin letters, for pages in English where a pack has no English name."""

from __future__ import annotations

import re

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya",
}
#: Endings that English shortens: Oktyabrsky, Naberezhnye.
_ENDINGS = ((re.compile(r"[ыи]й\b"), "y"), (re.compile(r"ые\b"), "ye"))
#: Е that is heard as «ye»: first in a word, after a vowel, after a sign.
_IOTATED = re.compile(r"(?:\b|(?<=[аеёиоуыэюяъь]))е", re.IGNORECASE)


def romanise(name: str) -> str:
    """A Russian name in Latin letters, the way English-language maps write it (BGN/PCGN, signs and «-ий» simplified).

    >>> romanise("Юрюзань"), romanise("Екатеринбург"), romanise("Нижний Новгород"), romanise("Набережные Челны")
    ('Yuryuzan', 'Yekaterinburg', 'Nizhny Novgorod', 'Naberezhnye Chelny')
    """
    for ending, latin in _ENDINGS:
        name = ending.sub(latin, name)
    name = _IOTATED.sub(lambda found: _cased("ye", found[0]), name)
    return "".join(_cased(_LETTERS.get(letter.lower(), letter), letter) for letter in name)


def _cased(latin: str, russian: str) -> str:
    return latin.capitalize() if russian[:1].isupper() else latin
