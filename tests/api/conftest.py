"""Callers with keys, and the limits switched off but where a test sets them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from smezhnik.people.actions import make_token
from smezhnik.people.models import User

PREFIX = "/api/v1"


@dataclass
class Api:
    """Somebody who calls with a key."""

    client: Client
    headers: dict[str, str]

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(PREFIX + path, headers={**self.headers, **headers})

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return getattr(self.client, method)(PREFIX + path, json.dumps({} if body is None else body),
                                            content_type="application/json", headers=sent)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("post", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("patch", path, body, **headers)


def caller(user: User, *, writes: bool = True, days: int = 1, lang: str = "ru") -> Api:
    """A caller with a new key of the user."""
    secret = make_token(user, "проверка", days=days, writes=writes)
    return Api(Client(), {"Authorization": f"Bearer {secret}", "Accept-Language": lang})


@pytest.fixture(autouse=True)
def _no_limits(settings: Any) -> None:
    settings.LIMITS = {}
