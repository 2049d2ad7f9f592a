"""What promises put on an agenda: those that are behind, and those whose window closes soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from smezhnik.accords.access import visible_agreements, visible_orders
from smezhnik.accords.models import Aim, Plan
from smezhnik.accords.orders import OPEN
from smezhnik.accords.queries import commitments_of
from smezhnik.activities.models import Meeting
from smezhnik.promises.progress import Progress, share_of
from smezhnik.promises.target import Target
from smezhnik.records.access import Viewer
from smezhnik.scheduling import Subject
from smezhnik.tables.column import LEAST_FIRMS
from smezhnik.workflows.promise_records import Promised, count_records, evidence_for, targets_of

#: Days ahead in which a window that closes is spoken of, and promises of one agenda that are counted.
CLOSING, MOST = 30, 200


def promise_subjects(meeting: Meeting, viewer: Viewer, on: dt.date) -> list[Subject]:
    """Commitments and open orders of the industries of a sitting that are behind, or end within ``CLOSING`` days.

    Of a sitting that names no industry, and has no series that does, none: it would be everything the region promised.
    """
    codes = tuple(code.replace(".", "").strip() for code in meeting.industries or ())
    if not codes:
        return []
    plans = Plan.objects.filter(archived=False, replaced=False, agreement__in=visible_agreements(viewer).exclude(
        confidential=True))
    counted_ones = Aim.objects.filter(archived=False, order__isnull=False).values("order")
    orders = visible_orders(viewer).exclude(confidential=True).filter(
        state__in=OPEN, pk__in=counted_ones).prefetch_related("aims")
    asked = [*commitments_of(plans).exclude(state__in=("closed_item", "dropped", "moved"))[:MOST], *orders[:MOST]]
    ours = [record for record in asked if any(_concerns(target, codes) for target in targets_of(record))]
    if not ours:
        return []
    targets = [target for record in ours for target in targets_of(record)]
    evidence = evidence_for(targets, meeting.held_by, on=on)
    counted = count_records(ours, meeting.held_by, on=on, evidence=evidence)
    return list(chain.from_iterable(_subjects(one, on) for one in counted))


def _concerns(target: Target, codes: Sequence[str]) -> bool:
    """Whether a promise is about one of the industries; one that names none is about no industry in particular."""
    return any(own.startswith(code) or code.startswith(own) for own in target.industries for code in codes)


def _subjects(one: Promised, on: dt.date) -> Iterator[Subject]:
    """At most one: what is late or behind is told as that, however soon it ends."""
    late = [part for part in one.parts if part.state in ("late", "behind")]
    soon = [part for part in one.parts if part.state not in ("done", "late", "behind") and part.target.due is not None
            and on <= part.target.due <= on + dt.timedelta(days=CLOSING)]
    worst = min(late or soon, key=lambda part: part.target.due or dt.date.max, default=None)
    if worst is not None:
        record = one.record
        yield Subject("promise_behind" if late else "closing_measure", record.public_id, _title(record),
                      due=worst.target.due, speaker=getattr(record, "responsible_a", None) or getattr(
                          record, "executor", None) or "", fields=_fields(record, worst))


def _title(record: Any) -> str:
    return " ".join(filter(None, (getattr(record, "no", None) or getattr(record, "number", None), record.text)))


def _fields(record: Any, part: Progress) -> dict[str, object]:
    """How far and how far it should be, in percent; the agreement, by which the page finds the line."""
    told: dict[str, object] = {}
    # a sum of the contracts of few firms is told as late, not as how far
    share = None if part.target.in_money and part.firms < LEAST_FIRMS else part.share
    if share is not None:
        told["percent"] = round(100 * share)
        expected = None if part.expected is None else share_of(part.target, part.expected)
        told["expected"] = None if expected is None else round(100 * min(expected, 1))
    plan = getattr(record, "plan", None)
    if plan is not None:
        told["agreement"] = plan.agreement.public_id
    return told
