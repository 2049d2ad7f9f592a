"""A file of a plant → a declared table, with all its faults at once."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import polars as pl

from smezhnik.errors import Fault, InputFaults
from smezhnik.io.delimited import find_dialect, read_delimited
from smezhnik.io.editions import find_old_edition, without_codes
from smezhnik.io.grid import Grid, from_rows, texts
from smezhnik.io.headers import SWAPPED, WIDEST, Header, likelier_table, other_table, recognise, recognise_by_content
from smezhnik.io.html import read_html
from smezhnik.io.kinds import find_kind
from smezhnik.io.loaded import Loaded
from smezhnik.io.recipe import Recipe
from smezhnik.io.records import grid_of, read_json, read_parquet
from smezhnik.io.rows import find_rows
from smezhnik.io.values import ROW, SHEET, read_rows
from smezhnik.io.workbooks import read_workbook
from smezhnik.messages import Words
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.tables import complete, table
from smezhnik.tables.ids import fill_ids

#: Sets of columns, one of which a caller cannot do without: ids and decisions, or texts and decisions.
Ways = Sequence[Collection[str]]
#: Headers that a sentence names.
SHOWN_HEADERS = 30


@dataclass(frozen=True)
class _Sheet:
    """A sheet whose header is known: its name, its pieces in order, whether they need to be told data from notes."""

    name: str | None
    header: Header
    pieces: Iterable[Grid]
    typed: bool = False


@dataclass
class _Heap:
    """What is gathered while a file is read."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    read: int = 0
    skipped: int = 0


def read_table(path: str | os.PathLike[str], name: str, *, sheet: str | None = None,
               columns: Mapping[str, str] | None = None, recipe: Recipe | None = None, skip_faulty: bool = False,
               regions: Path | None = None, needed: Ways | None = None,
               progress: Progress = no_progress) -> Loaded:
    """Read a file as a declared table.

    Parameters
    ----------
    path : XLSX, XLS, ODS, CSV, Parquet, JSON or an HTML table; told by content, not by the ending
    name : declared table (``tables.TABLES``)
    sheet : the sheet to read; by default every sheet that holds the table, hidden sheets excepted
    columns : header as written (or the letter of the column) → declared column; wins over recognition
    recipe : a saved mapping (``Recipe``); ``columns`` wins over it
    skip_faulty : go on without the faulty rows; they are counted and stay in ``faults``
    regions : region pack in which names of regions are looked up; the shipped one by default
    needed : sets of columns, one of which the caller cannot do without, in place of the columns that the table
        declares so
    progress : told about every piece

    Returns
    -------
    Loaded, with ``read == accepted + refused + skipped``.

    Raises
    ------
    InputFaults with all faults of the file where it has any, unless ``skip_faulty`` and only rows are concerned.
    """
    loaded = check_table(path, name, sheet=sheet, columns=columns, recipe=recipe, regions=regions,
                         needed=needed, progress=progress)
    of_file = [fault for fault in loaded.faults if fault.row is None]
    if of_file:
        raise InputFaults(loaded.faults, "file_refused", file=loaded.file)
    if loaded.faults and not skip_faulty:
        raise InputFaults(loaded.faults)
    return loaded


def check_table(path: str | os.PathLike[str], name: str, *, sheet: str | Sequence[str] | None = None,
                columns: Mapping[str, str] | None = None, recipe: Recipe | None = None, regions: Path | None = None,
                needed: Ways | None = None, progress: Progress = no_progress) -> Loaded:
    """The same as ``read_table`` without raising: what is wrong with the file stands in ``faults``.

    ``sheet`` may name several sheets. ``frame`` holds the rows without faults.
    """
    file = Path(path)
    mapping = {**(recipe.columns if recipe else {}), **(columns or {})}
    sheet = sheet or (recipe.sheet if recipe else None)
    try:
        _check_mapping(mapping, name, file.name)
        sheets, notes = _find_sheets(file, name, sheet, mapping, needed)
        heap = _Heap(notes=notes)
        for found in sheets:
            _read_sheet(found, name, heap, recipe.ignored if recipe else (), regions, progress)
    except InputFaults as refused:
        return Loaded(name, file.name, table(name).empty(), tuple(refused.faults))
    loaded = _finish(name, file.name, sheets, heap)
    header = next((title for title, column in loaded.mapping.items() if column == "okved2"), None)
    if old := find_old_edition(name, header, loaded.faults, loaded.accepted):
        rest = without_codes(loaded.faults, str(old.column))
        return replace(loaded, frame=table(name).empty(), faults=(replace(old, file=file.name), *rest),
                       rows=loaded.rows.clear(), read=0, accepted=0, refused=0, skipped=0)
    return loaded


