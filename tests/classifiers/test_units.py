"""Units and quantities as plants write them."""

from __future__ import annotations

import csv
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.classifiers.packaged import DATA, read_tsv
from smezhnik.classifiers.units import Unit, conversion, convert, find_unit, find_unit_fault
from smezhnik.errors import InputError, UnknownCode, describe_fault

OKEI = {row["code"]: row for row in read_tsv(DATA / "okei.tsv.gz").iter_rows(named=True)}


def known(text: object) -> Unit:
    unit = find_unit(text)
    assert unit is not None, text
    return unit


@pytest.mark.parametrize(("written", "code"), [
    ("т т. тн тонн тонна тонны Т T t TN 168 168.0", "168"), ("кг КГ kg KG kг Kг килограммов", "166"),
    ("м2 м² кв.м м.кв. М2 M2 m2 sqm 055 55 м^2", "055"), ("м3 м³ куб.м м.куб. M3 кубов", "113"),
    ("п.м. пог.м м.п. П.М. п/м", "018"), ("шт шт. ШТ штук штука шт-к ШT pcs 796", "796"), ("л литр литров л. L", "112"),
    ("мл МЛ Мл ml", "111"), ("мм Мм ММ mm", "003"), ("компл. к-т комплект комплектов", "839"),
    ("уп. упак упаковка упаковок", "778"), ("пар пара пары", "715"), ("кВт·ч кВтч квт*ч kWh", "245"),
    ("руб руб. рублей ₽ р. RUB", "383"), ("Гкал гкал", "233"), ("% процент", "744"),
])
def test_spellings_of_plants_are_the_units_of_okei(written: str, code: str) -> None:
    assert {known(text).code for text in written.split()} == {code}


@pytest.mark.parametrize(("written", "base", "times"), [
    ("тыс. т", "т", 1000), ("тыс. тонн", "т", 1000), ("тысяча тонн", "т", 1000), ("10³ т", "т", 1000),
    ("млн руб.", "тыс. руб.", 1000), ("млрд рублей", "млн руб", 1000), ("тыс.шт.", "шт", 1000),
    ("млн. шт", "шт", 10**6),
    ("тыс. кв. м", "м2", 1000), ("млн м³", "м³", 10**6), ("тыс. дал", "л", 10_000), ("100 шт", "шт", 100),
    ("тыс. усл. кирп.", "усл. кирп", 1000), ("млн шт. усл. кирп.", "усл. кирп", 10**6), ("т.р.", "руб", 1000),
    ("тыс. компл.", "компл", 1000), ("тыс. пар", "пара", 1000), ("тыс. пог. м", "м", 1000), ("т/мес", "т", 12),
    ("тыс. т в год", "тыс. т", 1), ("шт/год", "шт", 1), ("ц", "кг", 100), ("га", "м2", 10_000),
])
def test_multiples_are_exact(written: str, base: str, times: int) -> None:
    assert known(written).dimension == known(base).dimension
    assert known(written).ratio == times * known(base).ratio


def test_yearly_units_say_so() -> None:
    assert known("тыс. т/год").per == "year"
    assert known("т в месяц").per == "month"
    assert known("т").per is None
    assert known("т/ч").dimension == "mass_flow"  # hours of work a year are unknown


@pytest.mark.parametrize("code", sorted(OKEI))
def test_every_unit_of_okei_is_found_by_its_code(code: str) -> None:
    unit = known(code)
    assert (unit.code, unit.name) == (code, OKEI[code]["name"])
    assert unit.ratio > 0


def test_names_and_symbols_of_okei_lead_to_their_unit_but_for_the_stated_clashes() -> None:
    # capitals do not count, so rare units give way to those of plants: Мм, Мл, А (ар), Гр, кГр; «20» is no unit
    clashes = {"009", "126", "260", "276", "279", "730", "989", "9642"}
    wrong = set()
    for code in OKEI:
        unit = known(code)
        for text in (unit.symbol, OKEI[code]["name"].split(";")[0]):
            found = find_unit(text)
            if found is None or (found.dimension, found.ratio) != (unit.dimension, unit.ratio):
                wrong.add(code)
    assert wrong == clashes


def test_every_row_of_the_table_of_units_has_a_source_and_a_readable_factor() -> None:
    with (DATA / "units.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert all(row["source"] and Fraction(row["factor"]) > 0 and row["dimension"] for row in rows)
    codes = [row["code"] for row in rows if row["code"]]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(OKEI)


UNITS = st.sampled_from([known(code) for code in sorted(OKEI)])


@settings(derandomize=True, deadline=None)
@given(UNITS, UNITS, st.floats(-1e12, 1e12))
def test_converting_there_and_back_gives_the_same(first: Unit, second: Unit, value: float) -> None:
    if conversion(first, second) is None:
        with pytest.raises(InputError):
            convert(value, first, second)
    else:
        assert convert(convert(value, first, second), second, first) == pytest.approx(value, rel=1e-12)


def test_conversion_is_exact_where_factors_are() -> None:
    assert convert(0.5, "л", "мл") == 500
    assert convert(1.0, "кВт·ч", "МДж") == 3.6
    assert convert(np.array([1.0, 2.0]), "т", "кг").tolist() == [1000, 2000]


def test_different_things_do_not_convert() -> None:
    with pytest.raises(InputError, match="measure different things"):
        convert(1.0, "т", "м2")
    with pytest.raises(UnknownCode):
        convert(1.0, "абв", "т")
    assert conversion(known("упак"), known("шт")) is None


@pytest.mark.parametrize("text", ["тоннн", "килаграм", "штуцер", "abc"])
def test_an_unknown_unit_is_a_fault_that_names_near_ones(text: str) -> None:
    fault = find_unit_fault(text)
    assert fault is not None and fault.fields["found"] == text
    assert describe_fault(fault, "ru") and describe_fault(fault, "en")


def test_the_nearest_units_of_a_typo_hold_the_right_one() -> None:
    fault = find_unit_fault("тоннн")
    assert fault is not None and "т" in fault.fields["nearest"]  # type: ignore[operator]
    assert find_unit_fault("") is None and find_unit_fault(None) is None and find_unit_fault("т") is None


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_units(text: str) -> None:
    find_unit_fault(text)
