"""The user's own file back with its faulty cells marked."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from smezhnik.io import check_table, write_faults
from tests.io.broken import csv, raw
from tests.io.seeds import SEEDS


def test_an_xlsx_keeps_its_looks_and_gains_comments(tmp_path: Path) -> None:
    path, out = tmp_path / "a.xlsx", tmp_path / "back.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Закупка")
        page.set_column(0, 0, 50)
        page.merge_range(0, 0, 0, 3, "Потребности", book.add_format({"bold": True}))
        page.write_row(1, 0, ["Что нужно", "Объём", "ИНН", "Всего"])
        page.write_row(2, 0, ["Стекло", "много", "123"])
        page.write_formula(2, 3, "=SUM(B3:B9)", None, 5)
        page.write_comment(2, 1, "уточнить у цеха")
        page.autofilter(1, 0, 5, 3)
    loaded = check_table(path, "needs")
    write_faults(path, loaded.faults, out)
    back = openpyxl.load_workbook(out)
    page = back["Закупка"]
    assert "не число" in page["B3"].comment.text
    assert "уточнить у цеха" in page["B3"].comment.text
    assert "ИНН" in page["C3"].comment.text
    assert page["C3"].fill.start_color.rgb.endswith("FFE0B2")
    assert page["D3"].value == "=SUM(B3:B9)"
    assert page["A1"].font.bold
    assert page.column_dimensions["A"].width > 40
    assert page.auto_filter.ref == "A2:D6"
    listed = back["Ошибки"]
    assert [cell.value for cell in listed[1]] == ["Лист", "Строка", "Ячейка", "Столбец", "Что не так и что сделать"]
    assert listed.max_row == 1 + len(loaded.faults)


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "semi-cp1251.csv", "page.xls", "needs.json", "plain.parquet"])
def test_other_kinds_come_back_as_xlsx_in_the_same_places(tmp_path: Path, name: str) -> None:
    path, out = tmp_path / name, tmp_path / "back.xlsx"
    next(seed for seed in SEEDS if seed.name == name).build(path)
    before = check_table(path, "needs")
    write_faults(path, [*before.faults, *before.notes], out)
    after = check_table(out, "needs")
    assert after.frame.equals(before.frame)
    assert [(fault.row, fault.cell, fault.code) for fault in after.faults if fault.code != "excel_error"] == [
        (fault.row, fault.cell, fault.code) for fault in before.faults if fault.code != "excel_error"]


def test_mending_the_marked_cells_makes_the_file_good(tmp_path: Path) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "back.xlsx"
    csv("Что нужно;Объём;ИНН", "Стекло;много;0274051583", "Плита;5;")(path)
    write_faults(path, check_table(path, "needs").faults, out)
    book = openpyxl.load_workbook(out)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.comment:
                cell.value = {"B": 7, "C": "0274051582"}[cell.column_letter]
    book.save(out)
    loaded = check_table(out, "needs")
    assert not loaded.faults
    assert loaded.accepted == 2


def test_a_file_that_cannot_be_opened_comes_back_as_the_list_of_faults(tmp_path: Path) -> None:
    raw(b"%PDF-1.7\n" + bytes(range(256)) * 20)(tmp_path / "a.xlsx")
    loaded = check_table(tmp_path / "a.xlsx", "needs")
    write_faults(tmp_path / "a.xlsx", loaded.faults, tmp_path / "back.xlsx", lang="en")
    book = openpyxl.load_workbook(tmp_path / "back.xlsx")
    assert book.sheetnames == ["Faults"]
    assert "PDF" in book["Faults"]["E2"].value


def test_a_fault_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    csv("Что нужно;Объём", "Стекло;=1+1")(tmp_path / "a.csv")
    loaded = check_table(tmp_path / "a.csv", "needs")
    write_faults(tmp_path / "a.csv", loaded.faults, tmp_path / "back.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "back.xlsx").worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