def _check_mapping(mapping: Mapping[str, str], name: str, file: str) -> None:
    known = table(name).columns
    if unknown := [column for column in mapping.values() if column not in known]:
        raise InputFaults([Fault("target_unknown", {"found": column, "columns": list(known)}, file=file)
                           for column in unknown], "file_refused", file=file)


def _find_sheets(file: Path, name: str, sheet: str | Sequence[str] | None, mapping: Mapping[str, str],
                 needed: Ways | None) -> tuple[list[_Sheet], list[Fault]]:
    """The sheets that hold the table, each with its header, and notes on those passed over."""
    found: list[_Sheet] = []
    passed: list[_Sheet] = []
    notes: list[Fault] = []
    top: list[str] = []
    for candidate in _open(file, name, sheet, mapping):
        pieces = iter(candidate.pieces)
        first = next(pieces, None)
        if first is None or (not first.height and not candidate.typed):
            continue
        if first.hidden:
            hidden = recognise(first, name, mapping)
            if hidden.columns and not missing_columns(hidden, name, needed):
                notes.append(Fault("hidden_sheet", {}, sheet=first.sheet, severity="note"))
            continue
        top = top or _titles(first)
        header = candidate.header if candidate.typed else recognise(first, name, mapping)
        (found if header.columns else passed).append(
            replace(candidate, header=header, pieces=chain([first], pieces)))
    if name in SWAPPED and not mapping and {"registernumber", "productname"} <= {title.lower() for title in top}:
        raise InputFaults([Fault("register_raw", {}, file=file.name)], "file_refused", file=file.name)
    # A sheet of explanations may name a column or two by chance: it has far fewer than the table itself.
    most = max((len(item.header.columns) for item in found), default=0)
    whole = [item for item in found
             if not missing_columns(item.header, name, needed) and 2 * len(item.header.columns) > most]
    if not whole:
        whole = [guess for item in [*found, *passed] if (guess := _by_content(item, name, mapping))]
        # A cover sheet is one column of words too; beside a table it is no list.
        whole = [item for item in whole if len(item.header.names) > 1] or whole
    if not mapping and (other := [item for item in whole if other_table(item.header, name)]):
        whole = [item for item in whole if not other_table(item.header, name)]
        if not whole:
            raise InputFaults([_swapped(other[0], name, file.name)], "file_refused", file=file.name)
    if mapping and (lost := _lost(mapping, [*found, *passed, *whole])):
        raise InputFaults([Fault("mapped_header_missing", {"found": header, "headers": top}, file=file.name)
                           for header in lost], "file_refused", file=file.name)
    if not whole and found:
        best = max(found, key=lambda item: len(item.header.columns))
        raise InputFaults([_columns_missing(best, name, file.name, needed)], "file_refused", file=file.name)
    if not whole:
        code = "no_header" if top else "file_empty"
        raise InputFaults([Fault(code, {"found": top, "table": name} if top else {}, file=file.name,
                                 sheet=passed[0].name if passed else None)], "file_refused", file=file.name)
    read = {item.name for item in whole}
    notes += [Fault("sheet_passed", {}, sheet=item.name, severity="note") for item in [*found, *passed]
              if item.name not in read]
    return whole, notes


