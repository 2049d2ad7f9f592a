"""Lists: facets that count what is seen, chosen columns, many records at once with a look before and one undo."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from smezhnik.records.access import KINDS, Viewer
from smezhnik.records.journal import anchor, verify
from smezhnik.records.models import Action
from smezhnik.registry import queries
from smezhnik.registry.actions import edit
from smezhnik.registry.models import Need, Offer
from smezhnik.registry.queries import Asked, access_page, other_values
from tests.web.world import EDITS, HERE, VIEWERS, World
from tests.workplace import THERE, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
ANNA = Viewer("анна", "ministry", HERE)


def options(page: str, name: str) -> dict[str, str]:
    """Values of a facet of the page with their numbers."""
    chosen = re.search(rf'<select id="facet-{name}".*?</select>', page, re.DOTALL)
    return dict(re.findall(r'<option value="([^"]+)"[^>]*>[^<]*\((\d+)\)', chosen[0])) if chosen else {}


def test_facets_count_what_would_be_found() -> None:
    for number, code in enumerate(("23.11.12", "23.12.13", "25.94.11", None)):
        make_offer(f"Товар {number}", okpd2=code, basis="register" if number else "declared",
                   import_substituting=number > 1)
    page = signed_in(make_user("анна", "ministry", region=HERE)).get("/offers/").content.decode()
    assert options(page, "okpd2") == {"23": "2", "25": "1"}
    assert re.search(r'value="23">23 [А-Я][а-я]', page), "a class says its name"
    assert options(page, "basis") == {"register": "3", "declared": "1"}
    assert options(page, "import_substituting") == {"yes": "2", "no": "2"}
    for name, values in {"okpd2": ("23", "25"), "basis": ("register",), "import_substituting": ("yes", "no")}.items():
        for value in values:
            found = access_page(KINDS["offer"], ANNA, Asked(where={name: value}))
            assert options(page, name)[value] == str(found.count)


def test_a_facet_that_is_set_still_shows_its_other_values() -> None:
    make_offer("а", basis="register", okpd2="23.11")
    make_offer("б", basis="declared", okpd2="25.94")
    asked = Asked(where={"basis": "register"})
    assert dict(other_values(KINDS["offer"], ANNA, asked, "basis")) == {"register": 1, "declared": 1}
    assert dict(access_page(KINDS["offer"], ANNA, asked, facets=["okpd2"]).facets["okpd2"]) == {"23": 1}


def test_facets_look_at_a_bounded_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "COUNTED", 5)
    for number in range(9):
        make_need(f"Товар {number}")
    assert access_page(KINDS["need"], ANNA, Asked(), facets=["region"]).facets == {"region": [(HERE, 5)]}
    assert other_values(KINDS["need"], ANNA, Asked(where={"region": HERE}), "region") == [(HERE, 5)]


def test_facets_of_a_long_list_stay_for_a_minute_its_rows_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "COUNTED", 5)
    now = [100.0]
    monkeypatch.setattr(queries.time, "monotonic", lambda: now[0])
    for number in range(6):
        make_need(f"болт {number}")

    def seen(viewer: Viewer) -> tuple[list[str], list[tuple[Any, int]]]:
        listed = access_page(KINDS["need"], viewer, Asked(), facets=["region"])
        assert listed.count is None
        return [one.text for one in listed.rows], listed.facets["region"]

    assert seen(ANNA) == ([f"болт {number}" for number in range(6)], [(HERE, 5)])
    make_need("анкер", region=THERE)
    first = Need.objects.order_by("id").first()
    assert first is not None
    edit(first, {"region": THERE}, "анна", expected=first.version)
    assert seen(ANNA)[0][0] == "анкер" and seen(ANNA)[1] == [(HERE, 5)]
    assert dict(seen(replace(ANNA, login="борис"))[1]) == {HERE: 3, THERE: 2}, "another viewer has his own"
    now[0] += queries.STEADY_S
    assert dict(seen(ANNA)[1]) == {HERE: 3, THERE: 2}


def test_columns_are_chosen_kept_in_the_address_and_in_a_filter() -> None:
    make_need("Стекло", standard="ГОСТ 111")
    client = signed_in(make_user("анна", "ministry", region=HERE))
    page = client.get("/needs/?columns=standard&columns=basis&columns=password").content.decode()
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page)
    assert heads == ["Что нужно", "Стандарт", "Основание"] and "ГОСТ 111" in page
    saved = client.post("/needs/filter/", {"q": "стекло", "name": "Стекло", "columns": ["standard"]})
    opened = client.get(client.get(saved.headers["Location"]).headers["Location"]).content.decode()
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', opened) == ["Что нужно", "Стандарт"]


def test_a_column_that_is_closed_cannot_be_chosen() -> None:
    make_offer("Стекло", capacity=417_345, price=918_273, confidential=False)
    client = signed_in(make_user("аудит", "auditor", region=HERE))
    page = client.get("/offers/?columns=capacity&columns=price&columns=standard").content.decode()
    assert "417" not in page and "918" not in page and 'value="capacity"' not in page


def look(client: Any, records: list[Any], **values: str) -> tuple[int, str, dict[str, str]]:
    """The preview: status, words, and what its button sends."""
    answer = client.post("/needs/bulk/", {"id": [one.public_id for one in records], **values})
    page = answer.content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    return answer.status_code, page, {"seen": seen[1]} if seen else {}


def test_many_are_changed_as_one_action_after_a_look_and_undone_as_one() -> None:
    needs = [make_need(f"Стекло {number}", basis="declared") for number in range(3)]
    same = make_need("Болты", basis="register")
    client = signed_in(make_user("анна", "ministry", region=HERE))
    before = anchor().number
    status, page, seen = look(client, [*needs, same], what="basis", value="register")
    assert status == 200 and "3 записи" in page and "уже такие – 1" in page and anchor().number == before
    done = client.post("/needs/bulk/", {"id": [one.public_id for one in [*needs, same]], "what": "basis",
                                        "value": "register", **seen})
    assert done.status_code == 302 and anchor().number == before + 1
    action = Action.objects.get(number=before + 1)
    assert done.headers["Location"] == f"/journal/{action.number}/" and action.changes == 3
    assert set(Need.objects.values_list("basis", flat=True)) == {"register"}
    assert client.post(f"/journal/{action.number}/undo/").status_code == 302
    assert sorted(Need.objects.values_list("basis", flat=True)) == ["declared"] * 3 + ["register"] and verify() == []


def test_all_that_the_list_finds_are_taken_away_and_come_back() -> None:
    for text in ("Стекло 4 мм", "Стекло 6 мм", "Болты"):
        make_need(text)
    client = signed_in(make_user("анна", "ministry", region=HERE))
    asked = {"all": "1", "q": "стекло", "what": "archive"}
    page = client.post("/needs/bulk/", asked).content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert seen and "Болты" not in page
    client.post("/needs/bulk/", {**asked, "seen": seen[1]})
    assert [need.text for need in Need.objects.filter(archived=False)] == ["Болты"]
    client.post(f"/journal/{anchor().number}/undo/")
    assert Need.objects.filter(archived=False).count() == 3


def test_who_was_quicker_is_seen_before_anything_is_done() -> None:
    need = make_need("Стекло", basis="declared")
    client = signed_in(make_user("анна", "ministry", region=HERE))
    _, _, seen = look(client, [need], what="basis", value="register")
    edit(need, {"volume": 9}, "борис", expected=1)
    status, page, again = look(client, [need], what="basis", value="register", **seen)
    assert status == 409 and "изменились" in page and again != seen
    assert Need.objects.get().basis == "declared"
    assert look(client, [need], what="basis", value="register", **again)[0] == 302


@pytest.mark.parametrize(("values", "status"), [
    ({"what": "basis"}, 200), ({"what": "basis", "value": "пальцем"}, 400), ({"what": "text", "value": "а"}, 400),
    ({"what": "password", "value": "а"}, 400), ({}, 400), ({"what": "basis", "value": ""}, 200),
    ({"what": "region", "value": "нет такого"}, 400)])
def test_what_cannot_be_done_is_told_and_nothing_is_done(values: dict[str, str], status: int) -> None:
    need = make_need("Стекло", basis="declared")
    client = signed_in(make_user("анна", "ministry", region=HERE))
    before = anchor().number
    assert look(client, [need], **values)[0] == status
    assert anchor().number == before and Need.objects.get().basis == "declared"


def test_more_than_one_action_takes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from smezhnik.web.views import bulk

    monkeypatch.setattr(bulk, "MOST", 2)
    needs = [make_need(f"Стекло {number}") for number in range(3)]
    client = signed_in(make_user("анна", "ministry", region=HERE))
    status, page, _ = look(client, needs, what="archive")
    assert status == 400 and "больше 2" in page


def test_a_plant_changes_its_own_only() -> None:
    plant = make_organisation("Окна")
    own = make_offer("Стеклопакет", organisation=plant, basis="declared", confidential=False)
    other = make_offer("Болты", basis="declared", confidential=False)
    client = signed_in(make_user("завод", "plant", region=HERE, organisation=plant))
    asked = {"id": [own.public_id, other.public_id], "what": "basis", "value": "register"}
    page = client.post("/offers/bulk/", asked).content.decode()
    assert "менять нельзя – 1" in page
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert seen and client.post("/offers/bulk/", {**asked, "seen": seen[1]}).status_code == 302
    assert dict(Offer.objects.values_list("text", "basis")) == {"Стеклопакет": "register", "Болты": "declared"}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_many_at_once_show_and_change_no_more_than_one_at_a_time(world: World, viewer: str) -> None:
    """Whoever sends the id of a record that it may not know of learns nothing, and nothing happens to it."""
    for plural, kind in (("offers", "offer"), ("needs", "need"), ("organisations", "organisation")):
        things = [thing for thing in world.things if kind == thing.record.KIND]
        answer = world.clients[viewer].post(f"/{plural}/bulk/", {
            "id": [thing.record.public_id for thing in things], "what": "archive"})
        page = answer.content.decode()
        for thing in things:
            may = viewer in EDITS.get(thing.tag, ()) and thing.region == HERE and answer.status_code == 200
            listed = f'/r/{thing.record.public_id}/' in page
            assert listed == may or (not thing.known_to(viewer) and not listed), (viewer, thing.tag, thing.region)
