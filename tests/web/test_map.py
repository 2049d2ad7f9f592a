"""The map: what its outlines, arrows and circle say stands in its tables, and only what the viewer may know."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from smezhnik.cooperation.models import Contract
from smezhnik.records.access import Viewer
from smezhnik.registry.models import Organisation, Site
from smezhnik.workflows.atlas import Asked, count_by_region, flows_between, places_of_plants, plants_near
from tests.workplace import HERE, THERE, body, make, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
MINISTRY, CLUSTER = Viewer("м", "ministry", HERE), Viewer("к", "cluster", HERE)
UFA, STERLITAMAK = (54.735, 55.959), (53.630, 55.931)


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    settings.LIMITS = {}


def plant(name: str, region: str, place: tuple[float, float] | None = None, **values: Any) -> Organisation:
    at = {"latitude": place[0], "longitude": place[1]} if place else {}
    return make_organisation(name, held_by=HERE, **{"region": region, **at, **values})


def contract(seller: Organisation, buyer: Organisation, value: float | None, **more: Any) -> Contract:
    return make(Contract(seller=seller, buyer=buyer, value_th_rub=value, text="Стекло", held_by=HERE,
                         basis="declared", **more))


def client(role: str = "ministry", **more: Any) -> Client:
    return signed_in(make_user(f"кто-{role}", role, **{"region": HERE, **more}))


def said(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()
    return html.unescape(body(answer).decode()).replace("\u00a0", " ")


def test_outlines_table_and_lead_tell_the_same_counts() -> None:
    for number in range(3):
        plant(f"Уфа {number}", HERE)
    plant("Миасс", THERE)
    assert count_by_region(MINISTRY, Asked()) == {HERE: 3, THERE: 1}
    page = said(client().get("/map/"))
    assert "Организации: <strong>4</strong>, 2 региона." in page
    assert f'<a href="/regions/{HERE}/" aria-label="Республика Башкортостан: Организации 3">' in page
    assert re.search(r">Республика Башкортостан</a></th><td class=\"number\">3<", page)


def test_a_region_without_an_outline_stands_beside_the_map() -> None:
    plant("Байконур-Завод", "KZ-BAY")
    page = said(client().get("/map/"))
    assert "нет контура на карте" in page
    assert ">Байконур</a>" in page


def test_flows_are_summed_by_direction_and_class() -> None:
    a, b = plant("Продавец", HERE), plant("Покупатель", THERE)
    contract(a, b, 100, okpd2="23.11.12")
    contract(a, b, 50, okpd2="24.10.31")
    contract(b, a, 7)
    contract(a, plant("Свой", HERE), None)
    found = flows_between(MINISTRY, Asked(flow="contract"))
    assert [(flow.seller, flow.buyer, flow.count, flow.value_th_rub) for flow in found] == [
        (HERE, THERE, 2, 150), (THERE, HERE, 1, 7), (HERE, HERE, 1, None)]
    glass, = flows_between(MINISTRY, Asked(flow="contract", okpd2="23.11"))
    assert (glass.count, glass.value_th_rub) == (1, 100)


def test_a_sum_is_told_from_three_sellers_and_three_buyers_on() -> None:
    sellers = [plant(f"Продавец {number}", HERE) for number in range(3)]
    buyers = [plant(f"Покупатель {number}", THERE) for number in range(3)]
    for seller, buyer in zip(sellers[:2], buyers[:2], strict=True):
        contract(seller, buyer, 10)
    contract(sellers[2], buyers[0], 10)
    hidden, = flows_between(CLUSTER, Asked(flow="contract"))
    assert (hidden.count, hidden.value_th_rub) == (3, None)
    contract(sellers[2], buyers[2], 10)
    told, = flows_between(CLUSTER, Asked(flow="contract"))
    assert told.value_th_rub == 40


def test_points_count_plants_of_a_place_once() -> None:
    one, other = plant("Уфа 1", HERE, UFA), plant("Уфа 2", HERE)
    for _ in range(3):
        make_offer(organisation=other, latitude=54.74, longitude=55.96)
    make(Site(name="Цех", organisation=one, held_by=HERE, region=HERE, latitude=STERLITAMAK[0],
              longitude=STERLITAMAK[1]))
    found = places_of_plants(MINISTRY)
    assert [(point.latitude, point.count) for point in found] == [(53.6, 1), (54.7, 1)]


def test_a_circle_holds_its_border_and_the_nearest_place_of_a_plant() -> None:
    far = plant("Стерлитамак", HERE, STERLITAMAK)
    near = plant("Уфа", HERE, UFA)
    make_offer(organisation=far, latitude=UFA[0], longitude=UFA[1])
    plant("Без места", HERE)
    found, count = plants_near(MINISTRY, *UFA, 10)
    assert {one.plant.pk for one in found} == {far.pk, near.pk} and count == 2
    make_organisation("Чужой", held_by=THERE, latitude=UFA[0], longitude=UFA[1])
    assert plants_near(MINISTRY, *UFA, 10)[1] == 2
    alone, _ = plants_near(MINISTRY, *STERLITAMAK, 0)
    assert [one.km for one in alone] == [0]


def test_the_circle_is_drawn_and_listed() -> None:
    plant("Уфа", HERE, UFA)
    page = said(client().get("/map/?place=Уфа&within_km=100"))
    assert 'class="land circle"' in page
    assert "1 завод не дальше 100 км: Уфа" in page


@pytest.mark.parametrize(("asked", "sentence"), [
    ("place=Уфа", "назовите и место, и расстояние"), ("within_km=10", "назовите и место, и расстояние"),
    ("place=Атлантида&within_km=10", "Места «Атлантида» нет"), ("okpd2=99.99", "99.99"),
])
def test_what_cannot_be_taken_is_told_on_the_page(asked: str, sentence: str) -> None:
    plant("Уфа", HERE)
    page = said(client().get(f"/map/?{asked}"))
    assert sentence in page and 'role="alert"' in page


def test_an_empty_registry_says_what_to_do() -> None:
    assert "Загрузите таблицу предприятий" in said(client().get("/map/"))


@pytest.mark.parametrize(("role", "kinds"), [("ministry", {"link", "case", "contract"}), ("fund", {"case", "contract"}),
                                             ("auditor", set()), ("plant", {"case", "contract"})])
def test_a_role_is_offered_the_flows_that_it_may_know_of(role: str, kinds: set[str]) -> None:
    ours = plant("Наш", HERE)
    contract(ours, plant("Сосед", THERE), 713_999)
    found = client(role, **({"organisation": ours} if role == "plant" else {}))
    page = said(found.get("/map/?flow=contract"))
    select = page[page.index("m-flow"):page.index("</select>", page.index("m-flow"))] if "m-flow" in page else ""
    assert set(re.findall(r'value="(link|case|contract)"', select)) == kinds
    assert (">714<" in page) is (role == "ministry")
    assert "Договоры между регионами" in page or role == "auditor"
    assert "Связи между регионами" not in said(found.get("/map/?flow=link"))


def test_security_has_no_map() -> None:
    assert client("security").get("/map/").status_code == 403


def test_a_closed_need_counts_on_no_map_of_others() -> None:
    make_need(confidential=True)
    make_need(confidential=False)
    assert count_by_region(MINISTRY, Asked(shade="need")) == {HERE: 2}
    assert count_by_region(CLUSTER, Asked(shade="need")) == {HERE: 1}


def test_a_region_tells_whom_it_works_with_and_where_its_plants_are() -> None:
    here, there = plant("Уфа", HERE, UFA), plant("Миасс", THERE)
    contract(here, there, 10)
    contract(there, here, 10)
    contract(there, here, 10)
    page = said(client().get(f"/regions/{HERE}/"))
    assert re.search(r"Челябинская область</a></th>.*?>1 / 2<", page, re.DOTALL)
    assert f'href="/pair/{HERE}/{THERE}/"' in page
    assert 'class="land a"' in page and ">Уфа<" in page
    other = said(client("auditor").get(f"/regions/{HERE}/"))
    assert "1 / 2" not in other and "Связей с другими регионами нет" in other


def test_counts_are_kept_until_the_journal_goes_on(django_assert_max_num_queries: Any) -> None:
    plant("Уфа", HERE)
    assert count_by_region(MINISTRY, Asked()) == {HERE: 1}
    with django_assert_max_num_queries(1):
        assert count_by_region(MINISTRY, Asked()) == {HERE: 1}
    plant("Миасс", THERE)
    assert count_by_region(MINISTRY, Asked()) == {HERE: 1, THERE: 1}
    assert count_by_region(Viewer("с", "ministry", THERE), Asked()) == {}, "what one sees is kept for nobody else"
