"""Which record a row of a file speaks of: by public id, own id, ИНН or ОГРН, name, or text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import polars as pl

from smezhnik.errors import UnknownCode
from smezhnik.records.actions import BATCH
from smezhnik.records.ids import read_id
from smezhnik.records.models import Record
from smezhnik.records.search import fold
from smezhnik.registry.models import SORTED_BY, Organisation

_PUBLIC = re.compile(r"[A-Za-z]-?[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}")


def public_id(text: str | None) -> str | None:
    """The public id that the text is; None where it is an id of somebody else."""
    if text is None or not _PUBLIC.fullmatch(text):
        return None
    try:
        return read_id(text)
    except UnknownCode:
        return None


class Book:
    """Records of one model that the rows of a file may speak of; only those are read, however many there are.

    Parameters
    ----------
    held_by : region whose records they are
    frame : rows
    key : column with the id of the row
    text : column with the name or the text of the row
    whole : read all records of the region: rows have no id, and the records no key to find them by
    """

    def __init__(self, model: type[Any], held_by: str, frame: pl.DataFrame, key: str, text: str | None, *,
                 whole: bool = False) -> None:
        self.model, self.held_by = model, held_by
        self.archived: set[str] = set()
        self._public: dict[str, Any] = {}
        self._by: dict[tuple[str, Any], list[Any]] = defaultdict(list)
        given = {name: _distinct(frame, name) for name in (key, text, "inn", "ogrn") if name}
        wanted: dict[str, Collection[str]] = {"own_id": given[key]}
        if text and hasattr(model, "sort_key"):
            wanted["sort_key"] = {fold(item)[:SORTED_BY] for item in given[text]}
        if model is Organisation:
            wanted |= {"inn": given["inn"], "ogrn": given["ogrn"]}
        standing = model.objects.filter(held_by=held_by, archived=False)
        found: dict[int, Any] = {record.pk: record for record in standing} if whole else {}
        for column, values in wanted.items():
            for some in _pieces(values):
                found |= {record.pk: record for record in standing.filter(**{f"{column}__in": some})}
        self._read_public({item for item in map(public_id, given[key]) if item}, found)
        for pk in sorted(found):
            self.note(found[pk])

    def note(self, record: Any) -> None:
        """Let rows find the record by everything it now says."""
        self._public[record.public_id] = record
        for name in self._names(record):
            if record not in (some := self._by[name]):
                some.append(record)

    def also(self, kind: str, value: Any, record: Any) -> None:
        """Let later rows find the record by what a row has just said of it."""
        self._by[kind, value].append(record)

    def meet(self, fresh: Iterable[Any], named: Mapping[tuple[str, str], Any],
             told: Iterable[tuple[str, Any, Any]]) -> None:
        """Let rows find what the sheets before theirs spoke of; an id that these give wins over any other."""
        for record in fresh:
            if isinstance(record, self.model):
                self.note(record)
        for (kind, own), record in named.items():
            if kind == self.model.KIND:
                self._by["own", own] = [record, *(one for one in self._by["own", own]
                                                  if one is not record and one.pk != record.pk)]
        for name, value, record in told:
            if isinstance(record, self.model):
                self.also(name, value, record)

    def public(self, text: str | None) -> Any | None:
        """The record of a public id; of a merged one, the record that it lives on in."""
        return self._public.get(public_id(text) or "")

    def is_archived(self, text: str | None) -> bool:
        """Whether the text is the id of a record that was taken away."""
        return public_id(text) in self.archived

    def of(self, kind: str, value: Any) -> list[Any]:
        """Records that have the value, the oldest first."""
        return self._by.get((kind, value), []) if value is not None else []

    def _read_public(self, ids: set[str], found: dict[int, Any]) -> None:
        """Records of public ids; the ids of merged ones lead on to the record they live on in."""
        there: dict[str, Any] = {}
        waiting = set(ids)
        while waiting:
            for some in _pieces(waiting):
                for record in self.model.objects.filter(held_by=self.held_by, public_id__in=some):
                    there[record.public_id] = record
            waiting = {record.merged_into for record in there.values() if record.archived and _into(record)} - \
                there.keys() - waiting
        for item in ids & there.keys():
            seen, record = {item}, there[item]
            while record.archived and (into := _into(record)) in there.keys() - seen:
                seen.add(into)
                record = there[into]
            if record.archived:
                self.archived.add(item)
            else:
                found[record.pk] = self._public[item] = record

    def _names(self, record: Any) -> Iterator[tuple[str, Any]]:
        if record.own_id is not None:
            yield "own", record.own_id
        if isinstance(record, Organisation):
            yield from ((name, value) for name in ("inn", "ogrn") if (value := getattr(record, name)))
            yield "name", fold(record.name or "")
        else:
            yield "text", (owner_of(record), text_of(vars(record)))


class Organisations:
    """Finds the organisation that a row speaks of, whichever way it names it."""

    def __init__(self, held_by: str, frame: pl.DataFrame, name: str) -> None:
        self.book = Book(Organisation, held_by, frame, "org_id", name)
        self._shared = _shared_names(frame, name)

    def find(self, row: Mapping[str, Any]) -> Organisation | None:
        """By public id, ИНН, ОГРН; by the owner's id unless ИНН or ОГРН say otherwise; by name in its region."""
        inn, ogrn = row.get("inn"), row.get("ogrn")
        found: Organisation | None = self.book.public(row.get("org_id"))
        for some in (self.book.of("inn", inn), self.book.of("ogrn", ogrn)):
            found = found or next(iter(some), None)
        for record in self.book.of("own", row.get("org_id")):
            if found is None and not (_contradict(inn, record.inn) or _contradict(ogrn, record.ogrn)):
                found = record
        return found or self._by_name(row.get("name"), row.get("region"), bool(inn or ogrn))

    def _by_name(self, name: str | None, region: str | None, numbered: bool) -> Organisation | None:
        """A record of that name, where it can be one only.

        A row with ИНН or ОГРН becomes a record that so far is only a name in the same region, unless the name is of
        two firms. A row that is only a name is such a record too, else the one firm of that name.
        """
        if not name:
            return None
        key = fold(name)
        same = [record for record in self.book.of("name", key) if region is None or record.region in (None, region)]
        bare = [record for record in same if not (record.inn or record.ogrn)]
        if numbered:
            one = bare[0] if len(same) == len(bare) == 1 and bare[0].region == region else None
            return one if one is not None and (key, region) not in self._shared else None
        for some in (bare, same):
            exact = [record for record in some if record.region == region] or some
            if len(exact) == 1:
                found: Organisation = exact[0]
                return found
        return None


