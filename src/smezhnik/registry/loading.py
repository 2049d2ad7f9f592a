"""A table of rows against the records that are there: what is new, what differs, what is the same.

Nothing is erased by a file: an empty cell, or a column that the file does not have, leaves the record as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db import connection

from smezhnik.errors import InputError
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.records.actions import BATCH, Act, Stale
from smezhnik.records.chain import plain
from smezhnik.records.history import model_of
from smezhnik.records.journal import anchor
from smezhnik.records.models import Change, Record
from smezhnik.records.search import fold
from smezhnik.registry.book import Book, Organisations, identity, owner_of, public_id, text_of
from smezhnik.registry.facts import FACTS, keep_disagreements
from smezhnik.registry.models import Need, Offer, Organisation, Site

#: Table → model, the column with the row's own id, the column with the name of the organisation.
_TABLES: Mapping[str, tuple[type[Any], str, str | None]] = {
    "organisations": (Organisation, "org_id", None), "sites": (Site, "site_id", None),
    "offers": (Offer, "offer_id", "seller"), "needs": (Need, "need_id", "buyer"),
}
LOADABLE = tuple(_TABLES)
#: Records of one text that a row is compared with; both stand in the order of the file, so that the first ones do.
_LOOKED_AT = 20
#: A difference in these alone is none.
_SOURCE = frozenset({"source", "source_date"})


@dataclass
class Difference:
    """What a file would do.

    Attributes
    ----------
    created : new records, not yet written; organisations that are only named come before what refers to them
    changed : records that are there, with the new values of their fields
    joined : records that are there, the column that leads to another record, and the new record that it leads to
    organisations : how many of the new ones are organisations that rows of another table only name
    same : rows that say what is there already, or repeat another row
    away : rows of records that were taken away, and stay away: public id, what the row says
    held_by, since : region, and the end of the journal when the records were read
    """

    created: list[Record] = field(default_factory=list)
    changed: list[tuple[Record, dict[str, Any]]] = field(default_factory=list)
    joined: list[tuple[Record, str, Record]] = field(default_factory=list)
    organisations: int = 0
    same: int = 0
    away: list[tuple[str, str]] = field(default_factory=list)
    held_by: str = ""
    since: int = 0


@dataclass
class Met:
    """What the sheets before this one spoke of: a workbook may name on one sheet what stands on another.

    Attributes
    ----------
    fresh : records that are to be created, not yet written
    named : kind and the id that the workbook gives → record, new or there already
    told : records that are there, and what the workbook says newly that they can be found by
    """

    fresh: list[Record] = field(default_factory=list)
    named: dict[tuple[str, str], Record] = field(default_factory=dict)
    told: list[tuple[str, Any, Record]] = field(default_factory=list)


def find_difference(name: str, frame: pl.DataFrame, held_by: str, *, source: str, named: bool = True,
                    met: Met | None = None, progress: Progress = no_progress) -> Difference:
    """Compare rows of a declared table with the records of a region.

    A row is the record with its public id (of a merged one, the record that it lives on in); else the one with the
    same own id, unless it is another organisation's; else, of an organisation, the one with its ИНН or ОГРН, or its
    name in its region; of others the one of the same organisation with the same text. Else it is new.

    Of rows with one id the last one counts. Rows without an id that say the same text are records of their own when
    they differ in anything else: each takes the record that says all it says, else the next one free.

    Parameters
    ----------
    name : ``organisations``, ``sites``, ``offers`` or ``needs``
    frame : rows of that table
    held_by : region whose records they are
    source : where the rows come from, for rows that do not say it
    named : the ids of the rows are their owner's; False where they are only numbers of rows
    met : what the sheets before this one spoke of; the rows are added to it
    """
    comparison = _Comparison(name, frame, held_by, source, named, met if met is not None else Met())
    if _TABLES[name][2]:
        comparison.meet(frame)
    for done, row in enumerate(frame.iter_rows(named=True)):
        if done % BATCH == 0:
            progress(Step("compare", done, len(frame)))
        comparison.add(row)
    made = comparison.finish()
    progress(Step("compare", len(frame), len(frame)))
    return made


class _Comparison:
    """Rows and the records they speak of."""

    def __init__(self, name: str, frame: pl.DataFrame, held_by: str, source: str, named: bool, met: Met) -> None:
        self.model, self.key, self.who = _TABLES[name]
        self.source, self.named, self.rows = source, named, len(frame)
        self.made = Difference(held_by=held_by, since=anchor().number)
        self.fields = {item.name for item in self.model._meta.concrete_fields}
        self.people = Organisations(held_by, frame, self.who or "name")
        self.book = self.people.book if self.model is Organisation else Book(
            self.model, held_by, frame, self.key, "text" if self.who else None, whole=not (self.who or named))
        self.sites = Book(Site, held_by, frame, "site_id", None) if self.who else None
        self.met = met
        for book in {id(book): book for book in (self.people.book, self.book, self.sites) if book}.values():
            book.meet(met.fresh, met.named, met.told)
        self.named_only: list[Organisation] = []  # organisations that offers and needs name and nobody knows
        self.changes: dict[int, tuple[Any, dict[str, Any]]] = {}
        self.paired: set[int] = set()  # records that a row without an id has found
        self.waiting: dict[tuple[Hashable, str], list[tuple[dict[str, Any], Organisation | None]]] = defaultdict(list)

    def meet(self, frame: pl.DataFrame) -> None:
        """Know every organisation before any row is settled: a later row may name the one of an earlier row."""
        ways = frame.select("org_id", "inn", "region", str(self.who)).unique(maintain_order=True)
        for row in ways.iter_rows(named=True):
            self._whose(row)

    def add(self, row: Mapping[str, Any]) -> None:
        """Settle a row, or keep it until all rows of its text are there."""
        values = {column: value for column, value in row.items() if column in self.fields and value is not None}
        if not values.get("source"):
            values["source"] = self.source
        own = row[self.key]
        if self.model is Organisation:
            record = self.people.find(row if self.named else {**row, "org_id": None})
            if record is None and self.book.is_archived(own):
                self._leave(own, values)
            elif record is None:
                self._create(values, None, own)
            else:
                self._meet_again(own, record)
                self._apply(record, values, None)
            return
        whose = self._whose(row)
        if (record := self.book.public(own)) is not None:
            self._apply(record, self._placed(row, values, record.organisation_id), whose)
        elif self.book.is_archived(own):
            self._leave(own, values)
        elif self.named and own is not None:
            values = self._placed(row, values, identity(whose))
            record = _of_owner(self.book.of("own", own), identity(whose))
            if record is None:
                self._create(values, whose, own)
            else:
                self._meet_again(own, record)
                self._apply(record, values, whose)
        else:
            values = self._placed(row, values, identity(whose))
            self.waiting[identity(whose), text_of(values)].append((values, whose))

    def finish(self) -> Difference:
        """Pair the rows that wait with records, and tell what all rows would do."""
        for (owner, text), rows in sorted(self.waiting.items(), key=lambda item: item[0][0] is not None):
            nobodys = self.book.of("text", (None, text)) if owner is not None else []
            there = [*self.book.of("text", (owner, text)), *nobodys]
            self._pair([record for record in there if id(record) not in self.paired], rows)
        made, fresh = self.made, len(self.made.created)
        made.changed = list(self.changes.values())
        made.same = self.rows - fresh - len(made.changed) - len(made.away)
        made.created, made.organisations = [*self.named_only, *made.created], len(self.named_only)
        self.met.fresh += made.created
        return made

    def _leave(self, own: str, values: Mapping[str, Any]) -> None:
        """Leave a record away that was taken away, and tell that the file names it."""
        self.made.away.append((public_id(own) or own, str(values.get("name") or values.get("text") or own)))

    def _meet_again(self, own: str | None, record: Record) -> None:
        """Let later sheets find the record by the id that this one gives it."""
        if self.named and own is not None:
            self.met.named[record.KIND, own] = record

    def _whose(self, row: Mapping[str, Any]) -> Organisation | None:
        """The organisation that the row names; made where nobody knows it."""
        asked = {"org_id": row.get("org_id"), "inn": row.get("inn"), "region": row.get("region"),
                 "name": row.get(self.who) if self.who else None}
        found = self.people.find(asked)
        if found is None and asked["name"]:
            values = {item: value for item, value in asked.items() if value is not None and item != "org_id"}
            found = Organisation(held_by=self.made.held_by, own_id=asked["org_id"], source=self.source, **values)
            self.people.book.note(found)
            self.named_only.append(found)
        elif found is not None and found.pk is None and asked["inn"] and not found.inn:
            found.inn = asked["inn"]
            self.people.book.note(found)
        return found

    def _placed(self, row: Mapping[str, Any], values: dict[str, Any], owner: Hashable) -> dict[str, Any]:
        """The values with the site that the row names, where it is one of its organisation."""
        if self.sites is None or not (named := row.get("site_id")):
            return values
        site = self.sites.public(named) or _of_owner(self.sites.of("own", named), owner)
        if site is None:
            return values
        return {**values, "site": site} if site.pk is None else {**values, "site_id": site.pk}

    def _create(self, values: Mapping[str, Any], whose: Organisation | None, own: str | None) -> Any:
        record = self.model(held_by=self.made.held_by, **values)
        if whose is not None:
            record.organisation = whose
        elif self.model is Site:
            raise InputError("site_without_organisation", site=values.get("name") or own)
        if self.named:
            record.own_id = own
        self._meet_again(own, record)
        self.book.note(record)
        self.made.created.append(record)
        return record

    def _apply(self, record: Any, values: dict[str, Any], whose: Organisation | None) -> None:
        """Give a record what a row says of it."""
        if record.pk is None:  # a record of an earlier row
            for name, value in values.items():
                setattr(record, name, value)
            self.book.note(record)
            return
        leads = {name: value for name, value in values.items() if isinstance(value, Record)}
        values = {name: value for name, value in values.items() if name not in leads}
        if whose is not None and record.organisation_id is None:
            leads["organisation"] = whose
        for name, other in leads.items():
            if other.pk is None:
                self.made.joined.append((record, f"{name}_id", other))
                self.changes.setdefault(record.pk, (record, {}))
            else:
                values[f"{name}_id"] = other.pk
        said = {**self.changes.get(record.pk, (record, {}))[1], **values}
        different = _different(record, said)
        if different.keys() - _SOURCE:
            self.changes[record.pk] = (record, different)
            for name in ("inn", "ogrn"):
                if name in different:
                    self.book.also(name, different[name], record)
                    self.met.told.append((name, different[name], record))
        elif record.pk in self.changes and all(joined is not record for joined, _, _ in self.made.joined):
            del self.changes[record.pk]  # the last row takes back what an earlier one said

    def _pair(self, there: list[Any], rows: list[tuple[dict[str, Any], Organisation | None]]) -> None:
        """Rows of one text with the records of that text: those that are equal first, then in their order."""
        free = list(there)
        rest: list[tuple[dict[str, Any], Organisation | None]] = []
        seen: set[str] = set()
        for values, whose in rows:
            said = repr({name: identity(value) if isinstance(value, Record) else value
                         for name, value in values.items()})
            if said in seen:
                continue
            seen.add(said)
            equal = next((record for record in free[:_LOOKED_AT] if not _different(record, values).keys() - _SOURCE),
                         None)
            if equal is None:
                rest.append((values, whose))
            else:
                free.remove(equal)
                self.paired.add(id(equal))
                self._apply(equal, values, whose)
        for (values, whose), record in zip(rest, [*free, *[None] * len(rest)], strict=False):
            if record is None:
                record = self._create(values, whose, None)
            else:
                self._apply(record, values, whose)
            self.paired.add(id(record))


def write_difference(made: Act, found: Difference, *, progress: Progress = no_progress) -> dict[str, int]:
    """Write what was found as a part of an action; counts by what was done.

    Raises
    ------
    Stale where a record was changed since it was read, or somebody entered what the file would enter too.
    """
    _check_since(found)
    progress(Step("write", 0, None))
    organisations = [item for item in found.created if isinstance(item, Organisation)]
    others = [item for item in found.created if not isinstance(item, Organisation)]
    made.create(organisations)
    made.create(others)
    joined: dict[int, dict[str, Any]] = defaultdict(dict)
    for record, column, other in found.joined:
        joined[id(record)][column] = other.pk
    changed = [(record, {**values, **joined.get(id(record), {})}) for record, values in found.changed]
    disagreed = keep_disagreements(made, [(record, values) for record, values in changed
                                          if isinstance(record, Organisation)])
    count = made.change_all([(record, _kept(record, values)) for record, values in changed])
    return {"created": len(found.created) - found.organisations, "organisations": found.organisations,
            "changed": count, "same": found.same + len(changed) - count, "archived": len(found.away),
            "disagreements": disagreed}


def _check_since(found: Difference) -> None:
    """Of two that enter the same at once the second sees the first: its difference is found anew.

    Writers wait for each other here: on SQLite the transaction holds the database, on PostgreSQL a lock of the region.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"smezhnik:{found.held_by}"])
    kinds = {record.KIND for record in found.created}
    later = Change.objects.filter(action__number__gt=found.since, action__held_by=found.held_by, kind__in=kinds)
    ids: dict[str, set[str]] = defaultdict(set)
    for kind, record in later.values_list("kind", "record").distinct():
        ids[kind].add(record)
    if not ids:
        return
    entered = {name for record in found.created for name in _told(record)}
    for kind, some in ids.items():
        names = sorted(some)
        for start in range(0, len(names), BATCH):
            model = model_of(kind)
            rows = model.objects.filter(public_id__in=names[start:start + BATCH], archived=False)
            for record in rows.select_related("organisation") if model is not Organisation else rows:
                if not entered.isdisjoint(_told(record)):
                    raise Stale(record, record.version - 1)


