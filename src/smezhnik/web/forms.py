"""A form for a record, made from its declared table: label, meaning, kind and allowed values of every column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from smezhnik.errors import InputError, InputFaults, SmezhnikError
from smezhnik.messages import Words
from smezhnik.records.access import KINDS, Kind, Viewer
from smezhnik.tables import ColumnInfo, table
from smezhnik.web.values import check_needed, settle, whole_number


@dataclass
class Form:
    """A form.

    Attributes
    ----------
    fields : column → what was declared of it, in the order of the table
    texts : column → what stands in its place, as typed
    values : column → what it means; only columns without an error
    errors : column → why it cannot be taken, an error with a sentence
    version : of the record when it was read
    given : the form was sent
    """

    fields: Mapping[str, ColumnInfo]
    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, SmezhnikError] = field(default_factory=dict)
    version: int = 0
    given: bool = False


def read_form(kind: Kind, record: Any, given: Mapping[str, str] | None, viewer: Viewer) -> Form:
    """The form of a record with what stands there, or with what was sent."""
    declared = table(kind.table)
    named = {item.attname: item for item in kind.model._meta.concrete_fields}
    may = kind.visible_fields(viewer, record)
    fields = {name: about for name, about in declared.columns.items() if name in named and name in may}
    if given is None:
        return Form(fields, {name: _stands(record, named[name]) for name in fields}, version=record.version)
    version = str(given.get("version", ""))
    form = Form(fields, {name: str(given.get(name, "")).strip() for name in fields}, given=True,
                version=whole_number(version))
    schema = declared.schema.columns()
    for name, text in form.texts.items():
        try:
            form.values[name] = _referred(named[name], record, text, viewer) if named[name].is_relation else \
                read_value(fields[name], text)
            if text != _stands(record, named[name]):  # what stood there before a rule came stays
                form.values[name] = settle(name, fields[name], form.values[name])
            if not schema[name].nullable:
                check_needed(fields[name], form.values[name])
        except (InputError, InputFaults) as error:
            form.values.pop(name, None)
            form.errors[name] = error
    return form


def read_value(column: ColumnInfo, text: str) -> Any:
    """What a person typed, as the column holds it; empty is absent.

    Raises
    ------
    InputError that says what the column takes.
    """
    if not text:
        return None
    named = _words(column)
    if column.choices and column.kind == "text" and text not in column.choices:
        raise InputError("value_not_allowed", column=named, found=text, allowed=list(column.choices))
    match column.kind:
        case "number" | "integer":
            bare = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".").replace("−", "-")
            try:
                value = float(bare)
            except ValueError as error:
                raise InputError("value_no_number", column=named, found=text) from error
            if not -1e18 < value < 1e18 or (value < 0 and column.unit):
                raise InputError("value_no_number", column=named, found=text)
            return int(value) if column.kind == "integer" else value
        case "date":
            for form in ("%Y-%m-%d", "%d.%m.%Y"):
                try:
                    return dt.datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
                except ValueError:
                    continue
            raise InputError("value_no_date", column=named, found=text)
        case "flag":
            if text.casefold() in ("yes", "да", "true"):
                return True
            if text.casefold() in ("no", "нет", "false"):
                return False
            raise InputError("value_not_allowed", column=named, found=text, allowed=["да", "нет"])
        case "list":
            return [part.strip() for part in text.split(";") if part.strip()]
        case "records":
            raise InputError("value_by_file", column=named)
    return text


def _stands(record: Any, item: Any) -> str:
    """What stands in a field; of a reference the public id."""
    value = getattr(record, item.attname)
    return str(getattr(record, item.name).public_id) if item.is_relation and value is not None else text_of(value)


def _referred(item: Any, record: Any, public_id: str, viewer: Viewer) -> int | None:
    """The key of the record that a public id names, of the same region and seen by the viewer; None for nothing.

    Raises
    ------
    InputError where there is no such record, or none that the viewer may know of.
    """
    if not public_id:
        return None
    kind = KINDS[item.related_model.KIND]
    found = kind.visible_to(viewer).filter(public_id=public_id.upper(), held_by=record.held_by).first()
    if found is None:
        raise InputError("reference_absent", found=public_id)
    return int(found.pk)


def _words(column: ColumnInfo) -> Words:
    return Words(column.ru, column.en)


def text_of(value: Any) -> str:
    """A value as a field of a form holds it; absent is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case list():
            return "; ".join(map(str, value))
        case dt.date():
            return value.isoformat()
    return str(value)
