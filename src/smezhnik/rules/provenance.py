"""Where a rule comes from, and how sure that is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from smezhnik.rules.cursor import Cursor
from smezhnik.types import Lang

#: ``confirmed``: words or numbers seen in the act or an official copy; ``news``: in a summary or in news;
#: ``inferred``: follows from something seen; ``unverified``: nobody has compared it with a source. Surest first.
Status = Literal["confirmed", "news", "inferred", "unverified"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True)
class Title:
    """A name in both languages."""

    ru: str
    en: str

    def of(self, lang: Lang) -> str:
        return self.en if lang == "en" else self.ru


@dataclass(frozen=True)
class Act:
    """An act of law: its title and the day it was signed."""

    code: str
    title: Title
    signed: dt.date | None


@dataclass(frozen=True)
class Source:
    """A page where something was read."""

    code: str
    address: str
    checked: dt.date
    title: Title | None = None


@dataclass(frozen=True)
class Provenance:
    """Act, point and page of a rule or value; ``note`` says in words what its status rests on."""

    status: Status
    act: Act | None = None
    point: Title | None = None
    source: Source | None = None
    note: Title | None = None


@dataclass(frozen=True)
class References:
    """Acts and pages that a pack declares once and cites by code."""

    acts: Mapping[str, Act]
    sources: Mapping[str, Source]


def worst(statuses: Iterable[Status]) -> Status:
    """The least sure of them; ``confirmed`` where there is none."""
    return max(statuses, key=STATUSES.index, default="confirmed")


def read_title(cursor: Cursor, *, need: bool = True, key: str = "") -> Title | None:
    """``ru`` and ``en`` of a table; with ``key``: ``<key>_ru`` and ``<key>_en``."""
    ru_key, en_key = (f"{key}_ru", f"{key}_en") if key else ("ru", "en")
    need = need or cursor.has(ru_key) or cursor.has(en_key)
    ru, en = cursor.text(ru_key, need=need), cursor.text(en_key, need=need)
    return Title(ru, en) if ru is not None and en is not None else None


def read_act(code: str, cursor: Cursor) -> Act | None:
    """``[acts.<code>]``."""
    title, signed = read_title(cursor), cursor.date("signed", need=False)
    return None if title is None else Act(code, title, signed)


def read_source(code: str, cursor: Cursor) -> Source | None:
    """``[sources.<code>]``."""
    address, checked, title = cursor.text("address"), cursor.date("checked"), read_title(cursor, need=False)
    return None if address is None or checked is None else Source(code, address, checked, title)


def read_provenance(cursor: Cursor, references: References) -> Provenance | None:
    """``status``, ``act``, ``point`` (``point_en`` in English), ``source``, ``note_ru`` and ``note_en`` of a table.

    What is confirmed or was in the news names the page where it was read; what is not says why in a note.
    """
    status = cursor.choice("status", STATUSES)
    act, point = cursor.text("act", need=False), cursor.text("point", need=False)
    point_en = cursor.text("point_en", need=False)
    source, note = cursor.text("source", need=False), read_title(cursor, need=False, key="note")
    if act is not None and act not in references.acts:
        cursor.fault("no_act", "act", found=act, known=sorted(references.acts))
    if source is not None and source not in references.sources:
        cursor.fault("no_source", "source", found=source, known=sorted(references.sources))
    if status in ("confirmed", "news") and source is None:
        cursor.fault("status_without_source", "status", found=status)
    if status in ("inferred", "unverified") and note is None:
        cursor.fault("status_without_note", "status", found=status)
    if status is None:
        return None
    return Provenance(cast(Status, status), references.acts.get(act or ""),
                      None if point is None else Title(point, point_en or point),
                      references.sources.get(source or ""), note)
