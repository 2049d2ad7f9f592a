"""Faults and errors: a class, a code and named fields; the sentence is made at the edge (``messages``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from smezhnik.messages import catalogue, say
from smezhnik.types import Lang

Severity = Literal["refused", "skipped", "note"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in what somebody gave us, and where.

    Attributes
    ----------
    code : key of the sentence in the catalogues, ``fault.<code>``
    fields : values that the sentence names (what was found, what is expected, the nearest valid values)
    file, sheet, row, column : the place as its owner sees it: row is the number that Excel shows (1-based),
        column is the header as written or the letter of the column; None where the fault has no such place
    cell : Excel address of the cell (``C14``), for marking it in the returned file
    severity : ``refused`` (the row cannot be used), ``skipped`` (an empty, total or note row passed over),
        ``note`` (used, but look at it)
    """

    code: str
    fields: Mapping[str, object] = field(default_factory=dict)
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    severity: Severity = "refused"

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))


def describe_fault(fault: Fault, lang: Lang, *, page: bool = False) -> str:
    """Where the fault is, what was found, why it matters, what to do: one line.

    ``page``: what to do is done on a page, where the command line has an option for it.
    """
    place = [part for part in (fault.file, fault.sheet and say("place.sheet", lang, sheet=fault.sheet)) if part]
    if fault.row is not None:
        place.append(say("place.row", lang, row=fault.row))
    if fault.column is not None:
        place.append(say("place.column", lang, column=fault.column))
    code = f"fault.{fault.code}"
    sentence = say(f"page.{code}" if page and f"page.{code}" in catalogue() else code, lang, **fault.fields)
    return f"{', '.join(place)}: {sentence}" if place else sentence[:1].upper() + sentence[1:]


class SmezhnikError(Exception):
    """Base of all errors; ``code`` is a key of the catalogues and ``fields`` what its sentence names."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields = fields
        super().__init__(code, fields)

    def __str__(self) -> str:
        return say(f"error.{self.code}", "en", **self.fields)


class InputFaults(SmezhnikError, ValueError):
    """What was given cannot be used; ``faults`` lists all that is wrong with it, not only the first."""

    def __init__(self, faults: Sequence[Fault], code: str = "input_faults", **fields: object) -> None:
        self.faults = tuple(faults)
        super().__init__(code, count=len(self.faults), **fields)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(describe_fault(fault, "en") for fault in self.faults[:20])])


class InputError(SmezhnikError, ValueError):
    """An argument or a file as a whole cannot be used."""


class UnknownCode(SmezhnikError, KeyError):
    """A code, name or id that the reference data do not hold."""

    __str__ = SmezhnikError.__str__


class CannotSay(SmezhnikError, LookupError):
    """The answer needs a fact that is absent; the fields name it and whose it is."""


class MissingExtra(SmezhnikError, ImportError):
    """An optional package is needed; the fields name it and the command that installs it."""


class Cancelled(SmezhnikError, RuntimeError):
    """Somebody stopped the work; nothing was left half done."""