def _open(file: Path, name: str, sheet: str | Sequence[str] | None, mapping: Mapping[str, str]) -> Iterator[_Sheet]:
    kind = find_kind(file)
    if kind in ("parquet", "json"):
        frame = read_parquet(file) if kind == "parquet" else read_json(file)
        if not frame.width:  # an empty list of records is an empty table
            frame = pl.DataFrame(schema=dict.fromkeys(table(name).columns, pl.String))
        header = recognise(from_rows([frame.columns], [1]), name, mapping)
        yield _Sheet(None, replace(header, rows=()), [grid_of(frame)], typed=True)
    elif kind == "csv":
        yield _Sheet(None, Header(), read_delimited(file, find_dialect(file)))
    elif kind == "html":
        for grid in read_html(file):
            yield _Sheet(grid.sheet, Header(), [grid])
    else:
        for grid in read_workbook(file, kind, sheet):
            yield _Sheet(grid.sheet, Header(), [grid])


def open_grids(file: Path) -> Iterator[Grid]:
    """Every sheet of a file as it is, in pieces; column names of Parquet and JSON stand in row 1."""
    for item in _open(file, "needs", None, {}):
        if item.typed:
            yield from_rows([item.header.names], [1])
        yield from item.pieces


def _by_content(item: _Sheet, name: str, mapping: Mapping[str, str]) -> _Sheet | None:
    """The sheet with its must-have column told by what stands in it; None where that cannot be told."""
    pieces = iter(item.pieces)
    first = next(pieces)
    header = recognise_by_content(first, name, item.header)
    again = replace(item, header=header or item.header, pieces=chain([first], pieces))
    item_pieces = list(again.pieces)
    return replace(again, pieces=item_pieces) if header else None


def _titles(grid: Grid) -> list[str]:
    """The first filled rows as they stand, for the fault that names what was found."""
    for row in range(min(grid.height, 10)):
        if filled := [cell for cell in grid.row(row) if cell.strip()]:
            return filled[:12]
    return []


def missing_columns(header: Header, name: str, needed: Ways | None = None) -> list[str]:
    """Columns without which no row of the table can be used, absent from the header."""
    if needed is not None:
        return min(([column for column in way if column not in header.columns] for way in needed), key=len)
    schema = table(name)
    return [column for column, declared in schema.schema.columns().items()
            if not declared.nullable and not _may_be_made(column, name) and column not in header.columns]


def _columns_missing(sheet: _Sheet, name: str, file: str, needed: Ways | None) -> Fault:
    """Which must-have columns the sheet lacks, and which table it rather is."""
    missing = missing_columns(sheet.header, name, needed)
    facts = {"columns": [_header(name, column) for column in missing], "count": len(missing),
             "headers": _short(sheet.header.names), "table": name}
    if (other := likelier_table(sheet.header, name)) is not None:
        about = table(other)
        return Fault("other_table", {**facts, "wanted": Words(table(name).ru, table(name).en), "other": other,
                                     "title": Words(about.ru, about.en)}, file=file, sheet=sheet.name)
    return Fault("missing_column", {**facts, "name": missing[0]}, file=file, sheet=sheet.name)


def _swapped(sheet: _Sheet, name: str, file: str) -> Fault:
    """The file is another table, whatever the two have in common."""
    other = table(other_table(sheet.header, name) or name)
    return Fault("table_swapped", {"wanted": Words(table(name).ru, table(name).en), "table": name,
                                   "other": other.name, "title": Words(other.ru, other.en),
                                   "headers": _short(sheet.header.names)}, file=file, sheet=sheet.name)


def _header(name: str, column: str) -> Words:
    info = table(name).columns[column]
    return Words(info.ru, info.en)


def _may_be_made(column: str, name: str) -> bool:
    """Whether an absent id is made from the number of the row."""
    return table(name).key == (column,) and column.endswith("id")


def _lost(mapping: Mapping[str, str], sheets: Sequence[_Sheet]) -> list[str]:
    return [header for header in mapping if not any(header in item.header.mapped for item in sheets)]


