"""Fields of a record from its declared table: no meaning of a column is written a second time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models

from smezhnik.tables import ColumnInfo, table

_FIELDS: dict[str, type[models.Field]] = {
    "text": models.TextField, "code": models.TextField, "number": models.FloatField, "integer": models.BigIntegerField,
    "date": models.DateField, "flag": models.BooleanField, "list": models.JSONField, "records": models.JSONField,
}


def field_of(column: ColumnInfo, *, need: bool = False) -> models.Field:
    """A field for the column; absent is null everywhere (CONVENTIONS §2), also for texts."""
    return _FIELDS[column.kind](column.ru, null=not need, blank=not need)


def declared(name: str, *, without: Collection[str] = (), indexed: Collection[str] = ()) -> Any:
    """An abstract model with a field for each column of the table.

    Parameters
    ----------
    name : declared table
    without : columns that the record holds in another way (a reference, a fact of somebody else)
    indexed : columns with an index
    """
    found = table(name)
    fields: dict[str, Any] = {}
    for column, about in found.columns.items():
        if column in without:
            continue
        made = field_of(about, need=not found.schema.columns()[column].nullable and column not in found.key)
        made.db_index = column in indexed
        fields[column] = made
    meta = type("Meta", (), {"abstract": True})
    return type(f"Declared_{name}", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def declared_row(name: str, record: Any, others: Mapping[str, Any]) -> dict[str, Any]:
    """A record as a row of its table: ``others`` hold what it keeps in another way, absent is None."""
    return {column: others[column] if column in others else getattr(record, column, None)
            for column in table(name).columns}
