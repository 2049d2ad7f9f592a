"""Deadlines as a calendar: of the one who asks, nobody else's; the address opens nothing but itself."""

from __future__ import annotations

import datetime as dt
import re

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from smezhnik.cooperation.actions import open_case
from smezhnik.people.models import Token, User
from tests.workplace import THERE, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader() -> User:
    """A ministry with a case that is due tomorrow, and a neighbour with one of its own."""
    today = timezone.localdate()
    for region, text in (("RU-BA", "Стекло листовое"), (THERE, "Болты тайные")):
        organisation = make_organisation(f"Завод {text}", held_by=region)
        open_case(make_need(text, held_by=region, organisation=organisation),
                  make_offer(text, held_by=region, organisation=organisation), "анна", on=today,
                  next_on=today + dt.timedelta(days=1))
    return make_user("анна", "ministry", region="RU-BA")


def entries(content: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def address_of(client: Client) -> str:
    page = client.post("/account/", {"what": "calendar", "confirm": "пароль-для-проверки-1"}).content.decode()
    found = re.search(r"http://testserver(/calendar/[^<]+\.ics)", page)
    assert found is not None
    return found[1]


def test_the_file_has_what_is_due_and_only_ones_own(leader: User) -> None:
    answer = signed_in(leader).get("/deadlines.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    made = entries(answer.content)
    assert [entry["summary"] for entry in made] and all("тайные" not in str(entry) for entry in made)
    due = next(entry for entry in made if "Стекло" in entry["summary"])
    assert due.decoded("dtstart") == timezone.localdate() + dt.timedelta(days=1)
    assert due["url"].startswith("http://testserver/cases/K-")


def test_the_address_needs_no_session_and_entries_keep_their_identity(leader: User) -> None:
    address = address_of(signed_in(leader))
    first, second = (entries(Client().get(address).content) for _ in range(2))
    assert {str(entry["uid"]) for entry in first} == {str(entry["uid"]) for entry in second} != set()


def test_the_address_opens_nothing_else_and_can_be_revoked(leader: User) -> None:
    client = signed_in(leader)
    address = address_of(client)
    secret = address.removeprefix("/calendar/").removesuffix(".ics")
    key = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/me", headers=key).status_code == 401, "it is no key to the API"
    assert Client().get("/calendar/nothing.ics").status_code == 404
    assert secret not in str(list(Token.objects.values())), "only its hash is kept"
    client.post("/account/", {"what": "token_off", "token": Token.objects.get(feed=True).pk})
    assert Client().get(address).status_code == 404


def test_a_key_to_the_api_is_no_address(leader: User) -> None:
    client = signed_in(leader)
    page = client.post("/account/", {"what": "token", "name": "х", "days": "7",
                                     "confirm": "пароль-для-проверки-1"}).content.decode()
    key = re.search(r"smz_[\w-]+", page)
    assert key is not None
    assert Client().get(f"/calendar/{key[0]}.ics").status_code == 404
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {key[0]}"}).status_code == 200


def test_a_user_who_may_not_come_in_any_more_has_no_calendar(leader: User) -> None:
    address = address_of(signed_in(leader))
    User.objects.filter(pk=leader.pk).update(is_active=False)
    assert Client().get(address).status_code == 404
