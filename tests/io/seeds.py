"""Good files of every kind, and the broken ones, from which the fuzzer makes its damaged files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from smezhnik.io import write_table, write_template
from smezhnik.tables import complete
from tests.io.broken import CELLS, FILES, NOTES, xlsx

ROWS = [("№ п/п", "Наименование товара", "ИНН", "ОКПД2", "Объём в год", "Ед. изм.", "Срок поставки", "Регион"),
        (1, "Стекло листовое 4 мм М1", "0274051582", "23.11.12.110", "1 200,5", "т", "22.11.2026", "Башкортостан"),
        (2, "Профиль ПВХ 70 мм", 7707083893, "22.23.14", "420 тыс. м", "", "2026-12-01", "RU-CHE"),
        (3, 'Фурнитура "Юг"; комплект', "", "", 300, "компл", "", "Пермский край"),
        ("", "Итого", "", "", 1920, "", "", "")]


@dataclass(frozen=True)
class Seed:
    """A file from which damaged ones are made, and the table it is read as."""

    name: str
    build: Callable[[Path], None]
    table: str = "needs"


def _needs(count: int) -> pl.DataFrame:
    return complete(pl.DataFrame({
        "need_id": [f"N-{number}" for number in range(count)],
        "text": [f"Стекло листовое {number % 12} мм, марка М{number % 4}" for number in range(count)],
        "okpd2": ["23.11.12.110"] * count, "volume": [1.5 * number for number in range(count)], "unit": ["т"] * count,
        "region": ["RU-BA"] * count}), "needs")


def _links(count: int) -> pl.DataFrame:
    return complete(pl.DataFrame({
        "need_id": [f"N-{number}" for number in range(count)], "offer_id": ["O-1"] * count, "rank": [1] * count,
        "probability": [0.5] * count, "score": [0.1] * count, "base": [0.1] * count, "grade": ["B"] * count,
        "basis": ["declared"] * count,
        "reasons": [[{"code": "text", "contribution": 0.1, "fields": '{"matched": ["стекло"]}'}]] * count}), "links")


def _text(separator: str, encoding: str) -> Callable[[Path], None]:
    def build(path: Path) -> None:
        lines = [separator.join('"' + str(cell).replace('"', '""') + '"' if separator in str(cell) or '"' in str(cell)
                                else str(cell) for cell in row) for row in ROWS]
        path.write_bytes("\r\n".join(lines).encode(encoding, "replace"))

    return build


def _xls(path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    for title in ("Окна Идель", "Стан-Сервис"):
        page = book.add_sheet(title)
        for row, cells in enumerate(ROWS):
            for column, cell in enumerate(cells):
                page.write(row, column, cell)
        page.row(1).set_cell_error(9, "#REF!")
    book.save(str(path))


def _ods(path: Path) -> None:
    book = OpenDocumentSpreadsheet()
    page = Table(name="Лист1")
    for cells in ROWS:
        row = TableRow()
        for cell in cells:
            if isinstance(cell, int):
                made = TableCell(valuetype="float", value=cell)
            else:
                made = TableCell(valuetype="string")
                made.addElement(P(text=cell))
            row.addElement(made)
        page.addElement(row)
    book.spreadsheet.addElement(page)
    book.save(str(path))


def _html(path: Path) -> None:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in ROWS)
    path.write_text(f'<html><head><meta charset="utf-8"></head><body><table>{rows}</table></body></html>', "utf-8")


def _rich(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Потребности")
        page.merge_range(0, 0, 0, 7, "Потребности завода на 2027 год")
        for row, cells in enumerate(ROWS, 2):
            page.write_row(row, 0, cells)
        page.write_formula(8, 4, "=SUM(E4:E6)", None, 1920)
        page.write_formula(3, 9, "=1/0", None, "#DIV/0!")
        page.write_comment(3, 1, "уточнить")
        page.autofilter(2, 0, 6, 7)
        page.set_row(4, None, None, {"hidden": True})
        book.add_worksheet("Скрытый").hide()


def _parquet(**options: object) -> Callable[[Path], None]:
    return lambda path: _needs(300).write_parquet(path, **options)  # type: ignore[arg-type]


_GOOD = (
    Seed("a.xlsx", xlsx(*ROWS)), Seed("rich.xlsx", _rich), Seed("a.xls", _xls), Seed("a.ods", _ods),
    Seed("libreoffice.ods", lambda path: path.write_bytes(
        (Path(__file__).parent / "files" / "libreoffice.ods").read_bytes()) and None),
    Seed("page.xls", _html),
    Seed("form.xlsx", lambda path: write_template("needs", path)),
    Seed("form-en.xlsx", lambda path: write_template("offers", path, lang="en"), "offers"),
    *(Seed(f"{name}-{encoding}.csv", _text(separator, encoding)) for name, separator in (("tab", "\t"), ("semi", ";"),
                                                                                        ("comma", ","))
      for encoding in ("utf-8", "utf-8-sig", "cp1251", "cp866", "utf-16")),
    Seed("plain.parquet", _parquet()), Seed("snappy.parquet", _parquet(compression="snappy")),
    Seed("groups.parquet", _parquet(row_group_size=50)),
    *(Seed(f"links{ending}", lambda path: write_table(_links(20), path, "links"), "links")
      for ending in (".xlsx", ".csv", ".json", ".parquet")),
    Seed("needs.json", lambda path: write_table(_needs(30), path, "needs")),
    Seed("excel.csv", lambda path: write_table(_needs(30), path, "needs", kind="csv-excel")),
)
_SMALL = {"бомба.xlsx", "пустые оформленные ячейки.xlsx", "папка.xlsx", "нет такого.xlsx"}
SEEDS = (*_GOOD, *(Seed(item.name if "." in item.name[-8:] else f"{item.name}.dat", item.build, item.table)
                   for item in (*FILES, *CELLS[::4], *NOTES[::4]) if item.name not in _SMALL))


def write_seeds(folder: Path) -> None:
    """Make every seed in the folder."""
    for seed in SEEDS:
        seed.build(folder / seed.name)
