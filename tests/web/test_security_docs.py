"""What docs/security says is so: the tests that it names exist, and the settings are what it tells."""

from __future__ import annotations

import csv
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.workplace import HERE, make_user, signed_in

ROOT = Path(__file__).parents[2]
SHOW = ("from smezhnik.web import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.DEBUG, s.PASSWORD_HASHERS[0])")


def settings_with(tmp_path: Path, **environment: str) -> str:
    """The settings that an installation with this environment has."""
    done = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, check=True, cwd=ROOT / "src",
                          env={"SMEZHNIK_HOME": str(tmp_path), "PATH": "", **environment})
    return done.stdout.strip()


def test_every_requirement_names_a_test_that_exists() -> None:
    with (ROOT / "docs/security/asvs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 60 and len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        path, _, name = row["test"].partition("::")
        assert (ROOT / path).exists(), row
        assert not name or f"def {name}(" in (ROOT / path).read_text("utf-8"), row
        assert row["checked"] in ("from memory", "compared") and row["level"] in "123" and all(row.values()), row


def test_every_page_of_the_docs_leads_where_it_says() -> None:
    for page in (ROOT / "docs/security").glob("*.md"):
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_where_a_proxy_speaks_tls_cookies_and_pages_keep_to_it(tmp_path: Path) -> None:
    assert settings_with(tmp_path, SMEZHNIK_HTTPS="1").startswith("True True True 31536000")


def test_there_is_no_debug_mode(tmp_path: Path) -> None:
    assert settings_with(tmp_path, SMEZHNIK_HTTPS="1", DEBUG="1", DJANGO_DEBUG="1").split()[4] == "False"


def test_passwords_are_hashed_slowly_outside_the_tests(tmp_path: Path) -> None:
    assert settings_with(tmp_path, SMEZHNIK_HTTPS="1").endswith("ScryptPasswordHasher")


@pytest.mark.django_db
def test_a_fault_of_ours_is_told_by_a_number_only(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("тайна-из-глубины")

    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    client.raise_request_exception = False
    monkeypatch.setattr("smezhnik.web.views.records.access_page", broken)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/needs/")
    page = answer.content.decode()
    number = re.search(r"Номер для поддержки: ([0-9a-f]{8})", page)
    assert answer.status_code == 500 and number is not None
    assert "тайна" not in page and "RuntimeError" not in page
    assert number[1] in caplog.text and "тайна-из-глубины" in caplog.text
    assert Client().get("/needs/").status_code == 302
