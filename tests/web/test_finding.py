"""Find partners: from words, a code, a need or a pasted column; what is shown adds up, and only to who may see it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client

from smezhnik.cooperation.models import Case
from smezhnik.jobs.models import Job
from smezhnik.people.models import User
from smezhnik.registry.models import Need
from tests.web.world import _work as do_jobs
from tests.workplace import HERE, body, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
UFA, CHELYABINSK = {"latitude": 54.735, "longitude": 55.959}, {"latitude": 55.160, "longitude": 61.400}


@pytest.fixture(autouse=True)
def offers(settings: Any) -> None:
    settings.LIMITS = {}
    near = make_organisation("Стекло-Уфа", **UFA)
    far = make_organisation("Стекло-Челябинск", **CHELYABINSK)
    make_offer("Стекло листовое М1 4 мм", organisation=near, okpd2="23.11.12", capacity=100.0, unit="м²", price=700,
               basis="declared")
    make_offer("Стекло листовое М1 5 мм", organisation=far, okpd2="23.11.12", capacity=900.0, unit="м²",
               basis="register", **CHELYABINSK)
    make_offer("Болты с шестигранной головкой М20", organisation=far, okpd2="25.94.11", basis="declared")


def need(**values: Any) -> Need:
    buyer = make_organisation("Окна Идель", **UFA)
    return make_need("Стекло листовое М1 4 мм", organisation=buyer, okpd2="23.11.12", volume=500.0, unit="м²",
                     basis="declared", **values)


def client(role: str = "ministry", **more: Any) -> Client:
    return signed_in(make_user(f"кто-{role}", role, region=HERE, exports=True, **more))


def said(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()
    return html.unescape(body(answer).decode())


def subjects(page: str) -> list[str]:
    return re.findall(r'<a id="c-[^>]*>([^<]+)</a>', page)


def test_terms_of_the_chosen_candidate_add_up_to_its_score() -> None:
    page = said(client().get(f"/r/{need().public_id}/partners/"))
    shown = page[page.index('<table class="why">'):page.index("</table>", page.index('<table class="why">'))]
    numbers = [float(text.replace("−", "-").replace(",", ".")) for text in
               re.findall(r'class="number"[^>]*>([+−]\d+,\d\d)', shown)]
    assert len(numbers) > 3
    assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.005 * len(numbers))
    assert "Окна Идель</strong>" in page
    assert "Весь объём в одиночку закрывает 1." in page


def test_the_choice_of_a_candidate_is_an_address() -> None:
    found, one = client(), need()
    page = said(found.get(f"/r/{one.public_id}/partners/"))
    assert subjects(page)[:2] == ["Стекло-Уфа", "Стекло-Челябинск"]
    second = re.findall(r'href="\?(offer=[^"]+)"', page)[1]
    chosen = said(found.get(f"/r/{one.public_id}/partners/?{second}"))
    assert '<h2 id="explained-title">Стекло-Челябинск</h2>' in chosen


def test_words_or_a_code_alone_are_enough() -> None:
    found = client()
    assert "Стекло-Уфа" in subjects(said(found.get("/find/?text=стекло+листовое+4+мм")))
    by_code = said(found.get("/find/?text=23.11.12"))
    assert 'name="okpd2" value="23.11.12"' in by_code
    assert "Стекло-Уфа" in subjects(by_code)


def test_a_distance_leaves_out_who_is_farther() -> None:
    found = client()
    every = said(found.get("/find/?text=стекло+листовое&place=Уфа"))
    near = said(found.get("/find/?text=стекло+листовое&place=Уфа&within_km=100"))
    assert "Стекло-Челябинск" in subjects(every)
    assert subjects(near) == ["Стекло-Уфа"]


@pytest.mark.parametrize(("asked", "sentence"), [
    ("text=стекло&place=Атлантида", "Места «Атлантида» нет в справочнике"),
    ("text=стекло&volume=много", "много"), ("text=стекло&okpd2=99.99.99.999", "99.99.99.999"),
])
def test_what_cannot_be_taken_is_told_and_what_was_typed_stays(asked: str, sentence: str) -> None:
    page = said(client().get(f"/find/?{asked}"))
    assert sentence in page
    assert 'name="text" value="стекло"' in page
    assert 'aria-invalid="true"' in page


def test_a_distance_from_nowhere_is_refused() -> None:
    answer = client().get("/find/?text=стекло&within_km=100")
    assert answer.status_code == 400
    assert "назовите город или регион" in answer.content.decode()


def test_candidates_are_narrowed_by_grade_region_and_basis() -> None:
    found, address = client(), f"/r/{need().public_id}/partners/"
    page = said(found.get(address))
    for query in re.findall(r'class="chip" href="\?([^"]*grade=\w)"', page):
        grades = re.findall(r'class="grade (\w)" title', said(found.get(f"{address}?{query}&all=1")))
        assert query[-1] in grades
    assert "Таких кандидатов нет" in said(found.get(f"{address}?from=RU-MOW"))


def test_a_case_begins_from_words_without_a_need_and_says_them() -> None:
    found = client()
    offer = re.findall(r'name="offer" value="([^"]+)"', said(found.get("/find/?text=стекло+листовое+4+мм")))[0]
    found.post("/cases/new/", {"offer": offer, "note": "стекло листовое 4 мм"})
    case = Case.objects.get()
    assert (case.need, case.offer.public_id) == (None, offer)
    assert case.steps.get().note == "стекло листовое 4 мм"


def test_a_candidate_is_declined_at_once_with_its_reason() -> None:
    found, one = client(), need()
    offer = re.findall(r'name="offer" value="([^"]+)"', said(found.get(f"/r/{one.public_id}/partners/")))[0]
    found.post("/cases/new/", {"need": one.public_id, "offer": offer, "decline_reason": "price"})
    case = Case.objects.get()
    assert (case.stage, case.decline_reason) == ("declined", "price")


def test_candidates_stand_side_by_side_on_one_scale() -> None:
    found, one = client(), need()
    ids = re.findall(r'name="of" value="([^"]+)"', said(found.get(f"/r/{one.public_id}/partners/?all=1")))
    page = said(found.get(f"/find/compare/?need={one.public_id}&of={ids[0]}&of={ids[1]}"))
    assert page.count("<th scope=\"col\"><span") == 2
    alone = found.get(f"/find/compare/?need={one.public_id}&of={ids[0]}")
    assert alone.status_code == 400
    assert "от двух до 4" in alone.content.decode()


def pasted(found: Client, text: str) -> Job:
    answer = found.post("/find/column/", {"column": text})
    assert answer.status_code == 302, answer.content.decode()
    do_jobs()
    return Job.objects.get(pk=int(answer.headers["Location"].split("/")[-2]))


def test_every_line_of_a_column_gets_its_answer_in_its_order() -> None:
    found = client()
    job = pasted(found, "Стекло листовое М1 4 мм\t23.11.12\n\nБолты М20\nквантовый телепорт\n")
    assert job.state == "done", job.error
    assert [line["okpd2"] for line in job.args["lines"]] == ["23.11.12", None, None]
    page = said(found.get(f"/find/column/{job.pk}/"))
    rows = re.findall(r'<th scope="row">([^<]+)', page)
    assert rows == ["Стекло листовое М1 4 мм", "Болты М20", "квантовый телепорт"]
    assert "Стекло-Уфа" in page
    book = body(found.get(f"/find/column/{job.pk}.xlsx"))
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert "Стекло-Уфа" in "".join(parts.read(name).decode() for name in parts.namelist())


def test_a_column_is_shown_to_nobody_else() -> None:
    job = pasted(client(), "Болты М20")
    other = signed_in(make_user("другой", "ministry", region=HERE, exports=True))
    assert other.get(f"/find/column/{job.pk}/").status_code == 404
    assert other.get(f"/find/column/{job.pk}.xlsx").status_code == 404


def test_who_may_not_export_takes_no_column_away() -> None:
    found = client()
    job = pasted(found, "Болты М20")
    User.objects.filter(login="кто-ministry").update(exports=False)
    assert found.get(f"/find/column/{job.pk}.xlsx").status_code == 403


@pytest.mark.parametrize(("text", "sentence"), [("\n \n", "нет ни одной строки"), ("Болт\n" * 501, "больше 500")])
def test_a_column_without_lines_or_with_too_many_is_refused(text: str, sentence: str) -> None:
    answer = client().post("/find/column/", {"column": text})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_an_offer_that_is_closed_later_leaves_the_kept_column() -> None:
    made = make_offer("Рельсы Р65", confidential=False, organisation=make_organisation("Рельс-Завод"))
    found = client("cluster")
    job = pasted(found, "Рельсы Р65")
    assert "Рельс-Завод" in said(found.get(f"/find/column/{job.pk}/"))
    type(made).objects.filter(pk=made.pk).update(confidential=True)
    assert "Рельс-Завод" not in said(found.get(f"/find/column/{job.pk}/"))


def test_a_volume_that_one_may_not_read_stands_in_no_strip() -> None:
    one = need(confidential=False)
    page = said(client("cluster").get(f"/r/{one.public_id}/partners/"))
    assert 'name="volume" value=""' in page


@pytest.mark.parametrize("role", ["fund", "auditor", "security"])
def test_who_brokers_nothing_finds_nothing(role: str) -> None:
    found = client(role)
    for address in ("/find/", "/find/?text=стекло", "/find/compare/?text=стекло"):
        assert found.get(address).status_code == 403
    assert found.post("/find/column/", {"column": "Болты"}).status_code == 403


def test_a_plant_asks_for_its_own_needs_only() -> None:
    other = need(confidential=False)
    mine = make_organisation("Наш завод")
    own = make_need("Болты М20", organisation=mine, basis="declared")
    plant = client("plant", organisation=mine)
    assert plant.get(f"/r/{own.public_id}/partners/").status_code == 200
    assert plant.get(f"/find/?need={other.public_id}").status_code == 403
    assert plant.get(f"/find/compare/?need={other.public_id}").status_code == 403
