"""The rules of ``tokens.lex`` for whole tables: compiled, over bytes, each different piece kept once.

Every function here and in ``atoms`` and ``spelling`` mirrors one of ``tokens`` or ``normalise``; a property test holds
them equal. Read those first. Numba's cache looks only at the file of the function that is called, not at what it calls:
after a change of these or of ``pool``, touch this file. No literal is handed to a compiled function (hence ``0 * at``):
numba would compile it once more for every literal.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from smezhnik.matching.atoms import COLON, EQUAL, MINUS, POINT, SLASH, SPACE, STAR, cut_line, fold_line, known_row
from smezhnik.matching.lexicon import (
    ABSENT,
    GLUED,
    LITRE,
    METRE,
    OPENS,
    PASSES,
    POWER,
    SQUARE,
    STOP,
    UNIT,
    UNIT_POWER,
)
from smezhnik.matching.pool import Pool, intern, put, widen
from smezhnik.matching.respell import respell_line
from smezhnik.matching.spelling import less, put_letters, put_mark, put_scaled
from smezhnik.matching.tokens import JOINED_CYRILLIC, MAX_SIZES, Kind

WORD, NUMBER, MARK, QUANTITY, SIZE, STANDARD = (
    int(kind) for kind in (Kind.WORD, Kind.NUMBER, Kind.MARK, Kind.QUANTITY, Kind.SIZE, Kind.STANDARD)
)
LATIN_X, CYRILLIC_X = 0x78, 0xF5


@njit(cache=True, nogil=True)
def _next_size(atoms: Any, count: int, here: int, text: Any) -> int:
    if here < count and atoms[here, 4] and atoms[here, 2] == STAR:
        return here
    if here + 1 < count and not atoms[here, 4] and atoms[here, 1] - atoms[here, 0] == 1 and atoms[here + 1, 4]:
        sign = text[atoms[here, 0]]
        gap = atoms[here, 2]
        if sign in (LATIN_X, CYRILLIC_X) and gap in (0, SPACE) and atoms[here + 1, 2] == gap:
            return here + 1
    return 0


@njit(cache=True, nogil=True)
def _unit(atoms: Any, count: int, here: int, text: Any, words: Any) -> tuple[int, int, int]:
    """Base unit (−1: none), power of ten, position after it."""
    if here >= count or atoms[here, 4] or atoms[here, 2] not in (0, SPACE):
        return -1, 0, here
    row = atoms[here, 5]
    if row < 0:
        return -1, 0, here
    glued = here + 1 < count and atoms[here + 1, 2] == 0
    power = words.facts[row, POWER]
    if glued and power != ABSENT and atoms[here + 1, 1] - atoms[here + 1, 0] == 1:
        digit = text[atoms[here + 1, 0]]
        if digit in (50, 51) and not (here + 2 < count and atoms[here + 2, 2] == 0):
            if digit == 50:
                return SQUARE, 2 * power, here + 2
            return LITRE, 3 * power + 3, here + 2
    base = words.facts[row, UNIT]
    if glued or base < 0 or (words.facts[row, GLUED] == 1 and (atoms[here, 2] != 0 or atoms[here - 1, 2] == MINUS)):
        return -1, 0, here
    return base, words.facts[row, UNIT_POWER], here + 1


@njit(cache=True, nogil=True)
def _queue(queue: Any, at: int, first: int, last: int, kind: int) -> None:
    queue[at, 0], queue[at, 1], queue[at, 2] = first, last, kind


@njit(cache=True, nogil=True)
def _standard(atoms: Any, count: int, at: int, text: Any, words: Any, out: Any, queue: Any) -> tuple[int, int]:
    """Position after a standard and pieces put into the queue; ``at`` and none where there is no standard."""
    name = words.facts[atoms[at, 5], OPENS]
    if name < 0:
        return at, 0
    here = at + 1
    while here < count and not atoms[here, 4] and atoms[here, 2] in (SPACE, MINUS, SLASH):
        row = atoms[here, 5]
        if words.facts[row, OPENS] >= 0:
            name = words.facts[row, OPENS]
        elif words.facts[row, PASSES] != 1:
            return at, 0
        here += 1
    if here >= count or not atoms[here, 4] or atoms[here, 2] not in (0, SPACE, MINUS, POINT, COLON):
        return at, 0
    end = put(words.names, words.name_start[name], words.name_start[name + 1], out, 0 * at)
    out[end] = COLON
    end = put(text, atoms[here, 0], atoms[here, 1], out, end + 1)
    parts, before, mark = 1, end, 0
    here += 1
    while here < count and atoms[here, 4] and atoms[here, 2] in (MINUS, POINT, COLON) and not atoms[here, 3]:
        before = end
        mark = POINT if atoms[here, 2] == POINT else MINUS
        out[end] = mark
        end = put(text, atoms[here, 0], atoms[here, 1], out, end + 1)
        parts += 1
        here += 1
    _queue(queue, 0, 0, end, STANDARD)
    if parts > 1 and mark == MINUS and _is_year(out, before + 1, end):
        _queue(queue, 1, 0, before, STANDARD)
        return here, 2
    return here, 1


@njit(cache=True, nogil=True)
def _is_year(out: Any, first: int, last: int) -> bool:
    for place in range(first, last):
        if out[place] == POINT:
            return False
    if last - first == 2:
        return bool(out[first] >= 53)
    century = out[first] * 256 + out[first + 1] if last - first == 4 else 0
    return century in (49 * 256 + 57, 50 * 256 + 48)


@njit(cache=True, nogil=True)
def _quantity(
    atoms: Any, count: int, at: int, text: Any, words: Any, sizes: Any, out: Any, queue: Any
) -> tuple[int, int]:
    """Position after a size or a quantity and pieces put into the queue: ``tokens._thread`` and ``_quantity``."""
    threaded = (
        not atoms[at, 4] and at + 2 < count and atoms[at + 1, 4] == 1
        and atoms[at + 1, 2] == 0 and atoms[at + 2, 2] in (0, STAR) and _next_size(atoms, count, at + 2, text) > 0
    )
    start = at + 1 if threaded else at
    if not atoms[start, 4]:
        return at, 0
    sizes[0, 0], sizes[0, 1] = atoms[start, 0], atoms[start, 1]
    taken, here = 1, start + 1
    while taken < MAX_SIZES:
        following = _next_size(atoms, count, here, text)
        if not following:
            break
        sizes[taken, 0], sizes[taken, 1] = atoms[following, 0], atoms[following, 1]
        taken += 1
        here = following + 1
    base, power, here = _unit(atoms, count, here, text, words)
    if base < 0 and (taken == 1 or (here < count and atoms[here, 2] == 0)):
        return at, 0
    end, queued = 0, 0
    if threaded:
        size = put_letters(text, atoms[at, 0], atoms[at, 1], threaded, words, out, 0 * at)
        end = put(text, atoms[start, 0], atoms[start, 1], out, size)
        _queue(queue, 0, 0, end, MARK)
        _queue(queue, 1, 0, size, WORD)
        queued = 2
    if taken == 1:
        out[end] = EQUAL
        last = put_scaled(text, sizes[0, 0], sizes[0, 1], power, out, end + 1)
        last = put(words.names, words.name_start[base], words.name_start[base + 1], out, last)
        _queue(queue, queued, end, last, QUANTITY)
        _queue(queue, queued + 1, last, put(text, sizes[0, 0], sizes[0, 1], out, last), NUMBER)
        return here, queued + 2
    for which in range(taken):
        first = end
        if base == METRE:
            end = put_scaled(text, sizes[which, 0], sizes[which, 1], power + 3, out, end)
        else:
            end = put(text, sizes[which, 0], sizes[which, 1], out, end)
        sizes[which, 0], sizes[which, 1] = first, end
        _queue(queue, queued + 1 + which, first, end, NUMBER)
        place = which
        while place and less(
            out, sizes[sizes[place - 1, 2], 0], sizes[sizes[place - 1, 2], 1], sizes[which, 0], sizes[which, 1]
        ):
            sizes[place, 2] = sizes[place - 1, 2]
            place -= 1
        sizes[place, 2] = which
    first = end
    for which in range(taken):
        if which:
            out[end] = STAR
            end += 1
        end = put(out, sizes[sizes[which, 2], 0], sizes[sizes[which, 2], 1], out, end)
    _queue(queue, queued, first, end, SIZE)
    return here, queued + 1 + taken


@njit(cache=True, nogil=True)
def _word(
    atoms: Any, at: int, after: int, text: Any, words: Any, russian: bool, before: Any, before_size: int,
    out: Any, queue: Any,
) -> tuple[int, int]:
    """Pieces of a word written together, joined with the word before too; its size as the next one's neighbour."""
    alone = after == at + 1
    size = 0 * at
    for which in range(at, after):
        if atoms[which, 4]:
            size = put(text, atoms[which, 0], atoms[which, 1], out, size)
        else:
            size = put_letters(text, atoms[which, 0], atoms[which, 1], not alone, words, out, size)
    stops = words.facts[known_row(out, 0 * at, size, words.slots, words.packed), STOP] == 1
    end, queued = size, 0
    gap = atoms[at, 2]
    if before_size and not stops and gap in (SPACE, MINUS, SLASH, POINT) and _may_join(before, before_size, out, size):
        end = put_mark(before, 0 * at, before_size, words, out, size)
        end = put_mark(out, 0 * at, size, words, out, end)
        _queue(queue, 0, size, end, MARK)
        queued = 1
    if not alone:
        _queue(queue, queued, 0, size, MARK)
        queued += 1
        for which in range(at, after):
            first = end
            if atoms[which, 4]:
                end = put(text, atoms[which, 0], atoms[which, 1], out, end)
                _queue(queue, queued, first, end, NUMBER)
            else:
                end = put_letters(text, atoms[which, 0], atoms[which, 1], not alone, words, out, end)
                _queue(queue, queued, first, end, WORD)
            queued += 1
    elif atoms[at, 4]:
        _queue(queue, queued, 0, size, NUMBER)
        queued += 1
    else:
        like = russian and size > 2
        for place in range(size):
            like = like and out[place] < 128 and words.like[out[place]] != 0
        first = end if like else 0
        if like:
            for place in range(size):
                out[end + place] = words.like[out[place]]
        _queue(queue, queued, first, first + size, WORD)
        queued += 1
    put(out, 0 * at, size, before, 0 * at)
    return queued, 0 if stops else size


