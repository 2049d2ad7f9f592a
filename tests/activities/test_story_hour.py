"""Story 5 of the notes: the Industrial Hour writes its agenda; its protocol makes orders, and ends them."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from docx import Document

from smezhnik.activities import meetings as sittings
from smezhnik.errors import InputError
from smezhnik.papers import write_docx
from smezhnik.workflows.sittings import prepare_agenda, protocol_paper, reason_of
from tests.accords.factories import make_agreement, make_order, make_plan
from tests.activities.test_meetings import DAY, WHO, make_cycle, make_link_elsewhere
from tests.workplace import make_need, make_offer, make_organisation

pytestmark = pytest.mark.django_db
PEOPLE = 15


def test_an_hour_at_a_plant_goes_from_its_agenda_to_orders_that_end_with_the_protocol() -> None:
    plant = make_organisation("Ткани", okved2="13.20")
    make_link_elsewhere()
    for number in range(5):
        make_need(f"Сырьё {number}", organisation=plant, source_date=DAY - dt.timedelta(days=10 * number))
    make_offer("Ткань", organisation=plant, register_until=DAY + dt.timedelta(days=40))
    make_plan(make_agreement(), {"text": "Субсидия лёгкой промышленности", "industries": ["13"], "kind": "support",
                                 "measure": "manual", "plan": 1.0, "due": DAY + dt.timedelta(days=12)})
    overdue = [make_order(executor="начальник цеха", number=f"9-пр, п. {number}", due_first=DAY - dt.timedelta(
        days=number + 1)) for number in range(3)]
    cycle = make_cycle()
    meeting = sittings.call_sitting(cycle, DAY, "секретарь", host=plant)
    for number in range(PEOPLE):
        sittings.invite(meeting, "секретарь", body=f"Завод {number}", post="начальник цеха")
    sittings.add_item(meeting, "Обход завода", 20, "секретарь")
    made = prepare_agenda(meeting, WHO, DAY)
    assert made.length == 60 and made.minutes <= 60
    kinds = [line.subject.kind for line in (*made.lines, *made.backlog)]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "overdue_order": 3, "open_need": 5, "expiring": 1, "closing_measure": 1}
    assert [line.subject.record for line in made.lines[:3]] == [order.public_id for order in reversed(overdue)]
    assert made.backlog, "what does not fit waits"
    items = list(meeting.items.filter(archived=False))
    assert sum(item.minutes for item in items if not item.backlog) <= 60
    assert all(reason_of(item, lang) for item in items for lang in ("ru", "en"))
    said = {item.kind: reason_of(item, "ru") for item in items}
    assert said["closing_measure"] == "срок кончается через 12 дней"
    assert said["expiring"] == "срок кончается через 40 дней"

    for standing in ("called", "in_progress"):
        sittings.move(meeting, standing, "секретарь", expected=meeting.version)
    with pytest.raises(InputError, match="protocol"):
        sittings.move(meeting, "closed", "секретарь", expected=meeting.version)
    with pytest.raises(InputError, match="post"):
        sittings.invite(meeting, "секретарь", body="Завод", post=" ")
    for number in range(4):
        sittings.decide(meeting, "секретарь", kind="order", text=f"Найти поставщика {number}", executor="отдел",
                        item=items[number], due_on=DAY + dt.timedelta(days=30))
    sittings.draft_protocol(meeting, "15-пр", "секретарь", expected=meeting.version)
    sittings.move(meeting, "closed", "секретарь", expected=meeting.version)
    assert [order.state for order in sittings.orders_of(meeting)] == ["unsigned"] * 4
    told = {}
    for full in (False, True):
        paper = Document(io.BytesIO(write_docx(protocol_paper(meeting, "ru", full=full))))
        told[full] = "\n".join(paragraph.text for paragraph in paper.paragraphs)
        assert len(paper.tables[-1].rows) > PEOPLE or len(paper.tables[-2].rows) > PEOPLE, "the list is attached"
    assert "Слушали" in told[True].capitalize() or "СЛУШАЛИ" in told[True].upper()
    assert "Найти поставщика 3" in told[False] and "15-пр" in told[False]
    sittings.sign_protocol(meeting, "секретарь", on=DAY + dt.timedelta(days=2), expected=meeting.version)
    assert [order.state for order in sittings.orders_of(meeting)] == ["in_work"] * 4
    orders = [order.public_id for order in sittings.orders_of(meeting)]
    sittings.annul_protocol(meeting, "секретарь", reason="ошибка", expected=meeting.version, on=DAY + dt.timedelta(3))
    removed = type(overdue[0]).objects.filter(public_id__in=orders)
    assert {(order.state, order.removed_for) for order in removed} == {("removed", "annulled")}
