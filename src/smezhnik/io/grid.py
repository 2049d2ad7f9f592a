"""A table as its file shows it: cells in columns, each row with the number its owner sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

#: White space that people and programs put around values, beside the plain blank.
BLANKS = " \t\r\n\u00a0\u2002\u2003\u2007\u2009\u200a\u200b\u202f\u2060\ufeff\u3000"
DASHES = ("-", "–", "—", "−", "‐")


@dataclass(frozen=True)
class Grid:
    """Cells of one sheet, or of one piece of a long file.

    Attributes
    ----------
    columns : cells column by column; a list of what the reader gave, or a series that already has its type
    rows : number of each row as a spreadsheet shows it, 1-based
    sheet : name of the sheet; None where the format has none
    first_column : position of the first column in the sheet, 0-based
    merged : rows that are one merged cell over at least three columns (headings between data rows)
    errors : (row, position in ``columns``) → the error value a spreadsheet shows there (``#REF!``)
    hidden_rows : how many rows are hidden by hand or by a filter; they are read like the others
    epoch_1904 : dates count from 1904
    hidden : the sheet is hidden; it is not read, but its owner is told that it holds a table
    """

    columns: Sequence[Sequence[object] | pl.Series]
    rows: Sequence[int]
    sheet: str | None = None
    first_column: int = 0
    merged: frozenset[int] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0
    epoch_1904: bool = False
    hidden: bool = False

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.columns)

    def row(self, position: int) -> list[str]:
        """Cells of one row as text."""
        return [cell_text(column[position]) for column in self.columns]

    def slice(self, start: int) -> Grid:
        """The rows from ``start`` on."""
        return Grid([column[start:] for column in self.columns], self.rows[start:], self.sheet, self.first_column,
                    self.merged, self.errors, self.hidden_rows, self.epoch_1904)


def from_rows(rows: Sequence[Sequence[object]], numbers: Sequence[int], **about: object) -> Grid:
    """A grid of ragged rows: short ones are filled up with empty cells."""
    width = max((len(row) for row in rows), default=0)
    columns: list[list[object]] = [[row[place] if place < len(row) else "" for row in rows] for place in range(width)]
    return Grid(columns, numbers, **about)  # type: ignore[arg-type]


def cell_text(value: object) -> str:
    """A cell as text that loses nothing: 7701.0 is ``7701``, a day is ISO, an absent cell is empty."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "да" if value else "нет"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case dt.datetime():
            return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value)


def texts(column: Sequence[object] | pl.Series) -> pl.Series:
    """The column as clean text: blanks around are gone, line breaks are LF, empty cells and lone dashes are null."""
    if isinstance(column, pl.Series):
        raw = column if column.dtype == pl.String else column.cast(pl.String, strict=False)
    else:
        raw = pl.Series(values=[cell if isinstance(cell, str) else cell_text(cell) for cell in column], dtype=pl.String)
    return clean(raw)


def clean(raw: pl.Series) -> pl.Series:
    """Canonical text: what every text column of a table holds after reading."""
    tidy = (raw.str.replace_all("\r\n?|[\u0085\u2028\u2029]", "\n")
            .str.replace_all(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "")
            .str.strip_chars(BLANKS))
    return tidy.set(tidy.is_in(["", *DASHES]), None)


def column_letters(position: int) -> str:
    """``A`` for 0, ``AB`` for 27."""
    letters = ""
    position += 1
    while position:
        position, digit = divmod(position - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def address(row: int, position: int) -> str:
    """``C14`` of a 1-based row and a 0-based column."""
    return f"{column_letters(position)}{row}"
