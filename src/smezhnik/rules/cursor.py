"""Checked reading of a pack's table: every key is asked for by name and kind, what nobody asked for is unknown.

Faults are gathered, not raised: a pack is told all that is wrong with it at once, each with file and line.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from smezhnik.errors import Fault
from smezhnik.rules.toml import Document, Place


@dataclass
class Cursor:
    """A table of a document that is being read.

    A key that is absent and not needed gives None (or an empty tuple); one of a wrong kind is a fault and gives None.
    """

    document: Document
    faults: list[Fault]
    data: dict[str, Any]
    place: Place = ()
    asked: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, document: Document, faults: list[Fault]) -> Cursor:
        return cls(document, faults, document.data)

    def fault(self, code: str, key: str | None = None, /, **fields: object) -> None:
        """Something is wrong with the key, or with the table as a whole."""
        place = self.place if key is None else (*self.place, key)
        self.faults.append(Fault(f"rules.{code}", fields if key is None else {"key": key, **fields},
                                 file=self.document.file, row=self.document.line(place)))

    def has(self, key: str) -> bool:
        return key in self.data

    def take(self, key: str, kinds: tuple[type, ...], expected: str, *, need: bool) -> Any:
        """The value of a key, of one of the kinds; None (and a fault, where due) otherwise."""
        self.asked.add(key)
        if key not in self.data:
            if need and (*self.place, key) not in self.document.unread:
                self.fault("key_missing", None, key=key)
            return None
        value = self.data[key]
        wrong = not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)
        if wrong or (isinstance(value, dt.datetime) and dt.datetime not in kinds):
            self.fault(f"wrong_kind.{expected}", key, found=_shown(value))
            return None
        return value

    def text(self, key: str, *, need: bool = True) -> str | None:
        value: str | None = self.take(key, (str,), "text", need=need)
        if value is not None and not value.strip():
            self.fault("empty_text", key)
            return None
        return value

    def flag(self, key: str) -> bool:
        """Yes or no; no where absent."""
        return bool(self.take(key, (bool,), "flag", need=False))

    def number(self, key: str, *, need: bool = True) -> float | None:
        value = self.take(key, (int, float), "number", need=need)
        return None if value is None else float(value)

    def date(self, key: str, *, need: bool = True) -> dt.date | None:
        value: dt.date | None = self.take(key, (dt.date,), "date", need=need)
        return value

    def choice(self, key: str, choices: Collection[str], *, need: bool = True) -> str | None:
        value = self.text(key, need=need)
        if value is not None and value not in choices:
            self.fault("wrong_choice", key, found=value, choices=list(choices),
                       nearest=difflib.get_close_matches(value, choices, 1) or list(choices)[:1])
            return None
        return value

    def texts(self, key: str, *, need: bool = False, choices: Collection[str] = ()) -> tuple[str, ...]:
        """A list of texts; a single text stands for a list of one."""
        value = self.take(key, (list, str), "list", need=need)
        items = [value] if isinstance(value, str) else value or []
        for item in items:
            if not isinstance(item, str):
                self.fault("wrong_kind.text", key, found=_shown(item))
            elif choices and item not in choices:
                self.fault("wrong_choice", key, found=item, choices=list(choices),
                           nearest=difflib.get_close_matches(item, choices, 1) or list(choices)[:1])
        return tuple(item for item in items if isinstance(item, str))

    def table(self, key: str, *, need: bool = False) -> Cursor | None:
        value = self.take(key, (dict,), "table", need=need)
        return None if value is None else Cursor(self.document, self.faults, value, (*self.place, key))

    def tables(self, key: str, *, need: bool = False) -> Iterator[Cursor]:
        """Every item of a repeated table."""
        value = self.take(key, (list,), "tables", need=need)
        for number, item in enumerate(value or ()):
            if isinstance(item, dict):
                yield Cursor(self.document, self.faults, item, (*self.place, key, number))
            else:
                self.fault("wrong_kind.table", key, found=_shown(item))

    def named(self, key: str) -> Iterator[tuple[str, Cursor]]:
        """Every table inside the table ``key``, with its name."""
        outer = self.table(key)
        for name in outer.data if outer else ():
            inner = outer.table(name) if outer else None
            if inner is not None:
                yield name, inner

    def done(self) -> None:
        """Tell every key that nobody asked for."""
        for key in self.data:
            if key not in self.asked:
                near = difflib.get_close_matches(key, self.asked - set(self.data), 1)
                self.fault("key_unknown", key, nearest=near or sorted(self.asked))


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"
