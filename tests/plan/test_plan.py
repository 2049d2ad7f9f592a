"""What a plan says about capacities, units, lots, suppliers and what is unknown."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from smezhnik.errors import InputError, InputFaults
from smezhnik.matching.plan import plan
from smezhnik.tables import table
from tests.plan.factories import links, needs, offers


def served(result) -> dict[tuple[str, str], float]:
    return {(row["need_id"], row["offer_id"]): row["quantity"] for row in result.allocations.iter_rows(named=True)}


def reasons(result) -> dict[str, str]:
    return dict(result.uncovered.select("need_id", "reason").iter_rows())


def test_imports_come_before_value() -> None:
    result = plan(links(("N1", "O1"), ("N2", "O1")),
                  needs({"imported_th_rub": 1.0}, {"price": 900_000.0}), offers({}))
    assert served(result) == {("N1", "O1"): 10.0}
    assert result.imported_th_rub == pytest.approx(1.0)


def test_value_comes_before_distance() -> None:
    result = plan(links(("N1", "O1", 1.0), ("N2", "O1", 900.0)), needs({}, {"price": 1001.0}), offers({}))
    assert served(result) == {("N2", "O1"): 10.0}


def test_the_nearest_supplier_is_taken_where_all_else_is_equal() -> None:
    result = plan(links(("N1", "O1", 400.0), ("N1", "O2", 30.0)), needs({}), offers({}, {}))
    assert served(result) == {("N1", "O2"): 10.0}


def test_an_unknown_distance_counts_as_the_farthest_known() -> None:
    result = plan(links(("N1", "O1"), ("N1", "O2", 30.0)), needs({}), offers({}, {}))
    assert served(result) == {("N1", "O2"): 10.0}


def test_the_offers_price_plays_no_part() -> None:
    dear, cheap = {"price": 90_000.0}, {"price": 1.0}
    result = plan(links(("N1", "O1", 400.0), ("N1", "O2", 30.0)), needs({"price": None}), offers(dear, cheap))
    assert served(result) == {("N1", "O2"): 10.0}


def test_a_need_without_price_counts_by_quantity_after_those_with_roubles_and_the_plan_says_so() -> None:
    result = plan(links(("N1", "O1"), ("N2", "O1")), needs({"price": None}, {"volume": 4.0}), offers({}))
    assert served(result) == {("N1", "O1"): 6.0, ("N2", "O1"): 4.0}
    assert result.needs_without_price == 1
    assert result.allocations["value_th_rub"].to_list() == [None, 4.0]


def test_a_price_in_another_currency_is_no_value_in_roubles() -> None:
    result = plan(links(("N1", "O1")), needs({"currency": "CNY"}), offers({}))
    assert (result.needs_without_price, result.value_th_rub) == (1, 0.0)


def test_the_stated_yearly_sum_wins_over_price_times_volume() -> None:
    result = plan(links(("N1", "O1")), needs({"value_th_rub": 77.0}), offers({}))
    assert result.value_th_rub == pytest.approx(77.0)


def test_imports_are_replaced_in_proportion_to_what_is_served() -> None:
    result = plan(links(("N1", "O1")), needs({"imported_th_rub": 5.0}), offers({"capacity": 4.0}))
    assert result.imported_th_rub == pytest.approx(2.0)
    assert result.wanted_imported_th_rub == pytest.approx(5.0)


def test_capacity_counts_in_its_own_unit() -> None:
    result = plan(links(("N1", "O1")), needs({"unit": "т"}), offers({"unit": "кг", "capacity": 4000.0}))
    assert served(result) == {("N1", "O1"): pytest.approx(4.0)}
    assert result.allocations["unit"].to_list() == ["т"]
    price = result.shadow_prices.row(0, named=True)
    assert price["value_th_rub"] == pytest.approx(0.001)  # one more kilogram of a thousand-rouble tonne
    assert price["unit"] == "кг"


def test_units_of_another_dimension_are_a_conflict() -> None:
    result = plan(links(("N1", "O1")), needs({"unit": "шт"}), offers({"unit": "т"}))
    assert reasons(result) == {"N1": "conflict"}


def test_units_absent_on_both_sides_are_taken_to_be_the_same() -> None:
    result = plan(links(("N1", "O1")), needs({"unit": None}), offers({"unit": None}))
    assert served(result) == {("N1", "O1"): 10.0}


def test_a_unit_absent_on_one_side_is_a_conflict() -> None:
    assert reasons(plan(links(("N1", "O1")), needs({"unit": None}), offers({}))) == {"N1": "conflict"}


@pytest.mark.parametrize(("volume", "expected"), [(3.0, {}), (5.0, {("N1", "O1"): 5.0})])
def test_a_delivery_is_nothing_or_at_least_the_lot(volume: float, expected: dict) -> None:
    result = plan(links(("N1", "O1")), needs({"volume": volume}), offers({"min_lot": 5.0}))
    assert served(result) == expected
    assert reasons(result) == ({} if expected else {"N1": "conflict"})


def test_lots_share_a_capacity_so_that_the_most_is_covered() -> None:
    """10 t in lots of 4 t: two needs of 7 t get 6 t and 4 t, not 7 t and 3 t."""
    result = plan(links(("N1", "O1"), ("N2", "O1")), needs({"volume": 7.0}, {"volume": 7.0}),
                  offers({"min_lot": 4.0}))
    assert sorted(served(result).values()) == pytest.approx([4.0, 6.0])
    assert result.proven


def test_no_more_suppliers_than_asked() -> None:
    pairs = [("N1", f"O{number}", float(number)) for number in (1, 2, 3)]
    small = [{"capacity": 3.0}, {"capacity": 4.0}, {"capacity": 5.0}]
    assert len(served(plan(links(*pairs), needs({}), offers(*small)))) == 3
    limited = plan(links(*pairs), needs({}), offers(*small), max_suppliers=2)
    assert served(limited) == {("N1", "O2"): pytest.approx(4.0), ("N1", "O3"): pytest.approx(5.0)}
    assert reasons(limited) == {"N1": "conflict"}


def crowded(buyers: int, sellers: int, pairs: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Links, needs and offers where lots and a limit of suppliers are hard to keep."""
    draw = np.random.default_rng(0)
    wanted = needs(*({"volume": float(volume), "price": float(price)} for volume, price in
                     zip(draw.lognormal(3, 1, buyers), draw.lognormal(6, 1, buyers), strict=True)))
    made = offers(*({"capacity": float(size), "min_lot": float(size) / 4} for size in draw.lognormal(3, 1, sellers)))
    drawn = {(f"N{1 + int(draw.integers(buyers))}", f"O{1 + int(draw.integers(sellers))}") for _ in range(pairs)}
    return links(*((*pair, 10.0) for pair in sorted(drawn))), wanted, made


