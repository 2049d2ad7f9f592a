"""Regions, their outlines, towns and distances."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.classifiers.packaged import read_tsv
from smezhnik.classifiers.places import find_place, nearest, open_gazetteer
from smezhnik.classifiers.regions import (
    distance_km,
    find_region,
    find_region_fault,
    load_boundaries,
    load_regions,
    open_pack,
    project,
)
from smezhnik.errors import InputError, describe_fault
from smezhnik.tables import table

#: Region names as two open sources print them: the organisations of the register of Russian products (2026) and
#: Rosstat's numbers of organisations (2017–2022).
NAMES = read_tsv(Path(__file__).parent / "region_names.tsv")
REGISTER_NAMES = NAMES.filter(pl.col("source") == "register")["name"].to_list()


def test_the_pack_is_the_declared_table() -> None:
    frame = load_regions()
    assert frame.columns == list(table("regions").columns)
    table("regions").schema.validate(frame)
    assert len(frame) == 90


@pytest.mark.parametrize("name", NAMES["name"].to_list())
def test_every_name_of_the_open_sources_is_a_region(name: str) -> None:
    assert find_region(name) is not None


def test_the_names_of_the_register_are_as_many_regions() -> None:
    assert len({find_region(name) for name in REGISTER_NAMES}) == len(REGISTER_NAMES) == 78


@pytest.mark.parametrize(("text", "region"), [
    ("2", "RU-BA"), ("2.0", "RU-BA"), ("02", "RU-BA"), (2, "RU-BA"), (2.0, "RU-BA"), ("RU-BA", "RU-BA"),
    ("ru-ba", "RU-BA"),
    ("80000000000", "RU-BA"), ("80701000001", "RU-BA"), ("80000000", "RU-BA"), ("1000000", "RU-ALT"),
    ("71876000", "RU-KHM"), ("71136000000", "RU-KHM"), ("71176000000", "RU-YAN"), ("71701000", "RU-TYU"),
    ("11851000001", "RU-NEN"), ("11701000", "RU-ARK"), ("84", "RU-KYA"), ("88", "RU-KYA"), ("82", "RU-KAM"),
    ("Респ Татарстан", "RU-TA"), ("Татарстан Респ", "RU-TA"), ("татарстан", "RU-TA"), ("ХМАО", "RU-KHM"),
    ("ХМАО-Югра", "RU-KHM"), ("г. Москва", "RU-MOW"), ("Москва г", "RU-MOW"), ("Московская обл.", "RU-MOS"),
    ("обл. Московская", "RU-MOS"), ("Чувашия", "RU-CU"), ("СПб", "RU-SPE"), ("Санкт-Петербург г", "RU-SPE"),
    ("Республика Саха /Якутия/", "RU-SA"), ("Якутия", "RU-SA"), ("Алтай", "RU-AL"), ("Алтайский", "RU-ALT"),
    ("Кемеровская область", "RU-KEM"), ("Кузбасс", "RU-KEM"), ("Башкирия", "RU-BA"), ("Орёл область", "RU-ORL"),
    ("Chelyabinsk Oblast", "RU-CHE"), ("Republic of Tatarstan", "RU-TA"), ("Moscow Oblast", "RU-MOS"),
    ("Moscow", "RU-MOW"), ("Altai Krai", "RU-ALT"), ("Altai Republic", "RU-AL"), ("KZ-BAY", "KZ-BAY"),
    ("Краснодарский край, г. Сочи", "RU-KDA"),
])
def test_a_region_is_found_by_every_code_and_spelling(text: object, region: str) -> None:
    assert find_region(text) == region
    assert find_region_fault(text) is None


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(load_regions().rows(named=True)))
def test_every_region_is_found_by_all_that_the_table_says_of_it(row: dict[str, object]) -> None:
    texts = [row["region"], row["name_ru"], row["name_en"], row["tax_code"], row["okato"], row["oktmo"],
             *row["aliases"]]  # type: ignore[misc]
    for text in filter(None, texts):
        if str(text).isdigit() and 3 <= len(str(text)) <= 4:
            continue  # an inner prefix of ОКАТО, not a code
        assert find_region(text) == row["region"], text


@pytest.mark.parametrize(("text", "code"), [
    ("Россия", "region_is_country"), ("РФ", "region_is_country"), ("ПФО", "region_is_district"),
    ("Приволжский федеральный округ", "region_is_district"), ("Республика Беларусь", "region_is_abroad"),
    ("ВСЕГО по РФ", "region_is_total"),
    ("Челибинская область", "unknown_region"), ("96", "unknown_region"), ("абракадабра", "unknown_region"),
])
def test_what_is_not_a_region_is_named_as_what_it_is(text: str, code: str) -> None:
    fault = find_region_fault(text)
    assert find_region(text) is None
    assert fault is not None and fault.code == code
    assert all(text in describe_fault(fault, lang) for lang in ("ru", "en"))


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.none()))
def test_any_cell_is_a_region_a_fault_or_empty(cell: object) -> None:
    reading = open_pack().read(cell)
    assert reading.region is None or reading.region in set(load_regions()["region"])
    assert reading.fault is None or describe_fault(reading.fault, "ru")
    find_place(str(cell))


def test_a_misspelt_region_is_answered_with_the_nearest_names() -> None:
    fault = find_region_fault("Челибинская область")
    assert fault is not None and fault.fields["nearest"][0] == "Челябинская область"  # type: ignore[index]


@pytest.mark.parametrize("empty", [None, "", " ", "-", "–"])
def test_an_empty_cell_is_neither_a_region_nor_a_fault(empty: object) -> None:
    assert find_region(empty) is None and find_region_fault(empty) is None


def test_a_region_without_its_inner_ones_is_told_from_the_whole() -> None:
    pack = open_pack()
    part = pack.read("Архангельская область (кроме Ненецкого автономного округа)")
    assert (part.region, part.without) == ("RU-ARK", ("RU-NEN",))
    assert pack.read("Тюменская область без автономных округов").without == ("RU-KHM", "RU-YAN")
    assert pack.read("Архангельская область").without == ()


def test_territories_inside_another_have_a_parent() -> None:
    parents = dict(load_regions().filter(pl.col("parent").is_not_null()).select("region", "parent").iter_rows())
    assert parents == {"RU-NEN": "RU-ARK", "RU-KHM": "RU-TYU", "RU-YAN": "RU-TYU"}
    assert open_pack().contains("RU-TYU", "RU-YAN") and not open_pack().contains("RU-YAN", "RU-TYU")


def test_another_pack_replaces_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "regions.csv").write_text(
        "region,name_ru,tax_code,parent,aliases\nN,Север,01,,Северный край; Поморье\nN-1,Крайний Север,02,N,\n",
        "utf-8")
    assert find_region("Поморье", tmp_path) == "N"
    assert find_region("02", tmp_path) == "N-1"
    assert find_region("RU-BA", tmp_path) is None
    assert load_boundaries(tmp_path) == {}
    assert find_place("г. Уфа", pack=tmp_path) is None
    with pytest.raises(LookupError):
        project(54.7, 56.0, tmp_path)


def test_a_pack_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "regions.csv").write_text("code,name\n1,Север\n", "utf-8")
    with pytest.raises(InputError, match="name_ru"):
        load_regions(tmp_path)


# -- the plane

def inside(point: tuple[float, float], rings: list[list[tuple[float, float]]]) -> bool:
    x, y = point
    odd = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


def test_towns_lie_inside_the_outlines_of_their_regions() -> None:
    outlines = load_boundaries()
    towns = [town for town in open_gazetteer().towns if town.region in outlines]
    hits = sum(inside(project(town.latitude, town.longitude), outlines[town.region]) for town in towns)  # type: ignore[arg-type]
    assert len(towns) == 1_100
    assert hits >= 1_080  # ports stand on a simplified shore


def test_regions_without_geometry_stay_listed() -> None:
    outlines = load_boundaries()
    assert len(outlines) == 83
    assert set(outlines) < set(load_regions()["region"])


def test_the_centre_of_a_region_is_the_mean_of_its_towns_by_population() -> None:
    towns = [town for town in open_gazetteer().towns if town.region == "RU-CHE"]
    people = np.array([town.population for town in towns])
    latitude = np.average([town.latitude for town in towns], weights=people)
    row = load_regions().filter(pl.col("region") == "RU-CHE").row(0, named=True)
    assert row["latitude"] == pytest.approx(latitude, abs=0.02)  # on the sphere a little off the plain mean


# -- distances and towns

def test_distances_are_great_circles() -> None:
    assert distance_km(0.0, 0.0, 0.0, 180.0) == pytest.approx(np.pi * 6371.0088)
    # a worked example of the haversine formula: Big Ben to the Statue of Liberty, 5 574.8 km
    assert distance_km(51.5007, -0.1246, 40.6892, -74.0445) == pytest.approx(5574.8, abs=0.1)
    assert np.isnan(distance_km(np.nan, 0.0, 0.0, 0.0))
    assert distance_km([0.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]).tolist() == [0.0, 0.0]


COORDINATES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@settings(derandomize=True, deadline=None)
@given(COORDINATES, COORDINATES, COORDINATES)
def test_distance_is_a_metric(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> None:
    assert distance_km(*a, *b) == pytest.approx(distance_km(*b, *a), abs=1e-6)
    assert distance_km(*a, *c) <= distance_km(*a, *b) + distance_km(*b, *c) + 1e-6


@pytest.mark.parametrize(("address", "town", "region"), [
    ("450000, Республика Башкортостан, г. Уфа, ул. Ленина, 1", "Уфа", "RU-BA"),
    ("Челябинская обл, г Магнитогорск, ул Кирова, 93", "Магнитогорск", "RU-CHE"),
    ("454000, г.Челябинск, пр-т Ленина", "Челябинск", "RU-CHE"),
    ("Республика Татарстан, г. Набережные Челны, пр. Мира", "Набережные Челны", "RU-TA"),
    ("Кировская обл., г. Киров", "Киров", "RU-KIR"), ("РБ, г. Октябрьский, ул. Северная", "Октябрьский", "RU-BA"),
    ("Республика Башкортостан, г. Благовещенск", "Благовещенск", "RU-BA"),
    ("Амурская область, Благовещенск г", "Благовещенск", "RU-AMU"),
    ("143000, Московская область, Одинцово, Можайское шоссе", "Одинцово", "RU-MOS"),
    ("г. Санкт-Петербург, Московский пр., 10", "Санкт-Петербург", "RU-SPE"),
    ("Тюменская область, г. Сургут", "Сургут", "RU-KHM"),
    ("Московская обл, г Клин, г Высоковск", "Высоковск", "RU-MOS"),
])
def test_an_address_tells_its_town(address: str, town: str, region: str) -> None:
    found = find_place(address)
    assert found is not None and (found.name, found.region) == (town, region)


@pytest.mark.parametrize("address", ["ул. Советская, г. Киров", "Благовещенск", "с. Ивановка", "Уфимское шоссе", ""])
def test_an_address_that_does_not_tell_gives_no_town(address: str) -> None:
    assert find_place(address) is None


def test_a_given_region_decides_between_towns_of_one_name() -> None:
    found = find_place("г. Киров", region="RU-KLU")
    assert found is not None and found.region == "RU-KLU"


def test_the_nearest_town_within_a_distance() -> None:
    assert nearest(54.73, 55.95, within_km=15) == "Уфа"
    assert nearest(70.0, 100.0, within_km=15) is None
