"""Two regions: every purchase and every capacity once, reasons that add up, honest sums."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import polars as pl
import pytest

from smezhnik.errors import CannotSay, InputError
from smezhnik.messages import say
from smezhnik.regions import ComplementSettings, Gravity, LinkWeights, complement, load_input_output
from smezhnik.regions.activity import classes_of, industries_of, is_typical, load_uses
from smezhnik.regions.gravity import calc_terms, calc_trade, calibrate
from smezhnik.tables import complete, table
from tests.regions.factories import plants, two_industries

BA, CHE = {"region": "RU-BA"}, {"region": "RU-CHE"}
STEEL, MACHINES = {"okved2": "24.10"}, {"okved2": "28.41"}


def many() -> pl.DataFrame:
    draw = np.random.default_rng(3)
    codes = ["24.10", "28.41", "28.92", "25.62", "20.16", "22.21", "10.51", "23.11", "23.13", "17.21"]
    return plants(*({"okved2": codes[row % 10], "region": ["RU-BA", "RU-CHE"][int(draw.integers(2))],
                     "output_th_rub": float(draw.lognormal(14, 1.5))} for row in range(60)))


def trade_of(organisations: pl.DataFrame):
    io = load_input_output()
    classes = classes_of(organisations)
    frame = organisations.with_columns(classes, industries_of(classes, io).alias("industry"))
    return frame, io, calc_trade(frame, io, Gravity())


def test_a_lone_supplier_serves_the_lone_buyer_of_the_neighbour_region() -> None:
    """Machines spend 20 % of their output on steel; steel sells 40 % of its output (20 of 50) to industry."""
    found = complement(plants(STEEL | BA, MACHINES | CHE), "RU-BA", "RU-CHE", table=two_industries())
    assert found.a_to_b_th_rub == pytest.approx(200_000.0)
    assert found.b_to_a_th_rub == pytest.approx(0.05 * 1e6)  # machines sell 5 of 100 to industry, steel wants 10 %
    assert found.plants == {"RU-BA": 1, "RU-CHE": 1}


def test_a_purchase_is_parted_among_suppliers_and_not_sold_twice() -> None:
    one = complement(plants(STEEL | BA, MACHINES | CHE), "RU-BA", "RU-CHE", table=two_industries())
    three = complement(plants(STEEL | BA, STEEL | BA, STEEL | BA, MACHINES | CHE), "RU-BA", "RU-CHE",
                       table=two_industries())
    assert three.a_to_b_th_rub == pytest.approx(one.a_to_b_th_rub)


def test_a_capacity_is_not_sold_twice() -> None:
    crowd = [MACHINES | CHE | {"output_th_rub": 5e6}] * 9
    found = complement(plants(STEEL | BA, *crowd), "RU-BA", "RU-CHE", table=two_industries())
    assert found.a_to_b_th_rub == pytest.approx(400_000.0)  # 40 % of one billion


def test_a_supplier_at_home_is_preferred_threefold() -> None:
    found = complement(plants(STEEL | BA, STEEL | CHE, MACHINES | CHE), "RU-BA", "RU-CHE", table=two_industries())
    assert found.a_to_b_th_rub == pytest.approx(200_000.0 / 4)


def test_no_plant_buys_more_than_it_spends_or_sells_more_than_it_makes_for_industry() -> None:
    frame, io, trade = trade_of(many())
    industry, output = frame["industry"].to_numpy(), frame["output_th_rub"].to_numpy()
    spent = io.coefficients[:, industry] * output
    for row in np.unique(industry):
        assert np.all(trade.flow[industry == row].sum(axis=0) <= spent[row] * (1 + 1e-9))
    assert np.all(trade.flow.sum(axis=1) <= output * io.intermediate_shares[industry] * (1 + 1e-9))
    assert np.all(np.diag(trade.flow) == 0)


def test_the_terms_sum_to_the_logarithm_of_the_trade() -> None:
    frame, io, trade = trade_of(many())
    some = trade.flow > 0
    total = sum(term[some] for term in calc_terms(frame, io, trade, Gravity()).values())
    assert total == pytest.approx(np.log(trade.flow[some] / 1e4))


def test_reasons_add_up_to_the_score_on_every_row() -> None:
    links = complement(many(), "RU-BA", "RU-CHE").links
    assert len(links) == 20
    for row in links.iter_rows(named=True):
        total = row["base"] + sum(reason["contribution"] for reason in row["reasons"])
        assert round(total, 4) == row["score"]
        assert row["probability"] == pytest.approx(1 / (1 + math.exp(-row["score"])))


def test_probabilities_of_all_pairs_sum_to_the_expected_number_of_links() -> None:
    settings = ComplementSettings(links_total=30.0, per_plant=10_000)
    links = complement(many(), "RU-BA", "RU-CHE", top=100_000, settings=settings).links
    atypical_left_out = links["probability"].sum()
    assert 20 < atypical_left_out <= 30.01


def test_calibration_solves_its_equation() -> None:
    strength = np.random.default_rng(1).lognormal(0, 4, 5000)
    chance = 1 / (1 + 1 / (np.exp(calibrate(strength, 37.0)) * strength))
    assert chance.sum() == pytest.approx(37.0)


def test_everything_is_inferred_at_most_grade_c_and_says_from_what() -> None:
    links = complement(many(), "RU-BA", "RU-CHE", as_of=dt.date(2026, 11, 22)).links
    table("links").schema.validate(links)
    assert set(links["basis"]) == {"inferred"} and set(links["grade"]) <= {"C", "D"}
    assert set(links["as_of"]) == {dt.date(2026, 11, 22)}
    for row in links.iter_rows(named=True):
        gap, = row["gaps"]
        assert gap["code"] == "inferred" and "закупок" in json.loads(gap["fields"])["note"]
        for reason in row["reasons"]:
            assert say(f"reason.{reason['code']}", "ru", **json.loads(reason["fields"]))


def test_pairs_that_trade_already_are_left_out() -> None:
    some = many()
    first = complement(some, "RU-BA", "RU-CHE").links.row(0, named=True)
    contracts = complete(pl.DataFrame({"contract_id": ["Д-1"], "seller_id": [first["seller_id"]],
                                       "buyer_id": [first["buyer_id"]]}), "contracts")
    found = complement(some, "RU-BA", "RU-CHE", contracts=contracts)
    pairs = set(found.links.select("seller_id", "buyer_id").iter_rows())
    assert (first["seller_id"], first["buyer_id"]) not in pairs
    assert found.existing == 1


def test_the_list_goes_both_ways_and_no_plant_crowds_it() -> None:
    links = complement(many(), "RU-BA", "RU-CHE").links
    assert links["seller_region"].value_counts().sort("seller_region")["count"].to_list() == [10, 10]
    seats = pl.concat([links["seller_id"], links["buyer_id"]]).value_counts()["count"]
    assert seats.max() <= 2


def test_a_product_goes_where_it_is_used() -> None:
    """A dairy buys jars, not window glass, though both are division 23."""
    uses = load_uses()
    assert is_typical("23.13", "10.51", uses) is True
    assert is_typical("23.11", "10.51", uses) is False
    assert is_typical("14.12", "24.10", uses) is True
    assert is_typical("01.11", "10.51", uses) is None
    links = complement(many(), "RU-BA", "RU-CHE", top=1000, settings=ComplementSettings(per_plant=1000)).links
    sold = set(links.filter(pl.col("okpd2") == "23.11")["buyer_id"])
    dairies = set(many().filter(pl.col("okved2") == "10.51")["org_id"])
    assert not sold & dairies


def test_nearer_pairs_are_likelier_where_places_are_known() -> None:
    ufa, near, far = (54.73, 55.96), (55.05, 57.0), (53.4, 59.0)
    some = plants(MACHINES | BA | dict(zip(("latitude", "longitude"), ufa, strict=True)),
                  STEEL | CHE | dict(zip(("latitude", "longitude"), near, strict=True)),
                  STEEL | CHE | dict(zip(("latitude", "longitude"), far, strict=True)))
    links = complement(some, "RU-BA", "RU-CHE", table=two_industries()).links
    to_machines = links.filter(pl.col("buyer_id") == "Z1")
    assert to_machines["seller_id"].to_list() == ["Z2", "Z3"]
    assert to_machines["distance_km"].is_sorted()
    assert {reason["code"] for reason in to_machines["reasons"][0]} == {"industry", "use", "size", "distance"}


def test_weights_move_the_reasons() -> None:
    settings = ComplementSettings(weights=LinkWeights(size=0.5, intercept=-3.0))
    row = complement(many(), "RU-BA", "RU-CHE", settings=settings).links.row(0, named=True)
    assert row["base"] == -3.0


def test_left_out_plants_are_counted_by_what_they_lack() -> None:
    found = complement(plants(STEEL | BA, MACHINES | CHE, BA | {"okved2": None}, STEEL | BA | {"output_th_rub": None},
                              CHE | {"okved2": "62.01"}, {"region": "RU-MOW"} | STEEL), "RU-BA", "RU-CHE")
    assert (found.without_activity, found.without_output, found.other_activity) == (1, 1, 1)


def test_order_and_ids_of_plants_change_nothing() -> None:
    some = many()
    straight = complement(some, "RU-BA", "RU-CHE").links
    turned = complement(some.reverse(), "RU-BA", "RU-CHE").links
    assert straight.equals(turned)
    renamed = complement(some.with_columns(pl.format("И{}", "org_id").alias("org_id")), "RU-BA", "RU-CHE").links
    assert renamed["score"].to_list() == straight["score"].to_list()


def test_regions_are_found_by_any_spelling() -> None:
    found = complement(plants(STEEL | {"region": "Республика Башкортостан"}, MACHINES | {"region": "74"}),
                       "Башкортостан", "Челябинская обл.", table=two_industries())
    assert found.plants == {"RU-BA": 1, "RU-CHE": 1}


@pytest.mark.parametrize(("a", "b"), [("RU-BA", "Башкирия"), ("RU-BA", "Атлантида"), ("RU-TYU", "RU-KHM")])
def test_wrong_pairs_of_regions_are_refused(a: str, b: str) -> None:
    with pytest.raises(InputError):
        complement(plants(STEEL | BA, MACHINES | CHE), a, b)


def test_says_which_fact_is_missing_when_a_region_has_no_usable_plant() -> None:
    with pytest.raises(CannotSay, match="RU-CHE"):
        complement(plants(STEEL | BA, CHE | {"okved2": None}), "RU-BA", "RU-CHE")


def test_a_use_that_nobody_knows_is_no_reason() -> None:
    """Farm products are not in the list of uses: the term is zero and is not told."""
    links = complement(plants(BA | {"okved2": "01.11"}, CHE | {"okved2": "10.61"}), "RU-BA", "RU-CHE").links
    row = links.filter(pl.col("seller_id") == "Z1").row(0, named=True)
    assert {reason["code"] for reason in row["reasons"]} == {"industry", "size"}
