"""Specialisation and structure: identities that hold exactly, cases worked by hand, bad tables."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from smezhnik.errors import CannotSay, InputError, InputFaults
from smezhnik.regions.panel import cut_activities, make_panel
from smezhnik.regions.specialisation import (
    calc_entropy,
    calc_location_quotient,
    calc_quotient_interval,
    calc_varieties,
    colocations,
    concentrations,
    find_peers,
    location_quotients,
    shift_share,
    structures,
)

TABLES = arrays(float, st.tuples(st.integers(2, 6), st.integers(2, 7)), elements=st.floats(0.01, 1e6))
EXACT = settings(derandomize=True, deadline=None, max_examples=80)


def output(*rows: tuple[object, ...], firms: bool = False) -> pl.DataFrame:
    """Rows of territory, activity, year, value and, if told, firms."""
    return pl.DataFrame(rows, schema=["territory", "activity", "year", "value", *(["firms"] if firms else [])],
                        orient="row")


def two_years(seed: int = 0) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    return output(*[(f"R{region}", f"{10 + activity // 3}.{activity % 3 + 1}", year, float(draw.integers(1, 500)))
                    for region in range(5) for activity in range(9) for year in (2020, 2022)])


def test_a_quotient_worked_by_hand() -> None:
    """A makes 8 of 10 in steel, the country 9 of 20: (8/10) / (9/20) = 16/9."""
    found = calc_location_quotient(np.array([[8.0, 2.0], [1.0, 9.0]]))
    assert found == pytest.approx(np.array([[16 / 9, 4 / 11], [2 / 9, 18 / 11]]))


@given(TABLES)
@EXACT
def test_the_weighted_mean_of_quotients_is_one(values: np.ndarray) -> None:
    weights = values.sum(axis=1) / values.sum()
    assert weights @ calc_location_quotient(values) == pytest.approx(np.ones(values.shape[1]), abs=1e-12)


def test_the_interval_of_a_share_is_that_of_wilson() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), 857–872, table I: 81 of 263 is 0.2553 … 0.3662, 0 of 20 to 0.1611."""
    low, high = calc_quotient_interval(np.array([[81.0, 182.0], [0.0, 20.0]]))
    country = 81 / 283
    assert (low[0, 0] * country, high[0, 0] * country) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (low[1, 0] * country, high[1, 0] * country) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_one_firm_is_no_proof_of_specialisation() -> None:
    rows = [("A", "steel", 2020, 900.0, 1), ("A", "food", 2020, 100.0, 9), ("B", "steel", 2020, 100.0, 100),
            ("B", "food", 2020, 900.0, 900), ("C", "steel", 2020, 900.0, 400), ("C", "food", 2020, 100.0, 600)]
    found = location_quotients(make_panel(output(*rows, firms=True)))
    said = dict(found.filter(activity="steel").select("territory", "certain").iter_rows())
    assert said == {"A": "unclear", "B": "lower", "C": "higher"}


@given(TABLES, st.data())
@EXACT
def test_the_parts_of_a_change_add_up(before: np.ndarray, data: st.DataObject) -> None:
    after = data.draw(arrays(float, before.shape, elements=st.floats(0, 1e6)))
    after[:, 0] += 1
    rows = [(f"R{r}", f"{p}", year, float(table[r, p])) for year, table in ((1, before), (2, after))
            for r in range(before.shape[0]) for p in range(before.shape[1])]
    found = shift_share(make_panel(output(*rows)))
    parts = found["national"] + found["mix"] + found["own"]
    assert parts.to_numpy() == pytest.approx(found["change"].to_numpy(), abs=1e-9 * found["value_last"].max())  # type: ignore[operator]
    assert float(found["own"].sum()) == pytest.approx(0, abs=1e-9 * after.sum())
    assert float(found["mix"].sum()) == pytest.approx(0, abs=1e-9 * before.sum() * (1 + after.sum() / before.sum()))


def test_what_began_from_nothing_is_the_regions_own() -> None:
    found = shift_share(make_panel(output(("A", "x", 1, 10.0), ("A", "x", 2, 10.0), ("A", "y", 2, 5.0),
                                          ("B", "x", 1, 10.0), ("B", "x", 2, 20.0))))
    row = found.row(by_predicate=(pl.col("territory") == "A") & (pl.col("activity") == "y"), named=True)
    assert (row["growth"], row["own"], row["change"]) == (None, 5.0, 5.0)


@given(TABLES, st.integers(1, 4))
@EXACT
def test_entropy_is_unrelated_and_related_variety(values: np.ndarray, count: int) -> None:
    shares = values / values.sum(axis=1, keepdims=True)
    unrelated, related = calc_varieties(shares, np.arange(values.shape[1]) % count)
    assert unrelated + related == pytest.approx(calc_entropy(shares), abs=1e-12)
    assert (related > -1e-12).all()


def test_a_structure_worked_by_hand() -> None:
    """A ¾ and ¼, the country ½ and ½: Krugman ½, Herfindahl 10/16, Hachman 1/(2 · 10/16)."""
    found = structures(make_panel(output(("A", "10.1", 1, 75.0), ("A", "20.1", 1, 25.0), ("B", "10.1", 1, 25.0),
                                         ("B", "20.1", 1, 75.0)))).row(0, named=True)
    assert found["krugman"] == pytest.approx(0.5)
    assert (found["herfindahl"], found["equivalent"], found["hachman"]) == pytest.approx((0.625, 1.6, 0.8))
    assert found["entropy"] == pytest.approx(0.75 * np.log2(4 / 3) + 0.25 * 2)
    assert (found["unrelated"], found["related"]) == pytest.approx((found["entropy"], 0.0))


