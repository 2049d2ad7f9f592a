"""How an index lies in memory: like documents side by side, and for each term the groups of documents that have it.

Documents are put in an order in which like ones are neighbours and cut into groups of 2^bits. A term has one entry per
group in which it occurs: the group, its greatest level there (the bound) and where the levels themselves are. These
are pairs (place in the group, level), or, where a good part of the group has the term, one level for every place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

#: Bits of the size of a group: for documents that cluster and for those that do not.
WIDE, NARROW = 7, 4
#: So many occurrences per entry in wide groups show that documents cluster.
CLUSTERED = 2.0
#: Leading terms of a document by which documents are ordered.
LEADING = 12
#: What stands for the number of pairs where there is a level for every place.
FULL = 255


def lay_out(
    indptr: NDArray[np.int64], term: NDArray[np.int32], level: NDArray[np.uint8], terms: int
) -> dict[str, NDArray[Any]]:
    """Arrays of the layout; documents are rows of the first three, terms ascending from the commonest.

    Returns
    -------
    order : int32[documents], which document is at each place
    group_bits : int64[1]
    list_start : int64[terms + 1], entries of each term
    list_group : uint32[entries], group · 256 + greatest level in it, groups ascending
    list_levels : uint32[entries], where the levels are in ``levels``
    levels : uint16[…], a head (number of pairs · 256 + greatest level), then the pairs place · 256 + level or, after
        the number ``FULL``, the levels of all places, two in each number
    """
    order = order_documents(indptr, term, terms)
    list_start, place, placed_level = _invert(indptr, term, level, order, terms)
    entries = _count_entries(list_start, place, WIDE)
    bits = WIDE if len(term) >= CLUSTERED * entries else NARROW
    list_start, list_group, list_levels, levels = _fill_lists(list_start, place, placed_level, bits)
    return {
        "order": order, "group_bits": np.array([bits]), "list_start": list_start, "list_group": list_group,
        "list_levels": list_levels, "levels": levels,
    }


def order_documents(indptr: NDArray[np.int64], term: NDArray[np.int32], terms: int) -> NDArray[np.int32]:
    """Documents sorted by their commonest term, then the next, …: the commoner a term, the fewer groups hold it."""
    if not len(term):
        return np.arange(len(indptr) - 1, dtype=np.int32)
    sizes, starts = np.diff(indptr), indptr[:-1]
    leading = [
        np.where(sizes > place, term[np.minimum(starts + place, len(term) - 1)], terms) for place in range(LEADING)
    ]
    return np.lexsort(leading[::-1]).astype(np.int32)


@njit(cache=True, nogil=True)
def _invert(indptr: Any, term: Any, level: Any, order: Any, terms: int) -> tuple[Any, Any, Any]:
    """For each term the places of the documents that have it, ascending, and their levels."""
    start = np.zeros(terms + 1, np.int64)
    for at in range(len(term)):
        start[term[at] + 1] += 1
    start = np.cumsum(start)
    written = start[:-1].copy()
    place = np.empty(len(term), np.int32)
    placed_level = np.empty(len(term), np.uint8)
    for here in range(len(order)):
        for at in range(indptr[order[here]], indptr[order[here] + 1]):
            to = written[term[at]]
            place[to] = here
            placed_level[to] = level[at]
            written[term[at]] = to + 1
    return start, place, placed_level


@njit(cache=True, nogil=True)
def _count_entries(start: Any, place: Any, bits: int) -> int:
    count = 0
    for term in range(len(start) - 1):
        for at in range(start[term], start[term + 1]):
            count += at == start[term] or place[at] >> bits != place[at - 1] >> bits
    return count


@njit(cache=True, nogil=True)
def _fill_lists(start: Any, place: Any, level: Any, bits: int) -> tuple[Any, Any, Any, Any]:
    size = 1 << bits
    most_pairs = size // 8 + 4
    list_start = np.zeros(len(start), np.int64)
    entries, units = 0, 0
    for writing in range(2):
        if writing == 0:
            group_room, level_room, unit_room = 0, 0, 0
        else:
            group_room, level_room, unit_room = entries, entries, units
        list_group = np.empty(group_room, np.uint32)
        list_levels = np.empty(level_room, np.uint32)
        levels = np.zeros(unit_room, np.uint16)
        whole = levels.view(np.uint8)
        entries, units = 0, 0
        for term in range(len(start) - 1):
            first = start[term]
            while first < start[term + 1]:
                last, most = first, np.uint8(0)
                while last < start[term + 1] and place[last] >> bits == place[first] >> bits:
                    most = max(most, level[last])
                    last += 1
                pairs = last - first
                if writing:
                    list_group[entries] = (place[first] >> bits) << 8 | most
                    list_levels[entries] = units
                    levels[units] = (pairs if pairs <= most_pairs else FULL) << 8 | most
                    for at in range(first, last):
                        within = place[at] & (size - 1)
                        if pairs <= most_pairs:
                            levels[units + 1 + at - first] = within << 8 | level[at]
                        else:
                            whole[2 * (units + 1) + within] = level[at]
                entries += 1
                units += 1 + (pairs if pairs <= most_pairs else size // 2)
                first = last
            list_start[term + 1] = entries
    return list_start, list_group, list_levels, levels
