"""A target: what is promised, in which scope, by when; and how each measure is counted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from smezhnik.errors import Fault

How = Literal["rows", "sum", "manual"]
_CODE = re.compile(r"\d{1,2}(\.?\d{1,7})*")
_CHECKPOINT = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)\s*=\s*([\d\s]+(?:[.,]\d+)?)\s*")
_CHECKPOINT_RU = re.compile(r"\s*(\d\d)\.(\d\d)\.(\d{4})\s*=\s*([\d\s]+(?:[.,]\d+)?)\s*")


@dataclass(frozen=True, slots=True)
class Measure:
    """How a measure is counted: rows of a kind of evidence, or the sum of one of its columns.

    Attributes
    ----------
    kind : of evidence; None where a person gives the value
    column : that is summed; ``rows`` have none
    unit : word of the unit, ``promises.unit.<unit>``
    first_of_pair : only the first contract of two organisations counts
    """

    kind: str | None
    how: How = "rows"
    column: str | None = None
    unit: str = "pieces"
    first_of_pair: bool = False


_MONEY = "th_rub"
MEASURES: Mapping[str, Measure] = {
    "contracts_count": Measure("contract", unit="contracts"),
    "contracts_sum": Measure("contract", "sum", "value_th_rub", _MONEY),
    "delivered_sum": Measure("delivery", "sum", "value_th_rub", _MONEY),
    "import_replaced_sum": Measure("contract", "sum", "imported_th_rub", _MONEY),
    "links_new": Measure("contract", unit="links", first_of_pair=True),
    "cases_opened": Measure("case", unit="cases"),
    "needs_answered": Measure("answer", unit="needs"),
    "members_joined": Measure("membership", unit="members"),
    "clusters_compliant": Measure("compliance", unit="clusters"),
    "pair_meetings": Measure("pair_meeting", unit="meetings"),
    "events_held": Measure("event", unit="events"),
    "products_admitted": Measure("admission", unit="products"),
    "adoptions_done": Measure("adoption", unit="practices"),
    "loans_count": Measure("loan", unit="loans"),
    "loans_sum": Measure("loan", "sum", "value_th_rub", _MONEY),
    "projects_placed": Measure("placed_project", unit="projects"),
    "jobs": Measure("jobs", "sum", "amount", "jobs"),
    "document_exists": Measure("document", unit="documents"),
    "manual": Measure(None, "manual", unit=""),
}


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised.

    Attributes
    ----------
    promise : number or id of the commitment or order; the origin that ``attributed`` evidence names
    measure : one of ``MEASURES``; None where nobody said what is counted
    plan, baseline : in the unit of the measure (sums in th. RUB); an absent baseline is nought
    at_most : the plan is a ceiling
    in_scope : every row that fits the scope counts; else only rows that name the promise among their origins
    from_regions, to_regions : who supplies, who buys; empty is any
    both_ways : the other direction counts as well
    industries : beginnings of ОКПД2 or ОКВЭД2 codes, digits only; empty is all
    organisations, clusters, events : ids; empty is all
    since, due : first day that counts and last day in time (a deadline is a day on which it is still in time;
        CONVENTIONS §1 is about periods); an absent ``since`` leaves the beginning open
    checkpoints : (day, what is due by then), by day; a straight line where there are none
    manual_value, manual_on : what a person told, as of which day
    """

    promise: str
    measure: str | None = None
    plan: float | None = None
    baseline: float | None = None
    at_most: bool = False
    in_scope: bool = False
    from_regions: tuple[str, ...] = ()
    to_regions: tuple[str, ...] = ()
    both_ways: bool = False
    industries: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    since: dt.date | None = None
    due: dt.date | None = None
    checkpoints: tuple[tuple[dt.date, float], ...] = ()
    manual_value: float | None = None
    manual_on: dt.date | None = None

    @property
    def in_money(self) -> bool:
        """Whether it is a sum, in thousand roubles."""
        return self.measure is not None and MEASURES[self.measure].unit == _MONEY


def read_target(row: Mapping[str, Any], promise: str) -> Target:
    """A target from the columns of a declared row (``commitments`` and what has the same columns).

    Checkpoints that cannot be read are left out here; ``find_target_faults`` tells them.
    """
    def listed(name: str) -> tuple[str, ...]:
        return tuple(row.get(name) or ())

    def region(name: str) -> tuple[str, ...]:
        return (row[name],) if row.get(name) else ()

    return Target(
        promise, row.get("measure"), row.get("plan"), row.get("baseline"), row.get("direction") == "at_most",
        row.get("counted") == "in_scope", region("from_region"), region("to_region"), bool(row.get("both_ways")),
        tuple(_digits(code) for code in listed("industries")), listed("organisations"), listed("clusters"),
        listed("events"), row.get("since"), row.get("due"),
        tuple(point for text in listed("checkpoints") if (point := read_checkpoint(text)) is not None),
        row.get("manual_value"), row.get("manual_on"))


def read_checkpoint(text: str) -> tuple[dt.date, float] | None:
    """``30.06.2026 = 5`` or ``2026-06-30 = 5``; None where it reads as neither."""
    if found := _CHECKPOINT.fullmatch(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _CHECKPOINT_RU.fullmatch(text):
        year, month, day = int(found[3]), int(found[2]), int(found[1])
    else:
        return None
    try:
        return dt.date(year, month, day), float("".join(found[4].split()).replace(",", "."))
    except ValueError:
        return None


def find_target_faults(row: Mapping[str, Any], promise: str) -> list[Fault]:
    """All that is wrong with a target as somebody wrote it; ``Fault.column`` is the declared column.

    A promise of words alone, with neither measure nor plan, is no fault: it is told as not measurable.
    """
    found: list[tuple[str, str, dict[str, object]]] = []
    measure, since, due = row.get("measure"), row.get("since"), row.get("due")
    if measure is None and row.get("plan") is not None:
        found.append(("target_no_measure", "measure", {}))
    if measure is not None and row.get("plan") is None:
        found.append(("target_no_plan", "plan", {}))
    if since is not None and due is not None and due < since:
        found.append(("target_window", "due", {"since": since, "due": due}))
    found += [("target_code", "industries", {"found": code}) for code in row.get("industries") or ()
              if not _CODE.fullmatch(code.strip())]
    points = []
    for text in row.get("checkpoints") or ():
        if (point := read_checkpoint(text)) is None:
            found.append(("target_checkpoint", "checkpoints", {"found": text}))
        else:
            points.append(point)
    days = [day for day, _ in points]
    outside = any((since and day < since) or (due and day > due) for day in days)
    if days != sorted(set(days)) or outside:
        found.append(("target_checkpoint_order", "checkpoints", {}))
    if row.get("manual_value") is not None and not (row.get("manual_on") and row.get("manual_source")):
        found.append(("target_manual", "manual_value", {}))
    return [Fault(code, {"promise": promise, **fields}, column=column) for code, column, fields in found]


def windows_of(targets: Sequence[Target]) -> tuple[dt.date | None, dt.date | None]:
    """The first and last day that any of the targets looks at; None where one of them leaves it open."""
    def least(days: Iterable[dt.date | None], pick: Any) -> dt.date | None:
        given = list(days)
        return None if not given or None in given else pick(given)

    return least((target.since for target in targets), min), least((target.due for target in targets), max)


def _digits(code: str) -> str:
    return "".join(letter for letter in code if letter.isdigit())
