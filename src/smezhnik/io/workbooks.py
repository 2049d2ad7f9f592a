"""XLSX, XLS and ODS workbooks: sheets as grids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import python_calamine as calamine

from smezhnik.errors import InputFaults
from smezhnik.io.grid import Grid, from_rows
from smezhnik.io.kinds import Kind, refuse
from smezhnik.io.survey import Survey, survey_workbook


def read_workbook(path: Path, kind: Kind, sheet: str | Sequence[str] | None = None) -> Iterator[Grid]:
    """Every sheet in the order of the workbook, hidden ones marked; with ``sheet`` those only, hidden or not.

    Raises InputFaults where the workbook is damaged, packed with a password, or has no sheet of that name.
    """
    surveys = survey_workbook(path, kind)
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            hidden = {item.name: item.visible != calamine.SheetVisibleEnum.Visible for item in book.sheets_metadata
                      if item.typ == calamine.SheetTypeEnum.WorkSheet}
            asked = [sheet] if isinstance(sheet, str) else sheet
            if lost := [name for name in asked or () if name not in book.sheet_names]:
                raise refuse("sheet_missing", path.name, found=lost[0], sheets=book.sheet_names)
            for name in asked if asked is not None else hidden:
                grid = _grid(book.get_sheet_by_name(name), surveys.get(name, Survey()))
                yield replace(grid, hidden=sheet is None and hidden[name])
    except InputFaults:
        raise
    except calamine.PasswordError as error:
        raise refuse("file_encrypted", path.name) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise refuse("file_damaged", path.name) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a fault inside the reader's library arrives
            raise
        raise refuse("file_damaged", path.name) from error


def _grid(sheet: calamine.CalamineSheet, survey: Survey) -> Grid:
    start = sheet.start or (0, 0)
    rows = sheet.to_python(skip_empty_area=True)
    merged = {top + 1 for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
              if top == bottom and right - left >= 2}
    errors = {(row, column - start[1]): value for (row, column), value in survey.errors.items()}
    return from_rows(rows, range(start[0] + 1, start[0] + 1 + len(rows)), sheet=sheet.name, first_column=start[1],
                     merged=frozenset(merged), errors=errors, hidden_rows=survey.hidden_rows,
                     epoch_1904=survey.epoch_1904)


def list_sheets(path: Path, kind: Kind) -> list[str]:
    """Names of the sheets of a workbook, hidden ones left out; InputFaults where it cannot be opened."""
    return [grid.sheet for grid in read_workbook(path, kind) if grid.sheet is not None and not grid.hidden]
