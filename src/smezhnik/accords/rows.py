"""Records of this room as rows of their declared tables; ids of a row are the public ids of the records."""

from __future__ import annotations

from typing import Any

from smezhnik.accords.models import Agreement, Aim, Commitment, Order
from smezhnik.records.declared import declared_row
from smezhnik.tables import table


def agreement_row(record: Agreement) -> dict[str, Any]:
    """A row of ``agreements``."""
    parties = [one for one in record.party_rows.all() if not one.archived]
    return declared_row("agreements", record, {
        "agreement_id": record.public_id,
        "parties": [f"{one.body}, {one.post}" if one.post else one.body for one in parties] or None,
        "regions": list(dict.fromkeys(one.region for one in parties if one.region)) or None,
        "directions": [one.title for one in record.direction_rows.all() if not one.archived] or None,
        "supersedes_id": record.supersedes and record.supersedes.public_id,
        "parent_id": record.parent and record.parent.public_id})


def order_row(record: Order) -> dict[str, Any]:
    """A row of ``orders``."""
    return declared_row("orders", record, {
        "order_id": record.public_id, "agreement_id": record.agreement and record.agreement.public_id,
        "commitment_id": record.commitment and record.commitment.public_id})


def aim_row(record: Aim) -> dict[str, Any]:
    """The columns of ``commitments`` that say what is counted."""
    return declared_row("commitments", record, {})


def commitment_rows(record: Commitment) -> list[dict[str, Any]]:
    """A commitment as its rows of ``commitments``: one for each measure, one where it has none."""
    counted = [name for name in table("commitments").columns if hasattr(Aim, name)]  # ``plan`` is no plan of ours
    said = declared_row("commitments", record, {**dict.fromkeys(counted), "commitment_id": record.public_id})
    aims = [aim for aim in record.aims.all() if not aim.archived]
    return [{**said, **{name: getattr(aim, name) for name in counted}} for aim in aims] or [said]


def signed_rows(record: Commitment) -> list[dict[str, Any]]:
    """The same with the deadlines that were signed, wherever they were moved to since."""
    aims = [aim for aim in record.aims.all() if not aim.archived]
    rows = commitment_rows(record)
    return [{**row, "due": aim.due_first or row["due"]} for row, aim in zip(rows, aims, strict=True)] if aims else rows
