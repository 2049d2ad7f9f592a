"""One's own account: password, second factor, sessions, keys; what asks for the password once more."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from smezhnik.people.models import Token, User, Visit
from smezhnik.people.sealing import unseal
from smezhnik.records.models import Action
from smezhnik.registry.models import Organisation
from smezhnik.web.home import find_profile
from tests.workplace import HERE, PASSWORD, body, make_need, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
NEW = "совсем-другой-пароль"


@pytest.fixture
def user() -> User:
    return make_user("иванова", "ministry", region=HERE, exports=True)


def inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def cooled(client: Client) -> Client:
    """The same browser after a while: the password was typed long ago."""
    session = client.session
    session["confirmed_at"] = (timezone.now() - dt.timedelta(minutes=11)).isoformat()
    session.save()
    return client


def change(client: Client, old: str, new: str, again: str | None = None) -> Any:
    return client.post("/account/password/", {"old": old, "password": new, "again": new if again is None else again})


def test_the_password_is_changed_by_who_knows_the_old_one_and_other_sessions_end(user: User) -> None:
    here, elsewhere = signed_in(user), signed_in(user)
    assert here.get("/account/password/").status_code == 200
    for old, new, again in (("не тот", NEW, NEW), (PASSWORD, NEW, "x"), (PASSWORD, PASSWORD, PASSWORD),
                            (PASSWORD, "короткий", "короткий"), (PASSWORD, "password1234", "password1234")):
        assert change(here, old, new, again).status_code in (400,), (old, new)
    before = here.session.session_key
    assert change(here, PASSWORD, NEW).status_code == 302
    assert inside(here) and here.session.session_key != before and not inside(elsewhere)
    assert Client().post("/signin/", {"login": "иванова", "password": PASSWORD}).status_code == 401
    assert Client().post("/signin/", {"login": "иванова", "password": NEW}).status_code == 302


def test_the_strict_profile_wants_composition_and_another_password_after_its_term(user: User, settings: Any) -> None:
    client = signed_in(user)
    settings.PROFILE = find_profile("ru-strict")
    User.objects.update(password_at=timezone.now() - dt.timedelta(days=89))
    assert client.get("/").status_code == 200
    User.objects.update(password_at=timezone.now() - dt.timedelta(days=91))
    for address in ("/", "/needs/", "/account/", "/needs.csv"):
        assert client.get(address).headers["Location"] == "/account/password/", address
    page = client.get("/account/password/").content.decode()
    assert "90 дней" in page and "строчная и заглавная" in page
    assert change(client, PASSWORD, "толькострочныебуквы").status_code == 400
    assert change(client, PASSWORD, "Новый-пароль-1").status_code == 302
    assert client.get("/").status_code == 200
    settings.PROFILE = find_profile("open")
    User.objects.update(password_at=None)
    assert client.get("/").status_code == 200, "without a term a password holds"


def test_a_user_sees_and_ends_its_sessions_one_or_all_others(user: User) -> None:
    first, second, third = signed_in(user), signed_in(user), signed_in(user)
    assert first.get("/account/").content.decode().count("127.0.0.1") == 3
    visit = Visit.objects.get(session=second.session.session_key)
    first.post("/account/", {"what": "visit", "visit": visit.pk})
    assert inside(first) and not inside(second) and inside(third)
    first.post("/account/", {"what": "others"})
    assert inside(first) and not inside(third)
    stranger = signed_in(make_user("чужой", "fund", region=HERE))
    stranger.post("/account/", {"what": "visit", "visit": Visit.objects.get(user=user).pk})
    assert inside(first)


def test_the_second_factor_is_set_up_with_a_code_of_it(user: User) -> None:
    client = signed_in(user)
    page = client.post("/account/", {"what": "second_factor"})
    secret = re.findall(r'name="secret" value="([A-Z2-7]{32})"', page.content.decode())[0]
    wrong = client.post("/account/", {"what": "confirm", "secret": secret, "code": "000000"})
    assert wrong.status_code == 400 and secret in wrong.content.decode(), "the same picture, once more"
    done = client.post("/account/", {"what": "confirm", "secret": secret, "code": pyotp.TOTP(secret).now()})
    assert len(re.findall(r"<li><code>", done.content.decode())) == 10
    user.refresh_from_db()
    assert unseal(user.second_factor, str(user.pk), settings.SECRET_KEY) == secret
    assert secret not in user.second_factor, "who takes the database away has no second factor of anybody"


@pytest.mark.parametrize("what", ["second_factor", "token"])
def test_keys_and_the_second_factor_ask_for_the_password_once_more(user: User, what: str) -> None:
    client = cooled(signed_in(user))
    given = {"what": what, "name": "отчёт", "days": "7"}
    asked = client.post("/account/", given)
    assert asked.status_code == 403 and 'name="confirm"' in asked.content.decode()
    assert 'value="отчёт"' in asked.content.decode(), "what was typed is sent again"
    assert client.post("/account/", {**given, "confirm": "не тот"}).status_code == 403
    assert not Token.objects.exists()
    assert client.post("/account/", {**given, "confirm": PASSWORD}).status_code == 200
    assert client.post("/account/", given).status_code == 200, "for a while it is not asked for again"


def test_undoing_asks_for_the_password_once_more(user: User) -> None:
    need = make_need()
    number = Action.objects.get(record=need.public_id).number
    client = cooled(signed_in(user))
    assert client.post(f"/journal/{number}/undo/").status_code == 403
    assert not type(need).objects.get().archived
    assert client.post(f"/journal/{number}/undo/", {"confirm": PASSWORD}).status_code == 302
    assert type(need).objects.get().archived


def test_merging_asks_for_the_password_once_more(user: User) -> None:
    kept, other = make_organisation("Окна Идель"), make_organisation("Окна «Идель»")
    client, given = cooled(signed_in(user)), {"kept": kept.public_id, "other": other.public_id}
    assert client.post("/organisations/merge/", given).status_code == 403
    assert Organisation.objects.filter(archived=False).count() == 2
    assert client.post("/organisations/merge/", {**given, "confirm": PASSWORD}).status_code == 302
    assert Organisation.objects.filter(archived=False).get().public_id == kept.public_id


def test_taking_many_rows_away_asks_for_the_password_once_more(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smezhnik.web.views.records.MASS", 1)
    make_need()
    client = cooled(signed_in(user))
    taken = client.get("/needs.csv")
    assert taken.status_code == 200 and body(taken), "a few are taken as they are"
    make_need("Болты")
    asked = client.get("/needs.csv")
    assert asked.status_code == 403 and 'value="/needs.csv"' in asked.content.decode()
    assert client.post("/confirm/", {"to": "/needs.csv", "confirm": "не тот"}).status_code == 403
    assert client.post("/confirm/", {"to": "/needs.csv", "confirm": PASSWORD}).headers["Location"] == "/needs.csv"
    assert "Болты" in body(client.get("/needs.csv")).decode()


def test_wrong_passwords_of_a_step_up_count_like_wrong_tries_to_sign_in(user: User) -> None:
    client = cooled(signed_in(user))
    statuses = [client.post("/confirm/", {"to": "/", "confirm": "x"}).status_code for _ in range(9)]
    assert statuses[0] == 403 and statuses[-1] == 429


def test_a_file_of_another_kind_or_none_is_refused(user: User) -> None:
    client = signed_in(user)
    assert client.post("/imports/", {"table": "needs"}).status_code == 400
    file = io.BytesIO(b"x")
    file.name = "../../x.csv"
    assert client.post("/imports/", {"table": "users", "file": file}).status_code == 400
