"""Amounts that the law gives: rates, subsidies, terms. Each is data; the facts of a case go in, a number comes out.

``sum``      constant + Σ share · series: 3 percent points + 30 % of the key rate of the day
``cap``      min(share · base, ceiling)
``ladder``   the first rate whose condition holds, less discounts that add up or exclude each other
``schedule`` a value that changes over the years of a loan or contract
``bracket``  a value chosen by the size of a number
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from smezhnik.rules.criteria import READER, Missing, Test
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.facts import CLUSTER, Facts
from smezhnik.rules.law import Law
from smezhnik.rules.parameters import UNITS, Term
from smezhnik.rules.periods import Period, read_period
from smezhnik.rules.provenance import Provenance, References, Status, Title, read_provenance, read_title, worst

Case: TypeAlias = Mapping[str, object]


@dataclass(frozen=True)
class Answer:
    """An amount, or what is missing for it; ``uses`` are the dated parameters it was made of."""

    number: float | None
    unit: str
    uses: tuple[Term, ...]
    missing: tuple[Missing, ...] = ()
    status: Status = "confirmed"


@dataclass(frozen=True)
class Found:
    """What a way of calculating gives: a number, or the facts it lacks."""

    number: float | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class SumOfSeries:
    """``constant`` + Σ ``times`` · ``series``, all parameters of the day."""

    constant: str | None
    plus: tuple[tuple[str, str], ...]

    def parameters(self) -> tuple[str, ...]:
        return (*((self.constant,) if self.constant else ()), *(code for pair in self.plus for code in pair))

    def calc(self, case: Case, law: Law) -> Found:
        base = law.number(self.constant) if self.constant else 0.0
        return Found(base + sum(law.number(times) * law.number(series) for times, series in self.plus))


@dataclass(frozen=True)
class Cap:
    """min(``share`` · fact ``of``, ``ceiling``)."""

    share: str
    of: str
    ceiling: str

    def parameters(self) -> tuple[str, ...]:
        return (self.share, self.ceiling)

    def calc(self, case: Case, law: Law) -> Found:
        base = _number(case, self.of)
        if base is None:
            return Found(None, (self.of,))
        return Found(min(law.number(self.share) * base, law.number(self.ceiling)))


@dataclass(frozen=True)
class Rung:
    """A rate or a discount, and when it applies."""

    parameter: str
    when: Test | None


@dataclass(frozen=True)
class Ladder:
    """The first rung that applies, less the discounts that apply: all of them, or the largest only."""

    rungs: tuple[Rung, ...]
    discounts: tuple[Rung, ...]
    stack: Literal["all", "largest"]

    def parameters(self) -> tuple[str, ...]:
        return tuple(code for rung in (*self.rungs, *self.discounts)
                     for code in (rung.parameter, *(rung.when.parameters() if rung.when else ())))

    def calc(self, case: Case, law: Law) -> Found:
        rate: float | None = None
        for rung in self.rungs:
            truth, missing = _applies(rung.when, case, law)
            if truth is None:
                return Found(None, missing)
            if truth:
                rate = law.number(rung.parameter)
                break
        if rate is None:
            return Found(None)
        given = [(_applies(rung.when, case, law), law.number(rung.parameter)) for rung in self.discounts]
        sure = [size for (truth, _), size in given if truth]
        lost = [(missing, size) for (truth, missing), size in given if truth is None]
        if self.stack == "largest":
            lost = [(missing, size) for missing, size in lost if size > max(sure, default=0.0)]
        if lost:
            return Found(None, tuple(fact for missing, _ in lost for fact in missing))
        return Found(rate - (sum(sure) if self.stack == "all" else max(sure, default=0.0)))


@dataclass(frozen=True)
class Schedule:
    """A value for every year: ``value`` up to and with the year ``through``, the last one without end."""

    fact: str
    stages: tuple[tuple[str, str | None], ...]

    def parameters(self) -> tuple[str, ...]:
        return tuple(code for stage in self.stages for code in stage if code)

    def calc(self, case: Case, law: Law) -> Found:
        year = _number(case, self.fact)
        if year is None:
            return Found(None, (self.fact,))
        for value, through in self.stages:
            if through is None or year <= law.number(through):
                return Found(law.number(value))
        return Found(None)


AmountKind: TypeAlias = SumOfSeries | Cap | Ladder | Schedule


@dataclass(frozen=True)
class Amount:
    """A named amount of the law in a period."""

    code: str
    title: Title
    unit: str
    period: Period
    provenance: Provenance
    way: AmountKind

    def parameters(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.way.parameters()))

    def calc(self, case: Case, law: Law) -> Answer:
        """The amount for the facts of a case on the day of the law; absent facts give None and are named."""
        uses = tuple(law.terms[code] for code in self.parameters())
        status = worst([self.provenance.status, *(use.value.status for use in uses)])
        unknown = tuple(Missing("law", "law", use.parameter.code) for use in uses if use.value.number is None)
        if unknown:
            return Answer(None, self.unit, uses, unknown, status)
        found = self.way.calc(case, law)
        missing = tuple(Missing("cluster", CLUSTER, fact) for fact in dict.fromkeys(found.missing))
        return Answer(found.number, self.unit, uses, missing, status)


def _number(case: Case, fact: str) -> float | None:
    found = case.get(fact)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def _applies(when: Test | None, case: Case, law: Law) -> tuple[bool | None, tuple[str, ...]]:
    if when is None:
        return True, ()
    outcome = when.judge(Facts((), cluster=case), np.zeros(0, np.bool_), law)
    return outcome.truth, tuple(item.fact for item in outcome.missing)


def _read_sum(cursor: Cursor) -> AmountKind | None:
    constant, plus = cursor.text("constant", need=False), []
    for inner in cursor.tables("plus"):
        times, series = inner.text("times"), inner.text("series")
        inner.done()
        if times is not None and series is not None:
            plus.append((times, series))
    return SumOfSeries(constant, tuple(plus))


def _read_cap(cursor: Cursor) -> AmountKind | None:
    share, of, ceiling = cursor.text("share"), cursor.text("of"), cursor.text("ceiling")
    return None if share is None or of is None or ceiling is None else Cap(share, of, ceiling)


def _read_rungs(cursor: Cursor, key: str, *, need: bool) -> tuple[Rung, ...]:
    rungs = []
    for inner in cursor.tables(key, need=need):
        parameter, when = inner.text("value"), READER.read_inner(inner, "when", need=False)
        inner.done()
        if parameter is not None:
            rungs.append(Rung(parameter, when))
    return tuple(rungs)


def _read_ladder(cursor: Cursor) -> AmountKind | None:
    rungs, discounts = _read_rungs(cursor, "rates", need=True), _read_rungs(cursor, "discounts", need=False)
    stack = cursor.choice("stack", ("all", "largest"), need=bool(discounts))
    return Ladder(rungs, discounts, "all" if stack == "all" else "largest")


def _read_schedule(cursor: Cursor) -> AmountKind | None:
    fact, stages = cursor.text("by"), []
    for inner in cursor.tables("stages", need=True):
        value, through = inner.text("value"), inner.text("through", need=False)
        inner.done()
        if value is not None:
            stages.append((value, through))
    return None if fact is None else Schedule(fact, tuple(stages))


#: Kind → how it is read. A bracket is a schedule over the size of a number instead of the year.
WAYS: Mapping[str, Callable[[Cursor], AmountKind | None]] = {
    "sum": _read_sum, "cap": _read_cap, "ladder": _read_ladder, "schedule": _read_schedule, "bracket": _read_schedule,
}


def read_amount(cursor: Cursor, references: References) -> Amount | None:
    """One ``[[amounts]]``."""
    code, title, unit = cursor.text("code"), read_title(cursor), cursor.choice("unit", UNITS)
    period, provenance = read_period(cursor), read_provenance(cursor, references)
    kind = cursor.choice("kind", sorted(WAYS))
    way = None if kind is None else WAYS[kind](cursor)
    if kind is not None:
        cursor.done()
    if code is None or title is None or unit is None or period is None or provenance is None or way is None:
        return None
    return Amount(code, title, unit, period, provenance, way)