def _read_sheet(sheet: _Sheet, name: str, heap: _Heap, passed: Sequence[str], regions: Path | None,
                progress: Progress) -> None:
    header = sheet.header
    heap.notes += [replace(note, sheet=sheet.name) for note in header.notes]
    ignored = [title for title in header.ignored if title not in passed]
    if ignored:
        heap.notes.append(Fault("ignored_columns", {"headers": _short(ignored)}, sheet=sheet.name, severity="note"))
    near, totalled = True, False
    empty = 0
    for piece, last in _with_last(sheet.pieces):
        if near and header.rows:
            if header.rows[0] > 0:
                heap.notes.append(Fault("title_rows", {"count": header.rows[0]}, sheet=sheet.name, severity="note"))
            piece = piece.slice(header.first_data_row)
        if near and piece.hidden_rows:
            heap.notes.append(Fault("hidden_rows", {"count": piece.hidden_rows}, sheet=sheet.name, severity="note"))
        cells = [_clean(column) for column in piece.columns[:WIDEST]]
        if sheet.typed:
            data = pl.int_range(piece.height, eager=True)
            heap.read += piece.height
        else:
            rows = find_rows(cells, piece, header, name, near_header=near, totalled=totalled, last=last)
            data, totalled = rows.data, rows.totalled
            heap.notes += rows.skipped
            heap.skipped += len(rows.skipped) + rows.empty
            heap.read += len(data) + len(rows.skipped) + rows.empty
            empty += rows.empty
        frame, faults, notes = read_rows(piece, cells, data, header, name, regions)
        heap.frames.append(frame)
        heap.faults += faults
        heap.notes += notes
        near = False
        progress(Step("read", heap.read))
    if empty:
        heap.notes.append(Fault("empty_rows", {"count": empty}, sheet=sheet.name, severity="skipped"))


def _short(headers: Sequence[str]) -> list[str]:
    """Headers as a sentence can name them: the first ones, each not too long."""
    shown = [header[:60] for header in headers[:SHOWN_HEADERS]]
    return [*shown, "…"] if len(headers) > SHOWN_HEADERS else shown


def _clean(column: Sequence[object] | pl.Series) -> pl.Series:
    """Clean text; a column that already has a type stays as it is."""
    return column if isinstance(column, pl.Series) and column.dtype != pl.String else texts(column)


def _with_last(pieces: Iterable[Grid]) -> Iterator[tuple[Grid, bool]]:
    held: Grid | None = None
    for piece in pieces:
        if held is not None:
            yield held, False
        held = piece
    if held is not None:
        yield held, True


def _finish(name: str, file: str, sheets: Sequence[_Sheet], heap: _Heap) -> Loaded:
    """Join the pieces, give ids, refuse double keys, count."""
    gathered = pl.concat(heap.frames, how="vertical") if heap.frames else table(name).empty()
    gathered, notes = _give_ids(gathered, name, sheets)
    gathered, notes_of_sheets = _name_by_sheet(gathered, name, sheets)
    gathered, doubles = _refuse_doubles(gathered, name)
    faults = tuple(replace(fault, file=file) for fault in _in_order([*heap.faults, *doubles]))
    refused = len({(fault.sheet, fault.row) for fault in faults if fault.row is not None})
    if not gathered.height and not faults:
        notes.append(Fault("no_rows", {}, sheet=sheets[0].name, severity="note"))
    first = sheets[0].header
    return Loaded(
        name, file, complete(gathered, name), faults,
        tuple(_in_order([*_without_repeats(heap.notes), *notes, *notes_of_sheets])),
        heap.read, gathered.height, refused, heap.skipped,
        {first.names[place]: column for column, place in sorted(first.columns.items(), key=lambda item: item[1])},
        tuple(dict.fromkeys(title for item in sheets for title in item.header.ignored)),
        tuple(item.name for item in sheets if item.name is not None),
        gathered.select(pl.col(SHEET).alias("sheet"), pl.col(ROW).alias("row")))


