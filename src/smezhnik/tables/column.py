"""How a column is declared: its polars type, and all that readers, templates and reference pages say of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import dataframely as dy

Kind = Literal["text", "code", "number", "integer", "date", "flag", "list", "records"]
Secrecy = Literal["public", "internal", "confidential"]

#: A sum over fewer firms is told to those only who may see each of them: one could find the other's figure by taking
#: off its own.
LEAST_FIRMS = 3
#: Thousand roubles, the unit of every sum in a table, in a million.
TH_RUB_IN_MILLION = 1_000.0


@dataclass(frozen=True)
class ColumnInfo:
    """What is known of a column besides its type.

    Attributes
    ----------
    ru, en : header
    meaning_ru, meaning_en : one line that explains it
    kind : how a cell is parsed and written; ``list`` is joined by ``; ``, ``records`` is JSON text in a cell
    unit : unit of measure (``th_rub``, ``km``, ``share``); None where it has none or another column names it
    secrecy : ``public`` may be shown to anybody, ``internal`` to the installation, ``confidential`` to the owner
    synonyms : other headers under which plants write it
    never : beginnings of words that make a header that begins like this column mean something else
    choices : the only values allowed, empty where any is
    example : what the template shows
    by_hand : people fill it in, so a sheet shows it even where it is still empty
    suggested : values that a sheet offers where any text is allowed
    names : a whole number that names and does not count, such as a year: written without marks between thousands
    first : place among the columns that say what a row is about: a sheet puts them first and keeps them in sight;
        0 for others
    """

    ru: str
    en: str
    meaning_ru: str
    meaning_en: str
    kind: Kind
    unit: str | None = None
    secrecy: Secrecy = "public"
    synonyms: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    example: object = None
    by_hand: bool = False
    suggested: tuple[str, ...] = ()
    names: bool = False
    first: int = 0


def info(column: dy.Column) -> ColumnInfo:
    """What was declared of the column."""
    assert column.metadata is not None
    return column.metadata["info"]  # type: ignore[no-any-return]


def text(ru: str, en: str, meaning_ru: str, meaning_en: str, *, need: bool = False, key: bool = False,
         choices: Sequence[str] = (), kind: Kind = "text", **about: Any) -> dy.String:
    """Any text; with ``choices`` only those values, with ``need`` never absent."""
    about_it = ColumnInfo(ru, en, meaning_ru, meaning_en, kind, choices=tuple(choices), **about)
    allowed = list(choices)
    return dy.String(nullable=not (need or key), primary_key=key, min_length=1 if need or key else None,
                     check={"choices": lambda column: column.is_in(allowed)} if choices else None,
                     metadata={"info": about_it})


def code(ru: str, en: str, meaning_ru: str, meaning_en: str, **about: Any) -> dy.String:
    """Digits that are a name, not a number: leading zeros count."""
    return text(ru, en, meaning_ru, meaning_en, kind="code", **about)


def number(ru: str, en: str, meaning_ru: str, meaning_en: str, *, low: float | None = 0, high: float | None = None,
           need: bool = False, **about: Any) -> dy.Float64:
    """A real number in ``unit``; by default not below zero. Absent is not zero (CONVENTIONS §2)."""
    about_it = ColumnInfo(ru, en, meaning_ru, meaning_en, "number", **about)
    return dy.Float64(nullable=not need, min=low, max=high, metadata={"info": about_it})


def integer(ru: str, en: str, meaning_ru: str, meaning_en: str, *, low: int | None = 0, high: int | None = None,
            need: bool = False, **about: Any) -> dy.Int64:
    """A whole number."""
    about_it = ColumnInfo(ru, en, meaning_ru, meaning_en, "integer", **about)
    return dy.Int64(nullable=not need, min=low, max=high, metadata={"info": about_it})


def year(meaning_ru: str, meaning_en: str, **about: Any) -> dy.Int64:
    """The year that a figure is of."""
    return integer("Год", "Year", meaning_ru, meaning_en, **{"names": True, **about})


def date(ru: str, en: str, meaning_ru: str, meaning_en: str, **about: Any) -> dy.Date:
    """A day; the first one that counts, or the first that no longer does (CONVENTIONS §1)."""
    about_it = ColumnInfo(ru, en, meaning_ru, meaning_en, "date", **about)
    return dy.Date(nullable=True, min=dt.date(1900, 1, 1), max=dt.date(2200, 1, 1), metadata={"info": about_it})


def flag(ru: str, en: str, meaning_ru: str, meaning_en: str, **about: Any) -> dy.Bool:
    """Yes, no or unknown."""
    about_it = ColumnInfo(ru, en, meaning_ru, meaning_en, "flag", choices=("да", "нет"), **about)
    return dy.Bool(nullable=True, metadata={"info": about_it})


def texts(ru: str, en: str, meaning_ru: str, meaning_en: str, **about: Any) -> dy.List:
    """Several texts; ``; `` parts them in a cell."""
    about_it = ColumnInfo(ru, en, meaning_ru, meaning_en, "list", **about)
    return dy.List(dy.String(), nullable=True, metadata={"info": about_it})


def records(ru: str, en: str, meaning_ru: str, meaning_en: str, inner: dict[str, dy.Column], **about: Any) -> dy.List:
    """Several small records; JSON text in a cell."""
    about_it = ColumnInfo(ru, en, meaning_ru, meaning_en, "records", **about)
    return dy.List(dy.Struct(inner), nullable=True, metadata={"info": about_it})
