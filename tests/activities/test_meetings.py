"""Sittings: the agenda from what is open, no step without what it needs, protocols that open, a calendar."""

from __future__ import annotations

import datetime as dt
import io

import icalendar
import pytest
from docx import Document

from smezhnik.accords.orders import Told, remove_order, report
from smezhnik.activities import meetings as sittings
from smezhnik.activities.access import visible_meetings
from smezhnik.activities.models import Cycle, Meeting, Problem
from smezhnik.activities.queries import cycle_funnel
from smezhnik.activities.rotation import next_turn
from smezhnik.cooperation.actions import open_case, sign
from smezhnik.cooperation.models import Link
from smezhnik.errors import InputError
from smezhnik.papers import write_docx
from smezhnik.records.access import Viewer
from smezhnik.records.actions import Stale
from smezhnik.records.models import Action
from smezhnik.workflows.sittings import agenda_paper, calendar_of, prepare_agenda, protocol_paper, reason_of, roman
from tests.accords.factories import make_agreement, make_order, make_plan
from tests.workplace import HERE, THERE, make, make_need, make_offer, make_organisation

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)
WHO = Viewer("министерство", "ministry", HERE)


def make_cycle(**values: object) -> Cycle:
    return make(Cycle(**{"name": "Промышленный час", "kind": "industrial_hour", "held_by": HERE, "region": HERE,
                         "industries": ["13"], "minutes": 60, "every_days": 7, "chair": "министр",
                         "secretary": "начальник отдела", "members": ["заместитель министра"], **values}))


def make_sitting(cycle: Cycle | None = None, **values: object) -> Meeting:
    return sittings.call_sitting(cycle or make_cycle(), DAY, "министерство", **values)  # type: ignore[arg-type]


def begin(meeting: Meeting) -> Meeting:
    for step in ("called", "in_progress"):
        sittings.move(meeting, step, "министерство", expected=meeting.version)
    return meeting


def test_the_agenda_is_written_from_what_is_open_and_says_why() -> None:
    plant = make_organisation("Ткани", okved2="13.20")
    other = make_organisation("Трубы", okved2="24.20")
    old = make_need("Красители", organisation=plant, source_date=DAY - dt.timedelta(days=90))
    new = make_need("Нитки", organisation=plant, source_date=DAY - dt.timedelta(days=9))
    make_need("Слябы", organisation=other)
    seen = make_need("Пуговицы", organisation=plant)
    seller = make_offer("Пуговицы", organisation=other)
    make(Link(need=seen, offer=seller, rank=1, probability=0.9, score=2.0, base=0.0, grade="A", basis="declared",
              as_of=DAY - dt.timedelta(days=2), held_by=HERE))
    make_offer("Ткань", organisation=plant, register_until=DAY + dt.timedelta(days=40))
    make_offer("Старая ткань", organisation=plant, register_until=DAY + dt.timedelta(days=61))
    cycle = make_cycle()
    before = make_sitting(cycle)
    sittings.raise_problem(before, "Нет сырья", "министерство", organisation=plant)
    solved = sittings.raise_problem(before, "Решено", "министерство")
    sittings.settle_problem(solved, "solved", "министерство", outcome="куплено")
    meeting = make_sitting(cycle, host=plant)
    made = prepare_agenda(meeting, WHO, DAY)
    assert [line.subject.kind for line in made.lines] == ["problem", "open_need", "open_need", "new_candidate",
                                                          "expiring"]
    assert [line.subject.record for line in made.lines][1:3] == [old.public_id, new.public_id]
    items = list(meeting.items.filter(archived=False))
    assert [reason_of(item, "ru") for item in items][1] == "потребность открыта 90 дней, кандидатов нет"
    assert reason_of(items[4], "ru") == "срок кончается через 40 дней"
    assert "Трубы" in reason_of(items[3], "en")
    own = sittings.add_item(meeting, "О программе", 5, "министерство")
    prepare_agenda(meeting, WHO, DAY)
    assert meeting.items.filter(archived=False).count() == 6
    assert own.public_id in set(meeting.items.filter(archived=False).values_list("public_id", flat=True))


def test_what_does_not_fit_waits() -> None:
    plant = make_organisation("Ткани", okved2="13.20")
    for number in range(20):
        make_need(f"Сырьё {number}", organisation=plant, source_date=DAY - dt.timedelta(days=number))
    make_link_elsewhere()
    meeting = make_sitting()
    prepare_agenda(meeting, WHO, DAY)
    lines = meeting.items.filter(archived=False, backlog=False)
    assert sum(item.minutes for item in lines) == 60 and lines.count() == 12
    assert meeting.items.filter(archived=False, backlog=True).count() == 8


