"""Plants that told nothing: what is inferred, how it is said, and what is never invented."""

from __future__ import annotations

import polars as pl
import pytest

from smezhnik.classifiers import load
from smezhnik.errors import InputError
from smezhnik.regions import likely_needs, likely_offers
from smezhnik.tables import table
from tests.regions.factories import plants, two_industries


def test_a_plant_probably_makes_the_products_of_its_class() -> None:
    offer = likely_offers(plants({"okved2": "23.11"})).row(0, named=True)
    assert (offer["okpd2"], offer["text"]) == ("23.11", load("okpd2").name("23.11"))
    assert (offer["basis"], offer["capacity"], offer["price"]) == ("inferred", None, None)
    assert "23.11" in offer["basis_note"]


@pytest.mark.parametrize(("code", "found"), [("23.11.1", "23.11"), ("23.1", "23.1"), ("23", "23")])
def test_nothing_finer_than_a_class_is_inferred(code: str, found: str) -> None:
    assert likely_offers(plants({"okved2": code}))["okpd2"].to_list() == [found]


def test_an_old_activity_code_is_bridged_and_said_to_be() -> None:
    offer = likely_offers(plants({"okved2007": "26.11"})).row(0, named=True)
    assert offer["okpd2"] == "23.11"
    assert "прежней редакции" in offer["basis_note"]


def test_a_plant_without_an_activity_gives_nothing() -> None:
    nobody = plants({"okved2": None})
    assert likely_offers(nobody).is_empty() and likely_needs(nobody).is_empty()


def test_purchases_are_coefficient_times_output() -> None:
    need = likely_needs(plants({"okved2": "28.41", "output_th_rub": 500_000.0}), two_industries()).row(0, named=True)
    assert (need["okpd2"], need["value_th_rub"]) == ("24", pytest.approx(100_000.0))
    assert need["basis"] == "inferred"
    assert "100,0 %" in need["basis_note"] and "500" in need["basis_note"]


def test_the_note_speaks_the_language_asked_for() -> None:
    need = likely_needs(plants({"okved2": "28.41"}), two_industries(), lang="en").row(0, named=True)
    assert "Machines" in need["basis_note"] and need["text"] == "Metal"


def test_a_class_has_its_english_name_on_an_english_page() -> None:
    offer = likely_offers(plants({"okved2": "24.10"}), lang="en").row(0, named=True)
    assert offer["text"] == "Basic iron and steel and ferro-alloys"


def test_without_output_a_purchase_is_listed_and_its_sum_is_absent() -> None:
    need = likely_needs(plants({"okved2": "28.41", "output_th_rub": None}), two_industries()).row(0, named=True)
    assert need["value_th_rub"] is None
    assert "не известен" in need["basis_note"]


def test_purchases_can_be_brought_to_a_known_sum() -> None:
    both = plants({"okved2": "28.41"}, {"okved2": "28.92", "output_th_rub": 3e6})
    values = likely_needs(both, two_industries(), total_th_rub=100.0)["value_th_rub"]
    assert values.to_list() == pytest.approx([25.0, 75.0])


def test_a_sum_without_any_output_is_refused() -> None:
    with pytest.raises(InputError):
        likely_needs(plants({"okved2": "28.41", "output_th_rub": None}), two_industries(), total_th_rub=1.0)


def test_services_are_not_listed_and_small_shares_neither() -> None:
    needs = likely_needs(plants({"okved2": "24.10"}), least_share=0.05)
    industries = {row.partition(":")[2] for row in needs["need_id"]}
    assert "45T47" not in industries and "24A" in industries
    more = likely_needs(plants({"okved2": "24.10"}), least_share=0.001)
    assert len(more) > len(needs)


def test_both_keep_the_declared_tables() -> None:
    some = plants({"okved2": "28.41"}, {"okved2": "10.51", "output_th_rub": None}, {"okved2007": "15.51"})
    table("offers").schema.validate(likely_offers(some))
    table("needs").schema.validate(likely_needs(some))


def test_the_order_of_plants_changes_only_the_order_of_rows() -> None:
    some = plants({"okved2": "28.41"}, {"okved2": "10.51"}, {"okved2": "24.10"})
    left, right = likely_needs(some).sort("need_id"), likely_needs(some.reverse()).sort("need_id")
    assert left.equals(right)
    assert likely_offers(some).sort("offer_id").equals(likely_offers(some.reverse()).sort("offer_id"))
    assert isinstance(left, pl.DataFrame)
