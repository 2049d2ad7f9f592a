"""Shared set-up: every test speaks the language it asks for, whatever the machine's is."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]


@pytest.fixture(autouse=True)
def _plain_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMEZHNIK_LANG", raising=False)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """What a process keeps of its database belongs to the test before."""
    if (queries := sys.modules.get("smezhnik.registry.queries")) is not None:
        queries._kept.clear()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for the tests of a file."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt install chromium")
    with pytest.MonkeyPatch.context() as patch, sync_api.sync_playwright() as playwright:
        # the loop of the browser runs beside the tests, not in them
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


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
