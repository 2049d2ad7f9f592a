"""The year through the pages: one click before the collegium, every sum opens, indicators by form and from a table."""

from __future__ import annotations

import html
import io
import re

import openpyxl
import pptx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smezhnik.accords.models import Order
from smezhnik.people.models import User
from smezhnik.registry.models import Organisation
from smezhnik.strategy.models import Goal, Indicator, IndicatorValue, YearReport
from tests.strategy.factories import make_contract, make_indicators, make_year
from tests.web.world import words_of
from tests.workplace import HERE, THERE, make_user, signed_in

pytestmark = pytest.mark.django_db
ON = "on=2026-12-31"
HEAD = "Показатель;Год;Квартал или месяц;План;Факт;Вид факта;Источник;Выбрано;Почему выбрано\n"


@pytest.fixture
def desk() -> Client:
    return signed_in(make_user("помощник", "ministry", region=HERE, exports=True))


def words(desk: Client, address: str, status: int = 200) -> str:
    answer = desk.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode()).replace("\xa0", " ")


def test_one_click_before_the_collegium(desk: Client) -> None:
    """Five numbers, the index with both values, sums that open, the chain behind a contract, four files."""
    made = make_year()
    make_indicators()
    page = words(desk, f"/year/?{ON}")
    assert "Итоги 2026 года на 31.12.2026" in page and "Пять чисел года" in page
    assert "<strong>105</strong>" in page and "106: Министерство" in page and "Почему выбрано это: Статистика" in page
    assert "Подписано 5 договоров на 10,0 млн ₽" in page
    assert "Задач пока нет" in page and "Нельзя сказать: факта нет" in page
    opened = words(desk, f"/year/sum/?{ON}&what=total")
    listed = re.findall(r'/contracts/(D-[0-9A-Z-]+)/chain/', opened)
    assert len(listed) == len(set(listed)) == 5 and "10,0" in opened
    by_order = words(desk, f"/year/sum/?{ON}&what=primary:{made.order.public_id}")
    assert re.findall(r">([12]-П)<", by_order) == ["2-П", "1-П"] and "7,0" in by_order and "3-П" not in by_order
    chain = words(desk, f"/contracts/{made.contracts[0].public_id}/chain/")
    assert "День поставщика" in chain and "2.4. Новые связи" in chain and "class=\"missing\"" not in chain
    for link in set(re.findall(r'href="(/year/sum/[^"]+)"', html.unescape(page))):
        assert desk.get(link).status_code == 200, link
    for ending in ("docx", "pdf", "pptx", "xlsx"):
        first, again = (desk.get(f"/year.{ending}?{ON}").content for _ in range(2))
        assert first == again and len(first) > 5_000, ending
    deck = pptx.Presentation(io.BytesIO(desk.get(f"/year.pptx?{ON}").content))
    assert len(deck.slides) >= 8


def test_a_report_goes_from_open_to_approved_and_its_tasks_become_orders(desk: Client) -> None:
    make_year()
    make_indicators()

    def do(what: str, **values: str) -> int:
        report = YearReport.objects.order_by("-edition").first()
        about = {"report": report.public_id, "version": str(report.version)} if report else {}
        return int(desk.post(f"/year/{what}/do/", {"as_of": "2026-12-31", **about, **values}).status_code)

    assert do("open") == 302
    assert do("stage", state="approved", approved_by="Министр") == 400
    assert do("task", text="Довести связи до 30", executor="Отдел", controller="отдел", due="2027-06-01") == 400
    assert do("task", text="Довести связи до 30", executor="Отдел", controller="Министр", due="2027-06-01") == 302
    assert do("stage", state="data_closed") == 302
    assert "Записи говорят то же, что отчёт" in words(desk, f"/year/?{ON}")
    assert do("stage", state="comments_in") == 400, "a miss of ten per cent has no words"
    assert do("explain", indicator="investment", why="Станки переносятся", done="Заявка в фонд") == 302
    for state in ("comments_in", "agreed"):
        assert do("stage", state=state) == 302
    assert do("stage", state="approved", approved_by=" ") == 400
    assert do("stage", state="approved", approved_by="Министр") == 302
    assert Order.objects.get(protocol="Отчёт за 2026 год").text == "Довести связи до 30"
    before = desk.get(f"/year.docx?{ON}").content
    assert desk.post("/indicators/value/do/", {
        "indicator": "investment", "year": "2026", "part": "4", "fact": "171", "fact_kind": "revised",
        "source": "Росстат", "published_on": "2027-04-01"}).status_code == 302
    page = words(desk, f"/year/?{ON}")
    assert "факт: было 162, стало 171" in page and "Станки переносятся" in page
    assert desk.get(f"/year.docx?{ON}").content == before, "an approved report keeps what it said"
    assert do("open") == 302 and YearReport.objects.count() == 2
    assert "<strong>171</strong>" in words(desk, f"/year/?{ON}")


