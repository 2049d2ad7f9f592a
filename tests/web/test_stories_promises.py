"""Stories 1, 3 and 4 through the pages, with their numbers: agreements and orders that count themselves."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smezhnik.accords.actions import confirm
from smezhnik.accords.models import Agreement, Commitment, Order, Plan
from smezhnik.cooperation.actions import open_case, sign, step
from smezhnik.cooperation.models import Cluster, Member
from smezhnik.records.models import Action
from tests.accords.factories import make_agreement, make_plan
from tests.workplace import HERE, THERE, make, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
SIGNED = dt.date(2026, 2, 26)
HEAD = ("№ пункта", "Мероприятие", "Показатель", "План", "Регион поставщика", "Регион покупателя", "Отрасли",
        "Считать с", "Срок")


@pytest.fixture
def desk() -> Client:
    return signed_in(make_user("аналитик", "ministry", region=HERE, exports=True))


def words(desk: Client, address: str) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode().replace("\xa0", " "))


def workbook(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEAD, *rows):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("дорожная карта.xlsx", content.getvalue())


def bring(origins: dict[str, str], number: int, **values: Any) -> None:
    """A case with such a cause, brought to a contract: a seller here, a buyer of region B."""
    seller = make_organisation(f"Насос-{number}", okved2="28.13")
    buyer = make_organisation(f"Труба-{number}")
    buyer.region = THERE
    buyer.save()
    case = open_case(make_need(organisation=buyer, okpd2="28.13.14"), make_offer(organisation=seller), "аналитик",
                     on=dt.date(2026, 1, 30), origins=origins)
    sign(case, seller, buyer, "аналитик", **{
        "own_id": f"{number}-П", "signed_on": dt.date(2026, 6, 1), "value_th_rub": 10_000.0, "okpd2": "28.13.14",
        **values})
    step(case, "contracted", "аналитик", on=dt.date(2026, 6, 2), expected=case.version)


def test_story_1_the_accord_counts_itself(desk: Client) -> None:
    answer = desk.post("/agreements/new/", {
        "title": "О промышленной кооперации", "kind": "ministerial", "state": "in_force", "number": "7-С",
        "signed_on": "2026-02-26", "body_1": "Минпромторг", "region_1": "Башкортостан", "post_1": "министр",
        "body_2": "Минпромышленности", "region_2": "Челябинская область", "post_2": "министр"})
    assert answer.status_code == 302
    agreement = Agreement.objects.get()
    assert "Плана нет, считать нечего" in words(desk, "/"), "plan due stands on Today"
    plain = [(f"1.{number}", f"Обмен сведениями {number}", None, None, None, None, None, SIGNED, dt.date(2026, 12, 31))
             for number in range(1, 20)]
    links = ("2.4", "Новые связи в машиностроении", "новые связи", 12, "RU-BA", "RU-CHE", "28", SIGNED,
             dt.date(2026, 12, 31))
    money = ("2.4", None, "сумма договоров", 150_000, "RU-BA", "RU-CHE", "28", SIGNED, dt.date(2026, 12, 31))
    faulty = [*plain]
    faulty[3] = (*faulty[3][:2], "новые связи", "много", *faulty[3][4:])
    faulty[7] = (*faulty[7][:7], SIGNED, dt.date(2025, 12, 31))
    address = f"/agreements/{agreement.public_id}/"
    refused = desk.post(f"{address}plan/change/", {"file": workbook(*faulty, links, money)})
    said = refused.content.decode().replace("\xa0", " ")
    assert refused.status_code == 400 and not Plan.objects.exists()
    assert "строка 5, столбец «План»" in said and "строка 9, столбец «Срок»" in said
    assert desk.post(f"{address}plan/change/", {"file": workbook(*plain, links, money)}).status_code == 302
    assert Commitment.objects.count() == 20
    origin = {"commitment_id": Commitment.objects.get(no="2.4").public_id}
    for number in range(1, 5):
        bring(origin, number)
    bring(origin, 5, okpd2="23.11.12")
    bring(origin, 6, basis="inferred")
    bring(origin, 7, signed_on=dt.date(2026, 2, 25))
    item = origin["commitment_id"]
    asked = f"{address}?on=2026-09-30&open={item}&all=1"
    page = words(desk, asked)
    row = page.partition(f'id="{item}"')[2].partition("</table>")[0]
    assert "<strong>4</strong> из 12" in row and "<strong>40,0</strong> из 150,0" in row and "Отстаёт" in row
    for reason in ("другая отрасль: 1", "сведения выведены расчётом: 1", "раньше периода: 1"):
        assert row.count(reason) == 2, "of the links and of the sum"
    assert [f"{number}-П</a>" in row for number in range(1, 8)] == [True] * 4 + [False] * 3
    assert "Всего 4" in row
    bring(origin, 8, signed_on=dt.date(2026, 10, 20))
    later = words(desk, asked)
    assert later.partition(f'id="{item}"')[2].partition("</table>")[0] == row, "the same day has the same answer"
    assert "<strong>5</strong> из 12" in words(desk, f"{address}?on=2026-10-31&open={item}")


def test_story_3_the_order_answers_for_its_executor(desk: Client) -> None:
    agreement = make_agreement()
    direction = agreement.direction_rows.get()
    make(type(direction)(held_by=HERE, agreement=agreement, title="Станки", industries=["28.41"]))
    (item,) = make_plan(agreement, {})
    answer = desk.post("/orders/new/", {
        "commitment": item.public_id, "number": "14-пр, п. 1.2", "protocol": "14-пр", "given_on": "2026-01-30",
        "text": "В двухмесячный срок установить связи с заводами региона Б и привлечь их в кластеры",
        "executor": "Отдел кооперации", "controller": "Заместитель министра", "executor_login": "исполнитель",
        "controller_login": "аналитик", "due_first": "2026-03-30", "measure_1": "links_new", "plan_1": "10",
        "from_region_1": "Башкортостан", "to_region_1": "Челябинская область", "industries_1": "28",
        "measure_2": "members_joined", "plan_2": "2", "counted_2": "in_scope"})
    assert answer.status_code == 302, answer.content.decode()
    order = Order.objects.get()
    for number in range(1, 7):
        bring({"order_id": order.public_id}, number, signed_on=dt.date(2026, 3, 1))
    cluster = make(Cluster(name="Машины", pack="ru-779", region=HERE, held_by=HERE))
    make(Member(cluster=cluster, organisation=make_organisation("Завод Б"), held_by=HERE, roles=["producer"],
                since=dt.date(2026, 3, 10)))
    address = f"/orders/{order.public_id}/"

    def do(what: str, **values: Any) -> int:
        order.refresh_from_db()
        return int(desk.post(f"{address}{what}/change/", {"version": order.version, **values}).status_code)

    assert do("report", task="Связи", done="Письма направлены", petition="remove", on="2026-03-27",
              file=SimpleUploadedFile("письмо.pdf", b"%PDF-1.4")) == 302
    order.refresh_from_db()
    assert order.state == "reported"
    assert [(part["value"], part["plan"]) for part in order.reports.get().computed] == [(6, 10), (1, 2)]
    page = words(desk, f"{address}?on=2026-03-27")
    assert "Отчёт расходится с данными" in page
    assert "новые связи: не хватает 4 связей, Республика Башкортостан → Челябинская область, Машины" in page
    assert "не хватает 1 участника" in page
    assert "Промышленность: есть 6" in page and "Станки: нет ни одной записи" in page
    assert do("remove", ground="done", on="2026-03-30") == 400
    assert do("return", report=order.reports.get().public_id, note="") == 400
    assert do("return", report=order.reports.get().public_id, note="Не хватает 4 связей и участника") == 302
    returned = Action.objects.get(what="accords.return_report")
    assert returned.reason == "Не хватает 4 связей и участника"
    red = words(desk, "/orders/red-list/?on=2026-04-06")
    assert "новые связи: 6 из 10 связей" in red and ": 1 из 2 участников" in red
    with zipfile.ZipFile(io.BytesIO(desk.get("/orders/red-list.docx?on=2026-04-06").content)) as paper:
        printed = paper.read("word/document.xml").decode().replace("\xa0", " ")
    assert "6 из 10" in printed and "1 из 2" in printed
    assert do("report", task="Связи", done="Письмо соседа", petition="remove", on="2026-04-07") == 302
    assert do("remove", ground="done", note="Остальное – до конца года, письмо 18/1", on="2026-04-08") == 302
    removed = Action.objects.get(what="accords.remove_order")
    assert removed.reason == "Остальное – до конца года, письмо 18/1"
    order.refresh_from_db()
    assert (order.state, order.differs_closed_by) == ("removed", "аналитик")
    assert "Отчёт расходится с данными" not in words(desk, "/orders/?state=all&on=2026-04-08")


def test_story_4_dates_and_honesty(desk: Client) -> None:
    def give(**values: str) -> Any:
        return desk.post("/orders/new/", {
            "text": "Представить перечень", "number": "5-пр", "protocol": "5-пр", "executor": "Отдел кооперации",
            "controller": "Заместитель министра", "executor_login": "исполнитель", "rules": "federal-agency",
            "given_on": "2026-01-30", **values})

    assert give().status_code == 302
    order = Order.objects.get()
    assert order.due_first == dt.date(2026, 2, 27), "no 30 February, the 28th is a Saturday"
    address = f"/orders/{order.public_id}/"

    def do(what: str, **values: str) -> int:
        order.refresh_from_db()
        return int(desk.post(f"{address}{what}/change/", {"version": order.version, **values}).status_code)

    for asked, until in (("2026-02-20", "2026-03-31"), ("2026-03-26", "2026-04-30")):
        assert do("extend", to_due=until, reason="tests", on=asked) == 302
        wish = order.extension_rows.latest("id")
        assert not wish.late
        assert do("decide", extension=wish.public_id, granted="yes", on=asked) == 302
    assert do("report", task="Перечень", done="Представлен", petition="remove", on="2026-04-15") == 302
    assert do("remove", ground="done", on="2026-04-16", done_on="2026-04-15") == 302
    order.refresh_from_db()
    assert (order.due_first, order.due, order.extensions) == (dt.date(2026, 2, 27), dt.date(2026, 4, 30), 2)
    kept = words(desk, "/orders/?state=all&on=2026-05-01")
    assert "в первый срок <strong>0 %</strong>" in kept and "<strong>100 %</strong>" in kept
    assert "продлено уже" not in words(desk, address), "twice is no alarm"

    assert give(number="6-пр").status_code == 302
    order = Order.objects.get(number="6-пр")
    address = f"/orders/{order.public_id}/"
    for asked, until in (("2026-02-26", "2026-03-31"), ("2026-03-20", "2026-04-30"), ("2026-04-20", "2026-05-29")):
        assert do("extend", to_due=until, reason="plant_not_ready", on=asked) == 302
        wish = order.extension_rows.latest("id")
        assert wish.late is (asked == "2026-02-26"), "asked one day before: taken, and marked"
        assert do("decide", extension=wish.public_id, granted="yes", on=asked) == 302
    page = words(desk, address)
    assert "продлено уже 3 раза" in page and "запрошено поздно" in page

    same = give(number="7-пр", controller="отдел  кооперации")
    assert same.status_code == 400 and "один и тот же" in same.content.decode()
    unknown = give(number="8-пр", given_on="2031-01-30")
    assert unknown.status_code == 409
    assert "нет производственного календаря на 2031 год" in unknown.content.decode().replace("\xa0", " ")
    assert Order.objects.count() == 2


def follow(desk: Client, page: str, address: str) -> str:
    """Click on the first link whose address begins so."""
    found = re.search(rf'<a [^>]*href="({address}[^"]*)"', page)
    assert found is not None, address
    return words(desk, found[1].replace("&amp;", "&"))


def test_two_clicks_tell_what_the_agreement_has_brought_and_which_contract_proves_it(desk: Client) -> None:
    agreement = make_agreement()
    (item,) = make_plan(agreement, {})
    for number in range(1, 4):
        bring({"commitment_id": item.public_id}, number)
    menu = follow(desk, words(desk, "/"), "/agreements/")
    page = follow(desk, menu, f"/agreements/{agreement.public_id}/")
    brought = page.partition('id="brought"')[2].partition("</section>")[0]
    assert "<strong>3 связи</strong>, договоров 3" in brought and "30,0" in brought
    assert "Машины" in page.partition("Договоры по отраслям")[2].partition("</section>")[0]
    for number in range(1, 4):
        assert f">{number}-П</a>" in page, "the contracts stand open, without another click"
    assert "3 договора</a>" in page and "РБ" in page and "ЧО" in page
    chain = follow(desk, page, "/contracts/D-")
    assert "О промышленной кооперации" in chain and "Пункт 1" in chain


@pytest.mark.parametrize("bodies", [True, False])
def test_what_is_furthest_behind_and_who_is_awaited_stands_at_the_top(desk: Client, bodies: bool) -> None:
    agreement = make_agreement(parties=(
        {"body": "Минпром", "region": HERE if bodies else "", "post": "министр"},
        {"body": "Корпорация", "region": THERE if bodies else "", "post": "директор"}))
    item, other = make_plan(agreement, {}, {"plan": 4.0})
    bring({"commitment_id": item.public_id}, 1)
    confirm(other, 1, True, "аналитик", on=dt.date(2026, 9, 1), value=0)
    page = words(desk, f"/agreements/{agreement.public_id}/?on=2026-09-30")
    assert "Дальше всего от ожидаемого пункт 2: 0 связей, ожидалось 2,8." in page
    names = ("Республика Башкортостан", "Челябинская область") if bodies else ("Сторона 1", "Сторона 2")
    assert f"{names[0]}: 1 пункт; {names[1]}: 2 пункта" in page
