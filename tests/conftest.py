"""Shared set-up: every test speaks the language it asks for, whatever the machine's is."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _plain_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMEZHNIK_LANG", raising=False)
