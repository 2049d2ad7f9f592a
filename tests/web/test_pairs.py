"""Two regions: both ways counted once, sums apart and told only to who may know them, inferred links led as cases."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest
from django.test import Client

from smezhnik.cooperation.models import Case, Contract, Link
from smezhnik.jobs.actions import take
from smezhnik.jobs.worker import run_job
from smezhnik.records.access import Viewer
from smezhnik.registry.models import Need, Offer, Organisation
from smezhnik.web.papers import PAPERS
from smezhnik.workflows.pairs import existing, latest_trade, pair_links
from smezhnik.workflows.works import WORKS
from tests.papers.test_papers import READ
from tests.web.world import _work as do_jobs
from tests.workplace import HERE, THERE, body, make, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
ADDRESS = f"/pair/{HERE}/{THERE}/"
MINISTRY, CLUSTER = Viewer("м", "ministry", HERE), Viewer("к", "cluster", HERE)


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    settings.LIMITS = {}


def plant(name: str, region: str, **values: Any) -> Organisation:
    return make_organisation(name, held_by=HERE, **{"region": region, **values})


def link(seller: Organisation, buyer: Organisation, value: float, **more: Any) -> Link:
    """A kept link between new needs and offers of the two."""
    about = {"okpd2": "23.11.12", "basis": "declared", "confidential": False}
    need = make_need(f"Нужно {seller.name}", held_by=HERE, region=None, organisation=buyer, **about)
    offer = make_offer(f"Есть {seller.name}", held_by=HERE, region=seller.region, organisation=seller, **about)
    return make(Link(**{"need": need, "offer": offer, "rank": 1, "probability": 0.9, "score": 2.2, "base": 0.0,
                        "grade": "A", "value_th_rub": value, "basis": "declared", "held_by": HERE,
                        "as_of": dt.date(2026, 11, 22), **more}))


def contract(seller: Organisation, buyer: Organisation, value: float, case: Case | None = None) -> Contract:
    return make(Contract(seller=seller, buyer=buyer, value_th_rub=value, text="Стекло", case=case, held_by=HERE,
                         basis="declared", signed_on=dt.date(2026, 11, 1)))


def client(role: str = "ministry", **more: Any) -> Client:
    return signed_in(make_user(f"кто-{role}", role, **{"region": HERE, "exports": True, **more}))


def said(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()
    return html.unescape(body(answer).decode()).replace("\u00a0", " ")


def test_only_what_crosses_the_border_counts_and_both_ways_weigh_the_same() -> None:
    here, other, there = plant("Уфа-Стекло", HERE), plant("Уфа-Окна", HERE), plant("Миасс-Стекло", THERE)
    link(here, there, 700_000)
    link(there, other, 300_000)
    link(here, other, 900_000)  # inside one region
    frame = pair_links(MINISTRY, HERE, THERE)
    assert sorted(frame["value_th_rub"]) == [300_000, 700_000]
    assert pair_links(MINISTRY, THERE, HERE).height == 2
    page = said(client().get(ADDRESS))
    assert "дополняют друг друга на <strong>1 000 млн ₽/год</strong>" in page
    assert ">Башкортостан <svg" in page and "Челябинская обл. 700" in page and "Башкортостан 300" in page


def test_a_pair_with_a_contract_a_case_or_a_weak_grade_is_no_new_link() -> None:
    sellers = [plant(f"Завод {number}", HERE) for number in range(4)]
    buyer = plant("Покупатель", THERE)
    made = [link(seller, buyer, 100_000.0) for seller in sellers[:3]] + [link(sellers[3], buyer, 1.0, grade="D")]
    contract(sellers[0], buyer, 50_000)
    make(Case(need=made[1].need, offer=made[1].offer, buyer=buyer, seller=sellers[1], stage="declined",
              held_by=HERE, basis="declared"))
    page = said(client().get(ADDRESS))
    table = page[page.index("лучш"):]
    assert "Завод 2" in table
    assert "это 1 новая связь" in page
    assert "Завод 3" not in page


def test_signed_and_delivered_stand_apart() -> None:
    seller, buyer = plant("Продавец", HERE), plant("Покупатель", THERE)
    case = make(Case(seller=seller, buyer=buyer, stage="delivering", held_by=HERE, basis="declared",
                     need=make_need(organisation=buyer)))
    contract(seller, buyer, 40_000, case)
    contract(buyer, seller, 60_000)
    contract(seller, plant("Свой", HERE), 999_000)
    found = existing(MINISTRY, HERE, THERE)
    assert (found.signed.count, found.signed.value_th_rub) == (2, 100_000)
    assert (found.delivered.count, found.delivered.value_th_rub) == (1, 40_000)
    assert [one.pk for one, _ in found.cases] == [case.pk]


def test_a_sum_over_fewer_than_three_firms_is_told_to_the_ministry_only() -> None:
    sellers, buyers = ([plant(f"{side} {number}", region) for number in range(3)]
                       for side, region in (("Продавец", HERE), ("Покупатель", THERE)))
    for number in range(2):
        contract(sellers[number], buyers[number], 10_000)
    assert existing(CLUSTER, HERE, THERE).signed.value_th_rub is None
    assert existing(MINISTRY, HERE, THERE).signed.value_th_rub == 20_000
    contract(sellers[2], buyers[2], 10_000)
    assert existing(CLUSTER, HERE, THERE).signed.value_th_rub == 30_000
    contract(sellers[2], buyers[2], 5_000)
    assert existing(CLUSTER, HERE, THERE).signed.count == 4


def test_an_absent_value_is_not_nought() -> None:
    contract(plant("Продавец", HERE), plant("Покупатель", THERE), None)  # type: ignore[arg-type]
    found = existing(MINISTRY, HERE, THERE).signed
    assert (found.count, found.value_th_rub) == (1, None)


def calculated(found: Client) -> str:
    plant("Магнитка", THERE, okved2="24.10", output_th_rub=5_000_000.0)
    plant("Уфа-Насос", HERE, okved2="28.13", output_th_rub=2_000_000.0)
    plant("Уфа-Кабель", HERE, okved2="27.32", output_th_rub=1_000_000.0)
    assert found.post(f"{ADDRESS}calculate/").status_code == 302
    assert "Считаем торговлю" in said(found.get(ADDRESS))
    do_jobs()
    return said(found.get(ADDRESS))


def test_the_calculated_trade_is_kept_and_says_when_it_is_old() -> None:
    found = client()
    page = calculated(found)
    assert "Магнитка" in page and "выведено" in page
    assert "с тех пор организации менялись" not in page
    plant("Новый завод", HERE)
    assert "с тех пор организации менялись" in said(found.get(ADDRESS))


def test_an_inferred_link_becomes_a_case_of_inferred_records_once() -> None:
    found = client()
    calculated(found)
    trade = latest_trade(MINISTRY, HERE, THERE, "ru", frozenset())
    assert trade is not None
    row = trade.links.row(0, named=True)
    for _ in range(2):
        answer = found.post(f"{ADDRESS}lead/", {"seller": row["seller_id"], "buyer": row["buyer_id"]})
        assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.seller.public_id, case.buyer.public_id) == (row["seller_id"], row["buyer_id"])
    assert {case.need.basis, case.offer.basis, case.basis} == {"inferred"}
    assert Need.objects.count() == Offer.objects.count() == 1
    absent = found.post(f"{ADDRESS}lead/", {"seller": row["buyer_id"], "buyer": "P-0000-0000"})
    assert absent.status_code == 400


def test_pairs_that_have_a_contract_leave_the_calculated_list() -> None:
    found = client()
    calculated(found)
    row = latest_trade(MINISTRY, HERE, THERE, "ru", frozenset()).links.row(0, named=True)  # type: ignore[union-attr]
    taken = frozenset({(row["seller_id"], row["buyer_id"])})
    left = latest_trade(MINISTRY, HERE, THERE, "ru", taken)
    assert left is not None
    assert (row["seller_id"], row["buyer_id"]) not in set(left.links.select("seller_id", "buyer_id").iter_rows())


def test_a_calculation_without_plants_says_so() -> None:
    found = client()
    found.post(f"{ADDRESS}calculate/")
    job = take()
    assert job is not None
    run_job(job, WORKS)
    assert 'class="error"' in said(found.get(ADDRESS))


def test_the_annex_is_a_page_for_paper() -> None:
    found = client()
    assert found.get(f"{ADDRESS}paper/").status_code in (400, 409, 422)
    link(plant("Уфа-Стекло", HERE), plant("Миасс-Окна", THERE), 700_000)
    page = said(found.get(f"{ADDRESS}paper/"))
    assert "Уфа-Стекло" in page and 'class="qr"' in page


def sheet(found: Client, ending: str) -> str:
    """The words of the annex that somebody takes away."""
    answer = found.get(f"{ADDRESS[:-1]}.{ending}")
    assert answer.status_code == 200, answer.content.decode()
    assert answer.headers["Content-Type"] == PAPERS[ending]
    return READ[ending](answer.content).replace("\u00a0", " ")


@pytest.mark.parametrize("ending", PAPERS)
def test_the_annex_as_a_file_says_what_the_page_says(ending: str) -> None:
    found = client()
    seller, buyer = plant("Уфастекло", HERE), plant("Миассокна", THERE)
    link(seller, buyer, 700_000)
    contract(plant("Уфа-Кабель", HERE), buyer, 60_000)
    for page in (said(found.get(ADDRESS)), sheet(found, ending)):
        assert "Уфастекло" in page and "700 млн ₽/год" in page and "Подписано пока на 60 млн ₽/год" in page
    assert f'href="{ADDRESS[:-1]}.{ending}"' in said(found.get(ADDRESS))
    assert "Конец журнала" in sheet(found, ending)
    calculated(found)
    assert "Магнитка" in sheet(found, ending) and "Выведено расчётом" in sheet(found, ending)


@pytest.mark.parametrize("ending", PAPERS)
def test_the_annex_holds_nothing_that_its_reader_may_not_see(ending: str) -> None:
    seller, buyer = plant("Уфастекло", HERE), plant("Миассокна", THERE)
    blind = link(seller, buyer, 654_321.0)
    Need.objects.filter(pk=blind.need.pk).update(confidential=True)
    contract(plant("Уфа-Кабель", HERE), buyer, 123_456.0)
    whole, part = sheet(client(), ending), sheet(client("cluster"), ending)
    assert "на 654 млн" in whole and "Подписано пока на 123 млн" in whole and "Миассокна" in whole
    assert "млн" not in part and "Подписано пока" not in part, "sums of two firms tell on each"
    assert "Миассокна" not in part and "Договоров между ними нет" not in part


def test_the_annex_is_taken_by_who_may_export_and_noted() -> None:
    file = f"{ADDRESS[:-1]}.pdf"
    bare = client()
    assert bare.get(file).status_code == bare.get(f"{ADDRESS}paper/").status_code, "nothing to put into it"
    link(plant("Уфа-Стекло", HERE), plant("Миасс-Окна", THERE), 700_000)
    assert bare.get(file).status_code == 200
    assert bare.get(f"{ADDRESS[:-1]}.xlsx").status_code == 404
    reader = signed_in(make_user("читает", "ministry", region=HERE, exports=False))
    assert reader.get(file).status_code == 403 and file not in said(reader.get(ADDRESS))
    neighbour = signed_in(make_user("сосед", "ministry", region="RU-SVE", exports=True))
    answer = neighbour.get(file)
    assert answer.status_code != 200 or "Уфа-Стекло" not in READ["pdf"](answer.content)


@pytest.mark.parametrize(("role", "status"), [("ministry", 200), ("cluster", 200), ("fund", 200), ("plant", 403),
                                              ("auditor", 403), ("security", 403)])
def test_who_reads_internal_columns_compares_regions(role: str, status: int) -> None:
    more = {"organisation": plant("Наш", HERE)} if role == "plant" else {}
    found = client(role, **more)
    assert found.get("/pair/").status_code == status
    assert found.get(ADDRESS).status_code == status
    if status == 403:
        for what in ("calculate/", "lead/"):
            assert found.post(ADDRESS + what).status_code == 403
        assert found.get(f"{ADDRESS}paper/").status_code == 403
        assert found.get(f"{ADDRESS[:-1]}.pdf").status_code == 403
    if role == "fund":
        assert found.post(f"{ADDRESS}lead/").status_code == 403


def test_two_regions_are_two_and_known() -> None:
    found = client()
    for address in (f"/pair/{HERE}/{HERE}/", f"/pair/{HERE}/RU-XX/", f"/pair/{HERE}/XX/paper/"):
        assert found.get(address).status_code == 404
    plant("Уфа", HERE)
    plant("Миасс", THERE)
    assert found.get(f"/pair/?a={HERE}&b={THERE}").headers["Location"] == ADDRESS
    assert "Выбран один и тот же регион" in said(found.get(f"/pair/?a={HERE}&b={HERE}"))


def test_another_region_reads_nothing_of_the_calculation() -> None:
    calculated(client())
    other = signed_in(make_user("сосед", "ministry", region=THERE, exports=True))
    assert "Магнитка" not in said(other.get(ADDRESS))


def test_the_choice_shows_the_pairs_that_have_links_both_ways_together() -> None:
    here, there = plant("Уфа-Стекло", HERE), plant("Миасс-Стекло", THERE)
    looks = client()
    assert "Между какими регионами" not in said(looks.get("/pair/"))
    link(here, there, 700_000)
    link(there, here, 300_000)
    page = said(looks.get("/pair/"))
    assert f'href="/pair/{HERE}/{THERE}/"' in page and ">1 000<" in page and f"/pair/{THERE}/{HERE}/" not in page
