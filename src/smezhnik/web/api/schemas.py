"""Schemas of records, made from the declared tables: no meaning of a column is written a second time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, create_model
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from smezhnik.messages import say
from smezhnik.records.access import KINDS, Kind
from smezhnik.tables import ColumnInfo, table
from smezhnik.types import Lang
from smezhnik.web.api.problems import Closed, Problem, about

#: Most characters of a text and of a code, most items of a list and characters of one: what a cell of a
#: spreadsheet holds.
TEXT, CODE, ITEMS, ITEM = 10_000, 100, 100, 300
#: Numbers whose every digit is kept by spreadsheets.
NUMBER = 1e15


def _only_text(value: Any) -> Any:
    """A day is text, never a number of seconds."""
    if isinstance(value, str) and len(value) == len("2026-11-22"):
        return value
    raise PydanticCustomError("date_type", "a day as YYYY-MM-DD")


Day = Annotated[dt.date, BeforeValidator(_only_text)]
Flag = Annotated[bool, Field(strict=True)]
Moment = AwareDatetime
#: What stays away where it is not sent, and is no value that could be sent.
Absent: Any = Annotated[None, SkipJsonSchema()]


class Answered(BaseModel):
    """A row as it is answered: closed for whoever reads it, and never a reason to answer nothing."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})


def column_about(column: ColumnInfo, *, answered: bool, asked: bool = False) -> dict[str, Any]:
    """Title and description of a column, in English; in Russian under ``x-ru``, where the page finds it."""
    def told(lang: Lang) -> dict[str, str]:
        notes = [column.meaning_ru if lang == "ru" else column.meaning_en]
        if column.unit:
            notes.append(say("api.about.unit", lang, unit=column.unit))
        if answered and column.secrecy != "public":
            notes.append(say("api.about.hidden", lang))
        if asked and column.kind == "code":
            notes.append(say("api.about.begins_with", lang))
        return {"title": getattr(column, lang),
                "description": " ".join(note if note.endswith(".") else f"{note}." for note in notes)}

    return {**told("en"), "json_schema_extra": {"x-ru": told("ru")}}


def _of_dtype(dtype: Any, name: str) -> Any:
    """The Python type of a column as it is answered."""
    match dtype:
        case pl.List():
            return list[_of_dtype(dtype.inner, name)]  # type: ignore[misc]
        case pl.Struct():
            fields: dict[str, Any] = {item.name: (_of_dtype(item.dtype, name) | None, None) for item in dtype.fields}
            return create_model(name, __base__=Answered, **fields)
    return {pl.String: str, pl.Float64: float, pl.Int64: int, pl.Date: dt.date, pl.Boolean: bool}[
        dtype.base_type()]


def _entered(about: ColumnInfo, declared: Any, *, need: bool) -> Any:
    """The type of a column as it may be sent, with the limits of its declaration."""
    low, high = getattr(declared, "min", None), getattr(declared, "max", None)
    match about.kind:
        case "number":
            made: Any = Annotated[float, Field(strict=True, ge=max(-NUMBER, low if low is not None else -NUMBER),
                                               le=min(NUMBER, high if high is not None else NUMBER),
                                               allow_inf_nan=False)]
        case "integer":
            made = Annotated[int, Field(strict=True, ge=low if low is not None else int(-NUMBER),
                                        le=high if high is not None else int(NUMBER))]
        case "date":
            made = Day
        case "flag":
            made = Flag
        case "list":
            one: Any = Literal[about.choices] if about.choices else Annotated[
                str, StringConstraints(strict=True, min_length=1, max_length=ITEM)]
            made = Annotated[list[one], Field(max_length=ITEMS)]
        case _:
            made = Literal[about.choices] if about.choices else Annotated[str, StringConstraints(
                strict=True, min_length=1 if need else None, max_length=CODE if about.kind == "code" else TEXT)]
    return made if need else made | None


@cache
def references(kind: Kind) -> Mapping[str, tuple[str, Kind]]:
    """Columns that name another record by its public id → the field that holds it, and its kind.

    A field ``buyer`` is the column ``buyer_id``; else the key of the table that it refers to (``org_id``).
    """
    by_model = {one.model: one for one in KINDS.values()}
    columns, found = table(kind.table).columns, {}
    for field in kind.model._meta.concrete_fields:
        other = by_model.get(field.related_model) if field.is_relation else None
        if other is None:
            continue
        for column in (f"{field.name}_id", *table(other.table).key):
            if column in columns:
                found[column] = (field.name, other)
                break
    return found


