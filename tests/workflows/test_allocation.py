"""The plan of stored needs is that of the tables, and only who reads capacities sees it."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from smezhnik.cooperation.models import Link
from smezhnik.jobs.models import Job
from smezhnik.web.papers import PAPERS
from tests.papers.test_papers import READ
from tests.workplace import HERE, THERE, body, do_jobs, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def furnished() -> Job:
    """Two needs of one offer that suffices for one of them, and one that nobody serves."""
    seller, buyer = make_organisation("Стекло"), make_organisation("Окна")
    offer = make_offer("Стекло листовое", organisation=seller, capacity=100.0, unit="т", basis="declared")
    about = {"organisation": buyer, "unit": "т", "basis": "declared", "confidential": False}
    first = make_need("Стекло М1", volume=100.0, value_th_rub=5000.0, **about)
    second = make_need("Стекло М4", volume=60.0, value_th_rub=600.0, **about)
    make_need("Кирпич", volume=10.0, value_th_rub=100.0, **about)
    for need in (first, second):
        Link.objects.create(need=need, offer=offer, rank=1, probability=0.9, score=2.0, base=0.0, grade="A",
                            basis="declared", held_by=HERE, reasons=[], gaps=[])
    client = signed_in(make_user("аналитик", "ministry", region=HERE, exports=True))
    answer = client.post("/allocation/", {"min_grade": "C", "inferred": "1"})
    job = Job.objects.latest("pk")
    assert answer.headers["Location"] == f"/allocation/{job.pk}/"
    do_jobs()
    job.refresh_from_db()
    assert job.state == "done", job.error
    return job


def test_a_plan_says_who_serves_what_is_left_and_what_capacity_is_worth() -> None:
    job = furnished()
    made = job.result
    assert (made["needs"], made["served"], made["partly"]) == (3, 1, 0)
    assert [(row["need_text"], row["seller"], row["quantity"]) for row in made["allocations"]] == [
        ("Стекло М1", "Стекло", 100)]
    assert {row["need_text"]: row["reason"] for row in made["uncovered"]} == {
        "Стекло М4": "no_capacity", "Кирпич": "no_candidate"}
    assert made["shadow_prices"][0]["value_th_rub"] == pytest.approx(10.0), "600 over 60 t"
    client = signed_in(make_user("коллега", "ministry", region=HERE, exports=True))
    page = client.get(f"/allocation/{job.pk}/").content.decode()
    assert page.index("Стекло М1") < page.index("Стекло М4") and "мощности не хватило" in page
    assert "нет кандидата" in page
    assert "лучшего плана нет" in page
    for name, rows in (("allocations", 1), ("uncovered", 2), ("shadow_prices", 1)):
        file = client.get(f"/allocation/{job.pk}/{name}.xlsx")
        sheet = load_workbook(io.BytesIO(body(file))).worksheets[0]
        assert sheet.max_row == rows + 1
    assert client.get(f"/allocation/{job.pk}/needs.xlsx").status_code == 404


@pytest.mark.parametrize("ending", PAPERS)
def test_the_paper_of_a_plan_says_what_its_page_says(ending: str) -> None:
    job = furnished()
    address = f"/allocation/{job.pk}.{ending}"
    client = signed_in(make_user("коллега", "ministry", region=HERE, exports=True))
    assert f'href="{address}"' in client.get(f"/allocation/{job.pk}/").content.decode()
    answer = client.get(address)
    assert answer.headers["Content-Type"] == PAPERS[ending]
    said = READ[ending](answer.content).replace("\u00a0", " ")
    for words in ("закрыто целиком 1 из 3 потребностей", "Стекло М1", "Стекло М4", "Мощности не хватило: 1",
                  "Кирпич", "Нет кандидата: 1", "т 10", "Доказано: лучшего плана нет", "Конец журнала"):
        assert words in said, words
    assert client.get(f"/allocation/{job.pk}.xlsx").status_code == 404
    reader = signed_in(make_user("читает", "ministry", region=HERE))
    assert reader.get(address).status_code == 403
    assert address not in reader.get(f"/allocation/{job.pk}/").content.decode()


def test_a_plan_is_for_who_reads_capacities() -> None:
    job = furnished()
    for role, region, status in (("cluster", HERE, 403), ("fund", HERE, 403), ("auditor", HERE, 403),
                                 ("administrator", "", 403), ("ministry", THERE, 200)):
        other = signed_in(make_user(f"кто-{role}-{region}", role, region=region))
        assert other.get("/allocation/").status_code == status
        for address in (f"/allocation/{job.pk}/", f"/allocation/{job.pk}/uncovered.xlsx", f"/allocation/{job.pk}.pdf",
                        f"/allocation/{job.pk}.docx"):
            assert other.get(address).status_code == 404


def test_without_links_a_plan_says_what_to_do() -> None:
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    assert "Сначала найдите связи" in client.get("/allocation/").content.decode()
    client.post("/allocation/", {"min_grade": "C"})
    do_jobs()
    job = Job.objects.latest("pk")
    assert job.state == "failed"
    assert "связей ещё нет" in client.get(f"/allocation/{job.pk}/").content.decode()
    assert client.get(f"/allocation/{job.pk}.pdf").status_code == 404
