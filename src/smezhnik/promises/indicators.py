"""Indicators of a year: a dictionary, plans and facts of several sources, which fact is believed, whether it is enough.

Several facts of one period are all kept. Of one source the surest stands (final, revised, operative; then the one that
was published last). Sources that say the same need no choice; of those that disagree a person chooses one, with a
reason, and until then nothing can be said.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from smezhnik.errors import Fault
from smezhnik.messages import Words
from smezhnik.promises.calendar import months_later
from smezhnik.tables.strategy import FACT_KINDS

#: A miss of more than this part of the plan has to be explained.
EXPLAINED = 0.05
#: Parts of a year that an indicator is told for, and how many months each has.
MONTHS: Mapping[str, int] = {"by_year": 12, "by_quarter": 3, "by_month": 1}


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of the dictionary.

    Attributes
    ----------
    better : more, less; sort : index, sum, share, count; period : by_year, by_quarter, by_month
    head : place among the five numbers of the first page; own : what the product counts itself
    """

    code: str
    name: Words
    unit: Words
    better: str = "more"
    sort: str = "count"
    period: str = "by_year"
    section: str = ""
    head: int | None = None
    own: str | None = None
    owner: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A plan, a fact, or both, of one period and one source. ``part``: quarter or month; None is the whole year."""

    indicator: str
    year: int
    part: int | None = None
    plan: float | None = None
    plan_source: str = ""
    fact: float | None = None
    fact_kind: str = "operative"
    published_on: dt.date | None = None
    source: str = ""
    chosen: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of an indicator by a day.

    Attributes
    ----------
    part : the period that is told of, the last one that ended by the day
    fact : the value that is believed, None where it cannot be said; others : the facts that stand beside it
    miss : by which part of the plan it falls short, below nought where it does better; None without plan or fact
    state : reached, missed, no_plan, cannot_say; missing : fact, choice – what is lacking where it cannot be said
    before : the fact of the same period a year ago
    firms : behind a fact that the product counts itself
    """

    indicator: Indicator
    year: int
    part: int | None
    plan: float | None
    plan_source: str
    fact: Value | None
    others: tuple[Value, ...]
    miss: float | None
    state: str
    missing: str = ""
    before: float | None = None
    firms: int | None = None

    @property
    def to_explain(self) -> bool:
        """Missed by more than ``EXPLAINED``: the report needs words."""
        return self.state == "missed" and self.miss is not None and self.miss > EXPLAINED


@cache
def usual_indicators() -> tuple[Indicator, ...]:
    """The set that is shipped, in the order of a report."""
    data = tomllib.loads(resources.files(__package__).joinpath("indicators.toml").read_text("utf-8"))
    return tuple(Indicator(code, Words(one["ru"], one["en"]), Words(one["unit_ru"], one["unit_en"]),
                           **{name: one[name] for name in ("better", "sort", "period", "section", "head", "own",
                                                           "source") if name in one}) for code, one in data.items())


def period_end(year: int, part: int | None, period: str) -> dt.date:
    """The last day of a period."""
    months = 12 if part is None else MONTHS[period] * part
    return months_later(dt.date(year, 1, 1), months) - dt.timedelta(days=1)


def read_indicator(indicator: Indicator, values: Sequence[Value], *, on: dt.date, own: Value | None = None,
                   firms: int | None = None) -> Reading:
    """What is known of an indicator of the year of a day, by that day.

    Parameters
    ----------
    values : of this and of other indicators, in any order
    own : the fact that the product counted itself; it stands for the year so far; firms : in it
    """
    year = on.year
    mine = [one for one in values if one.indicator == indicator.code]
    if own is not None:
        plan, source = _plan(mine, year, None)
        return _judged(indicator, Reading(indicator, year, None, plan, source, own, (), None, "", firms=firms))
    ended = sorted({(period_end(one.year, one.part, indicator.period), one.part is None, one.part) for one in mine
                    if one.year == year and period_end(one.year, one.part, indicator.period) <= on},
                   key=lambda found: found[:2])
    told = [part for _, _, part in ended if any(
        one.fact is not None for one in mine if (one.year, one.part) == (year, part))]
    part = told[-1] if told else ended[-1][2] if ended else None
    plan, source = _plan(mine, year, part)
    fact, others, missing = _believed([one for one in mine if (one.year, one.part) == (year, part)])
    before, _, _ = _believed([one for one in mine if (one.year, one.part) == (year - 1, part)])
    return _judged(indicator, Reading(indicator, year, part, plan, source, fact, others, None, "", missing,
                                      None if before is None else before.fact))


