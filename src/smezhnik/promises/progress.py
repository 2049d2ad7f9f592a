"""How far a promise is by a day: value, share, what was expected, the state, the rows that count and those that do not.

    share = (value − baseline) / (plan − baseline)

A row counts where it is dated inside the window and not after the day that is asked about, was not inferred and not
cancelled, and lies in the scope. What is dated later is not looked at, so the same day asked later has the same answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from smezhnik.promises.evidence import ABSENT, NO_DAY, Evidence, Rows
from smezhnik.promises.target import MEASURES, Measure, Target
from smezhnik.tables.promises import LEFT_OUT, PROGRESS_STATES

#: A promise is on the way from this part of what was expected by the day.
ON_THE_WAY = 0.9
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a target is.

    Attributes
    ----------
    value : in the unit of the measure; None where it cannot be said
    share : of the way from the baseline to the plan; may be above 1; None for a ceiling without a baseline
    expected : value that was due by the day; None where there is no deadline
    state : done, on_the_way, behind, cannot_say, late
    counted : rows that count; left_out : reason → rows that concern the promise and do not count
    firms : organisations in the rows that count; sums of fewer than three are shown to few
    missing : code and fields of what it lacks where it cannot be said
    """

    target: Target
    value: float | None
    share: float | None
    expected: float | None
    state: str
    counted: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    firms: int = 0
    missing: tuple[str, Mapping[str, object]] | None = None


def progress(targets: Sequence[Target], evidence: Evidence, *, on: dt.date) -> list[Progress]:
    """How far each target is by the end of the day ``on``; in the order given."""
    return [_progress(target, evidence, on) for target in targets]


def promise_state(parts: Sequence[Progress]) -> str:
    """The state of a promise of several measures: that of the worst of them; without any, cannot say."""
    return max((part.state for part in parts), key=PROGRESS_STATES.index, default="cannot_say")


def rows_of(target: Target, evidence: Evidence, *, on: dt.date) -> pl.DataFrame:
    """The rows that concern a target: table ``evidence`` and ``reason``, null where the row counts; newest first."""
    measure = MEASURES.get(target.measure or "")
    rows = evidence.kinds.get(measure.kind) if measure and measure.kind else None
    if measure is None or rows is None:
        return evidence.frame.clear().with_columns(reason=pl.lit(None, pl.String))
    some, reasons = _judged(target, measure, rows, evidence, on)
    words = pl.Series("reason", [None if code < 0 else LEFT_OUT[code] for code in reasons.tolist()], pl.String)
    concerned: pl.DataFrame = evidence.frame[rows.at[some]]
    return concerned.with_columns(words).reverse()


def _progress(target: Target, evidence: Evidence, on: dt.date) -> Progress:
    expected = expected_by(target, on)
    lacking = _lacking(target, evidence, on)
    if lacking is not None:
        return Progress(target, None, None, expected, "cannot_say", missing=lacking)
    measure = MEASURES[str(target.measure)]
    left_out: Mapping[str, int] = {}
    counted = firms = 0
    if measure.kind is None:
        value = float(target.manual_value or 0.0)
    else:
        rows = evidence.kinds.get(measure.kind)
        if rows is None:
            value = 0.0
        else:
            some, reasons = _judged(target, measure, rows, evidence, on)
            good = some[reasons < 0]
            counted = len(good)
            value = float(np.sum(rows.sums[measure.column][good])) if measure.column else float(counted)
            times = np.bincount(reasons[reasons >= 0], minlength=len(LEFT_OUT)).tolist()
            left_out = {reason: count for reason, count in zip(LEFT_OUT, times, strict=True) if count}
            named = np.zeros(len(evidence.organisations.values) + 1, np.bool_)  # the last place is that of the absent
            named[rows.from_org[good]] = named[rows.to_org[good]] = True
            firms = int(named[:-1].sum())
    share = share_of(target, value)
    return Progress(target, value, share, expected, _state(target, value, share, on), counted, left_out, firms)


def _lacking(target: Target, evidence: Evidence, on: dt.date) -> tuple[str, Mapping[str, object]] | None:
    """What the target lacks, where nothing can be said."""
    if target.measure is None:
        return "measure", {}
    if target.plan is None:
        return "plan", {}
    if target.due is None:
        return "due", {}
    if target.since is not None and target.due < target.since:
        return "window", {}
    kind = MEASURES[target.measure].kind
    if kind is None:
        told = target.manual_value is not None and target.manual_on is not None and target.manual_on <= on
        return None if told else ("manual", {})
    return None if kind in evidence.covers else ("evidence", {"kind": kind})


def share_of(target: Target, value: float) -> float | None:
    """Part of the way that is gone; None where there is no way to go: a ceiling, or a plan that is the baseline."""
    start = target.baseline or 0.0
    way = (target.plan or 0.0) - start
    if way == 0 or (target.at_most and way > 0) or (target.at_most and target.baseline is None):
        return None
    return (value - start) / way


def expected_by(target: Target, on: dt.date) -> float | None:
    """The value that was due by a day: along the checkpoints, or a straight line from the baseline to the plan."""
    if target.plan is None or target.due is None:
        return None
    points = [*target.checkpoints, (target.due, target.plan)]
    if target.since is not None:
        points = [(target.since, target.baseline or 0.0), *points]
    days = [day.toordinal() for day, _ in points]
    return float(np.interp(on.toordinal(), days, [value for _, value in points]))


