"""Which rows of a sheet are data, and which are totals, notes, headings, repeated headers or empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from smezhnik.classifiers.regions import load_regions
from smezhnik.errors import Fault
from smezhnik.io.cells import choice_word
from smezhnik.io.grid import Grid, cell_text
from smezhnik.io.headers import LANGS, Header
from smezhnik.tables import ColumnInfo, table
from smezhnik.types import Lang

#: A cell that is nothing but the word of a total, what it is of, or its number: «Итого», «Всего по цеху», «Total: 5».
#: «Total Quartz 9000» and «Всего лишь ООО» are names.
_TOTAL = (r"(?i)^\s*(?:итого|всего|общий итог|в\s+с\s+е\s+г\s+о|total|grand total|subtotal)\s*[:.,=–—-]*"
          r"(?:\s+(?:по|за|на|к|с|без)\s.*|[\d\s.,]*\s*(?:шт|т|кг|м|ед|руб|позици\w*|наименовани\w*)?\s*\.?)$")
#: Who made and signed the table, and remarks on it. The titles of people count only with a signature or a place of
#: work after them: «Директор игрушечный» is a toy.
_NOTE = (r"(?i)^\s*(?:\*|примечани[ея]\b|источник\s*:|исполнитель\b|исп\.|составил[аи]?\b|согласован[оы]?\b|"
         r"утвержда(?:ю|ем)\b|подпись\b|м\.\s?п\.|тел\.?\s*:?\s*[+\d(]|notes?\s*(?::|$)|source\s*:|prepared by\b|"
         r"(?:генеральный\s+|ген\.\s?)?(?:директор|руководитель|начальник|главный бухгалтер|гл\.\s?бухгалтер)"
         r"\s*(?:$|[:_/(«\"]|\s(?:по|ооо|о?ао|пао|зао)\s|"
         r"\s(?:завода|предприятия|общества|отдела|цеха|службы|управления|департамента)\b|.*\b\p{L}\.\s?\p{L}\.))")
#: Rows under the header in which a row of column numbers or the example of a template may stand.
_NEAR_HEADER = 3


@dataclass(frozen=True)
class Rows:
    """Positions of the data rows, and a fault of severity ``skipped`` for each row passed over.

    ``empty`` counts the empty rows between others; those after the last filled row do not count.
    """

    data: pl.Series
    skipped: tuple[Fault, ...]
    empty: int
    totalled: bool = False


def find_rows(cells: Sequence[pl.Series], grid: Grid, header: Header, name: str, *, near_header: bool = True,
              totalled: bool = False, last: bool = True) -> Rows:
    """Part the rows of a piece of a sheet.

    Parameters
    ----------
    cells : clean text of each column of the piece
    near_header : the piece begins right under the header
    totalled : the last row of an earlier piece stood under a total, so rows without a main text are notes
    last : no further piece follows: empty rows at the end are not rows
    """
    frame = pl.DataFrame({f"c{place}": column for place, column in enumerate(cells)}).with_columns(
        number=pl.Series(grid.rows, dtype=pl.Int64))
    texts = [pl.col(f"c{place}") for place in range(len(cells))]
    filled = pl.sum_horizontal(*(text.is_not_null() for text in texts))
    first = pl.coalesce(*texts)
    main = _main_column(header, name)
    lead = pl.col(f"c{main}") if main is not None else first
    keys = [f"c{header.columns[column]}" for column in table(name).key if column in header.columns]
    # A row with an id and a text of its own is data, whatever its words.
    named = pl.all_horizontal(
        lead.is_not_null() if main is not None else filled >= 2,
        *(pl.col(key).is_not_null() & ~pl.col(key).str.contains(_TOTAL) for key in keys)) if keys else pl.lit(False)
    beside = first.str.contains(_TOTAL) & (lead.is_null() | first.str.contains("^[^a-zA-Z]"))  # Total is a brand too
    total = (lead.str.contains(_TOTAL) | beside).fill_null(False) & ~named
    # Under a total stand signatures and remarks, until a row has its main text again.
    under_total = pl.when(total).then(True).when(lead.is_not_null()).then(False).forward_fill()
    under_total = under_total.fill_null(totalled)
    after_total = under_total.shift(1, fill_value=totalled)
    wide = len(header.columns) >= 3
    numbers = [pl.col(f"c{place}").str.contains(r"^[+-]?\d") for column, place in header.columns.items()
               if table(name).columns[column].kind == "number"]
    counted = pl.any_horizontal(*numbers).fill_null(False) if numbers else pl.lit(False)
    note = (first.str.contains(_NOTE) & (filled <= 2) & ~named & ~counted) | (
        after_total & lead.is_null() & (filled <= 2))
    if wide and main is not None:
        note |= (filled == 1) & lead.is_null()
    if _is_own(header, name):
        note, total = pl.lit(False), pl.lit(False)
    kinds = frame.select(
        pl.when(filled == 0).then(pl.lit("empty"))
        .when(_repeats(header, texts)).then(pl.lit("header_repeated"))
        .when(total).then(pl.lit("total_row"))
        .when(pl.col("number").is_in(sorted(grid.merged)) & (filled == 1) & wide).then(pl.lit("section_row"))
        .when(note.fill_null(False)).then(pl.lit("note_row"))
        .otherwise(pl.lit("data")).alias("kind"),
        "number", first.alias("first"), under_total.alias("under_total"))
    if near_header:
        kinds = kinds.with_columns(pl.Series(
            "kind", _near_header(kinds["kind"].to_list(), cells, header, name), pl.String))
    if last:
        kinds = kinds.head(kinds.height - _empty_tail(kinds["kind"]))
    passed = kinds.filter(~pl.col("kind").is_in(["data", "empty"]))
    skipped = tuple(Fault(kind, {"found": (text or "")[:80]}, sheet=grid.sheet, row=row, severity="skipped")
                    for kind, row, text in passed.select("kind", "number", "first").iter_rows())
    return Rows((kinds["kind"] == "data").arg_true(), skipped, int((kinds["kind"] == "empty").sum()),
                bool(kinds["under_total"][-1]) if kinds.height else totalled)


def _is_own(header: Header, name: str) -> bool:
    """Whether a program wrote the file: all declared columns under their names, in order. It holds rows only."""
    return bool(header.rows) and header.names == tuple(table(name).columns)


def _main_column(header: Header, name: str) -> int | None:
    """Place of the column that no data row may lack: the text of a need, the name of an organisation."""
    schema = table(name).schema.columns()
    for column, place in header.columns.items():
        if not schema[column].nullable and column not in table(name).key:
            return place
    return None


def _repeats(header: Header, texts: Sequence[pl.Expr]) -> pl.Expr:
    """A row that says the header again, as sheets made for printing do."""
    if not header.rows or not header.columns:
        return pl.lit(False)
    return pl.all_horizontal(
        *(texts[place] == header.storeys[place] for place in header.columns.values())).fill_null(False)


def _near_header(kinds: list[str], cells: Sequence[pl.Series], header: Header, name: str) -> list[str]:
    for position in range(min(_NEAR_HEADER, len(kinds))):
        if kinds[position] != "data":
            continue
        row = [column[position] for column in cells]
        filled = [cell for cell in row if cell is not None]
        if len(filled) >= 3 and filled == [str(number) for number in range(1, len(filled) + 1)]:
            kinds[position] = "numbering_row"
        elif header.rows and _is_example(row, header, name):
            kinds[position] = "example_row"
    return kinds


def _is_example(row: Sequence[str | None], header: Header, name: str) -> bool:
    """The example of a template, left in place by its user."""
    about = table(name).columns
    examples = {column: {cell_text(item.example), *(example_text(item, lang) for lang in LANGS)}
                for column, item in about.items() if item.example is not None}
    return len(examples) > 1 and set(examples) <= set(header.columns) and all(
        (row[place] or "") in examples.get(column, {""}) for column, place in header.columns.items())


def example_text(info: ColumnInfo, lang: Lang) -> str:
    """The example of a column as a form shows it: a region by its name, an allowed value in words."""
    text = cell_text(info.example)
    if info.choices:
        return choice_word(text, lang)
    if text.startswith("RU-") and info.synonyms:  # a pack of regions is filled in with codes
        names = load_regions().filter(pl.col("region") == text)[f"name_{lang}"]
        return str(names[0]) if len(names) else text
    return text


def _empty_tail(kinds: pl.Series) -> int:
    filled = (kinds != "empty").arg_true()
    return len(kinds) - 1 - int(filled[-1]) if len(filled) else len(kinds)
