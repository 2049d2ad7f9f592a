"""Cases by urgency and as a funnel: every case once, sums of each kind for themselves, told only to who may know."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.utils import timezone

from smezhnik.cooperation.models import Case, Contract
from smezhnik.cooperation.pipeline import WAY, cases_by_urgency, funnel
from smezhnik.records.access import Viewer
from smezhnik.registry.models import Organisation
from tests.workplace import HERE, THERE, body, make, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
MINISTRY, CLUSTER = Viewer("м", "ministry", HERE), Viewer("к", "cluster", HERE)
TODAY = dt.date(2026, 11, 22)


def plant(name: str, region: str = HERE) -> Organisation:
    return make_organisation(name, held_by=HERE, region=region)


def case(stage: str = "proposed", *, next_on: dt.date | None = None, seller: Organisation | None = None,
         buyer: Organisation | None = None, **more: Any) -> Case:
    need = make_need(f"Нужно {stage}", region=None, organisation=buyer, confidential=False,
                     okpd2=more.pop("okpd2", "23.11.12"))
    offer = make_offer(f"Есть {stage}", region=None, organisation=seller, confidential=False)
    return make(Case(need=need, offer=offer, buyer=buyer, seller=seller, stage=stage, next_on=next_on, held_by=HERE,
                     basis="declared", lead="аналитик", **more))


def contract(one: Case, value: float | None) -> Contract:
    return make(Contract(seller=one.seller, buyer=one.buyer, case=one, value_th_rub=value, text="Стекло", held_by=HERE,
                         basis="declared"))


@pytest.mark.parametrize(("days", "urgency"), [(-1, "late"), (0, "soon"), (7, "soon"), (8, "later"), (None, "open")])
def test_a_day_decides_how_urgent_a_case_is(days: int | None, urgency: str) -> None:
    case(next_on=None if days is None else TODAY + dt.timedelta(days=days))
    assert list(cases_by_urgency(MINISTRY, TODAY)) == [urgency]


@pytest.mark.parametrize("stage", ["closed", "declined"])
def test_an_ended_case_is_never_late(stage: str) -> None:
    case(stage, next_on=TODAY - dt.timedelta(days=30))
    assert list(cases_by_urgency(MINISTRY, TODAY)) == ["ended"]


def test_the_most_urgent_comes_first_and_one_may_see_only_ones_own() -> None:
    case(next_on=TODAY - dt.timedelta(days=1))
    first = case(next_on=TODAY - dt.timedelta(days=9))
    cases, count = cases_by_urgency(MINISTRY, TODAY)["late"]
    assert (cases[0].pk, count) == (first.pk, 2)
    assert cases_by_urgency(MINISTRY, TODAY, whose="другой") == {}
    assert cases_by_urgency(Viewer("а", "auditor", HERE), TODAY) == {}


def test_a_case_counts_at_every_stage_that_it_passed() -> None:
    for stage in (*WAY, "declined"):
        case(stage)
    whole = funnel(MINISTRY, "pair").whole
    assert list(whole.reached.values()) == [7, 6, 4, 3, 2, 1]
    assert whole.declined == 1


def test_potential_signed_and_delivered_are_counted_apart() -> None:
    seller, buyer = plant("Продавец"), plant("Покупатель")
    about = {"seller": seller, "buyer": buyer}
    case("negotiating", potential_th_rub=100, **about)
    case("declined", potential_th_rub=999, **about)
    contract(case("contracted", potential_th_rub=999, **about), 40)
    delivering = case("delivering", potential_th_rub=999, **about)
    contract(delivering, 25)
    contract(delivering, None)
    whole = funnel(MINISTRY, "pair").whole
    assert (whole.potential.th_rub, whole.signed.th_rub, whole.delivered.th_rub) == (100, 65, 25)


def test_groups_part_the_whole() -> None:
    here, there = plant("Уфа"), plant("Миасс", THERE)
    case(seller=here, buyer=there, okpd2="23.11.12", agreement_id="С-1")
    case(seller=there, buyer=here, okpd2="24.10.31", event_id="Час")
    case(seller=here, buyer=there, okpd2="23.13.11")
    for by, keys in (("pair", {(HERE, THERE): 2, (THERE, HERE): 1}), ("product", {"23": 2, "24": 1}),
                     ("source", {("agreement", "С-1"): 1, ("event", "Час"): 1, ("", ""): 1})):
        found = funnel(MINISTRY, by)
        assert {row.key: row.reached["proposed"] for row in found.rows} == keys
        assert sum(row.reached["proposed"] for row in found.rows) == found.whole.reached["proposed"] == 3


def test_a_sum_is_told_from_three_firms_on() -> None:
    for number in range(2):
        case(seller=plant(f"П{number}"), buyer=plant(f"К{number}", THERE), potential_th_rub=10)
    assert funnel(CLUSTER, "pair").whole.potential.told_to(CLUSTER) is None
    assert funnel(MINISTRY, "pair").whole.potential.told_to(MINISTRY) == 20
    case(seller=plant("П2"), buyer=plant("К2", THERE), potential_th_rub=10)
    assert funnel(CLUSTER, "pair").whole.potential.told_to(CLUSTER) == 30
    plant_viewer = Viewer("з", "plant", HERE, organisation=1)
    assert funnel(CLUSTER, "pair").whole.potential.told_to(plant_viewer) is None


def test_the_list_shows_overdue_cases_by_sign_word_and_days(settings: Any) -> None:
    settings.LIMITS = {}
    case("negotiating", next_on=timezone.localdate() - dt.timedelta(days=5), seller=plant("Продавец"))
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    page = html.unescape(body(client.get("/cases/list/")).decode()).replace("\u00a0", " ")
    assert "Открыто <strong>1 дело</strong>: 1 просрочено, 0 на этой неделе." in page
    assert re.search(r'class="late">.*?#s-bad.*?Просрочено.*?−5 дней', page, re.DOTALL)
    assert "Нужно negotiating" in body(client.get("/cases/list/?mine=1")).decode()


def test_the_funnel_says_its_groups_in_words(settings: Any) -> None:
    settings.LIMITS = {}
    case("contacted", seller=plant("Уфа"), buyer=plant("Миасс", THERE), agreement_id="№ 7")
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    for by, words in (("pair", "Челябинская обл."), ("product", "минеральные неметаллические"),
                      ("source", "Соглашение № 7")):
        page = html.unescape(body(client.get(f"/cases/funnel/?by={by}")).decode())
        assert words in page, by
        assert "из <strong>1 дела</strong>" in page.lower().replace("\u00a0", " ")


@pytest.mark.parametrize(("role", "status"), [("ministry", 200), ("cluster", 200), ("fund", 200), ("plant", 200),
                                              ("auditor", 200), ("security", 403)])
def test_who_sees_no_case_finds_an_empty_page(role: str, status: int) -> None:
    case(next_on=TODAY, potential_th_rub=713_400)
    ours = plant("Наш")
    client = signed_in(make_user(f"кто-{role}", role, region=HERE, organisation=ours if role == "plant" else None))
    for address in ("/cases/list/", "/cases/funnel/"):
        answer = client.get(address)
        assert answer.status_code == status
        shown = body(answer).decode()
        assert ("713" in shown) is (role == "ministry"), address
        assert ("Нужно proposed" in shown) is (role in ("ministry", "cluster", "fund") and "list" in address)
