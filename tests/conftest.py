"""Shared set-up: every test speaks the language it asks for, whatever the machine's is."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _plain_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMEZHNIK_LANG", raising=False)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """One database for each process that runs tests."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """A journal whose rows can be deleted, since every test begins with empty tables; see test_append_only.py."""
    with django_db_blocker.unblock():
        from django.db import connection

        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                for table in ("records_action", "records_change"):
                    cursor.execute(f"DROP TRIGGER {table}_delete")
