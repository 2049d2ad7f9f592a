"""Headers that look like a declared column and mean something else; amounts of a month; sums that do not add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from smezhnik.errors import describe_fault
from smezhnik.io import Loaded, check_table
from smezhnik.io.headers import split_period


def load(tmp_path: Path, table: str, header: str, *rows: str) -> Loaded:
    path = tmp_path / "a.csv"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return check_table(path, table)


@pytest.mark.parametrize(("header", "code"), [
    ("Импорт, %", "header_percent"), ("Импорт, т", "header_not_money"), ("Стоимость доставки, руб.", "header_other"),
    ("Стоимость с импортом, в т.ч. импорт, руб.", "header_part"), ("Сумма в месяц, руб.", "header_not_yearly"),
    ("Количество в упаковке", "header_other"), ("Объём закупки, %", "header_percent"),
])
def test_a_header_that_means_something_else_is_not_used_and_says_why(tmp_path: Path, header: str, code: str) -> None:
    loaded = load(tmp_path, "needs", f'Наименование;"{header}"', "Труба 57;40")
    assert loaded.frame.select("volume", "value_th_rub", "imported_th_rub").row(0) == (None, None, None)
    (note,) = [note for note in loaded.notes if note.code == code]
    assert note.column == header
    assert "не использован" in describe_fault(note, "ru") and "not used" in describe_fault(note, "en")


@pytest.mark.parametrize(("table", "header", "column"), [
    ("needs", "Стоимость единицы, руб.", "price"), ("needs", "Потребность на 2027 г., тонн", "volume"),
    ("needs", "Потребность, т", "volume"), ("needs", "Код ТНВЭД", "tnved"), ("needs", "Субъект", "region"),
    ("offers", "Произв. мощность, в год", "capacity"), ("offers", "Свободные мощности", "capacity"),
    ("offers", "Можем поставить", "capacity"), ("offers", "Мин. заказ", "min_lot"),
    ("offers", "№ в реестре ПП-719", "register_entry"), ("offers", "Срок действия записи", "register_until"),
    ("offers", "Импортозамещение", "import_substituting"), ("organisations", "ССЧ", "jobs"),
    ("needs", "Объём закупки, млн руб.", "value_th_rub"),
])
def test_headers_of_plants_are_understood_as_meant(tmp_path: Path, table: str, header: str, column: str) -> None:
    loaded = load(tmp_path, table, f"Наименование;{header}", "Труба 57;")
    assert loaded.mapping[header] == column


def test_the_imported_part_under_a_cost_is_no_cost(tmp_path: Path) -> None:
    top, row = "Наименование;Стоимость;", "Труба;9;4"
    loaded = load(tmp_path, "needs", top, ";всего, млн руб.;в т.ч. импорт, млн руб.", row)
    assert loaded.frame.select("value_th_rub", "imported_th_rub").row(0) == (9000.0, 4000.0)
    other = load(tmp_path, "needs", top, ";всего, млн руб.;в т.ч. доставка, млн руб.", row)
    assert other.frame.select("value_th_rub", "imported_th_rub").row(0) == (9000.0, None)


@pytest.mark.parametrize(("header", "left", "times"), [
    ("Количество в месяц, т", "Количество, т", 12), ("Объём, т/мес.", "Объём, т", 12),
    ("Мощность, т в квартал", "Мощность, т", 4), ("Мощность, шт/год", "Мощность, шт", 1),
    ("Цена, руб./кв. м", "Цена, руб./кв. м", None), ("Срок поставки, мес.", "Срок поставки, мес.", None),
])
def test_the_time_that_a_header_counts_for_is_told(header: str, left: str, times: int | None) -> None:
    assert split_period(header) == (left, times)


@pytest.mark.parametrize("header", ["Объем потребления в месяц, т", "Объём, т в мес.", "Месячная потребность, т",
                                    "Ежемесячный объём, т", "Количество, т/мес"])
def test_an_amount_of_a_month_is_taken_twelve_times(tmp_path: Path, header: str) -> None:
    loaded = load(tmp_path, "needs", f"Наименование;{header};Цена", "Сода;10;25000")
    assert loaded.frame.select("volume", "unit", "price").row(0) == (120.0, "т", 25_000.0)
    assert [note.fields["count"] for note in loaded.notes if note.code == "counted_yearly"] == [1]


def test_an_amount_of_a_quarter_is_taken_four_times(tmp_path: Path) -> None:
    loaded = load(tmp_path, "needs", "Наименование;Количество в квартал, шт", "Болт;10")
    assert loaded.frame.select("volume", "unit").row(0) == (40.0, "шт")


@pytest.mark.parametrize(("header", "row"), [
    ("Продукция;Мощность;Ед. изм.;Минимальная партия;Цена", "Сода;100;т/мес;20;25000"),
    ("Продукция;Мощность, т в месяц;Ед. изм.;Минимальная партия;Цена", "Сода;100;т;20;25000"),
    ("Продукция;Мощность;Мин. партия, т;Цена, руб/т", "Сода;100 т/мес;20;25000"),
    ("Продукция;Мощность;Ед. изм.;Мин. партия, кг;Цена, руб/кг", "Сода;100;т в месяц;20000;25"),
])
def test_a_month_changes_the_capacity_and_neither_price_nor_lot(tmp_path: Path, header: str, row: str) -> None:
    loaded = load(tmp_path, "offers", header, row)
    assert loaded.frame.select("capacity", "unit", "min_lot", "price").row(0) == (1200.0, "т", 20.0, 25_000.0)


def test_a_sum_that_is_not_quantity_times_price_is_noted(tmp_path: Path) -> None:
    loaded = load(tmp_path, "needs", "Наименование;Количество, т;Цена, руб.;Сумма, руб.", "Сода;10;25000;250000",
                  "Мел;10;25000;300000", "Гипс;;25000;1")
    (note,) = [note for note in loaded.notes if note.code == "sum_differs"]
    assert note.fields == {"count": 1, "sum": 300.0, "product": 250.0}


@pytest.mark.parametrize(("header", "said"), [("Цена с НДС, руб.", "с НДС"), ("Цена без НДС", "без НДС"),
                                              ("Сумма, руб., без НДС", "без НДС")])
def test_a_price_with_or_without_tax_is_noted_as_compared_as_it_is(tmp_path: Path, header: str, said: str) -> None:
    loaded = load(tmp_path, "needs", f'Наименование;"{header}"', "Сода;10")
    assert [note.fields["said"] for note in loaded.notes if note.code == "vat_as_is"] == [said]
