"""What meetings, events and missions want of somebody: agendas, protocols, polls, papers that end, stages that rest."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

from smezhnik.activities.access import visible_customers, visible_events, visible_meetings
from smezhnik.activities.events import ASKED_AFTER
from smezhnik.activities.missions import ends_on
from smezhnik.activities.models import Admission, FollowUp, Meeting, PairMeeting, Readiness
from smezhnik.records.access import EDITORS, Viewer
from smezhnik.workflows.task import Task, urgency_of

#: Tasks of one kind that are looked at.
MOST = 50
#: Days before a meeting, after which a draft of a protocol waits too long, and for which a missed one is told of.
SOON, UNSIGNED, MISSED = dt.timedelta(days=7), dt.timedelta(days=3), dt.timedelta(days=120)
#: Days before the end of a paper of readiness from which it is told of, and from which it presses.
ENDING, PRESSING = dt.timedelta(days=60), dt.timedelta(days=30)
#: Days without a change after which an admission rests; days for which a poll is asked for; days before an event in
#: which its wishes are.
RESTS, ASKED_FOR, WISHED = dt.timedelta(days=90), dt.timedelta(days=60), dt.timedelta(days=14)
_MOVING = ("proposed", "review", "assessment", "tests", "admitted", "tender")


def activity_tasks(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """What waits for the viewer; a plant is told of meetings that it is asked to."""
    yield from _meetings(viewer, today)
    if viewer.role in EDITORS and viewer.region:
        yield from _protocols(viewer, today)
        yield from _tables(viewer, today)
        yield from _wishes(viewer, today)
        yield from _polls(viewer, today)
        yield from _readiness(viewer, today)
        yield from _admissions(viewer, today)


def _meeting(one: Meeting, day: dt.date, today: dt.date, why: str, sign: str) -> Task:
    return Task("meeting", urgency_of(day, today), sign, one.name, f"today.meeting.{why}", "today.do.meeting",
                ("meeting", one.public_id), one.place or "", day=day)


def _meetings(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Sittings of the week ahead; to those who prepare them, whether their agenda was not sent."""
    rows = visible_meetings(viewer).filter(held_on__gte=today, held_on__lte=today + SOON, standing__in=(
        "draft", "called", "in_progress")).order_by("held_on", "id")
    for one in rows[:MOST]:
        draft = one.standing == "draft"
        yield _meeting(one, one.held_on, today, "agenda" if draft else "soon", "warn" if draft else "half")


def _protocols(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Sittings that were held and have no protocol, and protocols that nobody signed for three days."""
    held = visible_meetings(viewer).filter(held_on__lt=today, held_on__gte=today - MISSED).order_by("held_on", "id")
    bare = Q(standing__in=("called", "in_progress", "reopened")) & Q(protocol__in=("absent", "annulled"))
    for one in held.filter(bare | Q(protocol="draft", held_on__lte=today - UNSIGNED))[:MOST]:
        draft = one.protocol == "draft"
        yield _meeting(one, one.held_on + (UNSIGNED if draft else dt.timedelta(days=1)), today,
                       "unsigned" if draft else "no_protocol", "bad")


def _tables(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Next dates that were agreed at tables and lead to no case yet: a case has its own date."""
    rows = PairMeeting.objects.filter(
        event__in=visible_events(viewer).values("pk"), archived=False, standing="held", case__isnull=True,
        next_on__lte=today + SOON).exclude(outcome="declined").select_related(
        "event", "host__organisation", "guest__organisation").order_by("next_on", "id")
    for one in rows[:MOST]:
        yield Task("event", urgency_of(one.next_on, today), "bad" if one.next_on < today else "half",
                   f"{one.host.organisation.name} – {one.guest.organisation.name}", "today.pair", "today.do.event",
                   ("event", one.event.public_id), one.event.name, day=one.next_on)


def _wishes(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Events ahead whose participants said nothing of whom they want to meet."""
    side, silent = Q(participants__archived=False) & ~Q(participants__side=""), Q(participants__wishes__isnull=True)
    rows = visible_events(viewer).filter(standing__in=("planned", "registration"), starts_on__gte=today,
                                         starts_on__lte=today + WISHED).annotate(
        silent=Count("participants", filter=side & silent, distinct=True)).filter(silent__gt=0)
    for one in rows.order_by("starts_on", "id")[:MOST]:
        yield Task("event", urgency_of(one.starts_on, today), "warn", one.name, "today.wishes", "today.do.event",
                   ("event", one.public_id), fields={"count": one.silent}, day=one.starts_on)


def _polls(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Answers after 30 and 90 days that plants owe: how many meetings nobody answered for."""
    first = today - dt.timedelta(days=max(ASKED_AFTER)) - ASKED_FOR
    events = list(visible_events(viewer).filter(standing__in=("held", "summed_up"), starts_on__gte=first).order_by(
        "starts_on", "id")[:MOST])
    held: dict[int, set[int]] = defaultdict(set)
    for event, pk in PairMeeting.objects.filter(event__in=events, archived=False, standing="held").values_list(
            "event", "pk"):
        held[event].add(pk)
    told: dict[tuple[int, int], set[int]] = defaultdict(set)
    for event, days, pk in FollowUp.objects.filter(pair__event__in=events, archived=False).values_list(
            "pair__event", "after_days", "pair"):
        told[event, days].add(pk)
    for one in events:
        for days in ASKED_AFTER:
            due, silent = (one.last_day or one.starts_on) + dt.timedelta(days=days), held[one.pk] - told[one.pk, days]
            if silent and due - SOON <= today <= due + ASKED_FOR:
                yield Task("event", urgency_of(due, today), "bad" if due < today else "half", one.name, "today.poll",
                           "today.do.event", ("event", one.public_id), fields={"days": days, "count": len(silent)},
                           day=due)


def _readiness(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Papers that plants have for customers and that end within sixty days; within thirty they press."""
    rows = Readiness.objects.filter(
        archived=False, standing="has", organisation__archived=False, step__archived=False,
        step__customer__in=visible_customers(viewer).values("pk")).filter(
        Q(valid_until__gte=today, valid_until__lte=today + ENDING) | Q(valid_until__isnull=True,
                                                                       issued_on__isnull=False)).select_related(
        "organisation", "step__customer").order_by("valid_until", "id")
    found = [(ends_on(one.step, one), one) for one in rows]
    soon: list[tuple[dt.date, Any]] = [(day, one) for day, one in found if day is not None
                                       and today <= day <= today + ENDING]
    for day, one in sorted(soon, key=lambda pair: (pair[0], pair[1].pk))[:MOST]:
        yield Task("customer", urgency_of(day, today), "warn" if day <= today + PRESSING else "half",
                   one.organisation.name, "today.readiness", "today.do.customer",
                   ("customer", one.step.customer.public_id), one.step.customer.name,
                   {"step": one.step.name}, day=day)


def _admissions(viewer: Viewer, today: dt.date) -> Iterator[Task]:
    """Products whose way to a customer rests for ninety days."""
    rows = Admission.objects.filter(archived=False, customer__in=visible_customers(viewer).values("pk"),
                                    stage__in=_MOVING, stage_on__lte=today - RESTS).select_related(
        "organisation", "customer").order_by("stage_on", "id")
    for one in rows[:MOST]:
        yield Task("customer", "week", "warn", one.product, "today.admission", "today.do.customer",
                   ("customer", one.customer.public_id), f"{one.organisation.name} → {one.customer.name}",
                   {"days": (today - one.stage_on).days})
