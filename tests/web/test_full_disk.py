"""A disk that is full is told as one, and nothing is done by half."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from tests.workplace import HERE, make_need, make_user, signed_in

pytestmark = pytest.mark.django_db


def test_an_export_on_a_full_disk_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    make_need()
    client = signed_in(make_user("аналитик", "ministry", region=HERE, exports=True))

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("smezhnik.web.exporting.write_table", refuse)
    answer = client.get("/needs.xlsx")
    assert answer.status_code == 507
    assert "На диске нет места" in answer.content.decode()


def test_a_file_that_is_missing_is_no_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(make_user("аналитик", "ministry", region=HERE, exports=True))
    client.raise_request_exception = False

    def refuse(*_: Any, **__: Any) -> None:
        raise FileNotFoundError("x")

    monkeypatch.setattr("smezhnik.web.exporting.write_table", refuse)
    assert client.get("/needs.xlsx").status_code == 500


def test_a_site_of_nobody_is_told_where_to_enter_it() -> None:
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    answer = client.get("/sites/new/")
    assert answer.status_code == 400 and "карточки организации" in answer.content.decode()