def test_a_table_of_indicators_is_taken_whole_or_not_at_all(desk: Client) -> None:
    assert desk.post("/indicators/usual/do/").status_code == 302
    assert desk.post("/indicators/usual/do/").status_code == 302 and Indicator.objects.count() == 25

    def load(text: str) -> str:
        file = SimpleUploadedFile("показатели.csv", (HEAD + text).encode())
        answer = desk.post("/indicators/load/do/", {"file": file})
        return f"{answer.status_code} " + html.unescape(answer.content.decode()).replace("\xa0", " ")

    said = load("Индекс промышленного производства;2026;13;105;;;;;\nshipped;2026;4;2500;много;;Росстат;;\n"
                "nobody;2026;;5;;;;;\nwage;2026;1;;78,4;;;;\n")
    assert said.startswith("400") and not IndicatorValue.objects.exists()
    for place in ("строка 2", "строка 3", "строка 4", "строка 5", "столбец «Факт»", "«nobody»"):
        assert place in said, place
    good = ("Индекс промышленного производства;2026;10;105;105;оперативный;Росстат;да;Официальная статистика\n"
            "production_index;2026;10;;106;оперативный;Министерство;;\n")
    assert load(good).startswith("302") and IndicatorValue.objects.count() == 2
    assert load(good).startswith("302") and IndicatorValue.objects.count() == 2, "loaded twice is there once"
    book = desk.get("/indicators/values.xlsx").content
    assert len(list(openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows())) == 3
    answer = desk.post("/indicators/load/do/", {"file": SimpleUploadedFile("обратно.xlsx", book)})
    assert answer.status_code == 302 and IndicatorValue.objects.count() == 2, "what is taken can be loaded again"
    page = words(desk, "/indicators/?on=2026-11-22&open=production_index")
    assert "Официальная статистика" in page and "других значений: 1" in page
    other = IndicatorValue.objects.get(fact=106.0)
    chosen = desk.post("/indicators/choose/do/", {"value": other.public_id, "version": other.version, "why": "Точнее"})
    assert chosen.status_code == 302
    assert list(IndicatorValue.objects.filter(chosen=True).values_list("fact", flat=True)) == [106.0]


def test_a_goal_counts_itself_and_shows_what_proves_it(desk: Client) -> None:
    make_contract(1, 500.0)
    values = {"no": "1.2", "text": "Больше связей", "document": "Стратегия", "since": "2026-01-01", "due": "2026-12-31"}
    assert desk.post("/strategy/new/", values).status_code == 400, "a goal that counts nothing is none"
    made = desk.post("/strategy/new/", {**values, "measure_1": "links_new", "plan_1": "4", "counted_1": "in_scope",
                                        "from_region_1": "Башкортостан", "both_ways_1": "yes"})
    assert made.status_code == 302
    page = words(desk, f"/strategy/?{ON}")
    assert "<strong>1</strong> из 4" in page and "1-П" in page
    goal = Goal.objects.get()
    address = f"/strategy/{goal.public_id}/drop/"
    assert desk.post(address, {"version": goal.version, "note": ""}).status_code == 400
    assert desk.post(address, {"version": goal.version, "note": "Вошла в другую"}).status_code == 302
    assert "Целей пока нет" in words(desk, f"/strategy/?{ON}")


PAGES = ("/year/", "/year/sum/", "/strategy/", "/indicators/")
FILES = ("/year.docx", "/year.pdf", "/year.pptx", "/year.xlsx", "/indicators/values.xlsx")
WRITES = ("/year/open/do/", "/indicators/usual/do/", "/strategy/new/")


@pytest.mark.parametrize(("role", "region", "reads", "writes"), [
    ("ministry", HERE, True, True), ("auditor", HERE, True, False), ("administrator", HERE, True, False),
    ("administrator", "", True, False), ("cluster", HERE, False, False), ("fund", HERE, False, False),
    ("plant", HERE, False, False), ("security", "", False, False)])
def test_who_reads_and_who_writes(role: str, region: str, reads: bool, writes: bool) -> None:
    make_contract(1, 7_377_700.0)
    make_indicators()
    organisation = Organisation.objects.first() if role == "plant" else None
    who = signed_in(make_user("кто", role, region=region, organisation=organisation, exports=True))
    for address in (*PAGES, *FILES):
        answer = who.get(f"{address}?{ON}")
        assert answer.status_code == (200 if reads else 403), address
        said = words_of(answer).replace("\xa0", "")
        assert ("7377,7" in said or "7377.7" in said) is (
            role == "ministry" and not address.startswith("/indicators/")), f"{address}: a sum of two firms"
    for address in WRITES:
        answer = who.post(address, {"as_of": "2026-12-31"})
        assert (answer.status_code in (302, 400)) is writes and (writes or answer.status_code == 403), address


def test_a_neighbour_and_a_stranger_see_nothing_of_it() -> None:
    make_year()
    make_indicators()
    neighbour = signed_in(make_user("сосед", "ministry", region=THERE, exports=True))
    page = words(neighbour, f"/year/?{ON}&region={HERE}", 404)
    assert "День поставщика" not in page
    assert "105" not in words(neighbour, f"/indicators/?{ON}")
    assert "1-П" not in words(neighbour, f"/year/sum/?{ON}")
    goal, value = Goal.objects.get(), IndicatorValue.objects.get(fact=106.0)
    assert neighbour.post(f"/strategy/{goal.public_id}/drop/", {"note": "x"}).status_code == 404
    assert neighbour.post("/indicators/choose/do/", {"value": value.public_id, "why": "x"}).status_code == 404
    assert Client().get("/year/").status_code == 302


def test_all_see_the_same_totals_within_their_rights() -> None:
    make_year()
    users = [make_user(role, role, region=HERE) for role in ("ministry", "auditor", "administrator")]
    pages = [words(signed_in(user), f"/year/?{ON}") for user in users]
    assert all("Подписано 5 договоров на 10,0 млн ₽" in page for page in pages)
    auditor = words(signed_in(User.objects.get(login="auditor")), f"/year/sum/?{ON}&what=total")
    assert "10,0" in auditor and "1-П" not in auditor and "Закрыто для вас записей: 5" in auditor


def test_a_day_that_cannot_be_read_and_a_sum_that_is_none(desk: Client) -> None:
    assert desk.get("/year/?on=вчера").status_code == 400
    assert desk.get("/year/sum/?what=nothing").status_code == 404
    assert desk.get("/year.txt").status_code == 404
    assert desk.post("/year/open/do/", {}).status_code == 400
