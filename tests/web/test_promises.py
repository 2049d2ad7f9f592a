"""Promises through the pages: a plan from a sheet, a case that proves it, both sides, an order to its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smezhnik.accords.models import Agreement, Commitment, Confirmation, Order, Plan
from smezhnik.cooperation.actions import open_case, sign
from smezhnik.records.models import Action
from tests.workplace import HERE, THERE, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
HEAD = "№ пункта;Мероприятие;Показатель;План;Регион поставщика;Регион покупателя;В обе стороны;Считать с;Срок\n"
GOOD = HEAD + "2.4;Новые связи;новые связи;12;RU-BA;RU-CHE;да;26.02.2026;31.12.2026\n"
FAULTY = HEAD + ("1;Связи;новые связи;12;RU-BA;RU-CHE;да;26.02.2026;31.12.2025\n"
                 "2;Поставки;сумма договоров;много;RU-BA;RU-CHE;да;;31.12.2026\n")


@pytest.fixture
def desk() -> Client:
    return signed_in(make_user("аналитик", "ministry", region=HERE, exports=True))


def enter(desk: Client) -> Agreement:
    answer = desk.post("/agreements/new/", {
        "title": "О промышленной кооперации", "kind": "ministerial", "state": "in_force", "number": "7-С",
        "signed_on": "2026-02-26", "until": "2028-12-31", "body_1": "Минпромторг", "region_1": "Башкортостан",
        "post_1": "министр", "body_2": "Минпромышленности", "region_2": "Челябинская область", "post_2": "министр",
        "directions": "Машиностроение; Химия"})
    assert answer.status_code == 302, answer.content.decode()
    return Agreement.objects.get()


def load(desk: Client, agreement: Agreement, text: str) -> Any:
    return desk.post(f"/agreements/{agreement.public_id}/plan/change/",
                     {"file": SimpleUploadedFile("план.csv", text.encode()), "title": "Дорожная карта"})


def words(desk: Client, address: str) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def test_an_agreement_goes_from_plan_due_to_contracts_that_prove_it(desk: Client) -> None:
    agreement = enter(desk)
    assert {party.region for party in agreement.party_rows.all()} == {HERE, THERE}
    assert "Плана нет, считать нечего" in words(desk, "/")
    refused = load(desk, agreement, FAULTY)
    said = refused.content.decode().replace("\xa0", " ")
    assert refused.status_code == 400 and not Plan.objects.exists()
    assert "строка 2" in said and "строка 3" in said and "столбец «Срок»" in said and "столбец «План»" in said
    assert load(desk, agreement, GOOD).status_code == 302
    item = Commitment.objects.get()
    seller, buyer = make_organisation("Насос"), make_organisation("Труба", region=THERE)
    case = open_case(make_need(organisation=buyer), make_offer(organisation=seller), "аналитик", on=dt.date(2026, 3, 1))
    sign(case, seller, buyer, "аналитик", own_id="14-П", signed_on=dt.date(2026, 4, 1), value_th_rub=5_000.0)
    address = f"/agreements/{agreement.public_id}/?on=2026-09-30"
    assert "14-П" not in words(desk, address)
    chosen = desk.post(f"/cases/{case.public_id}/origin/", {"commitment": item.public_id, "version": case.version})
    assert chosen.status_code == 302
    page = words(desk, address)
    assert "<strong>1</strong> из 12" in page and "14-П" in page and "Отстаёт" in page
    contract = case.contracts.get()
    for what, values in (("delivery", {"value_th_rub": "1 200", "on": "2026-05-01"}),
                         ("claim", {"side": "buyer", "value_th_rub": "4500", "on": "2026-05-02"})):
        assert desk.post(f"/contracts/{contract.public_id}/{what}/tell/", values).status_code == 302
    page = words(desk, address)
    assert "1,2" in page and "другая сумма" in page, "delivered stands beside signed, and the buyer's sum is another"
    chain = words(desk, f"/contracts/{contract.public_id}/chain/")
    assert "Пункт 2.4. Новые связи" in chain and chain.count("class=\"missing\"") == 3
    confirmed = desk.post(f"/agreements/{agreement.public_id}/confirm/change/", {
        "commitment": item.public_id, "side": "1", "agrees": "yes", "value": "1", "on": "2026-09-30"})
    assert confirmed.status_code == 302
    assert Confirmation.objects.get().computed == 1
    assert desk.get(f"/agreements/{agreement.public_id}.pdf").content[:4] == b"%PDF"
    assert desk.post(f"/cases/{case.public_id}/origin/", {"commitment": "J-0000-0000"}).status_code == 404


def give(desk: Client, **values: str) -> Order:
    answer = desk.post("/orders/new/", {
        "text": "Установить связи с заводами соседа", "number": "14-пр, п. 1.2", "protocol": "14-пр",
        "executor": "Отдел кооперации", "controller": "Заместитель министра", "executor_login": "исполнитель",
        "rules": "federal-agency", "given_on": "2026-01-30", "measure_1": "links_new", "plan_1": "10",
        "from_region_1": "Башкортостан", "measure_2": "members_joined", "plan_2": "2", **values})
    assert answer.status_code == 302, answer.content.decode()
    return Order.objects.get()


def test_an_order_is_dated_by_the_rules_and_removed_against_the_data_only_with_a_reason(desk: Client) -> None:
    order = give(desk)
    assert (order.due_first, order.aims.count()) == (dt.date(2026, 2, 27), 2)
    address = f"/orders/{order.public_id}/"

    def do(what: str, **values: str) -> int:
        order.refresh_from_db()
        return int(desk.post(f"{address}{what}/change/", {"version": order.version, **values}).status_code)

    assert do("report", task="Связи", done="Проведены встречи", petition="remove", on="2026-02-26") == 302
    page = words(desk, f"{address}?on=2026-02-26")
    assert "Отчёт расходится с данными" in page and "<strong>0</strong> из 10" in page
    assert "Отчёт расходится с данными" in words(desk, "/orders/?on=2026-02-26")
    assert do("remove", ground="done", on="2026-02-27") == 400, "a difference is closed with words only"
    told = order.reports.get()
    assert [part["plan"] for part in told.computed] == [10, 2]
    assert do("return", report=told.public_id, note="Не хватает 10 связей") == 302
    assert do("extend", to_due="2026-03-31", reason="tests", on="2026-02-26") == 302
    wish = order.extension_rows.get()
    assert wish.late
    assert do("decide", extension=wish.public_id, granted="yes", on="2026-02-27") == 302
    red = words(desk, "/orders/red-list/?on=2026-04-10")
    assert "1 поручение просрочено на 10.04.2026" in red and "новые связи: 0 из 10" in red
    assert do("report", task="Связи", done="Письма соседа", petition="remove", on="2026-04-11") == 302
    assert do("remove", ground="done", note="Подтверждено письмом", on="2026-04-12") == 302
    assert Action.objects.get(what="accords.remove_order").reason == "Подтверждено письмом"
    listed = words(desk, "/orders/?state=all&by=protocol&on=2026-12-31")
    assert "14-пр · снят с контроля 12.04.2026" in listed and "в первый срок <strong>0 %</strong>" in listed


@pytest.mark.parametrize(("values", "said"), [
    ({"controller": "отдел кооперации"}, "один и тот же"),
    ({"given_on": "2031-01-30"}, "нет производственного календаря на 2031 год"),
    ({"urgency": "вчера"}, "не знают слова «вчера»"),
    ({"plan_1": ""}, "нет плана"),
])
def test_an_order_that_cannot_be_is_refused_in_words(desk: Client, values: dict[str, str], said: str) -> None:
    answer = desk.post("/orders/new/", {
        "text": "Связи", "executor": "Отдел кооперации", "controller": "Министр", "given_on": "2026-01-30",
        "measure_1": "links_new", "plan_1": "10", **values})
    assert answer.status_code in (400, 409)
    assert said in answer.content.decode().replace("\xa0", " ")
    assert not Order.objects.exists()


def test_reminders_are_listed_person_by_person_and_monday_brings_the_red_list(desk: Client) -> None:
    give(desk, controller_login="контролёр", urgency="", every="quarter", report_by="2026-02-16")
    page = words(desk, "/orders/reminders/?on=2026-02-16")
    assert "Отдел кооперации · исполнитель" in page and "упреждающий доклад" in page and "сегодня" in page
    page = words(desk, "/orders/reminders/?on=2026-03-02")
    assert "Понедельник: красный список для руководства, 1 поручение" in page
    assert "прошло 14 дней" in page, "weekly, of the report that nobody made"
    order = Order.objects.get()
    address = f"/orders/{order.public_id}/"
    assert "ежеквартально" in words(desk, address)
    done = desk.post(f"{address}report/change/", {"version": order.version, "task": "Связи", "done": "За квартал",
                                                  "on": "2026-02-26"})
    assert done.status_code == 302
    order.refresh_from_db()
    assert (order.due, order.state) == (dt.date(2026, 5, 27), "in_work")
    assert "Отчёт за период, срок 27.02.2026" in words(desk, address)
