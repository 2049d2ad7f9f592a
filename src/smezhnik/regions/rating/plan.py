"""The least effort that gains places, under what comparable regions have reached."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from smezhnik.errors import CannotSay, InputError
from smezhnik.places import EQUAL
from smezhnik.regions.rating.aggregate import join_all
from smezhnik.regions.rating.change import calc_leverage, fill_from_above
from smezhnik.regions.rating.composite import Composite, rate
from smezhnik.regions.rating.scheme import Indicator
from smezhnik.regions.rating.tree import Floats

#: By how much a score must pass another so that rounding cannot undo it, points.
CLEAR = 1e-6
#: Steps of the cutting planes, and rounds of recalculation with a moved scale.
CUTS, ROUNDS = 300, 8
#: Where a part is 0 the geometric mean has no slope: it is taken this far above, points.
LIFT = 0.01


@dataclass(frozen=True)
class Move:
    """What one indicator has to do.

    Attributes
    ----------
    now, needed : in the unit of the indicator, not divided by the denominator
    points, gain : on its scale, and what that gives the index
    reached_by : how many of the regions compared with have at least as much
    """

    indicator: Indicator
    now: float
    needed: float
    points: float
    gain: float
    reached_by: int


@dataclass(frozen=True)
class Plan:
    """How to gain places.

    Attributes
    ----------
    place, target, reached : now, asked for, and after a full recalculation with the new values
    score, needed : index now, and the least that reaches the target
    effort : sum of points over all moves, by cost where costs are given
    moves : largest gain first
    absent : indicators that the region has no value of: a value to report comes before a value to raise
    limit : quantile of the regions compared with that no move passes
    """

    region: str
    name: str
    place: float
    target: float
    reached: float
    score: float
    needed: float
    effort: float
    moves: tuple[Move, ...]
    absent: tuple[Indicator, ...]
    limit: float


def calc_plan(composite: Composite, region: str, *, gain: int, limit: float = 0.9, peers: Collection[int] = (),
              fixed: Collection[str] = (), costs: Mapping[str, float] | None = None) -> Plan:
    """The cheapest way for a region to rise by ``gain`` places.

    min Σ c_k e_k  with  index(n + e) >= the score of who holds the place,  0 <= e_k <= what the ``limit`` quantile of
    the other regions has more than the region. Solved as linear programs: the index is concave in the points of
    indicators, so that every tangent is a bound; for the arithmetic mean the first is exact. The new values are put
    into the table and everything is rated again; where the scale moved with them, the aim is raised.

    Parameters
    ----------
    limit : quantile, 0 … 1
    peers : rows of the regions compared with; all others by default
    fixed : codes of indicators that stay, beside those that the scheme calls not steerable
    costs : code → cost of one point, 1 by default

    Raises
    ------
    InputError where no region stands so far above; CannotSay where the limits do not let it rise so far (the fields
    name the place they do), or the scheme counts places alone.
    """
    row, scheme, tree = composite.row(region), composite.scheme, composite.tree
    methods = [scheme.joining.of(tree.codes[place]) for place in tree.inner]
    if composite.scale.order is not None or composite.shares is not None or "copeland" in methods:
        raise CannotSay("rating.no_plan")
    place = float(composite.places[row])
    if gain < 1 or gain > place - 1:
        raise InputError("rating.gain", gain=gain, place=int(place), most=int(place) - 1,
                         region=composite.table.names[row])
    others = np.array(sorted(set(peers) - {row}) or [other for other in range(len(composite.places)) if other != row])
    points = composite.normalised[row]
    top = np.array([np.quantile(column[~np.isnan(column)], limit) if (~np.isnan(column)).any() else np.nan
                    for column in composite.normalised[others].T])
    movable = np.array([item.steerable and item.code not in fixed for item in scheme.indicators])
    movable &= ~composite.absent[row]
    room = np.where(movable, np.maximum(np.nan_to_num(top - points), 0.0), 0.0)
    cost = np.array([(costs or {}).get(code, 1.0) for code in scheme.codes])
    required = wanted = _score_of_place(composite, row, int(place) - gain)
    best, raised, effort = None, composite, np.zeros(len(points))
    for _ in range(ROUNDS):
        found = _cheapest(composite, row, room, cost, required)
        if found is None:
            break
        effort = found
        raised = rate(_raised(composite, row, effort), _full(composite))
        if raised.places[raised.row(composite.table.regions[row])] <= place - gain:
            best = effort
            break
        short = _score_of_place(raised, row, int(place) - gain) - raised.index[row]
        required += max(float(short), CLEAR)
    if best is None:
        top_place = _place_at_most(composite, row, room)
        raise CannotSay("rating.out_of_reach", region=composite.table.names[row], target=int(place) - gain,
                        place=int(place), best=top_place, limit=100 * limit)
    return Plan(composite.table.regions[row], composite.table.names[row], place, place - gain,
                float(raised.places[row]), float(composite.index[row]), wanted, float(cost @ best),
                _moves(composite, row, best, others),
                tuple(item for item, absent in zip(scheme.indicators, composite.absent[row], strict=True) if absent),
                limit)


def _full(composite: Composite) -> Any:
    """The scheme without screening: the regions were screened already."""
    return replace(composite.scheme, missing=replace(composite.scheme.missing, least_share=0.0))


def _score_of_place(composite: Composite, row: int, place: int) -> float:
    """The least score that holds a place."""
    others = -np.sort(-np.delete(composite.index, row))
    ties = composite.scheme.ties
    if ties.decimals is not None:
        others = np.round(others, ties.decimals)
    if ties.rule == "dense":
        others = others[np.r_[True, others[:-1] - others[1:] > EQUAL]]
    return float(others[min(place, len(others)) - 1]) + (CLEAR if ties.decimals is None else 10.0**-ties.decimals)


def _join_row(composite: Composite, points: Floats) -> Floats:
    """[positions] scores of one region with other points."""
    return join_all(points[None, :], composite.weights, composite.tree, composite.scheme)[:, 0, 0]


def _cheapest(composite: Composite, row: int, room: Floats, cost: Floats, required: float) -> Floats | None:
    """Points to add; None where even the whole room is not enough."""
    points, tree = composite.normalised[row], composite.tree
    methods = [composite.scheme.joining.of(tree.codes[place]) for place in tree.inner]
    if _join_row(composite, points + room)[tree.root] < required:
        return None
    count = len(points)
    engine: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("threads", 1)
    engine.addVars(count, np.zeros(count), room)
    columns = np.arange(count, dtype=np.int32)
    engine.changeColsCost(count, columns, cost)
    effort = np.zeros(count)
    for _ in range(CUTS):
        if _join_row(composite, points + effort)[tree.root] >= required - CLEAR / 10:
            break
        at = np.where(points + effort < LIFT, np.maximum(effort, np.minimum(LIFT, room)), effort)
        scores = fill_from_above(_join_row(composite, points + at)[:, None], tree)
        slope = calc_leverage(scores, scores, tree, composite.weights, methods)[:count, 0]
        slope = np.where(np.isnan(points), 0.0, slope)
        engine.addRow(required - float(scores[tree.root, 0]) + float(slope @ at), highspy.kHighsInf, count, columns,
                      slope)
        engine.run()
        effort = np.clip(np.asarray(engine.getSolution().col_value), 0.0, room)
    return _pushed(composite, points, effort, room, required)


def _pushed(composite: Composite, points: Floats, effort: Floats, room: Floats, required: float) -> Floats:
    """Tangents close in from above: what is left is pushed along the moves themselves, without dust beside them."""
    effort = np.where(effort > CLEAR, effort, 0.0)
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        reached = _join_row(composite, points + np.minimum(effort * (1 + middle), room))[-1] >= required
        low, high = (low, middle) if reached else (middle, high)
    return np.minimum(effort * (1 + high), room)


def _raw_value(composite: Composite, row: int, column: int, points: float) -> float:
    """The value before scaling, treating and dividing."""
    value = composite.treatment.invert(column, composite.scale.invert(column, points))
    item = composite.scheme.indicators[column]
    if item.per is None:
        return value
    place = [one.code for one in composite.scheme.denominators].index(item.per)
    return value * float(composite.table.denominators[row, place])


def _raised(composite: Composite, row: int, effort: Floats) -> Any:
    values = composite.table.values.copy()
    for column in np.flatnonzero(effort > 0):
        values[row, column] = _raw_value(composite, row, int(column),
                                         float(composite.normalised[row, column] + effort[column]))
    return replace(composite.table, values=values)


def _moves(composite: Composite, row: int, effort: Floats, others: Sequence[int] | np.ndarray) -> tuple[Move, ...]:
    tree, points = composite.tree, composite.normalised[row]
    methods = [composite.scheme.joining.of(tree.codes[place]) for place in tree.inner]
    first = fill_from_above(composite.scores[:, row:row + 1], tree)
    second = fill_from_above(_join_row(composite, points + effort)[:, None], tree)
    gains = calc_leverage(first, second, tree, composite.weights, methods)[:tree.leaves, 0] * effort
    moves = [Move(composite.scheme.indicators[column], float(composite.table.values[row, column]),
                  _raw_value(composite, row, int(column), float(points[column] + effort[column])),
                  float(effort[column]), float(gains[column]),
                  int((composite.normalised[others, column] >= points[column] + effort[column] - EQUAL).sum()))
             for column in np.flatnonzero(effort > EQUAL)]
    return tuple(sorted(moves, key=lambda move: -move.gain))


def _place_at_most(composite: Composite, row: int, room: Floats) -> int:
    """The place that the whole room gives, after rating again."""
    raised = rate(_raised(composite, row, room), _full(composite))
    return int(raised.places[row])
