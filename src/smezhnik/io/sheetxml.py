"""Rows of an XLSX sheet, made by the column: far quicker than cell by cell, and with every digit of a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import polars as pl
from xlsxwriter.worksheet import Worksheet

from smezhnik.io.grid import column_letters

#: What a spreadsheet can hold.
MAX_ROWS, MAX_CELL = 1_048_576, 32_767
_EPOCH = dt.date(1899, 12, 30)


class DataSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose rows below the first come ready as XML (``rows_xml``)."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: Iterable[str] = ()

    def take_rows(self, pieces: Iterable[str], last_row: int, last_column: int) -> None:
        """Rows from ``rows_xml``, and how far they reach (0-based)."""
        self.pieces = pieces
        self.dim_rowmin, self.dim_colmin = 0, 0
        self.dim_rowmax, self.dim_colmax = last_row, last_column

    def _write_rows(self) -> None:
        kept, self.dim_rowmax = self.dim_rowmax, 0  # the header is written by the library, cell by cell
        super()._write_rows()
        self.dim_rowmax = kept
        try:
            for piece in self.pieces:
                self.fh.write(piece)
        except BaseException:
            self.fh.close()  # the library leaves its temporary file open when it is interrupted
            raise


def rows_xml(frame: pl.DataFrame, first_row: int, styles: Sequence[int]) -> str:
    """Rows of a frame as XML, the first of them in row ``first_row`` (1-based).

    Texts are typed strings and never formulas; numbers keep all their digits; days are numbers with a day's style.

    Parameters
    ----------
    styles : number of the cell style of each column
    """
    cells = [_cell(pl.col(name), frame.schema[name], column_letters(place), style)
             for place, (name, style) in enumerate(zip(frame.columns, styles, strict=True))]
    numbered = frame.with_columns(pl.int_range(first_row, first_row + frame.height).cast(pl.String).alias("_number"))
    rows = numbered.select(pl.concat_str(
        pl.lit('<row r="'), pl.col("_number"), pl.lit('">'), *cells, pl.lit("</row>")).alias("xml"))
    return "".join(rows["xml"].to_list())


def _cell(value: pl.Expr, dtype: pl.DataType, letters: str, style: int) -> pl.Expr:
    start = f'<c r="{letters}'
    mark = f'" s="{style}"'
    if dtype == pl.String:
        content, kind = _escape(value), ' t="inlineStr"><is><t xml:space="preserve">'
        end = "</t></is></c>"
    elif dtype == pl.Boolean:
        content, kind, end = value.cast(pl.Int8).cast(pl.String), ' t="b"><v>', "</v></c>"
    elif dtype == pl.Date:
        # Spreadsheets count a 29 February 1900 that never was.
        days = (value - pl.lit(_EPOCH)).dt.total_days() - (value < dt.date(1900, 3, 1)).cast(pl.Int64)
        content, kind, end = days.cast(pl.String), "><v>", "</v></c>"
    else:
        content, kind, end = value.cast(pl.String), "><v>", "</v></c>"
    cell = pl.concat_str(pl.lit(start), pl.col("_number"), pl.lit(mark + kind), content, pl.lit(end))
    return pl.when(value.is_not_null()).then(cell).otherwise(pl.lit(""))


def _escape(value: pl.Expr) -> pl.Expr:
    """Text for XML; what only looks like the escape of a character (``_x0041_``) stays what it is."""
    return (value.str.replace_all("&", "&amp;", literal=True).str.replace_all("<", "&lt;", literal=True)
            .str.replace_all(">", "&gt;", literal=True)
            .str.replace_all(r"_(x[0-9a-fA-F]{4}_)", "_x005F_$1")
            .str.replace_all("\r", "_x000D_", literal=True)
            .str.replace_all("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", ""))
