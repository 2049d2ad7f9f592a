"""Words of a need that no document has: their nearest neighbours in the vocabulary.

Two words are near when one edit (a letter left out, put in, changed, or two neighbours swapped) makes one of the
other; two edits from ``TWO_EDITS`` letters on. Candidates are found by deletions: words within d edits share one of
the strings that d deletions leave of their first ``PREFIX`` letters. Only the bucket of such a string is kept, not the
string, and every candidate is measured.

Source: the symmetric delete method (SymSpell); optimal string alignment: Damerau 1964, with no substring edited twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

ONE_EDIT = 4
TWO_EDITS = 8
PREFIX = 7
#: Longer words are not corrected: they are run together, not mistyped.
LONGEST = 40
NEIGHBOURS = 3
#: Trust in a neighbour one or two edits away.
TRUST = (1.0, 0.8, 0.5)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Neighbours of each word asked: ``word`` int32 position in the vocabulary, ``edits`` uint8, nearest first."""

    indptr: NDArray[np.int64]
    word: NDArray[np.int32]
    edits: NDArray[np.uint8]


class Vocabulary:
    """Words to correct towards; ``frequency`` decides between equally near ones, then the alphabet."""

    def __init__(self, words: list[str], frequency: NDArray[np.int64]) -> None:
        self._text, self._start, self._mask = _encode(words)
        self._order = np.argsort(np.lexsort((np.array(words, dtype=np.str_), -frequency))).astype(np.int32)
        bits = max(8, int(np.ceil(np.log2(max(1, len(words)) * 8))))
        self._bucket_start, self._bucket = _fill_buckets(self._text, self._start, 1 << bits)

    def neighbours(self, words: list[str]) -> Neighbours:
        """At most ``NEIGHBOURS`` of each word, all at the least distance found."""
        text, start, mask = _encode(words)
        count, word, edits = _find(
            text, start, mask, self._text, self._start, self._mask, self._order, self._bucket_start, self._bucket
        )
        indptr = np.zeros(len(words) + 1, np.int64)
        np.cumsum(count, out=indptr[1:])
        kept = np.arange(NEIGHBOURS) < count[:, None]
        return Neighbours(indptr, word[kept], np.repeat(edits, count))


def _encode(words: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint64]]:
    """Letters as bytes, where each word starts, and the set of letters of each as bits."""
    encoded = [word.encode("cp1251") for word in words]
    start = np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(word) for word in encoded], out=start[1:])
    text = np.frombuffer(b"".join(encoded), np.uint8)
    return text, start, _masks(text, start)


@njit(cache=True, nogil=True)
def _masks(text: Any, start: Any) -> Any:
    mask = np.zeros(len(start) - 1, np.uint64)
    for word in range(len(start) - 1):
        for at in range(start[word], start[word + 1]):
            mask[word] |= np.uint64(1) << np.uint64(text[at] & 63)
    return mask


