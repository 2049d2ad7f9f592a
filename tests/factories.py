"""Plain factories: a row of each table with defaults, to be overridden by name."""

from __future__ import annotations

import polars as pl

from smezhnik.tables import complete


def needs(*rows: dict[str, object]) -> pl.DataFrame:
    """A table of needs; ids n1, n2 … unless given."""
    return _table("needs", "need_id", "n", rows)


def offers(*rows: dict[str, object]) -> pl.DataFrame:
    """A table of offers; ids o1, o2 … unless given."""
    return _table("offers", "offer_id", "o", rows)


def contracts(*rows: dict[str, object]) -> pl.DataFrame:
    """A table of contracts; ids c1, c2 … unless given."""
    return _table("contracts", "contract_id", "c", rows)


def _table(name: str, key: str, letter: str, rows: tuple[dict[str, object], ...]) -> pl.DataFrame:
    numbered = [{key: f"{letter}{number}", **row} for number, row in enumerate(rows, 1)]
    return complete(pl.DataFrame(numbered, infer_schema_length=None), name)


def members(*rows: dict[str, object]) -> pl.DataFrame:
    """A table of members of a cluster; ids m1, m2 …, producers unless given."""
    return _table("members", "org_id", "m", tuple({"roles": ["producer"], **row} for row in rows))
