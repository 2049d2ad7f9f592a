"""The numbers of a rating from any spreadsheet: a row per region (and year), a column per indicator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.errors import Fault, InputFaults
from smezhnik.io.cells import read_integer, read_number
from smezhnik.io.grid import Grid, address, texts
from smezhnik.io.read import open_grids
from smezhnik.regions.rating.scheme import Scheme

#: How the columns that every scheme has are called in files.
_USUAL: Mapping[str, tuple[str, ...]] = {
    "region": ("region", "регион", "субъект", "субъект рф", "субъект российской федерации", "код региона", "код",
               "code", "unit", "страна", "country"),
    "name": ("name", "название", "наименование", "название региона", "region name"),
    "year": ("year", "год"),
}
#: Rows in which the header is looked for, and how many of its names must be known.
_TOP, _KNOWN = 15, 2


@dataclass(frozen=True)
class ReadIndicators:
    """What a file says, before the room of ratings checks it.

    Attributes
    ----------
    frame : ``region``, ``name``, ``year``, groups as text, denominators and indicators as numbers, by code
    rows : number of every row in the file
    headers : code → header as written
    ignored : headers that the scheme does not know
    faults : cells that could not be read
    """

    file: str
    frame: pl.DataFrame
    rows: tuple[int, ...]
    headers: Mapping[str, str]
    ignored: tuple[str, ...]
    faults: tuple[Fault, ...]


def read_indicators(path: Path, scheme: Scheme) -> ReadIndicators:
    """Read the first sheet whose header names the regions and an indicator of the scheme.

    Columns are known by code or by either name, letter case aside. Empty rows are passed over.

    Raises
    ------
    InputFaults where the file cannot be opened or no sheet has such a header.
    """
    names = _names(scheme)
    top: list[str] = []
    for grid in open_grids(path):
        if grid.hidden:
            continue
        top = top or next((row for place in range(min(grid.height, _TOP))
                           if len(row := [cell for cell in grid.row(place) if cell.strip()]) > 1), [])
        for place in range(min(grid.height, _TOP)):
            header = [names.get(_fold(cell)) for cell in grid.row(place)]
            if "region" in header and len(set(filter(None, header))) >= _KNOWN:
                return _read(path.name, grid, place, header, scheme)
    raise InputFaults([Fault("rating.no_header", {"found": top[:12], "wanted": ["region", *scheme.codes][:6]},
                             file=path.name)], "rating.refused")


def _names(scheme: Scheme) -> Mapping[str, str]:
    """Folded header → column."""
    found = {name: column for column, names in _USUAL.items() for name in names}
    titles = [(item.code, item.title) for item in scheme.indicators]
    for code, title in [*titles, *((item.code, item.title) for item in scheme.denominators)]:
        found |= {_fold(name): code for name in (title.ru, title.en, code)}
    return found | {_fold(name): name for name in scheme.groups}


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("ё", "е").replace("Ё", "Е")).strip().casefold()


def _read(file: str, grid: Grid, top: int, header: list[str | None], scheme: Scheme) -> ReadIndicators:
    written = [cell.strip() for cell in grid.row(top)]
    faults = [Fault("rating.column_twice", {"found": written[place], "first": written[header.index(column)]},
                    file=file, sheet=grid.sheet, row=grid.rows[top], column=written[place])
              for place, column in enumerate(header) if column and header.index(column) != place]
    body = {column: texts(grid.columns[place][top + 1:])
            for place, column in enumerate(header) if column and header.index(column) == place}
    filled = [row for row in range(grid.height - top - 1) if any(values[row] is not None for values in body.values())]
    numbers = {*scheme.codes, *(item.code for item in scheme.denominators)}
    columns: dict[str, pl.Series] = {}
    for place, column in enumerate(header):
        if column is None or column in columns or column not in body:
            continue
        kind = "number" if column in numbers else "year" if column == "year" else "text"
        values = []
        for row in filled:
            value, fault = _cell(body[column][row], kind)
            values.append(value)
            if fault is not None:
                number = grid.rows[top + 1 + row]
                faults.append(Fault(fault.code, fault.fields, file=file, sheet=grid.sheet, row=number,
                                    column=written[place], cell=address(number, grid.first_column + place)))
        dtype: pl.DataType = {"number": pl.Float64(), "year": pl.Int64(), "text": pl.String()}[kind]
        columns[column] = pl.Series(column, values, dtype)
    return ReadIndicators(file, pl.DataFrame(columns), tuple(grid.rows[top + 1 + row] for row in filled),
                          {column: written[header.index(column)] for column in columns},
                          tuple(name for name, column in zip(written, header, strict=True) if name and not column),
                          tuple(faults))


def _cell(text: str | None, kind: str) -> tuple[object, Fault | None]:
    if text is None or kind == "text":
        return text, None
    reading = read_number(text) if kind == "number" else read_integer(text)
    if reading.code is not None and reading.value is None:
        return None, Fault(reading.code, reading.fields)
    if kind == "number" and reading.unit and reading.unit != "%":
        return None, Fault("rating.unit_in_cell", {"found": text, "unit": reading.unit})
    return reading.value, None