@njit(cache=True, nogil=True)
def _deletions(text: Any, first: int, length: int, buckets: int, found: Any) -> int:
    """Buckets of the first letters with none, one or two of them left out."""
    size = min(length, PREFIX)
    count = 0
    deepest = 2 if length >= TWO_EDITS - 2 else 1
    for one in range(size + 1):
        for two in range(one, size + 1):
            # one = two = size: nothing left out; two = size: one left out
            if one == two and one < size:
                continue
            if two < size and deepest < 2:
                continue
            code = np.uint64(14695981039346656037)
            for at in range(size):
                if at not in (one, two):
                    code = (code ^ np.uint64(text[first + at])) * np.uint64(1099511628211)
            code ^= code >> np.uint64(32)
            found[count] = np.int64((code * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & (buckets - 1)
            count += 1
    return count


@njit(cache=True, nogil=True)
def _fill_buckets(text: Any, start: Any, buckets: int) -> tuple[Any, Any]:
    found = np.empty((PREFIX + 1) * (PREFIX + 2) // 2 + 1, np.int64)
    bucket_start = np.zeros(buckets + 1, np.int64)
    for word in range(len(start) - 1):
        length = start[word + 1] - start[word]
        if ONE_EDIT - 1 <= length <= LONGEST:
            for at in range(_deletions(text, start[word], length, buckets, found)):
                bucket_start[found[at] + 1] += 1
    bucket_start = np.cumsum(bucket_start)
    written = bucket_start[:-1].copy()
    bucket = np.empty(bucket_start[-1], np.int32)
    for word in range(len(start) - 1):
        length = start[word + 1] - start[word]
        if ONE_EDIT - 1 <= length <= LONGEST:
            for at in range(_deletions(text, start[word], length, buckets, found)):
                bucket[written[found[at]]] = word
                written[found[at]] += 1
    return bucket_start, bucket


@njit(cache=True, nogil=True)
def _count_edits(a: Any, first_a: int, size_a: int, b: Any, first_b: int, size_b: int, rows: Any) -> int:
    """Optimal string alignment distance; ``rows`` is scratch of 3 × (LONGEST + 1)."""
    for j in range(size_b + 1):
        rows[1, j] = j
    for i in range(1, size_a + 1):
        now, last, before = (i + 1) % 3, i % 3, (i + 2) % 3
        rows[now, 0] = i
        for j in range(1, size_b + 1):
            same = a[first_a + i - 1] == b[first_b + j - 1]
            best = min(rows[last, j] + 1, rows[now, j - 1] + 1, rows[last, j - 1] + (0 if same else 1))
            if (
                i > 1
                and j > 1
                and a[first_a + i - 1] == b[first_b + j - 2]
                and a[first_a + i - 2] == b[first_b + j - 1]
            ):
                best = min(best, rows[before, j - 2] + 1)
            rows[now, j] = best
    return int(rows[(size_a + 1) % 3, size_b])


@njit(cache=True, nogil=True)
def _find(
    text: Any, start: Any, mask: Any, known: Any, known_start: Any, known_mask: Any, order: Any,
    bucket_start: Any, bucket: Any,
) -> tuple[Any, Any, Any]:
    words = len(start) - 1
    count = np.zeros(words, np.int64)
    word = np.zeros((words, NEIGHBOURS), np.int32)
    edits = np.zeros(words, np.uint8)
    found = np.empty((PREFIX + 1) * (PREFIX + 2) // 2 + 1, np.int64)
    rows = np.zeros((3, LONGEST + 1), np.int64)
    for asked in range(words):
        first, size = start[asked], start[asked + 1] - start[asked]
        if size < ONE_EDIT or size > LONGEST:
            continue
        near = 2 if size >= TWO_EDITS else 1
        for which in range(_deletions(text, first, size, len(bucket_start) - 1, found)):
            for at in range(bucket_start[found[which]], bucket_start[found[which] + 1]):
                other = bucket[at]
                length = known_start[other + 1] - known_start[other]
                if abs(length - size) > near:
                    continue
                apart = mask[asked] ^ known_mask[other]
                differing = 0
                while apart:
                    apart &= apart - np.uint64(1)
                    differing += 1
                if differing > 2 * near:
                    continue
                kept = count[asked]
                repeated = False
                for before in range(kept):
                    repeated = repeated or word[asked, before] == other
                if repeated:
                    continue
                away = _count_edits(text, first, size, known, known_start[other], length, rows)
                if away > near:
                    continue
                if away < near:  # nearer than all before: they no longer count
                    near, kept = away, 0
                if kept and edits[asked] > near:
                    kept = 0
                edits[asked] = near
                # keep the best by frequency, in order
                place = kept
                while place and order[word[asked, place - 1]] > order[other]:
                    place -= 1
                if place < NEIGHBOURS:
                    for move in range(min(kept, NEIGHBOURS - 1), place, -1):
                        word[asked, move] = word[asked, move - 1]
                    word[asked, place] = other
                    kept = min(kept + 1, NEIGHBOURS)
                count[asked] = kept
    return count, word, edits
