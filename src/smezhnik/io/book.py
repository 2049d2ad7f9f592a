"""Several declared tables in one workbook, with a chart of the first where it has something to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from smezhnik.io.atomic import atomic
from smezhnik.io.cells import choice_word
from smezhnik.io.charts import Bars, make_bars
from smezhnik.io.workbook import workbook
from smezhnik.io.write import find_kind_to_write, write_table
from smezhnik.messages import say
from smezhnik.tables import Table, complete, table
from smezhnik.types import Lang


def write_book(frames: Mapping[str, pl.DataFrame], path: Path, *, lang: Lang, bars: Bars | None = None,
               about: Sequence[str] = (), header: Sequence[str] = ()) -> None:
    """Write declared tables by their names: a workbook with a sheet each, or the first of them in any other kind.

    Parameters
    ----------
    frames : name of the table → rows; empty columns are left out of the sheets
    bars : chart on the first sheet
    about : lines of a last sheet: method, sources, what is ours
    header : a first sheet with nothing but these headers, to be filled in

    Raises
    ------
    InputError where the ending is unknown.
    """
    first = next(iter(frames))
    if find_kind_to_write(path) != "xlsx":
        write_table(frames[first], path, first, lang=lang)
        return
    with atomic(path) as aside, workbook(aside) as book:
        # the same rows make the same bytes: no clock in the properties
        book.set_properties({"title": getattr(table(first), lang), "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
        if header:
            _write_form(book, header, lang)
        for name, frame in frames.items():
            _write_sheet(book, table(name), complete(frame, name), lang, bars if name == first else None)
        if about:
            sheet = book.add_worksheet(say("io.about_sheet", lang))
            wrapped = book.add_format({"text_wrap": True, "valign": "top"})
            sheet.set_column(0, 0, 110, wrapped)
            for row, line in enumerate(about):
                sheet.write_string(row, 0, line, wrapped)


def _write_form(book: Any, header: Sequence[str], lang: Lang) -> None:
    sheet = book.add_worksheet(say("io.form_sheet", lang))
    bold = book.add_format({"bold": True, "bg_color": "#EDF0F3", "bottom": 1, "bottom_color": "#7F8B99"})
    for place, name in enumerate(header):
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, max(len(name) + 2, 10))
    sheet.freeze_panes(1, 2)


def _write_sheet(book: Any, declared: Table, frame: pl.DataFrame, lang: Lang, bars: Bars | None) -> None:
    title = getattr(declared, lang)[:31]
    sheet = book.add_worksheet(title)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EDF0F3", "bottom": 1,
                            "bottom_color": "#7F8B99"})
    whole, broken = book.add_format({"num_format": "#,##0"}), book.add_format({"num_format": "#,##0.00##"})
    shown = [column for column in frame.columns if column in declared.key or frame[column].null_count() < frame.height]
    for place, column in enumerate(shown):
        info, values = declared.columns[column], frame[column]
        sheet.write_string(0, place, getattr(info, lang), head)
        cells = [_cell(value, info.choices, lang) for value in values.to_list()]
        number = values.dtype in (pl.Float64, pl.Int64)
        style = whole if number and bool((values.cast(pl.Float64).drop_nulls() % 1 == 0).all()) else broken
        longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
        sheet.set_column(place, place, 12 if number else min(max(longest + 2, 10), 60), style if number else None)
        for row, cell in enumerate(cells, 1):
            if isinstance(cell, str):
                sheet.write_string(row, place, cell)
            elif cell is not None:
                sheet.write_number(row, place, cell)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, frame.height, len(shown) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    if bars is not None and frame.height and bars.of in shown:
        chart = make_bars(book, title, bars, [shown.index(bars.by), shown.index(bars.of)],
                          frame[bars.of].drop_nulls().len())
        sheet.insert_chart(1, len(shown) + 1, chart)


def _cell(value: object, choices: Sequence[str], lang: Lang) -> str | float | None:
    match value:
        case None:
            return None
        case bool():
            return say("io.yes" if value else "io.no", lang)
        case int() | float():
            return value
        case str() if value in choices:
            return choice_word(value, lang)
    return str(value)
