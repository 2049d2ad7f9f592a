"""Which supplier serves which need: a plan with a proven optimum, what it leaves, what a capacity is worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import polars as pl

from smezhnik.errors import InputError
from smezhnik.matching.plan.marginal import FULL, one_more_unit
from smezhnik.matching.plan.named import with_names
from smezhnik.matching.plan.problem import Flags, Floats, Ints, Problem, problem_of
from smezhnik.matching.plan.solve import Goal, Solution, Transport, solve
from smezhnik.progress import Progress, no_progress
from smezhnik.tables import complete
from smezhnik.types import BASES, Basis, Grade

__all__ = ["Plan", "plan"]


@dataclass(frozen=True)
class Plan:
    """What comes out of ``plan``.

    Attributes
    ----------
    allocations, uncovered, shadow_prices : tables of these names (``tables.links``)
    needs : needs that were given; known capacities serve ``served`` of them in full, ``partly`` in part
    needs_without_price : needs whose value is unknown: they counted by quantity, after the roubles
    needs_without_volume : needs that cannot be planned, for nobody said how much
    imported_th_rub, value_th_rub : covered by known capacities; of ``wanted_…`` that the needs sum to
    ask_imported_th_rub, ask_value_th_rub : on top of that, if plants of unknown capacity agree
    doubt : the first goal that the solver could not prove in time (``imports``, ``value``, ``quantity``,
        ``distance``; those before it are proven), None where the optimum is; ``gap`` tells how far it may be off (0…1)
    interrupted : the search was ended by its progress callback before its time
    late : the search was ended by ``time_limit_s``. Where it is neither, and yet in doubt, needs are so small beside
        others that the solver cannot tell them from nothing
    """

    allocations: pl.DataFrame
    uncovered: pl.DataFrame
    shadow_prices: pl.DataFrame
    needs: int
    served: int
    partly: int
    needs_without_price: int
    needs_without_volume: int
    imported_th_rub: float
    wanted_imported_th_rub: float
    value_th_rub: float
    wanted_value_th_rub: float
    ask_imported_th_rub: float
    ask_value_th_rub: float
    doubt: Goal | None
    gap: float
    interrupted: bool
    late: bool

    @property
    def proven(self) -> bool:
        return self.doubt is None

    @property
    def status(self) -> Literal["proven", "gap"]:
        return "proven" if self.proven else "gap"


def plan(links: pl.DataFrame, needs: pl.DataFrame, offers: pl.DataFrame, *, on: dt.date | None = None,
         max_suppliers: int | None = None, min_grade: Grade | None = "C", bases: Collection[Basis] = BASES,
         time_limit_s: float = 60.0, progress: Progress = no_progress) -> Plan:
    """Which supplier serves which need, so that the most is covered.

    Four goals, each sought among the best answers to those before it:

    1. the most imports replaced, thousand roubles. A need is imported in one proportion throughout: who covers
       40 % of it replaces 40 % of its ``imported_th_rub``;
    2. the most value, thousand roubles: ``value_th_rub`` of the need, else its price times its volume where the
       price is in roubles. The offer's price plays no part: a dear supplier would look like more value;
    3. the most quantity of the needs whose value is unknown. Only units of one dimension meet at one offer, so
       quantities add up wherever needs compete; roubles are never invented for them, and they stand behind
       those that have roubles. ``Plan.needs_without_price`` says how many there are;
    4. the least distance: quantity × kilometres. A link whose distance is unknown counts as the farthest known.

    under: no need gets more than its volume; no offer gives more than its capacity, in the offer's own unit; a
    delivery is nothing or at least the offer's ``min_lot``; a need has at most ``max_suppliers`` suppliers.

    What is unknown is neither zero nor endless. An offer without capacity gives nothing that the sums count: when
    the plan of known capacities stands, what a need still lacks goes to its nearest such offer (one a need) with
    ``assured`` = False, which says: ask the plant. A need without a volume cannot be planned (``no_volume``).
    Units of different dimensions do not meet (``conflict``); both units absent are taken to be the same.

    The optimum is proven by HiGHS: exactly where lots and ``max_suppliers`` do not bite. Where they do, each goal is
    proven to 0.01 % and gives way to a later one by no more; after ``time_limit_s`` seconds the best found is
    returned with the first goal in ``doubt`` and ``gap``, how far it may be off.

    Parameters
    ----------
    links : table ``links``; only ``need_id`` and ``offer_id`` are needed. Declined ones are left out
    needs, offers : tables of these names
    on : the day for which validity is judged; the latest ``as_of`` of the links if None. Offers that have ended, or
        that begin after that day and after the day on which the need is wanted, are left out. Where the links know no
        day either, every offer counts
    max_suppliers : the largest number of suppliers of a need; None for any
    min_grade : links of a lower grade are left out, as the command leaves them out; None takes all
    bases : links of another basis are left out; ``("register", "declared")`` plans without anything inferred
    time_limit_s : for all whole-number decisions together
    progress : told about the stages; it stops the work by raising. Raised while decisions about lots and numbers of
        suppliers are made, ``Cancelled`` and KeyboardInterrupt give the best plan found so far

    Returns
    -------
    Plan
        Allocations in the need's unit, ordered by need and offer. Uncovered: what known capacities and asked
        plants leave, with the reason: ``no_candidate`` (no link), ``not_valid`` (no offer holds at the time),
        ``no_capacity`` (all candidates are full), ``conflict`` (units, lots or the number of suppliers),
        ``no_volume``. Shadow prices: for each full offer,
        what one more of its units would give, at the plan's decisions about lots. Empty in, empty out.

    Raises
    ------
    InputFaults
        Repeated ids, links whose need or offer is not in its table: all of them at once.
    InputError
        ``max_suppliers`` below 1.
    """
    if max_suppliers is not None and max_suppliers < 1:
        raise InputError("max_suppliers", found=max_suppliers)
    on = _day_of(links) if on is None else on
    problem = problem_of(links, needs, offers, on=on, min_grade=min_grade, bases=bases)
    distance = _filled(problem.distance)
    known = np.isfinite(problem.capacity)[problem.offer]
    deliverable = _deliverable(problem)
    assured_links = np.flatnonzero(deliverable & known)
    transport = _transport(problem, assured_links, distance, max_suppliers or 0)
    solution = solve(transport, time_limit_s=time_limit_s, progress=progress)
    assured = np.zeros(len(problem.need))
    assured[assured_links] = _snapped(transport, solution)
    asked = _asked(problem, np.flatnonzero(deliverable & ~known), assured, distance, max_suppliers)
    made = _result(problem, transport, solution, assured, asked)
    named = partial(with_names, links=links, needs=needs, offers=offers)
    return replace(made, allocations=named(made.allocations, "allocations"),
                   uncovered=named(made.uncovered, "uncovered"),
                   shadow_prices=named(made.shadow_prices, "shadow_prices"))


def _day_of(links: pl.DataFrame) -> dt.date | None:
    """The latest day for which links were calculated."""
    day = links["as_of"].max() if "as_of" in links.columns else None
    return day if isinstance(day, dt.date) else None


def _filled(distance: Floats) -> Floats:
    """Distances with the unknown ones as far as the farthest known."""
    known = distance[np.isfinite(distance)]
    return np.where(np.isfinite(distance), distance, known.max() if len(known) else 0.0)


def _deliverable(problem: Problem) -> Flags:
    """[links] whether anything can flow at all: units that compare, a volume, and a lot that fits into both."""
    volume, capacity = problem.volume[problem.need], problem.capacity[problem.offer]
    fits = (problem.lot <= volume * (1 + FULL)) & ~(problem.lot > capacity * (1 + FULL))
    return problem.comparable & (volume > 0) & ~(capacity <= 0) & fits


def _transport(problem: Problem, chosen: Ints, distance: Floats, suppliers: int) -> Transport:
    goals = np.stack([problem.imported_rate, problem.value_rate, np.where(problem.priced, 0.0, 1.0)])
    return Transport(
        need=problem.need[chosen], offer=problem.offer[chosen], volume=np.nan_to_num(problem.volume),
        capacity=np.nan_to_num(problem.capacity), lot=problem.lot[chosen], distance=distance[chosen],
        goals=goals, suppliers=suppliers,
    )


def _snapped(transport: Transport, solution: Solution) -> Floats:
    """Deliveries that are all of a need or of a capacity but for float noise, made exactly that."""
    quantity = solution.quantity
    for bound in (transport.volume[transport.need], transport.capacity[transport.offer]):
        quantity = np.where(np.abs(quantity - bound) <= bound * 1e-9, bound, quantity)
    return quantity


def _asked(problem: Problem, chosen: Ints, assured: Floats, distance: Floats, max_suppliers: int | None) -> Floats:
    """[links] what each need still lacks, given to its nearest offer of unknown capacity that may sell so little."""
    taken = np.bincount(problem.need, assured, len(problem.volume))
    lacking = np.where(taken < problem.volume * (1 - FULL), problem.volume - taken, 0.0)
    suppliers = np.bincount(problem.need[assured > 0], minlength=len(problem.volume))
    lack = lacking[problem.need[chosen]]
    able = (lack > 0) & (problem.lot[chosen] <= lack * (1 + FULL))
    if max_suppliers is not None:
        able &= suppliers[problem.need[chosen]] < max_suppliers
    chosen = chosen[able]
    chosen = chosen[np.lexsort([chosen, distance[chosen], problem.need[chosen]])]
    _, first = np.unique(problem.need[chosen], return_index=True)
    asked = np.zeros(len(problem.need))
    asked[chosen[first]] = lacking[problem.need[chosen[first]]]
    return asked


def _result(problem: Problem, transport: Transport, solution: Solution, assured: Floats, asked: Floats) -> Plan:
    taken, total = (np.bincount(problem.need, flows, len(problem.volume)).astype(np.float64)
                    for flows in (assured, assured + asked))
    planned = problem.volume > 0
    full = taken >= problem.volume * (1 - FULL)
    imported, value = problem.imported_rate[problem.need], problem.value_rate[problem.need]
    return Plan(
        allocations=_allocations(problem, assured, asked),
        uncovered=_uncovered(problem, assured, total),
        shadow_prices=_shadow_prices(problem, transport, solution),
        needs=len(problem.needs),
        served=int(np.sum(planned & full)),
        partly=int(np.sum(planned & ~full & (taken > 0))),
        needs_without_price=int(np.sum(planned & ~problem.priced)),
        needs_without_volume=int(np.sum(~np.isfinite(problem.volume))),
        imported_th_rub=float(imported @ assured),
        wanted_imported_th_rub=float(np.nansum(problem.imported_rate * problem.volume)),
        value_th_rub=float(value @ assured),
        wanted_value_th_rub=float(np.nansum(problem.value_rate * problem.volume)),
        ask_imported_th_rub=float(imported @ asked),
        ask_value_th_rub=float(value @ asked),
        doubt=solution.doubt,
        gap=solution.gap,
        interrupted=solution.interrupted,
        late=solution.late,
    )


def _allocations(problem: Problem, assured: Floats, asked: Floats) -> pl.DataFrame:
    links = np.flatnonzero(assured + asked > 0)
    need, quantity = problem.need[links], (assured + asked)[links]
    return complete(
        pl.DataFrame({
            "need_id": problem.needs["need_id"].gather(need),
            "offer_id": problem.offers["offer_id"].gather(problem.offer[links]),
            "quantity": _tidy(quantity / problem.need_factor[need]),
            "unit": problem.needs["unit"].gather(need),
            "value_th_rub": _known(problem.priced[need], problem.value_rate[need] * quantity),
            "imported_th_rub": _known(_has_imports(problem)[need], problem.imported_rate[need] * quantity),
            "distance_km": pl.Series(problem.distance[links]).fill_nan(None),
            "assured": assured[links] > 0,
        }),
        "allocations",
    )


def _has_imports(problem: Problem) -> Flags:
    return problem.needs["imported_th_rub"].is_not_null().to_numpy()


def _known(known: Flags, values: Floats) -> pl.Series:
    """Values where they are known, absent elsewhere."""
    return _tidy(np.where(known, values, np.nan))


def _tidy(values: Floats) -> pl.Series:
    """Without float noise: ten significant digits; nan is absent."""
    return pl.Series(values, dtype=pl.Float64).fill_nan(None).round_sig_figs(10)


def _uncovered(problem: Problem, assured: Floats, total: Floats) -> pl.DataFrame:
    """Needs that are not served in full, each with the first reason that holds.

    It is a conflict when no candidate counts in comparable units, or when one that does has capacity to spare:
    then lots or the number of suppliers stand between them.
    """
    count = len(problem.volume)
    links = np.bincount(problem.need, minlength=count)
    used = np.bincount(problem.offer, assured, len(problem.capacity))
    spare = ~(used >= problem.capacity * (1 - FULL))
    idle = np.bincount(problem.need, problem.comparable & spare[problem.offer], count) > 0
    idle |= np.bincount(problem.need, problem.comparable, count) == 0
    unknown = ~np.isfinite(problem.volume)
    short = unknown | ((problem.volume > 0) & (total < problem.volume * (1 - FULL)))
    rows = np.flatnonzero(short)
    none = links == 0
    reason = np.select([none & ~problem.lapsed, unknown, none, idle],
                       ["no_candidate", "no_volume", "not_valid", "conflict"], "no_capacity")
    lacking = (problem.volume - total)[rows]
    return complete(
        pl.DataFrame({
            "need_id": problem.needs["need_id"].gather(rows),
            "quantity": _tidy(lacking / problem.need_factor[rows]),
            "unit": problem.needs["unit"].gather(rows),
            "value_th_rub": _known(problem.priced[rows], problem.value_rate[rows] * lacking),
            "reason": pl.Series(reason[rows], dtype=pl.String),
        }),
        "uncovered",
    )


def _shadow_prices(problem: Problem, transport: Transport, solution: Solution) -> pl.DataFrame:
    reached = one_more_unit(transport, solution)
    offers = np.flatnonzero(reached >= 0)
    need, factor = reached[offers], problem.offer_factor[offers]
    return complete(
        pl.DataFrame({
            "offer_id": problem.offers["offer_id"].gather(offers),
            "imported_th_rub": _tidy(problem.imported_rate[need] * factor),
            "value_th_rub": _known(problem.priced[need], problem.value_rate[need] * factor),
            "unit": problem.offers["unit"].gather(offers),
        }),
        "shadow_prices",
    )
