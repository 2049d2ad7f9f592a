"""A table of rows against the records that are there: what is new, what differs, what is the same.

Nothing is erased by a file: an empty cell, or a column that the file does not have, leaves the record as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from smezhnik.errors import UnknownCode
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.records.actions import BATCH, Act
from smezhnik.records.chain import plain
from smezhnik.records.ids import read_id
from smezhnik.records.models import Record
from smezhnik.records.search import fold
from smezhnik.registry.models import Fact, Need, Offer, Organisation, Searched, Site

#: Columns of an organisation on which sources may disagree: both are kept as facts.
FACTS = ("region", "address", "okved2", "output_th_rub", "jobs", "high_productivity_jobs", "oktmo")
#: Table → model, the column with the row's own id, the column with the name of the organisation.
_TABLES: Mapping[str, tuple[type[Any], str, str | None]] = {
    "organisations": (Organisation, "org_id", None), "sites": (Site, "site_id", None),
    "offers": (Offer, "offer_id", "seller"), "needs": (Need, "need_id", "buyer"),
}
LOADABLE = tuple(_TABLES)


@dataclass
class Difference:
    """What a file would do.

    Attributes
    ----------
    created : new records, not yet written; organisations that are only named come before what refers to them
    changed : records that are there, with the new values of their fields
    same : rows that say what is there already
    """

    created: list[Record] = field(default_factory=list)
    changed: list[tuple[Record, dict[str, Any]]] = field(default_factory=list)
    same: int = 0


def find_difference(name: str, frame: pl.DataFrame, held_by: str, *, source: str, named: bool = True,
                    progress: Progress = no_progress) -> Difference:
    """Compare rows of a declared table with the records of a region.

    A row is the record with its public id; else the one with the same own id; else, of an organisation, the one with
    its ИНН or ОГРН, or its name in its region; of an offer or a need, the one of the same organisation with the same
    text. Else it is new. A row that repeats another of the file changes nothing twice: the last one counts.

    Parameters
    ----------
    name : ``organisations``, ``sites``, ``offers`` or ``needs``
    frame : rows of that table
    held_by : region whose records they are
    source : where the rows come from, for rows that do not say it
    named : the ids of the rows are their owner's; False where they are only numbers of rows
    """
    model, key, who = _TABLES[name]
    people = _Organisations(held_by, frame, source) if name != "organisations" else None
    book = _Book(model, held_by, frame, key, named)
    made = Difference()
    changes: dict[int, tuple[Record, dict[str, Any]]] = {}
    names = {item.name for item in model._meta.concrete_fields}
    for done, row in enumerate(frame.iter_rows(named=True)):
        if done % BATCH == 0:
            progress(Step("compare", done, len(frame)))
        whose = people.of(row, who) if people is not None else None
        values = {column: value for column, value in row.items() if column in names and value is not None}
        if not values.get("source"):
            values["source"] = source
        record = book.find(row, whose)
        if record is None:
            record = book.add(row, whose, values, people)
            made.created.append(record)
        elif record.pk is None:  # another row of this file
            _fill(record, values)
            made.same += 1
        else:
            if whose is not None and record.organisation_id is None and whose.pk:
                values["organisation_id"] = whose.pk
            different = _different(record, values)
            if different.keys() - {"source", "source_date"}:
                changes[record.pk] = (record, {**changes.get(record.pk, (record, {}))[1], **different})
            else:
                made.same += 1
    progress(Step("compare", len(frame), len(frame)))
    made.changed = list(changes.values())
    made.created = [*(people.created if people is not None else ()), *made.created]
    return made


def write_difference(made: Act, found: Difference, *, progress: Progress = no_progress) -> dict[str, int]:
    """Write what was found as a part of an action; counts by what was done."""
    for record in (*found.created, *(record for record, _ in found.changed)):
        if isinstance(record, Searched) and record.pk is None:
            record.index()
    progress(Step("write", 0, None))
    organisations = [item for item in found.created if isinstance(item, Organisation)]
    others = [item for item in found.created if not isinstance(item, Organisation)]
    made.create(organisations)
    for item in others:  # their organisations have keys only now
        whose = getattr(item, "organisation", None)
        if whose is not None:
            item.organisation_id = whose.pk
    made.create(others)
    facts = list(_disagreements(found.changed))
    made.create([fact for fact in facts if fact.pk is None])
    changed = made.change_all((record, _kept(record, values)) for record, values in _indexed(found.changed))
    return {"created": len(others) or len(organisations), "organisations": len(organisations) if others else 0,
            "changed": changed, "same": found.same, "disagreements": len(facts) // 2}


def _indexed(changes: Iterable[tuple[Record, dict[str, Any]]]) -> Iterator[tuple[Record, dict[str, Any]]]:
    """The changes, each record with the words of its new content."""
    for record, values in changes:
        if isinstance(record, Searched) and values.keys() & set(record.SEARCHED):
            before = {name: getattr(record, name) for name in record.SEARCHED}
            _fill(record, {name: value for name, value in values.items() if name in record.SEARCHED})
            record.index()
            for name, value in before.items():
                setattr(record, name, value)
        yield record, values


def _kept(record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """Of an organisation: a value of an older source does not take the place of a newer one."""
    if not isinstance(record, Organisation) or record.source_date is None:
        return values
    day = values.get("source_date", record.source_date)
    if day >= record.source_date:
        return values
    return {name: value for name, value in values.items()
            if name not in ("source", "source_date") and (name not in FACTS or getattr(record, name) is None)}


def _disagreements(changes: Iterable[tuple[Record, dict[str, Any]]]) -> Iterator[Fact]:
    """What two sources say differently of one organisation: a fact for each."""
    for record, values in changes:
        source = values.get("source", getattr(record, "source", None))
        if not isinstance(record, Organisation) or not record.source or source == record.source:
            continue
        for column in FACTS:
            if column in values and getattr(record, column) is not None:
                yield _fact(record, column, getattr(record, column), record.source, record.source_date)
                yield _fact(record, column, values[column], source, values.get("source_date"))


def _fact(record: Organisation, column: str, value: Any, source: Any, day: Any) -> Fact:
    fact = Fact.objects.filter(organisation=record, column=column, source=source).first() or Fact(
        held_by=record.held_by, organisation=record, column=column, source=source)
    fact.value, fact.source_date = plain(value), day
    return fact


def _different(record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if plain(getattr(record, name)) != plain(value)}


def _fill(record: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(record, name, value)


class _Book:
    """Records of one model by everything that a row may name them by."""

    def __init__(self, model: type[Any], held_by: str, frame: pl.DataFrame, key: str, named: bool) -> None:
        self.model, self.held_by, self.key, self.named = model, held_by, key, named
        self._by: dict[tuple[str, Any], Any] = {}
        for record in model.objects.filter(held_by=held_by, archived=False).iterator(chunk_size=BATCH * 4):
            for name in self._names(record):
                self._by.setdefault(name, record)

    def find(self, row: Mapping[str, Any], whose: Organisation | None) -> Any | None:
        """The record that the row speaks of."""
        for name in self._asked(row, whose):
            if name in self._by:
                return self._by[name]
        return None

    def add(self, row: Mapping[str, Any], whose: Organisation | None, values: Mapping[str, Any],
            people: _Organisations | None) -> Any:
        """A new record for the row."""
        record = self.model(held_by=self.held_by)
        _fill(record, values)
        if whose is not None:
            record.organisation = whose
        own = row[self.key]
        if self.named and not _public(own):
            record.own_id = own
        for name in self._names(record):
            self._by.setdefault(name, record)
        return record

    def _asked(self, row: Mapping[str, Any], whose: Organisation | None) -> Iterator[tuple[str, Any]]:
        own = row[self.key]
        if public := _public(own):
            yield "public", public
        if self.named and own is not None:
            yield "own", own
        if self.model is Organisation:
            yield from _of_organisation(row.get("inn"), row.get("ogrn"), row.get("name"), row.get("region"))
        elif self.model is not Site and not self.named:
            yield "text", (whose and whose.public_id, fold(row["text"]))

    def _names(self, record: Any) -> Iterator[tuple[str, Any]]:
        yield "public", record.public_id
        if record.own_id is not None:
            yield "own", record.own_id
        if isinstance(record, Organisation):
            yield from _of_organisation(record.inn, record.ogrn, record.name, record.region)
        elif isinstance(record, Offer | Need):
            yield "text", (record.organisation_id and record.organisation.public_id, fold(record.text))


class _Organisations:
    """The organisations that rows of offers, needs and sites name; one that nobody knows is made."""

    def __init__(self, held_by: str, frame: pl.DataFrame, source: str) -> None:
        self.held_by, self.source = held_by, source
        self.created: list[Organisation] = []
        self._book = _Book(Organisation, held_by, frame, "org_id", True)

    def of(self, row: Mapping[str, Any], who: str | None) -> Organisation | None:
        """Whose the row is; None where it names nobody."""
        name = row.get(who) if who else None
        asked = {"org_id": row.get("org_id"), "inn": row.get("inn"), "name": name, "region": row.get("region")}
        if not any(asked[item] for item in ("org_id", "inn", "name")):
            return None
        found: Organisation | None = self._book.find(asked, None)
        if found is None and name:
            values = {item: value for item, value in asked.items() if value is not None and item != "org_id"}
            found = self._book.add(asked, None, {**values, "source": self.source}, None)
            self.created.append(found)
        return found


def _of_organisation(inn: str | None, ogrn: str | None, name: str | None, region: str | None
                     ) -> Iterator[tuple[str, Any]]:
    if inn:
        yield "inn", inn
    if ogrn:
        yield "ogrn", ogrn
    if name and not (inn or ogrn):
        yield "name", (fold(name), region)
        yield "name", (fold(name), None)


def _public(text: str | None) -> str | None:
    """The public id that the text is; None where it is an id of somebody else."""
    if text is None or "-" not in text:
        return None
    try:
        return read_id(text)
    except UnknownCode:
        return None


def model_of_table(name: str) -> type[Any]:
    """The record that rows of the table become; KeyError where the table is not loaded into records."""
    return _TABLES[name][0]
