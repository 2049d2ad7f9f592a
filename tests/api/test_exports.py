"""Lists and cards as files: the same rows and fields, and what is taken away can be brought back without change."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from smezhnik.io import check_table
from smezhnik.records.access import KINDS, Viewer
from smezhnik.registry.loading import LOADABLE, find_difference
from smezhnik.registry.models import Site
from smezhnik.tables import table
from smezhnik.web.exporting import endings_of
from tests.api.conftest import caller
from tests.workplace import HERE, THERE, body, make, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
KIND = {kind.table: kind for kind in KINDS.values()}


def fill() -> None:
    """Records with everything that files find hard."""
    plant = make_organisation("ООО «Окна; Идель»\nфилиал", inn="7707083893", ogrn="1027700132195", jobs=12.5,
                              roles=["producer", "fund"], okved2="22.23", okved2_other=["10.1", "22.29"],
                              output_th_rub=1e9 + 0.25, latitude=54.7, longitude=55.9, country="RU", year=2025,
                              source="реестр, лист 2", source_date=dt.date(2026, 1, 31))
    make_organisation("=1+1", address="'кавычка", group_id="007")
    make_organisation("Итого", address="#хэш", foreign_id="00123")
    site = make(Site(held_by=HERE, organisation=plant, name="Цех № 1", region=HERE, oktmo="80701000"))
    make(Site(held_by=HERE, organisation=plant, name="Склад"))
    make_need("Стекло 1,500 мм", organisation=plant, site=site, volume=420000, unit="м²", okpd2="23.11.12",
              price=99.99, value_th_rub=1e-3, imported_th_rub=0.0, needed_by=dt.date(2027, 3, 1), confidential=True)
    make_need("+7 (347) 000", organisation=plant, unit="т", volume=1.5, basis="inferred", basis_note="а;б")
    make_need("нет", confidential=False, tnved="7007", standard="ГОСТ 111-2014")
    make_offer("Болты М12×60", organisation=plant, capacity=0.0, unit="т", price=1500.0, currency="RUB", min_lot=1.0,
               high_tech=True, import_substituting=False, valid_from=dt.date(2026, 1, 1), register_entry="10-00001")
    make_offer("Предложение без завода", valid_until=dt.date(2026, 12, 31))


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("name", LOADABLE)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_what_was_exported_imports_back_without_change(name: str, ending: str, lang: str, tmp_path: Path) -> None:
    fill()
    api = caller(make_user("министерство", "ministry", region=HERE, exports=True), lang=lang)
    answer = api.get(f"/{name}.{ending}")
    assert answer.status_code == 200
    path = tmp_path / f"{name}.{ending}"
    path.write_bytes(body(answer))
    loaded = check_table(path, name)
    count = KIND[name].model.objects.filter(held_by=HERE, archived=False).count()
    assert not loaded.faults and (loaded.read, loaded.accepted) == (count, count), loaded.faults
    found = find_difference(name, loaded.frame, HERE, source="возврат")
    assert (found.created, found.changed, found.same) == ([], [], count)


@pytest.mark.parametrize("name", LOADABLE)
def test_a_file_has_the_rows_and_fields_of_the_list(name: str) -> None:
    fill()
    make_need("чужая", THERE)
    for role in ("cluster", "auditor"):
        user = make_user(role, role, region=HERE, exports=True)
        api = caller(user)
        expected = [one["row"] for one in api.get(f"/{name}?size=200").json()["items"]]
        assert json.loads(body(api.get(f"/{name}.json"))) == expected
        placed = json.loads(body(api.get(f"/{name}.geojson")))
        assert [one["properties"] for one in placed["features"]] == expected
        for one in placed["features"]:
            row = one["properties"]
            assert one["geometry"] == (None if row["latitude"] is None else {
                "type": "Point", "coordinates": [row["longitude"], row["latitude"]]})
        rows = list(csv.DictReader(io.StringIO(body(api.get(f"/{name}.csv")).decode())))
        key = table(name).key[0]
        assert [row[key] for row in rows] == [row[key] for row in expected]
        closed = [column for column, about in table(name).columns.items() if about.secrecy == "confidential"]
        assert all(row[column] == "" for row in rows for column in closed)
        book = openpyxl.load_workbook(io.BytesIO(body(api.get(f"/{name}.xlsx"))))
        assert book.active is not None and book.active.max_row == len(expected) + 1
        assert json.loads(body(signed_in(user).get(f"/{name}.json"))) == expected


def test_a_file_answers_the_same_filters_as_the_list() -> None:
    fill()
    api = caller(make_user("министерство", "ministry", region=HERE, exports=True))
    for asked in ("okpd2=23", "q=стекло", "basis=inferred", "q=нигде"):
        expected = [one["row"] for one in api.get(f"/needs?{asked}").json()["items"]]
        assert json.loads(body(api.get(f"/needs.json?{asked}"))) == expected
    assert api.get("/needs.json?size=5").status_code == 422, "a file is whole"


def test_only_who_may_export_takes_files_away_and_only_with_a_key_or_on_the_page() -> None:
    need = make_need()
    reader = make_user("читатель", "ministry", region=HERE)
    for path in ("/needs.xlsx", "/needs.json"):
        assert caller(reader).get(path).json()["code"] == "api_no_exports"
        assert signed_in(reader).get(path).status_code == 403
    assert signed_in(reader).get(f"/r/{need.public_id}.xlsx").status_code == 403
    taker = make_user("выгружает", "ministry", region=HERE, exports=True)
    refused = signed_in(taker).get("/api/v1/needs.xlsx")
    assert (refused.status_code, refused.json()["code"]) == (403, "api_key_needed")


@pytest.mark.parametrize("name", LOADABLE)
def test_a_card_is_a_file_of_one_row_where_it_makes_sense(name: str) -> None:
    fill()
    browser = signed_in(make_user("министерство", "ministry", region=HERE, exports=True))
    kind = KIND[name]
    viewer = Viewer("министерство", "ministry", HERE)
    for record in kind.visible_to(viewer):
        (row,) = json.loads(body(browser.get(f"/r/{record.public_id}.json")))
        seen: dict[str, Any] = {key: value.isoformat() if isinstance(value, dt.date) else value
                                for key, value in kind.seen(viewer, record).items()}
        assert row == seen
        assert body(browser.get(f"/r/{record.public_id}.xlsx"))[:2] == b"PK"
    assert browser.get(f"/r/{record.public_id}.exe").status_code == 404


def test_what_has_no_place_is_no_map() -> None:
    placed = {kind.table for kind in KINDS.values() if "geojson" in endings_of(kind)}
    assert placed == {name for name in (kind.table for kind in KINDS.values())
                      if {"latitude", "longitude"} <= set(table(name).columns)}
    assert placed >= {"organisations", "sites"} and "contracts" not in placed
