"""What the date says of an order, and how well orders are kept: in the first term and in the current one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from smezhnik.errors import CannotSay
from smezhnik.promises.calendar import Calendar
from smezhnik.tables import complete

#: Working days before the deadline from which on an order is «soon».
SOON = 3
#: An extension of this number and each further one raises an alarm.
ALARM = 3


def light(order: Mapping[str, Any], *, on: dt.date, days: Calendar) -> str:
    """What a day says of an order, one of ``LIGHTS``.

    Grey ``not_in_force``, white ``in_time``, yellow ``soon`` (at most three working days left), red ``overdue``, green
    ``done_first_term``, light green ``done_extended``; ``left_control`` where it was removed for another reason than
    that it was done, ``no_date`` where it has no deadline.

    Parameters
    ----------
    order : row of ``orders``
    """
    removed_on, due = order["removed_on"], order["due"] or order["due_first"]
    if order["state"] == "unsigned":
        return "not_in_force"
    if removed_on is not None and removed_on <= on:
        if order["removed_for"] != "done":
            return "left_control"
        if due is None:
            return "done_first_term"
        done_on = order["done_on"] or removed_on
        first = order["due_first"] or due
        return "done_first_term" if done_on <= first else "done_extended" if done_on <= due else "overdue"
    if due is None:
        return "no_date"
    if on > due:
        return "overdue"
    try:
        return "soon" if days.working_between(on, due) <= SOON else "in_time"
    except CannotSay:  # three calendar days hold three working days at most, whatever the calendar says
        return "soon" if (due - on).days <= SOON else "in_time"


@dataclass(frozen=True, slots=True)
class Discipline:
    """How orders of a period were kept; a share is None where there is none to be counted.

    Attributes
    ----------
    orders : with a first deadline in the period that has passed, or done before it; without those that lost relevance
    in_first_term, in_term : done by the first, by the current deadline
    lost_relevance, merged : removed for another reason; in neither share
    extensions : on average; alarms : orders extended three times or more
    days_over : median delay behind the first deadline of those that were done later
    """

    orders: int
    in_first_term: int
    in_term: int
    lost_relevance: int
    merged: int
    extensions: float | None
    alarms: int
    days_over: float | None

    @property
    def share_in_first_term(self) -> float | None:
        """Done by the deadline as first set; the number of the federal statistics."""
        return self.in_first_term / self.orders if self.orders else None

    @property
    def share_in_term(self) -> float | None:
        """Done by the deadline as it was extended."""
        return self.in_term / self.orders if self.orders else None


def discipline(orders: pl.DataFrame, *, since: dt.date, until: dt.date, on: dt.date) -> Discipline:
    """How the orders whose first deadline lies in a period were kept, as of a day; those that repeat are left out.

    Parameters
    ----------
    orders : table ``orders``
    since, until : first day of the period, and the first day after it (CONVENTIONS §1)
    on : what was done later is not looked at
    """
    rows = complete(orders, "orders").filter(
        pl.col("due_first").is_between(since, until, closed="left"), pl.col("state") != "unsigned",
        pl.col("every").is_null()).with_columns(
        due=pl.coalesce("due", "due_first"),
        gone=(pl.col("removed_on") <= on).fill_null(False))
    other = rows.filter(pl.col("gone") & pl.col("removed_for").is_in(["lost_relevance", "merged", "annulled"]))
    done_on = pl.when(pl.col("gone") & (pl.col("removed_for") == "done")).then(
        pl.coalesce("done_on", "removed_on"))
    rest = rows.join(other.select("order_id"), on="order_id", how="anti").with_columns(finished=done_on).filter(
        pl.col("finished").is_not_null() | (pl.col("due_first") < on))
    late = rest.filter(pl.col("finished") > pl.col("due_first"))
    times = rest["extensions"].fill_null(0)
    return Discipline(
        rest.height, rest.filter(pl.col("finished") <= pl.col("due_first")).height,
        rest.filter(pl.col("finished") <= pl.col("due")).height,
        other.filter(pl.col("removed_for") == "lost_relevance").height,
        other.filter(pl.col("removed_for") != "lost_relevance").height,
        None if rest.is_empty() else float(times.sum()) / rest.height, int((times >= ALARM).sum()),
        _median((late["finished"] - late["due_first"]).dt.total_days().to_list()))


@dataclass(frozen=True, slots=True)
class Paper:
    """A protocol or letter as a whole: ``left_on`` is the day when the last of its items left control, else None."""

    name: str
    items: int
    gone: int
    left_on: dt.date | None


def papers(orders: pl.DataFrame, *, on: dt.date) -> list[Paper]:
    """Papers by name: one leaves control only when all of its items have.

    Parameters
    ----------
    orders : table ``orders``, every item of each paper; items without a paper are no paper
    """
    rows = complete(orders, "orders").filter(pl.col("protocol").is_not_null())
    found = []
    for (name,), some in rows.group_by("protocol", maintain_order=True):
        left = some.filter(pl.col("removed_on") <= on)["removed_on"]
        last: Any = left.max() if len(left) == some.height else None
        found.append(Paper(str(name), some.height, len(left), last))
    return sorted(found, key=lambda one: one.name)


def red_list(orders: pl.DataFrame, *, on: dt.date, data_say: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Orders that are overdue by a day, table ``red_list``: by paper, the longest delay first.

    Parameters
    ----------
    orders : table ``orders``
    data_say : order → what its measures say, in words
    """
    said = data_say or {}
    rows = complete(orders, "orders").with_columns(due=pl.coalesce("due", "due_first")).filter(
        pl.col("due") < on, pl.col("state") != "unsigned",
        pl.col("removed_on").is_null() | (pl.col("removed_on") > on)).with_columns(
        days_over=(pl.lit(on) - pl.col("due")).dt.total_days(),
        data_say=pl.col("order_id").replace_strict(dict(said), default=None, return_dtype=pl.String))
    return complete(rows, "red_list").sort("protocol", "days_over", "order_id", descending=[False, True, False],
                                           nulls_last=True)


def _median(values: Iterable[float]) -> float | None:
    series = pl.Series(list(values), dtype=pl.Float64)
    return float(series.median()) if len(series) else None  # type: ignore[arg-type]
