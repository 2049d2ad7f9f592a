"""The chain of the journal: every row seals the one before, so that no row can be changed, added or left out.

    hash(n) = SHA-256( hash(n − 1) ‖ canonical JSON of row n ),    hash(0) = 64 zeros

A cut tail leaves a whole chain; it shows only against a head that was kept outside (``smezhnik audit head``, every
backup, the foot of reports).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

START = "0" * 64
_SPELL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def plain(value: Any) -> Any:
    """A value as JSON keeps it in every database: days as text, whole floats as whole numbers.

    Raises ValueError for what no database gives back unchanged: infinite numbers and NaN.
    """
    match value:
        case bool() | None | int() | str():
            return value
        case float():
            if not math.isfinite(value):
                raise ValueError(f"{value} has no place in a record")
            return int(value) if value.is_integer() else value
        case dt.date() | dt.datetime():
            return value.isoformat()
        case Mapping():
            return {str(name): plain(item) for name, item in value.items()}
        case Iterable():
            return [plain(item) for item in value]
    raise TypeError(type(value).__name__)


def canonical(value: Any) -> bytes:
    """One spelling of a value: sorted names, no spaces, UTF-8."""
    return _spelt(plain(value))


def digest_of(changes: Iterable[Mapping[str, Any]]) -> str:
    """What covers all changes of an action, in their order; their values are plain already."""
    made = hashlib.sha256()
    for change in changes:
        made.update(_spelt(change))
        made.update(b"\n")
    return made.hexdigest()


def _spelt(value: Any) -> bytes:
    return _SPELL(value).encode()


def seal(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row that follows ``previous``."""
    return hashlib.sha256(previous.encode() + canonical(row)).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold; ``code`` is one of ``number``, ``previous``, ``hash``, ``changes``,
    ``head``, ``anchor``.
    """

    number: int
    code: str


def find_breaks(rows: Iterable[tuple[Mapping[str, Any], str, str, str]], head: tuple[int, str],
                anchors: Mapping[int, str]) -> Iterator[Break]:
    """Every place where the journal is not what was written.

    Parameters
    ----------
    rows : content, digest of the changes that are there, ``previous`` and ``hash`` of each row, by number
    head : number and hash of the end, as the database has it
    anchors : number → hash, kept outside
    """
    previous, last, missing = START, 0, dict(anchors)
    for content, digest, told, sealed in rows:
        number = int(content["number"])
        if number != last + 1:
            yield Break(number, "number")
        if told != previous:
            yield Break(number, "previous")
        if content["digest"] != digest:
            yield Break(number, "changes")
        if seal(told, content) != sealed:
            yield Break(number, "hash")
        if missing.pop(number, sealed) != sealed:
            yield Break(number, "anchor")
        previous, last = sealed, number
    if head != (last, previous):
        yield Break(last, "head")
    yield from (Break(number, "anchor") for number in sorted(missing))
