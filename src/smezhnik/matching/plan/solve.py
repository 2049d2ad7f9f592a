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
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from smezhnik.matching.plan.graph import components
from smezhnik.progress import Progress, Step

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Largest volume or capacity of a component after scaling; the solver's tolerance of 1e-7 is relative to it.
SCALED_TO = 1e6
#: Scaled quantities below this are nothing.
NOTHING = 1e-6
#: An earlier goal may give way by this part of its value when a later one is sought (mixed problems only).
GIVES_WAY = 1e-7


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
    """[links] quantities in base units, whether the optimum is proven, and how far it may be off (0…1)."""

    quantity: Floats
    proven: bool
    gap: float
    #: [links] which deliveries stand in a component that was solved with whole-number decisions
    mixed: Flags


def solve(transport: Transport, *, time_limit_s: float, progress: Progress) -> Solution:
    """The best flows: imports, then value, then quantity without a price, then the least distance."""
    part = components(transport.need, transport.offer, len(transport.volume), len(transport.capacity))
    scale = _scale(transport, part)
    scaled = _scaled(transport, part, scale)
    progress(Step("plan_flows", 0, 2))
    quantity = _solve_flows(scaled)
    progress(Step("plan_flows", 2, 2))
    broken = np.unique(part[_broken(scaled, quantity)])
    proven, gap, spent = True, 0.0, 0.0
    mixed = np.isin(part, broken)
    for done, number in enumerate(broken):
        progress(Step("plan_lots", done, len(broken)))
        links = np.flatnonzero(part == number)
        left = max(time_limit_s - spent, 1.0) if np.isfinite(time_limit_s) else time_limit_s
        outcome = _solve_mixed(_subset(scaled, links), left)
        quantity[links] = outcome.quantity
        proven, gap, spent = proven and outcome.gap == 0, max(gap, outcome.gap), spent + outcome.seconds
    if len(broken):
        progress(Step("plan_lots", len(broken), len(broken)))
    return Solution(quantity / scale[part], proven, gap, mixed)


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
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.full(columns, highspy.kHighsInf)
    lp.row_lower_ = np.full(rows, -highspy.kHighsInf)
    lp.row_upper_ = np.concatenate([transport.volume, transport.capacity])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(0, 2 * columns + 1, 2, dtype=np.int32)
    lp.a_matrix_.index_ = np.column_stack([transport.need, len(transport.volume) + transport.offer]).astype(
        np.int32).reshape(-1)
    lp.a_matrix_.value_ = np.ones(2 * columns)
    return lp


def _engine() -> Any:
    """A quiet HiGHS; its type stubs do not know all of its methods."""
    engine = highspy.Highs()  # type: ignore[no-untyped-call]
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("threads", 1)  # one process, one thread: the same answer on every machine
    return engine


def _solve_flows(transport: Transport, chosen: Flags | None = None) -> Floats:
    """Value by one linear problem, then the least distance.

    Without ``chosen`` lots and numbers of suppliers are left aside; with it, only those links deliver, each at
    least its lot.
    """
    links = len(transport.need)
    if not links:
        return np.zeros(0)
    lp = _matrix(transport, links)
    lp.col_cost_ = -_wanted(transport.goals)[transport.need]
    least = np.zeros(links)
    if chosen is not None:
        least = np.where(chosen, transport.lot, 0.0)
        lp.col_lower_, lp.col_upper_ = least, np.where(chosen, highspy.kHighsInf, 0.0)
    engine = _engine()
    engine.passModel(lp)
    engine.run()
    found = engine.getSolution()
    every_link, every_row = np.arange(links, dtype=np.int32), np.arange(lp.num_row_, dtype=np.int32)
    upper = np.where(np.asarray(found.col_dual) > 0.5, least, np.asarray(lp.col_upper_))
    lower = np.where(np.asarray(found.row_dual) < -0.5, lp.row_upper_, -highspy.kHighsInf)
    engine.changeColsBounds(links, every_link, least, upper)
    engine.changeRowsBounds(lp.num_row_, every_row, lower, np.asarray(lp.row_upper_))
    engine.changeColsCost(links, every_link, transport.distance)
    engine.run()
    quantity = np.asarray(engine.getSolution().col_value)
    return np.where(quantity < NOTHING, 0.0, quantity)


@dataclass(frozen=True)
class _Outcome:
    quantity: Floats
    gap: float
    seconds: float


def _solve_mixed(transport: Transport, time_limit_s: float) -> _Outcome:
    """One component with lots or a limit of suppliers.

    Decisions are added only where the answer without them breaks a rule, until none is broken: an optimum of a
    looser problem that keeps all rules is the optimum.
    """
    decided = np.zeros(len(transport.need), np.bool_)
    quantity, spent = _solve_flows(transport), 0.0
    while True:
        broken = _broken(transport, quantity)
        if not broken.any():
            return _Outcome(_solve_flows(transport, quantity > 0), 0.0, spent)
        decided |= broken
        if transport.suppliers:  # a decision of one link of a need counts all its suppliers
            decided = np.isin(transport.need, transport.need[decided])
        outcome = _solve_decided(transport, decided, max(time_limit_s - spent, 0.1))
        quantity, spent = outcome.quantity, spent + outcome.seconds
        if outcome.gap:
            return _Outcome(_solve_flows(transport, _kept(transport, quantity) > 0), outcome.gap, spent)


def _kept(transport: Transport, quantity: Floats) -> Floats:
    """An unproven answer may still break rules that were not yet decided: such deliveries are left out."""
    return np.where(_broken(transport, quantity), 0.0, quantity)


def _solve_decided(transport: Transport, decided: Flags, time_limit_s: float) -> _Outcome:
    """The goals one after another, with a yes-or-no decision for each link of ``decided``."""
    links, choices = len(transport.need), np.flatnonzero(decided)
    engine = _engine()
    engine.setOptionValue("mip_rel_gap", 0.0)
    engine.setOptionValue("mip_abs_gap", 1e-6)
    engine.setOptionValue("mip_feasibility_tolerance", 1e-9)
    engine.passModel(_matrix(transport, links))
    _add_decisions(engine, transport, choices)
    every = np.arange(links, dtype=np.int32)
    quantity, gap, seconds = np.zeros(links), 0.0, 0.0
    stages = [*(-goal[transport.need] for goal in transport.goals), transport.distance]
    start = None
    for cost in stages:
        reach = float(np.sum(np.abs(cost) * np.minimum(transport.volume[transport.need],
                                                       transport.capacity[transport.offer])))
        if not reach:
            continue
        cost = cost * (SCALED_TO / reach)
        engine.changeColsCost(links, every, cost)
        if start is not None:
            engine.setSolution(start)
        engine.setOptionValue("time_limit", seconds + max(time_limit_s - seconds, 0.1))
        engine.run()
        seconds = engine.getRunTime()
        start = engine.getSolution()
        found = np.asarray(start.col_value)[:links]
        if not len(found):
            return _Outcome(quantity, 1.0, seconds)
        quantity = np.where(found < NOTHING, 0.0, found)
        if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return _Outcome(quantity, max(engine.getInfo().mip_gap, 1e-9), seconds)
        best = float(cost @ found)
        engine.addRow(-highspy.kHighsInf, best + GIVES_WAY * abs(best), links, every, cost)
    return _Outcome(quantity, gap, seconds)


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