def owner_of(record: Any) -> Hashable:
    """Whose the record is: key of the organisation, or the id of one that is not written yet."""
    if record.organisation_id is not None:
        return record.organisation_id
    return identity(record.organisation) if record._meta.get_field("organisation").is_cached(record) else None


def identity(organisation: Record | None) -> Hashable:
    """Key of an organisation, or the id of one that is not written yet."""
    return None if organisation is None else organisation.pk or organisation.public_id


def text_of(said: Mapping[str, Any]) -> str:
    """What a row without an id of its own is known by: its text, or name and address of a site."""
    return fold(said.get("text") or " ".join(filter(None, (said.get("name"), said.get("address")))))


def _into(record: Any) -> str:
    return getattr(record, "merged_into", None) or ""


def _contradict(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)


def _shared_names(frame: pl.DataFrame, name: str) -> set[tuple[str, str | None]]:
    """Names that stand for two firms of one region in the file."""
    if not {name, "inn", "region"} <= set(frame.columns):
        return set()
    firms: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for said, region, inn in frame.select(name, "region", "inn").unique().iter_rows():
        if said and inn:
            firms[fold(said), region].add(inn)
    return {key for key, some in firms.items() if len(some) > 1}


def _distinct(frame: pl.DataFrame, column: str) -> set[str]:
    return set(frame[column].drop_nulls().to_list()) if column in frame.columns else set()


def _pieces(values: Collection[str]) -> Iterator[list[str]]:
    rest = iter(sorted(values))
    while some := list(islice(rest, BATCH)):
        yield some
