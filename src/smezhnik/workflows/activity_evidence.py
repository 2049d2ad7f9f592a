"""What events, pair meetings and admissions of products prove; what caused them, as a chain that can be walked."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from smezhnik.activities.models import Admission, Event, PairMeeting, Participant
from smezhnik.errors import SmezhnikError
from smezhnik.workflows.events import slots_of

#: What an event serves, the nearest first: column → kind of the promise.
SERVES: Mapping[str, str] = {"order_id": "order", "commitment_id": "commitment", "agreement_id": "agreement"}
#: Stages at which a product is admitted.
_ADMITTED = ("admitted", "tender", "contracted", "delivering")
_SIDES = ("guest__organisation", "host__organisation")


def causes_of(event: Event | None) -> dict[str, str | None]:
    """What an event names as its causes: kind → id; a step that nobody noted is None."""
    return {kind: (getattr(event, column) or None) if event is not None else None for column, kind in SERVES.items()}


def origins_of(event: Event | None) -> list[str]:
    """The event and the promises that it serves, the nearest first."""
    return [one for one in (event.public_id, *causes_of(event).values()) if one] if event is not None else []


def parents_of(held_by: str) -> dict[str, tuple[str, ...]]:
    """Pair meeting that led to a case → its event, event → promises that it serves."""
    found: dict[str, tuple[str, ...]] = {}
    for own, *promises in Event.objects.filter(held_by=held_by, archived=False).values_list("public_id", *SERVES):
        found[own] = tuple(one for one in promises if one)
    for own, event in PairMeeting.objects.filter(held_by=held_by, archived=False, case__isnull=False).values_list(
            "public_id", "event__public_id"):
        found[own] = (event,)
    return found


def pair_meetings(held_by: str, on: dt.date) -> Iterator[dict[str, Any]]:
    """Pair meetings of which somebody said how they went, on the day of their slot; the guest supplies the host."""
    rows = PairMeeting.objects.filter(held_by=held_by, archived=False, event__archived=False).exclude(
        standing="scheduled").select_related("event", *_SIDES)
    days: dict[int, Mapping[int, dt.date]] = {}
    for row in rows.iterator(chunk_size=2_000):
        event, seller, buyer = row.event, row.guest.organisation, row.host.organisation
        known = days.setdefault(event.pk, _days(event))
        yield {"evidence_id": row.public_id, "kind": "pair_meeting", "on": known.get(row.slot, event.starts_on),
               "text": f"{buyer.name} – {seller.name}", "from_org": seller.public_id, "from_region": seller.region,
               "okved2": seller.okved2, "to_org": buyer.public_id, "to_region": buyer.region,
               "event": event.public_id, "origins": [row.public_id, *origins_of(event)],
               "cancelled": row.standing != "held"}


def _days(event: Event) -> dict[int, dt.date]:
    try:
        return {slot.number: slot.starts.date() for slot in slots_of(event)}
    except SmezhnikError:  # hours that nobody can read leave the first day
        return {}


def events(held_by: str, on: dt.date) -> Iterator[dict[str, Any]]:
    """Events on their last day: those that were held, and those that were cancelled as such.

    The other region is the one that its participants come from; of several it cannot be said.
    """
    abroad: dict[int, set[str]] = defaultdict(set)
    for pk, region in Participant.objects.filter(held_by=held_by, archived=False).exclude(
            organisation__region=held_by).values_list("event", "organisation__region"):
        abroad[pk].add(region)
    for row in Event.objects.filter(held_by=held_by, archived=False, standing__in=("held", "summed_up", "cancelled")):
        others = abroad[row.pk]
        yield {"evidence_id": row.public_id, "kind": "event", "on": row.last_day or row.starts_on, "text": row.name,
               "from_region": row.region or held_by, "event": row.public_id,
               "to_region": row.region or held_by if not others else others.pop() if len(others) == 1 else None,
               "okved2": (row.industries or [None])[0], "origins": origins_of(row),
               "cancelled": row.standing == "cancelled"}


def admissions(held_by: str, on: dt.date) -> Iterator[dict[str, Any]]:
    """Products on the first day on which they were admitted; one that was refused after that, by ``on``, is none."""
    rows = Admission.objects.filter(held_by=held_by, archived=False).select_related(
        "organisation", "customer", "event")
    for row in rows:
        day = admitted_on(row)
        if day is None:
            continue
        plant = row.organisation
        origins = [*origins_of(row.event), *filter(None, [row.customer.agreement_id])]
        yield {"evidence_id": row.public_id, "kind": "admission", "on": day, "text": row.product,
               "from_org": plant.public_id, "from_region": plant.region, "okpd2": row.okpd2 or None,
               "okved2": plant.okved2, "to_org": row.customer.public_id, "to_region": row.customer.region,
               "event": row.event.public_id if row.event else None, "origins": list(dict.fromkeys(origins)),
               "cancelled": row.stage == "refused" and row.stage_on <= on}


def admitted_on(row: Admission) -> dt.date | None:
    """The first day at a stage at which the customer may buy the product; None where it came to none."""
    days = [dt.date.fromisoformat(row.reached[stage]) for stage in _ADMITTED if stage in row.reached]
    return min(days, default=None)
