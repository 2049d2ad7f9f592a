"""UTF-8 to folded bytes, and these to atoms: compiled; ``normalise.fold`` and ``tokens.atoms_of`` say it readably."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from smezhnik.matching.lexicon import SLOTS

SPACE, MANY = 32, 124
MINUS, POINT, COMMA, SLASH, COLON, STAR, EQUAL = 45, 46, 44, 47, 58, 42, 61


@njit(cache=True, nogil=True)
def known_row(text: Any, first: int, last: int, slots: Any, packed: Any) -> int:
    """Row of a word in the dictionary, −1 where it has none."""
    if last - first > 8:
        return -1
    code = np.uint64(0)
    for at in range(last - 1, first - 1, -1):
        code = (code << np.uint64(8)) | np.uint64(text[at])
    slot = np.int64((code * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(52))
    while slots[slot] >= 0:
        if packed[slots[slot]] == code:
            return int(slots[slot])
        slot = (slot + 1) % SLOTS
    return -1


@njit(cache=True, nogil=True)
def fold_line(data: Any, first: int, last: int, line: Any, words: Any) -> tuple[int, int]:
    """UTF-8 to folded bytes; their number, and Cyrillic letters minus Latin ones."""
    at, size, lean = first, 0, 0
    while at < last:
        byte = int(data[at])
        if byte < 0x80:
            point = byte
            at += 1
        elif byte < 0xE0:
            point = (byte & 0x1F) << 6 | (int(data[at + 1]) & 0x3F)
            at += 2
        elif byte < 0xF0:
            point = (byte & 0x0F) << 12 | (int(data[at + 1]) & 0x3F) << 6 | (int(data[at + 2]) & 0x3F)
            at += 3
        else:
            point = len(words.fold)
            at += 4
        folded = words.fold[point] if point < len(words.fold) else SPACE
        if folded:
            line[size] = folded
            size += 1
            lean += (folded >= 0xE0) - (97 <= folded <= 122)
        elif point == 0x306 and size and line[size - 1] == 0xE8:
            line[size - 1] = 0xE9
    return size, lean


@njit(cache=True, nogil=True)
def _note(atoms: Any, at: int, first: int, last: int, gap: int, spaced: int, number: bool) -> None:
    atoms[at, 0], atoms[at, 1], atoms[at, 2], atoms[at, 3], atoms[at, 4], atoms[at, 5] = (
        first, last, gap, spaced, number, -1
    )


@njit(cache=True, nogil=True)
def cut_line(line: Any, size: int, atoms: Any, text: Any, words: Any) -> int:
    """Atoms of a folded line.

    Columns: first and last in ``text``, gap, spaced, number, row in the dictionary, all letters Cyrillic.
    """
    count, end, at = 0, 0, 0
    while True:
        marks, mark, spaced = 0, 0, 0
        while at < size and not (48 <= line[at] <= 57 or 97 <= line[at] <= 122 or line[at] >= 0xE0):
            if line[at] == SPACE:
                spaced = 1
            else:
                marks += 1
                mark = line[at]
            at += 1
        if at == size:
            return count
        gap = MANY if marks > 1 else mark if marks else SPACE if spaced else 0
        begin = at
        number = line[at] <= 57
        if not number:
            latin = 0
            while at < size and line[at] > 96:
                text[end + at - begin] = line[at]
                latin += line[at] < 0xE0
                at += 1
            _note(atoms, count, end, end + at - begin, gap, spaced, number)
            atoms[count, 5] = known_row(text, end, end + at - begin, words.slots, words.packed)
            atoms[count, 6] = latin == 0
            end += at - begin
            count += 1
            continue
        points = 0
        while at < size and (
            48 <= line[at] <= 57
            or (line[at] in (POINT, COMMA) and at + 1 < size and 48 <= line[at + 1] <= 57)
        ):
            points += line[at] in (POINT, COMMA)
            at += 1
        first = end
        for place in range(begin, at):
            if line[place] > 47:
                text[end] = line[place]
            elif points == 1:
                text[end] = POINT
            else:
                _note(atoms, count, first, end, gap, spaced, number)
                count += 1
                gap, spaced, first = int(line[place]), 0, end
                continue
            end += 1
        last = end
        if points == 1:  # idle zeros
            while text[last - 1] == 48:
                last -= 1
            if text[last - 1] == POINT:
                last -= 1
        _note(atoms, count, first, last, gap, spaced, number)
        count += 1
