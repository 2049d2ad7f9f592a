"""Search of a classification by words: stems, names above count a little, shorter names first."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

#: What a word found only in a name above is worth against one in the name itself.
ABOVE = 0.4
#: What a word that only begins like a word of the name is worth.
BEGINNING = 0.6
#: What an adjective is worth against a noun: in «оконное стекло» glass is what is sought.
ADJECTIVE = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """A code found by words; ``score`` is the share of the query's weight that its names have, 0 to 1."""

    code: str
    name: str
    score: float


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("ё", "е"))


@lru_cache(maxsize=1 << 17)
def _stem(word: str) -> str:
    """The stem without the fleeting vowel: «станок» and «станки» are one. Kept: names repeat their words."""
    return _FLEETING.sub(r"\1\2", _STEMMER.stemWord(word))


def stems(text: str) -> list[str]:
    """Stems of the words of a text, in their order."""
    return [_stem(word) for word in _words(text) if word not in _STOP]


_WORD = re.compile(r"[a-zа-я0-9]+")
_ADJECTIVE = re.compile(r".{2,}(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ых|их|ым|им|ыми|ими|ую|юю)$")
_FLEETING = re.compile(r"([бвгджзйклмнпрстфхцчшщ])[ео]([бвгджзклмнпрстфхцчшщ])$")
_STEMMER = Stemmer.Stemmer("russian")
_STOP = frozenset({"и", "в", "во", "на", "с", "со", "для", "из", "по", "от", "к", "о", "у", "не", "или", "за", "без",
                   "the", "of", "and", "or", "for", "with", "in", "to"})


def _query(text: str) -> dict[str, float]:
    """Stem → what kind of word it is worth: one for a noun, less for an adjective."""
    found: dict[str, float] = {}
    for word in _words(text):
        for stem in stems(word):
            found[stem] = max(found.get(stem, 0.0), ADJECTIVE if _ADJECTIVE.match(word) else 1.0)
    return found


class WordIndex:
    """An inverted index over the names of a classification.

    Parameters
    ----------
    codes, names : one name a code
    above : position of the code's parent; -1 at the top
    """

    def __init__(self, codes: Sequence[str], names: Sequence[str], above: Sequence[int]) -> None:
        self._codes, self._names = codes, names
        listed = [stems(name) for name in names]
        self._first = [words[0] if words else "" for words in listed]
        self._own = own = [frozenset(words) for words in listed]
        self._postings: dict[str, list[int]] = defaultdict(list)
        for row, words in enumerate(own):
            for word in words:
                self._postings[word].append(row)
        self._above = above
        self._below: dict[int, list[int]] = defaultdict(list)
        for row, parent in enumerate(above):
            self._below[parent].append(row)

    def find(self, text: str, top: int) -> list[Found]:
        """The ``top`` best codes; empty where no word is known.

        Score: idf of the query's stems that the name has, plus ``ABOVE`` of those that only the names above have,
        over the idf of all stems of the query. A stem that no name has stands for the words that begin with it, at
        ``BEGINNING``; an adjective counts ``ADJECTIVE``. Ties: names that begin with a
        word of the query, fewer other words, then the order of codes.
        """
        total = 0.0
        scores: dict[int, float] = defaultdict(float)
        for word, kind in _query(text).items():
            rows, worth = self._rows(word)
            weight = kind * math.log(1 + len(self._codes) / (1 + len(rows)))
            total += weight
            for row in rows:
                scores[row] += weight * worth
            for row in self._inherited(rows):
                scores[row] += weight * worth * ABOVE
        asked = set(_query(text))
        order = sorted(scores, key=lambda row: (-round(scores[row], 9), self._first[row] not in asked,
                                                len(self._own[row]), self._codes[row]))
        chosen = [row for row in order[:4 * top] if not self._repeats(row, scores)][:top]
        return [Found(self._codes[row], self._names[row], scores[row] / total) for row in chosen]

    def _repeats(self, row: int, scores: Mapping[int, float]) -> bool:
        """Whether a code above has been found under the same name: the wider one says enough."""
        above = self._above[row]
        return above in scores and self._names[above] == self._names[row]

    def _rows(self, word: str) -> tuple[set[int], float]:
        if word in self._postings:
            return set(self._postings[word]), 1.0
        if len(word) < 4:
            return set(), 0.0
        return {row for known, rows in self._postings.items() if known.startswith(word) or (
            len(known) > 4 and word.startswith(known)) for row in rows}, BEGINNING

    def _inherited(self, rows: set[int]) -> set[int]:
        """Codes under the given ones that do not have the word themselves."""
        found: set[int] = set()
        waiting = list(rows)
        while waiting:
            for row in self._below.get(waiting.pop(), ()):
                if row not in found:
                    found.add(row)
                    waiting.append(row)
        return found - rows
