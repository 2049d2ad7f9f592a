"""The shipped demo: readable without faults, real plants untouched, invented ones marked as such."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from stdnum.ru import inn

from smezhnik.classifiers import load
from smezhnik.io import check_table, read_table
from smezhnik.regions import complement

DEMO = Path(__file__).parents[2] / "examples" / "demo"
INVENTED = "учебные данные: предприятие вымышлено"
FILES = {"organisations": "organisations", "invented": "organisations", "needs": "needs", "offers": "offers",
         "contracts": "contracts"}


def demo(file: str) -> pl.DataFrame:
    return read_table(DEMO / f"{file}.csv", FILES[file]).frame


@pytest.mark.parametrize("file", FILES)
def test_every_file_is_read_without_a_fault(file: str) -> None:
    loaded = check_table(DEMO / f"{file}.csv", FILES[file])
    assert not loaded.faults
    assert loaded.accepted == loaded.read > 0


def test_real_plants_carry_a_valid_inn_and_their_source() -> None:
    real = demo("organisations")
    assert all(inn.is_valid(number) for number in real["inn"])
    assert real["source"].str.contains("Росстат|Реестр").all()
    assert set(real["region"]) == {"RU-BA", "RU-CHE"}


@pytest.mark.parametrize("file", ["invented", "needs", "offers", "contracts"])
def test_every_invented_row_says_so_and_has_no_inn(file: str) -> None:
    rows = demo(file)
    assert set(rows["source"]) == {INVENTED}
    assert all(rows[column].null_count() == len(rows) for column in rows.columns if column.endswith("inn"))


def test_invented_needs_and_offers_use_codes_that_exist() -> None:
    codes = set(load("okpd2").codes)
    for file in ("needs", "offers", "contracts"):
        assert set(demo(file)["okpd2"].drop_nulls()) <= codes


def test_the_two_regions_have_twenty_links_both_ways() -> None:
    found = complement(demo("organisations"), "RU-BA", "RU-CHE")
    assert found.links["seller_region"].value_counts()["count"].to_list() == [10, 10]
    assert found.without_activity == demo("organisations")["okved2"].null_count()


def test_steel_of_magnitogorsk_goes_to_the_wire_mill_of_beloretsk() -> None:
    links = complement(demo("organisations"), "RU-BA", "RU-CHE").links
    pairs = set(links.select("seller_id", "buyer_id").iter_rows())
    assert ("7414003633", "0256006322") in pairs
