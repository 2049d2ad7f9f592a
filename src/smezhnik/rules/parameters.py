"""Dated values of the law: thresholds, terms, rates, and outside series such as the key rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from smezhnik.rules.cursor import Cursor
from smezhnik.rules.periods import Period, find_period_faults, read_period
from smezhnik.rules.provenance import Provenance, References, Status, Title, read_provenance, read_title, worst

UNITS = ("share", "member", "object", "value", "person", "fte", "th_rub", "mln_rub", "year", "month", "day", "percent",
         "percent_point", "point", "indicator", "ratio")
#: ``exact``: the number itself; ``no_stricter``: the true requirement is not known, but it is no stricter than this.
Known = Literal["exact", "no_stricter"]


@dataclass(frozen=True)
class Value:
    """What a parameter is in a period.

    Attributes
    ----------
    number : the value; None where it is known that nobody knows it
    known : whether the number is the requirement, or only a bound that is surely strict enough
    carried : status of the value of an earlier edition that was carried over unchanged; None where it was not
    """

    period: Period
    number: float | None
    provenance: Provenance
    known: Known = "exact"
    carried: Status | None = None

    @property
    def status(self) -> Status:
        """The worst of its own status and that of the value it was carried over from."""
        return worst([self.provenance.status, *([self.carried] if self.carried else ())])


@dataclass(frozen=True)
class Parameter:
    """A named number of the law with its history, oldest first."""

    code: str
    title: Title
    unit: str
    values: tuple[Value, ...]

    def on(self, day: dt.date) -> Value | None:
        """The value of that day; None where the parameter has none then."""
        return next((value for value in self.values if day in value.period), None)


def read_parameter(code: str, cursor: Cursor, references: References, span: Period) -> Parameter | None:
    """``[parameters.<code>]`` with its ``[[parameters.<code>.values]]``."""
    title, unit = read_title(cursor), cursor.choice("unit", UNITS)
    read: list[tuple[Value, Cursor]] = []
    for inner in cursor.tables("values", need=True):
        value = _read_value(inner, references, unit)
        inner.done()
        if value is not None:
            read.append((value, inner))
    find_period_faults(code, [(value.period, inner) for value, inner in read], span)
    ordered = sorted(read, key=lambda item: item[0].period.since)
    values = [_carry(value, inner, [item[0] for item in ordered]) for value, inner in ordered]
    return None if title is None or unit is None else Parameter(code, title, unit, tuple(values))


def _read_value(cursor: Cursor, references: References, unit: str | None) -> Value | None:
    period, provenance = read_period(cursor), read_provenance(cursor, references)
    unknown = cursor.flag("unknown")
    number = cursor.number("value", need=not unknown)
    known = cursor.choice("known", ("exact", "no_stricter"), need=False)
    cursor.date("carried_from", need=False)
    if unknown and number is not None:
        cursor.fault("unknown_with_value", "value", found=number)
    if unit == "share" and number is not None and not 0 <= number <= 1:
        cursor.fault("share_range", "value", found=number, fraction=number / 100)
    if period is None or provenance is None:
        return None
    return Value(period, None if unknown else number, provenance, cast(Known, known or "exact"))


def _carry(value: Value, cursor: Cursor, history: list[Value]) -> Value:
    """A value carried over repeats the one it names and is marked as inferred."""
    origin_day = cursor.data.get("carried_from")
    if not isinstance(origin_day, dt.date):
        return value
    origin = next((item for item in history if origin_day in item.period and item is not value), None)
    if origin is None:
        cursor.fault("carried_nothing", "carried_from", found=origin_day)
        return value
    if origin.number != value.number:
        cursor.fault("carried_differs", "value", found=value.number, origin=origin.number, since=origin_day)
    if value.provenance.status != "inferred":
        cursor.fault("carried_status", "status", found=value.provenance.status)
    return Value(value.period, value.number, value.provenance, value.known, origin.status)


@dataclass(frozen=True)
class Term:
    """A parameter as of a day: what a verdict shows of it."""

    parameter: Parameter
    value: Value


def terms_on(parameters: Mapping[str, Parameter], day: dt.date) -> dict[str, Term]:
    """Every parameter that has a value on the day."""
    found = {code: parameter.on(day) for code, parameter in parameters.items()}
    return {code: Term(parameters[code], value) for code, value in found.items() if value is not None}
