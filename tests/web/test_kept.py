"""What somebody typed survives whatever answers it: 403, 409, 500 and the end of the session."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from smezhnik.people.models import Visit
from smezhnik.registry.actions import edit
from smezhnik.registry.models import Need
from smezhnik.web.views import records
from tests.workplace import HERE, PASSWORD, make_need, make_user, signed_in

pytestmark = pytest.mark.django_db
TYPED = {"text": "Стекло листовое М1, которое долго описывали", "volume": "420000", "unit": "м²", "basis": "declared"}


def shown(answer: Any) -> dict[str, str]:
    """Labels of the page with what was typed, as it shows them."""
    found = re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", answer.content.decode())
    return {unescape(name): unescape(text) for name, text in found}


def test_what_was_typed_survives_a_form_that_is_too_old() -> None:
    make_user("анна", "ministry", region=HERE)
    client = Client(enforce_csrf_checks=True)
    token = client.get("/signin/").content.decode()
    client.post("/signin/", {"login": "анна", "password": PASSWORD, "csrfmiddlewaretoken": re.findall(
        r'name="csrfmiddlewaretoken" value="(\w+)"', token)[0]})
    answer = client.post("/needs/new/", {**TYPED, "csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert shown(answer)["Что нужно"] == TYPED["text"] and shown(answer)["Объём в год"] == "420000"


def test_what_was_typed_survives_a_right_that_is_gone() -> None:
    answer = signed_in(make_user("аудит", "auditor", region=HERE)).post("/needs/new/", TYPED)
    assert answer.status_code == 403 and shown(answer)["Что нужно"] == TYPED["text"]
    assert not {"text", "volume", "unit"} & shown(answer).keys(), "no raw names of fields"


def test_what_was_typed_survives_somebody_who_was_quicker() -> None:
    need = make_need("Стекло")
    client = signed_in(make_user("анна", "ministry", region=HERE))
    edit(need, {"volume": 9}, "борис", expected=1)
    answer = client.post(f"/r/{need.public_id}/edit/", {**TYPED, "version": "1"})
    assert answer.status_code == 409 and f'value="{TYPED["text"]}"' in answer.content.decode()


def test_what_was_typed_survives_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(records, "enter", broken)
    client = signed_in(make_user("анна", "ministry", region=HERE))
    client.raise_request_exception = False
    answer = client.post("/needs/new/", TYPED)
    assert answer.status_code == 500 and shown(answer)["Что нужно"] == TYPED["text"]


@pytest.mark.parametrize("how", ["idle", "ended", "signed out"])
def test_what_was_typed_survives_the_end_of_the_session(how: str) -> None:
    client = signed_in(make_user("анна", "ministry", region=HERE))
    match how:
        case "idle":
            Visit.objects.update(seen_at=timezone.now() - dt.timedelta(days=2))
        case "ended":
            Visit.objects.all().delete()
        case _:
            client.logout()
    answer = client.post("/needs/new/", TYPED)
    assert answer.status_code == 302 and not Need.objects.exists()
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Введённое сохранено" in page
    wrong = client.post("/signin/", {"login": "анна", "password": "нет", "next": "/kept/"})
    assert wrong.status_code == 401 and "Введённое сохранено" in wrong.content.decode()
    inside = client.post("/signin/", {"login": "анна", "password": PASSWORD, "next": "/kept/"})
    kept = client.get(inside.headers["Location"])
    assert shown(kept)["Что нужно"] == TYPED["text"] and 'action="/needs/new/"' in kept.content.decode()
    again = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', kept.content.decode()))
    assert client.post("/needs/new/", {name: unescape(value) for name, value in again.items()}).status_code == 302
    assert Need.objects.get().text == TYPED["text"]
    assert client.get("/kept/").status_code == 302, "once"


def test_what_one_typed_is_not_shown_to_another() -> None:
    client = signed_in(make_user("анна", "ministry", region=HERE))
    make_user("борис", "ministry", region=HERE)
    Visit.objects.update(seen_at=timezone.now() - dt.timedelta(days=2))
    client.post("/needs/new/", TYPED)
    client.post("/signin/", {"login": "борис", "password": PASSWORD, "next": "/kept/"})
    answer = client.get("/kept/")
    assert answer.status_code == 302 and TYPED["text"] not in answer.content.decode()


def test_no_password_is_kept() -> None:
    client = signed_in(make_user("анна", "ministry", region=HERE))
    client.logout()
    client.post("/account/password/", {"old": "старый-пароль", "password": "новый-пароль", "again": "новый-пароль"})
    assert "пароль" not in str(dict(client.session))
