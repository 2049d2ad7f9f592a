"""Lists that rules refer to: territories with dates, and documents with what must be in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from smezhnik.rules.cursor import Cursor
from smezhnik.rules.names import FLAGS
from smezhnik.rules.periods import Period, find_period_faults, read_period
from smezhnik.rules.provenance import Provenance, References, Status, Title, read_provenance, read_title, worst


@dataclass(frozen=True)
class Entry:
    """A listed code with its period, and where it was read; the list's own source where it names none."""

    place: str
    period: Period
    provenance: Provenance


@dataclass(frozen=True)
class Territories:
    """A list of territories by a label of members (``region``, ``oktmo``).

    A member is in the list if its label is a listed code; an ОКТМО, if it begins with one. Where the list is not
    ``complete``, a member whose label is not listed may still belong: nobody knows. The yes/no fact ``flag`` of a
    member, where it is given, says it instead of the list.
    """

    code: str
    title: Title
    label: str
    complete: bool
    flag: str | None
    entries: tuple[Entry, ...]
    provenance: Provenance

    def on(self, day: dt.date) -> tuple[Entry, ...]:
        """What is listed on the day."""
        return tuple(entry for entry in self.entries if day in entry.period)

    def status(self, day: dt.date) -> Status:
        """The worst of the list and of what it lists on the day."""
        return worst([self.provenance.status, *(entry.provenance.status for entry in self.on(day))])

    def provenances(self, day: dt.date) -> tuple[Provenance, ...]:
        """Where the list and what it lists on the day was read, each once."""
        return tuple(dict.fromkeys([self.provenance, *(entry.provenance for entry in self.on(day))]))

    def has(self, labels: Sequence[str | None], day: dt.date) -> list[float]:
        """Of every label: 1 listed on the day, 0 not, nan unknown."""
        codes = tuple(entry.place for entry in self.on(day))
        known = {label: self._has(label, codes) for label in set(labels)}
        return [known[label] for label in labels]

    def _has(self, label: str | None, codes: tuple[str, ...]) -> float:
        if label and (label.startswith(codes) if self.label == "oktmo" else label in codes):
            return 1.0
        return 0.0 if self.complete and label else float("nan")


@dataclass(frozen=True)
class Document:
    """A document that a rule asks for, and the parts it must have."""

    code: str
    title: Title
    parts: tuple[tuple[str, Title], ...] = ()


def read_territories(code: str, cursor: Cursor, references: References) -> Territories | None:
    """``[territories.<code>]`` with its ``[[territories.<code>.entries]]``."""
    title, label = read_title(cursor), cursor.choice("label", ("region", "oktmo", "country"))
    complete, provenance = cursor.flag("complete"), read_provenance(cursor, references)
    flag = cursor.choice("flag", FLAGS, need=False)
    entries: list[Entry] = []
    seen: dict[str, list[tuple[Period, Cursor]]] = {}
    for inner in cursor.tables("entries"):
        place, period = inner.text("code"), read_period(inner)
        inner.text("name", need=False)
        whence = read_provenance(inner, references) if inner.has("status") else provenance
        inner.done()
        if place is None or period is None or whence is None:
            continue
        before = seen.setdefault(place, [])
        if any(period.since == other.since for other, _ in before):
            inner.fault("entry_twice", "code", found=place)
        else:
            before.append((period, inner))
        entries.append(Entry(place, period, whence))
    for place, given in seen.items():
        find_period_faults(place, given, Period(dt.date.min), gaps=False)
    if title is None or label is None or provenance is None:
        return None
    return Territories(code, title, label, complete, flag, tuple(entries), provenance)


def read_document(code: str, cursor: Cursor) -> Document | None:
    """``[documents.<code>]``; ``[documents.<code>.parts.<part>]`` names what must be in it."""
    title = read_title(cursor)
    parts = []
    for part, inner in cursor.named("parts"):
        name = read_title(inner)
        inner.done()
        if name is not None:
            parts.append((part, name))
    return None if title is None else Document(code, title, tuple(parts))
