"""Files given in place of others, covers and letters that are no lists, codes of an old edition."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from smezhnik.errors import describe_fault
from smezhnik.io import check_table

DEMO = Path(__file__).parents[2] / "examples" / "demo"


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(("file", "table", "other"), [
    ("offers.csv", "needs", "offers"), ("needs.csv", "offers", "needs"), ("offers.csv", "contracts", "offers"),
    ("offers.csv", "sites", "offers"), ("needs.csv", "contracts", "needs"),
])
def test_a_table_given_in_place_of_another_is_refused_by_name(file: str, table: str, other: str) -> None:
    loaded = check_table(DEMO / file, table)
    (fault,) = loaded.faults
    assert (fault.code, fault.fields["other"]) in (("table_swapped", other), ("other_table", other))
    assert loaded.frame.is_empty() and "по столбцам это" in describe_fault(fault, "ru")


@pytest.mark.parametrize("table", ["needs", "offers", "contracts", "organisations"])
def test_the_right_table_is_never_taken_for_another(table: str) -> None:
    assert check_table(DEMO / f"{table}.csv", table).faults == ()


@pytest.mark.parametrize(("header", "row"), [
    ("Наименование;Количество;Ед. изм.;Цена", "Стекло листовое;5;т;1"),
    ("Наименование;Поставщик;Количество", "Стекло листовое;Стекло-Юг;5"),
])
@pytest.mark.parametrize("table", ["needs", "offers"])
def test_a_list_that_may_be_either_is_what_it_is_given_for(tmp_path: Path, header: str, row: str, table: str) -> None:
    assert check_table(write(tmp_path, header, row), table).accepted == 1


def test_a_cover_sheet_is_no_list_of_needs(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        cover, page = book.add_worksheet("Титул"), book.add_worksheet("Лист")
        cover.write_column(0, 0, ["Отдел снабжения", "Заявка предприятий"])
        page.write_row(0, 0, ["Позиция по заявке", "Примечание"])
        page.write_row(1, 0, ["Стекло листовое 4 мм М1", "1"])
        page.write_row(2, 0, ["Плита перекрытия ПК 63-12", "2"])
    loaded = check_table(path, "needs")
    assert loaded.sheets == ("Лист",) and loaded.accepted == 2


@pytest.mark.parametrize("lines", [
    ["просто текст письма"], ["Уважаемые коллеги", "направляем перечень продукции"],
    ["Министерство промышленности", "Сводная заявка предприятий"],
])
def test_a_letter_is_no_list_of_needs(tmp_path: Path, lines: list[str]) -> None:
    loaded = check_table(write(tmp_path, *lines), "needs")
    assert loaded.accepted == 0 and [fault.code for fault in loaded.faults] == ["no_header"]


def test_codes_of_the_old_edition_are_told_once_with_the_way_out(tmp_path: Path) -> None:
    codes = ("26.61", "15.51", "29.52", "21.21", "29.24", "15.85", "24.20", "25.11")
    path = write(tmp_path, "Наименование;ОКВЭД", *(f"Завод {code};{code}" for code in codes))
    loaded = check_table(path, "organisations")
    (fault,) = loaded.faults
    assert fault.code == "okved_old" and fault.row is None and loaded.frame.is_empty()
    assert '--columns "ОКВЭД=okved2007"' in describe_fault(fault, "ru")
    again = check_table(path, "organisations", columns={"ОКВЭД": "okved2007"})
    assert again.faults == () and again.accepted == len(codes)


def test_a_slip_in_new_codes_is_still_told_in_its_row(tmp_path: Path) -> None:
    path = write(tmp_path, "Наименование;ОКВЭД", *(f"Завод {number};22.23" for number in range(8)), "Завод;26.61")
    assert [(fault.code, fault.row) for fault in check_table(path, "organisations").faults] == [("code_unknown", 10)]


@pytest.mark.parametrize("table", ["offers", "needs"])
def test_a_raw_register_is_sent_to_its_own_command(tmp_path: Path, table: str) -> None:
    path = write(tmp_path, "Nameoforg;INN;Registernumber;Productname;OKPD2", "Завод;;10000;Задвижка DN50;28.14")
    (fault,) = check_table(path, table).faults
    assert "smezhnik register read" in describe_fault(fault, "ru")


def test_a_table_of_needs_is_read_as_texts(tmp_path: Path) -> None:
    loaded = check_table(write(tmp_path, "Что нужно;Объём", "Стекло листовое;5"), "texts")
    assert loaded.faults == () and loaded.frame["text"].to_list() == ["Стекло листовое"]


def test_allowed_values_are_told_in_the_readers_language(tmp_path: Path) -> None:
    (fault,) = check_table(write(tmp_path, "Наименование;Роли", "Завод;аренда"), "organisations").faults
    assert "производитель" in describe_fault(fault, "ru") and "producer" not in describe_fault(fault, "ru")
    assert "producer" in describe_fault(fault, "en") and "производитель" not in describe_fault(fault, "en")


def test_a_caller_may_do_with_fewer_columns_than_the_table_declares(tmp_path: Path) -> None:
    path = write(tmp_path, "Код потребности;Код предложения;Решение", "П-1;ПР-2;договор подписан", "П-1;ПР-3;отказ")
    assert check_table(path, "links").faults[0].code == "missing_column"
    loaded = check_table(path, "links", needed=[["need_text", "offer_text"], ["need_id", "offer_id"]])
    assert loaded.faults == () and loaded.frame["decision"].to_list() == ["contracted", "declined"]
    (fault,) = check_table(path, "links", needed=[["buyer", "seller"], ["need_id", "need_text"]]).faults
    assert "«Что нужно»" in describe_fault(fault, "ru")