def make_link_elsewhere() -> None:
    """That nothing was found is news only after a search."""
    need, offer = make_need("Прочее", source_date=DAY), make_offer("Прочее")
    make(Link(need=need, offer=offer, rank=1, probability=0.9, score=2.0, base=0.0, grade="A", basis="declared",
              held_by=HERE))


def test_a_meeting_goes_its_way_and_no_other() -> None:
    meeting = make_sitting()
    with pytest.raises(InputError, match="cannot be moved"):
        sittings.move(meeting, "closed", "министерство", expected=meeting.version)
    with pytest.raises(InputError):
        sittings.decide(meeting, "министерство", kind="order", text="Сделать", executor="директор")
    begin(meeting)
    with pytest.raises(InputError, match="without a protocol"):
        sittings.move(meeting, "closed", "министерство", expected=meeting.version)
    with pytest.raises(InputError, match="no decision"):
        sittings.draft_protocol(meeting, "14-пр", "министерство", expected=meeting.version)
    with pytest.raises(InputError, match="no executor"):
        sittings.decide(meeting, "министерство", kind="order", text="Сделать")
    with pytest.raises(InputError, match="the same"):
        sittings.decide(meeting, "министерство", kind="order", text="Сделать", executor="Директор",
                        controller="директор")
    with pytest.raises(InputError, match="before the meeting"):
        sittings.decide(meeting, "министерство", kind="order", text="Сделать", executor="директор",
                        due_on=DAY - dt.timedelta(days=1))
    item = sittings.add_item(meeting, "О сырье", 10, "министерство")
    sittings.decide(meeting, "министерство", kind="order", text="Найти сырьё", item=item, executor="директор",
                    controller="министр", due_on=DAY + dt.timedelta(days=60))
    sittings.decide(meeting, "министерство", kind="note", text="Принять к сведению")
    assert [number for number, _ in sittings.numbered(meeting)] == ["1.1", "2.1"]
    sittings.draft_protocol(meeting, "14-пр", "министерство", expected=meeting.version)
    sittings.move(meeting, "closed", "министерство", expected=meeting.version)
    with pytest.raises(InputError, match="is closed"):
        sittings.add_item(meeting, "Ещё", 5, "министерство")
    with pytest.raises(InputError, match="before"):
        sittings.sign_protocol(meeting, "министерство", on=DAY - dt.timedelta(days=1), expected=meeting.version)
    sittings.sign_protocol(meeting, "министерство", on=DAY, expected=meeting.version)
    with pytest.raises(InputError, match="why"):
        sittings.move(meeting, "reopened", "министерство", expected=meeting.version)
    sittings.move(meeting, "reopened", "министерство", expected=meeting.version, reason="ошибка в сроке")
    assert (meeting.standing, meeting.protocol, meeting.signed_on) == ("reopened", "annulled", None)
    assert Action.objects.filter(what="activities.move_meeting", reason="ошибка в сроке").exists(), "no trace"
    with pytest.raises(Stale):
        sittings.move(meeting, "closed", "министерство", expected=1) if meeting.protocol == "draft" else \
            sittings.draft_protocol(meeting, "14-пр", "министерство", expected=1)
    found = cycle_funnel(meeting.cycle, WHO)
    assert (found.sittings, found.held, found.decisions, found.orders) == (1, 1, 2, 1)


def test_decisions_become_orders_with_the_protocol_and_end_with_it() -> None:
    meeting = begin(make_sitting())
    sittings.decide(meeting, "министерство", kind="order", text="Найти сырьё", executor="директор",
                    controller="министр", due_on=DAY + dt.timedelta(days=3))
    sittings.decide(meeting, "министерство", kind="note", text="Принять к сведению")
    sittings.draft_protocol(meeting, "14-пр", "министерство", expected=meeting.version)
    [order] = sittings.orders_of(meeting)
    assert (order.state, order.number, order.due_first) == ("unsigned", "14-пр, п. 1.1", DAY + dt.timedelta(days=3))
    sittings.draft_protocol(meeting, "15-пр", "министерство", expected=meeting.version)
    assert [one.number for one in sittings.orders_of(meeting)] == ["15-пр, п. 1.1"], "one order for one decision"
    sittings.sign_protocol(meeting, "министерство", on=DAY, expected=meeting.version)
    [order] = sittings.orders_of(meeting)
    assert (order.state, order.given_on) == ("in_work", DAY)
    following = make_sitting(meeting.cycle)
    for on, kind in ((DAY, "due_order"), (DAY + dt.timedelta(days=9), "overdue_order")):
        made = prepare_agenda(following, WHO, on)
        assert [(line.subject.kind, line.subject.record) for line in made.lines] == [(kind, order.public_id)]
    sittings.annul_protocol(meeting, "министерство", reason="ошибка", on=DAY, expected=meeting.version)
    order.refresh_from_db()
    assert (order.state, order.removed_for, order.removed_on) == ("removed", "annulled", DAY)
    assert sittings.orders_of(meeting) == []


