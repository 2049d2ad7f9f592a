"""The rules of ``tokens.lex`` for whole tables: compiled, over bytes, each different piece kept once.

Every function here mirrors one of ``tokens`` or ``normalise``; a property test holds them equal. Read those first.
They stay in one file: numba's cache looks only at the file of the function that is called, not at what it calls.
No literal is handed to a compiled function (hence ``0 * at``): numba would compile it once more for every literal.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from smezhnik.matching.lexicon import (
    ABSENT,
    ALIAS,
    GLUED,
    LITRE,
    METRE,
    OPENS,
    PASSES,
    POWER,
    SLOTS,
    SQUARE,
    STOP,
    UNIT,
    UNIT_POWER,
    Pool,
)
from smezhnik.matching.respell import respell_line
from smezhnik.matching.tokens import JOINED_CYRILLIC, MAX_SIZES, Kind

WORD, NUMBER, MARK, QUANTITY, SIZE, STANDARD = (
    int(kind) for kind in (Kind.WORD, Kind.NUMBER, Kind.MARK, Kind.QUANTITY, Kind.SIZE, Kind.STANDARD)
)
SPACE, MANY = 32, 124
MINUS, POINT, COMMA, SLASH, COLON, STAR, EQUAL = 45, 46, 44, 47, 58, 42, 61
LATIN_X, CYRILLIC_X = 0x78, 0xF5


@njit(cache=True, nogil=True)
def _known(text: Any, first: int, last: int, slots: Any, packed: Any) -> int:
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
def _fold(data: Any, first: int, last: int, line: Any, words: Any) -> tuple[int, int]:
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
def _cut(line: Any, size: int, atoms: Any, text: Any, words: Any) -> int:
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
            atoms[count, 5] = _known(text, end, end + at - begin, words.slots, words.packed)
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


@njit(cache=True, nogil=True)
def _put(text: Any, first: int, last: int, out: Any, end: int) -> int:
    for at in range(first, last):
        out[end + at - first] = text[at]
    return end + last - first


@njit(cache=True, nogil=True)
def _put_letters(text: Any, first: int, last: int, mark: bool, words: Any, out: Any, end: int) -> int:
    """Letters in one script: ``fold_scripts``, or ``mark_letters`` of a mark."""
    if mark:
        alias = words.facts[_known(text, first, last, words.slots, words.packed), ALIAS]
        if alias >= 0:
            return _put(words.names, words.name_start[alias], words.name_start[alias + 1], out, end)
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
def _put_mark(text: Any, first: int, last: int, words: Any, out: Any, end: int) -> int:
    """``mark_letters`` of what may already hold digits."""
    for at in range(first, last):
        if text[at] < 97:
            return _put(text, first, last, out, end)
    return _put_letters(text, first, last, first <= last, words, out, end)


@njit(cache=True, nogil=True)
def _put_scaled(text: Any, first: int, last: int, power: int, out: Any, end: int) -> int:
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
def _less(a: Any, first_a: int, last_a: int, first_b: int, last_b: int) -> bool:
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


@njit(cache=True, nogil=True)
def _intern(
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
    start[count + 1] = _put(out, first, last, text, start[count])
    return count


@njit(cache=True, nogil=True)
def _room(
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
    end = _put(words.names, words.name_start[name], words.name_start[name + 1], out, 0 * at)
    out[end] = COLON
    end = _put(text, atoms[here, 0], atoms[here, 1], out, end + 1)
    parts, before, mark = 1, end, 0
    here += 1
    while here < count and atoms[here, 4] and atoms[here, 2] in (MINUS, POINT, COLON) and not atoms[here, 3]:
        before = end
        mark = POINT if atoms[here, 2] == POINT else MINUS
        out[end] = mark
        end = _put(text, atoms[here, 0], atoms[here, 1], out, end + 1)
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
        size = _put_letters(text, atoms[at, 0], atoms[at, 1], threaded, words, out, 0 * at)
        end = _put(text, atoms[start, 0], atoms[start, 1], out, size)
        _queue(queue, 0, 0, end, MARK)
        _queue(queue, 1, 0, size, WORD)
        queued = 2
    if taken == 1:
        out[end] = EQUAL
        last = _put_scaled(text, sizes[0, 0], sizes[0, 1], power, out, end + 1)
        last = _put(words.names, words.name_start[base], words.name_start[base + 1], out, last)
        _queue(queue, queued, end, last, QUANTITY)
        _queue(queue, queued + 1, last, _put(text, sizes[0, 0], sizes[0, 1], out, last), NUMBER)
        return here, queued + 2
    for which in range(taken):
        first = end
        if base == METRE:
            end = _put_scaled(text, sizes[which, 0], sizes[which, 1], power + 3, out, end)
        else:
            end = _put(text, sizes[which, 0], sizes[which, 1], out, end)
        sizes[which, 0], sizes[which, 1] = first, end
        _queue(queue, queued + 1 + which, first, end, NUMBER)
        place = which
        while place and _less(
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
        end = _put(out, sizes[sizes[which, 2], 0], sizes[sizes[which, 2], 1], out, end)
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
            size = _put(text, atoms[which, 0], atoms[which, 1], out, size)
        else:
            size = _put_letters(text, atoms[which, 0], atoms[which, 1], not alone, words, out, size)
    stops = words.facts[_known(out, 0 * at, size, words.slots, words.packed), STOP] == 1
    end, queued = size, 0
    gap = atoms[at, 2]
    if before_size and not stops and gap in (SPACE, MINUS, SLASH, POINT) and _may_join(before, before_size, out, size):
        end = _put_mark(before, 0 * at, before_size, words, out, size)
        end = _put_mark(out, 0 * at, size, words, out, end)
        _queue(queue, 0, size, end, MARK)
        queued = 1
    if not alone:
        _queue(queue, queued, 0, size, MARK)
        queued += 1
        for which in range(at, after):
            first = end
            if atoms[which, 4]:
                end = _put(text, atoms[which, 0], atoms[which, 1], out, end)
                _queue(queue, queued, first, end, NUMBER)
            else:
                end = _put_letters(text, atoms[which, 0], atoms[which, 1], not alone, words, out, end)
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
    _put(out, 0 * at, size, before, 0 * at)
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
        length, lean = _fold(data, offsets[row], offsets[row + 1], line, words)
        length = respell_line(line, length)
        count = _cut(line, length, atoms, text, words)
        most = 4 * count + 8
        fresh = 8 * length + 64 * count + 256
        if known + most >= len(kinds) or pooled_start[known] + fresh > len(pooled):
            pooled, pooled_start, kinds, hashed, slots = _room(
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
                piece[end] = _intern(text, first, last, WORD, pooled, pooled_start, kinds, hashed, slots, known)
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
                piece[end] = _intern(
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
