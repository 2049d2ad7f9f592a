"""What the table of organisations and sites adds to needs and offers: whose, where, which group."""

from __future__ import annotations

import polars as pl

from smezhnik.tables import complete

#: Column of needs or offers → column of organisations that fills it where it is empty.
FILLED = {"inn": "inn", "group_id": "group_id", "region": "region", "latitude": "latitude", "longitude": "longitude"}
PLACE = ("region", "latitude", "longitude")


def enrich(frame: pl.DataFrame, name: str, who: str, organisations: pl.DataFrame | None,
           sites: pl.DataFrame | None) -> pl.DataFrame:
    """Needs or offers with the facts of their organisations; what a row says itself always wins.

    Parameters
    ----------
    frame : table ``needs`` or ``offers``
    name : name of that table
    who : its column with the name of the organisation (``buyer``, ``seller``)
    organisations, sites : tables of those names; None where not given. An organisation is found by ``org_id``, else
        by ИНН. The place of a site comes before that of its organisation; coordinates and region go together.
    """
    frame = complete(frame, name)
    if sites is not None and not sites.is_empty():
        frame = _fill(frame, complete(sites, "sites"), "site_id", {item: item for item in PLACE})
    if organisations is not None and not organisations.is_empty():
        known = complete(organisations, "organisations")
        for key in ("org_id", "inn"):
            frame = _fill(frame, known, key, {**FILLED, who: "name", "org_id": "org_id"})
    return complete(frame, name)


def _fill(frame: pl.DataFrame, facts: pl.DataFrame, key: str, columns: dict[str, str]) -> pl.DataFrame:
    source = facts.drop_nulls(key).unique(key, keep="first", maintain_order=True).select(
        pl.col(key).alias("_key"), *(pl.col(column).alias(f"_{target}") for target, column in columns.items())
    )
    joined = frame.join(source, left_on=key, right_on="_key", how="left", maintain_order="left")
    # a row that names its own place keeps all of it: a foreign coordinate must not mix with its region
    own_place = pl.any_horizontal(pl.col(column).is_not_null() for column in PLACE)
    return joined.with_columns(
        pl.when(own_place).then(pl.col(target)).otherwise(pl.coalesce(target, f"_{target}")).alias(target)
        if target in PLACE else pl.coalesce(target, f"_{target}").alias(target)
        for target in columns
    ).select(frame.columns)
