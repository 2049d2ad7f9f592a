"""Texts of cells → values."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smezhnik.classifiers.units import split_multiplier
from smezhnik.io.cells import read_column, read_date, read_list, read_number
from smezhnik.io.delimited import guard, unguard
from smezhnik.io.grid import address, cell_text, clean, column_letters
from smezhnik.io.measures import find_scale
from smezhnik.io.write import _flat
from smezhnik.tables import table

NEEDS = table("needs")


@pytest.mark.parametrize(("text", "value", "unit"), [
    ("1 234,5", 1234.5, None), ("1\u00a0234\u00a0567", 1234567.0, None), ("1.234,5", 1234.5, None),
    ("1,234.5", 1234.5, None), ("1,234,567", 1234567.0, None), ("−5", -5.0, None), ("420 тыс. м²", 420.0, "тыс. м²"),
    ("1,2E+06", 1.2e6, None), ("14 %", 14.0, "%"), ("5т", 5.0, "т"), ("0,5", 0.5, None), ("+7", 7.0, None)])
def test_numbers_are_read_as_people_write_them(text: str, value: float, unit: str | None) -> None:
    reading = read_number(text)
    assert (reading.value, reading.unit, reading.code) == (value, unit, None)


@settings(derandomize=True, deadline=None)
@given(st.integers(-10**12, 10**12), st.integers(0, 99), st.sampled_from(" \u00a0\u202f'"))
def test_a_number_written_the_russian_way_is_read_back(whole: int, cents: int, blank: str) -> None:
    text = ("−" if whole < 0 else "") + f"{abs(whole):,}".replace(",", blank) + f",{cents:02}"
    assert read_number(text).value == float(f"{'-' if whole < 0 else ''}{abs(whole)}.{cents:02}")


@pytest.mark.parametrize(("text", "code"), [
    ("12 34", "not_number"), ("1 2345", "not_number"), ("1,23,456", "not_number"), ("1..2", "not_number"),
    ("до 100 т", "not_number"), ("5-6 т", "number_range"),
    ("много", "not_number"), ("100-200", "number_range"), ("10 до 20", "number_range"), ("1 2 3", "not_number"),
    ("1e999", "not_finite"), ("12.34.56", "not_number"), ("1,2,3", "not_number"),
    ("1Е5 ", None)])
def test_what_is_no_number_is_named(text: str, code: str | None) -> None:
    reading = read_number(text)
    if code is None:  # a Cyrillic Е is no exponent: the rest is a unit, and an unknown one
        assert reading.unit
    else:
        assert (reading.value, reading.code) == (None, code)


@pytest.mark.parametrize("text", ["22.11.2026", "2026-11-22", "22/11/2026", "22.11.26", "22 ноября 2026 г.",
                                  "«22» ноября 2026 года", "2026-11-22 00:00:00", "22.11.2026 10:00", "46348"])
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert read_date(text).value == dt.date(2026, 11, 22)


def test_the_day_comes_first_and_an_impossible_month_turns_it_round() -> None:
    assert read_date("03/04/2026").value == dt.date(2026, 4, 3)
    assert read_date("11/22/2026").value == dt.date(2026, 11, 22)


@pytest.mark.parametrize("text", ["29.02.2026", "00.01.2026", "скоро", "32.12.2026"])
def test_what_is_no_day_is_named(text: str) -> None:
    assert read_date(text).code == "not_date"


@settings(derandomize=True, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, min_value=0)))
def test_every_written_float_is_read_back(values: list[float]) -> None:
    raw = pl.Series([repr(value) for value in values], dtype=pl.String)
    column = read_column(raw, NEEDS.columns["volume"], NEEDS.dtypes["volume"])
    assert column.values.to_list() == values
    assert not column.remarks


@settings(derandomize=True, deadline=None)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_every_written_day_is_read_back(day: dt.date) -> None:
    assert read_date(day.isoformat()).value == read_date(f"{day:%d.%m.%Y}").value == day


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=40))
def test_the_guard_against_formulas_can_be_undone(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(derandomize=True, deadline=None)
@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(pl.Series([text], dtype=pl.String))
    assert clean(once).equals(once)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.text(st.sampled_from("aё1;\\[]\n\r -–#\"',{"), max_size=4), max_size=3) | st.none())
@example(["a\\", "b"])
@example(["[1]"])
@example(["a\nb"])
@example(["-"])
@example(["#Н/Д"])
def test_a_list_in_a_cell_is_read_back(items: list[str] | None) -> None:
    frame = pl.DataFrame({"aliases": pl.Series([items], dtype=pl.List(pl.String))})
    cell = clean(frame.select(_flat(pl.col("aliases"), "list")).to_series())[0]
    assert (None if cell is None else read_list(cell).value) == items


def test_a_list_is_written_as_people_write_it_where_that_can_be_read_back() -> None:
    frame = pl.DataFrame({"aliases": [["Башкирия", "РБ; Уфа"], ["a\\", "b"], []]})
    assert frame.select(_flat(pl.col("aliases"), "list")).to_series().to_list() == [
        "Башкирия; РБ\\; Уфа", '["a\\\\","b"]', "[]"]


def test_one_distinct_text_is_read_once_but_remarked_at_each_row() -> None:
    column = read_column(pl.Series(["много", "5", None, "много"]), NEEDS.columns["volume"], NEEDS.dtypes["volume"])
    assert column.values.to_list() == [None, 5.0, None, None]
    assert sorted(column.remarks) == [0, 3]


@pytest.mark.parametrize(("declared", "written", "factor"), [
    ("th_rub", "млн руб.", 1000.0), ("th_rub", "руб.", 0.001), ("th_rub", "тыс. ₽", 1.0), ("share", "%", 0.01),
    ("person", "тыс. чел.", 1000.0), ("km", "м", 0.001), ("price", "тыс. руб./т", 1000.0)])
def test_a_written_unit_scales_to_the_declared_one(declared: str, written: str, factor: float) -> None:
    scale = find_scale(declared, written)
    assert scale is not None
    assert scale.factor == factor


def test_units_that_do_not_fit_have_no_scale() -> None:
    assert find_scale("th_rub", "USD") is None
    assert find_scale("person", "станков") is None


def test_multipliers_part_from_their_unit() -> None:
    assert split_multiplier("тыс. м²") == (1000.0, "м²")
    assert split_multiplier("млрд руб.") == (1e9, "руб.")
    assert split_multiplier("1000 шт") == (1.0, "1000 шт")
    assert split_multiplier("Миллионов") == (1e6, "")
    assert split_multiplier("трлн") == (1e12, "")
    assert split_multiplier("bn RUB") == (1e9, "RUB")
    assert split_multiplier("т") == (1.0, "т")
    assert split_multiplier("m") == (1.0, "m")


def test_addresses_are_those_of_a_spreadsheet() -> None:
    assert [column_letters(place) for place in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert address(14, 2) == "C14"


def test_numbers_of_cells_lose_nothing_as_text() -> None:
    assert [cell_text(value) for value in (7707083893.0, 0.1, True, None, dt.date(2026, 1, 2), 28.1)] == [
        "7707083893", "0.1", "да", "", "2026-01-02", "28.1"]
