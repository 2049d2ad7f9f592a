"""Who gives rights to whom: administrators, of everything or of their region; their own stay as they are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from smezhnik.people.models import User, Visit
from smezhnik.records.models import Action
from tests.workplace import HERE, PASSWORD, THERE, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return signed_in(make_user("админ", "administrator"))


@pytest.fixture
def here() -> Client:
    return signed_in(make_user("админ-края", "administrator", region=HERE))


def rights(**given: Any) -> dict[str, Any]:
    return {"role": "fund", "region": HERE, "active": "1", "password": PASSWORD, **given}


def test_a_user_is_made_with_a_link_that_lets_it_in(admin: Client) -> None:
    page = admin.post("/users/new/", {"login": "Сидорова", "role": "auditor", "password": PASSWORD}).content.decode()
    link = re.search(r"/invitation/[^<]+/", page)
    assert link is not None
    client = Client()
    assert client.post(link[0], {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert User.objects.get(login="сидорова").role == "auditor"
    assert Action.objects.get(what="people.create_user", details__user="сидорова").who == "админ"


@pytest.mark.parametrize("given", [
    {"login": "", "role": "auditor"}, {"login": "админ", "role": "auditor"}, {"login": "x", "role": "царь"},
    {"login": "x", "role": "plant", "region": HERE}, {"login": "x", "role": "fund"},
    {"login": "x", "role": "plant", "region": HERE, "organisation": "P-0000-0000"},
    {"login": "x", "role": "auditor", "password": "не тот"},
])
def test_a_user_without_what_its_role_needs_is_refused(admin: Client, given: dict[str, str]) -> None:
    assert admin.post("/users/new/", {"password": PASSWORD, **given}).status_code == 400
    assert User.objects.count() == 1


def test_another_role_ends_all_sessions_and_stands_in_the_journal(admin: Client) -> None:
    user = make_user("кто", "ministry", region=HERE)
    client = signed_in(user)
    assert admin.get("/users/кто/").status_code == 200
    assert admin.post("/users/кто/role/", rights(password="не тот")).status_code == 400
    assert client.get("/imports/").status_code == 200
    assert admin.post("/users/кто/role/", rights()).status_code == 302
    user.refresh_from_db()
    assert (user.role, user.exports) == ("fund", False)
    assert client.get("/").status_code == 302, "signed out"
    entry = Action.objects.get(what="people.change_user")
    assert (entry.details["before"]["role"], entry.details["after"]["role"]) == ("ministry", "fund")


def test_who_is_locked_out_comes_in_no_more_also_by_a_link(admin: Client) -> None:
    user = make_user("кто", "fund", region=HERE)
    admin.post("/users/кто/role/", rights(active=""))
    assert Client().post("/signin/", {"login": "кто", "password": PASSWORD}).status_code == 401
    page = admin.post(f"/users/{user.login}/link/", {"password": PASSWORD}).content.decode()
    link = re.search(r"/invitation/[^<]+/", page)
    assert link is not None and Client().get(link[0]).status_code == 404


def test_nobody_changes_their_own_rights(admin: Client) -> None:
    assert admin.post("/users/админ/role/", rights(role="ministry")).status_code == 400
    assert User.objects.get(login="админ").role == "administrator"
    assert 'action="/users/%D0%B0%D0%B4%D0%BC%D0%B8%D0%BD/role/"' not in admin.get("/users/админ/").content.decode()


def test_a_plant_belongs_to_an_organisation_of_its_region(admin: Client) -> None:
    make_user("кто", "fund", region=HERE)
    mine, other = make_organisation(), make_organisation("Чужая", held_by=THERE)
    refused = admin.post("/users/кто/role/", rights(role="plant", organisation=other.public_id))
    assert refused.status_code == 400
    assert admin.post("/users/кто/role/", rights(role="plant", organisation=mine.public_id)).status_code == 302
    assert User.objects.get(login="кто").organisation == mine


def test_an_administrator_of_a_region_gives_rights_there_only(here: Client) -> None:
    make_user("свой", "fund", region=HERE)
    make_user("чужой", "fund", region=THERE)
    other = make_organisation("Чужая", held_by=THERE)
    assert here.get("/users/чужой/").status_code == 404
    for what in ("role", "link", "sessions"):
        assert here.post(f"/users/чужой/{what}/", rights()).status_code == 404
    for given in ({"role": "administrator", "region": ""}, {"region": THERE}, {"role": "plant",
                                                                             "organisation": other.public_id}):
        assert here.post("/users/свой/role/", rights(**given)).status_code == 400
        assert here.post("/users/new/", rights(login="новый", **given)).status_code == 400
    assert here.post("/users/свой/role/", rights(role="auditor")).status_code == 302


def test_the_security_officer_ends_sessions_and_changes_nothing_else() -> None:
    officer, user = signed_in(make_user("офицер", "security")), make_user("кто", "ministry", region=HERE)
    client, other = signed_in(user), signed_in(user)
    assert "127.0.0.1" in officer.get("/users/кто/").content.decode()
    visit = Visit.objects.get(session=client.session.session_key)
    officer.post("/users/кто/sessions/", {"visit": visit.pk})
    assert client.get("/").status_code == 302 and other.get("/").status_code == 200
    officer.post("/users/кто/sessions/")
    assert other.get("/").status_code == 302
    assert officer.post("/users/кто/role/", rights()).status_code == 403
    assert officer.post("/users/кто/link/", {"password": PASSWORD}).status_code == 403
    assert officer.post("/users/new/", rights(login="x")).status_code == 403
    assert officer.get("/needs/").content.decode().count("/r/N-") == 0
