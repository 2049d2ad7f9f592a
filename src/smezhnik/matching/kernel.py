"""Exact top-k: bound every group of documents, score only groups that can still win, best bound first.

See ``docs/why/kernel.md`` for the reasons, for what was tried and for the measurements.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from smezhnik.matching.layout import FULL
from smezhnik.matching.prefetch import prefetch

#: Groups whose bounds are looked over together; the best of each such chunk is kept.
CHUNK = 64
#: Candidates whose entries, and whose levels, are fetched into the cache ahead of need.
ENTRIES_AHEAD, LEVELS_AHEAD, RING = 4, 2, 8
#: Numbers in ``levels`` that a cache line holds: longer pieces are fetched with the next one.
LINE = 32
#: More candidates than this are not sorted by bound: looking them over costs less.
SORTED = 128
LOW = 0xFFFFFFFF


@njit(cache=True, nogil=True)
def _sift(heap: Any, key: Any) -> None:
    """Put ``key`` in place of the smallest of the heap."""
    size, at = len(heap), 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = key


@njit(cache=True, nogil=True)
def find_top(
    asked_indptr: Any,
    asked_term: Any,
    asked_weight: Any,
    list_start: Any,
    list_group: Any,
    list_levels: Any,
    levels: Any,
    bits: int,
    rank: Any,
    best_rank: Any,
    top: int,
    chunk: int,
) -> Any:
    """The ``top`` best documents of each need as keys score · 2³² + (2³² − 1 − rank), best first, 0 where none.

    ``rank`` is the place among equals of the document at each place, −1 where there is none or it is not allowed;
    ``best_rank`` the best of each group, −1 where nothing is allowed. ``chunk`` is ``CHUNK``: handed in, because
    a loop of known length would be unrolled instead of being done sixteen at a time.
    """
    floor: Any
    above: Any
    most: Any
    best: Any
    limit: Any
    rest: Any
    needs, groups, size = len(asked_indptr) - 1, len(best_rank), 1 << bits
    widest = 0
    for need in range(needs):
        widest = max(widest, asked_indptr[need + 1] - asked_indptr[need])
    chunks = (groups + chunk - 1) // chunk
    whole = levels.view(np.uint8)
    out = np.zeros((needs, top), np.uint64)
    bound = np.zeros(chunks * chunk, np.int32)
    chunk_best = np.zeros(chunks, np.int32)
    # entry of each asked term in each group; what an earlier need left there is out of the range of the term's list
    entry_in = np.full((widest, groups), -1, np.int32)
    candidate = np.empty(groups, np.int64)
    first = np.empty(widest, np.int64)
    last = np.empty(widest, np.int64)
    weight = np.empty(widest, np.int32)
    by_rarity = np.empty(widest, np.int64)
    ring = np.empty((RING, widest + 1), np.int64)
    ring_weight = np.empty((RING, widest + 1), np.int32)
    ring_size = np.zeros(RING, np.int64)
    score = np.zeros(size, np.int32)
    heap = np.zeros(top, np.uint64)
    low, half, highest = np.uint64(LOW), np.uint64(32), np.uint64(0xFFFFFFFFFFFFFFFF)
    for need in range(needs):
        asked = asked_indptr[need + 1] - asked_indptr[need]
        for which in range(asked):  # the rarest first: they decide, and the rest need not be looked at
            term = asked_term[asked_indptr[need] + which]
            place = which
            while place and last[place - 1] - first[place - 1] > list_start[term + 1] - list_start[term]:
                first[place], last[place], by_rarity[place] = first[place - 1], last[place - 1], by_rarity[place - 1]
                place -= 1
            first[place], last[place] = list_start[term], list_start[term + 1]
            by_rarity[place] = asked_indptr[need] + which
        # bounds of all groups
        bound[:] = 0
        for which in range(asked):
            heavy = np.int32(asked_weight[by_rarity[which]])
            weight[which] = heavy
            entry_of = entry_in[which]
            for entry in range(first[which], last[which]):
                group = list_group[entry] >> np.uint32(8)
                bound[group] += heavy * np.int32(list_group[entry] & np.uint32(255))
                entry_of[group] = entry
        best = np.int32(0)
        for part in range(chunks):
            most = np.int32(0)
            bounds = bound[part * chunk : (part + 1) * chunk]
            for at in range(chunk):
                most = max(most, bounds[at])
            chunk_best[part] = most
            best = max(best, most)
        # candidates in rounds: the best groups, those near them, all that may still hold a winner
        heap[:] = 0
        above, floor, near = np.int64(best) + 1, np.int64(best) * 7 // 8, False
        while above > 1:
            found = 0
            for part in range(chunks):
                if chunk_best[part] < floor:
                    continue
                for group in range(part * chunk, min(groups, (part + 1) * chunk)):
                    if floor <= bound[group] < above and best_rank[group] >= 0:
                        candidate[found] = np.int64(bound[group]) << 32 | np.int64(group)
                        found += 1
            if found <= SORTED:
                for one in range(1, found):
                    moved, place = candidate[one], one
                    while place and candidate[place - 1] < moved:
                        candidate[place] = candidate[place - 1]
                        place -= 1
                    candidate[place] = moved
            worst = np.int64(heap[0] >> half)
            for at in range(-ENTRIES_AHEAD, found):
                ahead = at + ENTRIES_AHEAD
                if ahead < found:
                    group, slot, held = candidate[ahead] & LOW, ahead % RING, 0
                    if candidate[ahead] >> 32 >= worst:
                        for which in range(asked):  # no branch: nobody could foretell which terms the group has
                            entry = int(entry_in[which, group])
                            ring[slot, held], ring_weight[slot, held] = entry, weight[which]
                            held += (first[which] <= entry) & (entry < last[which])
                        for which in range(held):
                            prefetch(list_levels, ring[slot, which])
                    ring_size[slot] = held
                ahead = at + LEVELS_AHEAD
                if 0 <= ahead < found:
                    slot = ahead % RING
                    for which in range(ring_size[slot]):
                        ring[slot, which] = np.int64(list_levels[ring[slot, which]])
                        prefetch(levels, ring[slot, which])
                        prefetch(levels, ring[slot, which] + LINE)
                if at < 0:
                    continue
                group = candidate[at] & LOW
                rest = np.int32(candidate[at] >> 32)
                if (np.uint64(rest) << half) + low - np.uint64(best_rank[group]) <= heap[0]:
                    continue
                # score the group; stop as soon as even the bounds of what is left cannot lift anything over the worst
                limit = max(np.int32(1), np.int32(heap[0] >> half))
                most = np.int32(0)
                slot = at % RING
                score[:] = 0
                for which in range(ring_size[slot]):
                    if most + rest < limit:
                        break
                    start, heavy = ring[slot, which], ring_weight[slot, which]
                    head = np.int64(levels[start])
                    rest -= heavy * np.int32(head & 255)
                    if head >> 8 == FULL:
                        row = whole[2 * start + 2 : 2 * start + 2 + size]
                        for place in range(size):
                            score[place] += heavy * np.int32(row[place])
                            most = max(most, score[place])
                    else:
                        for place in range(np.uint64(start + 1), np.uint64(start + 1 + (head >> 8))):
                            pair = np.uint64(levels[place])  # unsigned: nobody asks whether an index is negative
                            within = pair >> np.uint64(8)
                            higher = score[within] + heavy * np.int32(pair & np.uint64(255))
                            score[within] = higher
                            most = max(most, higher)
                if most + rest < limit:
                    continue
                for place in range(size):
                    if score[place] >= limit and rank[group * size + place] >= 0:
                        key = (np.uint64(score[place]) << half) + low - np.uint64(rank[group * size + place])
                        if key > heap[0]:
                            _sift(heap, key)
                            limit = max(np.int32(1), np.int32(heap[0] >> half))
                worst = np.int64(heap[0] >> half)
            worst = np.int64(heap[0] >> half)
            above = floor
            if worst >= floor:
                break
            if worst == 0:
                floor = max(1, floor * 3 // 4)
            elif not near and (best + worst) // 2 < floor:
                floor, near = max(worst, (best + worst) // 2), True
            else:
                floor = worst
        for place in range(top - 1, -1, -1):  # the smallest first
            out[need, place] = heap[0]
            _sift(heap, highest)
    return out
