"""What is open for an agenda, the funnel of a series and of an event, readiness of plants for a customer."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from smezhnik.accords.models import Order
from smezhnik.accords.queries import orders_due
from smezhnik.activities.access import visible_cycles, visible_pairs
from smezhnik.activities.missions import Ready, judge_step
from smezhnik.activities.models import (
    Admission,
    AgendaItem,
    Customer,
    Cycle,
    Decision,
    Event,
    FollowUp,
    Meeting,
    Problem,
    Readiness,
)
from smezhnik.cooperation.access import visible_cases, visible_contracts
from smezhnik.cooperation.models import Contract, Delivery, Link
from smezhnik.cooperation.queries import needs_without_candidates
from smezhnik.records.access import Viewer
from smezhnik.registry.access import visible_needs, visible_offers, visible_organisations
from smezhnik.registry.models import Fact, Organisation
from smezhnik.scheduling import Subject

#: Days ahead in which facts and register entries that end are spoken of, and days back in which a candidate is new.
EXPIRING, NEW = 60, 30
#: Days to the next sitting where no series says.
WEEK = 7
#: Kinds of subjects that are about a need.
OF_NEED = ("open_need", "new_candidate")
#: Subjects of one kind that an agenda chooses from.
MOST = 200


def subjects_of(meeting: Meeting, viewer: Viewer, on: dt.date) -> list[Subject]:
    """What is open on the day and belongs to the sitting: by its industries, its host and its people.

    Nothing that its owner closed: everybody at the table reads an agenda.
    """
    plants = _plants(meeting, viewer)
    return [*_orders(meeting, viewer, on), *_problems(meeting), *_needs(meeting, viewer, plants),
            *_candidates(meeting, viewer, on, plants), *_expiring(viewer, on, plants)]


def _plants(meeting: Meeting, viewer: Viewer) -> QuerySet[Organisation]:
    """The host, and the organisations of the industries; of a sitting that names neither, none."""
    codes = [code.replace(" ", "") for code in meeting.industries or []]
    asked = Q(pk__in=[meeting.host_id] if meeting.host_id else [])
    for code in codes:
        asked |= Q(okved2__startswith=code)
    return visible_organisations(viewer).filter(asked)


def _orders(meeting: Meeting, viewer: Viewer, on: dt.date) -> Iterable[Subject]:
    """Orders overdue or due before the next sitting: of this series, or of those who are invited."""
    within = (meeting.cycle.every_days if meeting.cycle else None) or WEEK
    own = Decision.objects.filter(archived=False, meeting__cycle=meeting.cycle).exclude(order_id="") \
        if meeting.cycle else Decision.objects.none()
    people = {word for guest in meeting.guests.filter(archived=False) for word in (guest.body, guest.post) if word}
    rows = orders_due(viewer, on, within=within).exclude(confidential=True).filter(
        Q(public_id__in=own.values("order_id")) | Q(executor__in=people))
    for row in rows[:MOST]:
        yield Subject("overdue_order" if row.due < on else "due_order", row.public_id,
                      " ".join(filter(None, (row.number, row.text))), due=row.due, speaker=row.executor or "")


def _problems(meeting: Meeting) -> Iterable[Subject]:
    """Problems of earlier sittings of the series that nobody settled."""
    if meeting.cycle is None:
        return
    rows = Problem.objects.filter(meeting__cycle=meeting.cycle, archived=False, standing__in=(
        "raised", "in_work")).exclude(meeting=meeting).select_related("meeting", "organisation")
    for row in rows[:MOST]:
        yield Subject("problem", row.public_id, row.text, since=row.meeting.held_on,
                      speaker=row.organisation.name if row.organisation else "")


def _needs(meeting: Meeting, viewer: Viewer, plants: QuerySet[Organisation]) -> Iterable[Subject]:
    """Needs of these plants for which nobody fits, the oldest first."""
    rows = needs_without_candidates(viewer).filter(organisation__in=plants).exclude(
        confidential=True).select_related("organisation")
    if meeting.host_id is None and not meeting.industries:
        rows = rows.none()
    for row in rows.order_by("changed_at", "id")[:MOST]:
        yield Subject("open_need", row.public_id, row.text, since=row.source_date or row.changed_at.date(),
                      speaker=row.organisation.name)


def _candidates(meeting: Meeting, viewer: Viewer, on: dt.date, plants: QuerySet[Organisation]) -> Iterable[Subject]:
    """Candidates found since the last sitting for needs of these plants, where nobody leads a case yet."""
    if meeting.host_id is None and not meeting.industries:
        return
    since = on - dt.timedelta(days=NEW)
    led = visible_cases(viewer).filter(need__isnull=False).values("need")
    rows = Link.objects.filter(archived=False, held_by=meeting.held_by, rank=1, grade="A", as_of__gte=since,
                               need__organisation__in=plants).exclude(need__in=led).select_related(
        "need__organisation", "offer__organisation").filter(
        need__in=visible_needs(viewer).exclude(confidential=True),
        offer__in=visible_offers(viewer).exclude(confidential=True))
    for row in rows.order_by("-value_th_rub", "id")[:MOST]:
        yield Subject("new_candidate", row.need.public_id, row.need.text, since=row.as_of,
                      speaker=row.need.organisation.name if row.need.organisation else "",
                      fields={"whom": row.offer.organisation.name if row.offer.organisation else "–"})


def _expiring(viewer: Viewer, on: dt.date, plants: QuerySet[Organisation]) -> Iterable[Subject]:
    """Entries of the register and facts of these plants that end soon or have ended."""
    until = on + dt.timedelta(days=EXPIRING)
    offers = visible_offers(viewer).exclude(confidential=True).filter(
        organisation__in=plants, register_until__isnull=False, register_until__lte=until)
    for row in offers.order_by("register_until", "id")[:MOST]:
        yield Subject("expiring", row.public_id, row.text, due=row.register_until,
                      speaker=row.organisation.name if row.organisation else "")
    facts = Fact.objects.filter(archived=False, organisation__in=plants, valid_until__isnull=False,
                                valid_until__lte=until).select_related("organisation")
    for row in facts.order_by("valid_until", "id")[:MOST] if viewer.sees("internal") else ():
        yield Subject("expiring", row.public_id, row.source, due=row.valid_until, speaker=row.organisation.name)


@dataclass(frozen=True)
class CycleFunnel:
    """What a series came to.

    Attributes
    ----------
    sittings, held, questions, decisions : questions are those that stood on agendas, not in the backlog
    orders, done : decisions that are orders, and those of them that were removed from control as done
    problems, solved : raised, and settled for good
    needs : heard at its sittings; cases : opened for them since; contracts : of these cases
    signed_th_rub : sum of the contracts that the viewer sees; None where none has one
    """

    sittings: int
    held: int
    questions: int
    decisions: int
    orders: int
    done: int
    problems: int
    solved: int
    needs: int
    cases: int
    contracts: int
    signed_th_rub: float | None


def cycle_funnel(cycle: Cycle, viewer: Viewer) -> CycleFunnel:
    """Count once for each sitting that was not taken away; cases and contracts are those that the viewer may see."""
    meetings = cycle.meetings.filter(archived=False)
    decided = Decision.objects.filter(meeting__in=meetings, archived=False)
    raised = Problem.objects.filter(meeting__in=meetings, archived=False)
    items = AgendaItem.objects.filter(meeting__in=meetings, archived=False, backlog=False)
    ordered = decided.filter(kind="order")
    done = Order.objects.filter(public_id__in=ordered.exclude(order_id="").values("order_id"), archived=False,
                                state="removed", removed_for="done")
    since = dict(items.filter(kind__in=OF_NEED, meeting__held_on__isnull=False).order_by().values_list(
        "about").annotate(first=Min("meeting__held_on")))
    heard = visible_needs(viewer).filter(public_id__in=list(since))
    cases = [pk for pk, need, opened in visible_cases(viewer).filter(need__in=heard.values("pk")).values_list(
        "pk", "need__public_id", "opened_on") if opened is not None and opened >= since[need]]
    contracts = visible_contracts(viewer).filter(case__in=cases)
    return CycleFunnel(
        meetings.count(), meetings.filter(standing__in=("closed", "reopened")).count(), items.count(), decided.count(),
        ordered.count(), done.count(), raised.count(), raised.filter(standing="solved").count(), heard.count(),
        len(cases), contracts.order_by().distinct().count(),
        contracts.order_by().aggregate(sum=Sum("value_th_rub"))["sum"])


@dataclass(frozen=True)
class EventFunnel:
    """Invited … contracts of an event. Three sums, never added; a contract counts once, however many ways lead to it.

    A sum is None where nobody told one.
    """

    invited: int
    registered: int
    came: int
    scheduled: int
    held: int
    contact: int
    cases: int
    contracts: int
    potential_th_rub: float | None
    signed_th_rub: float | None
    delivered_th_rub: float | None
    alive: Mapping[int, tuple[int, int]]


def event_funnel(event: Event, viewer: Viewer) -> EventFunnel:
    """Count what came of an event, of what the viewer may see."""
    people = event.participants.filter(archived=False)
    pairs = visible_pairs(viewer, event)
    cases = visible_cases(viewer).filter(event_id=event.public_id)
    contracts = visible_contracts(viewer).filter(case__in=cases.values("pk"))
    answers = FollowUp.objects.filter(pair__in=pairs.values("pk"), archived=False)
    alive: dict[int, tuple[int, int]] = {}
    for days, some in answers.order_by().values("after_days").annotate(n=Count("pair", distinct=True)).values_list(
            "after_days", "n"):
        alive[days] = (answers.filter(after_days=days, alive=True).order_by().values("pair").distinct().count(), some)
    counts = Counter(pairs.order_by().values_list("standing", flat=True))
    return EventFunnel(
        people.count(), people.filter(registered_on__isnull=False).count(), people.filter(attended=True).count(),
        sum(counts.values()), counts["held"], pairs.filter(standing="held").exclude(
            outcome__in=("", "none", "declined")).count(), cases.count(), contracts.order_by().distinct().count(),
        pairs.order_by().aggregate(sum=Sum("potential_th_rub"))["sum"],
        contracts.order_by().aggregate(sum=Sum("value_th_rub"))["sum"],
        _delivered(answers, contracts), dict(sorted(alive.items())))


def _delivered(answers: QuerySet[FollowUp], contracts: QuerySet[Contract]) -> float | None:
    """What papers of the cases prove; of a pair whose case has none what was said last, where two sides that say
    different sums count once, with the smaller.
    """
    proved = Delivery.objects.filter(contract__in=contracts.order_by().values("pk"), archived=False)
    known = set(proved.values_list("contract__case", flat=True))
    last: dict[int, dict[int, float]] = defaultdict(dict)
    for pair, case, by, value in answers.filter(delivered_th_rub__isnull=False).order_by("after_days").values_list(
            "pair", "pair__case", "by", "delivered_th_rub"):
        if case not in known:
            last[pair][by] = value
    papers = proved.aggregate(sum=Sum("value_th_rub"))["sum"]
    return (papers or 0.0) + sum(min(said.values()) for said in last.values()) if last or known else None


@dataclass(frozen=True)
class PlantReady:
    """A plant before a customer: its steps, and how many are green, lacking, cannot say."""

    organisation: Organisation
    steps: tuple[Ready, ...]
    counts: Mapping[str, int]


def readiness_of(customer: Customer, viewer: Viewer, on: dt.date) -> list[PlantReady]:
    """Plants of which something is known, or that make what the customer buys: the readiest first, then by name."""
    steps = list(customer.steps.filter(archived=False))
    answers = {(one.step_id, one.organisation_id): one for one in Readiness.objects.filter(
        step__in=steps, archived=False)}
    makes = Q()
    for code in customer.buys or []:
        makes |= Q(okpd2__startswith=code)
    makers = visible_offers(viewer).filter(makes).values("organisation") if customer.buys else []
    asked = Q(pk__in={pk for _, pk in answers}) | Q(pk__in=makers)
    found = []
    for plant in visible_organisations(viewer).filter(asked).order_by("sort_key", "id")[:MOST]:
        ready = tuple(judge_step(step, answers.get((step.pk, plant.pk)), on) for step in steps)
        found.append(PlantReady(plant, ready, Counter(one.light for one in ready)))
    return sorted(found, key=lambda one: (-one.counts.get("green", 0), one.counts.get("lacking", 0)))


def admissions_of(customer: Customer) -> list[Admission]:
    """Products on their way to a customer."""
    return list(customer.admissions.filter(archived=False).select_related("organisation", "event"))


@dataclass(frozen=True)
class Group:
    """A working group: how many sittings it held, and of its orders how many are open and how many are done."""

    cycle: Cycle
    sittings: int
    orders: int
    done: int


def groups_of(customer: Customer, viewer: Viewer) -> list[Group]:
    """Working groups with a customer, by name."""
    held = Count("meetings", filter=Q(meetings__archived=False, meetings__standing__in=("closed", "reopened")))
    cycles = list(visible_cycles(viewer).filter(customer=customer).annotate(held=held).order_by("name", "id"))
    of_order = dict(Decision.objects.filter(meeting__cycle__in=cycles, meeting__archived=False, archived=False).exclude(
        order_id="").values_list("order_id", "meeting__cycle"))
    orders: Counter[int] = Counter()
    done: Counter[int] = Counter()
    for own, state, ground in Order.objects.filter(public_id__in=list(of_order), archived=False).values_list(
            "public_id", "state", "removed_for"):
        orders[of_order[own]] += 1
        done[of_order[own]] += (state, ground) == ("removed", "done")
    return [Group(cycle, cycle.held, orders[cycle.pk], done[cycle.pk]) for cycle in cycles]


def numbers_of(rows: Sequence[Any]) -> dict[str, int]:
    """How many of each state there are."""
    return dict(Counter(row.standing for row in rows))
