"""The form that a plant fills in: headers, an example row, lists to choose from, an explaining sheet."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from smezhnik.classifiers.regions import load_regions
from smezhnik.io.atomic import atomic
from smezhnik.io.cells import choice_word
from smezhnik.io.rows import example_text
from smezhnik.io.workbook import workbook
from smezhnik.messages import say
from smezhnik.tables import ColumnInfo, Table, table
from smezhnik.types import Lang

#: Rows that get drop-down lists and formats.
ROWS = 2_000
#: Symbols offered in the drop-down list; any other of ОКЕИ may be typed.
UNITS = ("шт", "тыс. шт", "компл", "т", "кг", "тыс. т", "м", "п. м", "км", "м²", "тыс. м²", "м³", "л", "тыс. л", "пара",
         "рул", "лист", "упак", "кВт·ч")
#: Columns that a plant seldom fills in: they stand at the end, folded.
_FOLDED = ("latitude", "longitude", "basis", "basis_note", "source", "source_date", "foreign_id", "okved2007", "oktmo")
_DAY = {"ru": "dd.mm.yyyy", "en": "yyyy-mm-dd"}


@dataclass(frozen=True)
class _Form:
    """A sheet to fill in: its table, its columns in their order, rows that are already filled in."""

    table: Table
    columns: Sequence[tuple[str, ColumnInfo]]
    rows: Sequence[Mapping[str, str]] = ()


#: Tables that people fill in; the others are made by calculations.
FILLED = ("needs", "offers", "organisations", "sites", "contracts", "regions", "members", "cluster_facts",
          "cluster_documents", "commitments", "evidence", "orders", "texts", "examples", "wishes", "candidates",
          "delegation_rules", "indicator_values", "output")


def write_template(name: str, path: str | os.PathLike[str], *, lang: Lang = "ru") -> None:
    """Write the form of a declared table; filled in, it is read without a fault, and its example row is passed over.

    Must-have columns are marked; seldom used ones stand folded at the end (the sign «+» above them unfolds them).
    """
    write_templates([name], path, lang=lang)


def write_templates(names: Sequence[str], path: str | os.PathLike[str], *, lang: Lang = "ru",
                    rows: Mapping[str, Sequence[Mapping[str, str]]] | None = None) -> None:
    """The forms of several tables in one workbook, a sheet each; ``rows`` of a table are filled in beforehand."""
    forms = [_Form(table(name), _ordered(table(name)), (rows or {}).get(name, ())) for name in names]
    with atomic(path) as aside, workbook(aside) as book:
        book.set_properties({"title": getattr(forms[0].table, lang)})
        sheets = [book.add_worksheet(getattr(form.table, lang)[:31]) for form in forms]
        _explain(book, forms, lang)
        lists = _write_lists(book, {column: info for form in forms for column, info in form.columns}, lang)
        for sheet, form in zip(sheets, forms, strict=True):
            _write_form(book, sheet, form, lists, lang)
        sheets[0].activate()


def _ordered(declared: Table) -> list[tuple[str, ColumnInfo]]:
    return sorted(((column, info) for column, info in declared.columns.items() if info.kind != "records"),
                  key=lambda item: _is_folded(item[0], declared))


def _is_folded(column: str, declared: Table) -> bool:
    foreign_key = column.endswith("_id") and column not in declared.key and not _is_must(column, declared)
    return foreign_key or column in _FOLDED or column.endswith("_source")


def _is_must(column: str, declared: Table) -> bool:
    return not declared.schema.columns()[column].nullable and not (
        declared.key == (column,) and column.endswith("_id"))


def _write_form(book: Any, sheet: Any, form: _Form, lists: Mapping[str, str], lang: Lang) -> None:
    columns, declared = form.columns, form.table
    head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": "#7F8B99"}
    heads = {False: book.add_format(head | {"bg_color": "#EDF0F3"}),
             True: book.add_format(head | {"bg_color": "#1B58A6", "font_color": "#FFFFFF"})}
    sheet.set_row(0, 48)
    for place, (column, info) in enumerate(columns):
        title, meaning = getattr(info, lang), getattr(info, f"meaning_{lang}")
        must = _is_must(column, declared)
        look = _format_of(info, lang)
        width = max(12.0, min(len(title) + 2.0, 22.0), 44.0 if must and info.kind == "text" else 0.0)
        folded = {"level": 1, "hidden": True} if _is_folded(column, declared) else {}
        sheet.set_column(place, place, width, book.add_format(look), folded)
        sheet.write_string(0, place, title, heads[must])
        words = meaning if not must else f"{say('template.must', lang)} {meaning}"
        sheet.write_comment(0, place, words, {"x_scale": 1.8, "y_scale": 0.8})
        _write_example(sheet, place, _example(info, lang), book.add_format(look | {"font_color": "#5D6978"}))
        for row, filled in enumerate(form.rows, 2):
            sheet.write(row, place, filled.get(column))
        if rule := _validation(column, info, lists, lang):
            sheet.data_validation(1, place, ROWS, place, rule)
    if any(_is_folded(column, declared) for column, _ in columns):
        sheet.set_column(len(columns), len(columns), None, None, {"collapsed": True})
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, 40, len(columns) - 1)
    sheet.autofilter(0, 0, ROWS, len(columns) - 1)


def _format_of(info: ColumnInfo, lang: Lang) -> dict[str, Any]:
    """Codes are text, so that no zero is lost; days look like days."""
    look: dict[str, Any] = {"valign": "top"}
    if info.kind in ("text", "code", "list"):
        look |= {"num_format": "@", "text_wrap": info.kind == "text"}
    elif info.kind == "date":
        look["num_format"] = _DAY[lang]
    return look


def _write_example(sheet: Any, place: int, example: object, style: Any) -> None:
    match example:
        case None:
            sheet.write_blank(1, place, None, style)
        case bool() | int() | float():
            sheet.write_number(1, place, example, style)
        case dt.date():
            sheet.write_datetime(1, place, example, style)
        case _:
            sheet.write_string(1, place, str(example), style)


def _example(info: ColumnInfo, lang: Lang) -> object:
    """What the form shows: words and names in its language, numbers and days as they are."""
    return example_text(info, lang) if isinstance(info.example, str) else info.example


def _validation(column: str, info: ColumnInfo, lists: Mapping[str, str], lang: Lang) -> dict[str, Any] | None:
    if column in lists:
        # Any other spelling, code or unit may be typed: it is read, or comes back with its nearest valid ones.
        return {"validate": "list", "source": lists[column], "show_error": bool(info.choices), "ignore_blank": True,
                "error_title": getattr(info, lang)[:32], "error_message": say("template.from_list", lang)}
    if info.kind == "date":
        return {"validate": "date", "criteria": "between", "minimum": dt.date(1900, 1, 1),
                "maximum": dt.date(2199, 12, 31), "error_title": getattr(info, lang)[:32],
                "error_message": say("template.day", lang), "error_type": "warning"}
    return None


def _choices(column: str, info: ColumnInfo, lang: Lang) -> list[str]:
    if column == "region" or column.endswith("_region"):
        return [str(name) for name in load_regions()[f"name_{lang}"].drop_nulls()]
    if column == "unit":
        return list(UNITS)
    if info.kind == "flag":
        return [say("io.yes", lang), say("io.no", lang)]
    return [choice_word(choice, lang) for choice in info.choices] if info.kind != "list" else []


def _write_lists(book: Any, columns: Mapping[str, ColumnInfo], lang: Lang) -> dict[str, str]:
    """The sheet of lists; column → the range that its drop-down shows."""
    title = say("template.lists", lang)
    sheet = book.add_worksheet(title)
    ranges: dict[str, str] = {}
    for column, info in columns.items():
        if choices := _choices(column, info, lang):
            place = len(ranges)
            sheet.write_string(0, place, getattr(info, lang), book.add_format({"bold": True}))
            for row, choice in enumerate(choices, 1):
                sheet.write_string(row, place, choice)
            sheet.set_column(place, place, min(max(map(len, choices)) + 2, 44))
            letters = xl_col_to_name(place, col_abs=True)
            ranges[column] = f"='{title}'!{letters}$2:{letters}${len(choices) + 1}"
    sheet.hide()
    return ranges


def _explain(book: Any, forms: Sequence[_Form], lang: Lang) -> None:
    sheet = book.add_worksheet(say("template.explanations", lang))
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 30, wrap)
    sheet.set_column(1, 1, 70, wrap)
    sheet.set_column(2, 2, 14, wrap)
    sheet.set_column(3, 3, 34, wrap)
    row = 0
    for line in say("template.how", lang).strip().splitlines():
        sheet.merge_range(row, 0, row, 3, line, wrap)
        row += 1
    row += 1
    for place, word in enumerate(("column", "meaning", "must_head", "example")):
        sheet.write_string(row, place, say(f"template.{word}", lang), bold)
    for form in forms:
        if len(forms) > 1:
            row += 1
            sheet.write_string(row, 0, getattr(form.table, lang), bold)
        for column, info in form.columns:
            row += 1
            must = _is_must(column, form.table)
            sheet.write_string(row, 0, getattr(info, lang), bold if must else wrap)
            sheet.write_string(row, 1, getattr(info, f"meaning_{lang}"), wrap)
            sheet.write_string(row, 2, say("io.yes", lang) if must else "", wrap)
            sheet.write_string(row, 3, example_text(info, lang), wrap)
            if len(getattr(info, f"meaning_{lang}")) > 75:
                sheet.set_row(row, 30)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
