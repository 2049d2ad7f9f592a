"""Story 7 of the notes: a mission to a corporation with six steps and 25 plants, from readiness to what blocks most."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from pypdf import PdfReader

from smezhnik.activities import meetings as sittings
from smezhnik.activities import missions
from smezhnik.activities.admissions import blocks_of_region, stages_of, what_blocks
from smezhnik.activities.models import Customer, Cycle
from smezhnik.activities.queries import admissions_of, groups_of, readiness_of
from smezhnik.errors import InputError
from smezhnik.papers import write_pdf
from smezhnik.records.access import Viewer
from smezhnik.workflows.mission_papers import dossier_paper, whom_to_take
from tests.activities.test_event_papers import words
from tests.activities.test_events import DAY, WHO, make_event
from tests.workplace import HERE, THERE, make, make_offer, make_organisation

pytestmark = pytest.mark.django_db
TENDER = DAY + dt.timedelta(days=60)
STEPS = ("Аккредитация", "Требования", "Испытания", "Качество", "Площадка", "Опыт")


def test_a_mission_takes_who_is_ready_and_its_decisions_and_refusals_are_followed() -> None:
    customer = make(Customer(name="Корпорация", held_by=HERE, region=HERE, buys=["25.9"], platforms="площадка"))
    steps = [missions.add_step(customer, name, "м", valid_months=12 if not number else None, verified=number < 4,
                               source="порядок" if number < 4 else "") for number, name in enumerate(STEPS)]
    assert sum(not step.verified for step in steps) == 2
    plants = [make_organisation(f"Завод {number:02}") for number in range(25)]
    for number, plant in enumerate(plants):
        make_offer(f"Крепёж {number:02}", organisation=plant, okpd2="25.94.11", capacity=9.0)
        for step in steps:
            if number < 8 or (number < 20 and step is not steps[5]):
                issued = TENDER - dt.timedelta(days=400 if number in (8, 9) else 100) if step is steps[0] else None
                missions.tell_readiness(step, plant, "has" if number < 18 or step is not steps[2] else "lacks", "м",
                                        issued_on=issued)
    ready = readiness_of(customer, WHO, TENDER)
    assert len(ready) == 25 and [one.organisation for one in ready[:8]] == plants[:8]
    by_plant = {one.organisation.pk: one for one in ready}
    first = by_plant[plants[0].pk]
    assert dict(first.counts) == {"green": 6}
    late = by_plant[plants[8].pk].steps[0]
    assert (late.light, late.why) == ("lacking", "ended"), "twelve months end before the tender"
    assert late.day == dt.date(2026, 12, 19), "it was given on 19.12.2025"
    assert {one.light for one in by_plant[plants[24].pk].steps} == {"cannot_say"}

    taken = whom_to_take(ready)
    assert [one.organisation for one in taken] == plants[:8]
    paper = dossier_paper(customer, WHO, TENDER, "ru")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(write_pdf(paper))).pages]
    assert len(pages) == 9 and all(f"Завод {number:02}" in pages[number + 1] for number in range(8))
    told = words(dossier_paper(customer, WHO, TENDER, "ru", chosen=[plants[8].public_id]))
    assert f"бумага кончилась {late.day:%d.%m.%Y}" in told and "«Опыт»: есть ли у завода" in told
    assert "не проверен" in told.casefold() and "Крепёж 08" in told and "3. " in told
    with pytest.raises(InputError, match="nobody to take"):
        dossier_paper(make(Customer(name="Другая", held_by=HERE, region=HERE)), WHO, TENDER, "ru")

    mission = make_event(kind="mission", customer=customer, name="Миссия")
    meeting = sittings.record_event(mission, "м")
    assert sittings.record_event(mission, "м") == meeting
    for step in ("called", "in_progress"):
        sittings.move(meeting, step, "м", expected=meeting.version)
    sittings.decide(meeting, "м", kind="order", text="Провести испытания", executor="отдел", due_on=TENDER)
    sittings.draft_protocol(meeting, "М-1", "м", expected=meeting.version)
    (order,) = sittings.orders_of(meeting)
    assert (order.state, order.due) == ("unsigned", TENDER)

    rows = [missions.propose(customer, plant, f"Изделие {number}", "м", on=DAY, event=mission)
            for number, plant in enumerate(plants[:5])]
    before = what_blocks(WHO, [customer], TENDER)
    assert [(one.kind, one.what, one.count, one.of) for one in before] == [
        ("step", "Аккредитация", 2, 20), ("step", "Испытания", 2, 20)]
    for row in rows[:3]:
        missions.move_admission(row, "tests", "м", on=DAY + dt.timedelta(days=10))
        missions.move_admission(row, "refused", "м", on=DAY + dt.timedelta(days=40), refusal="tests")
    after = blocks_of_region(WHO, HERE, TENDER)
    assert [(one.kind, one.what, one.count, one.of) for one in after[:1]] == [("refusal", "tests", 3, 5)]
    assert not blocks_of_region(WHO, THERE, TENDER)
    assert not blocks_of_region(Viewer("завод", "plant", HERE, plants[0].pk), HERE, TENDER)
    stages = {one.code: (one.count, one.days) for one in stages_of(admissions_of(customer), TENDER)}
    assert stages == {"proposed": (2, 10), "tests": (0, 30), "refused": (3, 20)}


def test_a_working_group_of_a_customer_has_members_sittings_and_orders() -> None:
    customer = make(Customer(name="Корпорация", held_by=HERE, region=HERE))
    group = make(Cycle(name="Группа", kind="working_group", held_by=HERE, region=HERE, customer=customer,
                       members=["директор завода", "начальник закупок"]))
    make(Cycle(name="Чужая", kind="working_group", held_by=HERE, region=HERE))
    meeting = sittings.call_sitting(group, DAY, "м")
    assert meeting.guests.count() == 2
    for step in ("called", "in_progress"):
        sittings.move(meeting, step, "м", expected=meeting.version)
    sittings.decide(meeting, "м", kind="order", text="Согласовать перечень", executor="отдел")
    sittings.draft_protocol(meeting, "Г-1", "м", expected=meeting.version)
    sittings.move(meeting, "closed", "м", expected=meeting.version)
    assert [(one.cycle, one.sittings, one.orders, one.done) for one in groups_of(customer, WHO)] == [(group, 1, 1, 0)]
