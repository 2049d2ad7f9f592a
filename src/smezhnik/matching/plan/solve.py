"""The mathematics of the plan: a transport problem, and a mixed one where lots or numbers of suppliers bite.

Without lots and a limit of suppliers the quantities that the needs can get form a polymatroid: what is best
depends only on the order in which the needs are wanted. So the three goals of value are one linear problem whose
weights are whole numbers (the place of a need in that order). Its matrix is totally unimodular, its prices are
whole numbers, and "keep what is already best" is told from them without any tolerance: a delivery whose price is
not zero stays at its least, a row whose price is not zero stays full.

Where lots or a limit of suppliers bite, HiGHS decides by whole numbers who delivers at all, goal after goal; how
much, is then the linear problem again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from smezhnik.matching.plan.graph import components
from smezhnik.progress import Progress, Step
from smezhnik.solver import Watch, quiet_highs, run_watched

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Goal = Literal["imports", "value", "quantity", "distance"]
GOALS: tuple[Goal, ...] = ("imports", "value", "quantity", "distance")
#: Largest volume or capacity of a component after scaling; the solver's tolerance of 1e-7 is relative to it.
SCALED_TO = 1e6
#: Scaled quantities below this are nothing.
NOTHING = 1e-6
#: Mixed problems: a goal counts as proven when it may be off by this part of its value at most, and it may give way
#: by as much when a later one is sought.
PROVEN = 1e-4
#: How often the start of a search is rounded and solved again.
ROUNDS = 4


@dataclass(frozen=True)
class Transport:
    """What may flow: arrays as in ``Problem``, without absent values.

    ``goals`` has three rows, [3, needs]: worth of one base unit of each need for imports replaced, for value, and
    for quantity without a price. ``suppliers`` is the largest number of suppliers of a need, 0 for any.
    """

    need: Ints
    offer: Ints
    volume: Floats
    capacity: Floats
    lot: Floats
    distance: Floats
    goals: Floats
    suppliers: int


@dataclass(frozen=True)
class Solution:
    """What was found.

    Attributes
    ----------
    quantity : [links] in base units
    doubt : the first goal that is not proven, None where all are
    gap : how far that goal may be off, as a part of it; 0 where all are proven
    interrupted : somebody ended the search
    late : the time was over before the search was
    """

    quantity: Floats
    doubt: Goal | None
    gap: float
    interrupted: bool = False
    late: bool = False


def solve(transport: Transport, *, time_limit_s: float, progress: Progress) -> Solution:
    """The best flows: imports, then value, then quantity without a price, then the least distance.

    A progress callback that raises ``Cancelled`` or KeyboardInterrupt while decisions are made ends the search for
    better ones: what was found stays. Small parts of the graph are decided first, so that few are left then.

    Of needs so small beside the largest of their component that the solver cannot tell them from nothing, none that
    went without counts as proven: their worth is the gap.
    """
    transport = _capped(transport)
    part = components(transport.need, transport.offer, len(transport.volume), len(transport.capacity))
    scale = _scale(transport, part)
    scaled = _scaled(transport, part, scale)
    progress(Step("plan_flows", 0, 2))
    quantity = _solve_flows(scaled)
    progress(Step("plan_flows", 2, 2))
    broken = np.unique(part[_broken(scaled, quantity)])
    doubt, gap, watch = len(GOALS), 0.0, Watch(time_limit_s, progress)
    for number in broken[np.argsort(np.bincount(part)[broken], kind="stable")]:
        watch.tell("plan_lots")
        links = np.flatnonzero(part == number)
        found = _solve_mixed(_subset(scaled, links), watch)
        quantity[links] = found.quantity
        gap = max(gap, found.gap) if found.goals == doubt else found.gap if found.goals < doubt else gap
        doubt = min(doubt, found.goals)
    late = watch.stopped is None and not watch.left
    if len(broken):
        watch.tell("plan_lots", 1, 1)
    unseen, worth = _unseen(scaled, quantity)
    if unseen < doubt:
        doubt, gap = unseen, worth
    return Solution(quantity / scale[part], GOALS[doubt] if doubt < len(GOALS) else None, gap,
                    interrupted=watch.stopped is not None, late=late and doubt < len(GOALS))


def _capped(transport: Transport) -> Transport:
    """The same problem without what can never flow: a capacity counts up to the needs that it reaches, and back.

    A capacity of a million times what is asked would take the solver's precision from the needs.
    """
    asked = np.bincount(transport.offer, transport.volume[transport.need], len(transport.capacity))
    offered = np.bincount(transport.need, transport.capacity[transport.offer], len(transport.volume))
    return replace(transport, capacity=np.minimum(transport.capacity, asked),
                   volume=np.minimum(transport.volume, offered))


def _unseen(transport: Transport, quantity: Floats) -> tuple[int, float]:
    """The first goal to which a need too small for the solver could have added, and by which part of all at most."""
    given = np.bincount(transport.need, quantity, len(transport.volume))
    linked = np.bincount(transport.need, minlength=len(transport.volume)) > 0
    small = linked & (given == 0) & (transport.volume > 0) & (transport.volume <= NOTHING)
    for goal, rates in enumerate(transport.goals):
        if lost := float(rates[small] @ transport.volume[small]):
            return goal, lost / float(rates[linked] @ transport.volume[linked])
    return len(GOALS), 0.0


def _scale(transport: Transport, part: Ints) -> Floats:
    """Factor of each component that brings its largest bound to ``SCALED_TO``."""
    largest = np.zeros(len(transport.volume) + len(transport.capacity))
    bound = np.maximum(transport.volume[transport.need], transport.capacity[transport.offer])
    np.maximum.at(largest, part, bound)
    return SCALED_TO / np.where(largest > 0, largest, SCALED_TO)


def _scaled(transport: Transport, part: Ints, scale: Floats) -> Transport:
    need_scale, offer_scale = np.ones(len(transport.volume)), np.ones(len(transport.capacity))
    need_scale[transport.need], offer_scale[transport.offer] = scale[part], scale[part]
    return replace(
        transport, volume=transport.volume * need_scale, capacity=transport.capacity * offer_scale,
        lot=transport.lot * scale[part], goals=transport.goals / need_scale,
    )


def _subset(transport: Transport, links: Ints) -> Transport:
    """The problem of one component, its needs and offers numbered anew."""
    needs, need = np.unique(transport.need[links], return_inverse=True)
    offers, offer = np.unique(transport.offer[links], return_inverse=True)
    return replace(
        transport, need=need, offer=offer, volume=transport.volume[needs], capacity=transport.capacity[offers],
        lot=transport.lot[links], distance=transport.distance[links], goals=transport.goals[:, needs],
    )


def _broken(transport: Transport, quantity: Floats) -> Flags:
    """[links] deliveries below their lot, and all links of needs with too many suppliers."""
    flows = quantity > 0
    small = flows & (quantity < transport.lot * (1 - 1e-9) - NOTHING)
    if not transport.suppliers:
        return small
    count = np.bincount(transport.need[flows], minlength=len(transport.volume))
    return small | (count > transport.suppliers)[transport.need]


def _wanted(goals: Floats) -> Floats:
    """Whole-number weight of each need: its place when ordered by the goals, the first goal first."""
    _, place = np.unique(goals.T, axis=0, return_inverse=True)
    return place.reshape(-1).astype(np.float64) + 1.0


def _matrix(transport: Transport, columns: int) -> highspy.HighsLp:
    """Rows: what each need takes, what each offer gives; one column a link."""
    rows = len(transport.volume) + len(transport.capacity)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows
    lp.col_cost_ = np.zeros(columns)
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.full(columns, highspy.kHighsInf)
    lp.row_lower_ = np.full(rows, -highspy.kHighsInf)
    lp.row_upper_ = np.concatenate([transport.volume, transport.capacity])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(0, 2 * columns + 1, 2, dtype=np.int32)
    lp.a_matrix_.index_ = np.column_stack([transport.need, len(transport.volume) + transport.offer]).astype(
        np.int32).reshape(-1)
    lp.a_matrix_.value_ = np.ones(2 * columns)
    return lp


def _solve_flows(transport: Transport, least: Floats | None = None, able: Flags | None = None) -> Floats:
    """Value by one linear problem, then the least distance; only links that are ``able``, each at least ``least``."""
    links = len(transport.need)
    if not links:
        return np.zeros(0)
    least = np.zeros(links) if least is None else least
    lp = _matrix(transport, links)
    lp.col_cost_ = -_wanted(transport.goals)[transport.need]
    lp.col_lower_ = least
    if able is not None:
        lp.col_upper_ = np.where(able, highspy.kHighsInf, 0.0)
    engine = quiet_highs(lp)
    engine.run()
    found = engine.getSolution()
    every_link, every_row = np.arange(links, dtype=np.int32), np.arange(lp.num_row_, dtype=np.int32)
    upper = np.where(np.asarray(found.col_dual) > 0.5, least, np.asarray(lp.col_upper_))
    lower = np.where(np.asarray(found.row_dual) < -0.5, lp.row_upper_, -highspy.kHighsInf)
    engine.changeColsBounds(links, every_link, least, upper)
    engine.changeRowsBounds(lp.num_row_, every_row, lower, np.asarray(lp.row_upper_))
    engine.changeColsCost(links, every_link, transport.distance)
    engine.run()
    return _some(np.asarray(engine.getSolution().col_value))


def _solve_decided(transport: Transport, quantity: Floats) -> Floats:
    """The best flows on the links that deliver in ``quantity``, each at least its lot, and those without any rule."""
    delivers = quantity > 0
    ruled = np.full(len(quantity), bool(transport.suppliers)) | (transport.lot > 0)
    return _solve_flows(transport, np.where(delivers, transport.lot, 0.0), delivers | ~ruled)


@dataclass(frozen=True)
class _Outcome:
    """What a search of one component found.

    Attributes
    ----------
    quantity : [links]
    goals : how many are proven
    gap : how far the next may be off, as a part of it
    reach : no answer has more of the next goal (of the distance: nothing said)
    """

    quantity: Floats
    goals: int = len(GOALS)
    gap: float = 0.0
    reach: float = np.inf


def _solve_mixed(transport: Transport, watch: Watch) -> _Outcome:
    """One component with lots or a limit of suppliers.

    Decisions are made first only where the answer without them breaks a rule, then, if that still breaks one,
    wherever a rule may bite: an optimum of a looser problem that keeps all rules is the optimum. The first search may
    take a third of the time, for what it finds may still break a rule. Rounding gives every search a start that keeps
    all rules.
    """
    free = _solve_flows(transport)
    bound = transport.goals @ np.bincount(transport.need, free, len(transport.volume))
    broken = _broken(transport, free)
    some = np.isin(transport.need, transport.need[broken]) if transport.suppliers else broken
    all_ = np.full(len(broken), bool(transport.suppliers)) | (transport.lot > 0)
    best, limit, began = _rounded(transport), watch.left, watch.spent
    for decided, until in ((some, began + limit / 3), (all_, began + limit)):
        found = _search(transport, decided, best, watch, until)
        if not _broken(transport, found.quantity).any():
            best = _better(transport, best, _solve_decided(transport, found.quantity))
            if found.goals == len(GOALS):
                return _Outcome(best)
    return _Outcome(best, *_in_doubt(transport, best, bound, found))


def _rounded(transport: Transport) -> Floats:
    """Flows that keep all rules: what breaks one is forbidden and the rest solved again, a few times.

    Deliveries below their lot go; of a need with too many suppliers those that deliver most stay. Whoever then
    delivers by the rules is decided to deliver.
    """
    able = np.ones(len(transport.need), np.bool_)
    for _ in range(ROUNDS):
        quantity = _solve_flows(transport, able=able)
        able &= ~_surplus(transport, quantity)
    return _solve_decided(transport, np.where(able, quantity, 0.0))


def _surplus(transport: Transport, quantity: Floats) -> Flags:
    """[links] which of those that break a rule must go: too small ones, and suppliers beyond the limit."""
    broken = _broken(transport, quantity)
    surplus = (quantity > 0) & (quantity < transport.lot)
    if transport.suppliers:
        order = np.lexsort([-quantity, transport.need])
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order)) - np.searchsorted(transport.need[order], transport.need[order])
        surplus |= place >= transport.suppliers
    return broken & surplus


def _better(transport: Transport, left: Floats, right: Floats) -> Floats:
    """The one of two flows that is better by the goals; of equals the first."""
    def worth(quantity: Floats) -> list[float]:
        goals = transport.goals @ np.bincount(transport.need, quantity, len(transport.volume))
        return [*goals.tolist(), -float(transport.distance @ quantity)]

    return right if worth(right) > worth(left) else left


def _in_doubt(transport: Transport, quantity: Floats, bound: Floats, last: _Outcome) -> tuple[int, float]:
    """The first goal in doubt, and how far it may be off as a part of what is possible without the rules.

    The last search had all decisions to make, so the goals that it proved are not in doubt, nor are those that reach
    what is possible without the rules. Of the goal that it was at, it knows itself what no answer surpasses.
    """
    bound = bound.copy()
    if last.goals < len(bound):
        bound[last.goals] = min(bound[last.goals], last.reach)
    reached = transport.goals @ np.bincount(transport.need, quantity, len(transport.volume))
    for goal in range(last.goals, len(bound)):
        if bound[goal] > 0 and (part := float((bound[goal] - reached[goal]) / bound[goal])) > PROVEN:
            return goal, part
    return len(GOALS) - 1, max(min(last.gap, 1.0), PROVEN)


def _search(transport: Transport, decided: Flags, start: Floats, watch: Watch, until: float) -> _Outcome:
    """The goals one after another, with a yes-or-no decision for each link of ``decided``; the watch ends it."""
    links, choices = len(transport.need), np.flatnonzero(decided)
    engine = quiet_highs(_matrix(transport, links), mip_feasibility_tolerance=1e-9, mip_rel_gap=PROVEN,
                         mip_abs_gap=0.0)
    _add_decisions(engine, transport, choices)
    every = np.arange(links, dtype=np.int32)
    known = np.concatenate([start, (start[choices] > 0).astype(np.float64)])
    for goals, cost in enumerate((*(-goal[transport.need] for goal in transport.goals), transport.distance)):
        reach = float(np.abs(cost) @ np.minimum(transport.volume[transport.need], transport.capacity[transport.offer]))
        if not reach:
            continue
        cost = cost * (SCALED_TO / reach)
        engine.changeColsCost(links, every, cost)
        if not (left := min(watch.left, until - watch.spent)) > 0:
            return _Outcome(_some(known[:links]), goals, 1.0)
        engine.setOptionValue("time_limit", left)  # that of one run
        solution = highspy.HighsSolution()
        solution.col_value = known
        engine.setSolution(solution)
        run_watched(engine, watch, lambda: watch.tell("plan_lots"))
        known = np.asarray(engine.getSolution().col_value)
        if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal or not len(known):
            found = known[:links] if len(known) else start
            info = engine.getInfo()
            gap = float(info.mip_gap) if goals == len(GOALS) - 1 else 1.0
            most = -float(info.mip_dual_bound) * reach / SCALED_TO if goals < len(GOALS) - 1 else np.inf
            return _Outcome(_some(found), goals, gap, most)
        best = float(cost @ known[:links])
        engine.addRow(-highspy.kHighsInf, best + PROVEN * abs(best), links, every, cost)
    return _Outcome(_some(known[:links]))


def _some(quantity: Floats) -> Floats:
    """Without what is too little to be told from nothing."""
    return np.where(quantity < NOTHING, 0.0, quantity)


def _add_decisions(engine: Any, transport: Transport, choices: Ints) -> None:
    """A delivery is nothing or between its lot and its bound; a need has at most so many suppliers."""
    links, count = len(transport.need), len(choices)
    bound = np.minimum(transport.volume[transport.need], transport.capacity[transport.offer])[choices]
    engine.addCols(count, np.zeros(count), np.zeros(count), np.ones(count), 0, np.zeros(count + 1, np.int32),
                   np.zeros(0, np.int32), np.zeros(0))
    switches = links + np.arange(count, dtype=np.int32)
    engine.changeColsIntegrality(count, switches, np.full(count, highspy.HighsVarType.kInteger))
    starts = np.arange(0, 2 * count + 1, 2, dtype=np.int32)
    pairs = np.column_stack([choices, switches]).astype(np.int32).reshape(-1)
    ones = np.ones(count)
    engine.addRows(count, np.full(count, -highspy.kHighsInf), np.zeros(count), 2 * count, starts, pairs,
                   np.column_stack([ones, -bound]).reshape(-1))
    lot = transport.lot[choices]
    engine.addRows(count, np.zeros(count), np.full(count, highspy.kHighsInf), 2 * count, starts, pairs,
                   np.column_stack([ones, -lot]).reshape(-1))
    if transport.suppliers:
        order = np.argsort(transport.need[choices], kind="stable")
        _, first = np.unique(transport.need[choices][order], return_index=True)
        engine.addRows(len(first), np.full(len(first), -highspy.kHighsInf),
                       np.full(len(first), float(transport.suppliers)), count,
                       np.append(first, count).astype(np.int32), switches[order], ones)
