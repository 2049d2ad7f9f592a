"""Sparse rows: sorting them, and turning bags of needs into what they ask."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def sort_rows(indptr: Any, term: Any, repeats: Any, kind: Any) -> tuple[Any, Any, Any]:
    """Terms of each row ascending, and their repeats and kinds in the same order."""
    term, repeats, kind = term.copy(), repeats.copy(), kind.copy()
    for row in range(len(indptr) - 1):
        for one in range(indptr[row] + 1, indptr[row + 1]):
            moved, count, what, place = term[one], repeats[one], kind[one], one
            while place > indptr[row] and term[place - 1] > moved:
                term[place], repeats[place], kind[place] = term[place - 1], repeats[place - 1], kind[place - 1]
                place -= 1
            term[place], repeats[place], kind[place] = moved, count, what
    return term, repeats, kind


@njit(cache=True, nogil=True)
def least_kinds(indptr: Any, term: Any, kind: Any, counted: Any, terms: int) -> Any:
    """The least kind that each term has in the counted rows; 255 where these have it nowhere."""
    least = np.full(terms, np.uint8(255))
    for row in range(len(indptr) - 1):
        if counted[row]:
            for at in range(indptr[row], indptr[row + 1]):
                least[term[at]] = min(least[term[at]], kind[at])
    return least


@njit(cache=True, nogil=True)
def _move(rows: Any, to: int, source: int) -> None:
    for column in range(4):
        rows[to, column] = rows[source, column]


@njit(cache=True, nogil=True)
def _write(rows: Any, at: int, term: int, weight: int, spelling: int, corrected: int) -> None:
    # element by element: a tuple written to a row takes numba seconds to compile
    rows[at, 0], rows[at, 1], rows[at, 2], rows[at, 3] = term, weight, spelling, corrected


@njit(cache=True, nogil=True)
def ask_bags(
    indptr: Any, key: Any, is_word: Any, spelling: Any, term: Any, weight: Any, start: Any, near: Any,
    near_weight: Any, most: int,
) -> tuple[Any, Any, Any, Any, Any]:
    """Vectors of needs: known keys and neighbours of lost ones, each term once with its greatest weight.

    ``term`` and ``weight`` belong to the keys (−1: unknown); ``near`` from ``start[key]`` on are its neighbours, which
    count where the need has the key as a word. A need keeps its ``most`` heaviest terms.
    """
    rows = len(indptr) - 1
    room = 0
    for row in range(rows):
        for at in range(indptr[row], indptr[row + 1]):
            room += 1 + start[key[at] + 1] - start[key[at]]
    out_indptr = np.zeros(rows + 1, np.int64)
    asked = np.empty((room, 4), np.int32)  # term, weight, spelling, corrected
    end = 0
    for row in range(rows):
        begin = end
        for at in range(indptr[row], indptr[row + 1]):
            here = key[at]
            for which in range(start[here] - 1, start[here + 1] if is_word[at] else start[here]):
                corrected = which >= start[here]
                one = near[which] if corrected else term[here]
                heavy = near_weight[which] if corrected else weight[here]
                if one < 0:
                    continue
                place = end
                while place > begin and asked[place - 1, 0] > one:
                    place -= 1
                if place > begin and asked[place - 1, 0] == one:
                    if heavy > asked[place - 1, 1]:
                        _write(asked, place - 1, one, heavy, spelling[at], corrected)
                    continue
                for move in range(end, place, -1):
                    _move(asked, move, move - 1)
                _write(asked, place, one, heavy, spelling[at], corrected)
                end += 1
        while end - begin > most:
            light = begin
            for place in range(begin + 1, end):
                if asked[place, 1] < asked[light, 1]:
                    light = place
            for move in range(light, end - 1):
                _move(asked, move, move + 1)
            end -= 1
        out_indptr[row + 1] = end
    kept = asked[:end]
    return out_indptr, kept[:, 0].copy(), kept[:, 1].copy(), kept[:, 2].copy(), kept[:, 3].copy() > 0


@njit(cache=True, nogil=True)
def hash_rows(indptr: Any, term: Any, weight: Any) -> Any:
    """One number for the content of each row."""
    found = np.empty(len(indptr) - 1, np.uint64)
    for row in range(len(indptr) - 1):
        code = np.uint64(indptr[row + 1] - indptr[row])
        for at in range(indptr[row], indptr[row + 1]):
            code ^= np.uint64(term[at]) << np.uint64(32) ^ np.uint64(weight[at])
            code *= np.uint64(0x9E3779B97F4A7C15)
            code ^= code >> np.uint64(31)
        found[row] = code
    return found


@njit(cache=True, nogil=True)
def number_equal(order: Any, indptr: Any, term: Any, weight: Any) -> tuple[Any, int]:
    """Rows that are equal and neighbours in ``order`` get one number; and how many numbers there are."""
    number = np.empty(len(order), np.int64)
    count = 0
    for place in range(len(order)):
        row = order[place]
        same = place > 0
        if same:
            before = order[place - 1]
            size = indptr[row + 1] - indptr[row]
            same = size == indptr[before + 1] - indptr[before]
            at = 0
            while same and at < size:
                same = (
                    term[indptr[row] + at] == term[indptr[before] + at]
                    and weight[indptr[row] + at] == weight[indptr[before] + at]
                )
                at += 1
        if not same:
            count += 1
        number[row] = count - 1
    return number, count