def test_an_agenda_tells_nothing_that_its_owner_closed() -> None:
    plant = make_organisation("Ткани", okved2="13.20")
    make_need("Тайное сырьё", organisation=plant, confidential=True)
    make_offer("Тайная ткань", organisation=plant, confidential=True, register_until=DAY)
    make_link_elsewhere()
    assert prepare_agenda(make_sitting(host=plant), WHO, DAY).lines == ()


def test_nobody_is_invited_without_a_post_and_no_problem_is_settled_in_silence() -> None:
    meeting = make_sitting()
    with pytest.raises(InputError, match="post"):
        sittings.invite(meeting, "министерство", body="Завод", post=" ")
    assert meeting.guests.count() == 1
    problem = sittings.raise_problem(meeting, "Нет сырья", "министерство")
    with pytest.raises(InputError):
        sittings.settle_problem(problem, "solved", "министерство")
    assert Problem.objects.get(pk=problem.pk).standing == "raised"


@pytest.mark.parametrize("full", [True, False])
def test_a_protocol_is_a_docx_that_opens_and_says_it_all(full: bool) -> None:
    meeting = begin(make_sitting())
    item = sittings.add_item(meeting, "О сырье", 10, "министерство", speaker="директор завода")
    sittings.hear(item, "министерство", heard="доклад директора", spoke="министр")
    sittings.decide(meeting, "министерство", kind="order", text="Найти сырьё", item=item, executor="директор завода",
                    due_on=DAY + dt.timedelta(days=60))
    for number in range(15):
        sittings.invite(meeting, "министерство", body=f"Завод {number}", post="директор")
    sittings.draft_protocol(meeting, "14-пр", "министерство", expected=meeting.version)
    words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(write_docx(
        protocol_paper(meeting, "ru", full=full)))).paragraphs)
    assert "Протокол № 14-пр" in words and "1.1. Найти сырьё" in words and "Срок: 22.01.2027" in words
    assert "Проект: не подписан" in words and "16 человек, список прилагается" in words
    assert ("СЛУШАЛИ: доклад директора" in words) is full
    agenda = Document(io.BytesIO(write_docx(agenda_paper(meeting, "ru"))))
    assert "О сырье" in "\n".join(cell.text for table in agenda.tables for row in table.rows for cell in row.cells)


def test_a_calendar_has_every_meeting_with_a_day() -> None:
    first, second = make_sitting(), make_sitting(starts="после обеда")
    made = icalendar.Calendar.from_ical(calendar_of([first, second, Meeting(name="Без дня", held_by=HERE)], "ru",
                                                    host="пример", agenda=False))
    events = list(made.walk("VEVENT"))
    assert [str(event["SUMMARY"]) for event in events] == ["Промышленный час", "Промышленный час"]
    assert events[0].decoded("DTSTART").hour == 10 and events[1].decoded("DTSTART") == DAY
    assert len({str(event["UID"]) for event in events}) == 2


def test_a_plant_sees_its_meetings_once_they_are_called() -> None:
    plant = make_organisation("Ткани")
    meeting, other = make_sitting(host=plant), make_sitting()
    viewer = Viewer("завод", "plant", HERE, plant.pk)
    assert not visible_meetings(viewer).exists()
    for one in (meeting, other):
        sittings.move(one, "called", "министерство", expected=one.version)
    assert [one.pk for one in visible_meetings(viewer)] == [meeting.pk]


@pytest.mark.parametrize(("number", "said"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (38, "XXXVIII")])
def test_questions_are_numbered_as_protocols_do(number: int, said: str) -> None:
    assert roman(number) == said


