"""Cells that name something in the reference data: codes, identifiers, units, regions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import polars as pl

from smezhnik.classifiers import load
from smezhnik.errors import Fault
from smezhnik.io.cells import Column, Reading

#: The listed value that a cell means, or the fault that it has; a fault of severity ``note`` comes with a value.
Read = Callable[[object], tuple[str | None, Fault | None]]


def _code(system: str) -> Callable[[], Read]:
    return lambda: load(system).read


_READERS: Mapping[str, Callable[[], Read]] = {
    "okpd2": _code("okpd2"),
    "okved2": _code("okved2"),
    "tnved": _code("tnved"),
}


@cache
def find_reader(column: str) -> Read | None:
    """How a cell of that declared column is read; None where it names nothing in the reference data."""
    made = _READERS.get(column)
    return made() if made else None


def read_references(cells: Sequence[object] | pl.Series, shown: pl.Series, read: Read) -> Column:
    """Read a column of codes, each distinct cell once.

    Parameters
    ----------
    cells : what the file holds: numbers stay numbers, because a number has lost its zeros
    shown : the same as clean text; null where the cell is empty
    """
    keys = pl.Series(cells, dtype=pl.Object) if False else shown
    numbers = [not isinstance(cell, str) for cell in cells] if not isinstance(cells, pl.Series) else []
    readings: dict[tuple[str, bool], Reading] = {}
    distinct: dict[str, Reading] = {}
    values: list[str | None] = []
    remarks: dict[int, Reading] = {}
    if not any(numbers):
        for text in keys.drop_nulls().unique(maintain_order=True):
            distinct[text] = _reading(read, text)
        table = pl.DataFrame({"text": list(distinct), "value": [item.value for item in distinct.values()]},
                             schema={"text": pl.String, "value": pl.String})
        joined = pl.DataFrame({"text": keys}).join(table, on="text", how="left", maintain_order="left")["value"]
        loud = [text for text, item in distinct.items() if item.code]
        for row in keys.is_in(loud).fill_null(False).arg_true() if loud else ():
            remarks[row] = distinct[keys[row]]
        return Column(joined, remarks)
    for row, (cell, text) in enumerate(zip(cells, shown, strict=True)):
        if text is None:
            values.append(None)
            continue
        key = (text, not isinstance(cell, str))
        if key not in readings:
            readings[key] = _reading(read, cell if key[1] else text)
        values.append(readings[key].value)  # type: ignore[arg-type]
        if readings[key].code:
            remarks[row] = readings[key]
    return Column(pl.Series(values, dtype=pl.String), remarks)


def _reading(read: Read, cell: object) -> Reading:
    value, fault = read(cell)
    if fault is None:
        return Reading(value)
    return Reading(value, fault.code, fault.fields)
