"""What an answer asks of the database does not grow with its rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smezhnik.jobs.actions import ask
from smezhnik.registry.models import Site
from tests.api.conftest import Api, caller
from tests.workplace import HERE, make, make_need, make_offer, make_organisation, make_user

pytestmark = pytest.mark.django_db
#: Most queries of a list, a card, a file: who calls (1, and its last use), aliases, count, rows.
MOST = {"/organisations?size=200": 4, "/sites?size=200": 4, "/offers?size=200": 4, "/needs?size=200": 4,
        "/needs?q=потребность&size=200": 4, "/needs.json": 3, "/jobs?size=200": 3, "/imports?size=200": 3}


def _asked(api: Api, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        answer = api.get(path)
        assert answer.status_code == 200
        if answer.streaming:
            list(answer.streaming_content)
    return len(found)


def _fill(count: int) -> None:
    for number in range(count):
        plant = make_organisation(f"Завод {number}")
        site = make(Site(held_by=HERE, organisation=plant, name=f"Цех {number}"))
        make_need(f"Потребность {number}", organisation=plant, site=site, confidential=number % 2 == 0)
        make_offer(f"Предложение {number}", organisation=plant, site=site)
        ask("read_import", "ministry", held_by=HERE, import_id=number)


@pytest.mark.parametrize("role", ["ministry", "plant", "auditor"])
def test_ten_rows_and_a_hundred_cost_the_same_queries(role: str, settings: Any) -> None:
    own = make_organisation()
    user = make_user(role, role, region=HERE, exports=True, organisation=own if role == "plant" else None)
    api = caller(user)
    api.get("/me")  # the first use of a key is noted
    paths = [path for path in MOST if role == "ministry" or "imports" not in path]
    _fill(10)
    few = {path: _asked(api, path) for path in paths}
    _fill(90)
    assert {path: _asked(api, path) for path in paths} == few
    assert {path: count for path, count in few.items() if count > MOST[path]} == {}


def test_a_card_and_its_history_cost_a_fixed_number_of_queries() -> None:
    api = caller(make_user("ministry", "ministry", region=HERE))
    need = make_need(organisation=make_organisation())
    path = f"/needs/{need.public_id}"
    api.get(path)
    short = _asked(api, f"{path}/history")
    for version in range(1, 12):
        assert api.patch(path, {"row": {"volume": version}}, If_Match=f'"{version}"').status_code == 200
    assert _asked(api, f"{path}/history") == short <= 5
    assert _asked(api, path) <= 4
