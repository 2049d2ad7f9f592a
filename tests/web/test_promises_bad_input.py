"""What no agreement, plan, order or contract can say: a clear message or «cannot say», and nothing lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smezhnik.accords.actions import Signatories, enter_agreement
from smezhnik.accords.models import Agreement, Order, Plan
from smezhnik.cooperation.actions import open_case, sign
from smezhnik.cooperation.models import Claim
from smezhnik.errors import InputError
from smezhnik.messages import say
from smezhnik.registry.actions import edit
from tests.accords.factories import PARTIES, make_agreement, make_plan
from tests.workplace import HERE, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
HEAD = "№ пункта;Мероприятие;Показатель;План;Считать с;Срок\n"
GIVEN = {"title": "О кооперации", "kind": "ministerial", "state": "in_force", "signed_on": "2026-02-26",
         "body_1": "Минпромторг", "region_1": "Башкортостан", "post_1": "министр", "body_2": "Минпромышленности",
         "region_2": "Челябинская область", "post_2": "министр"}
ORDER = {"text": "Связи", "executor": "Отдел", "controller": "Министр", "given_on": "2026-01-30",
         "rules": "federal-agency"}


@pytest.fixture
def desk() -> Client:
    return signed_in(make_user("аналитик", "ministry", region=HERE, exports=True))


def said_by(answer: Any) -> str:
    return str(answer.content.decode().replace("\xa0", " "))


@pytest.mark.parametrize(("row", "place", "said"), [
    ("1;Связи;новые связи;много;;31.12.2026", "строка 2, столбец «План»", "много"),
    ("1;Связи;новые связи;12;26.02.2026;31.12.2025", "строка 2, столбец «Срок»",
     "срок 31.12.2025 раньше начала периода 26.02.2026"),
    ("1;Связи;;12;;31.12.2026", "строка 2, столбец «Показатель»", "у обещания 1 нет показателя"),
    ("1;Связи;новые связи;;;31.12.2026", "строка 2, столбец «План»", "у обещания 1 нет плана"),
    ("1;Связи;доверие;12;;31.12.2026", "строка 2, столбец «Показатель»", "доверие"),
    ("1;;новые связи;12;;31.12.2026", "строка 2, столбец «Мероприятие»", "у пункта 1 нет содержания"),
    ("1;Связи;новые связи;12;;31.02.2026", "строка 2, столбец «Срок»", "31.02.2026"),
])
def test_a_faulty_row_of_a_plan_is_told_at_its_cell_and_nothing_is_stored(desk: Client, row: str, place: str,
                                                                         said: str) -> None:
    agreement = make_agreement()
    good = "2;Поставки;число договоров;5;;31.12.2026\n"
    answer = desk.post(f"/agreements/{agreement.public_id}/plan/change/",
                       {"file": SimpleUploadedFile("план.csv", f"{HEAD}{row}\n{good}".encode())})
    page = said_by(answer)
    assert answer.status_code == 400
    assert place in page and said in page
    assert not Plan.objects.exists(), "a plan is taken as a whole"


def test_an_item_of_words_alone_cannot_be_said_and_is_not_nought(desk: Client) -> None:
    agreement = make_agreement()
    make_plan(agreement, {"measure": None, "plan": None, "due": None, "text": "Обмен сведениями"})
    page = said_by(desk.get(f"/agreements/{agreement.public_id}/"))
    assert "Нельзя сказать" in page and say("promises.missing.measure", "ru") in page
    assert "<strong>0</strong>" not in page


@pytest.mark.parametrize(("values", "said"), [
    ({"until": "2020-01-01"}, "Соглашение не может кончиться раньше, чем начаться"),
    ({"post_2": " "}, "Минпромышленности: укажите должность подписавшего"),
    ({"body_2": ""}, "У соглашения не меньше двух сторон, указано 1"),
    ({"region_2": "Тридевятая область"}, "Тридевятая область"),
    ({"title": ""}, "Укажите название и вид соглашения"),
])
def test_an_agreement_that_cannot_be_is_refused_and_what_was_typed_is_shown(desk: Client, values: dict[str, str],
                                                                           said: str) -> None:
    answer = desk.post("/agreements/new/", {**GIVEN, **values})
    assert answer.status_code == 400 and said in said_by(answer)
    assert "Минпромторг" in said_by(answer), "nothing that was typed is lost"
    assert not Agreement.objects.exists()


def test_agreements_that_take_each_others_place_in_a_ring_are_refused() -> None:
    first = make_agreement(title="О первом")
    second = make_agreement(title="О втором", supersedes=first)
    third = Agreement(held_by=HERE, title="О третьем", kind="ministerial", state="draft", supersedes=second)
    third.index()
    enter_agreement(third, Signatories(PARTIES), "аналитик")
    first.refresh_from_db()
    with pytest.raises(InputError) as refused:
        edit(first, {"supersedes_id": third.pk}, "аналитик", expected=first.version)
    assert refused.value.code == "agreement_circle_supersedes"
    assert "«О первом» не может заменить само себя через" in say("error.agreement_circle_supersedes", "ru",
                                                                 **refused.value.fields)
    first.refresh_from_db()
    assert first.supersedes_id is None


@pytest.mark.parametrize(("values", "status", "said"), [
    ({"controller": " ОТДЕЛ "}, 400, "Исполнитель и контролёр – один и тот же"),
    ({"executor_login": "кто", "controller_login": "кто"}, 400, "Исполнитель и контролёр – один и тот же"),
    ({"due_first": "2026-01-01"}, 400, "раньше самого поручения"),
    ({"given_on": "2031-01-30"}, 409, "нет производственного календаря на 2031 год"),
    ({"given_on": ""}, 409, "он считается от дня подписания, а этот день не указан"),
    ({"report_by": "2026-05-01"}, 400, "Упреждающий доклад нужен после поручения и до его срока"),
    ({"measure_1": "links_new", "plan_1": "10", "from_region_1": "Тридевятая"}, 400, "Тридевятая"),
    ({"controller": ""}, 400, "Укажите содержание, исполнителя и контролёра"),
])
def test_an_order_that_cannot_be_is_refused_in_words(desk: Client, values: dict[str, str], status: int,
                                                     said: str) -> None:
    answer = desk.post("/orders/new/", {**ORDER, **values})
    assert answer.status_code == status and said in said_by(answer)
    assert not Order.objects.exists()


def test_a_contract_that_its_sides_tell_differently_keeps_both_sums_side_by_side(desk: Client) -> None:
    agreement = make_agreement()
    (item,) = make_plan(agreement, {"measure": "contracts_sum", "plan": 5_000.0, "industries": None,
                                    "from_region": None, "to_region": None})
    seller, buyer = make_organisation("Насос"), make_organisation("Труба")
    case = open_case(make_need(organisation=buyer), make_offer(organisation=seller), "аналитик",
                     on=dt.date(2026, 3, 1), origins={"commitment_id": item.public_id})
    made = sign(case, seller, buyer, "аналитик", own_id="14-П", signed_on=dt.date(2026, 4, 1), value_th_rub=1_000.0)
    for side, value in (("seller", "1000"), ("buyer", "900")):
        assert desk.post(f"/contracts/{made.public_id}/claim/tell/", {
            "side": side, "value_th_rub": value, "on": "2026-05-02"}).status_code == 302
    page = said_by(desk.get(f"/agreements/{agreement.public_id}/?on=2026-09-30&open={item.public_id}"))
    row = page.partition("14-П</a>")[2].partition("</tr>")[0]
    assert "подтвердил" in row and "другая сумма" in row
    assert sorted(Claim.objects.values_list("side", "value_th_rub")) == [("buyer", 900.0), ("seller", 1_000.0)]
    made.refresh_from_db()
    assert made.value_th_rub == 1_000.0, "neither claim replaces the contract"