def entered_columns(kind: Kind) -> tuple[str, ...]:
    """Columns that may be sent: those of the record itself and the references; the rest comes from these."""
    own = {field.name for field in kind.model._meta.concrete_fields if not field.is_relation}
    declared = table(kind.table)
    return tuple(name for name, about in declared.columns.items() if about.kind != "records" and (
        name in references(kind) or (name in own and name not in declared.key)))


def needed_columns(kind: Kind) -> frozenset[str]:
    """Columns that no record of the kind may lack."""
    declared = table(kind.table)
    by_field = {name: column for column, (name, _) in references(kind).items()}
    whose = {by_field[field.name] for field in kind.model._meta.concrete_fields
             if field.name in by_field and not field.null}
    return frozenset(whose | {name for name, column in declared.schema.columns().items()
                              if not column.nullable and name not in declared.key})


@dataclass(frozen=True)
class Schemas:
    """The schemas of one kind: a row, a record, a page of the list, what is sent, a stale answer."""

    row: type[BaseModel]
    record: type[BaseModel]
    page: type[BaseModel]
    new: type[BaseModel]
    change: type[BaseModel]
    stale: type[BaseModel]


class Reasoned(Closed):
    """What is done may say why; the reason stands in the journal."""

    reason: Annotated[str, StringConstraints(strict=True, max_length=500)] = about("reason", "")


def name_of(kind: Kind) -> str:
    """``Need``: how its schemas begin."""
    return kind.name.title()


def new_row(kind: Kind, name: str, *, without: Collection[str] = ()) -> type[BaseModel]:
    """The schema of the columns of a record that is entered; ``without`` those that come from elsewhere."""
    declared = table(kind.table)
    dy_columns, fields = declared.schema.columns(), dict[str, Any]()
    for column in entered_columns(kind):
        if column not in without:
            about_column, need = declared.columns[column], column in needed_columns(kind)
            fields[column] = (_entered(about_column, dy_columns[column], need=need),
                              Field(default=... if need else None, **column_about(about_column, answered=False)))
    return create_model(name, __base__=Closed, __doc__="Columns of a new record.", **fields)


@cache
def schemas_of(kind: Kind) -> Schemas:
    """The schemas of a kind."""
    declared, name = table(kind.table), name_of(kind)
    dy_columns = declared.schema.columns()
    answered: dict[str, Any] = {column: (_of_dtype(declared.dtypes[column], f"{name}{column.title()}") | None,
                                         Field(**column_about(column_info, answered=True)))
                                for column, column_info in declared.columns.items()}
    row = create_model(f"{name}Row", __base__=Answered, __doc__=f"A row of the table “{declared.en}”.", **answered)
    change: dict[str, Any] = {}
    for column in entered_columns(kind):
        column_info = declared.columns[column]
        need = column in needed_columns(kind)
        made = _entered(column_info, dy_columns[column], need=need)
        change[column] = (made, Field(default=None, **column_about(column_info, answered=False)))
    change_row = create_model(f"{name}ChangeRow", __base__=Closed, __doc__=(
        "Columns to be changed; those that are not named stay as they are, null takes a value away."), **change)
    record = create_model(
        f"{name}Record", __base__=Answered, __doc__=f"A record of the table “{declared.en}”.",
        id=(str, about("record.id")),
        version=(int, about("record.version")),
        changed_at=(Moment, about("record.changed_at")),
        archived=(bool, about("record.archived")),
        may_edit=(bool, about("record.may_edit")),
        hidden=(list[str], about("record.hidden")),
        row=(row, about("record.row")))
    page = create_model(
        f"{name}Page", __base__=Answered, __doc__="A part of the list.",
        items=(list[record], about("page.items")),  # type: ignore[valid-type]
        count=(int | None, about("page.count")),
        next=(str | None, about("page.next")))
    new = create_model(f"{name}New", __base__=Reasoned, row=(new_row(kind, f"{name}NewRow"), Field()))
    return Schemas(row, record, page, new,
                   create_model(f"{name}Change", __base__=Reasoned, row=(change_row, Field())),
                   create_model(f"{name}Stale", __base__=Problem, __doc__="The record was changed meanwhile.",
                                current=(record, about("stale.current"))))
