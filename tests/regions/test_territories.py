"""Territories counted once, editions bridged with what was split stated, towns that hang on one plant."""

from __future__ import annotations

import polars as pl
import pytest

from smezhnik.classifiers.regions import open_pack
from smezhnik.errors import InputError, InputFaults
from smezhnik.regions.bridged import bridge_output
from smezhnik.regions.territories import resolve_territories
from smezhnik.regions.towns import TownSettings, single_industry_towns
from smezhnik.tables import complete


def rows(*items: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(items, schema=["territory", "activity", "year", "value"], orient="row")


def values(frame: pl.DataFrame) -> dict[str, float]:
    return dict(frame.sort("territory").select("territory", "value").iter_rows())


def test_a_region_is_counted_without_the_parts_that_have_rows_of_their_own() -> None:
    found = resolve_territories(rows(("Тюменская область", "x", 1, 100.0), ("ХМАО", "x", 1, 30.0),
                                     ("Ямало-Ненецкий АО", "x", 1, 20.0), ("Курская область", "x", 1, 7.0)),
                                open_pack())
    assert values(found.frame) == {"RU-KHM": 30.0, "RU-KRS": 7.0, "RU-TYU": 50.0, "RU-YAN": 20.0}
    assert found.parted == {"RU-TYU": ("RU-KHM", "RU-YAN")}


def test_the_row_without_the_parts_goes_before_subtraction() -> None:
    found = resolve_territories(rows(
        ("Архангельская область", "x", 1, 100.0), ("Ненецкий автономный округ", "x", 1, 30.0),
        ("Архангельская область без автономного округа", "x", 1, 69.0)), open_pack())
    assert values(found.frame) == {"RU-ARK": 69.0, "RU-NEN": 30.0}


def test_totals_are_no_regions() -> None:
    found = resolve_territories(rows(("Российская Федерация", "x", 1, 9.0), ("Курганская область", "x", 1, 2.0),
                                     ("Уральский федеральный округ", "x", 1, 5.0)), open_pack())
    assert values(found.frame) == {"RU-KGN": 2.0}
    assert found.totals == ("Российская Федерация", "Уральский федеральный округ")


@pytest.mark.parametrize(("items", "code"), [
    ([("Башкирия", "x", 1, 1.0), ("RU-BA", "y", 1, 1.0)], "panel_two_names"),
    ([("Башкирия", "x", 1, 1.0), ("Челябинкская губерния", "y", 1, 1.0)], "unknown_region"),
    ([("Тюменская область", "x", 1, 1.0), ("ХМАО", "x", 1, 3.0)], "panel_parts"),
])
def test_what_cannot_be_counted_is_refused(items: list[tuple[object, ...]], code: str) -> None:
    with pytest.raises(InputFaults) as refused:
        resolve_territories(rows(*items), open_pack())
    assert [fault.code for fault in refused.value.faults] == [code]
    assert str(refused.value)


def test_a_name_may_change_from_year_to_year() -> None:
    found = resolve_territories(rows(("Башкирия", "x", 1, 1.0), ("RU-BA", "x", 2, 1.0)), open_pack())
    assert found.frame["territory"].to_list() == ["RU-BA", "RU-BA"]


def test_own_names_stay_as_they_are() -> None:
    found = resolve_territories(rows(("deu", "x", 1, 1.0), ("fra", "x", 1, 2.0)), open_pack())
    assert not found.known and found.frame["territory"].to_list() == ["deu", "fra"]


def test_old_codes_are_bridged_and_what_was_split_is_stated() -> None:
    """Of ОКВЭД-2007: 27.10 is 24.10; 35.30 parts equally into 28.99 and 30.30; 37.10 stays inside division 38."""
    found = bridge_output(rows(("A", "27.10", 1, 50.0), ("A", "35.30", 1, 30.0), ("A", "37.10", 1, 10.0),
                               ("A", "00.10", 1, 10.0)), "okved2007")
    assert dict(found.frame.select("activity", "value").iter_rows()) == {"24": 50.0, "28": 15.0, "30": 15.0,
                                                                        "38": 10.0}
    assert (found.split_share, found.lost_share, found.lost) == ({1: 0.3}, {1: 0.1}, ("00.10",))


def test_a_bridge_needs_two_digits() -> None:
    with pytest.raises(InputError):
        bridge_output(rows(("A", "27.10", 1, 60.0)), "okved2007", digits=1)


def plants(*items: dict[str, object]) -> pl.DataFrame:
    default = {"region": "RU-CHE", "oktmo": "75742000001", "okved2": "24.10", "jobs": 100.0}
    filled = [{"org_id": f"Z{at}", "name": f"Завод {at}", **default, **item} for at, item in enumerate(items)]
    return complete(pl.DataFrame(filled, infer_schema_length=None), "organisations")


def test_a_town_hangs_on_its_largest_industrial_plant() -> None:
    towns = single_industry_towns(plants(
        {"jobs": 800.0}, {"jobs": 100.0, "okved2": "10.71"}, {"jobs": 900.0, "okved2": "85.14"}, {"jobs": None},
        {"jobs": 10.0, "oktmo": "75743000", "okved2": "47.11"}))
    first, second = towns.rows(named=True)
    assert (first["plant"], first["industry"], first["unknown"], first["single"]) == ("Завод 0", "24", 1, True)
    assert first["plant_share"] == pytest.approx(800 / 1800) and first["complete"] is False
    assert first["equivalent"] == pytest.approx(1800**2 / (800**2 + 100**2 + 900**2))
    assert (second["plant"], second["single"]) == (None, None)


def test_the_share_is_of_all_who_work_in_the_town_and_includes_its_threshold() -> None:
    staff = pl.DataFrame({"oktmo": ["75742000"], "staff": [4000.0]})
    for share, single in ((0.2, True), (0.2001, False)):
        town = single_industry_towns(plants({"jobs": 800.0}), staff=staff, settings=TownSettings(share=share))
        assert town.select("plant_share", "single", "complete").row(0) == (0.2, single, True)


def test_what_is_related_nearby_is_what_plants_within_reach_make() -> None:
    related = pl.DataFrame({"a": ["24", "24"], "b": ["25", "28"], "proximity": [0.6, 0.7]})
    town = single_industry_towns(plants(
        {"latitude": 55.0, "longitude": 59.0}, {"okved2": "25.11", "oktmo": None, "latitude": 55.1, "longitude": 59.1},
        {"okved2": "28.91", "oktmo": None, "latitude": 60.0, "longitude": 30.0}), related=related)
    found = town["related"][0].to_list()
    assert [(item["activity"], item["plants"]) for item in found] == [("25", 1)]
    assert 0 < found[0]["km"] < 20


def test_a_negative_figure_is_refused() -> None:
    with pytest.raises(InputFaults):
        single_industry_towns(plants({"jobs": -1.0}))