def test_promises_of_the_industry_that_are_behind_or_end_soon_stand_on_the_agenda_with_how_far_they_are() -> None:
    make_plan(make_agreement(), *({"industries": code and [code], "measure": "contracts_count", "plan": 4.0, "due": due}
                                  for code, due in (("13", DAY + dt.timedelta(days=12)), ("13.2", DAY),
                                                    ("28", DAY + dt.timedelta(days=5)), (None, DAY))),
              {"industries": ["13"], "kind": "support", "measure": "manual", "plan": 1.0,
               "due": DAY + dt.timedelta(days=12)})
    order = make_order({"measure": "links_new", "plan": 3.0, "industries": ["13"], "due": DAY - dt.timedelta(days=9)},
                       due_first=DAY - dt.timedelta(days=9))
    closed = make_agreement(confidential=True)
    make_plan(closed, {"industries": ["13"], "text": "Закрытое"})
    made = prepare_agenda(make_sitting(), WHO, DAY)
    assert [(line.subject.kind, line.days) for line in made.lines] == [
        ("closing_measure", 12), ("promise_behind", -9), ("promise_behind", 0), ("promise_behind", 12)]
    assert made.lines[1].subject.record == order.public_id
    items = list(Meeting.objects.get().items.filter(archived=False))
    assert [reason_of(item, "ru") for item in items] == [
        "срок кончается через 12 дней",
        "срок обещания прошёл 9 дней назад; выполнено 0 %, ожидалось 100 %",
        "обещание отстаёт, срок в день заседания; выполнено 0 %, ожидалось 100 %",
        "обещание отстаёт, до срока 12 дней; выполнено 0 %, ожидалось 96 %"]
    assert reason_of(items[3], "en") == "the promise is behind, 12 days are left; 0% is done, 96% was expected"
    assert not prepare_agenda(make_sitting(make_cycle(industries=None)), WHO, DAY).lines, "no industry, no promises"


def test_the_rotation_proposes_the_industry_and_the_plant_that_waited_longest() -> None:
    cycle = make_cycle(rotation=["13", "24"], industries=None)
    cloth, thread = (make_organisation(name, okved2="13.20") for name in ("Ткани", "Нити"))
    make_organisation("Чужие ткани", okved2="13.20", region=THERE)
    steel = make_organisation("Сталь", okved2="24.10")
    make_link_elsewhere()
    make_need("Красители", organisation=thread)
    turn = next_turn(cycle, WHO)
    assert (turn.industry, turn.heard_on) == ("13", None)
    assert [(one.plant, one.needs) for one in turn.hosts] == [(thread, 1), (cloth, 0)]
    sittings.call_sitting(cycle, DAY, "м", host=thread, industries=["13"])
    assert next_turn(cycle, WHO).industry == "24" and next_turn(cycle, WHO).hosts[0].plant == steel
    sittings.call_sitting(cycle, DAY + dt.timedelta(days=7), "м", host=steel, industries=["24"])
    turn = next_turn(cycle, WHO)
    assert (turn.industry, turn.heard_on) == ("13", DAY)
    assert [(one.plant, one.hosted_on) for one in turn.hosts] == [(cloth, None), (thread, DAY)]


def test_a_series_is_followed_to_done_orders_and_to_contracts_of_the_needs_it_heard() -> None:
    plant = make_organisation("Ткани", okved2="13.20")
    make_link_elsewhere()
    need, before = make_need("Красители", organisation=plant), make_need("Нитки", organisation=plant)
    meeting = begin(make_sitting(host=plant))
    prepare_agenda(meeting, WHO, DAY)
    seller = make_offer("Красители", organisation=make_organisation("Краски"))
    case = open_case(need, seller, "м", on=DAY)
    sign(case, case.seller, plant, "м", signed_on=DAY, value_th_rub=70.0)
    open_case(before, make_offer("Нитки"), "м", on=DAY - dt.timedelta(days=1))
    for executor in ("отдел", "управление"):
        sittings.decide(meeting, "м", kind="order", text="Найти поставщика", executor=executor,
                        due_on=DAY + dt.timedelta(days=9))
    sittings.draft_protocol(meeting, "1-пр", "м", expected=meeting.version)
    sittings.sign_protocol(meeting, "м", on=DAY, expected=meeting.version)
    order = sittings.orders_of(meeting)[0]
    report(order, Told("Найти", "Найден", petition="remove"), "м", on=DAY, expected=order.version)
    remove_order(order, "done", "м", on=DAY, expected=order.version)
    found = cycle_funnel(meeting.cycle, WHO)
    assert (found.questions, found.decisions, found.orders, found.done) == (2, 2, 2, 1)
    assert (found.needs, found.cases, found.contracts, found.signed_th_rub) == (2, 1, 1, 70.0)
