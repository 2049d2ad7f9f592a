"""Small tables for the plan, with defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from smezhnik.tables import complete, table


def needs(*rows: dict[str, Any]) -> pl.DataFrame:
    """Needs N1, N2 … of 10 t at 1,000 roubles a tonne unless a row says otherwise."""
    return _table("needs", "need_id", "N", rows,
                  {"text": "швеллер", "volume": 10.0, "unit": "т", "price": 1000.0})


def offers(*rows: dict[str, Any]) -> pl.DataFrame:
    """Offers O1, O2 … of 10 t unless a row says otherwise."""
    return _table("offers", "offer_id", "O", rows, {"text": "швеллер", "capacity": 10.0, "unit": "т"})


def links(*pairs: Sequence[Any]) -> pl.DataFrame:
    """Links from (need, offer) or (need, offer, km) or (need, offer, km, {more})."""
    rows = [
        {"need_id": need, "offer_id": offer, "distance_km": rest[0] if rest else None, **(rest[1] if rest[1:] else {})}
        for need, offer, *rest in pairs
    ]
    return complete(pl.DataFrame(rows, infer_schema_length=None), "links") if rows else table("links").empty()


def _table(name: str, key: str, letter: str, rows: Sequence[dict[str, Any]], default: dict[str, Any]) -> pl.DataFrame:
    filled = [{key: f"{letter}{number}", **default, **row} for number, row in enumerate(rows, 1)]
    return complete(pl.DataFrame(filled, infer_schema_length=None), name) if filled else table(name).empty()