def test_the_gap_never_hides_a_better_plan() -> None:
    case = crowded(40, 20, 150)
    hasty, patient = (plan(*case, max_suppliers=2, time_limit_s=limit) for limit in (0.01, 60.0))
    assert patient.proven and not hasty.proven
    assert hasty.value_th_rub <= patient.value_th_rub * (1 + 1e-6)
    assert patient.value_th_rub <= hasty.value_th_rub / (1 - hasty.gap) * (1 + 1e-6)


def test_when_time_is_over_the_best_found_keeps_all_rules_and_tells_its_gap() -> None:
    pairs, wanted, made = crowded(400, 200, 3500)
    result = plan(pairs, wanted, made, max_suppliers=2, time_limit_s=0.01)
    assert not result.proven and 0 < result.gap < 1 and result.status == "gap"
    rows = result.allocations.join(made, on="offer_id").join(wanted, on="need_id", suffix="_need")
    assert (rows["quantity"] >= rows["min_lot"] * (1 - 1e-6)).all()
    given = rows.group_by("offer_id").agg(pl.col("quantity").sum(), pl.col("capacity").first())
    assert (given["quantity"] <= given["capacity"] * (1 + 1e-6)).all()
    taken = rows.group_by("need_id").agg(pl.col("quantity").sum(), pl.col("volume").first(), pl.len())
    assert (taken["quantity"] <= taken["volume"] * (1 + 1e-6)).all() and taken["len"].max() <= 2


def test_a_limit_below_one_supplier_is_refused() -> None:
    with pytest.raises(InputError, match="0"):
        plan(links(), needs(), offers(), max_suppliers=0)


def test_unknown_capacity_is_asked_for_and_stands_outside_the_sums() -> None:
    result = plan(links(("N1", "O1", 500.0), ("N1", "O2", 10.0), ("N1", "O3", 90.0)),
                  needs({}), offers({"capacity": 6.0}, {"capacity": None}, {"capacity": None}))
    assert served(result) == {("N1", "O1"): 6.0, ("N1", "O2"): 4.0}
    assert result.allocations["assured"].to_list() == [True, False]
    assert (result.value_th_rub, result.ask_value_th_rub) == (pytest.approx(6.0), pytest.approx(4.0))
    assert result.uncovered.is_empty()