def _without_repeats(notes: Iterable[Fault]) -> Iterator[Fault]:
    """Notes on whole columns, said once although every piece of a long file says them; their counts are added up."""
    told: dict[tuple[object, ...], Fault] = {}
    for note in notes:
        if note.row is not None:
            yield note
            continue
        fields = dict(note.fields)
        count = fields.pop("count", None)
        key = (note.code, note.sheet, note.column, repr(fields))
        if key in told and isinstance(count, int):
            whole = {**note.fields, "count": count + int(str(told[key].fields["count"]))}
            told[key] = replace(note, fields=whole)
        else:
            told.setdefault(key, note)
    yield from told.values()


def _in_order(faults: Iterable[Fault]) -> list[Fault]:
    """By place in the file; what concerns the whole file first."""
    return sorted(faults, key=lambda fault: (fault.row is not None, fault.sheet or "", fault.row or 0))


def _give_ids(gathered: pl.DataFrame, name: str, sheets: Sequence[_Sheet]) -> tuple[pl.DataFrame, list[Fault]]:
    """An absent id is the organisation's ИНН, else the number of the row, after its sheet if there are several.

    A number that another row has as its own id gets a mark: ``#3``.
    A counter («№ п/п») that starts anew on every sheet, or a code of goods («Артикул») that several rows share, is no
    id: then the numbers of the rows are taken.
    """
    key = table(name).key
    if len(key) != 1 or not key[0].endswith("id") or gathered.is_empty():
        return gathered, []
    column, notes = key[0], []
    loose = next((item.header.loose_id for item in sheets if item.header.loose_id is not None), None)
    if loose is not None and gathered[column].drop_nulls().is_duplicated().any():
        gathered = gathered.with_columns(pl.lit(None, pl.String).alias(column))
        notes.append(Fault("counter_not_id", {"header": loose}, severity="note"))
    number = pl.col(ROW).cast(pl.String)
    if len(sheets) > 1:
        number = pl.format("{}-{}", pl.col(SHEET), number)
    given = pl.coalesce(column, "inn") if name == "organisations" else pl.col(column)
    gathered = gathered.with_columns(given.alias(column))
    filled = fill_ids(gathered[column], gathered.select(number).to_series())
    return gathered.with_columns(filled.alias(column)), notes


def _name_by_sheet(gathered: pl.DataFrame, name: str,
                   sheets: Sequence[_Sheet]) -> tuple[pl.DataFrame, list[Fault]]:
    """A sheet per plant: where no column names the plant, the sheet does."""
    column = {"needs": "buyer", "offers": "seller"}.get(name)
    titles = [item.name for item in sheets if item.name]
    if column is None or len(titles) < 2 or any(column in item.header.columns for item in sheets):
        return gathered, []
    if any(title.rstrip("0123456789 ()").lower() in ("лист", "sheet", "таблица", "table", "") for title in titles):
        return gathered, []
    return (gathered.with_columns(pl.col(SHEET).alias(column)),
            [Fault("plant_by_sheet", {"column": _header(name, column)}, severity="note")])


def _refuse_doubles(gathered: pl.DataFrame, name: str) -> tuple[pl.DataFrame, list[Fault]]:
    """Rows whose key stands in an earlier row are refused."""
    key = list(table(name).key)
    if not key or gathered.is_empty():
        return gathered, []
    double = ~pl.struct(key).is_first_distinct()
    found = gathered.filter(double)
    if found.is_empty():
        return gathered, []
    first = gathered.filter(pl.struct(key).is_first_distinct()).select(*key, pl.col(ROW).alias("_first"))
    faults = [Fault("double_key", {"key": [row[column] for column in key], "first": row["_first"]},
                    sheet=row[SHEET], row=row[ROW], column=table(name).columns[key[0]].ru)
              for row in found.join(first, on=key, how="left", maintain_order="left").iter_rows(named=True)]
    return gathered.filter(~double), faults
