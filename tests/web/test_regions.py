"""Regions and ratings in the workplace: what the records say, and the pages that tables give."""

from __future__ import annotations

from pathlib import Path

import pytest

from smezhnik.registry.models import Reference
from tests.workplace import HERE, THERE, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parents[2] / "examples"


def analyst():  # type: ignore[no-untyped-def]
    return signed_in(make_user("аналитик", "ministry", region=HERE))


def add(client, file: Path, table: str, title: str):  # type: ignore[no-untyped-def]
    with file.open("rb") as opened:
        return client.post("/regions/", {"file": opened, "table": table, "title": title})


def test_a_region_shows_its_plants_and_what_they_make_and_need() -> None:
    plant = make_organisation("Стекло-Юрюзань", region="RU-CHE", output_th_rub=1_000.0)
    make_offer("Стекло 4 мм", organisation=plant, okpd2="23.11.12")
    make_offer("Стекло 6 мм", okpd2="23.11.12.110")
    make_need("Сода", okpd2="20.13")
    make_organisation("Чужой завод", held_by=THERE)
    client = analyst()
    page = client.get("/regions/RU-BA/").content.decode()
    assert "Башкортостан" in page and ">2<" in page and "Чужой завод" not in page
    assert "Стекло-Юрюзань" in client.get("/regions/RU-CHE/").content.decode()
    assert "1 000" not in client.get("/regions/RU-CHE/").content.decode(), "one firm is no sum"
    assert client.get("/regions/RU-MOW/").status_code == 404
    assert "Челябинская" in client.get("/regions/").content.decode()


def test_a_table_of_output_gives_the_profile_of_a_region() -> None:
    client = analyst()
    make_organisation()
    assert add(client, EXAMPLES / "regions" / "organisations.csv", "output", "Организации").status_code == 302
    table = Reference.objects.get()
    answer = client.get(f"/regions/RU-BA/profile/{table.public_id}/")
    page = answer.content.decode()
    assert answer.status_code == 200 and "Башкортостан" in page
    assert "sha256-" in answer.headers["Content-Security-Policy"] and "unsafe" not in answer.headers[
        "Content-Security-Policy"]


def test_a_rating_opens_as_a_whole_and_for_each() -> None:
    client = analyst()
    assert add(client, EXAMPLES / "rating" / "asem.csv", "asem", "АСЕМ").status_code == 302
    table = Reference.objects.get()
    assert client.get(f"/ratings/{table.public_id}/").status_code == 200
    names = client.get(f"/ratings/{table.public_id}/rated/").content.decode()
    assert "Швейцария" in names
    assert "Польша" in client.get(f"/ratings/{table.public_id}/?of=Poland").content.decode()
    assert client.get(f"/ratings/{table.public_id}/?of=Atlantis").status_code == 404


def test_a_table_that_does_not_fit_is_refused_whole(tmp_path: Path) -> None:
    client = analyst()
    wrong = tmp_path / "не то.csv"
    wrong.write_text("Что;Сколько\nСтекло;1\n", encoding="utf-8")
    for table in ("output", "asem"):
        assert add(client, wrong, table, "Не то").status_code == 400
    assert not Reference.objects.exists()
    neighbour = signed_in(make_user("сосед", "ministry", region=THERE))
    add(client, EXAMPLES / "rating" / "asem.csv", "asem", "АСЕМ")
    assert neighbour.get(f"/ratings/{Reference.objects.get().public_id}/").status_code == 404


def test_up_to_ten_regions_stand_side_by_side() -> None:
    client = analyst()
    add(client, EXAMPLES / "regions" / "organisations.csv", "output", "Организации")
    address = f"/comparison/{Reference.objects.get().public_id}/"
    page = client.get(f"{address}?of=RU-BA&of=RU-CHE&of=XX").content.decode()
    assert "Башкортостан" in page and "Челябинская" in page and "2 региона" in page.replace("\N{NO-BREAK SPACE}", " ")
    codes = ("BA", "CHE", "PER", "SVE", "SAM", "TA", "ORE", "KGN", "TYU", "UD", "NIZ", "ULY")
    many = "&".join(f"of=RU-{code}" for code in codes)
    assert "10 регионов" in client.get(f"{address}?{many}").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert client.get(address).status_code == 200
