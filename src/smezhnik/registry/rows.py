"""A record as a row of its declared table; ids of a row are the public ids of the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from smezhnik.records.declared import declared_row
from smezhnik.registry.models import Need, Offer, Organisation, Site
from smezhnik.tables import table


def organisation_row(record: Organisation) -> dict[str, Any]:
    """A row of ``organisations``."""
    return declared_row("organisations", record, {"org_id": record.public_id})


def site_row(record: Site) -> dict[str, Any]:
    """A row of ``sites``."""
    return declared_row("sites", record, {"site_id": record.public_id, "org_id": record.organisation.public_id})


def offer_row(record: Offer) -> dict[str, Any]:
    """A row of ``offers``: what the organisation answers comes from it."""
    return declared_row("offers", record, {
        "offer_id": record.public_id, "seller": record.organisation and record.organisation.name,
        **_of_organisation(record)})


def need_row(record: Need) -> dict[str, Any]:
    """A row of ``needs``."""
    return declared_row("needs", record, {
        "need_id": record.public_id, "buyer": record.organisation and record.organisation.name,
        **_of_organisation(record)})


def frame_of(name: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a frame of the declared table; empty in, empty out."""
    return pl.DataFrame(list(rows), schema=dict(table(name).dtypes), orient="row")


def _of_organisation(record: Offer | Need) -> dict[str, Any]:
    whose: Any = record.organisation
    site: Any = record.site
    return {"org_id": whose and whose.public_id, "inn": whose and whose.inn, "group_id": whose and whose.group_id,
            "site_id": site and site.public_id}
