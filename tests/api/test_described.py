"""What the API answers stands in its description; the description is closed and whole.

``./run bench api`` makes 20,000 calls as every role; here every operation is called a few times, by the roles in turn.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from smezhnik.messages import catalogue
from smezhnik.records.access import KINDS
from smezhnik.tables import table
from smezhnik.types import ROLES
from smezhnik.web.api.build import document
from tests.api.calls import call, operations
from tests.api.conftest import caller
from tests.workplace import HERE, make_need, make_offer, make_organisation, make_user, signed_in

#: Calls of each operation.
CALLS = 4
ERRORS = {"401", "403", "422", "429", "503"}


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method, operation."""
    for path, some in document()["paths"].items():
        for method, one in some.items():
            yield path, method, one


@pytest.mark.django_db
def test_no_call_ends_in_a_fault_of_ours_or_in_what_is_not_described() -> None:
    plant = make_organisation()
    make_need(organisation=plant, confidential=False)
    make_offer(organisation=plant)
    users = {role: make_user(role, role, region="" if role in ("administrator", "security") else HERE, exports=True,
                             organisation=plant if role == "plant" else None) for role in ROLES}
    roles = cycle(users.values())
    answered: Counter[int] = Counter()
    for number, operation in enumerate(operations()):
        answered += call(operation, caller(next(roles)).headers, CALLS, number)
    assert answered.total() >= CALLS * len(list(described())) * 0.9
    assert answered[200] > 50 and answered[404] > 20 and answered[422] > 50, answered


def test_every_kind_has_its_operations_and_every_refusal_the_same_schema() -> None:
    paths = document()["paths"]
    for kind in KINDS.values():
        assert {"get"} <= set(paths[f"/api/v1/{kind.table}"])
        writes = {"post": f"/api/v1/{kind.table}", "patch": f"/api/v1/{kind.table}/{{public_id}}"}
        assert all((method in paths[path]) == kind.entered for method, path in writes.items())
    for path, method, one in described():
        assert set(one["responses"]) >= ERRORS, (path, method)
        for code, answer in one["responses"].items():
            if int(code) >= 400 and int(code) != 412:
                assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
        named = {parameter["name"] for parameter in one["parameters"]}
        assert ("If-Match" in named) == ("428" in one["responses"]) == ("412" in one["responses"]), (path, method)


def test_every_schema_is_closed_and_every_field_is_told() -> None:
    for name, schema in document()["components"]["schemas"].items():
        if schema.get("type") == "object" and "properties" in schema:
            assert schema["additionalProperties"] is False, name
            for field, about in schema["properties"].items():
                assert about.get("description") or "$ref" in about or field == "row" or name.startswith("Link"), (
                    name, field)


def test_columns_are_told_as_their_tables_declare_them() -> None:
    schemas = document()["components"]["schemas"]
    for kind in KINDS.values():
        row = schemas[f"{kind.name.title()}Row"]["properties"]
        columns = table(kind.table).columns
        assert list(row) == list(columns)
        for name, about in columns.items():
            assert row[name]["title"] == about.en and row[name]["description"].startswith(about.meaning_en.rstrip("."))
            assert row[name]["x-ru"]["title"] == about.ru
            if about.secrecy == "confidential":
                assert "Null for whoever may not read it" in row[name]["description"]


def test_every_operation_is_told_in_both_languages_and_named_once() -> None:
    ids = [one["operationId"] for _, _, one in described()]
    assert len(ids) == len(set(ids)) and len(ids) > 50
    for _, _, one in described():
        assert one["summary"] and one["description"] and one["x-ru"]["summary"] and one["x-ru"]["description"]
    assert all(set(entry) == {"ru", "en"} for code, entry in catalogue().items() if code.startswith("api."))


@pytest.mark.django_db
def test_the_description_is_for_users_only() -> None:
    user = make_user("аналитик", "ministry", region=HERE)
    told = caller(user).get("/openapi.json").json()
    assert told["openapi"].startswith("3.1") and told == json.loads(json.dumps(document()))
    browser = signed_in(user)
    assert browser.get("/api/v1/openapi.json").status_code == 200
    browser.logout()
    assert browser.get("/api/v1/openapi.json").status_code == 401


def test_the_reference_is_the_one_that_the_description_makes() -> None:
    script = Path(__file__).parents[2] / "scripts" / "build_api_reference.py"
    done = subprocess.run([sys.executable, str(script), "--check"], check=False)
    assert done.returncode == 0, "run scripts/build_api_reference.py"
