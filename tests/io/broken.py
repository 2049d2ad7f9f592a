"""Files as they should not be, one for each message: what is wrong is said in the name."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
import xlwt

Build = Callable[[Path], None]


@dataclass(frozen=True)
class Broken:
    """A file, the table it should be, and the code of the fault or note that it must give."""

    name: str
    code: str
    build: Build
    table: str = "needs"
    options: Mapping[str, Any] = field(default_factory=dict)


def xlsx(*rows: Sequence[object], sheet: str = "Лист1", more: Callable[[Any, Any], None] | None = None) -> Build:
    def build(path: Path) -> None:
        with xlsxwriter.Workbook(str(path), {"default_date_format": "dd.mm.yyyy"}) as book:
            page = book.add_worksheet(sheet)
            for place, row in enumerate(rows):
                page.write_row(place, 0, row)
            if more:
                more(book, page)

    return build


def text(content: str, encoding: str = "utf-8") -> Build:
    return lambda path: path.write_bytes(content.encode(encoding)) and None


def raw(content: bytes) -> Build:
    return lambda path: path.write_bytes(content) and None


def csv(*lines: str) -> Build:
    return text("\n".join(lines) + "\n")


def archive(parts: Mapping[str, bytes]) -> Build:
    def build(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in parts.items():
                packed.writestr(name, content)

    return build


def changed(build: Build, change: Callable[[bytes], bytes]) -> Build:
    def made(path: Path) -> None:
        build(path)
        path.write_bytes(change(path.read_bytes()))

    return made


def _swap_part(name: str, content: bytes) -> Callable[[bytes], bytes]:
    """The archive with one part replaced."""

    def swap(packed: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for item in source.namelist():
                target.writestr(item, content if item == name else source.read(item))
        return out.getvalue()

    return swap


def _with_password_flag(packed: bytes) -> bytes:
    content = bytearray(packed)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def _xls(*cells: tuple[int, int, object]) -> Build:
    def build(path: Path) -> None:
        book = xlwt.Workbook(encoding="utf-8")
        page = book.add_sheet("Лист1")
        for row, column, value in cells:
            page.write(row, column, value)
        book.save(str(path))

    return build


def _with_wild_reach(content: bytes) -> bytes:
    """The workbook with a sheet that declares four billion rows."""
    at = content.index(b"\x00\x02\x0e\x00")
    return content[:at + 8] + b"\xff\xff\xff\xff" + content[at + 12:]


def _ods(table: str, manifest: str = "") -> Build:
    content = ('<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x">'
               f'<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>'
               "</office:document-content>")
    return archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode(),
                    "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>".encode()})


def _sheet_xml(cells: str) -> bytes:
    return ('<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f"<sheetData>{cells}</sheetData></worksheet>").encode()


def _parquet(path: Path) -> None:
    pl.DataFrame({"text": [f"Стекло {number}" for number in range(1000)]}).write_parquet(path)


def _hidden_row(book: Any, page: Any) -> None:
    page.set_row(1, None, None, {"hidden": True})


def _second_sheet(book: Any, page: Any) -> None:
    book.add_worksheet("Справка").write_row(0, 0, ["Телефоны", "и адреса"])


def _hidden_sheet(book: Any, page: Any) -> None:
    other = book.add_worksheet("Прошлый год")
    other.write_column(0, 0, ["Что нужно", "Рама"])
    other.hide()


def _plant_sheets(book: Any, page: Any) -> None:
    other = book.add_worksheet("Стан-Сервис")
    other.write_row(0, 0, ["№ п/п", "Что нужно"])
    other.write_row(1, 0, [1, "Резец токарный"])


def _section(book: Any, page: Any) -> None:
    page.merge_range(1, 0, 1, 2, "Раздел 1. Стекло")


GLASS = "Стекло листовое 4 мм"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_PLAIN = xlsx(["Что нужно"], [GLASS])
_LAUGHS = ('<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
           + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or chr(0)};".replace(chr(0), "") * 10}">' for n in range(1, 10))
           + "]><sst><si><t>&lol9;</t></si></sst>").encode()

FILES = (
    Broken("пусто.xlsx", "file_empty", raw(b"")),
    Broken("нули.xls", "file_empty", raw(bytes(5000))),
    Broken("папка.xlsx", "file_folder", lambda path: path.mkdir()),
    Broken("нет такого.xlsx", "file_missing", lambda path: None),
    Broken("с паролем.xlsx", "file_encrypted", raw(_OLE + "EncryptedPackage".encode("utf-16-le") + bytes(600))),
    Broken("архив с паролем.xlsx", "file_encrypted", changed(_PLAIN, _with_password_flag)),
    Broken("с паролем.ods", "file_encrypted", _ods("", "<manifest:encryption-data/>")),
    Broken("обрезан.xlsx", "file_damaged", changed(_PLAIN, lambda content: content[:len(content) // 2])),
    Broken("обрезан.xls", "file_damaged",
           changed(_xls((0, 0, "Что нужно"), (1, 0, GLASS)), lambda content: content[:1500])),
    Broken("обрезан.parquet", "file_damaged", changed(_parquet, lambda content: content[:-40])),
    Broken("без листов.xlsx", "file_damaged", changed(_PLAIN, _swap_part("xl/workbook.xml", b"<workbook"))),
    Broken("бомба.xlsx", "file_bomb",
           archive({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": bytes(80 << 20)})),
    Broken("пустые оформленные ячейки.xlsx", "file_bomb", changed(_PLAIN, _swap_part(
        "xl/worksheets/sheet1.xml", _sheet_xml('<row r="1">' + '<c r="A1" s="1"/>' * 5_000_000 + "</row>")))),
    Broken("далёкая ячейка.xlsx", "file_sparse", changed(_PLAIN, _swap_part("xl/worksheets/sheet1.xml", _sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')))),
    Broken("далёкая ячейка.xls", "file_sparse", _xls((0, 0, "Что нужно"), (65535, 255, 1))),
    Broken("повторы.ods", "file_sparse", _ods(
        '<table:table table:name="s"><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="1000" office:value="1"><text:p>1</text:p></table:table-cell>'
        "</table:table-row></table:table>")),
    Broken("миллиард смешков.xlsx", "file_entities", changed(_PLAIN, _swap_part("xl/sharedStrings.xml", _LAUGHS))),
    Broken("документ.xlsx", "file_document", archive({"word/document.xml": b"<w/>"})),
    Broken("текст.xls", "file_document", raw(_OLE + "WordDocument\0".encode("utf-16-le") + bytes(600))),
    Broken("двоичная.xlsx", "file_xlsb", archive({"xl/workbook.bin": b"\x83\x01"})),
    Broken("ложный размер.xls", "file_damaged", changed(_xls((0, 0, "Что нужно"), (1, 0, GLASS)), _with_wild_reach)),
    Broken("архив.xlsx", "file_archive", archive({"потребности.csv": b"text\na\n"})),
    Broken("отчёт.xlsx", "file_pdf", raw(b"%PDF-1.7\n" + bytes(range(256)) * 20)),
    Broken("снимок.xlsx", "file_image", raw(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)),
    Broken("старый.xls", "file_old_excel", raw(b"\x09\x00\x04\x00\x02\x00\x10\x00" + bytes(range(1, 200)))),
    Broken("шум.xlsx", "file_unknown", raw(random.Random(0).randbytes(4000))),
    Broken("таблица.xml", "file_xml_table", text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>')),
    Broken("данные.xml", "file_xml", text('<?xml version="1.0"?><КоммерческаяИнформация/>')),
    Broken("вход.xls", "html_no_table", text("<!DOCTYPE html><html><body><form>Войти</form></body></html>")),
    Broken("кавычка.csv", "csv_quotes", csv("Что нужно;Объём", '"Стекло;5', "Плита;6;7")),
    Broken("длинная ячейка.csv", "csv_long_cell", csv("Что нужно;Объём", "я" * 200_000 + ";5", "Плита;6")),
    Broken("одна длинная строка.csv", "file_sparse", csv("Что нужно;Объём", ";" * 16_000, *["Плита;6"] * 1000)),
    Broken("широкая.csv", "file_wide", csv("Что нужно;Объём", "Плита;6", ";" * 20_000)),
    Broken("разные ключи.json", "file_sparse",
           text("[" + ",".join(f'{{"key{number}": 1}}' for number in range(1000)) + "]")),
    Broken("разные ячейки.xls", "file_sparse",
           text("<table>" + "<tr><td>1</td></tr>" * 5000 + "<tr>" + "<td>" * 1000 + "</table>")),
    Broken("запятая.json", "json_broken", text('[{"text": "Стекло",}]')),
    Broken("глубина.json", "json_broken", text("[" * 100_000)),
    Broken("cp1251.json", "json_encoding", text('[{"text": "Стекло"}]', "cp1251")),
    Broken("числа.json", "json_not_records", text("[1, 2, 3]")),
    Broken("лист.xlsx", "sheet_missing", _PLAIN, options={"sheet": "Потребности"}),
    Broken("без названий.xlsx", "no_header", xlsx([1, 2, 3], [4, 5, 6])),
    Broken("без текста.xlsx", "missing_column", xlsx(["ИНН", "Объём", "Ед. изм."], ["0274051582", 5, "т"])),
    Broken("не та таблица.xlsx", "other_table",
           xlsx(["Что нужно", "Покупатель", "Объём в год"], [GLASS, "Окна Идель", 5]), table="links"),
    Broken("доллары в шапке.csv", "money_unit", csv("Что нужно;Сумма, тыс. USD", f"{GLASS};500")),
    Broken("не туда.xlsx", "target_unknown", _PLAIN, options={"columns": {"Что нужно": "tekst"}}),
    Broken("не оттуда.xlsx", "mapped_header_missing", _PLAIN, options={"columns": {"Товар": "text"}}),
)

CELLS = (
    Broken("пустая ячейка", "missing_value", csv("Что нужно;Объём;Ед. изм.", ";5;т")),
    Broken("ошибка Excel", "excel_error",
           xlsx(["Что нужно", "Объём"], [GLASS], more=lambda book, page: page.write_formula(
        1, 1, "=A1+#REF!", None, "#REF!"))),
    Broken("ошибка Excel в CSV", "excel_error", csv("Что нужно;Объём", f"{GLASS};#ССЫЛКА!")),
    Broken("не число", "not_number", csv("Что нужно;Объём", f"{GLASS};много")),
    Broken("промежуток", "number_range", csv("Что нужно;Объём", f"{GLASS};100-200")),
    Broken("слишком большое", "not_finite", csv("Что нужно;Объём", f"{GLASS};1e999")),
    Broken("дробный год", "not_whole", csv("Наименование;Год", "Окна Идель;2025,5"), "organisations"),
    Broken("меньше нуля", "too_small", csv("Что нужно;Объём", f"{GLASS};-5")),
    Broken("доля больше единицы", "too_large",
           csv("need_id,offer_id,rank,probability,score,base,grade,basis", "1,2,1,140,0,0,A,declared"), "links"),
    Broken("не дата", "not_date", csv("Что нужно;Срок поставки", f"{GLASS};срочно")),
    Broken("31 февраля", "not_date", csv("Что нужно;Срок поставки", f"{GLASS};31.02.2026")),
    Broken("квартал", "date_vague", csv("Что нужно;Срок поставки", f"{GLASS};3 кв. 2026")),
    Broken("далёкая дата", "date_far", csv("Что нужно;Срок поставки", f"{GLASS};01.01.2926")),
    Broken("не ответ", "not_flag", csv("Что нужно;Конфиденциально", f"{GLASS};может быть")),
    Broken("не из списка", "not_choice", csv("Код договора;Вид;Предмет", "1;аренда;Стекло"), "contracts"),
    Broken("испорченный JSON", "not_json",
           csv("need_id,offer_id,rank,probability,score,base,grade,basis,gaps", "1,2,1,1,0,0,A,declared,{нет"),
           "links"),
    Broken("повтор кода", "double_key", csv("need_id;text", "1;Стекло", "1;Плита")),
    Broken("две единицы", "unit_conflict", csv("Что нужно;Объём;Ед. изм.", f"{GLASS};5 т;шт")),
    Broken("цена за кг у площади", "unit_conflict",
           csv("Что нужно;Объём;Ед. изм.;Цена, руб./кг", f"{GLASS};5;м2;10")),
    Broken("цена за кг в ячейке", "unit_conflict",
           csv("Что нужно;Объём;Ед. изм.;Цена", f"{GLASS};5;м2;10 руб./кг")),
    Broken("две валюты", "currency_conflict", csv("Что нужно;Цена;Валюта", f"{GLASS};100 USD;EUR")),
    Broken("рубли и валюта", "currency_conflict", csv("Что нужно;Цена, руб.;Валюта", f"{GLASS};100;EUR")),
    Broken("доллары", "money_unit", csv("Что нужно;Сумма, тыс. руб.", f"{GLASS};100 долл. США")),
    Broken("не та единица", "measure_unknown",
           csv("Наименование;Численность", "Окна Идель;20 станков"), "organisations"),
    Broken("ИНН как 7,7E+11", "number_exponent", csv("Что нужно;ИНН", f"{GLASS};7,70701E+11")),
    Broken("короткий ИНН", "inn_length", csv("Что нужно;ИНН", f"{GLASS};12345")),
    Broken("описка в ИНН", "inn_check", csv("Что нужно;ИНН", f"{GLASS};0274051583")),
    Broken("ИНН из нулей", "number_zeros", csv("Что нужно;ИНН", f"{GLASS};0000000000")),
    Broken("ИНН с буквой", "number_digits", csv("Что нужно;ИНН", f"{GLASS};02740515Б2")),
    Broken("короткий ОГРН", "ogrn_length", csv("Наименование;ОГРН", "Окна Идель;12345"), "organisations"),
    Broken("описка в ОГРН", "ogrn_check", csv("Наименование;ОГРН", "Окна Идель;1027700132196"), "organisations"),
    Broken("КПП", "kpp_form", csv("Наименование;КПП", "Окна Идель;27405"), "organisations"),
    Broken("ОКТМО", "oktmo_form", csv("Наименование;ОКТМО", "Окна Идель;801"), "organisations"),
    Broken("код неизвестен", "code_unknown", csv("Что нужно;ОКПД2", f"{GLASS};99.99.99")),
    Broken("код не код", "code_form", csv("Что нужно;ОКПД2", f"{GLASS};стекло")),
    Broken("код стал датой", "code_date", xlsx(["Что нужно", "ОКПД2"], [GLASS, dt.date(2026, 12, 23)])),
    Broken("код числом", "code_number", xlsx(["Что нужно", "ОКПД2"], [GLASS, 23.2])),
    Broken("единица неизвестна", "unknown_unit", csv("Что нужно;Объём;Ед. изм.", f"{GLASS};5;попугай")),
    Broken("регион неизвестен", "unknown_region", csv("Что нужно;Регион", f"{GLASS};Атлантида")),
    Broken("округ вместо региона", "region_is_district",
           csv("Что нужно;Регион", f"{GLASS};Уральский федеральный округ")),
    Broken("валюта", "currency_unknown", csv("Что нужно;Цена;Валюта", f"{GLASS};5;тугрики")),
    Broken("страна", "country_unknown", csv("Наименование;Страна", "Окна Идель;Атлантида"), "organisations"),
)

NOTES = (
    Broken("итого", "total_row", csv("Что нужно;Объём;Ед. изм.", f"{GLASS};5;т", "Итого;5;т")),
    Broken("примечание", "note_row", csv("Что нужно;Объём;Ед. изм.", f"{GLASS};5;т", "Исполнитель: отдел снабжения;;")),
    Broken("подзаголовок", "section_row", xlsx(["Что нужно", "Объём", "Ед. изм."], [], [GLASS, 5, "т"], more=_section)),
    Broken("повтор шапки", "header_repeated", csv("Что нужно;Объём", f"{GLASS};5", "Что нужно;Объём", "Плита;6")),
    Broken("номера столбцов", "numbering_row", csv("Что нужно;Объём;Ед. изм.", "1;2;3", f"{GLASS};5;т")),
    Broken("пустая строка", "empty_rows", csv("Что нужно;Объём", f"{GLASS};5", ";", "Плита;6")),
    Broken("заголовок сверху", "title_rows", xlsx(["Потребность завода"], [], ["Что нужно", "Объём"], [GLASS, 5])),
    Broken("скрытая строка", "hidden_rows", xlsx(["Что нужно"], [GLASS], ["Плита"], more=_hidden_row)),
    Broken("чужой лист", "sheet_passed", xlsx(["Что нужно"], [GLASS], more=_second_sheet)),
    Broken("скрытый лист", "hidden_sheet", xlsx(["Что нужно"], [GLASS], more=_hidden_sheet)),
    Broken("лишний столбец", "ignored_columns", csv("Что нужно;Телефон", f"{GLASS};нет")),
    Broken("два похожих столбца", "ambiguous_header", csv("Что нужно;Товар;Объём", f"{GLASS};Стекло;5")),
    Broken("список без шапки", "text_only", csv("Стекло листовое, 4 мм", "Плита ПК 63-12")),
    Broken("текст по содержимому", "by_content",
           csv("Завод;Хотим приобрести", f"Идель;{GLASS}", "Идель;Плёнка ПВХ 0,3 мм")),
    Broken("счётчик", "counter_not_id", csv("№ п/п;Что нужно", f"1;{GLASS}", "1;Плита")),
    Broken("лист на завод", "plant_by_sheet",
           xlsx(["№ п/п", "Что нужно"], [1, GLASS], sheet="Окна Идель", more=_plant_sheets)),
    Broken("несколько в одной", "several_products", csv("Что нужно;Объём", '"1) Стекло 4 мм\n2) Стекло 6 мм";5')),
    Broken("дата числом", "date_serial", csv("Что нужно;Срок поставки", f"{GLASS};46348")),
    Broken("дата через дробь", "date_order", csv("Что нужно;Срок поставки", f"{GLASS};03/04/2026")),
    Broken("сумма без единицы", "money_assumed", csv("Что нужно;Стоимость", f"{GLASS};5")),
    Broken("млн руб.", "header_scaled", csv("Что нужно;Сумма, млн руб.", f"{GLASS};5")),
    Broken("единица в шапке", "unit_from_header", csv("Что нужно;Объём, тыс. т", f"{GLASS};5")),
    Broken("единица в ячейке", "units_in_cells", csv("Что нужно;Объём", f"{GLASS};420 тыс. м²")),
    Broken("странная единица в шапке", "header_unit_unknown", csv("Что нужно;Объём, попугаев", f"{GLASS};5")),
    Broken("разные единицы", "header_unit_passed", csv("Что нужно;Объём, т;Ед. изм.", f"{GLASS};5;шт")),
    Broken("последний день", "last_day", csv("Продукция;Действует до (включительно)", f"{GLASS};31.12.2026"), "offers"),
    Broken("дробь или тысячи", "number_fraction", csv("Что нужно;Объём", f"{GLASS};1 200", "Плита;1.200")),
    Broken("битые буквы", "broken_letters", raw(
        f"Что нужно;Объём\n{GLASS};5\nПлита ".encode() + b"\xd0 \xff;5\n")),
    Broken("первый день вне срока", "end_exclusive",
           csv("Изделие;Действует до", f"{GLASS};31.12.2026"), "offers"),
    Broken("только шапка", "no_rows", csv("Что нужно;Объём")),
    Broken("потерянный ноль", "number_lost_zero", xlsx(["Что нужно", "ИНН"], [GLASS, 274051582])),
)

ALL = (*FILES, *CELLS, *NOTES)
