"""A TOML file → its data, the line of every key, and all that is wrong with its writing at once.

The parser of the standard library stops at the first mistake and keeps no lines. So the text is first cut into
statements; keys given twice are told here; a statement that cannot be read is told, left out, and the rest read on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from smezhnik.errors import Fault

#: A key path, with the number of the item where tables repeat: ``("criteria", 2, "share")``.
Place = tuple[str | int, ...]

_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*""")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
#: Mistakes told of one file; a file with more is no TOML at all.
MOST = 50


@dataclass(frozen=True)
class Document:
    """A file that was read: its data, where each key stands, what is wrong with it.

    ``unread`` are keys that are there but could not be read: nobody need be told that they are missing.
    """

    file: str
    data: dict[str, Any]
    lines: dict[Place, int]
    faults: tuple[Fault, ...] = ()
    unread: frozenset[Place] = frozenset()

    def line(self, place: Place) -> int | None:
        """The line of a key; of the first thing inside a table that has no header; else of what contains it."""
        if inside := [line for known, line in self.lines.items() if known[:len(place)] == place]:
            return min(inside)
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return None


@dataclass
class _Statement:
    """Lines first … last (1-based): a header of a table or ``key = value``."""

    first: int
    last: int
    text: str


@dataclass
class _Heap:
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    counts: dict[Place, int] = field(default_factory=dict)
    drop: list[_Statement] = field(default_factory=list)


def read_toml(text: str, file: str) -> Document:
    """Read a text as TOML; ``file`` is how its owner calls it."""
    rows = text.splitlines()
    statements = list(_statements(rows))
    heap = _Heap()
    _place_all(statements, file, heap)
    for statement in heap.drop:
        _blank(rows, statement)
    unread: set[Place] = set()
    for _ in range(MOST):
        try:
            data = tomllib.loads("\n".join(rows))
            return Document(file, data, heap.lines, tuple(heap.faults), frozenset(unread))
        except tomllib.TOMLDecodeError as error:
            at = _AT_LINE.search(str(error))
            line = int(at[1]) if at and at[1] else len(rows)
            near = next((item for item in statements if item.first <= line <= item.last), None)
            found = (near.text if near else rows[line - 1] if rows else "").strip().splitlines() or [""]
            heap.faults.append(Fault("rules.syntax", {"found": found[0][:80]}, file=file, row=line))
            if near is None or not rows[near.first - 1]:
                break
            unread |= {place for place, first in heap.lines.items() if first == near.first}
            _blank(rows, near)
    return Document(file, {}, heap.lines, tuple(heap.faults), frozenset(unread))


def _blank(rows: list[str], statement: _Statement) -> None:
    for line in range(statement.first, statement.last + 1):
        rows[line - 1] = ""


def _statements(rows: list[str]) -> Iterator[_Statement]:
    """Cut into statements; a value may run over lines inside brackets and triple quotes."""
    line = 0
    while line < len(rows):
        first = line
        depth, quote, _ = _scan(rows[line], 0, "")
        while (depth > 0 or quote) and line + 1 < len(rows):
            line += 1
            depth, quote, _ = _scan(rows[line], depth, quote)
        line += 1
        text = "\n".join(rows[first:line])
        if text.strip() and not text.lstrip().startswith("#"):
            yield _Statement(first + 1, line, text)


def _scan(row: str, depth: int, quote: str) -> tuple[int, str, int]:
    """Depth of brackets and the open triple quote after this row; how many small tables of a list begin in it."""
    at = begun = 0
    while at < len(row):
        if quote:
            if quote[0] == '"' and row[at] == "\\":
                at += 2
            elif row.startswith(quote, at):
                at, quote = at + len(quote), ""
            else:
                at += 1
        elif row.startswith(('"""', "'''"), at):
            quote, at = row[at:at + 3], at + 3
        elif row[at] in "\"'":
            quote, at = row[at], at + 1
        elif row[at] == "#":
            break
        else:
            begun += row[at] == "{" and depth == 1
            depth += (row[at] in "[{") - (row[at] in "]}")
            at += 1
    return depth, quote if len(quote) == 3 else "", begun


def _place_all(statements: list[_Statement], file: str, heap: _Heap) -> None:
    """The line of every key; keys and tables given twice are faults, and the second is left out."""
    table: Place = ()
    dropping = False
    for statement in statements:
        text = statement.text.strip()
        if text.startswith("["):
            many = text.startswith("[[")
            keys = _keys(text.lstrip("[ "))[0]
            if not keys:
                continue
            table = _table(keys, many, heap)
            dropping = not many and table in heap.lines and heap.lines[table] > 0
            if dropping:
                _twice(statement, keys[-1], heap.lines[table], file, heap)
            heap.lines.setdefault(table, statement.first)
            continue
        keys, rest = _keys(text)
        if dropping:
            heap.drop.append(statement)
        elif keys and rest.startswith("="):
            place = (*table, *keys)
            if place in heap.lines:
                _twice(statement, ".".join(keys), heap.lines[place], file, heap)
            heap.lines.setdefault(place, statement.first)
            if statement.last > statement.first:
                _place_items(statement, place, heap)


def _place_items(statement: _Statement, place: Place, heap: _Heap) -> None:
    """The line of every small table in a list that runs over lines."""
    depth, quote, number = 0, "", 0
    for offset, row in enumerate(statement.text.splitlines()):
        depth, quote, begun = _scan(row, depth, quote)
        for _ in range(begun):
            heap.lines.setdefault((*place, number), statement.first + offset)
            number += 1


def _twice(statement: _Statement, key: str, before: int, file: str, heap: _Heap) -> None:
    heap.faults.append(Fault("rules.key_twice", {"key": key, "line": before}, file=file, row=statement.first))
    heap.drop.append(statement)


def _keys(text: str) -> tuple[tuple[str, ...], str]:
    """Dotted keys at the beginning, and what follows them."""
    keys: list[str] = []
    while found := _KEY.match(text):
        keys.append(next(part for part in found.groups() if part is not None))
        text = text[found.end():]
        if not text.startswith("."):
            break
        text = text[1:]
    return tuple(keys), text


def _table(keys: tuple[str, ...], many: bool, heap: _Heap) -> Place:
    """The place of a table: a repeated one above it means its last item."""
    place: Place = ()
    for step, key in enumerate(keys):
        place = (*place, key)
        if many and step == len(keys) - 1:
            heap.counts[place] = heap.counts.get(place, 0) + 1
        if place in heap.counts:
            place = (*place, heap.counts[place] - 1)
    return place