@njit(cache=True, nogil=True)
def lex_lines(data: Any, offsets: Any, words: Any, pool: Any) -> tuple[Any, Any, Any]:
    """Pieces of each text: starts, numbers of pieces in order, and the pool with the new pieces."""
    texts = len(offsets) - 1
    longest = 0
    for row in range(texts):
        longest = max(longest, offsets[row + 1] - offsets[row])
    line = np.empty(longest + 1, np.uint8)
    text = np.empty(longest + 1, np.uint8)
    atoms = np.zeros((longest + 1, 7), np.int64)
    sizes = np.empty((MAX_SIZES, 3), np.int64)
    out = np.empty(8 * longest + 256, np.uint8)
    queue = np.empty((longest + 8, 3), np.int64)
    before = np.empty(2 * longest + 64, np.uint8)
    indptr = np.zeros(texts + 1, np.int64)
    piece = np.empty(max(1024, 2 * texts), np.int32)
    pooled, pooled_start, kinds, hashed, slots, known = pool
    end = 0
    zero, facts = 0 * known, words.facts
    for row in range(texts):
        length, lean = fold_line(data, offsets[row], offsets[row + 1], line, words)
        length = respell_line(line, length)
        count = cut_line(line, length, atoms, text, words)
        most = 4 * count + 8
        fresh = 8 * length + 64 * count + 256
        if known + most >= len(kinds) or pooled_start[known] + fresh > len(pooled):
            pooled, pooled_start, kinds, hashed, slots = widen(
                pooled, pooled_start, kinds, hashed, slots, known, most, fresh
            )
        if end + most > len(piece):
            piece = np.concatenate((piece, np.empty(len(piece) + most, np.int32)))
        at, before_size = zero, zero
        while at < count:
            first, last, row_of = atoms[at, 0], atoms[at, 1], atoms[at, 5]
            ends = at + 1 == count or atoms[at + 1, 2] != 0
            # most pieces are plain Russian words, which no rule reads: a call would cost more than they do
            plain = ends and atoms[at, 6] == 1 and atoms[at, 4] == 0 and facts[row_of, OPENS] < 0
            if plain and last - first > JOINED_CYRILLIC:
                piece[end] = intern(text, first, last, WORD, pooled, pooled_start, kinds, hashed, slots, known)
                known += piece[end] == known
                end += 1
                before_size = last - first
                for place in range(before_size):
                    before[place] = text[first + place]
                if facts[row_of, STOP] == 1:
                    before_size = zero
                at += 1
                continue
            after, queued = at, zero
            if facts[row_of, OPENS] >= 0:
                after, queued = _standard(atoms, count, at, text, words, out, queue)
            if not queued and (atoms[at, 4] or not ends):
                after, queued = _quantity(atoms, count, at, text, words, sizes, out, queue)
            if queued:
                before_size = 0
            else:
                after = at + 1
                while after < count and atoms[after, 2] == 0:
                    after += 1
                queued, before_size = _word(
                    atoms, at, after, text, words, lean > 0, before, before_size, out, queue
                )
            for which in range(queued):
                piece[end] = intern(
                    out, queue[which, 0], queue[which, 1], queue[which, 2],
                    pooled, pooled_start, kinds, hashed, slots, known,
                )
                known += piece[end] == known
                end += 1
            at = after
        indptr[row + 1] = end
    return indptr, piece[:end].copy(), Pool(pooled, pooled_start, kinds, hashed, slots, known)


@njit(cache=True, nogil=True)
def _may_join(before: Any, before_size: int, joined: Any, size: int) -> bool:
    digits_before, cyrillic_before, digits, cyrillic = False, True, False, True
    for at in range(before_size):
        digits_before = digits_before or 48 <= before[at] <= 57
        cyrillic_before = cyrillic_before and before[at] >= 0xE0
    for at in range(size):
        digits = digits or 48 <= joined[at] <= 57
        cyrillic = cyrillic and joined[at] >= 0xE0
    if digits and digits_before:
        return False
    if cyrillic_before and (before_size > JOINED_CYRILLIC or not digits):
        return False
    return not (cyrillic and (size > JOINED_CYRILLIC or not digits_before))
