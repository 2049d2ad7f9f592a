"""Pieces of text, each different one kept once: compiled."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray


class Pool(NamedTuple):
    """Different pieces seen so far: bytes with starts, kinds, hashes and the slots to find them by."""

    text: NDArray[np.uint8]
    start: NDArray[np.int64]
    kind: NDArray[np.uint8]
    hashed: NDArray[np.uint64]
    slots: NDArray[np.int32]
    pieces: int


def empty_pool() -> Pool:
    return Pool(
        np.zeros(1 << 16, np.uint8), np.zeros(1 << 12, np.int64), np.zeros(1 << 12, np.uint8),
        np.zeros(1 << 12, np.uint64), np.full(1 << 13, -1, np.int32), 0,
    )


@njit(cache=True, nogil=True)
def put(text: Any, first: int, last: int, out: Any, end: int) -> int:
    for at in range(first, last):
        out[end + at - first] = text[at]
    return end + last - first


@njit(cache=True, nogil=True)
def intern(
    out: Any, first: int, last: int, kind: int, text: Any, start: Any, kinds: Any, hashed: Any, slots: Any, count: int
) -> int:
    """Number of a piece; ``count`` where it is new: then it has been written as the last one."""
    code = np.uint64(14695981039346656037 + kind)
    for at in range(first, last):
        code = (code ^ np.uint64(out[at])) * np.uint64(1099511628211)
    code ^= code >> np.uint64(29)
    size, mask = last - first, len(slots) - 1
    slot = np.int64((code * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(16)) & mask
    while slots[slot] >= 0:
        here = slots[slot]
        if hashed[here] == code and kinds[here] == kind and start[here + 1] - start[here] == size:
            same = True
            begin = start[here]
            for at in range(size):
                if text[begin + at] != out[first + at]:
                    same = False
                    break
            if same:
                return int(here)
        slot = (slot + 1) & mask
    slots[slot] = count
    hashed[count] = code
    kinds[count] = kind
    start[count + 1] = put(out, first, last, text, start[count])
    return count


@njit(cache=True, nogil=True)
def widen(
    text: Any, start: Any, kinds: Any, hashed: Any, slots: Any, count: int, pieces: int, size: int
) -> tuple[Any, Any, Any, Any, Any]:
    """The pool with room for so many more pieces and bytes."""
    text = np.concatenate((text, np.zeros(len(text) + size, np.uint8)))
    more = len(kinds) + pieces
    start = np.concatenate((start, np.zeros(more, np.int64)))
    kinds = np.concatenate((kinds, np.zeros(more, np.uint8)))
    hashed = np.concatenate((hashed, np.zeros(more, np.uint64)))
    wanted = len(slots)
    while wanted < 2 * len(kinds):
        wanted *= 2
    slots = np.full(wanted, -1, np.int32)
    for here in range(count):
        slot = np.int64((hashed[here] * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(16)) & (wanted - 1)
        while slots[slot] >= 0:
            slot = (slot + 1) & (wanted - 1)
        slots[slot] = here
    return text, start, kinds, hashed, slots
