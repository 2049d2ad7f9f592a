"""A workbook of several tables: which sheet holds which of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from smezhnik.errors import Fault, InputFaults
from smezhnik.io.grid import Grid
from smezhnik.io.headers import normal, other_table, recognise
from smezhnik.io.read import missing_columns, open_grids
from smezhnik.tables import table

#: Sheet without a name: of a file that has none, like CSV.
Sheets = Mapping[str, tuple[str, ...]]


def find_tables(path: Path, names: Sequence[str]) -> tuple[Sheets, tuple[Fault, ...]]:
    """The sheets of a workbook by the table that they hold, in the order of ``names``.

    A sheet whose title is the name of a table is that table where its columns allow it; else it is the table that
    knows most of its columns, of those whose must-have columns it has. Hidden and empty sheets are passed over.

    Returns
    -------
    table → titles of its sheets, none for a file without sheets; notes on sheets that hold none of the tables.

    Raises
    ------
    InputFaults where the file cannot be opened, or no sheet of it holds any of the tables.
    """
    found: dict[str, list[str]] = {}
    notes: list[Fault] = []
    seen: set[str | None] = set()
    for grid in open_grids(path):
        if grid.sheet in seen or grid.hidden or not grid.height:
            continue
        seen.add(grid.sheet)
        name = _table_of(grid, names)
        if name is None:
            notes.append(Fault("sheet_passed", {}, sheet=grid.sheet, severity="note"))
        else:
            found.setdefault(name, []).extend([grid.sheet] if grid.sheet is not None else [])
    if not found:
        raise InputFaults([Fault("book_unknown", {"sheets": [str(sheet) for sheet in seen if sheet]},
                                 file=path.name)], "file_refused", file=path.name)
    return {name: tuple(found[name]) for name in names if name in found}, tuple(notes)


def _table_of(grid: Grid, names: Sequence[str]) -> str | None:
    """The table that a sheet holds; None where it holds none of them."""
    known: dict[str, int] = {}
    title = normal(grid.sheet or "")
    for name in names:
        header = recognise(grid, name)
        if not header.columns or missing_columns(header, name):
            continue
        if title in (normal(table(name).ru), normal(table(name).en)):
            return name
        if other_table(header, name) is None:
            known[name] = len(header.columns)
    return max(known, key=lambda name: known[name]) if known else None
