"""Coming in: what lets somebody in, what does not, and what neither tells."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from smezhnik.people.actions import accept, create_user, find_invitation, invite, set_second_factor
from smezhnik.people.models import Invitation, RecoveryCode, User, Visit
from smezhnik.web.home import find_profile
from smezhnik.web.middleware import POLICY
from tests.workplace import HERE, PASSWORD, body, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make_user("иванова", "ministry", region=HERE)


def enter(client: Client, login: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/signin/", {"login": login, "password": password, **more})


def inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_login_and_password_let_in_and_the_key_of_the_session_changes(user: User) -> None:
    client = Client()
    client.get("/signin/?lang=en")
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["smezhnik"] = before = session.session_key
    assert enter(client, " Иванова ").status_code == 302, "however the login is written"
    assert inside(client) and client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists(), "a key that somebody planted opens nothing"


def test_an_unknown_login_a_wrong_password_and_who_may_no_longer_come_in_look_alike(user: User) -> None:
    make_user("ушёл", "ministry", region=HERE)
    User.objects.filter(login="ушёл").update(is_active=False)
    create_user("приглашён", "ministry", region=HERE, by="system")
    answers = []
    for login, password in (("никто", "x"), ("иванова", "x"), ("ушёл", PASSWORD), ("приглашён", PASSWORD)):
        answer = enter(Client(), login, password)
        answers.append((answer.status_code, answer.content.decode().replace(login, "логин")))
    pages = {(status, _without_tokens(page)) for status, page in answers}
    assert len(pages) == 1 and answers[0][0] == 401


def _without_tokens(page: str) -> str:
    return re.sub(r'(value="|X-CSRFToken": ")[A-Za-z0-9]{64}"', "", page)


def test_too_many_wrong_tries_close_the_login_for_the_address_and_for_no_other(user: User) -> None:
    other = make_user("петров", "ministry", region=HERE)
    statuses = [enter(Client(), name, "x").status_code for name in ("иванова", "ИВАНОВА", " Иванова") * 3]
    assert statuses == [401] * 7 + [429] * 2, "however the login is written, it is one"
    assert enter(Client(), "иванова").status_code == 429, "the right password, too"
    assert enter(Client(REMOTE_ADDR="10.0.0.7"), "иванова").status_code == 302
    assert enter(Client(), other.login).status_code == 302


def test_the_second_factor_lets_each_code_in_once(user: User) -> None:
    secret = pyotp.random_base32()
    set_second_factor(user, secret, pyotp.TOTP(secret).now())
    first, second = Client(), Client()
    assert enter(first, "иванова", next="/needs/").headers["Location"] == "/signin/code/"
    assert not inside(first), "the password alone opens nothing"
    code = pyotp.TOTP(secret).now()
    assert first.post("/signin/code/", {"code": code}).headers["Location"] == "/needs/"
    assert inside(first)
    enter(second, "иванова")
    assert second.post("/signin/code/", {"code": code}).status_code == 401, "a code that was overheard is used up"
    assert not inside(second)


def test_recovery_codes_are_kept_hashed_and_let_in_once(user: User) -> None:
    secret = pyotp.random_base32()
    codes = set_second_factor(user, secret, pyotp.TOTP(secret).now())
    kept = " ".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(codes) == 10 and not any(code in kept for code in codes)
    for statuses in (302, 401):
        client = Client()
        enter(client, "иванова")
        assert client.post("/signin/code/", {"code": codes[0].upper()}).status_code == statuses


def test_wrong_codes_count_like_wrong_passwords(user: User) -> None:
    secret = pyotp.random_base32()
    set_second_factor(user, secret, pyotp.TOTP(secret).now())
    statuses = []
    for _ in range(3):  # who knows the password begins anew after five codes, and is stopped all the same
        client = Client()
        enter(client, "иванова")
        statuses += [client.post("/signin/code/", {"code": "000000"}).status_code for _ in range(4)]
    assert 429 in statuses
    assert enter(Client(), "иванова").status_code == 429


def test_the_password_waits_for_the_code_for_a_while_only(user: User) -> None:
    secret = pyotp.random_base32()
    set_second_factor(user, secret, pyotp.TOTP(secret).now())
    client = Client()
    enter(client, "иванова")
    session = client.session
    session["half_in"] = {**session["half_in"], "at": (timezone.now() - dt.timedelta(minutes=11)).isoformat()}
    session.save()
    code = pyotp.TOTP(secret).at(timezone.now() + dt.timedelta(seconds=30))
    assert client.post("/signin/code/", {"code": code}).headers["Location"] == "/signin/"


def test_a_one_time_link_holds_once_for_three_days_and_is_kept_hashed() -> None:
    user, secret = create_user("новый", "fund", region=HERE, by="system")
    assert secret not in " ".join(Invitation.objects.values_list("digest", flat=True))
    client = Client()
    assert client.get(f"/invitation/{secret}/").status_code == 200, "looking at it does not use it up"
    weak = client.post(f"/invitation/{secret}/", {"password": "password1234", "again": "password1234"})
    assert weak.status_code == 400
    assert client.post(f"/invitation/{secret}/", {"password": PASSWORD, "again": "x"}).status_code == 400
    assert client.post(f"/invitation/{secret}/", {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert client.get(f"/invitation/{secret}/").status_code == 404
    assert inside(signed_in(user))
    later = invite(user, by="system")
    Invitation.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert client.get(f"/invitation/{later}/").status_code == 404
    earlier, newest = invite(user, by="system"), invite(user, by="system")
    assert find_invitation(earlier) is None and find_invitation(newest) is not None


def test_setting_the_password_by_a_link_ends_all_sessions(user: User) -> None:
    client = signed_in(user)
    found = find_invitation(invite(user, by="system"))
    assert found is not None
    accept(found, "другой-пароль-проверки")
    assert not inside(client)


@pytest.mark.parametrize(("field", "limit", "over"), [
    ("seen_at", dt.timedelta(minutes=find_profile("open").idle_minutes), "idle"),
    ("began_at", dt.timedelta(hours=find_profile("open").session_hours), "too old"),
])
def test_a_session_that_is_idle_or_too_old_ends(user: User, field: str, limit: dt.timedelta, over: str) -> None:
    client = signed_in(user)
    Visit.objects.update(**{field: timezone.now() - limit + dt.timedelta(seconds=30)})
    assert inside(client)
    Visit.objects.update(**{field: timezone.now() - limit - dt.timedelta(seconds=30)})
    assert not inside(client), over
    assert not Visit.objects.exists()


def test_signing_out_ends_the_session_on_the_server(user: User) -> None:
    client = signed_in(user)
    stolen = Client()
    stolen.cookies["smezhnik"] = client.cookies["smezhnik"].value
    assert inside(stolen)
    client.post("/signout/")
    assert not inside(client) and not inside(stolen)


@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org/", "javascript:alert(1)", "http:///x",
                                    "\\\\example.org", "https:example.org"])
def test_signing_in_never_leads_to_another_host(user: User, wanted: str) -> None:
    assert enter(Client(), "иванова", next=wanted).headers["Location"] == "/"
    client = signed_in(user)
    assert client.post("/confirm/", {"to": wanted, "confirm": PASSWORD}).headers["Location"] == "/"


def _addresses() -> Iterator[str]:
    """Every address with something in its places."""
    for pattern in get_resolver().url_patterns:
        route = str(pattern.pattern)
        if not str(pattern.name).startswith("api:"):
            for part, value in (("<str:plural>", "needs"), ("<int:number>", "1"), ("<str:secret>", "x"),
                                ("<str:login>", "кто"), ("<str:what>", "role"), ("<str:public_id>", "N-0000-0000"),
                                ("<str:ending>", "csv")):
                route = route.replace(part, value)
            yield f"/{route}"


def test_every_form_wants_the_token_of_its_page(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(user).cookies
    statuses = {address: client.post(address).status_code for address in _addresses()}
    assert {address: status for address, status in statuses.items() if status not in (403, 404, 405)} == {}
    assert statuses["/needs/new/"] == statuses["/signout/"] == statuses["/account/"] == 403
    assert Visit.objects.count() == 1, "nobody was signed out"


def test_a_guest_is_sent_to_sign_in_from_everywhere() -> None:
    for address in _addresses():
        answer = Client().get(address)
        if not address.startswith(("/signin/", "/invitation/", "/calendar/")):  # what a secret in the address opens
            assert answer.status_code == 302 and answer.headers["Location"].startswith("/signin/"), address


def test_every_answer_carries_the_headers_that_protect_it(user: User) -> None:
    client = signed_in(user)
    for answer in (Client().get("/signin/"), client.get("/"), client.get("/nothing/"), client.get("/users/"),
                   client.get("/needs/"), client.post("/signin/", {}), client.get("/api/v1/me"),
                   client.get("/static/web/workplace.css")):
        headers = answer.headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Frame-Options"] == "DENY" and headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin" and "camera=()" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert body(answer) is not None  # a file is sent to its end
        if not answer.request["PATH_INFO"].startswith("/static/"):
            assert headers["Cache-Control"] == "no-store"
    cookie = client.cookies["smezhnik"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert "unsafe" not in POLICY and "*" not in POLICY and "http" not in POLICY


def test_what_happens_at_the_door_stands_in_the_security_log(user: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "smezhnik.security"):
        enter(Client(), "иванова", "секрет-не-для-журнала")
        client = signed_in(user)
        client.get("/users/")
        client.post("/signout/")
    lines = [json.loads(record.message) for record in caplog.records if record.name == "smezhnik.security"]
    assert [line["event"] for line in lines] == ["signin_refused", "signed_in", "denied", "signed_out"]
    assert all(line["login"] == "иванова" and dt.datetime.fromisoformat(line["at"]) for line in lines)
    assert "секрет" not in caplog.text and PASSWORD not in caplog.text


def test_every_event_of_the_security_log_is_documented() -> None:
    root = Path(__file__).parents[2]
    told = {code for file in (root / "src").rglob("*.py") for code in re.findall(r'\bnote\(\s*"([a-z_]+)"',
                                                                                file.read_text("utf-8"))}
    documented = set(re.findall(r"^\| `([a-z_]+)`", (root / "docs/security/events.md").read_text("utf-8"), re.M))
    assert told == documented
