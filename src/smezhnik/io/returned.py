"""The user's own file back, each faulty cell marked and commented."""

from __future__ import annotations

import datetime as dt
import os
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from smezhnik.errors import Fault, InputFaults, describe_fault
from smezhnik.io.atomic import atomic
from smezhnik.io.grid import Grid
from smezhnik.io.kinds import find_kind
from smezhnik.io.read import open_grids
from smezhnik.io.workbook import workbook
from smezhnik.messages import say
from smezhnik.types import Lang

#: Unpacked size up to which the user's own XLSX is changed in place, with all its formats; larger ones are rewritten.
MAX_EDITED = 80 << 20
#: Rows of a long file that come back; beyond them only the faulty ones do.
LONG = 50_000
_MARK = "FFE0B2"
_FORBIDDEN_IN_SHEET = re.compile(r"[\[\]:*?/\\]")


def write_faults(path: str | os.PathLike[str], faults: Sequence[Fault], out: str | os.PathLike[str], *,
                 lang: Lang = "ru") -> None:
    """Write a workbook like the given file, with a comment at each faulty cell and a sheet that lists all faults.

    An XLSX keeps its formats, formulas, widths and filters. Files of other kinds come back as XLSX, cell by cell in
    the same places; of a file longer than ``LONG`` rows the rest comes only where it is faulty. A file that cannot be
    opened comes back as the list of faults alone.
    """
    source = Path(path)
    said = {place: "\n".join(texts) for place, texts in _by_cell(faults, lang).items()}
    with atomic(out) as aside:
        if _is_editable(source) and _edit(source, aside, said, faults, lang):
            return
        _rewrite(source, aside, said, faults, lang)


def _by_cell(faults: Sequence[Fault], lang: Lang) -> Mapping[tuple[str | None, str], list[str]]:
    """Sheet and address → sentences; a fault of a whole row stands at its first cell."""
    found: dict[tuple[str | None, str], list[str]] = {}
    for fault in faults:
        if fault.row is not None:
            found.setdefault((fault.sheet, fault.cell or f"A{fault.row}"), []).append(_sentence(fault, lang))
    return found


def _sentence(fault: Fault, lang: Lang) -> str:
    return describe_fault(replace(fault, file=None, sheet=None, row=None, column=None), lang)


def _is_editable(source: Path) -> bool:
    try:
        if find_kind(source) != "xlsx":
            return False
        with zipfile.ZipFile(source) as archive:
            return sum(item.file_size for item in archive.infolist()) <= MAX_EDITED
    except (InputFaults, zipfile.BadZipFile):
        return False


