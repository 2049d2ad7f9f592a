"""Records of this room as rows of their declared tables; ids of a row are the public ids of the records."""

from __future__ import annotations

from typing import Any

from smezhnik.activities.models import Customer, Cycle, Delegation, Event, Meeting
from smezhnik.records.declared import declared_row


def cycle_row(record: Cycle) -> dict[str, Any]:
    """A row of ``cycles``."""
    return declared_row("cycles", record, {"cycle_id": record.public_id,
                                           "customer_id": record.customer and record.customer.public_id})


def meeting_row(record: Meeting) -> dict[str, Any]:
    """A row of ``meetings``."""
    return declared_row("meetings", record, {
        "meeting_id": record.public_id, "cycle_id": record.cycle and record.cycle.public_id,
        "host_id": record.host and record.host.public_id, "event_id": record.event and record.event.public_id,
        "state": record.standing, "protocol_state": record.protocol,
        "protocol_number": record.protocol_no or None, "number": record.turn})


def event_row(record: Event) -> dict[str, Any]:
    """A row of ``events``."""
    return declared_row("events", record, {"event_id": record.public_id, "state": record.standing,
                                           "customer_id": record.customer and record.customer.public_id})


def customer_row(record: Customer) -> dict[str, Any]:
    """A row of ``customers``."""
    return declared_row("customers", record, {"customer_id": record.public_id})


def delegation_row(record: Delegation) -> dict[str, Any]:
    """A row of ``delegations``."""
    return declared_row("delegations", record, {"delegation_id": record.public_id, "state": record.standing,
                                                "event_id": record.event and record.event.public_id})
