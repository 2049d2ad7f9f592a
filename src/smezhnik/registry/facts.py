"""Facts: what two sources say differently of one organisation stands side by side, each with source and date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from smezhnik.records.actions import BATCH, Act
from smezhnik.records.chain import plain
from smezhnik.registry.models import Fact, Organisation

#: Columns of an organisation on which sources may disagree: both are kept.
FACTS = ("region", "address", "okved2", "output_th_rub", "jobs", "high_productivity_jobs", "oktmo")


def keep_disagreements(made: Act, changes: Iterable[tuple[Organisation, Mapping[str, Any]]]) -> int:
    """Write a fact for each side of what a new source says differently; how many columns they disagree on.

    Parameters
    ----------
    changes : organisations as they stand, with the values that a source gives them (``source``, ``source_date`` too)
    """
    said: dict[tuple[int, str, str], tuple[Organisation, Any, Any]] = {}
    count = 0
    for record, values in changes:
        source = values.get("source") or record.source
        if not record.source or source == record.source:
            continue
        for column in FACTS:
            now = getattr(record, column)
            if column in values and now is not None and plain(now) != plain(values[column]):
                said[record.pk, column, record.source] = (record, now, record.source_date)
                said[record.pk, column, str(source)] = (record, values[column], values.get("source_date"))
                count += 1
    there = _facts_of({pk for pk, _, _ in said})
    new: list[Fact] = []
    changed: list[tuple[Fact, dict[str, Any]]] = []
    for (pk, column, source), (record, value, day) in said.items():
        content = {"value": plain(value), "source_date": day, "archived": False}
        if fact := there.get((pk, column, source)):
            changed.append((fact, content))
        else:
            new.append(Fact(held_by=record.held_by, organisation=record, column=column, source=source, **content))
    made.create(new)
    made.change_all(changed)
    return count


def _facts_of(keys: set[int]) -> dict[tuple[int, str, str], Fact]:
    """Facts of these organisations, those that were taken away too: a source says a column once."""
    found: dict[tuple[int, str, str], Fact] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        for fact in Fact.objects.filter(organisation__in=ordered[start:start + BATCH]):
            found[fact.organisation_id, fact.column, fact.source] = fact
    return found
