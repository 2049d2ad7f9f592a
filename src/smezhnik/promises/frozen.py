"""The content of a year as plain data and back, and what changed since it was frozen."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from smezhnik.messages import Words
from smezhnik.promises.year import Year


def to_plain(value: Any) -> Any:
    """What JSON can hold; nothing is lost that ``read_year`` would want."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [to_plain(one) for one in value]
    return value


def read_year(plain: Mapping[str, Any]) -> Year:
    """A year as ``to_plain`` wrote it; a field that it did not know yet has its default."""
    year: Year = _read(Year, plain)
    return year


def _read(kind: Any, plain: Any) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], value) for name, value in plain.items() if name in hints})
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if plain is None else _read(next(one for one in args if one is not type(None)), plain)
    if origin is tuple:
        parts = [args[0]] * len(plain) if args[-1] is Ellipsis else args
        return tuple(_read(part, value) for part, value in zip(parts, plain, strict=True))
    if kind is dt.date:
        return dt.date.fromisoformat(plain)
    return plain


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a frozen report said and what the records say now.

    Attributes
    ----------
    kind : indicator, promise, sum; name : in words, or the code of a sum; detail : fact, plan, state, signed …
    """

    kind: str
    name: Words | str
    detail: str
    before: float | str | None
    now: float | str | None


def find_differences(before: Year, now: Year) -> list[Difference]:
    """Facts and plans of indicators, states of promises, sums: in this order, each where it is no longer the same."""
    found = []
    readings = {one.indicator.code: one for one in now.readings}
    for one in before.readings:
        other = readings.get(one.indicator.code)
        found += _changed("indicator", one.indicator.name, {
            "fact": (one.fact and one.fact.fact, other and other.fact and other.fact.fact),
            "plan": (one.plan, other and other.plan)})
    states = {one.id: one.state for one in now.promises}
    for kept in before.promises:
        found += _changed("promise", f"{kept.no} {kept.text}".strip(), {"state": (kept.state, states.get(kept.id))})
    for name in ("potential", "signed", "delivered"):
        found += _changed("sum", name, {"value": (getattr(before, name).value, getattr(now, name).value),
                                        "rows": (getattr(before, name).rows, getattr(now, name).rows)})
    return found


def _changed(kind: str, name: Words | str, pairs: Mapping[str, tuple[Any, Any]]) -> list[Difference]:
    return [Difference(kind, name, detail, *pair) for detail, pair in pairs.items() if pair[0] != pair[1]]
