"""The tables of ``normalise`` and ``tokens`` in the form that the compiled lexer reads."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smezhnik.matching.normalise import (
    ALIASES,
    CYRILLIC_LIKE,
    GLUED_UNITS,
    LATIN_LIKE,
    POWERS,
    STANDARD_MARKS,
    STANDARDS,
    UNITS,
    fold_table,
)
from smezhnik.matching.tokens import STOP_WORDS

#: Places of the names of the base units that rules put by themselves.
METRE, SQUARE, LITRE = 0, 1, 2
SLOTS = 1 << 12

# what a known word is: columns of the dictionary
STOP, GLUED, UNIT, UNIT_POWER, POWER, ALIAS, OPENS, PASSES = range(8)
ABSENT = -128


class Dictionary(NamedTuple):
    """Known words by their bytes packed into 64 bits, open addressing; names flat with starts."""

    slots: NDArray[np.int64]
    packed: NDArray[np.uint64]
    facts: NDArray[np.int16]
    names: NDArray[np.uint8]
    name_start: NDArray[np.int64]
    fold: NDArray[np.uint8]
    like: NDArray[np.uint8]


@cache
def dictionary() -> Dictionary:
    """The tables of ``normalise`` in the form that the compiled rules read."""
    names = ["м", "м2", "л"]
    names += [name for name in dict.fromkeys([base for base, _ in UNITS.values()]) if name not in names]
    first_alias = len(names)
    aliases = list(dict.fromkeys(ALIASES.values()))
    first_standard = first_alias + len(aliases)
    standards = list(dict.fromkeys(STANDARDS.values()))
    words = sorted({*STOP_WORDS, *UNITS, *POWERS, *ALIASES, *STANDARDS, *STANDARD_MARKS})
    facts = np.full((len(words) + 1, 8), ABSENT, np.int16)  # the last row is that of every other word
    for at, word in enumerate(words):
        facts[at, STOP] = word in STOP_WORDS
        facts[at, GLUED] = word in GLUED_UNITS
        facts[at, PASSES] = word in STANDARD_MARKS
        if word in UNITS:
            facts[at, UNIT], facts[at, UNIT_POWER] = names.index(UNITS[word][0]), UNITS[word][1]
        if word in POWERS:
            facts[at, POWER] = POWERS[word]
        if word in ALIASES:
            facts[at, ALIAS] = first_alias + aliases.index(ALIASES[word])
        if word in STANDARDS:
            facts[at, OPENS] = first_standard + standards.index(STANDARDS[word])
    packed = np.array([int.from_bytes(word.encode("cp1251"), "little") for word in words], np.uint64)
    slots = np.full(SLOTS, -1, np.int64)
    for at, code in enumerate(packed):
        slot = _slot(int(code))
        while slots[slot] >= 0:
            slot = (slot + 1) % SLOTS
        slots[slot] = at
    encoded = [name.encode("cp1251") for name in names + aliases + standards]
    name_start = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(name) for name in encoded], out=name_start[1:])
    like = np.zeros(256, np.uint8)
    for latin, cyrillic in zip(LATIN_LIKE.encode("cp1251"), CYRILLIC_LIKE.encode("cp1251"), strict=True):
        like[latin], like[cyrillic] = cyrillic, latin
    return Dictionary(
        slots, packed, facts, as_bytes(b"".join(encoded)), name_start, as_bytes(fold_table()), like
    )


def as_bytes(text: bytes) -> NDArray[np.uint8]:
    """A writable array: read-only ones have another type, for which everything would be compiled once more."""
    return np.frombuffer(text, np.uint8).copy()


def _slot(code: int) -> int:
    return (code * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) >> 52
