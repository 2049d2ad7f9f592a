"""Cases through the API: opened for a need, stepped in the version that was read, signed, with the rights of pages."""

from __future__ import annotations

import pytest

from smezhnik.cooperation.models import Case, Contract
from tests.api.conftest import Api, caller
from tests.workplace import HERE, THERE, make_need, make_offer, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> Api:
    return caller(make_user("аналитик", "ministry", region=HERE, exports=True))


def opened(analyst: Api) -> dict[str, object]:
    need = make_need(organisation=make_organisation("Окна Идель"))
    offer = make_offer(organisation=make_organisation("Салаватстекло"))
    answer = analyst.post(f"/needs/{need.public_id}/cases", {"offer_id": offer.public_id, "note": "позвонить"})
    assert answer.status_code == 201, answer.content
    again = analyst.post(f"/needs/{need.public_id}/cases", {"offer_id": offer.public_id.lower()})
    assert again.json()["id"] == answer.json()["id"] and Case.objects.count() == 1, "a pair has one open case"
    made: dict[str, object] = answer.json()
    return made


def test_a_case_goes_from_a_need_to_a_delivered_contract(analyst: Api) -> None:
    case = opened(analyst)
    path = f"/cases/{case['id']}"
    assert case["row"]["stage"] == "proposed" and case["row"]["seller"] == "Салаватстекло"  # type: ignore[index]
    step = analyst.post(f"{path}/steps", {"stage": "contacted", "note": "письмо", "next_on": "2099-01-01"},
                        If_Match='"1"')
    assert (step.status_code, step.headers["ETag"], step.json()["row"]["stage"]) == (200, '"2"', "contacted")
    early = analyst.post(f"{path}/steps", {"stage": "contracted"}, If_Match='"2"')
    assert (early.status_code, early.json()["code"]) == (422, "case_without_contract")
    lacks = analyst.post(f"{path}/contracts", {"row": {"value_th_rub": 900}})
    assert (lacks.status_code, lacks.json()["code"]) == (422, "contract_lacks")
    signed = analyst.post(f"{path}/contracts", {"row": {"value_th_rub": 900, "signed_on": "2026-11-20",
                                                        "text": "Стекло М1", "volume": 3, "unit": "кв. м"}})
    assert signed.status_code == 201, signed.content
    contract = Contract.objects.get(public_id=signed.json()["id"])
    assert (contract.case.public_id, contract.buyer.name, contract.unit) == (  # type: ignore[union-attr]
        case["id"], "Окна Идель", "м²")
    done = analyst.post(f"{path}/steps", {"stage": "contracted"}, If_Match='"2"')
    assert done.status_code == 200 and analyst.get(path).json()["row"]["signed_th_rub"] == 900


def test_a_step_names_the_version_and_what_it_lacks(analyst: Api) -> None:
    path = f"/cases/{opened(analyst)['id']}/steps"
    assert analyst.post(path, {"stage": "contacted"}).status_code == 428
    assert analyst.post(path, {"stage": "contacted"}, If_Match='"1"').status_code == 200
    stale = analyst.post(path, {"stage": "declined", "decline_reason": "price"}, If_Match='"1"')
    assert stale.status_code == 412 and stale.json()["current"]["row"]["stage"] == "contacted"
    for body, code in (({"stage": "declined"}, "case_decline_without_reason"),
                       ({"stage": "proposed"}, "case_back_without_note"),
                       ({"stage": "negotiating", "on": "2020-01-01"}, "case_step_before")):
        refused = analyst.post(path, body, If_Match='"2"')
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert analyst.post(path, {"stage": "sold"}, If_Match='"2"').json()["fields"][0]["name"] == "stage"


def test_only_who_leads_cases_of_the_region_opens_steps_and_signs_them(analyst: Api) -> None:
    case = opened(analyst)
    need, offer = make_need("Вал", organisation=make_organisation("Стан")), make_offer("Вал")
    body = {"row": {"value_th_rub": 1, "signed_on": "2026-11-20"}}
    for role, region in (("auditor", HERE), ("fund", HERE), ("ministry", THERE)):
        other = caller(make_user(f"{role}-{region}", role, region=region))
        assert other.post(f"/needs/{need.public_id}/cases", {"offer_id": offer.public_id}).status_code in (403, 404)
        seen = other.get(f"/cases/{case['id']}").status_code == 200
        step = other.post(f"/cases/{case['id']}/steps", {"stage": "contacted"}, If_Match='"1"')
        assert step.status_code == (403 if seen else 404)
        assert other.post(f"/cases/{case['id']}/contracts", body).status_code == (403 if seen else 404)
    unseen = make_offer("Шестерня", held_by=THERE)
    refused = analyst.post(f"/needs/{need.public_id}/cases", {"offer_id": unseen.public_id})
    assert (refused.status_code, refused.json()["fields"][0]["name"]) == (422, "offer_id")
    assert Case.objects.count() == 1 and not Contract.objects.exists()
    reader = caller(make_user("читатель", "ministry", region=HERE), writes=False)
    assert reader.post(f"/cases/{case['id']}/steps", {"stage": "contacted"}, If_Match='"1"').status_code == 403
