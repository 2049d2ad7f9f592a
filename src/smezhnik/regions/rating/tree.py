"""The scheme as a tree of positions: indicators first, blocks from the lowest up, the index last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smezhnik.messages import Words
from smezhnik.regions.rating.scheme import INDEX, Scheme

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tree:
    """Positions of a scheme.

    Attributes
    ----------
    codes, titles : of every position
    leaves : how many indicators; positions 0 … leaves − 1
    children : position → positions it is joined from; empty for indicators
    parents : position → its parent; −1 for the index
    """

    codes: tuple[str, ...]
    titles: tuple[Words, ...]
    leaves: int
    children: tuple[Ints, ...]
    parents: Ints

    @property
    def inner(self) -> range:
        """Positions that are joined from others, children always before parents."""
        return range(self.leaves, len(self.codes))

    @property
    def root(self) -> int:
        return len(self.codes) - 1

    @property
    def blocks(self) -> Ints:
        """Positions whose children are indicators."""
        return np.array([place for place in self.inner if (self.children[place] < self.leaves).all()], np.int64)


def make_tree(scheme: Scheme) -> Tree:
    """The tree of a checked scheme; blocks that hold nothing are left out."""
    parent_of = {block.code: block.parent for block in scheme.blocks}

    def depth(code: str) -> int:
        return 0 if code == INDEX else 1 + depth(parent_of[code])

    used = {item.block for item in scheme.indicators}
    for code in sorted(parent_of, key=depth, reverse=True):
        if code in used:
            used.add(parent_of[code])
    blocks = sorted((item for item in scheme.blocks if item.code in used), key=lambda item: -depth(item.code))
    codes = (*scheme.codes, *(item.code for item in blocks), INDEX)
    titles = (*(item.title for item in scheme.indicators), *(item.title for item in blocks), scheme.index)
    above = [*(item.block for item in scheme.indicators), *(item.parent for item in blocks)]
    place = {code: number for number, code in enumerate(codes)}
    parents = np.array([*(place[code] for code in above), -1], np.int64)
    children = tuple(np.flatnonzero(parents == number) for number in range(len(codes)))
    return Tree(codes, titles, len(scheme.indicators), children, parents)
