"""Input–output tables: published answers, the declared shape, and what is refused."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from smezhnik.errors import InputFaults
from smezhnik.regions import load_input_output, read_input_output
from smezhnik.regions.inputoutput import calc_coefficients, calc_leontief

#: Germany 1995, million DM; Eurostat Manual of Supply, Use and Input-Output Tables (2008), table 15.4: agriculture,
#: manufacturing, construction, trade, business services, other services (domestic flows), and output.
GERMANY_1995 = np.array([
    [1131, 25480, 1, 607, 710, 762],
    [7930, 304584, 64167, 41082, 11981, 30360],
    [426, 7334, 3875, 5296, 23457, 9155],
    [3559, 72717, 14190, 74399, 10835, 21008],
    [3637, 96115, 31027, 65755, 193176, 34223],
    [1552, 14986, 1747, 11225, 15058, 22070],
], float)
GERMANY_1995_OUTPUT = np.array([43910, 1079446, 245606, 540063, 692487, 508918], float)


def test_coefficients_of_germany_1995_are_those_of_the_manual() -> None:
    """Eurostat Manual (2008), table 15.6, page 485."""
    found = calc_coefficients(GERMANY_1995, GERMANY_1995_OUTPUT)
    assert np.round(np.diag(found)[:3], 4).tolist() == [0.0258, 0.2822, 0.0158]


def test_leontief_inverse_of_germany_1995_is_that_of_the_manual() -> None:
    """Eurostat Manual (2008), table 15.10, page 488: agriculture, manufacturing, construction."""
    found = calc_leontief(calc_coefficients(GERMANY_1995, GERMANY_1995_OUTPUT))
    assert np.round(np.diag(found)[:3], 4).tolist() == pytest.approx([1.0339, 1.4292, 1.0289], abs=1e-4)


def test_coefficients_of_the_netherlands_2006() -> None:
    """Spicosa table: agriculture, mining, manufacturing by their own products; iotables asserts the same three."""
    flows = np.array([[2731, 3, 8260], [4, 282, 2013], [3322, 291, 40218]], float)
    found = calc_coefficients(flows, np.array([21863, 12292, 210900], float))
    assert np.round(np.diag(found), 3).tolist() == [0.125, 0.023, 0.191]


def test_final_use_comes_back_as_output() -> None:
    """X = L f with f = x − Z 1: the accounting identity of any table."""
    final = GERMANY_1995_OUTPUT - GERMANY_1995.sum(axis=1)
    inverse = calc_leontief(calc_coefficients(GERMANY_1995, GERMANY_1995_OUTPUT))
    assert inverse @ final == pytest.approx(GERMANY_1995_OUTPUT)


def test_the_shipped_table_is_belgium_2020() -> None:
    """Cells of BEL2020ttl: D10T12 buys 7,709 of TTL_01; OUTPUT of D20 is 32,408.5 million euro."""
    table = load_input_output()
    row, column = table.place_of("01.11"), table.place_of("10.51")
    assert (len(table.industries), table.flows[row, column]) == (50, 7709.0)
    assert table.output[table.place_of("20.13")] == 32408.5
    assert np.all(table.coefficients >= 0) and np.all(table.leontief >= -1e-12)


@pytest.mark.parametrize(("code", "industry"), [
    ("24.10", "24A"), ("24.33", "24A"), ("24.51", "24A"), ("24.53", "24B"), ("24.44", "24B"), ("23.11.12", "23"),
    ("30.11", "301"), ("30.20", "302T309"), ("12.00", "10T12"), ("99.00", None), ("", None), (None, None)])
def test_the_longest_prefix_of_an_activity_names_its_industry(code: str | None, industry: str | None) -> None:
    table = load_input_output()
    place = table.place_of(code)
    assert (None if place is None else table.industries[place].code) == industry


def test_shares_of_purchases_sum_to_one_where_anything_is_bought() -> None:
    shares = load_input_output().input_shares.sum(axis=0)
    assert np.all(np.isclose(shares, 1) | (shares == 0))


def square(**columns: list) -> pl.DataFrame:
    shape = {"industry": ["A", "B"], "name_ru": ["а", "б"], "name_en": ["a", "b"], "okved2": ["01", "10 11"],
             "A": [1, 2], "B": [3, 4], "output": [10, 20]}
    return pl.DataFrame(shape | columns)


def test_a_table_of_the_declared_shape_is_read() -> None:
    table = read_input_output(square(), title_ru="т", title_en="t")
    assert table.coefficients.tolist() == [[0.1, 0.15], [0.2, 0.2]]
    assert table.place_of("11.01") == 1


@pytest.mark.parametrize(("columns", "codes"), [
    ({"A": ["1", "x"]}, ["io_number"]),
    ({"A": [-1, 2], "output": [10, None]}, ["io_number", "io_number"]),
    ({"okved2": ["01", "01 10"]}, ["io_prefix"]),
    ({"output": [2, 20]}, ["io_balance"]),
    ({"industry": ["A", "C"]}, ["io_columns"]),
    ({"industry": ["A", "A"]}, ["io_repeated"]),
])
def test_all_faults_of_a_table_are_told_at_once(columns: dict, codes: list[str]) -> None:
    with pytest.raises(InputFaults) as refused:
        read_input_output(square(**columns), title_ru="т", title_en="t")
    assert [fault.code for fault in refused.value.faults] == codes
    assert str(refused.value)
