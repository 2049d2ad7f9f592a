"""What needs ask of an index, and the order in which it is best asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smezhnik.matching.rows import hash_rows, number_equal

#: Leading terms by which needs are put side by side.
LEADING = 4


@dataclass(frozen=True, slots=True)
class Vectors:
    """What needs ask, term by term.

    Attributes
    ----------
    indptr : int64[needs + 1]
    term : int32[asked], term of the index; each at most once a need, ascending
    weight : int32[asked], rarity × trust in steps of 1 / IDF_ONE
    surface : int32[asked], position in ``surfaces``: how the need spelled it
    corrected : bool[asked], the need wrote a word that no document has; this term is a neighbour of it
    surfaces : spellings
    """

    indptr: NDArray[np.int64]
    term: NDArray[np.int32]
    weight: NDArray[np.int32]
    surface: NDArray[np.int32]
    corrected: NDArray[np.bool_]
    surfaces: list[str]

    def take(self, needs: NDArray[np.intp]) -> Vectors:
        """What these needs ask, in their order."""
        sizes = np.diff(self.indptr)[needs]
        start = np.zeros(len(needs) + 1, np.int64)
        np.cumsum(sizes, out=start[1:])
        at = np.arange(start[-1]) + np.repeat(self.indptr[:-1][needs] - start[:-1], sizes)
        return Vectors(start, self.term[at], self.weight[at], self.surface[at], self.corrected[at], self.surfaces)


def find_different(
    vectors: Vectors,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Different needs, like ones side by side so that they find the caches warm; and which of them each need is."""
    indptr, term = vectors.indptr, vectors.term
    starts, sizes = indptr[:-1], np.diff(indptr)
    leading = [
        np.where(sizes > place, term[np.minimum(starts + place, len(term) - 1)], -1) if len(term) else sizes
        for place in range(LEADING)
    ]
    order = np.lexsort((hash_rows(indptr, term, vectors.weight), *leading[::-1]))
    number, count = number_equal(order, indptr, term, vectors.weight)
    chosen = np.empty(count, np.int64)
    chosen[number[order]] = order
    start = np.zeros(count + 1, np.int64)
    np.cumsum(sizes[chosen], out=start[1:])
    at = np.arange(start[-1]) + np.repeat(starts[chosen] - start[:-1], sizes[chosen])
    return start, term[at], vectors.weight[at], number
