"""What moved a score from one year to the next, to the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from smezhnik.errors import CannotSay
from smezhnik.places import calc_places
from smezhnik.regions.rating.composite import Composite
from smezhnik.regions.rating.normalise import ORDERS
from smezhnik.regions.rating.scheme import JoinMethod, Ties
from smezhnik.regions.rating.tree import Floats, Tree

#: Why the points of an indicator changed: the value itself, the scale others set, a value known in one year only.
REASONS = ("value", "scale", "coverage")


@dataclass(frozen=True, eq=False)
class Change:
    """From one year to another, for the regions that both years rate.

    Attributes
    ----------
    regions, names, codes : of the axes; codes are those of indicators
    before, after : [n] scores of the index
    places_before, places_after : [n]
    terms : [n, m, 3] what each indicator did to the index, by ``REASONS``; sums to after − before
    """

    regions: tuple[str, ...]
    names: tuple[str, ...]
    codes: tuple[str, ...]
    years: tuple[int | None, int | None]
    before: Floats
    after: Floats
    places_before: Floats
    places_after: Floats
    terms: Floats

    @property
    def residual(self) -> float:
        """What the terms leave unexplained: rounding of the machine."""
        return float(np.abs(self.terms.sum(axis=(1, 2)) - (self.after - self.before)).max(initial=0.0))


@dataclass(frozen=True, eq=False)
class Gap:
    """What parts a region from another of the same rating.

    Attributes
    ----------
    row, other : of the region and of the one it is set beside
    terms : [m] what each indicator does to the difference of the index; sums to index[row] − index[other]
    """

    row: int
    other: int
    terms: Floats


def calc_gap(composite: Composite, row: int, other: int) -> Gap:
    """Share the difference of two regions among the indicators, exactly; the formula is that of ``calc_change``.

    An absent part counts as the score of its block.

    Raises
    ------
    CannotSay where places alone are counted, or every region has weights of its own.
    """
    tree = composite.tree
    methods = [composite.scheme.joining.of(tree.codes[place]) for place in tree.inner]
    if composite.shares is not None or composite.scale.order in ORDERS or "copeland" in methods:
        raise CannotSay("rating.no_change")
    first, second = (fill_from_above(composite.scores[:, [item]], tree) for item in (other, row))
    leverage = calc_leverage(first, second, tree, composite.weights, methods)[:tree.leaves, 0]
    return Gap(row, other, leverage * (second - first)[:tree.leaves, 0])


def part_places(change: Change, row: int, ties: Ties) -> tuple[float, float]:
    """How many places a region rose by its own score, and by the scores of the others; below zero it fell.

    Own: the place that its new score had taken among the old scores of the others. Both add up to the change of the
    place among the regions that both years rate.

    Parameters
    ----------
    ties : who shares a place, as the scheme says
    """
    alone = change.before.copy()
    alone[row] = change.after[row]
    before, middle, after = (float(calc_places(scores, ties.rule, ties.decimals)[row])
                             for scores in (change.before, alone, change.after))
    return before - middle, middle - after


def calc_change(before: Composite, after: Composite) -> Change:
    """Share the change of the index among the indicators, exactly.

    A joined score y of parts x with weights w changes by Σ k (x₁ − x₀), where k does not hide a rest:

    ===========  =================================================================================
    arithmetic   k = w
    geometric    k = w L(y₁, y₀) / L(x₁, x₀), L(a, b) = (a − b) / ln(a / b) the logarithmic mean
    harmonic     k = w y₁ y₀ / (x₁ x₀)
    ===========  =================================================================================

    Where a part is 0 in either year a geometric or harmonic score jumps: the jump is shared by the parts that left or
    reached 0. The k on the way from an indicator to the index are multiplied. The points of an indicator change by
    its value (scaled as in the first year), by the scale (the same value scaled as in the second year), and, where it
    is known in one year only, by coverage: an absent part counts as the score of its block.

    Raises
    ------
    CannotSay where the years were not rated alike (indicators or weights differ), places alone are counted
    (``rank``, ``copeland`` …), or no region is in both.

    References
    ----------
    Ang, The LMDI approach to decomposition analysis, 2005.
    """
    tree, scheme = before.tree, before.scheme
    methods = [scheme.joining.of(tree.codes[place]) for place in tree.inner]
    if before.scheme.codes != after.scheme.codes:
        raise CannotSay("rating.other_indicators", codes=sorted(set(before.left_out) ^ set(after.left_out)))
    if before.shares is not None or before.scale.order in ORDERS or "copeland" in methods:
        raise CannotSay("rating.no_change")
    if any(not np.allclose(one, other, atol=1e-12) for one, other in
           zip(before.weights, after.weights, strict=True)):
        raise CannotSay("rating.other_weights")
    both = [region for region in after.table.regions if region in set(before.table.regions)]
    if not both:
        raise CannotSay("rating.no_common_region")
    rows = [[composite.table.regions.index(region) for region in both] for composite in (before, after)]
    first = fill_from_above(before.scores[:, rows[0]], tree)
    second = fill_from_above(after.scores[:, rows[1]], tree)
    leverage = calc_leverage(first, second, tree, before.weights, methods)[:tree.leaves]
    frozen = before.scale.apply(before.treatment.apply(after.imputed[rows[1]])).T
    known = ~(before.absent[rows[0]].T | after.absent[rows[1]].T)
    value = np.where(known, frozen - first[:tree.leaves], 0.0)
    rest = second[:tree.leaves] - first[:tree.leaves] - value
    terms = np.stack([value, np.where(known, rest, 0.0), np.where(known, 0.0, rest)], axis=-1) * leverage[:, :, None]
    return Change(tuple(both), tuple(after.table.names[row] for row in rows[1]), scheme.codes,
                  (before.table.year, after.table.year), before.index[rows[0]], after.index[rows[1]],
                  before.places[rows[0]], after.places[rows[1]], terms.transpose(1, 0, 2))


def fill_from_above(scores: Floats, tree: Tree) -> Floats:
    """Absent scores as those of their parent: sharing their weight among the present says just that."""
    filled = scores.copy()
    for place in reversed(tree.inner):
        for child in tree.children[place]:
            filled[child] = np.where(np.isnan(filled[child]), filled[place], filled[child])
    return filled


def calc_leverage(first: Floats, second: Floats, tree: Tree, weights: Sequence[Floats],
                  methods: Sequence[JoinMethod]) -> Floats:
    """[positions, n] by how much the index changes for one point of a position, between two states; exact in sum."""
    leverage = np.ones(first.shape)
    for place, method in zip(reversed(tree.inner), reversed(methods), strict=True):
        children, weight = tree.children[place], weights[place][:, None]
        x0, x1, y0, y1 = first[children], second[children], first[place], second[place]
        leverage[children] = leverage[place] * _step(x0, x1, y0, y1, weight, method)
    return leverage


def _step(x0: Floats, x1: Floats, y0: Floats, y1: Floats, weight: Floats, method: JoinMethod) -> Floats:
    if method == "arithmetic":
        return np.broadcast_to(weight, x0.shape)
    jump = (y0 <= 0) | (y1 <= 0)
    # a part of no weight may be 0 while the whole is not
    safe = [*(np.where(jump | (part <= 0), 1.0, part) for part in (x0, x1)),
            *(np.where(jump, 1.0, part) for part in (y0, y1))]
    if method == "geometric":
        smooth = weight * _logarithmic_mean(safe[3], safe[2]) / _logarithmic_mean(safe[1], safe[0])
    else:
        smooth = weight * safe[3] * safe[2] / (safe[1] * safe[0])
    moved = ((x0 <= 0) | (x1 <= 0)) & (x0 != x1)
    count = np.maximum(moved.sum(axis=0), 1)
    gap = np.where(moved, x1 - x0, 1.0)
    return np.where(jump, np.where(moved, (y1 - y0) / count / gap, 0.0), smooth)


def _logarithmic_mean(one: Floats, other: Floats) -> Floats:
    ratio = np.log1p((one - other) / other)
    return np.where(ratio == 0, other, (one - other) / np.where(ratio == 0, 1.0, ratio))
