"""The data rows of a piece of a file as declared values, and the faults of their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from smezhnik.errors import Fault
from smezhnik.io.cells import EXCEL_ERRORS, Column, Reading, choice_words, read_column
from smezhnik.io.grid import Grid, address
from smezhnik.io.headers import Header
from smezhnik.io.measures import apply_measures
from smezhnik.io.reference import find_reader, read_references
from smezhnik.tables import table

#: Columns beside the declared ones while rows are on their way: where each row came from.
SHEET, ROW = "_sheet", "_row"
#: Several products in one cell: a numbered or dashed list, three lines of words, three pieces between semicolons.
_SEVERAL = (r"(?s)(?:^|\n)\s*(?:\d+[.)]|[-–•])\s*\S.+\n\s*(?:\d+[.)]|[-–•])\s*\S"
            r"|\p{L}{4}[^;]*;[^;]*\p{L}{4}[^;]*;|\p{L}{4}.*\n.*\p{L}{4}.*\n.*\p{L}{4}")


def read_rows(grid: Grid, cells: Sequence[pl.Series], data: pl.Series, header: Header, name: str,
              regions: Path | None = None) -> tuple[pl.DataFrame, list[Fault], list[Fault]]:
    """Values of the rows without faults; faults of the others; notes.

    Parameters
    ----------
    cells : clean text of each column; columns that already have a type as they are
    data : positions of the data rows
    regions : region pack that names of regions are looked up in
    """
    everything = len(data) == grid.height
    parsed: dict[str, Column] = {}
    for column, place in header.columns.items():
        source = cells[place]
        shown = source if everything else source.gather(data)
        raw = grid.columns[place]
        parsed[column] = _read_one(column, name, shown, raw, data, grid, place, everything, regions)
    parsed, said = apply_measures(parsed, header, name)
    parsed = {column: _check(column, name, item) for column, item in parsed.items()}
    numbers = pl.Series(ROW, grid.rows, dtype=pl.Int64)
    numbers = numbers if everything else numbers.gather(data)
    faults, notes = _faults(parsed, numbers, grid, header)
    notes += [Fault(reading.code or "", reading.fields, sheet=grid.sheet, column=header.names[header.columns[column]],
                    severity="note") for column, item in parsed.items() for reading in item.notes]
    for fault in said:
        (faults if fault.severity == "refused" else notes).append(replace(fault, sheet=grid.sheet))
    schema = table(name)
    height = len(data)
    frame = pl.DataFrame([
        *(parsed[column].values.alias(column).cast(dtype, strict=False) if column in parsed
          else pl.Series(column, [None], dtype).new_from_index(0, height) for column, dtype in schema.dtypes.items()),
        pl.Series(SHEET, [grid.sheet], pl.String).new_from_index(0, height), numbers])
    refused = {fault.row for fault in faults}
    if refused:
        frame = frame.filter(~pl.col(ROW).is_in(sorted(row for row in refused if row is not None)))
    return frame, faults, notes


def _read_one(column: str, name: str, shown: pl.Series, raw: object, data: pl.Series, grid: Grid, place: int,
              everything: bool, regions: Path | None) -> Column:
    schema = table(name)
    info, dtype = schema.columns[column], schema.dtypes[column]
    if shown.dtype != pl.String:
        if shown.dtype == dtype:
            return Column(shown)
        shown = _as_text(shown)
    errors = _errors(shown, data, grid, place)
    if errors:
        rows = list(errors)
        shown = shown.scatter(rows, [None] * len(rows))
    read = None if name == "regions" else find_reader(column, regions)
    if read is not None:
        picked = raw if isinstance(raw, pl.Series) or everything else [raw[row] for row in data]  # type: ignore[index]
        found = read_references(picked, shown, read, dtype)  # type: ignore[arg-type]
    else:
        found = read_column(shown, info, dtype, grid.epoch_1904)
    if column == "text":
        found = _note_rows(found, found.values.str.contains(_SEVERAL), "several_products")
    if found.values.dtype == pl.String:
        found = _note_rows(found, found.values.str.contains("\ufffd", literal=True), "broken_letters")
    if errors:
        found = replace(found, remarks={**found.remarks, **{
            row: Reading(None, "excel_error", {"found": text}) for row, text in errors.items()}})
    return found


def _as_text(values: pl.Series) -> pl.Series:
    """A typed column as the text that its own kind reads back."""
    if values.dtype == pl.Boolean:
        return values.cast(pl.Int8).cast(pl.String)
    if values.dtype.is_float():
        whole = values.is_finite() & (values == values.round()) & (values.abs() < 1e15)
        return pl.select(pl.when(whole.fill_null(False)).then(values.set(~whole.fill_null(False), 0).cast(pl.Int64)
                                                             .cast(pl.String))
                         .otherwise(values.cast(pl.String))).to_series()
    if values.dtype.is_nested():
        return values.struct.json_encode() if isinstance(values.dtype, pl.Struct) else pl.Series(
            values.name, [None if item is None else str(item) for item in values.to_list()], pl.String)
    return values.cast(pl.String, strict=False)


def _errors(shown: pl.Series, data: pl.Series, grid: Grid, place: int) -> dict[int, str]:
    """Positions among the data rows where a spreadsheet shows an error value."""
    found = {}
    if grid.errors:
        position = {grid.rows[row]: at for at, row in enumerate(data)}
        found = {position[row]: text for (row, column), text in grid.errors.items()
                 if column == place and row in position}
    for row in shown.str.contains("^(?:#|Err:)").fill_null(False).arg_true():
        if EXCEL_ERRORS.fullmatch(shown[row]):
            found[row] = shown[row]
    return found


def _note_rows(column: Column, where: pl.Series, code: str) -> Column:
    """Texts worth a look, each with a note that shows how it begins."""
    notes = {row: Reading(column.values[row], code, {"found": column.values[row][:80]})
             for row in where.fill_null(False).arg_true() if row not in column.remarks}
    return replace(column, remarks={**column.remarks, **notes}) if notes else column


def _check(column: str, name: str, item: Column) -> Column:
    """Limits and must-have values of the declaration."""
    declared = table(name).schema.columns()[column]
    values = item.values
    remarks = dict(item.remarks)
    low, high = getattr(declared, "min", None), getattr(declared, "max", None)
    if values.dtype.is_float():
        for row in (~values.is_finite()).fill_null(False).arg_true():
            remarks.setdefault(row, Reading(None, "not_finite", {"found": str(values[row])}))
    for limit, code in ((low, "too_small"), (high, "too_large")):
        if limit is not None:
            beyond = values < limit if code == "too_small" else values > limit
            for row in beyond.fill_null(False).arg_true():
                remarks[row] = Reading(None, code, {"found": values[row], "limit": limit})
    choices = table(name).columns[column].choices
    if choices and values.dtype == pl.String:
        for row in (~values.is_in(choices) & values.is_not_null()).arg_true():
            remarks[row] = Reading(None, "not_choice", {"found": values[row], "choices": choice_words(choices)})
    if not declared.nullable and not (table(name).key == (column,) and column.endswith("_id")):
        empty = values.is_null() if values.dtype != pl.String else values.is_null() | (values == "")
        for row in empty.fill_null(True).arg_true():
            remarks.setdefault(row, Reading(None, "missing_value"))
    return replace(item, remarks=remarks)


def _faults(parsed: Mapping[str, Column], numbers: pl.Series, grid: Grid,
            header: Header) -> tuple[list[Fault], list[Fault]]:
    faults: list[Fault] = []
    notes: list[Fault] = []
    for column, item in parsed.items():
        place = header.columns.get(column)
        for row, reading in item.remarks.items():
            if reading.code is None:
                continue
            number = numbers[row]
            fault = Fault(reading.code, reading.fields, sheet=grid.sheet, row=number,
                          column=header.names[place] if place is not None else column,
                          cell=address(number, grid.first_column + place) if place is not None else None,
                          severity="refused" if reading.value is None else "note")
            (faults if reading.value is None else notes).append(fault)
    return faults, notes