def _told(record: Any) -> set[tuple[str, Hashable]]:
    """By what two records of one thing would be known as one."""
    if isinstance(record, Organisation):
        named = {"inn": record.inn, "ogrn": record.ogrn, "name": fold(record.name or ""), "own": record.own_id}
    else:
        whose = record.organisation
        owner = whose and (whose.inn or whose.name)
        named = {"own": record.own_id and f"{owner} {record.own_id}", "text": f"{owner} {text_of(vars(record))}"}
    return {(f"{record.KIND}.{name}", value) for name, value in named.items() if value}


def _kept(record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """Of an organisation: a value of an older source does not take the place of a newer one."""
    if not isinstance(record, Organisation) or record.source_date is None:
        return values
    day = values.get("source_date", record.source_date)
    if day >= record.source_date:
        return values
    return {name: value for name, value in values.items()
            if name not in _SOURCE and (name not in FACTS or getattr(record, name) is None)}


def _of_owner(some: Iterable[Any], owner: Hashable) -> Any | None:
    """Of records with one own id that of the owner; else one that is nobody's. The ids of two plants may be equal."""
    records = list(some)
    for wanted in (owner, None):
        for record in records:
            if owner_of(record) == wanted:
                return record
    return next(iter(records), None) if owner is None else None


def _different(record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if (
        record.pk is not None or getattr(record, name) is not value if isinstance(value, Record)
        else plain(getattr(record, name)) != plain(value))}


def model_of_table(name: str) -> type[Any]:
    """The record that rows of the table become; KeyError where the table is not loaded into records."""
    return _TABLES[name][0]
