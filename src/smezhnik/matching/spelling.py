"""Letters and numbers written in one spelling: compiled; ``normalise`` and ``tokens.mark_letters`` say it readably."""

from __future__ import annotations

from typing import Any

from numba import njit

from smezhnik.matching.atoms import POINT, known_row
from smezhnik.matching.lexicon import ALIAS
from smezhnik.matching.pool import put


@njit(cache=True, nogil=True)
def put_letters(text: Any, first: int, last: int, mark: bool, words: Any, out: Any, end: int) -> int:
    """Letters in one script: ``fold_scripts``, or ``mark_letters`` of a mark."""
    if mark:
        alias = words.facts[known_row(text, first, last, words.slots, words.packed), ALIAS]
        if alias >= 0:
            return put(words.names, words.name_start[alias], words.name_start[alias + 1], out, end)
    latin, latin_like, cyrillic_like = 0, 0, 0
    for at in range(first, last):
        if text[at] < 128:
            latin += 1
            latin_like += words.like[text[at]] != 0
        else:
            cyrillic_like += words.like[text[at]] != 0
    size = last - first
    to_cyrillic, to_latin = latin_like == latin, cyrillic_like == size - latin
    if mark and to_cyrillic and to_latin:
        turn = 1
    elif latin in (0, size):
        turn = 0
    elif to_cyrillic and (not to_latin or 2 * latin <= size):
        turn = 2
    else:
        turn = 1 if to_latin else 0
    for at in range(first, last):
        byte = text[at]
        if (turn == 1 and byte > 127) or (turn == 2 and byte < 128):
            byte = words.like[byte]
        out[end + at - first] = byte
    return end + size


@njit(cache=True, nogil=True)
def put_mark(text: Any, first: int, last: int, words: Any, out: Any, end: int) -> int:
    """``mark_letters`` of what may already hold digits."""
    for at in range(first, last):
        if text[at] < 97:
            return put(text, first, last, out, end)
    return put_letters(text, first, last, first <= last, words, out, end)


@njit(cache=True, nogil=True)
def put_scaled(text: Any, first: int, last: int, power: int, out: Any, end: int) -> int:
    """``scale_number``."""
    whole, digits = 0, 0
    for at in range(first, last):
        if text[at] == POINT:
            whole = digits
        else:
            digits += 1
    if first + digits == last:
        whole = digits
    point = whole + power
    begin = end
    started = False
    for place in range(min(0, point - 1), max(point, digits)):
        if place == point:
            if not started:
                out[end] = 48
                end += 1
            out[end] = POINT
            end += 1
            started = True
        digit = 48
        if 0 <= place < digits:
            digit = text[first + place + (1 if place >= whole else 0)]
        if digit != 48 or started:
            started = True
            out[end] = digit
            end += 1
    if not started:
        out[end] = 48
        return end + 1
    if max(point, digits) > point:
        while out[end - 1] == 48:
            end -= 1
        if out[end - 1] == POINT:
            end -= 1
        if end == begin:
            out[end] = 48
            end += 1
    return end


@njit(cache=True, nogil=True)
def less(a: Any, first_a: int, last_a: int, first_b: int, last_b: int) -> bool:
    """Whether number a is less than number b, exactly; equal values by their spelling."""
    one, two = first_a, first_b
    while one < last_a and a[one] == 48:
        one += 1
    while two < last_b and a[two] == 48:
        two += 1
    whole_a, whole_b = 0, 0
    while one + whole_a < last_a and a[one + whole_a] != POINT:
        whole_a += 1
    while two + whole_b < last_b and a[two + whole_b] != POINT:
        whole_b += 1
    if whole_a != whole_b:
        return whole_a < whole_b
    while one < last_a and two < last_b:
        if a[one] != a[two]:
            return bool(a[one] < a[two])
        one += 1
        two += 1
    if one < last_a or two < last_b:
        return two < last_b
    one, two = first_a, first_b
    while one < last_a and two < last_b:
        if a[one] != a[two]:
            return bool(a[one] < a[two])
        one += 1
        two += 1
    return two < last_b
