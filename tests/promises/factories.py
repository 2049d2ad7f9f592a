"""Rows of evidence with defaults, to be overridden by name."""

from __future__ import annotations

import datetime as dt

import polars as pl

from smezhnik.tables import complete


def evidence(*rows: dict[str, object]) -> pl.DataFrame:
    """Contracts of machine building from Bashkortostan to Chelyabinsk region, of two plants of their own each."""
    made = [{"evidence_id": f"d{number}", "kind": "contract", "on": dt.date(2026, 6, 1), "from_org": f"s{number}",
             "to_org": f"b{number}", "from_region": "RU-BA", "to_region": "RU-CHE", "okpd2": "28.13.14",
             "value_th_rub": 1_000.0, "basis": "declared", "origins": ["2.4"], **row}
            for number, row in enumerate(rows, 1)]
    return complete(pl.DataFrame(made, infer_schema_length=None), "evidence")


def orders(*rows: dict[str, object]) -> pl.DataFrame:
    """Orders in work; ids o1, o2 … unless given."""
    made = [{"order_id": f"o{number}", "text": "Установить связи", "state": "in_work", **row}
            for number, row in enumerate(rows, 1)]
    return complete(pl.DataFrame(made, infer_schema_length=None), "orders")
