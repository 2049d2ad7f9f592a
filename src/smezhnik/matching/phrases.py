"""Words of names and descriptions: stems, beginnings and letter groups; what a name leaves out does not count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import Stemmer
from numpy.typing import NDArray

from smezhnik.matching.normalise import fold
from smezhnik.matching.tokens import STOP_WORDS

#: Words of official wording that part nothing: «прочие …, не включенные в другие группировки, такие как …».
EMPTY_WORDS = STOP_WORDS | {
    "числе", "такие", "такой", "таких", "т", "е", "д", "др", "пр", "прочие", "прочих", "прочая", "прочее", "прочей",
    "прочую", "прочий", "включая", "включенные", "включенных", "другие", "других", "группировки", "группировка",
    "группировку", "этой", "см",
}
#: Letters of a word's beginning that stand for its root: «хлебопекарный» and «хлебопечение» begin alike.
BEGINNING = 5
#: Sizes of letter groups, the blanks around a word included.
GROUPS = (3, 4, 5)
_IN_BRACKETS = re.compile(r"\((?:кроме|за исключением)[^)]*\)", re.IGNORECASE)
_TO_THE_END = re.compile(r",?\s*\b(?:кроме|за исключением|не включенн\w+ в другие группировки)\b[^;]*", re.IGNORECASE)
_WORD = re.compile(r"[0-9a-zа-я]+")
_FLEETING = re.compile(r"([бвгджзйклмнпрстфхцчшщ])[ео]([бвгджзклмнпрстфхцчшщ])$")
_STEMMER = Stemmer.Stemmer("russian", 0)


def cut_exceptions(text: str) -> str:
    """The text without what it leaves out.

    >>> cut_exceptions("Культуры зерновые (кроме риса), зернобобовые")
    'Культуры зерновые  , зернобобовые'
    >>> cut_exceptions("Обувь, кроме спортивной; детали обуви")
    'Обувь; детали обуви'
    """
    return _TO_THE_END.sub("", _IN_BRACKETS.sub(" ", text))


def find_words(text: str) -> list[str]:
    """Folded words that say something, in their order, repeated ones repeated."""
    return [word for word in _WORD.findall(fold(text)) if word not in EMPTY_WORDS]


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """The word without its ending and without a fleeting vowel: «станок» and «станки» are one.

    >>> stem("станок"), stem("станками"), stem("окон"), stem("окна")
    ('станк', 'станк', 'окн', 'окн')
    """
    return _FLEETING.sub(r"\1\2", _STEMMER.stemWord(word))


def beginning(word: str) -> str:
    """The first letters of a word's stem; numbers stay whole."""
    return word if word[0].isdigit() else stem(word)[:BEGINNING]


def letter_groups(word: str) -> list[str]:
    """Groups of 3 to 5 letters; a blank marks where the word begins and ends."""
    framed = f" {word} "
    return [framed[at:at + size] for size in GROUPS for at in range(len(framed) - size + 1)]


class Terms:
    """Keys of one kind (stems, beginnings, letter groups) numbered in the order in which they were met."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def learn(self, keys: Iterable[str]) -> list[int]:
        """Numbers of the keys; unknown ones are added."""
        return [self.ids.setdefault(key, len(self.ids)) for key in keys]

    def look_up(self, keys: Iterable[str]) -> list[int]:
        """Numbers of the keys; unknown ones are ``len(self)``."""
        unknown = len(self.ids)
        return [self.ids.get(key, unknown) for key in keys]


Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]


def count_pairs(rows: Sequence[list[int]], width: int) -> Pairs:
    """Distinct (row, term) pairs of lists of terms, ordered by row and term, and how often each stands there."""
    sizes = np.fromiter(map(len, rows), np.int64, len(rows))
    term = np.fromiter((item for row in rows for item in row), np.int64, int(sizes.sum()))
    key, times = np.unique(np.repeat(np.arange(len(rows)), sizes) * width + term, return_counts=True)
    return key // width, key % width, times.astype(np.float32)
