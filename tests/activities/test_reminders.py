"""Reminders: each comes on its day and not before, to those who act, and once; meetings stand in the calendar."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from smezhnik.activities import events as doing
from smezhnik.activities import meetings as sittings
from smezhnik.activities import missions
from smezhnik.activities.models import Customer
from smezhnik.people.models import Token
from smezhnik.records.access import Viewer
from smezhnik.workflows.activity_tasks import activity_tasks
from smezhnik.workflows.events import schedule_event
from tests.activities.test_events import WHO, fill, make_event
from tests.activities.test_meetings import begin, make_cycle
from tests.people.test_deadlines import address_of, entries
from tests.workplace import HERE, THERE, make, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 24)


def told(on: dt.date, viewer: Viewer = WHO) -> list[tuple[str, str, dt.date | None]]:
    return [(task.why.removeprefix("today."), task.urgency, task.day) for task in activity_tasks(viewer, on)]


def later(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


def test_a_meeting_asks_for_its_agenda_then_for_its_protocol_then_for_a_signature() -> None:
    meeting = sittings.call_sitting(make_cycle(), DAY, "м", host=make_organisation("Ткани"))
    assert told(later(-8)) == []
    assert told(later(-7)) == [("meeting.agenda", "later", DAY)]
    host = Viewer("завод", "plant", HERE, meeting.host.pk)
    assert told(later(-7), host) == [], "a draft is nobody's business"
    sittings.move(meeting, "called", "м", expected=meeting.version)
    assert told(DAY) == told(DAY, host) == [("meeting.soon", "today", DAY)]
    assert told(later(1)) == [("meeting.no_protocol", "today", later(1))] and told(later(1), host) == []
    sittings.move(meeting, "in_progress", "м", expected=meeting.version)
    sittings.decide(meeting, "м", kind="note", text="К сведению")
    sittings.draft_protocol(meeting, "1", "м", expected=meeting.version)
    assert told(later(2)) == []
    assert told(later(5)) == [("meeting.unsigned", "late", later(3))]
    assert told(later(5), Viewer("сосед", "ministry", THERE)) == []
    sittings.sign_protocol(meeting, "м", on=later(5), expected=meeting.version)
    assert told(later(6)) == []


def test_an_event_asks_for_wishes_next_days_and_answers_after_30_and_90_days(tmp_path: Path) -> None:
    event = make_event(standing="registration")
    firm = doing.invite_firm(event, make_organisation("Молчащий"), "м", side="guest")
    fill(event, tmp_path)
    wishes = [task.fields["count"] for task in activity_tasks(WHO, later(-14))]
    assert (wishes, told(later(-15))) == ([1], [])
    doing.mark_came(firm, False, "м")
    schedule_event(event, "м")
    pair = event.pairs.first()
    doing.tell_outcome(pair, "м", expected=pair.version, standing="held", outcome="contact", next_on=later(9))
    event.refresh_from_db()
    doing.move_event(event, "held", "м", expected=event.version)
    assert told(later(1)) == [] and told(later(2)) == [("pair", "later", later(9))]
    assert told(later(10)) == [("pair", "late", later(9))]
    doing.open_case_of(pair, "м", on=later(10))
    assert told(later(22)) == []
    assert told(later(30)) == [("poll", "today", later(30))]
    doing.keep_answers(event, pair.host.organisation, [
        {"pair": pair.public_id, "after_days": 30, "alive": True}], "м", on=later(31))
    assert told(later(31)) == [] and told(later(95)) == [("poll", "late", later(90))]
    assert told(later(151)) == [], "two months late nobody will answer"


def test_papers_that_end_and_admissions_that_rest_are_told_of() -> None:
    customer, plant = make(Customer(name="Корпорация", held_by=HERE, region=HERE)), make_organisation("Завод")
    step = missions.add_step(customer, "Аккредитация", "м", valid_months=12)
    missions.tell_readiness(step, plant, "has", "м", issued_on=dt.date(2025, 11, 24))
    product = missions.propose(customer, plant, "Вал", "м", on=later(-89))
    signs = [[(task.why, task.sign, task.day) for task in activity_tasks(WHO, later(days))] for days in (-61, -60, -30)]
    assert signs == [[], [("today.readiness", "half", DAY)], [("today.readiness", "warn", DAY)]]
    assert [task.why for task in activity_tasks(WHO, later(1))] == ["today.admission"]
    missions.move_admission(product, "delivering", "м", on=later(1))
    assert told(later(200)) == []
    assert told(later(-30), Viewer("фонд", "fund", HERE)) == [], "who may not act is not reminded"


def test_meetings_and_events_stand_in_the_calendar_behind_the_secret_address() -> None:
    today = timezone.localdate()
    meeting = begin(sittings.call_sitting(make_cycle(), today + dt.timedelta(days=2), "м", starts="9:30"))
    make_event(name="Выставка", starts_on=today + dt.timedelta(days=40), last_day=today + dt.timedelta(days=41))
    sittings.call_sitting(make_cycle(held_by=THERE, region=THERE, name="Тайный час"), today, "м")
    user = make_user("анна", "ministry", region=HERE)
    found: dict[str, Any] = {str(one["summary"]): one for one in entries(Client().get(
        address_of(signed_in(user))).content)}
    assert Token.objects.exists() and not [name for name in found if "Тайный" in name]
    hour = found["Промышленный час"].decoded("dtstart")
    assert (hour.date(), hour.strftime("%H:%M")) == (meeting.held_on, "09:30")
    assert found["Выставка"].decoded("dtend") == today + dt.timedelta(days=42)
    assert icalendar.Calendar.from_ical(Client().get(address_of(signed_in(user))).content).errors == []
