"""Who sees which series, meetings, events, customers and delegations."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from smezhnik.activities.models import Customer, Cycle, Delegation, Event, Meeting, PairMeeting, Participant
from smezhnik.activities.rows import customer_row, cycle_row, delegation_row, event_row, meeting_row
from smezhnik.records.access import EDITORS, SEES, Kind, Viewer, columns_up_to
from smezhnik.records.models import Record


def _in_region(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    if SEES[viewer.role] is None:
        return rows.none()
    rows = rows.filter(archived=viewer.archived)
    return rows.filter(held_by=viewer.region) if viewer.region else rows


def visible_cycles(viewer: Viewer) -> QuerySet[Cycle]:
    """Series of the region, to those who broker and to the fund."""
    rows = _in_region(Cycle.objects.select_related("customer"), viewer)
    return rows if viewer.sees_cooperation else rows.none()


def visible_meetings(viewer: Viewer) -> QuerySet[Meeting]:
    """Meetings of the region to those who broker and to the fund; to a plant those that it hosts or is asked to, once
    they are no draft.
    """
    rows = _in_region(Meeting.objects.select_related("cycle", "host", "event"), viewer)
    if viewer.sees_cooperation:
        return rows
    if viewer.organisation is None:
        return rows.none()
    asked = Meeting.objects.filter(guests__organisation=viewer.organisation, guests__archived=False).values("pk")
    return rows.filter(Q(host=viewer.organisation) | Q(pk__in=asked)).exclude(standing="draft")


def visible_events(viewer: Viewer) -> QuerySet[Event]:
    """Events of the region: that they take place is public; ideas are of those who broker."""
    rows = _in_region(Event.objects.select_related("customer"), viewer)
    return rows if viewer.sees_cooperation else rows.exclude(standing="idea")


def visible_participants(viewer: Viewer, event: Event) -> QuerySet[Participant]:
    """Participants of an event: to those who broker all; a plant sees itself and whom it meets."""
    rows = event.participants.filter(archived=False).select_related("organisation")
    if viewer.sees_cooperation:
        return rows
    if viewer.organisation is None:
        return rows.none()
    met = visible_pairs(viewer, event).values_list("host", "guest")
    return rows.filter(Q(organisation=viewer.organisation) | Q(pk__in={pk for pair in met for pk in pair}))


def visible_pairs(viewer: Viewer, event: Event) -> QuerySet[PairMeeting]:
    """Pair meetings of an event: to those who broker all, to a plant its own."""
    rows = event.pairs.filter(archived=False).select_related("host__organisation", "guest__organisation", "case")
    if viewer.sees_cooperation:
        return rows
    if viewer.organisation is None:
        return rows.none()
    return rows.filter(Q(host__organisation=viewer.organisation) | Q(guest__organisation=viewer.organisation))


def visible_customers(viewer: Viewer) -> QuerySet[Customer]:
    """Customers of the region, to those who broker and to the fund."""
    rows = _in_region(Customer.objects.all(), viewer)
    return rows if viewer.sees_cooperation else rows.none()


def visible_delegations(viewer: Viewer) -> QuerySet[Delegation]:
    """Delegations of the region, to those who broker and to the fund."""
    rows = _in_region(Delegation.objects.select_related("event"), viewer)
    return rows if viewer.sees_cooperation else rows.none()


def _fields(name: str) -> Any:
    def fields(viewer: Viewer, record: Any) -> frozenset[str]:
        found = columns_up_to(name, viewer)
        if name == "events" and not viewer.sees_cooperation:
            found -= {"customer_id"}  # whom a mission goes to is known to those who prepare it
        return found

    return fields


def may_edit(viewer: Viewer, record: Record) -> bool:
    """Ministry and cluster organisation in their region."""
    return viewer.role in EDITORS and viewer.region == record.held_by


KINDS = (
    Kind(Cycle, "cycles", visible_cycles, _fields("cycles"), may_edit, cycle_row,
         ("name", "kind", "industries", "every_days", "chair")),
    Kind(Meeting, "meetings", visible_meetings, _fields("meetings"), may_edit, meeting_row,
         ("name", "held_on", "state", "protocol_state", "protocol_number", "place")),
    Kind(Event, "events", visible_events, _fields("events"), may_edit, event_row,
         ("name", "kind", "starts_on", "state", "organiser", "place")),
    Kind(Customer, "customers", visible_customers, _fields("customers"), may_edit, customer_row,
         ("name", "unit", "buys", "road_map")),
    Kind(Delegation, "delegations", visible_delegations, _fields("delegations"), may_edit, delegation_row,
         ("name", "state", "starts_on", "head", "approved_on")),
)