def _plan(values: Sequence[Value], year: int, part: int | None) -> tuple[float | None, str]:
    """The plan of a period, the last one that was entered."""
    plans = [one for one in values if (one.year, one.part) == (year, part) and one.plan is not None]
    return (plans[-1].plan, plans[-1].plan_source) if plans else (None, "")


def _believed(values: Sequence[Value]) -> tuple[Value | None, tuple[Value, ...], str]:
    """The fact that is believed, the other ones, and what is missing where none is."""
    facts = sorted((one for one in values if one.fact is not None), key=_sureness)
    if not facts:
        return None, (), "fact"
    standing = {one.source: one for one in facts}  # of one source the surest, which is the last
    chosen = [one for one in facts if one.chosen]
    best = standing[chosen[-1].source] if chosen else None
    if best is None and len({one.fact for one in standing.values()}) == 1:
        best = list(standing.values())[-1]
    rest = tuple(one for one in reversed(facts) if one is not best)
    return best, rest, "" if best is not None else "choice"


def _sureness(value: Value) -> tuple[int, dt.date, str]:
    kind = FACT_KINDS.index(value.fact_kind) if value.fact_kind in FACT_KINDS else 0
    return kind, value.published_on or dt.date.min, value.source


def _judged(indicator: Indicator, reading: Reading) -> Reading:
    """The reading with its state: enough, not enough, no plan to hold it against, cannot say."""
    fact = reading.fact.fact if reading.fact is not None else None
    state, miss = "cannot_say", None
    if fact is not None and reading.plan is None:
        state = "no_plan"
    elif fact is not None and reading.plan is not None:
        short = reading.plan - fact if indicator.better == "more" else fact - reading.plan
        state = "missed" if short > 0 else "reached"
        miss = short / abs(reading.plan) if reading.plan else None
    return replace(reading, miss=miss, state=state)


def find_value_faults(rows: Sequence[Mapping[str, Any]], known: Mapping[str, Indicator]) -> list[tuple[int, Fault]]:
    """All that is wrong with plans and facts as somebody wrote them: number of the row, fault with declared column.

    Parameters
    ----------
    rows : of table ``indicator_values``; known : code → indicator
    """
    found: list[tuple[int, Fault]] = []
    plans: dict[tuple[Any, ...], float] = {}
    chosen: dict[tuple[Any, ...], str] = {}
    for number, row in enumerate(rows):
        def tell(code: str, column: str, number: int = number, **fields: object) -> None:
            found.append((number, Fault(code, fields, column=column)))

        indicator = known.get(row["indicator"])
        if indicator is None:
            tell("indicator_unknown", "indicator", found=row["indicator"])
            continue
        most = 12 // MONTHS[indicator.period]
        if row["part"] is not None and (indicator.period == "by_year" or row["part"] > most):
            tell("indicator_part", "part", found=row["part"], most=0 if indicator.period == "by_year" else most)
        if row["plan"] is None and row["fact"] is None:
            tell("indicator_empty", "fact")
        if row["fact"] is not None and not row["source"]:
            tell("indicator_no_source", "source")
        if row["fact"] is not None and indicator.own:
            tell("indicator_own", "fact", name=indicator.name)
        key = (row["indicator"], row["year"], row["part"])
        if row["plan"] is not None and plans.setdefault(key, row["plan"]) != row["plan"]:
            tell("indicator_two_plans", "plan", found=row["plan"], other=plans[key])
        if row["chosen"]:
            if not row["why"]:
                tell("indicator_no_reason", "why")
            if chosen.setdefault(key, row["source"] or "") != (row["source"] or ""):
                tell("indicator_two_chosen", "chosen", other=chosen[key])
    return found
