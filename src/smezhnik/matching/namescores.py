"""How alike two names are: candidates by letter groups, then word by word. The compiled part of ``reconcile``."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from smezhnik.matching.codescores import Asked, add_postings
from smezhnik.matching.codespace import Field

#: Names of the register that are compared word by word with one asked name.
CANDIDATES = 30
#: Two words are spellings of one from this likeness on (inclusive).
SAME_WORD = 0.75
#: Letters at the end in which two forms of one word may differ.
ENDING = 3
#: What the asked region adds to the cosine when candidates are taken.
REGION_BONUS = np.float32(0.1)
#: Cosine of letter groups; share of the asked words' weight found, of the candidate's, the smaller of both; same words;
#: same letters in a row; legal form same, other; region same, other; numbers differ; first word; weight found.
FEATURES = 13

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


class Side(NamedTuple):
    """Names of one side.

    Attributes
    ----------
    start, word : words of name i are ``word[start[i]:start[i + 1]]``
    form, region : int32, −1 where unknown
    """

    start: Ints
    word: NDArray[np.int32]
    form: NDArray[np.int32]
    region: NDArray[np.int32]


class Words(NamedTuple):
    """Distinct words of both sides: letters, weight (idf), whether they are numbers, whether the register has them."""

    start: Ints
    letters: NDArray[np.uint8]
    weight: Floats
    number: NDArray[np.bool_]
    listed: NDArray[np.bool_]


@njit(cache=True, nogil=True)
def compare_words(words: Words, a: int, b: int) -> float:
    """1 − edits / longer length, with swapped neighbours as one edit; 0 below ``SAME_WORD``.

    Numbers must be equal. A word ``a`` that the register itself uses is no typo: it may differ in its ending only.
    """
    if a == b:
        return 1.0
    if words.number[a] or words.number[b]:
        return 0.0
    first_a, first_b = words.start[a], words.start[b]
    size_a, size_b = words.start[a + 1] - first_a, words.start[b + 1] - first_b
    longer = max(size_a, size_b)
    if min(size_a, size_b) < SAME_WORD * longer:
        return 0.0
    if words.listed[a]:
        for at in range(max(min(size_a, size_b) - ENDING, 1)):
            if words.letters[first_a + at] != words.letters[first_b + at]:
                return 0.0
    older = np.zeros(size_b + 1, np.int64)
    last = np.arange(size_b + 1)
    for i in range(first_a, first_a + size_a):
        now = np.full(size_b + 1, i - first_a + 1)
        for j in range(size_b):
            letter = words.letters[first_b + j]
            same = words.letters[i] == letter
            now[j + 1] = min(last[j + 1] + 1, now[j] + 1, last[j] + (0 if same else 1))
            if (i > first_a and j > 0 and words.letters[i - 1] == letter
                    and words.letters[i] == words.letters[first_b + j - 1]):
                now[j + 1] = min(now[j + 1], older[j - 1] + 1)
        older, last = last, now
    likeness = 1.0 - last[size_b] / longer
    return likeness if likeness >= SAME_WORD else 0.0


@njit(cache=True, nogil=True)
def _same_letters(words: Words, asked: Side, i: int, known: Side, j: int) -> bool:
    """Whether the words of both names, written together, are the same letters."""
    size = 0
    for at in range(asked.start[i], asked.start[i + 1]):
        size += words.start[asked.word[at] + 1] - words.start[asked.word[at]]
    other = 0
    for at in range(known.start[j], known.start[j + 1]):
        other += words.start[known.word[at] + 1] - words.start[known.word[at]]
    if size != other or size == 0:
        return False
    at, letter = known.start[j], 0
    for place in range(asked.start[i], asked.start[i + 1]):
        for here in range(words.start[asked.word[place]], words.start[asked.word[place] + 1]):
            while letter >= words.start[known.word[at] + 1] - words.start[known.word[at]]:
                at, letter = at + 1, 0
            if words.letters[here] != words.letters[words.start[known.word[at]] + letter]:
                return False
            letter += 1
    return True


@njit(cache=True, nogil=True)
def _describe(words: Words, asked: Side, i: int, known: Side, j: int, row: Floats) -> None:
    """Everything but the cosine."""
    first, last, from_, to = asked.start[i], asked.start[i + 1], known.start[j], known.start[j + 1]
    back = np.zeros(to - from_)
    total = found = 0.0
    same = last - first == to - from_
    lost_number = False
    for at in range(first, last):
        best = 0.0
        for other in range(from_, to):
            likeness = compare_words(words, asked.word[at], known.word[other])
            best = max(best, likeness)
            back[other - from_] = max(back[other - from_], likeness)
        weight = words.weight[asked.word[at]]
        total += weight
        found += weight * best
        same = same and best == 1.0
        lost_number = lost_number or (words.number[asked.word[at]] and best < 1.0)
    total_back = found_back = 0.0
    for other in range(from_, to):
        weight = words.weight[known.word[other]]
        total_back += weight
        found_back += weight * back[other - from_]
        same = same and back[other - from_] == 1.0
        lost_number = lost_number or (words.number[known.word[other]] and back[other - from_] < 1.0)
    row[1] = found / total if total > 0 else 0.0
    row[2] = found_back / total_back if total_back > 0 else 0.0
    row[3] = min(row[1], row[2])
    row[4] = same
    row[5] = _same_letters(words, asked, i, known, j)
    row[6] = asked.form[i] >= 0 and asked.form[i] == known.form[j]
    row[7] = asked.form[i] >= 0 and known.form[j] >= 0 and asked.form[i] != known.form[j]
    row[8] = asked.region[i] >= 0 and asked.region[i] == known.region[j]
    row[9] = asked.region[i] >= 0 and known.region[j] >= 0 and asked.region[i] != known.region[j]
    row[10] = lost_number
    row[11] = compare_words(words, asked.word[first], known.word[from_]) if last > first and to > from_ else 0.0
    row[12] = np.log1p(found)


@njit(cache=True, nogil=True)
def _take_best(score: Floats, region: int, regions: NDArray[np.int32], best: NDArray[np.int32]) -> int:
    """Positions of the highest scores above zero, highest first; how many there are.

    The asked region breaks near ties, so that of many firms of one name its own is among the candidates.
    """
    size = 0
    kept = np.zeros(len(best), np.float32)
    for j in range(len(score)):
        if score[j] <= 0:
            continue
        value = score[j] + (REGION_BONUS if region >= 0 and regions[j] == region else np.float32(0))
        if size == len(best) and value <= kept[size - 1]:
            continue
        at = size if size < len(best) else size - 1
        size = min(size + 1, len(best))
        while at > 0 and kept[at - 1] < value:
            kept[at], best[at] = kept[at - 1], best[at - 1]
            at -= 1
        kept[at], best[at] = value, j
    return size


@njit(cache=True, nogil=True)
def compare(words: Words, asked: Side, groups: Asked, known: Side, field: Field, first: int,
            last: int) -> tuple[NDArray[np.int32], Floats]:
    """Candidates of the asked names ``first`` to ``last`` − 1 (−1: none) and their features.

    Order: cosine of letter groups, highest first; then the row of the register.
    """
    count = last - first
    candidate = np.full((count, CANDIDATES), -1, np.int32)
    features = np.zeros((count, CANDIDATES, FEATURES), np.float32)
    score = np.zeros(len(known.form), np.float32)
    for i in range(first, last):
        add_postings(field, groups, i, score)
        size = _take_best(score, asked.region[i], known.region, candidate[i - first])
        for place in range(size):
            j = candidate[i - first, place]
            features[i - first, place, 0] = score[j]
            _describe(words, asked, i, known, j, features[i - first, place])
    return candidate, features
