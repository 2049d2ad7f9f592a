"""A region beside others: where it is strong, where weak, and who is like it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from smezhnik.messages import Words
from smezhnik.regions.rating.composite import Composite


@dataclass(frozen=True)
class Standing:
    """A region at one position of the tree.

    Attributes
    ----------
    code, title : of an indicator, a block or the index
    level : 0 for indicators, 1 and up for what is joined from them
    value : in the unit of the indicator; None for blocks and where it is absent
    filled : the value was absent and filled in
    points, place : None where there is no score
    median, best : points of the regions compared with
    ahead : points more than their median
    weight : of the position in the index
    """

    code: str
    title: Words
    level: int
    value: float | None
    filled: bool
    points: float | None
    place: float | None
    median: float | None
    best: float | None
    ahead: float | None
    weight: float


def find_standings(composite: Composite, region: str, peers: Collection[int] = ()) -> tuple[Standing, ...]:
    """A region at every position, the index first, then blocks from the top down, then indicators.

    Parameters
    ----------
    peers : rows of the regions compared with; all others by default
    """
    row, tree = composite.row(region), composite.tree
    others = sorted(set(peers) - {row}) or [other for other in range(len(composite.places)) if other != row]
    places, weights = composite.node_places(), composite.effective
    levels = [0] * len(tree.codes)
    for place in tree.inner:
        levels[place] = 1 + max(levels[child] for child in tree.children[place])
    standings = []
    for place in sorted(range(len(tree.codes)), key=lambda item: (-levels[item], item)):
        beside = composite.scores[place, others]
        beside = beside[~np.isnan(beside)]
        own = _known(composite.scores[place, row])
        median = float(np.median(beside)) if len(beside) else None
        leaf = place < tree.leaves
        standings.append(Standing(
            tree.codes[place], tree.titles[place], levels[place],
            _known(composite.table.values[row, place]) if leaf else None,
            bool(leaf and composite.absent[row, place] and own is not None), own, _known(places[place, row]), median,
            float(beside.max()) if len(beside) else None,
            None if own is None or median is None else own - median, float(weights[place])))
    return tuple(standings)


def find_peers(composite: Composite, region: str, count: int = 10) -> tuple[int, ...]:
    """Rows of the regions most alike: the least root mean square of differences between points of indicators."""
    row = composite.row(region)
    gaps = composite.normalised - composite.normalised[row]
    known = ~np.isnan(gaps)
    far = np.sqrt(np.where(known, gaps, 0.0) ** 2 @ np.ones(gaps.shape[1]) / np.maximum(known.sum(axis=1), 1))
    far[row] = np.inf
    return tuple(int(other) for other in np.argsort(far, kind="stable")[:min(count, len(far) - 1)])


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
