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


def lay_out(indptr: Any, term: Any, level: Any, terms: int) -> dict[str, Any]:
    """Blocks of documents in an order that puts like ones together."""
    order = order_documents(indptr, term, terms)
    entries, lists = count_entries(indptr, term, order, terms)
    entry_term, entry_level, list_block, list_best = fill_entries(indptr, term, level, order, entries, lists)
    blocks = len(entries) - 1
    rows = np.flatnonzero(np.diff(lists) * DENSE > blocks).astype(np.int32)
    row_of = np.full(terms, -1, np.int32)
    row_of[rows] = np.arange(len(rows))
    return {
        "order": order, "entries": entries, "lists": lists, "entry_term": entry_term, "entry_level": entry_level,
        "list_block": list_block, "list_best": list_best, "row_of": row_of,
        "dense": fill_rows(rows, lists, list_block, list_best, blocks),
    }


def order_documents(indptr: Any, term: Any, terms: int) -> Any:
    """Documents sorted by their commonest terms, then the next, …: like ones come together."""
    first = [np.where(np.diff(indptr) > place, term[np.minimum(indptr[:-1] + place, max(len(term) - 1, 0))], terms)
             if len(term) else np.zeros(len(indptr) - 1, np.int32) for place in range(12)]
    return np.lexsort(first[::-1]).astype(np.int32)


@njit(cache=True, nogil=True)
def sort_rows(indptr: Any, term: Any, repeats: Any) -> tuple[Any, Any, Any]:
    """Rows with their terms ascending."""
    term, repeats = term.copy(), repeats.copy()
    for row in range(len(indptr) - 1):
        for one in range(indptr[row] + 1, indptr[row + 1]):
            moved, count, place = term[one], repeats[one], one
            while place > indptr[row] and term[place - 1] > moved:
                term[place], repeats[place] = term[place - 1], repeats[place - 1]
                place -= 1
            term[place], repeats[place] = moved, count
    return indptr.copy(), term, repeats


@njit(cache=True, nogil=True)
def expand_bags(
    indptr: Any, key: Any, spelling: Any, term: Any, weight: Any, seen: Any, start: Any, near: Any, near_weight: Any,
    most: int,
) -> tuple[Any, Any, Any, Any, Any, Any]:
    """Vectors of needs: known keys, neighbours of the lost ones, each term once with its greatest weight."""
    rows = len(indptr) - 1
    room, widest = 0, 0
    for row in range(rows):
        size = 0
        for at in range(indptr[row], indptr[row + 1]):
            size += 1 + start[key[at] + 1] - start[key[at]]
        room += size
        widest = max(widest, size)
    out_indptr = np.zeros(rows + 1, np.int64)
    out_term = np.empty(room, np.int32)
    out_weight = np.empty(room, np.int32)
    out_spelling = np.empty(room, np.int32)
    out_corrected = np.empty(room, np.bool_)
    unknown = np.zeros(rows, np.float64)
    end = 0
    for row in range(rows):
        begin = end
        for at in range(indptr[row], indptr[row + 1]):
            here = key[at]
            if term[here] < 0 and start[here] == start[here + 1]:
                unknown[row] += weight[here]
            count = start[here + 1] - start[here]
            for which in range(-1, count):
                if which < 0 and term[here] < 0:
                    continue
                asked = term[here] if which < 0 else near[start[here] + which]
                heavy = weight[here] if which < 0 else near_weight[start[here] + which]
                # ascending by term; of the same term the heavier asking stays
                place = end
                while place > begin and out_term[place - 1] > asked:
                    place -= 1
                if place > begin and out_term[place - 1] == asked:
                    if heavy > out_weight[place - 1]:
                        out_weight[place - 1] = heavy
                        out_spelling[place - 1] = spelling[at]
                        out_corrected[place - 1] = which >= 0
                    continue
                for move in range(end, place, -1):
                    out_term[move] = out_term[move - 1]
                    out_weight[move] = out_weight[move - 1]
                    out_spelling[move] = out_spelling[move - 1]
                    out_corrected[move] = out_corrected[move - 1]
                out_term[place] = asked
                out_weight[place] = heavy
                out_spelling[place] = spelling[at]
                out_corrected[place] = which >= 0
                end += 1
        while end - begin > most:  # the lightest goes; of equal ones the commoner
            light = begin
            for place in range(begin + 1, end):
                if out_weight[place] < out_weight[light]:
                    light = place
            for move in range(light, end - 1):
                out_term[move] = out_term[move + 1]
                out_weight[move] = out_weight[move + 1]
                out_spelling[move] = out_spelling[move + 1]
                out_corrected[move] = out_corrected[move + 1]
            end -= 1
        out_indptr[row + 1] = end
    return (
        out_indptr, out_term[:end].copy(), out_weight[:end].copy(), out_spelling[:end].copy(),
        out_corrected[:end].copy(), unknown,
    )


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
