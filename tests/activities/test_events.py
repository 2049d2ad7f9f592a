"""Events: from invitations to a schedule, cases and answers; three sums apart; delegations and readiness."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from smezhnik.activities import events as doing
from smezhnik.activities import missions
from smezhnik.activities.access import visible_events, visible_pairs, visible_participants
from smezhnik.activities.admissions import what_blocks
from smezhnik.activities.delegations import move_delegation, nominate, set_rules
from smezhnik.activities.models import Customer, Delegation, Event, FollowUp
from smezhnik.activities.queries import admissions_of, event_funnel, readiness_of
from smezhnik.cooperation.actions import sign
from smezhnik.errors import InputError, InputFaults
from smezhnik.records.access import Viewer
from smezhnik.workflows.delegation_records import compose_stored, load_candidates, load_rules
from smezhnik.workflows.events import ask_answers, load_wishes, schedule_event, slots_of, take_answers
from tests.workplace import HERE, make, make_need, make_offer, make_organisation

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 24)
WHO = Viewer("министерство", "ministry", HERE)
EXAMPLES = Path(__file__).parents[2] / "examples" / "event"


def make_event(**values: Any) -> Event:
    return make(Event(**{"name": "День поставщика", "kind": "supplier_day", "held_by": HERE, "region": HERE,
                         "starts_on": DAY, "last_day": DAY, "hours": "10:00-17:00", "lunch": "13:00-14:00",
                         "slot_minutes": 25, "pause_minutes": 5, **values}))


def fill(event: Event, tmp_path: Path) -> dict[str, Any]:
    """Two buyers, three suppliers and their wishes."""
    people = {}
    for name, side in (("Стан", "host"), ("Мотор", "host"), ("Литьё", "guest"), ("Метиз", "guest"), ("Вал", "guest")):
        plant = make_organisation(name)
        (make_need if side == "host" else make_offer)("Деталь", organisation=plant)
        people[name] = doing.invite_firm(event, plant, "министерство", side=side, registered_on=DAY)
    rows = [("Стан", "Литьё", 3), ("Литьё", "Стан", 2), ("Мотор", "Вал", 2), ("Вал", "Мотор", 1), ("Метиз", "Мотор", 1)]
    file = tmp_path / "пожелания.csv"
    file.write_text("Кто;С кем;Насколько важно\n" + "".join(f"{a};{b};{n}\n" for a, b, n in rows), "utf-8")
    assert load_wishes(event, file, "министерство") == 5
    assert load_wishes(event, file, "министерство") == 5 and event.wishes.count() == 5, "loaded twice is there once"
    return people


def test_a_supplier_day_goes_from_wishes_to_contracts(tmp_path: Path) -> None:
    event = make_event()
    people = fill(event, tmp_path)
    assert len(slots_of(event)) == 12
    made = schedule_event(event, "министерство")
    assert (made.status, made.mutual_met, len(made.meetings), event.standing) == ("proved", 2, 3, "timetabled")
    pairs = {one.host.organisation.name: one for one in event.pairs.filter(mutual=True)}
    doing.mark_came(people["Метиз"], False, "министерство")
    schedule_event(event, "министерство")
    assert event.pairs.filter(archived=False).count() == 2
    kept = event.pairs.get(pk=pairs["Стан"].pk)
    assert (kept.slot, kept.table) == (pairs["Стан"].slot, pairs["Стан"].table), "what stands stays"
    one = kept
    with pytest.raises(InputError):
        doing.open_case_of(one, "министерство", on=DAY)
    with pytest.raises(InputError):
        doing.tell_outcome(one, "министерство", expected=one.version, standing="no_show_host", outcome="contact")
    doing.tell_outcome(one, "министерство", expected=one.version, standing="held", outcome="quotation",
                       potential_th_rub=900.0, next_on=DAY + dt.timedelta(days=9))
    case = doing.open_case_of(one, "министерство", on=DAY)
    assert case.event_id == event.public_id and doing.open_case_of(one, "министерство", on=DAY) == case
    sign(case, case.seller, case.buyer, "министерство", value_th_rub=400.0, signed_on=DAY)
    book = openpyxl.load_workbook(io.BytesIO(ask_answers(event, one.guest.organisation, "ru")))
    sheet = book.active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [30, 90]
    for row, value in ((2, "да"), (3, "нет")):
        sheet.cell(row, 4, value)
    sheet.cell(2, 7, "150,5")
    sheet.cell(3, 8, "цена")
    out = io.BytesIO()
    book.save(out)
    take = (event, one.guest.organisation, out.getvalue(), "министерство")
    assert take_answers(*take, on=DAY) == 2
    assert take_answers(*take, on=DAY) == 0 and FollowUp.objects.count() == 2, "the same answers again change nothing"
    found = event_funnel(event, WHO)
    assert (found.invited, found.scheduled, found.held, found.contact) == (5, 2, 1, 1)
    assert (found.cases, found.contracts) == (1, 1)
    assert (found.potential_th_rub, found.signed_th_rub, found.delivered_th_rub) == (900.0, 400.0, 150.5)
    assert found.alive == {30: (1, 1), 90: (0, 1)}


def test_answers_that_cannot_be_read_are_named_and_nothing_is_stored(tmp_path: Path) -> None:
    event = make_event()
    fill(event, tmp_path)
    schedule_event(event, "министерство")
    one = event.pairs.first()
    doing.tell_outcome(one, "министерство", expected=one.version, standing="held")
    whose = one.host.organisation
    book = openpyxl.load_workbook(io.BytesIO(ask_answers(event, whose, "en")))
    book.active.cell(2, 4, "может быть")
    book.active.cell(3, 6, "много")
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(InputFaults) as refused:
        take_answers(event, whose, out.getvalue(), "министерство", on=DAY)
    assert [(fault.code, fault.row) for fault in refused.value.faults] == [
        ("followup_alive", 2), ("followup_number", 3)]
    with pytest.raises(InputError, match="no form"):
        take_answers(event, whose, b"not a workbook", "министерство", on=DAY)
    stranger = make_organisation("Чужой")
    book = openpyxl.load_workbook(io.BytesIO(ask_answers(event, whose, "ru")))
    book.active.cell(2, 4, "да")
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(InputError, match="no meeting"):
        take_answers(event, stranger, out.getvalue(), "министерство", on=DAY)
    assert not FollowUp.objects.exists()


def test_wishes_of_strangers_are_named_and_nobody_is_in_two_places_unnoticed(tmp_path: Path) -> None:
    event, plant = make_event(), make_organisation("Стан")
    doing.invite_firm(event, plant, "министерство", side="host")
    file = tmp_path / "w.csv"
    file.write_text("Кто;С кем\nСтан;Никто\nНекто;Стан\n", "utf-8")
    with pytest.raises(InputFaults) as refused:
        load_wishes(event, file, "министерство")
    assert {fault.fields["id"] for fault in refused.value.faults} == {"Никто", "Некто"} and not event.wishes.exists()
    with pytest.raises(InputError, match="already"):
        doing.invite_firm(event, plant, "министерство")
    other = make_event(name="Выставка", starts_on=DAY - dt.timedelta(days=2), last_day=DAY)
    doing.invite_firm(other, plant, "министерство")
    assert doing.find_clashes(event) == [("Стан", "Выставка")]
    with pytest.raises(InputError, match="ends before"):
        make_event(starts_on=DAY, last_day=DAY - dt.timedelta(days=1))
    with pytest.raises(InputError, match="no slots"):
        schedule_event(make_event(hours=None), "министерство")


def test_a_plant_sees_its_own_meetings_and_whom_it_meets(tmp_path: Path) -> None:
    event = make_event()
    people = fill(event, tmp_path)
    schedule_event(event, "министерство")
    plant = people["Литьё"].organisation
    viewer = Viewer("завод", "plant", HERE, plant.pk)
    assert {one.guest.organisation for one in visible_pairs(viewer, event)} == {plant}
    assert {one.organisation.name for one in visible_participants(viewer, event)} == {"Литьё", "Стан"}
    assert event in visible_events(viewer)
    auditor = Viewer("аудитор", "auditor", HERE)
    assert not visible_pairs(auditor, event).exists() and not visible_participants(auditor, event).exists()


def test_readiness_is_green_lacking_or_cannot_say() -> None:
    customer = make(Customer(name="Корпорация", held_by=HERE, region=HERE, buys=["25"]))
    licence = missions.add_step(customer, "Аккредитация", "министерство", valid_months=12)
    audit = missions.add_step(customer, "Аудит", "министерство")
    ready, late, silent = (make_organisation(name) for name in ("Готовый", "Опоздавший", "Молчащий"))
    make_offer("Крепёж", organisation=silent, okpd2="25.94")
    for plant, until in ((ready, DAY + dt.timedelta(days=1)), (late, DAY)):
        missions.tell_readiness(licence, plant, "has", "министерство", valid_until=until)
    missions.tell_readiness(audit, ready, "not_needed", "министерство")
    missions.tell_readiness(audit, late, "in_work", "министерство")
    found = {one.organisation.name: [(step.light, step.why) for step in one.steps]
             for one in readiness_of(customer, WHO, DAY)}
    assert found == {"Готовый": [("green", "has"), ("green", "not_needed")],
                     "Опоздавший": [("lacking", "ended"), ("lacking", "in_work")],
                     "Молчащий": [("cannot_say", "unsaid"), ("cannot_say", "unsaid")]}
    missions.tell_readiness(licence, ready, "has", "министерство")
    assert readiness_of(customer, WHO, DAY)[0].steps[0].why in ("no_end", "has")
    with pytest.raises(InputError, match="compared"):
        missions.add_step(customer, "Испытания", "министерство", verified=True)
    with pytest.raises(InputError, match="ends before"):
        missions.tell_readiness(audit, ready, "has", "министерство", issued_on=DAY, valid_until=DAY)


def test_refusals_of_products_are_counted_by_their_reason() -> None:
    customer, plant = make(Customer(name="Корпорация", held_by=HERE, region=HERE)), make_organisation()
    rows = [missions.propose(customer, plant, f"Изделие {n}", "министерство", on=DAY) for n in range(3)]
    for row in rows[:2]:
        missions.move_admission(row, "refused", "министерство", on=DAY, refusal="tests")
    with pytest.raises(InputError, match="reason"):
        missions.move_admission(rows[2], "refused", "министерство", on=DAY)
    with pytest.raises(InputError):
        missions.move_admission(rows[2], "review", "министерство", on=DAY - dt.timedelta(days=1))
    assert [(one.kind, one.what, one.count, one.of) for one in what_blocks(WHO, [customer], DAY)] == [
        ("refusal", "tests", 2, 3)]
    assert len(admissions_of(customer)) == 3


def test_a_delegation_is_composed_approved_and_not_calculated_after() -> None:
    delegation = make(Delegation(name="Выставка", held_by=HERE, region=HERE))
    assert load_candidates(delegation, EXAMPLES / "candidates.csv", "министерство") == 8
    load_candidates(delegation, EXAMPLES / "candidates.csv", "министерство")
    assert delegation.nominees.count() == 8, "loaded twice is there once"
    with pytest.raises(InputError, match="how many seats"):
        compose_stored(delegation, "министерство")
    load_rules(delegation, EXAMPLES / "rules.csv", "министерство")
    made = compose_stored(delegation, "министерство")
    seated = delegation.nominees.exclude(package="")
    assert made.delegation.status == "proved" and seated.count() == 4 and delegation.standing == "composed"
    assert delegation.nominees.filter(package="", reason="").count() == 0, "every loser has a reason"
    with pytest.raises(InputError, match="who approved"):
        move_delegation(delegation, "approved", "министерство", expected=delegation.version, on=DAY)
    move_delegation(delegation, "approved", "министерство", expected=delegation.version, on=DAY, by="министр")
    with pytest.raises(InputError, match="is approved"):
        compose_stored(delegation, "министерство")


def test_a_delegation_that_cannot_be_says_which_conditions_exclude_each_other() -> None:
    delegation = make(Delegation(name="Выставка", held_by=HERE, region=HERE))
    nominate(delegation, [{"organisation": f"З{n}", "post": "директор", "clusters": [f"к{n}"]} for n in range(3)], "м")
    set_rules(delegation, [{"counted": "package", "value": "место", "most": 2},
                           *({"counted": "cluster", "value": f"к{n}"} for n in range(3))], "министерство")
    made = compose_stored(delegation, "министерство")
    assert made.delegation.status == "impossible" and delegation.standing == "call"
    assert delegation.answer["conflict"] == 4 and delegation.answer["needed"] == 3
    assert "«место»: 2" in " ".join(delegation.answer["ru"])
    with pytest.raises(InputError, match="post"):
        nominate(delegation, [{"organisation": "З9", "post": ""}], "министерство")
