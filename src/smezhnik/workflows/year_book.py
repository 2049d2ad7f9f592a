"""The annex of the report of a year: one workbook with every number as a number, every contract with its chain."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from smezhnik.io.sheetxml import DataSheet, rows_xml
from smezhnik.io.workbook import workbook
from smezhnik.messages import format_value, say
from smezhnik.papers.dateless import EPOCH
from smezhnik.papers.sections import Item, Section
from smezhnik.papers.yearly import Told as ToldTo
from smezhnik.papers.yearly import fact_of, period_of, source_of
from smezhnik.papers.yearly_promises import state_of
from smezhnik.papers.yearly_sums import numbered
from smezhnik.promises.origins import primary_origin
from smezhnik.promises.year import CHAIN_COLUMNS, Year, delivered_in, signed_in
from smezhnik.tables.column import LEAST_FIRMS, TH_RUB_IN_MILLION
from smezhnik.types import Lang
from smezhnik.workflows.year_records import Gathered

_WIDTHS = {pl.String: 34.0, pl.Date: 12.0, pl.Float64: 14.0}


def write_book(path: Path, year: Year, sections: Sequence[Section], gathered: Gathered, told: ToldTo) -> None:
    """Write the workbook: numbers, contracts with their chain, promises, orders, sources.

    Contracts are listed for who may see them; others get the sheet without rows.
    """
    lang = told.lang
    with tempfile.TemporaryDirectory() as scratch, workbook(path, tmpdir=scratch) as book:
        book.set_properties({"title": say("year.title", lang, year=year.on.year, day=year.on),
                             "created": EPOCH.replace(tzinfo=None)})
        _numbers(book, sections, lang, frozen=year is not gathered.year)
        names = {one.id: numbered(one) for one in year.promises}
        _frame(book, "contracts", contract_rows(gathered, names, lang) if told.sees else pl.DataFrame(), lang)
        _frame(book, "promises", _promises(year, ("goal", "commitment"), lang, told.sees), lang)
        _frame(book, "orders", _promises(year, ("order",), lang, told.sees), lang)
        _frame(book, "sources", _sources(year, told), lang)


def _numbers(book: Any, sections: Sequence[Section], lang: Lang, *, frozen: bool) -> None:
    """All sections one under another, each with its sentence and its source; numbers stay numbers.

    ``frozen``: the numbers are those of the day when the data were closed, the contracts those of today; it is said.
    """
    sheet = book.add_worksheet(say("year.sheet.numbers", lang))
    title, plain, small = (book.add_format({"valign": "top", **look}) for look in (
        {"bold": True, "font_size": 13}, {"text_wrap": False}, {"font_size": 9, "font_color": "#5D6978"}))
    head = _head(book)
    looks = {(decimals, bold): book.add_format({
        "valign": "top", "bold": bold, "num_format": "#,##0.###" if decimals is None else "#,##0" + (
            "." + "0" * decimals if decimals else "")}) for decimals in (None, 0, 1) for bold in (False, True)}
    words = {bold: book.add_format({"valign": "top", "text_wrap": True, "bold": bold}) for bold in (False, True)}
    day = book.add_format({"valign": "top", "align": "left",
                           "num_format": "dd.mm.yyyy" if lang == "ru" else "yyyy-mm-dd"})
    row = 0
    if frozen:
        sheet.write_string(row, 0, say("year.sheet.frozen", lang), plain)
        row = 2
    for section in sections:
        sheet.write_string(row, 0, section.title, title)
        sheet.write_string(row + 1, 0, section.sentence, plain)
        for place, column in enumerate(section.columns):
            sheet.write_string(row + 2, place, column.title, head)
        row += 3
        for items in (*section.rows, *((section.total,) if section.total else ())):
            for place, item in enumerate(items):
                bold = items is section.total or (len(items) == 1 and len(section.columns) > 1)
                _write(sheet, (row, place), item, bold, (looks, words, day))
            row += 1
        sheet.write_string(row, 0, section.source, small)
        row += 2
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, 6, 24)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write(sheet: Any, at: tuple[int, int], item: Item, bold: bool, looks: Any) -> None:
    numbers, words, day = looks
    match item.value:
        case None:
            return
        case int() | float():
            sheet.write_number(*at, item.value, numbers[item.decimals, bold])
        case dt.date():
            sheet.write_datetime(*at, dt.datetime.combine(item.value, dt.time()), day)
        case _:
            sheet.write_string(*at, "\n".join(filter(None, (str(item.value), item.second))), words[bold])


def _head(book: Any) -> Any:
    return book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EDF0F3", "bottom": 1,
                            "bottom_color": "#7F8B99"})


def _frame(book: Any, name: str, frame: pl.DataFrame, lang: Lang) -> None:
    """A sheet of typed rows, made by the column."""
    sheet = book.add_worksheet(say(f"year.sheet.{name}", lang), worksheet_class=DataSheet)
    head = _head(book)
    if not frame.width:
        sheet.write_string(0, 0, say("year.sheet.closed", lang), head)
        sheet.set_column(0, 0, 80)
        return
    styles = []
    for place, (title, dtype) in enumerate(frame.schema.items()):
        style = book.add_format({"valign": "top", "num_format": {
            pl.Date: "dd.mm.yyyy" if lang == "ru" else "yyyy-mm-dd", pl.Float64: "#,##0.###"}.get(
            dtype.base_type(), "@")})
        styles.append(style._get_xf_index())
        sheet.write_string(0, place, title, head)
        sheet.set_column(place, place, _WIDTHS.get(dtype.base_type(), 14.0), style)
    sheet.freeze_panes(1, 1)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.take_rows([rows_xml(frame, 2, styles)] if frame.height else [], frame.height, frame.width - 1)


def contract_rows(gathered: Gathered, names: dict[str, str], lang: Lang) -> pl.DataFrame:
    """Contracts of the year, each once, with sums and the chain behind it; a missing step says that it is missing."""
    facts = gathered.facts
    signed = signed_in(facts.contracts, gathered.year.since, facts.on)
    rest = delivered_in(facts.contracts).join(signed, on="contract", how="anti")
    promises = [one.id for one in facts.promises if one.kind != "goal"]
    missing = say("year.chain.missing", lang)
    columns = {
        "contract": pl.coalesce("own_id", "contract"), "id": pl.col("contract"), "signed_on": pl.col("signed_on"),
        "seller": pl.col("seller"), "buyer": pl.col("buyer"), "subject": pl.col("text"), "okpd2": pl.col("okpd2"),
        "signed_m": pl.when("in_year").then(pl.col("signed") / TH_RUB_IN_MILLION),
        "delivered_m": pl.col("delivered") / TH_RUB_IN_MILLION,
        "imported_m": pl.when("in_year").then(pl.col("imported") / TH_RUB_IN_MILLION),
        "primary": primary_origin(promises).replace_strict(names, default=None, return_dtype=pl.String).fill_null(
            say("year.caused.none", lang)),
        **{name: pl.col(name).fill_null(missing) for name in CHAIN_COLUMNS}}
    rows = pl.concat([signed.with_columns(in_year=pl.lit(True)), rest.with_columns(in_year=pl.lit(False))])
    return rows.select(value.alias(say(f"year.book.{name}", lang)) for name, value in columns.items())


def _promises(year: Year, kinds: Sequence[str], lang: Lang, sees: bool) -> pl.DataFrame:
    """A row for each measure of a promise; money in millions, kept back where it is that of fewer than three firms."""
    rows = []
    for one in year.promises:
        if one.kind not in kinds:
            continue
        state = say(f"year.promise.{state_of(one)}", lang) if state_of(one) else say(f"year.order.{one.state}", lang)
        about: dict[str, Any] = {"kind": say(f"year.kind.{one.kind}", lang), "no": one.no, "id": one.id,
                                 "promise": one.text, "whose": one.whose or None,
                                 "responsible": one.responsible or None, "state": state, "due": one.due}
        for part in one.parts or (None,):
            money = part is not None and part.unit == "th_rub"
            scale = TH_RUB_IN_MILLION if money else 1.0
            closed = part is not None and money and not sees and part.firms < LEAST_FIRMS
            rows.append({**about, "measure": say(f"choice.{part.measure}", lang) if part and part.measure else None,
                         "fact": None if part is None or part.value is None or closed else part.value / scale,
                         "plan": None if part is None or part.plan is None else part.plan / scale,
                         "unit": say("year.m_rub", lang) if money else None,
                         "missing": say(f"year.lacks.{part.missing}", lang) if part and part.missing else None})
    schema = {name: pl.Date if name == "due" else pl.Float64 if name in ("fact", "plan") else pl.String
              for name in ("kind", "no", "id", "promise", "whose", "responsible", "state", "due", "measure", "fact",
                           "plan", "unit", "missing")}
    frame = pl.DataFrame(rows, schema=schema, orient="row") if rows else pl.DataFrame(schema=schema)
    return frame.rename({name: say(f"year.book.{name}", lang) for name in schema})


def _sources(year: Year, told: ToldTo) -> pl.DataFrame:
    """Every value of every source: the one that is believed and those beside it."""
    lang = told.lang
    rows = []
    for one in year.readings:
        for value in filter(None, (one.fact, *one.others)):
            believed = value is one.fact
            rows.append({
                "indicator": format_value(one.indicator.name, lang), "unit": format_value(one.indicator.unit, lang),
                "period": period_of(one, lang), "plan": one.plan, "plan_source": one.plan_source or None,
                "fact": fact_of(one, told) if believed else value.fact, "source": source_of(value, lang),
                "believed": say("year.book.believed_yes" if believed else "year.book.other", lang),
                "why": value.why or None})
    schema = {name: pl.Float64 if name in ("fact", "plan") else pl.String for name in (
        "indicator", "unit", "period", "plan", "plan_source", "fact", "source", "believed", "why")}
    frame = pl.DataFrame(rows, schema=schema, orient="row") if rows else pl.DataFrame(schema=schema)
    return frame.rename({name: say(f"year.book.{name}", lang) for name in schema})