def _state(target: Target, value: float, share: float | None, on: dt.date) -> str:
    plan, due = float(target.plan or 0.0), target.due
    over = due is not None and on > due
    if share is None:  # a ceiling, or nothing to gain: it is kept or broken
        kept = value <= plan if target.at_most else value >= plan
        if target.at_most:
            return ("done" if over else "on_the_way") if kept else "late"
        return "done" if kept else "late" if over else "behind"
    if share >= 1:
        return "done"
    if over:
        return "late"
    due_now = expected_by(target, on)
    due_share = share_of(target, due_now) if due_now is not None else 0.0
    return "on_the_way" if share >= ON_THE_WAY * (due_share or 0.0) else "behind"


def _judged(target: Target, measure: Measure, rows: Rows, evidence: Evidence, on: dt.date
            ) -> tuple[np.ndarray, np.ndarray]:
    """Rows that concern the target, and why each does not count (place in ``LEFT_OUT``, −1 where it counts)."""
    last = (on - _EPOCH).days
    if target.in_scope:
        some: Any = slice(0, int(np.searchsorted(rows.on, last, side="right")))
        for find in SCOPES:  # the first one narrows most; the others look at what is left
            for wrong, absent, *_ in find(target, rows, some, evidence):
                left = np.flatnonzero(~wrong & ~absent)
                some = left if isinstance(some, slice) else some[left]
        if isinstance(some, slice):
            some = np.arange(some.stop)
    else:
        some = rows.by_origin.get(target.promise, np.empty(0, np.int64))
        some = some[rows.on[some] <= last]
    reasons = np.full(len(some), -1, np.int8)

    def leave_out(reason: str, which: np.ndarray) -> None:
        reasons[(reasons < 0) & which] = LEFT_OUT.index(reason)

    leave_out("cancelled", rows.cancelled[some])
    leave_out("undated", rows.on[some] == NO_DAY)
    if target.since is not None:
        leave_out("before_window", rows.on[some] < (target.since - _EPOCH).days)
    if target.due is not None:
        leave_out("after_window", rows.on[some] > (target.due - _EPOCH).days)
    leave_out("inferred", rows.inferred[some])
    if not target.in_scope:
        for find in SCOPES:
            for wrong, absent, reason, absent_reason in find(target, rows, some, evidence):
                leave_out(absent_reason, absent)
                leave_out(reason, wrong)
    if measure.first_of_pair:
        leave_out("known_pair", ~rows.first_of_pair[some])
    if measure.column is not None:
        leave_out("value_absent", np.isnan(rows.sums[measure.column][some]))
    return some, reasons


#: Rows that break a condition, rows of which it cannot be said, both reasons.
Found = tuple[np.ndarray, np.ndarray, str, str]


def _by_region(target: Target, rows: Rows, some: Any, evidence: Evidence) -> Iterator[Found]:
    if not (target.from_regions or target.to_regions):
        return
    start, end = rows.from_region[some], rows.to_region[some]
    fits = _lies(start, target.from_regions, evidence) & _lies(end, target.to_regions, evidence)
    if target.both_ways:
        fits |= _lies(end, target.from_regions, evidence) & _lies(start, target.to_regions, evidence)
    absent = np.zeros(len(fits), np.bool_)
    if target.from_regions or target.both_ways:
        absent |= start == ABSENT
    if target.to_regions or target.both_ways:
        absent |= end == ABSENT
    yield ~fits, absent & ~fits, "region", "region_absent"


def _by_industry(target: Target, rows: Rows, some: Any, evidence: Evidence) -> Iterator[Found]:
    if not target.industries:
        return
    code = rows.code[some]
    fits = np.zeros(len(code), np.bool_)
    for prefix in target.industries:
        first, after = evidence.codes.begun_with(prefix)
        fits |= (code >= first) & (code < after)
    yield ~fits, code == ABSENT, "industry", "code_absent"


def _by_name(target: Target, rows: Rows, some: Any, evidence: Evidence) -> Iterator[Found]:
    """Organisations on either side, clusters, events."""
    for ids, names, columns, reason in (
            (target.organisations, evidence.organisations, (rows.from_org, rows.to_org), "organisation"),
            (target.clusters, evidence.clusters, (rows.cluster,), "cluster"),
            (target.events, evidence.events, (rows.event,), "event")):
        if ids:
            wrong = ~np.any([np.isin(column[some], names.find(ids)) for column in columns], axis=0)
            yield wrong, np.zeros(len(wrong), np.bool_), reason, reason


#: Conditions of a scope, the one that leaves fewest rows first.
SCOPES = (_by_region, _by_industry, _by_name)


def _lies(places: np.ndarray, regions: Sequence[str], evidence: Evidence) -> np.ndarray:
    """Whether each place is one of the regions; any place where none is named."""
    if not regions:
        return np.ones(len(places), np.bool_)
    wanted = evidence.regions.find(regions)
    return places == wanted[0] if len(wanted) == 1 else np.isin(places, wanted)
