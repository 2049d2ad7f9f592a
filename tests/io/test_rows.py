"""Rows that are data, and rows that only look like totals and notes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from smezhnik.io import check_table, read_table, write_table
from smezhnik.tables import complete
from tests.io.broken import csv


def texts(folder: Path, *lines: str, table: str = "needs", column: str = "text") -> list[str]:
    csv(*lines)(folder / "a.csv")
    loaded = check_table(folder / "a.csv", table)
    assert loaded.read == loaded.accepted + loaded.refused + loaded.skipped
    assert not loaded.faults
    return loaded.frame[column].to_list()


@pytest.mark.parametrize("product", [
    "Исполнительный механизм МЭО-16", "Директор игрушечный", "Total Quartz 9000 5W40", "Total station Leica",
    "Всего лишь стекло", "Составитель кормов", "Начальник пути, макет", "Источник питания 12 В", "Notebook 15"])
@pytest.mark.parametrize("form", ["{};10", "{}"])
def test_a_product_whose_name_begins_like_a_total_or_a_note_is_a_row(product: str, form: str, tmp_path: Path) -> None:
    found = texts(tmp_path, "Что нужно;Объём" if ";" in form else "Что нужно", form.format("Болт"),
                  form.format(product), form.format("Гайка"))
    assert found == ["Болт", product, "Гайка"]


@pytest.mark.parametrize("total", ["Итого", "Итого:", "ВСЕГО", "В с е г о", "Всего: 5 шт.", "Итого по цеху № 3",
                                   "Всего с НДС", "Total", "Grand total: 5", "Общий итог"])
@pytest.mark.parametrize("form", ["{};;", "{};5;т", "{};5", "{}"])
def test_a_total_is_passed_over_and_rows_after_it_are_read(total: str, form: str, tmp_path: Path) -> None:
    width = form.count(";") + 1
    rows = [";".join([text, "3", "т"][:width]) for text in ("Болт", "Гайка", "Шайба")]
    head = ";".join(["Что нужно", "Объём", "Ед. изм."][:width])
    assert texts(tmp_path, head, rows[0], form.format(total), *rows[1:]) == ["Болт", "Гайка", "Шайба"]


def test_a_short_row_after_a_total_is_read(tmp_path: Path) -> None:
    assert texts(tmp_path, "Что нужно;Объём;Ед. изм.;Цена", "Болт;5;т;10", "Итого;5;;", "Гайка;3;;", "Шайба;;;") == [
        "Болт", "Гайка", "Шайба"]


@pytest.mark.parametrize("note", ["Примечание: цены без НДС", "Исполнитель: отдел снабжения", "Исп. Петров",
                                  "Директор ООО «Рама»", "Директор ________ П. П. Петров", "Начальник отдела снабжения",
                                  "Согласовано", "М.П.", "Тел. 123-45-67", "Notes:", "Prepared by the buyers"])
def test_signatures_and_remarks_are_passed_over(note: str, tmp_path: Path) -> None:
    assert texts(tmp_path, "Что нужно;Объём;Ед. изм.", "Болт;5;т", f"{note};;") == ["Болт"]


def test_a_signature_under_a_total_is_passed_over(tmp_path: Path) -> None:
    assert texts(tmp_path, "Что нужно;Объём;Ед. изм.", "Болт;5;т", "Итого;5;т", ";ответственный;Юг") == ["Болт"]


def test_a_row_with_an_id_and_a_text_is_data_whatever_its_words(tmp_path: Path) -> None:
    lines = ("id,text", "1,Total", "2,болт", "3,Итого", "4,шайба")
    assert texts(tmp_path, *lines, table="texts") == ["Total", "болт", "Итого", "шайба"]
    assert texts(tmp_path, "Код потребности;Что нужно;Объём", "1;Всего: 5;3", "2;Болт;5", "Итого;;8") == [
        "Всего: 5", "Болт"]


def test_names_of_plants_that_begin_like_a_total_are_kept(tmp_path: Path) -> None:
    assert texts(tmp_path, "Наименование;ИНН", "Завод А;", "Всего лишь ООО;", "Завод Б;", "Дирекция ООО;",
                 table="organisations", column="name") == ["Завод А", "Всего лишь ООО", "Завод Б", "Дирекция ООО"]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "csv-excel"])
def test_what_we_write_is_read_back_whatever_its_words(kind: str, tmp_path: Path) -> None:
    words = ["Исполнительный механизм", "Итого болт", "Итого", "Total x", "Всего: 5", "Примечание", "Директор", "Болт"]
    frame = complete(pl.DataFrame({"need_id": [str(row) for row in range(len(words))], "text": words}), "needs")
    path = tmp_path / f"a.{kind.partition('-')[0]}"
    write_table(frame, path, "needs", kind=kind)  # type: ignore[arg-type]
    assert_frame_equal(read_table(path, "needs").frame, frame)