def test_a_need_without_volume_cannot_be_planned() -> None:
    result = plan(links(("N1", "O1")), needs({"volume": None}), offers({}))
    assert (served(result), reasons(result), result.needs_without_volume) == ({}, {"N1": "no_volume"}, 1)


def test_says_why_a_need_is_left() -> None:
    result = plan(links(("N1", "O1"), ("N2", "O1")), needs({"price": 2000.0}, {}, {}), offers({}))
    assert reasons(result) == {"N2": "no_capacity", "N3": "no_candidate"}
    assert result.uncovered["quantity"].to_list() == [10.0, 10.0]


def test_an_endless_capacity_hides_no_small_need() -> None:
    result = plan(links(("N1", "O1")), needs({"volume": 1.0}), offers({"capacity": 1e13}))
    assert (served(result), result.proven) == ({("N1", "O1"): 1.0}, True)


def test_a_need_too_small_for_the_solver_is_served_or_is_not_called_proven() -> None:
    result = plan(links(("N1", "O1"), ("N2", "O1")), needs({"volume": 0.1, "unit": "г"}, {"volume": 1e6}),
                  offers({"capacity": 1e13}))
    assert served(result)["N2", "O1"] == 1e6
    assert ("N1", "O1") in served(result) or not result.proven


ON = dt.date(2026, 11, 22)


@pytest.mark.parametrize(("offer", "need", "holds"), [
    ({"valid_until": ON}, {}, False),
    ({"valid_until": dt.date(2026, 11, 23)}, {}, True),
    ({"valid_from": dt.date(2026, 11, 23)}, {}, False),
    ({"valid_from": ON}, {}, True),
    ({"valid_from": dt.date(2027, 1, 1)}, {"needed_by": dt.date(2027, 1, 1)}, True),
    ({"valid_from": dt.date(2027, 1, 2)}, {"needed_by": dt.date(2027, 1, 1)}, False),
])
def test_an_offer_that_does_not_hold_when_it_is_wanted_is_left_out(offer: dict, need: dict, holds: bool) -> None:
    result = plan(links(("N1", "O1")), needs(need), offers(offer), on=ON)
    assert served(result) == ({("N1", "O1"): 10.0} if holds else {})
    assert reasons(result) == ({} if holds else {"N1": "not_valid"})


def test_validity_is_judged_by_the_day_of_the_links_where_no_other_is_given() -> None:
    pair, old = ("N1", "O1", 1.0, {"as_of": ON}), offers({"valid_until": dt.date(2020, 1, 1)})
    assert reasons(plan(links(pair), needs({}), old)) == {"N1": "not_valid"}
    assert served(plan(links(("N1", "O1")), needs({}), old)) == {("N1", "O1"): 10.0}


def test_declined_weak_and_inferred_links_can_be_left_out() -> None:
    pairs = links(("N1", "O1", 1.0, {"decision": "declined"}), ("N2", "O2", 1.0, {"grade": "C"}),
                  ("N3", "O3", 1.0, {"basis": "inferred"}), ("N4", "O4", 1.0, {"grade": "B", "basis": "declared"}))
    tables = needs({}, {}, {}, {}), offers({}, {}, {}, {})
    assert len(served(plan(pairs, *tables))) == 3
    kept = plan(pairs, *tables, min_grade="B", bases=("register", "declared"))
    assert served(kept) == {("N4", "O4"): 10.0}


def test_a_link_kept_for_its_decision_alone_may_name_what_is_there_no_more() -> None:
    gone = {"decision": "contacted", "gaps": [{"code": "gone", "fields": "{}"}]}
    pairs = links(("N1", "O1", 1.0, gone), ("N1", "O7 @2026-11-22", 1.0, gone), ("N9", "O1", 1.0, gone))
    assert served(plan(pairs, needs({}), offers({}))) == {("N1", "O1"): 10.0}


def test_all_faults_of_the_tables_are_told_at_once() -> None:
    twice = pl.concat([needs({}), needs({})])
    with pytest.raises(InputFaults) as caught:
        plan(links(("N1", "O9"), ("N7", "O1"), ("N7", "O1")), twice, offers({}))
    assert [fault.code for fault in caught.value.faults] == [
        "repeated_need", "link_need", "link_offer", "repeated_link"]
    assert "O9" in str(caught.value)


