"""What organisations and sites add to needs and offers."""

from __future__ import annotations

import polars as pl
import pytest

from smezhnik.tables import TABLES
from smezhnik.workflows.enrich import enrich

ORGANISATIONS = pl.DataFrame({"org_id": ["A"], "name": ["Завод А"], "inn": ["0274051582"], "group_id": ["Г"],
                              "region": ["RU-BA"], "latitude": [54.7], "longitude": [55.9]})
SITES = pl.DataFrame({"site_id": ["S"], "org_id": ["A"], "region": ["RU-CHE"], "latitude": [55.1],
                      "longitude": [61.4]})


def need(**known: str) -> dict[str, object]:
    """The need after both tables were looked at; what is said of it itself in ``known``."""
    frame = pl.DataFrame({"need_id": ["1"], "text": ["болт"], **{column: [value] for column, value in known.items()}})
    return enrich(frame, "needs", "buyer", ORGANISATIONS, SITES).row(0, named=True)


@pytest.mark.parametrize("known", [{"org_id": "A"}, {"inn": "0274051582"}])
def test_an_organisation_is_found_by_its_id_and_by_its_inn(known: dict[str, str]) -> None:
    found = need(**known)
    assert (found["org_id"], found["buyer"], found["inn"], found["group_id"]) == ("A", "Завод А", "0274051582", "Г")
    assert (found["region"], found["latitude"], found["longitude"]) == ("RU-BA", 54.7, 55.9)


def test_the_place_of_a_site_comes_before_that_of_its_organisation() -> None:
    found = need(org_id="A", site_id="S")
    assert (found["buyer"], found["region"], found["latitude"]) == ("Завод А", "RU-CHE", 55.1)


def test_sites_alone_give_the_place() -> None:
    frame = pl.DataFrame({"offer_id": ["1"], "text": ["болт"], "site_id": ["S"]})
    found = enrich(frame, "offers", "seller", None, SITES).row(0, named=True)
    assert (found["seller"], found["region"], found["longitude"]) == (None, "RU-CHE", 61.4)


def test_what_a_row_says_itself_wins_and_its_region_takes_no_foreign_coordinates() -> None:
    found = need(org_id="A", site_id="S", buyer="Свой", region="RU-PER")
    assert (found["buyer"], found["region"], found["latitude"], found["longitude"]) == ("Свой", "RU-PER", None, None)


def test_the_table_keeps_its_columns_and_rows() -> None:
    frame = pl.DataFrame({"need_id": ["1", "2"], "text": ["болт", "гайка"], "org_id": ["нет такой", None]})
    found = enrich(frame, "needs", "buyer", ORGANISATIONS, SITES)
    assert found.columns == list(TABLES["needs"].dtypes)
    assert found["need_id"].to_list() == ["1", "2"]
