"""Records through the API: the same rights as on pages, versions, closed schemas, stable pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from smezhnik.people.models import User
from smezhnik.records.access import KINDS
from smezhnik.records.models import Action
from smezhnik.registry.actions import archive
from smezhnik.registry.models import Need, Organisation
from smezhnik.tables import table
from smezhnik.types import ROLES
from tests.api.conftest import Api, caller
from tests.workplace import HERE, THERE, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> Api:
    return caller(make_user("аналитик", "ministry", region=HERE, exports=True))


def every_role(plant: Organisation) -> dict[str, User]:
    return {role: make_user(role, role, region="" if role in ("administrator", "security") else HERE, exports=True,
                            organisation=plant if role == "plant" else None) for role in ROLES}


def test_a_record_is_entered_changed_taken_away_and_brought_back(analyst: Api) -> None:
    plant = make_organisation()
    made = analyst.post("/needs", {"row": {"text": " Стекло М1 4 мм ", "org_id": plant.public_id, "okpd2": "231112",
                                           "volume": 420000, "unit": "кв. м", "needed_by": "2027-03-01"},
                                   "reason": "звонок завода"})
    assert made.status_code == 201, made.content
    record = made.json()
    assert made.headers["ETag"] == '"1"' and record["version"] == 1
    row = record["row"]
    assert (row["text"], row["okpd2"], row["unit"]) == ("Стекло М1 4 мм", "23.11.12", "м²"), "settled as files are"
    assert (row["buyer"], row["org_id"], row["needed_by"]) == (plant.name, plant.public_id, "2027-03-01")
    path = f"/needs/{record['id']}"

    changed = analyst.patch(path, {"row": {"volume": 500000.5, "needed_by": None}}, If_Match='"1"')
    assert changed.status_code == 200 and changed.headers["ETag"] == '"2"'
    assert (changed.json()["row"]["volume"], changed.json()["row"]["needed_by"]) == (500000.5, None)
    assert changed.json()["row"]["text"] == "Стекло М1 4 мм", "what was not named stays"

    away = analyst.post(f"{path}/archive", {"reason": "повтор"}, If_Match='"2"')
    assert away.status_code == 200 and away.json()["archived"] is True
    assert analyst.get("/needs").json()["items"] == []
    assert analyst.get(path).json()["archived"] is True, "who may bring it back sees it"
    assert analyst.patch(path, {"row": {"volume": 1}}, If_Match='"3"').status_code == 403
    back = analyst.post(f"{path}/restore", If_Match='"3"')
    assert back.status_code == 200 and back.json()["archived"] is False
    assert [one["id"] for one in analyst.get("/needs").json()["items"]] == [record["id"]]

    history = analyst.get(f"{path}/history").json()["items"]
    assert [(one["verb"], one["version"], one["reason"]) for one in history] == [
        ("restored", 4, ""), ("archived", 3, "повтор"), ("changed", 2, ""), ("created", 1, "звонок завода")]
    assert {"column": "volume", "old": 420000, "new": 500000.5} in history[2]["fields"]


def test_a_change_names_the_version_that_was_read(analyst: Api) -> None:
    need = make_need()
    path = f"/needs/{need.public_id}"
    tag = analyst.get(path).headers["ETag"]
    assert tag == '"1"'
    change = {"row": {"text": "Стекло 6 мм"}}
    for blind in ({}, {"If_Match": "*"}, {"If_Match": " "}):
        refused = analyst.patch(path, change, **blind)
        assert (refused.status_code, refused.json()["code"]) == (428, "api_version_needed")
    assert analyst.patch(path, change, If_Match=tag).status_code == 200
    for old in (tag, 'W/"2"', "2", '"x"'):
        stale = analyst.patch(path, {"row": {"text": "Стекло 8 мм"}}, If_Match=old)
        assert stale.status_code == 412 and stale.headers["ETag"] == '"2"'
        assert stale.json()["current"]["row"]["text"] == "Стекло 6 мм" and stale.json()["current"]["version"] == 2
    for what in ("archive", "restore"):
        assert analyst.post(f"{path}/{what}", If_Match=tag).status_code == 412
        assert analyst.post(f"{path}/{what}").status_code == 428
    assert analyst.patch(path, {"row": {"text": "Стекло 8 мм"}}, If_Match='"1", "2"').status_code == 200
    assert Need.objects.get().text == "Стекло 8 мм"


@pytest.mark.parametrize(("row", "name", "code"), [
    ({"volume": 1}, "row.text", "missing"),
    ({"text": "лист", "colour": "red"}, "row.colour", "unknown"),
    ({"text": "лист", "need_id": "N-1"}, "row.need_id", "unknown"),
    ({"text": "лист", "buyer": "Окна"}, "row.buyer", "unknown"),
    ({"text": "лист", "volume": -1}, "row.volume", "low"),
    ({"text": "лист", "volume": "12"}, "row.volume", "type"),
    ({"text": "лист", "volume": True}, "row.volume", "type"),
    ({"text": "лист", "basis": "слух"}, "row.basis", "choice"),
    ({"text": "лист", "needed_by": 0}, "row.needed_by", "type"),
    ({"text": "лист", "needed_by": "2026-02-30"}, "row.needed_by", "type"),
    ({"text": " – "}, "row.text", "value_needed"),
    ({"text": "лист", "okpd2": "99.99.99"}, "row.okpd2", "code_unknown"),
    ({"text": "лист", "unit": "жменя"}, "row.unit", "unknown_unit"),
    ({"text": "лист", "org_id": "P-0000-0000"}, "row.org_id", "api_no_record"),
    ({"text": "x" * 10_001}, "row.text", "long"),
])
def test_what_a_column_does_not_take_is_named_with_its_field(analyst: Api, row: dict[str, Any], name: str,
                                                             code: str) -> None:
    refused = analyst.post("/needs", {"row": row})
    assert refused.status_code == 422
    assert [(one["name"], one["code"]) for one in refused.json()["fields"]] == [(name, code)], refused.content.decode()
    assert Need.objects.count() == 0 and not Action.objects.filter(what="registry.enter_need").exists()


def test_what_is_not_declared_is_refused_everywhere(analyst: Api) -> None:
    assert analyst.post("/needs", {"row": {"text": "лист"}, "who": "я"}).status_code == 422
    assert analyst.get("/needs?colour=red").status_code == 422, "a slip in a filter must not answer with everything"
    assert analyst.get("/needs?size=0").status_code == 422
    assert analyst.get("/needs?q=%00").status_code == 422
    assert analyst.client.post("/api/v1/needs", "{", content_type="application/json",
                               headers=analyst.headers).status_code == 422
    for absent in ("/plants", "/needs/N-0000-0000", "/needs/x", "/links/1", "/needs/", "/jobs/1", "/imports/1"):
        answer = analyst.get(absent)
        assert (answer.status_code, answer.json()["code"]) == (404, "api_absent"), absent
    refused = analyst.send("put", "/needs", {})
    assert (refused.status_code, refused.json()["code"]) == (405, "api_method") and "GET" in refused.headers["Allow"]


def test_every_role_sees_through_the_api_what_it_sees_on_pages() -> None:
    plant, other = make_organisation(output_th_rub=777001), make_organisation("Чужой завод", output_th_rub=777002)
    for whose in (plant, other):
        make_need("открытая", organisation=whose, confidential=False, volume=888001)
        make_need("слепая", organisation=whose, confidential=None, volume=888002)
        make_need("тайная", organisation=whose, confidential=True, volume=888003)
        make_offer("тайное", organisation=whose, confidential=True, capacity=999001)
    make_need("чужого региона", THERE)
    for role, user in every_role(plant).items():
        api = caller(user)
        for name in ("organisation", "need", "offer"):
            kind = KINDS[name]
            expected = {record.public_id: kind.seen(user.viewer, record) for record in kind.visible_to(user.viewer)}
            answer = api.get(f"/{kind.table}").json()
            assert {one["id"] for one in answer["items"]} == set(expected), (role, name)
            for one in answer["items"]:
                seen = {column: value for column, value in expected[one["id"]].items() if value is not None}
                assert {column: value for column, value in one["row"].items() if value is not None} == seen
                assert all(one["row"][column] is None for column in one["hidden"])
                assert api.get(f"/{kind.table}/{one['id']}").json() == one
            for record in kind.model.objects.exclude(public_id__in=expected):
                assert api.get(f"/{kind.table}/{record.public_id}").status_code == 404, (role, name)
                assert api.get(f"/{kind.table}/{record.public_id}/history").status_code == 404


def test_history_shows_no_column_that_the_row_hides() -> None:
    need = make_need("открытая", confidential=False, volume=888001, organisation=make_organisation())
    seen = caller(make_user("аудитор", "auditor", region=HERE)).get(f"/needs/{need.public_id}/history")
    assert seen.status_code == 200 and "888001" not in seen.content.decode()
    assert [(one["who"], one["reason"]) for one in seen.json()["items"]] == [(None, "")], "who did it is not its matter"
    told = caller(make_user("министерство", "ministry", region=HERE)).get(f"/needs/{need.public_id}/history")
    assert "888001" in told.content.decode() and [one["who"] for one in told.json()["items"]] == ["system"]


def test_nobody_writes_over_what_it_cannot_see() -> None:
    need = make_need(volume=5, organisation=make_organisation())
    cluster = caller(make_user("кластер", "cluster", region=HERE))
    path = f"/needs/{need.public_id}"
    assert "volume" in cluster.get(path).json()["hidden"]
    refused = cluster.patch(path, {"row": {"volume": 7, "text": "иное"}}, If_Match='"1"')
    assert (refused.status_code, refused.json()["code"]) == (403, "api_hidden")
    assert [one["name"] for one in refused.json()["fields"]] == ["row.volume"]
    assert cluster.patch(path, {"row": {"text": "иное"}}, If_Match='"1"').status_code == 200
    need.refresh_from_db()
    assert (need.volume, need.text) == (5, "иное")


def test_a_plant_enters_and_changes_what_is_its_own_and_gives_nothing_away() -> None:
    own, other = make_organisation(), make_organisation("Чужой завод")
    plant = caller(make_user("завод", "plant", region=HERE, organisation=own))
    made = plant.post("/offers", {"row": {"text": "Стеклопакет", "org_id": own.public_id, "capacity": 10}})
    assert made.status_code == 201 and made.json()["row"]["capacity"] == 10
    for whose in (other.public_id, None):
        assert plant.post("/offers", {"row": {"text": "Стеклопакет", "org_id": whose}}).status_code == 403
        assert plant.patch(f"/offers/{made.json()['id']}", {"row": {"org_id": whose}}, If_Match='"1"'
                           ).status_code == 403
    assert plant.post("/organisations", {"row": {"name": "Ещё один"}}).status_code == 403
    assert plant.patch(f"/organisations/{other.public_id}", {"row": {"name": "Мой"}}, If_Match='"1"'
                       ).status_code == 403
    assert plant.patch(f"/organisations/{own.public_id}", {"row": {"name": "Окна"}}, If_Match='"1"'
                       ).status_code == 200


@pytest.mark.parametrize("role", ["fund", "auditor", "administrator", "security"])
def test_roles_that_only_look_write_nothing(role: str) -> None:
    need = make_need(confidential=False, organisation=make_organisation())
    api = caller(make_user(role, role, region=HERE if role in ("fund", "auditor") else ""))
    assert api.post("/needs", {"row": {"text": "лист"}}).status_code == 403
    for method, path, body in (("patch", "", {"row": {"text": "лист"}}), ("post", "/archive", {}),
                               ("post", "/restore", {})):
        assert api.send(method, f"/needs/{need.public_id}{path}", body, If_Match='"1"').status_code == (
            404 if role == "security" else 403)
    need.refresh_from_db()
    assert need.version == 1


def test_what_was_taken_away_is_seen_only_by_who_saw_it_and_may_bring_it_back() -> None:
    need = make_need("тайная", confidential=True, organisation=make_organisation())
    archive(need, "system", expected=1)
    ministry, cluster = (caller(make_user(role, role, region=HERE)) for role in ("ministry", "cluster"))
    assert ministry.get(f"/needs/{need.public_id}").status_code == 200
    assert cluster.get(f"/needs/{need.public_id}").status_code == 404


def test_pages_are_stable_while_records_are_added(analyst: Api) -> None:
    for number in range(12):
        make_need(f"Потребность {number:02d}")
    seen: list[str] = []
    cursor, parts = "", 0
    while True:
        part = analyst.get(f"/needs?size=5{f'&cursor={cursor}' if cursor else ''}").json()
        seen += [one["row"]["text"] for one in part["items"]]
        parts += 1
        make_need(f"Потребность 00 {parts}")  # before what was read already
        make_need("Потребность 04")  # a twin of one that was read
        cursor = part["next"]
        if cursor is None:
            break
    old = [text for text in seen if text in {f"Потребность {number:02d}" for number in range(12)}]
    assert list(dict.fromkeys(old)) == [f"Потребность {number:02d}" for number in range(12)]
    assert len(set(seen)) >= 12 and seen == sorted(seen), "each once, in order"
    assert part["count"] == 12 + 2 * (parts - 1)


def test_a_cursor_of_another_list_or_a_made_up_one_is_refused(analyst: Api) -> None:
    for number in range(3):
        make_need(f"Потребность {number}")
        make_offer(f"Предложение {number}")
    cursor = analyst.get("/offers?size=1").json()["next"]
    for wrong in (cursor, "abc", cursor[:-1], "%D1%8F"):
        refused = analyst.get(f"/needs?cursor={wrong}")
        assert refused.status_code == 422 and refused.json()["fields"][0]["name"] == "cursor"


def test_filters_answer_as_the_pages_do(analyst: Api) -> None:
    make_need("Стекло листовое", okpd2="23.11.12")
    make_need("Болты М12", okpd2="25.94.11")
    make_offer("Стекло", high_tech=True)
    make_offer("Болты", high_tech=False)

    def found(path: str) -> list[str]:
        return [one["row"]["text"] for one in analyst.get(path).json()["items"]]

    assert found("/needs?q=стёкол") == ["Стекло листовое"]
    assert found("/needs?okpd2=25") == ["Болты М12"]
    assert found(f"/needs?region={HERE}&q=болт") == ["Болты М12"]
    assert found("/offers?high_tech=yes") == ["Стекло"] and found("/offers?high_tech=no") == ["Болты"]
    assert analyst.get("/offers?high_tech=maybe").status_code == 422


def test_a_browser_session_reads_and_needs_its_token_to_write() -> None:
    make_need()
    user = make_user("аналитик", "ministry", region=HERE)
    browser = signed_in(user)
    browser.handler.enforce_csrf_checks = True
    assert browser.get("/api/v1/needs").json()["count"] == 1
    refused = browser.post("/api/v1/needs", '{"row": {"text": "лист"}}', content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "api_csrf")
    browser.get("/account/")
    token = browser.cookies["csrftoken"].value
    made = browser.post("/api/v1/needs", '{"row": {"text": "лист"}}', content_type="application/json",
                        headers={"X-CSRFToken": token})
    assert made.status_code == 201
    assert browser.get("/api/v1/needs", headers={"Authorization": "Bearer smz_чужой"}).status_code == 401
    assert Client().get("/api/v1/needs").status_code == 401


@pytest.mark.parametrize("name", sorted(name for name, kind in KINDS.items() if kind.entered))
def test_every_kind_that_is_entered_is_taken_away_and_brought_back(analyst: Api, name: str) -> None:
    kind = KINDS[name]
    seller, buyer = make_organisation(), make_organisation("Стекло-Юрюзань")
    rows = {"site": {"org_id": seller.public_id}, "contract": {"seller_id": seller.public_id,
                                                               "buyer_id": buyer.public_id}}
    kinds = {"cycle": {"kind": "industrial_hour"}, "event": {"kind": "supplier_day"}}
    subject = "text" if "text" in table(kind.table).columns else "name"
    row = rows.get(name, {subject: "Новая запись", **kinds.get(name, {})})
    made = analyst.post(f"/{kind.table}", {"row": row})
    assert made.status_code == 201, made.content.decode()
    path = f"/{kind.table}/{made.json()['id']}"
    assert analyst.post(f"{path}/archive", If_Match='"1"').json()["archived"] is True
    assert made.json()["id"] not in {one["id"] for one in analyst.get(f"/{kind.table}").json()["items"]}
    assert analyst.post(f"{path}/restore", If_Match='"2"').json()["archived"] is False
    assert made.json()["id"] in {one["id"] for one in analyst.get(f"/{kind.table}").json()["items"]}
    entered = {one["column"]: one["new"] for one in analyst.get(f"{path}/history").json()["items"][-1]["fields"]}
    assert {column: entered[column] for column in row} == row, "a reference is told by its public id"
