"""What changed in a record, in the columns of its declared table: references by the id that people know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from smezhnik.records.access import KINDS
from smezhnik.records.models import Change, Record
from smezhnik.tables import table

#: Column, what stood there, what stands there now.
Told = tuple[str, Any, Any]


def references_of(model: type[Record]) -> Mapping[str, tuple[str, type[Record]]]:
    """Fields that lead to other records → the declared column that tells where, and the model there.

    The column is the field's own name where the table has it, else the key of the table that it leads to.
    """
    own = table(KINDS[model.KIND].table).columns if model.KIND in KINDS else {}
    found: dict[str, tuple[str, type[Record]]] = {}
    for item in model._meta.concrete_fields:
        other: Any = item.related_model
        if item.is_relation and issubclass(other, Record) and other.KIND in KINDS:
            column = item.attname if item.attname in own else table(KINDS[other.KIND].table).key[0]
            found[item.attname] = (column, other)
    return found


def told_changes(model: type[Record], changes: Iterable[Change],
                 fields: Collection[str] | None = None) -> list[tuple[Change, list[Told]]]:
    """Changes of records of one kind, each with its columns, in a few queries for all of them.

    ``fields``: the columns that may be told; all where absent.

    A reference stands as the public id of the record that it leads to; the database's own keys are nobody's business.
    """
    some, leads = list(changes), references_of(model)
    wanted: dict[type[Record], set[int]] = defaultdict(set)
    for change in some:
        for name, (_, other) in leads.items():
            wanted[other] |= {key for said in (change.old, change.new) if (key := said.get(name)) is not None}
    ids: dict[tuple[type[Record], int], str] = {}
    for other, keys in wanted.items():
        rows = other._default_manager.filter(pk__in=keys).values_list("pk", "public_id")
        ids |= {(other, pk): public for pk, public in rows}
    told: list[tuple[Change, list[Told]]] = []
    for change in some:
        made: list[Told] = []
        for name in {**change.old, **change.new}:
            lead = leads.get(name)
            column = lead[0] if lead else name
            if fields is not None and column not in fields:
                continue
            was, became = change.old.get(name), change.new.get(name)
            if lead:
                was, became = (None if key is None else ids.get((lead[1], key)) for key in (was, became))
            made.append((column, was, became))
        told.append((change, made))
    return told
