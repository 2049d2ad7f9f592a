"""Who sees which agreements and orders."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from smezhnik.accords.models import Agreement, Order
from smezhnik.accords.rows import agreement_row, order_row
from smezhnik.records.access import EDITORS, SEES, Kind, Viewer, columns_up_to
from smezhnik.records.models import Record


def _in_region(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    if SEES[viewer.role] is None:
        return rows.none()
    rows = rows.filter(archived=viewer.archived)
    rows = rows.filter(held_by=viewer.region) if viewer.region else rows
    return rows if viewer.sees("confidential") else rows.exclude(confidential=True)


def visible_agreements(viewer: Viewer) -> QuerySet[Agreement]:
    """Agreements of the region: what was signed is public; a closed one is seen by the ministry only."""
    return _in_region(Agreement.objects.select_related("supersedes", "parent").prefetch_related(
        "party_rows", "direction_rows"), viewer)


def visible_orders(viewer: Viewer) -> QuerySet[Order]:
    """Orders of the region, to those who broker and to the fund; a closed one to the ministry only."""
    rows = _in_region(Order.objects.select_related("agreement", "commitment"), viewer)
    return rows if viewer.sees_cooperation else rows.none()


def _fields(name: str) -> Any:
    def fields(viewer: Viewer, record: Any) -> frozenset[str]:
        return columns_up_to(name, viewer)

    return fields


def may_edit(viewer: Viewer, record: Record) -> bool:
    """Ministry and cluster organisation in their region."""
    return viewer.role in EDITORS and viewer.region == record.held_by


KINDS = (
    Kind(Agreement, "agreements", visible_agreements, _fields("agreements"), may_edit, agreement_row,
         ("title", "number", "parties", "state", "signed_on", "until"), entered=False),
    Kind(Order, "orders", visible_orders, _fields("orders"), may_edit, order_row,
         ("text", "number", "executor", "due", "state"), entered=False),
)
