"""Half-open periods of time (CONVENTIONS §1), and whether several of them fit together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from smezhnik.rules.cursor import Cursor


@dataclass(frozen=True)
class Period:
    """From ``since``, its own day included, to ``until``, its own day not; ``until`` None: still running."""

    since: dt.date
    until: dt.date | None = None

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.since <= day and (self.until is None or day < self.until)


def read_period(cursor: Cursor) -> Period | None:
    """``from`` and ``until`` of a table."""
    since, until = cursor.date("from"), cursor.date("until", need=False)
    if since is None:
        return None
    if until is not None and until <= since:
        cursor.fault("period_empty", "until", since=since, until=until)
        return None
    return Period(since, until)


def find_period_faults(name: str, given: Sequence[tuple[Period, Cursor]], span: Period, *, gaps: bool = True) -> None:
    """Tell overlaps, gaps (where they are not allowed) and periods outside the span of the pack."""
    ordered = sorted(given, key=lambda item: item[0].since)
    for period, cursor in ordered:
        late = span.until is not None and period.since >= span.until
        if period.since < span.since or late:
            cursor.fault("outside_span", "from", name=name, since=period.since, first=span.since, last=span.until)
    for (before, _), (after, cursor) in pairwise(ordered):
        if before.until is None or before.until > after.since:
            cursor.fault("overlap", "from", name=name, since=after.since, until=before.until, before=before.since)
        elif gaps and before.until < after.since:
            cursor.fault("gap", "from", name=name, since=before.until, until=after.since)


def add_years(day: dt.date, years: int) -> dt.date:
    """The same day of a later year; the last day of February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
