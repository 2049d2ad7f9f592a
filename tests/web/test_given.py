"""What forms give beside columns: files that may not come in, records that are not there."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smezhnik.activities.models import Delegation, Event
from smezhnik.io.template import FILLED
from smezhnik.registry.loading import LOADABLE
from smezhnik.tables import TABLES
from tests.accords.factories import make_agreement
from tests.workplace import HERE, body, make, make_user, signed_in

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 24)


def forms() -> dict[str, tuple[str, dict[str, str]]]:
    """Every form that takes a file of a record: its address, what else it sends."""
    event = make(Event(name="День поставщика", kind="supplier_day", held_by=HERE, region=HERE, starts_on=DAY,
                       last_day=DAY))
    agreement = make_agreement()
    group = make(Delegation(name="В Челябинск", held_by=HERE, starts_on=DAY))
    return {
        "wishes": (f"/events/{event.public_id}/wishes/do/", {}),
        "plan": (f"/agreements/{agreement.public_id}/plan/change/", {}),
        "candidates": (f"/delegations/{group.public_id}/candidates/do/", {}),
        "rules": (f"/delegations/{group.public_id}/rules/do/", {}),
        "cluster": ("/clusters/new/", {"name": "Стекло", "pack": "ru-779"}),
        "reference": ("/regions/", {"title": "Выпуск", "table": "output"}),
    }


@pytest.mark.parametrize("what", ["wishes", "plan", "candidates", "rules", "cluster", "reference"])
def test_no_form_takes_a_file_larger_than_files_may_be(what: str, settings: Any, tmp_path: Any) -> None:
    client = signed_in(make_user("министерство", "ministry", region=HERE))
    settings.MAX_UPLOAD_BYTES, settings.FILES = 1024 * 1024, tmp_path
    address, more = forms()[what]
    answer = client.post(address, {**more, "file": SimpleUploadedFile("большой.xlsx", b"x" * (1024 * 1024 + 1))})
    assert answer.status_code == 400 and "больше 1 МБ" in body(answer).decode()
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


@pytest.mark.parametrize("what", ["wishes", "plan", "candidates", "rules"])
def test_a_form_without_its_file_says_so(what: str) -> None:
    client = signed_in(make_user("министерство", "ministry", region=HERE))
    address, more = forms()[what]
    answer = client.post(address, more)
    assert answer.status_code == 400 and "Выберите файл" in body(answer).decode()


def test_every_form_that_takes_a_table_gives_an_empty_one() -> None:
    client = signed_in(make_user("министерство", "ministry", region=HERE))
    for name in FILLED:
        answer = client.get(f"/forms/{name}.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(body(answer)))
        assert TABLES[name].ru[:31] in book.sheetnames, name
    assert client.get("/forms/links.xlsx").status_code == 404, "links are calculated"
    linked = {"wishes": "wishes", "plan": "commitments", "candidates": "candidates", "rules": "delegation_rules",
              "cluster": "members"}
    for what, name in linked.items():
        address = forms()[what][0].replace("/wishes/do/", "/").replace("/plan/change/", "/").replace(
            "/candidates/do/", "/").replace("/rules/do/", "/")
        assert f'href="/forms/{name}.xlsx"' in body(client.get(address)).decode(), address
    assert client.get("/imports/").content.decode().count("/forms/") == len(LOADABLE)
    assert Client().get("/forms/needs.xlsx").status_code == 302