def _edit(source: Path, aside: Path, said: Mapping[tuple[str | None, str], str], faults: Sequence[Fault],
          lang: Lang) -> bool:
    """Mark the cells in the user's own workbook; False where the library cannot open it."""
    import openpyxl  # 0.2 s to import, needed only when a file goes back to its owner
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    try:
        book: Any = openpyxl.load_workbook(source)
    except Exception:  # noqa: BLE001 – whatever it stumbles on, the values can still be written anew
        return False
    fill = PatternFill("solid", start_color=_MARK, end_color=_MARK)
    for (sheet, cell), text in said.items():
        target = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
        marked = target[cell]
        if type(marked).__name__ == "MergedCell":  # a comment belongs to the first cell of a merged range
            marked = next(target.cell(area.min_row, area.min_col) for area in target.merged_cells.ranges
                          if cell in area)
        marked.fill = fill
        before = f"{marked.comment.text}\n\n" if marked.comment else ""
        marked.comment = Comment(before + text, "Smezhnik", width=360, height=40 + 20 * (1 + len(before + text) // 45))
    listed = book.create_sheet(_free_title(book.sheetnames, lang))
    for row in _list_of_faults(faults, lang):
        listed.append([None if value is None else value for value in row])
    for cell in listed["A"] + listed["B"] + listed["C"] + listed["D"] + listed["E"]:
        if isinstance(cell.value, str):
            cell.data_type = "s"  # a text that begins with «=» stays a text
    for letter, width in zip("ABCDE", (18, 9, 9, 28, 100), strict=True):
        listed.column_dimensions[letter].width = width
    listed.freeze_panes = "A2"
    book.save(aside)
    return True


def _free_title(taken: Iterable[str], lang: Lang) -> str:
    title = say("io.faults_sheet", lang)
    number = 1
    while title in set(taken):
        number += 1
        title = f"{say('io.faults_sheet', lang)} {number}"
    return title


def _list_of_faults(faults: Sequence[Fault], lang: Lang) -> list[list[object]]:
    head: list[object] = [say(f"io.faults_head.{name}", lang) for name in ("sheet", "row", "cell", "column", "fault")]
    rows: list[list[object]] = [[fault.sheet, fault.row, fault.cell, fault.column, _sentence(fault, lang)]
                                for fault in faults]
    return [head, *rows]


def _rewrite(source: Path, aside: Path, said: Mapping[tuple[str | None, str], str], faults: Sequence[Fault],
             lang: Lang) -> None:
    """A new workbook with the same values in the same places."""
    with workbook(aside) as book:
        formats = {(marked, day): book.add_format(
            ({"bg_color": f"#{_MARK}"} if marked else {}) | ({"num_format": "dd.mm.yyyy"} if day else {}))
            for marked in (False, True) for day in (False, True)}
        sheets: dict[str | None, Any] = {}
        faulty = {(fault.sheet, fault.row) for fault in faults}
        try:
            for grid in open_grids(source):
                if grid.sheet not in sheets:
                    sheets[grid.sheet] = book.add_worksheet(_sheet_title(grid.sheet, sheets, lang))
                    if grid.hidden:
                        sheets[grid.sheet].hide()
                _put(sheets[grid.sheet], grid, said, faulty, formats)
        except InputFaults:
            pass  # the file cannot be opened: the list below says why
        for (sheet, cell), text in said.items():
            target = sheets.get(sheet) or next(iter(sheets.values()), None)
            if target is not None:
                target.write_comment(cell, text, {"x_scale": 2.4, "y_scale": 1 + len(text) / 180})
        listed = book.add_worksheet(_free_title([str(sheet.name) for sheet in sheets.values()], lang))
        for place, row in enumerate(_list_of_faults(faults, lang)):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    listed.write_number(place, column, value)
                elif value is not None:
                    listed.write_string(place, column, str(value))
        for place, width in enumerate((18, 9, 9, 28, 100)):
            listed.set_column(place, place, width)
        listed.freeze_panes(1, 0)


def _sheet_title(sheet: str | None, taken: Mapping[str | None, Any], lang: Lang) -> str:
    title = _FORBIDDEN_IN_SHEET.sub(" ", sheet or say("io.sheet", lang)).strip("' ")[:28] or say("io.sheet", lang)
    used = {str(item.name).lower() for item in taken.values()}
    return title if title.lower() not in used else f"{title[:25]} {len(used) + 1}"


def _put(target: Any, grid: Grid, said: Mapping[tuple[str | None, str], str],
         faulty: set[tuple[str | None, int | None]], formats: Mapping[tuple[bool, bool], Any]) -> None:
    marked = {cell for sheet, cell in said if sheet == grid.sheet}
    columns = [column.to_list() if isinstance(column, pl.Series) else column for column in grid.columns]
    for position, number in enumerate(grid.rows):
        if number > LONG and (grid.sheet, number) not in faulty:
            continue
        for place, column in enumerate(columns):
            value = column[position]
            where = (number - 1, grid.first_column + place)
            style = formats[(xlsxwriter.utility.xl_rowcol_to_cell(*where) in marked, isinstance(value, dt.date))]
            _write_cell(target, where, value, style)


def _write_cell(target: Any, where: tuple[int, int], value: object, style: Any) -> None:
    match value:
        case None | "":
            target.write_blank(*where, None, style)
        case bool():
            target.write_boolean(*where, value, style)
        case int() | float():
            target.write_number(*where, value, style)
        case dt.datetime() | dt.date():
            target.write_datetime(*where, value, style)
        case _:
            target.write_string(*where, str(value)[:32_767], style)
