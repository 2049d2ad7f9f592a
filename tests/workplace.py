"""A small workplace for tests: users of every role, records of two regions, plain factories with defaults."""

from __future__ import annotations

import threading
from typing import Any

from django.test import Client

from smezhnik.jobs.worker import work
from smezhnik.people.actions import accept, create_user, find_invitation
from smezhnik.people.models import User
from smezhnik.records.actions import act
from smezhnik.registry.models import Need, Offer, Organisation, Searched
from smezhnik.workflows.works import WORKS

PASSWORD = "пароль-для-проверки-1"
HERE, THERE = "RU-BA", "RU-CHE"


def make(record: Any, who: str = "system") -> Any:
    """Write a record through an action."""
    if isinstance(record, Searched):
        record.index()
    with act(who, f"registry.enter_{record.KIND}", held_by=record.held_by) as made:
        made.create([record])
    return record


def make_organisation(name: str = "Окна Идель", held_by: str = HERE, **values: Any) -> Organisation:
    return make(Organisation(**{"name": name, "held_by": held_by, "region": held_by, **values}))


def make_offer(text: str = "Стекло листовое 4 мм", held_by: str = HERE, **values: Any) -> Offer:
    return make(Offer(**{"text": text, "held_by": held_by, "region": held_by, **values}))


def make_need(text: str = "Стекло листовое М1 4 мм", held_by: str = HERE, **values: Any) -> Need:
    return make(Need(**{"text": text, "held_by": held_by, "region": held_by, **values}))


def make_user(login: str, role: str, **more: Any) -> User:
    """A user who has set the password of all tests."""
    _, secret = create_user(login, role, by="system", **more)
    invitation = find_invitation(secret)
    assert invitation is not None
    return accept(invitation, PASSWORD)


def signed_in(user: User) -> Client:
    """A browser in which the user has signed in through the page."""
    client = Client()
    answer = client.post("/signin/", {"login": user.login, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def do_jobs() -> int:
    """Do everything that waits in the background."""
    return work(WORKS, threading.Event(), until_idle=True)


def body(answer: Any) -> bytes:
    """The whole of an answer, also of a file."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
