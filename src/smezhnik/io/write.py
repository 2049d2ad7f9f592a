"""Declared tables → files that can be read back without change."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TextIO

import polars as pl
from polars.io.plugins import register_io_source

from smezhnik.errors import InputError
from smezhnik.io.atomic import atomic, is_stream
from smezhnik.io.cells import choice_word
from smezhnik.io.charts import Bars, make_bars
from smezhnik.io.grid import BLANKS, DASHES
from smezhnik.io.sheetxml import MAX_CELL, MAX_ROWS, DataSheet, rows_xml
from smezhnik.io.workbook import workbook
from smezhnik.messages import say
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.tables import ColumnInfo, Table, complete, table
from smezhnik.types import Lang

Kind = Literal["xlsx", "csv", "csv-excel", "parquet", "json"]
#: Ending → kind that is written for it.
ENDINGS: Mapping[str, Kind] = {".xlsx": "xlsx", ".csv": "csv", ".parquet": "parquet", ".json": "json"}
#: A record column → its cell in words, for people; the column of words is passed over when the file is read.
Readable = Mapping[str, Callable[[list[dict[str, Any]]], str]]
Rows = pl.DataFrame | pl.LazyFrame | Iterator[pl.DataFrame]

#: Rows that are turned into text at a time.
PIECE = 20_000
#: Items of a list that would not be read back from a cell where ``;`` parts them; such a list is written as JSON.
_RISKY_ITEM = rf"\\|[\r\n]|^[{BLANKS}]|[{BLANKS}]$|^#|^Err:|^[{''.join(DASHES)}]?$"
#: Decimals shown at most, by unit; all digits stay in the cell.
_DECIMALS = {"th_rub": 1, "km": 0, "person": 0, "share": 2, "degree": 4}
#: The widest of the columns that stay in sight, in characters: four of them leave room for what is beside.
_IN_SIGHT = 26
#: Columns on a printed page.
_PRINTED = 12
_WIDTHS = {"date": 12, "flag": 8, "integer": 9, "number": 15, "code": 16, "list": 24, "records": 24}


def find_kind_to_write(path: str | os.PathLike[str], kind: Kind | None = None) -> Kind:
    """The kind of file for a name, CSV for programs on standard output; InputError where its ending says nothing."""
    found = kind or ENDINGS.get(Path(path).suffix.lower() or (".csv" if is_stream(path) else ""))
    if found is None:
        raise InputError("ending_unknown", file=Path(path).name, endings=list(ENDINGS))
    return found


def write_table(rows: Rows, path: str | os.PathLike[str], name: str, *, lang: Lang = "ru", kind: Kind | None = None,
                readable: Readable | None = None, bars: Bars | None = None, progress: Progress = no_progress) -> None:
    """Write a declared table, whole or not at all.

    Parameters
    ----------
    rows : a frame, or a lazy frame or an iterator of frames that are written as a stream (Parquet, CSV)
    path : the ending chooses the kind unless ``kind`` is given; ``-`` and ``-.json`` are standard output
    kind : ``xlsx`` (headers in ``lang``, filter, frozen header), ``csv`` for programs (exact, ISO, commas, names of
        columns), ``csv-excel`` (mark, semicolons, decimal comma, guarded against formulas), ``parquet``, ``json``
    readable : record columns that XLSX and CSV for Excel also show in words
    bars : a chart of its own sheet in a workbook

    Raises
    ------
    InputError where the ending is unknown, or where a spreadsheet cannot hold the rows or a text.
    """
    kind = find_kind_to_write(path, kind)
    with atomic(path) as aside:
        if kind in ("parquet", "csv"):
            _sink(_lazy(rows, name), aside, name, kind)
        elif kind == "json":
            with aside.open("w", encoding="utf-8", newline="\n") as stream:
                _write_json(_pieces(rows, name), stream, progress)
        else:
            frame = pl.concat(_pieces(rows, name)) if not isinstance(rows, pl.DataFrame) else complete(rows, name)
            shown = _shown(frame, table(name), lang, readable or {}, Path(path).name)
            if kind == "xlsx":
                _write_xlsx(shown, aside, table(name), lang, Path(path).name, progress, bars)
            else:
                _write_csv_for_excel(shown, aside, lang)


def _lazy(rows: Rows, name: str) -> pl.LazyFrame:
    if isinstance(rows, pl.DataFrame):
        return complete(rows, name).lazy()
    if isinstance(rows, pl.LazyFrame):
        present, dtypes = set(rows.collect_schema().names()), table(name).dtypes
        whole = rows.with_columns(pl.lit(None).alias(column) for column in dtypes if column not in present)
        return whole.select(pl.col(column).cast(dtype) for column, dtype in dtypes.items())

    def stream(with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None,
               batch_size: int | None) -> Iterator[pl.DataFrame]:
        for piece in rows:
            yield complete(piece, name)

    return register_io_source(stream, schema=pl.Schema(table(name).dtypes))


def _pieces(rows: Rows, name: str) -> Iterator[pl.DataFrame]:
    if isinstance(rows, pl.LazyFrame):
        rows = rows.collect()
    if isinstance(rows, pl.DataFrame):
        rows = rows.iter_slices(PIECE) if rows.height else iter([rows])
    for piece in rows:
        yield complete(piece, name)


def _sink(rows: pl.LazyFrame, aside: Path, name: str, kind: Kind) -> None:
    if kind == "parquet":
        rows.sink_parquet(aside, compression="zstd", metadata={"smezhnik.table": name})
    else:
        flat = [_flat(pl.col(column), info.kind) for column, info in table(name).columns.items()]
        rows.select(flat).sink_csv(aside, quote_style="necessary", date_format="%Y-%m-%d")


def _flat(value: pl.Expr, kind: str) -> pl.Expr:
    """Lists and records as the text of a cell."""
    if kind == "list":
        joined = value.list.eval(pl.element().str.replace_all(";", "\\;", literal=True)).list.join("; ")
        risky = (value.list.len() == 0) | value.list.first().str.starts_with("[") | value.list.eval(
            pl.element().str.contains(_RISKY_ITEM)).list.any()
        as_json = pl.struct(value.alias("l")).struct.json_encode().str.strip_prefix('{"l":').str.strip_suffix("}")
        cell = pl.when(risky).then(as_json).otherwise(joined)
        return pl.when(value.is_not_null()).then(cell).alias(value.meta.output_name())
    if kind == "records":
        return pl.when(value.is_not_null()).then(value.struct.json_encode()).alias(value.meta.output_name())
    return value


def _write_json(pieces: Iterable[pl.DataFrame], stream: TextIO, progress: Progress) -> None:
    """A list of objects, one a line; absent values are left out by null."""
    done = 0
    stream.write("[")
    for piece in pieces:
        if piece.height:
            stream.write(",\n" if done else "\n")
            stream.write(piece.write_ndjson().rstrip("\n").replace("\n", ",\n"))
            done += piece.height
            progress(Step("write", done))
    stream.write("\n]\n")


def _shown(frame: pl.DataFrame, declared: Table, lang: Lang, readable: Readable, file: str) -> pl.DataFrame:
    """What people see: names first, headers of the language, records in words, empty columns only to fill in."""
    keep = [column for column in frame.columns
            if frame.height == 0 or column in declared.key or declared.columns[column].by_hand
            or frame[column].null_count() < frame.height]
    keep.sort(key=lambda column: declared.columns[column].first or len(frame.columns))  # stable: the rest as declared
    if len(keep) < 2:  # a CSV of one column has no separator by which its kind is told
        keep = frame.columns
    columns: list[pl.Series] = []
    machine: list[pl.Series] = []
    for column in keep:
        info = declared.columns[column]
        title = getattr(info, lang)
        flat = _in_words(frame.select(_flat(pl.col(column), info.kind)).to_series(), info, lang).alias(title)
        if flat.dtype == pl.String and (longest := flat.str.len_chars().max() or 0) > MAX_CELL:  # type: ignore[operator]
            raise InputError("cell_too_long", file=file, column=title, length=longest, limit=MAX_CELL)
        if column in readable:
            words = [None if cell is None else readable[column](cell.to_list()) for cell in frame[column]]
            columns.append(pl.Series(say("io.in_words", lang, column=title), words, pl.String).str.slice(0, MAX_CELL))
        (machine if info.kind == "records" else columns).append(flat)
    return pl.DataFrame([*columns, *machine])


def _in_words(column: pl.Series, info: ColumnInfo, lang: Lang) -> pl.Series:
    """Allowed values as the language says them; they are read back as what they stand for."""
    if not info.choices or info.kind not in ("text", "code"):
        return column
    return column.replace(list(info.choices), [choice_word(choice, lang) for choice in info.choices])


def _number_format(column: pl.Series, info: ColumnInfo | None) -> str:
    """As many decimals as the values have, the same for the whole column."""
    most = _DECIMALS.get(info.unit or "", 2) if info else 2
    needed = next((places for places in range(most) if bool((column.round(places) == column).all())), most)
    return "#,##0" + ("." + "0" * needed if needed else "")


def _write_xlsx(shown: pl.DataFrame, aside: Path, declared: Table, lang: Lang, file: str, progress: Progress,
                bars: Bars | None = None) -> None:
    if shown.height >= MAX_ROWS:
        raise InputError("too_many_rows", file=file, count=shown.height, limit=MAX_ROWS - 1)
    by_title = {getattr(info, lang): info for info in declared.columns.values()}
    with (tempfile.TemporaryDirectory() as scratch,
          workbook(aside, tmpdir=scratch) as book):
        book.set_properties({"title": getattr(declared, lang)})
        sheet = book.add_worksheet(getattr(declared, lang)[:31], worksheet_class=DataSheet)
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EDF0F3",
                                "bottom": 1, "bottom_color": "#7F8B99"})
        styles = []
        in_sight = sum(bool(info.first) for title in shown.columns if (info := by_title.get(title)))
        for place, title in enumerate(shown.columns):
            info = by_title.get(title)
            kind = info.kind if info else "text"
            look: dict[str, object] = {"valign": "top"}
            if shown.dtypes[place] == pl.Date:
                look["num_format"] = "dd.mm.yyyy" if lang == "ru" else "yyyy-mm-dd"
            elif shown.dtypes[place] == pl.Float64:
                look["num_format"] = _number_format(shown[title], info)
            elif shown.dtypes[place] == pl.String:
                look["num_format"] = "@"
                look["text_wrap"] = place < in_sight
            style = book.add_format(look)
            styles.append(style._get_xf_index())
            sheet.write_string(0, place, title, head)
            folded = kind == "records" or (info is not None and info.unit == "degree")
            width = _width(shown[title], kind)
            sheet.set_column(place, place, min(width, _IN_SIGHT) if place < in_sight else width, style,
                             {"level": 1, "hidden": True} if folded else {})
            if info is not None and info.by_hand and (words := info.choices or info.suggested):
                sheet.data_validation(1, place, max(shown.height, 1), place, {
                    "validate": "list", "source": [choice_word(word, lang) for word in words],
                    "show_error": bool(info.choices)})
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, in_sight or 1)
        sheet.autofilter(0, 0, shown.height, shown.width - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.repeat_columns(0)
        sheet.fit_to_pages(-(-shown.width // _PRINTED), 0)
        sheet.take_rows(_xml_pieces(shown, styles, progress), shown.height, shown.width - 1)
        if bars is not None and shown.height:
            titles = [getattr(declared.columns[column], lang) for column in (bars.by, bars.of)]
            chart = make_bars(book, sheet.get_name(), bars, [shown.columns.index(title) for title in titles],
                              shown.height)
            book.add_chartsheet(say("io.chart_sheet", lang)).set_chart(chart)


def _xml_pieces(shown: pl.DataFrame, styles: list[int], progress: Progress) -> Iterator[str]:
    for start in range(0, shown.height, PIECE):
        yield rows_xml(shown.slice(start, PIECE), start + 2, styles)
        progress(Step("write", min(start + PIECE, shown.height), shown.height))


def _width(column: pl.Series, kind: str) -> float:
    """Wide enough for most cells and for the longest word of the header, never wider than a reader can follow."""
    title = max((len(word) for word in column.name.split()), default=0) + 4
    if column.dtype != pl.String:
        return float(max(_WIDTHS.get(kind, 12), title))
    longest = column.head(2000).str.len_chars().quantile(0.9) or 0
    return float(min(max(longest + 2, title, 8), 60))


def _write_csv_for_excel(shown: pl.DataFrame, aside: Path, lang: Lang) -> None:
    """Mark, semicolons, decimal comma; a text that Excel would take for a formula begins with an apostrophe."""
    yes, no = (say(f"io.{word}", lang) for word in ("yes", "no"))
    cells = []
    for name, dtype in shown.schema.items():
        value = pl.col(name)
        if dtype == pl.String:
            value = pl.when(value.str.contains("^'*[=+\\-@\t\r]")).then("'" + value).otherwise(value)
        elif dtype == pl.Float64:
            value = value.cast(pl.String).str.replace(".", ",", literal=True)
        elif dtype == pl.Date:
            value = value.dt.to_string("%d.%m.%Y")
        elif dtype == pl.Boolean:
            value = pl.when(value).then(pl.lit(yes)).when(~value).then(pl.lit(no))
        cells.append(value.alias(name))
    shown.select(cells).write_csv(aside, include_bom=True, separator=";", line_terminator="\r\n",
                                  quote_style="necessary")