def test_nothing_in_nothing_out() -> None:
    result = plan(links(), needs(), offers())
    assert result.allocations.is_empty() and result.uncovered.is_empty() and result.shadow_prices.is_empty()
    assert result.proven


def test_results_keep_the_declared_tables() -> None:
    result = plan(links(("N1", "O1", 5.0), ("N2", "O1", 5.0)), needs({}, {"price": None}), offers({}))
    for name in ("allocations", "uncovered", "shadow_prices"):
        table(name).schema.validate(getattr(result, name))


def mixed_case() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Distances all differ, so the best plan is one."""
    pairs = [(f"N{i}", f"O{j}", 10.0 * i + j * j + 0.3 * i * j) for i in range(1, 7) for j in range(1, 6)
             if (i * j) % 4 != 3]
    return (links(*pairs),
            needs(*({"volume": 3.0 * i, "price": None if i == 4 else 500.0 * (i % 3 + 1),
                     "imported_th_rub": 4.0 * (i % 2)} for i in range(1, 7))),
            offers(*({"capacity": 4.0 * j, "min_lot": 2.0 if j % 2 else None} for j in range(1, 6))))


def test_the_order_of_rows_changes_nothing() -> None:
    pairs, wanted, made = mixed_case()
    straight = plan(pairs, wanted, made, max_suppliers=2)
    turned = plan(pairs.reverse(), wanted.sample(fraction=1, shuffle=True, seed=1), made.reverse(), max_suppliers=2)
    assert_frame_equal(straight.allocations, turned.allocations)
    assert_frame_equal(straight.uncovered, turned.uncovered)
    assert_frame_equal(straight.shadow_prices, turned.shadow_prices)


def test_the_names_of_rows_change_nothing_but_the_names() -> None:
    pairs, wanted, made = mixed_case()
    rename = {f"N{i}": f"потребность {9 - i}" for i in range(1, 7)} | {f"O{j}": f"завод {7 - j}" for j in range(1, 6)}
    ids = pl.col("need_id", "offer_id")
    plain = plan(pairs, wanted, made, max_suppliers=2)
    renamed = plan(pairs.with_columns(ids.replace(rename)), wanted.with_columns(pl.col("need_id").replace(rename)),
                   made.with_columns(pl.col("offer_id").replace(rename)), max_suppliers=2)
    assert_frame_equal(plain.allocations.with_columns(ids.replace(rename)).sort("need_id", "offer_id"),
                       renamed.allocations, abs_tol=1e-6)


def test_tonnes_or_kilograms_make_one_plan() -> None:
    pairs, wanted, made = mixed_case()
    tonnes = plan(pairs, wanted, made, max_suppliers=2)
    kilograms = plan(pairs, wanted, made.with_columns(
        pl.col("capacity", "min_lot") * 1000, unit=pl.lit("кг")), max_suppliers=2)
    assert_frame_equal(tonnes.allocations, kilograms.allocations, abs_tol=1e-6)
    assert kilograms.imported_th_rub == pytest.approx(tonnes.imported_th_rub)


def test_a_supplier_whom_nobody_needs_changes_nothing() -> None:
    pairs, wanted, made = mixed_case()
    more = pl.concat([made, offers({"offer_id": "O99", "text": "ткань", "valid_from": dt.date(2026, 1, 1)})])
    assert_frame_equal(plan(pairs, wanted, made).allocations, plan(pairs, wanted, more).allocations)


def test_every_table_of_the_plan_names_the_product_and_the_plant() -> None:
    found = plan(links(("N1", "O1"), ("N2", "O1")).with_columns(seller=pl.lit("Завод из связей")),
                 needs({"text": "стекло", "buyer": "Окна"}, {"text": "рама", "buyer": "Витраж"}),
                 offers({"capacity": 12.0, "text": "стекло флоат"}))
    asked = {"N1": ("стекло", "Окна"), "N2": ("рама", "Витраж")}
    for row in [*found.allocations.iter_rows(named=True), *found.uncovered.iter_rows(named=True)]:
        assert (row["need_text"], row["buyer"]) == asked[row["need_id"]]
    for row in found.allocations.iter_rows(named=True):
        assert (row["offer_text"], row["seller"]) == ("стекло флоат", "Завод из связей")
    assert found.uncovered.height == 1
    assert found.shadow_prices.select("offer_text", "seller").rows() == [("стекло флоат", "Завод из связей")]
