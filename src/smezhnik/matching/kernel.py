"""Exact top-k over blocks of sixteen documents: bound every block, look only into those that can still win.

See ``docs/why/kernel.md`` for the reasons, the layouts that were tried and the measurements.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

#: Documents in a block: one row of levels is one vector register.
BLOCK = 16
#: Blocks in a chunk, whose best bound is kept to skip the scan of the rest.
CHUNK = 64
#: A term that is in at least one block of so many is kept as a full row of block bounds.
DENSE = 16


@njit(cache=True, nogil=True)
def count_entries(indptr: Any, term: Any, order: Any, term_count: int) -> tuple[Any, Any]:
    """Distinct terms of each block, and blocks of each term."""
    blocks = (len(order) + BLOCK - 1) // BLOCK
    seen = np.full(term_count, -1, np.int32)
    entries = np.zeros(blocks + 1, np.int64)
    lists = np.zeros(term_count + 1, np.int64)
    for place in range(len(order)):
        block = place // BLOCK
        for at in range(indptr[order[place]], indptr[order[place] + 1]):
            if seen[term[at]] != block:
                seen[term[at]] = block
                entries[block + 1] += 1
                lists[term[at] + 1] += 1
    return np.cumsum(entries), np.cumsum(lists)


@njit(cache=True, nogil=True)
def fill_entries(indptr: Any, term: Any, level: Any, order: Any, entries: Any, lists: Any) -> tuple[Any, Any, Any, Any]:
    """Levels of the sixteen documents for each term of a block, and the best of them for each block of a term."""
    entry_term = np.empty(entries[-1], np.int32)
    entry_level = np.zeros((entries[-1], BLOCK), np.uint8)
    list_block = np.empty(lists[-1], np.int32)
    list_best = np.empty(lists[-1], np.uint8)
    written = lists[:-1].copy()
    slot = np.zeros(len(lists) - 1, np.int64)
    for block in range(len(entries) - 1):
        end = entries[block]
        for place in range(block * BLOCK, min(len(order), (block + 1) * BLOCK)):
            for at in range(indptr[order[place]], indptr[order[place] + 1]):
                entry = slot[term[at]]
                if entry < entries[block] or entry >= end or entry_term[entry] != term[at]:
                    entry = end
                    slot[term[at]] = entry
                    entry_term[entry] = term[at]
                    end += 1
                entry_level[entry, place - block * BLOCK] = level[at]
        for entry in range(entries[block], end):
            to = written[entry_term[entry]]
            list_block[to] = block
            list_best[to] = entry_level[entry].max()
            written[entry_term[entry]] += 1
    return entry_term, entry_level, list_block, list_best


@njit(cache=True, nogil=True)
def fill_rows(rows: Any, lists: Any, list_block: Any, list_best: Any, blocks: int) -> Any:
    """Bounds of all blocks for each of the frequent terms ``rows``."""
    dense = np.zeros((len(rows), blocks), np.uint8)
    for row in range(len(rows)):
        for at in range(lists[rows[row]], lists[rows[row] + 1]):
            dense[row, list_block[at]] = list_best[at]
    return dense


@njit(cache=True, nogil=True, inline="always")
def _sift(heap: Any, key: Any) -> None:
    """Put ``key`` in place of the smallest of the heap."""
    size = len(heap)
    at = 0
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
    entries: Any,
    entry_term: Any,
    entry_level: Any,
    lists: Any,
    list_block: Any,
    list_best: Any,
    row_of: Any,
    dense: Any,
    rank: Any,
    best_rank: Any,
    top: int,
) -> Any:
    """The ``top`` best documents of each need as keys score · 2³² + (2³² − 1 − rank), best first, 0 where none.

    ``rank`` is the place of a document among equals (absent documents, and those not allowed, have −1);
    ``best_rank`` the best of each block, −1 where nothing is allowed.
    """
    needs = len(asked_indptr) - 1
    blocks = len(entries) - 1
    chunks = (blocks + CHUNK - 1) // CHUNK
    out = np.zeros((needs, top), np.uint64)
    bound = np.zeros(chunks * CHUNK, np.int32)
    chunk_best = np.zeros(chunks, np.int32)
    slot = np.zeros(len(lists) - 1, np.uint8)
    weight = np.zeros(256, np.int32)
    score = np.zeros(BLOCK, np.int32)
    heap = np.zeros(top, np.uint64)
    low = np.uint64(0xFFFFFFFF)
    for need in range(needs):
        first, last = asked_indptr[need], asked_indptr[need + 1]
        bound[:] = 0
        for at in range(first, last):
            term = asked_term[at]
            asked = np.int32(asked_weight[at])
            slot[term] = at - first + 1
            weight[at - first + 1] = asked
            row = row_of[term]
            if row >= 0:
                for block in range(blocks):
                    bound[block] += asked * np.int32(dense[row, block])
            else:
                for place in range(lists[term], lists[term + 1]):
                    bound[list_block[place]] += asked * np.int32(list_best[place])
        best: Any = np.int32(0)
        for chunk in range(chunks):
            most: Any = np.int32(0)
            for block in range(chunk * CHUNK, (chunk + 1) * CHUNK):
                most = max(most, bound[block])
            chunk_best[chunk] = most
            best = max(best, most)
        heap[:] = 0
        above = best + 1
        level = max(1, best - best // 8)
        while above > 1:
            for chunk in range(chunks):
                if chunk_best[chunk] < level:
                    continue
                for block in range(chunk * CHUNK, min(blocks, (chunk + 1) * CHUNK)):
                    if bound[block] < level or bound[block] >= above or best_rank[block] < 0:
                        continue
                    if (np.uint64(bound[block]) << np.uint64(32)) + low - np.uint64(best_rank[block]) <= heap[0]:
                        continue
                    score[:] = 0
                    for entry in range(entries[block], entries[block + 1]):
                        asked = weight[slot[entry_term[entry]]]
                        if asked:
                            for place in range(BLOCK):
                                score[place] += asked * np.int32(entry_level[entry, place])
                    limit = np.int32(heap[0] >> np.uint64(32))
                    for place in range(BLOCK):
                        if score[place] >= limit and score[place] > 0 and rank[block * BLOCK + place] >= 0:
                            key = np.uint64(score[place]) << np.uint64(32)
                            key += low - np.uint64(rank[block * BLOCK + place])
                            if key > heap[0]:
                                _sift(heap, key)
                                limit = np.int32(heap[0] >> np.uint64(32))
            above = level
            limit = np.int32(heap[0] >> np.uint64(32))
            if limit >= level:
                break
            level = limit if limit > 0 else max(1, level - level // 4)
        for at in range(first, last):
            slot[asked_term[at]] = 0
        out[need] = np.sort(heap)[::-1]
    return out