def test_activities_that_are_no_codes_have_no_varieties() -> None:
    found = structures(make_panel(output(("A", "steel", 1, 7.0), ("B", "food", 1, 5.0))))
    assert found["unrelated"].to_list() == [None, None]


def test_locational_gini_is_nought_where_all_lies_alike_and_high_where_one_small_region_has_it() -> None:
    rows = [(f"R{r}", "even", 1, 10.0 * (r + 1)) for r in range(10)] + [("R0", "alone", 1, 1.0)]
    found = dict(concentrations(make_panel(output(*rows))).select("activity", "gini").iter_rows())
    assert found["even"] < 0.02
    assert found["alone"] == pytest.approx(1 - 11 / 551)


def test_activities_that_share_their_places_stand_first() -> None:
    rows = [("A", "x", 1, 9.0), ("A", "y", 1, 9.0), ("B", "x", 1, 1.0), ("B", "y", 1, 1.0), ("A", "z", 1, 1.0),
            ("B", "z", 1, 9.0), ("C", "x", 1, 2.0), ("C", "y", 1, 2.0), ("C", "z", 1, 2.0)]
    found = colocations(make_panel(output(*rows)))
    assert found.select("a", "b").row(0) == ("x", "y")
    assert found["correlation"][0] == pytest.approx(1) and found["correlation"][-1] < 0


def test_peers_are_the_nearest_structures() -> None:
    rows = [("A", "x", 1, 60.0), ("A", "y", 1, 40.0), ("B", "x", 1, 7.0), ("B", "y", 1, 3.0), ("C", "y", 1, 5.0)]
    found = find_peers(make_panel(output(*rows)), "A")
    assert found["territory"].to_list() == ["B", "C"]
    assert found["similarity"].to_list() == pytest.approx([0.9, 0.4])
    assert found["size"][0] == pytest.approx(0.1)


@pytest.mark.parametrize(("row", "code"), [
    (("B", "x", 1, -1.0), "panel_value"),
    (("B", "x", 1, float("inf")), "panel_value"),
    (("B", "x", 1, None), "panel_unknown"),
    (("B", "x", 1, float("nan")), "panel_unknown"),
    (("A", "x", 1, 5.0), "panel_twice"),
    ((None, "x", 1, 5.0), "panel_key"),
])
def test_a_row_that_no_figure_may_be_made_from_is_named(row: tuple[object, ...], code: str) -> None:
    with pytest.raises(InputFaults) as refused:
        make_panel(output(("A", "x", 1, 1.0), row))
    assert [(fault.code, fault.row) for fault in refused.value.faults] == [(code, 3)]
    assert str(refused.value)


def test_a_table_without_rows_or_columns_says_so() -> None:
    for frame, code in ((output(), "panel_empty"), (pl.DataFrame({"territory": ["A"]}), "panel_columns")):
        with pytest.raises(InputFaults) as refused:
            make_panel(frame)
        assert [fault.code for fault in refused.value.faults] == [code]


def test_a_code_inside_another_would_count_twice() -> None:
    with pytest.raises(InputFaults) as refused:
        make_panel(output(("A", "24", 1, 5.0), ("A", "24.10", 1, 3.0), ("A", "25", 1, 3.0), ("B", "25", 1, 3.0)))
    assert [(fault.code, fault.fields["found"]) for fault in refused.value.faults] == [("panel_nested", "24.10")]


@pytest.mark.parametrize(("codes", "sums"), [
    (("24.10", "24.20", "25.11"), {"24": 3.0, "25": 4.0}),  # parts are added up
    (("24", "24.10", "25"), {"24": 1.0, "25": 4.0}),  # a table of several levels gives its own
])
def test_codes_are_brought_to_a_level_without_counting_twice(codes: tuple[str, ...], sums: dict[str, float]) -> None:
    rows = [("A", code, 1, value) for code, value in zip(codes, (1.0, 2.0, 4.0), strict=True)]
    found = cut_activities(output(*rows), 2)
    assert dict(found.select("activity", "value").iter_rows()) == sums


def test_one_region_has_nothing_to_be_compared_with() -> None:
    with pytest.raises(CannotSay, match="nothing to compare"):
        location_quotients(make_panel(output(("A", "x", 1, 1.0), ("A", "y", 1, 1.0))))


def test_a_region_that_lacks_a_year_has_no_figures_in_it() -> None:
    rows = [("A", "x", 1, 1.0), ("A", "y", 1, 2.0), ("B", "x", 1, 2.0), ("B", "y", 1, 1.0), ("A", "x", 2, 1.0),
            ("B", "x", 2, 2.0), ("B", "y", 2, 2.0), ("C", "x", 2, 2.0), ("C", "y", 2, 0.0)]
    panel = make_panel(output(*rows))
    assert location_quotients(panel).filter(territory="C")["year"].unique().to_list() == [2]
    assert set(shift_share(panel)["territory"]) == {"A", "B"}
    with pytest.raises(InputError, match="no output in 1"):
        find_peers(panel, "C", year=1)


def test_no_result_holds_a_nan() -> None:
    panel = make_panel(two_years())
    for frame in (location_quotients(panel), shift_share(panel), structures(panel), concentrations(panel),
                  colocations(panel)):
        assert not any(frame.select(pl.col(pl.Float64).is_nan().fill_null(False).any()).row(0))
