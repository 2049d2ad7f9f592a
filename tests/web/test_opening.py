"""Cases for many found links at once: looked at first, opened as one action, undone as one."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from smezhnik.cooperation.actions import open_case
from smezhnik.cooperation.models import Case, CaseStep, Link
from smezhnik.records.models import Action
from tests.workplace import HERE, THERE, make, make_need, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db


def link(number: int, held_by: str = HERE, value: float | None = 1_000.0) -> Link:
    buyer, seller = (make_organisation(f"{name} {number}", held_by) for name in ("Окна", "Стекло"))
    need = make_need(f"Стекло {number} мм", held_by, organisation=buyer, value_th_rub=value)
    offer = make_offer(f"Стекло флоат {number} мм", held_by, organisation=seller)
    return make(Link(need=need, offer=offer, grade="A", rank=1, probability=0.9, score=2.2, base=0.0, basis="declared",
                     value_th_rub=value, held_by=held_by, reasons=[], gaps=[]))


def post(client: Any, links: list[Link], **more: str) -> Any:
    return client.post("/cases/open/", {"id": [one.public_id for one in links], **more})


@pytest.fixture
def ministry() -> Any:
    return signed_in(make_user("анна", "ministry", region=HERE))


def test_they_are_looked_at_first_and_opened_as_one_action(ministry: Any) -> None:
    some = [link(number, value=1_000.0 * number) for number in (1, 2, 3)]
    before = Action.objects.count()
    page = re.sub(r"<[^>]+>", "", post(ministry, some[:2]).content.decode()).replace("\xa0", " ")
    assert "Откроем 2 дела на 3 млн ₽/год" in page and "Открыть 2 дела" in page
    assert not Case.objects.exists() and Action.objects.count() == before, "looking writes nothing"
    answer = post(ministry, some[:2], seen="1")
    action = Action.objects.latest("number")
    assert answer.headers["Location"] == f"/journal/{action.number}/" and Action.objects.count() == before + 1
    cases = Case.objects.order_by("id")
    assert [(case.need_id, case.offer_id, case.potential_th_rub, case.stage, case.lead) for case in cases] == [
        (one.need_id, one.offer_id, one.value_th_rub, "proposed", "анна") for one in sorted(
            some[:2], key=lambda one: -(one.value_th_rub or 0))]
    assert CaseStep.objects.count() == 2
    assert ministry.post(f"/journal/{action.number}/undo/").status_code == 302
    assert not Case.objects.filter(archived=False).exists(), "one undo takes both back"


def test_a_pair_that_got_its_case_meanwhile_is_left_out_and_told(ministry: Any) -> None:
    first, second = link(1), link(2)
    open_case(first.need, first.offer, "борис", on=dt.date(2026, 11, 22), link=first)
    page = post(ministry, [first, second]).content.decode()
    assert "получила дело" in page and "Стекло 2 мм" in page and "Стекло 1 мм" not in page
    post(ministry, [first, second], seen="1")
    assert Case.objects.filter(need=first.need).count() == 1 == Case.objects.filter(need=second.need).count()


def test_links_of_another_region_and_other_roles_open_nothing(ministry: Any) -> None:
    theirs, ours = link(1, THERE), link(2)
    assert post(ministry, [theirs], seen="1").status_code == 400
    assert post(ministry, [], seen="1").status_code == 400
    for role in ("fund", "auditor", "administrator"):
        other = signed_in(make_user(role, role, region=HERE))
        assert post(other, [ours], seen="1").status_code == 403
    assert not Case.objects.exists()


def test_the_list_lets_tick_links_and_has_its_keys(ministry: Any) -> None:
    one = link(1)
    page = ministry.get("/links/").content.decode()
    assert f'value="{one.public_id}" form="open"' in page and 'table class="records listed"' in page
    assert "Отметить: Стекло 1 мм – Стекло флоат 1 мм" in page
