"""What people do with sittings: write the agenda, open, hold, decide, sign the protocol, close, reopen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from smezhnik.accords.models import Order
from smezhnik.accords.orders import OPEN
from smezhnik.activities.models import AgendaItem, Cycle, Decision, Event, Meeting, MeetingGuest, Problem
from smezhnik.errors import InputError
from smezhnik.records.actions import Act, act
from smezhnik.registry.models import Organisation
from smezhnik.scheduling import Agenda
from smezhnik.scheduling.agenda import LENGTH

#: From which state a meeting may go to which.
STEPS = {"draft": ("called",), "called": ("in_progress", "draft"), "in_progress": ("closed",), "closed": ("reopened",),
         "reopened": ("closed",)}
DECISION_KINDS = ("order", "recommend", "note", "approve")
PROBLEM_STATES = ("raised", "in_work", "solved", "dropped")


def call_sitting(cycle: Cycle, held_on: dt.date, who: str, *, host: Organisation | None = None, starts: str = "10:00",
                 name: str = "", industries: Sequence[str] | None = None) -> Meeting:
    """The next sitting of a series, with its standing members."""
    turn = 1 + cycle.meetings.filter(archived=False).count()
    made = Meeting(held_by=cycle.held_by, cycle=cycle, turn=turn, name=name or cycle.name, region=cycle.region,
                   industries=list(industries) if industries is not None else cycle.industries, held_on=held_on,
                   starts=starts, minutes=cycle.minutes or LENGTH, host=host, place=host and host.name,
                   chair=cycle.chair, secretary=cycle.secretary)
    guests = [MeetingGuest(held_by=cycle.held_by, meeting=made, body=cycle.name, post=post)
              for post in cycle.members or ()]
    if host is not None:
        guests.append(MeetingGuest(held_by=cycle.held_by, meeting=made, organisation=host, body=host.name,
                                   post="руководитель"))
    with act(who, "activities.call_meeting", held_by=cycle.held_by) as action:
        action.create([made])
        action.create(guests)
    return made


def record_event(event: Event, who: str) -> Meeting:
    """The sitting that keeps what a mission or another event decided: made once, then the same."""
    there = event.sittings.filter(archived=False).first()
    if there is not None:
        return there
    made = Meeting(held_by=event.held_by, event=event, name=event.name, region=event.region,
                   industries=event.industries, held_on=event.starts_on, minutes=LENGTH, place=event.place)
    made.index()
    with act(who, "activities.record_event", held_by=event.held_by) as action:
        action.create([made])
    return made


def keep_agenda(meeting: Meeting, agenda: Agenda, who: str) -> None:
    """Keep what the agenda says; lines that people wrote stay, calculated ones are made anew.

    Raises
    ------
    InputError where the meeting is closed.
    """
    _check_writable(meeting)
    old = [item for item in meeting.items.filter(archived=False) if item.kind != "own" and not item.heard]
    kept = {item.about for item in meeting.items.filter(archived=False) if item.heard and item.about}
    made = [AgendaItem(held_by=meeting.held_by, meeting=meeting, place=place, kind=line.subject.kind,
                       title=line.subject.title, about=line.subject.record, days=line.days, minutes=line.minutes,
                       speaker=line.subject.speaker, backlog=backlog, fields=dict(line.subject.fields))
            for backlog, lines in ((False, agenda.lines), (True, agenda.backlog))
            for place, line in enumerate(lines, 1) if line.subject.record not in kept]
    with act(who, "activities.keep_agenda", held_by=meeting.held_by) as action:
        action.change_all([(item, {"archived": True}) for item in old], verb="archived")
        action.create(made)


def add_item(meeting: Meeting, title: str, minutes: int, who: str, *, speaker: str = "") -> AgendaItem:
    """A line that somebody adds.

    Raises
    ------
    InputError without a title, or where the meeting is closed.
    """
    _check_writable(meeting)
    if not title.strip():
        raise InputError("item_without_title")
    place = 1 + meeting.items.filter(archived=False, backlog=False).count()
    made = AgendaItem(held_by=meeting.held_by, meeting=meeting, place=place, kind="own", title=title.strip(),
                      minutes=max(minutes, 1), speaker=speaker)
    with act(who, "activities.add_item", held_by=meeting.held_by) as action:
        action.create([made])
    return made


def hear(item: AgendaItem, who: str, *, heard: str, spoke: str) -> None:
    """What was heard, and who spoke of it, for the full protocol."""
    _check_writable(item.meeting)
    with act(who, "activities.hear", held_by=item.held_by) as action:
        action.change(item, {"heard": heard, "spoke": spoke, "backlog": False})


def invite(meeting: Meeting, who: str, *, body: str, post: str, organisation: Organisation | None = None
           ) -> MeetingGuest:
    """Invite somebody, by post; names are not kept.

    Raises
    ------
    InputError without a post, or where the meeting is closed.
    """
    _check_writable(meeting)
    made = MeetingGuest(held_by=meeting.held_by, meeting=meeting, organisation=organisation,
                        body=organisation.name if organisation else body, post=post)
    with act(who, "activities.invite", held_by=meeting.held_by) as action:
        action.create([made])
    return made


def decide(meeting: Meeting, who: str, *, kind: str, text: str, item: AgendaItem | None = None, executor: str = "",
           controller: str = "", due_on: dt.date | None = None) -> Decision:
    """Enter a decision; an order comes into force with the protocol, not before.

    Raises
    ------
    InputError without words, of an unknown kind, due before the meeting, or where the meeting is not in progress.
    """
    if meeting.standing not in ("in_progress", "reopened"):
        raise InputError("meeting_not_in_progress")
    if kind not in DECISION_KINDS or not text.strip():
        raise InputError("decision_without_text")
    if due_on is not None and meeting.held_on is not None and due_on < meeting.held_on:
        raise InputError("decision_due_before", due=due_on, given=meeting.held_on)
    made = Decision(held_by=meeting.held_by, meeting=meeting, item=item, kind=kind, text=text.strip(),
                    executor=executor.strip(), controller=controller.strip(), due_on=due_on)
    with act(who, "activities.decide", held_by=meeting.held_by) as action:
        action.create([made])
    return made


def raise_problem(meeting: Meeting, text: str, who: str, *, organisation: Organisation | None = None) -> Problem:
    """A problem that was raised; its next sitting asks what became of it.

    Raises
    ------
    InputError without words, or where the meeting is closed.
    """
    _check_writable(meeting)
    if not text.strip():
        raise InputError("problem_without_text")
    made = Problem(held_by=meeting.held_by, meeting=meeting, organisation=organisation, text=text.strip())
    with act(who, "activities.raise_problem", held_by=meeting.held_by) as action:
        action.create([made])
    return made


def settle_problem(problem: Problem, standing: str, who: str, *, outcome: str = "", became: str = "") -> None:
    """Say what became of a problem.

    Raises
    ------
    InputError where it is solved or dropped without a word of how.
    """
    if standing not in PROBLEM_STATES or (standing in ("solved", "dropped") and not (outcome.strip() or became)):
        raise InputError("problem_without_outcome")
    with act(who, "activities.settle_problem", held_by=problem.held_by, reason=outcome) as action:
        action.change(problem, {"standing": standing, "outcome": outcome, "became": became})


def move(meeting: Meeting, standing: str, who: str, *, expected: int, reason: str = "", on: dt.date | None = None
         ) -> None:
    """Bring a meeting to its next state; one that is reopened loses its signed protocol, and its orders with it.

    Parameters
    ----------
    on : the day, kept of orders that end with the protocol

    Raises
    ------
    InputError where there is no such step, a meeting would close without a protocol, or reopen without a reason.
    """
    if standing not in STEPS[meeting.standing]:
        raise InputError("meeting_step", found=standing, standing=meeting.standing)
    values: dict[str, Any] = {"standing": standing}
    if standing == "closed" and meeting.protocol not in ("draft", "signed"):
        raise InputError("meeting_without_protocol")
    if standing == "reopened":
        if not reason.strip():
            raise InputError("meeting_reopened_without_reason")
        values |= {"protocol": "annulled" if meeting.protocol == "signed" else meeting.protocol, "signed_on": None}
    with act(who, "activities.move_meeting", held_by=meeting.held_by, reason=reason, to=standing) as action:
        if standing == "reopened":
            _annul_orders(action, meeting, on)
        action.change(meeting, values, expected=expected)


def draft_protocol(meeting: Meeting, number: str, who: str, *, expected: int) -> None:
    """Give the protocol its number; its decisions become orders, not in force yet.

    Raises
    ------
    InputError without a number, where nothing was decided, or where the meeting has not begun.
    """
    if meeting.standing not in ("in_progress", "reopened"):
        raise InputError("meeting_not_in_progress")
    if not number.strip():
        raise InputError("protocol_without_number")
    if not meeting.decisions.filter(archived=False).exists():
        raise InputError("protocol_without_decisions")
    with act(who, "activities.draft_protocol", held_by=meeting.held_by) as action:
        action.change(meeting, {"protocol": "draft", "protocol_no": number.strip(), "signed_on": None},
                      expected=expected)
        _draft_orders(action, meeting)


def sign_protocol(meeting: Meeting, who: str, *, on: dt.date, expected: int) -> None:
    """Sign the protocol: its orders are in force from then on.

    Raises
    ------
    InputError where there is no draft, or the day lies before the meeting.
    """
    if meeting.protocol != "draft":
        raise InputError("protocol_not_drafted")
    if meeting.held_on is not None and on < meeting.held_on:
        raise InputError("protocol_signed_before", day=on, held=meeting.held_on)
    with act(who, "activities.sign_protocol", held_by=meeting.held_by) as action:
        action.change(meeting, {"protocol": "signed", "signed_on": on}, expected=expected)
        action.change_all([(order, {"state": "in_work", "given_on": on}) for order in orders_of(meeting)
                           if order.state == "unsigned"])


def annul_protocol(meeting: Meeting, who: str, *, reason: str, expected: int, on: dt.date) -> None:
    """Annul a protocol: its orders are not in force any more.

    Raises
    ------
    InputError without a reason, or where there is none to annul.
    """
    if meeting.protocol not in ("draft", "signed"):
        raise InputError("protocol_not_drafted")
    if not reason.strip():
        raise InputError("annulled_without_reason")
    with act(who, "activities.annul_protocol", held_by=meeting.held_by, reason=reason) as action:
        _annul_orders(action, meeting, on)
        action.change(meeting, {"protocol": "annulled", "signed_on": None}, expected=expected)


def orders_of(meeting: Meeting) -> list[Order]:
    """Orders that the decisions of a meeting became."""
    ids = meeting.decisions.filter(archived=False).exclude(order_id="").values_list("order_id", flat=True)
    return list(Order.objects.filter(public_id__in=list(ids), archived=False))


def _draft_orders(action: Act, meeting: Meeting) -> None:
    """An order for every decision that is one: made once, then kept to what the decision says."""
    there = {order.public_id: order for order in orders_of(meeting)}
    for number, decision in numbered(meeting):
        if decision.kind != "order":
            continue
        values = {"number": f"{meeting.protocol_no}, п. {number}", "text": decision.text,
                  "protocol": meeting.protocol_no, "executor": decision.executor,
                  "controller": decision.controller or None}
        order = there.get(decision.order_id)
        if order is not None:
            action.change(order, values)
            continue
        made = Order(held_by=meeting.held_by, ground="protocol", state="unsigned", given_by=meeting.chair, extensions=0,
                     due_first=decision.due_on, due=decision.due_on, source=meeting.public_id, **values)
        action.create([made])
        action.change(decision, {"order_id": made.public_id})


def _annul_orders(action: Act, meeting: Meeting, on: dt.date | None) -> None:
    """Orders that nobody has done yet end with their protocol; a new draft makes new ones."""
    open_orders = [order for order in orders_of(meeting) if order.state in ("unsigned", *OPEN)]
    ids = {order.public_id for order in open_orders}
    action.change_all([(order, {"state": "removed", "removed_for": "annulled", "removed_on": on})
                       for order in open_orders])
    action.change_all([(row, {"order_id": ""}) for row in meeting.decisions.filter(archived=False, order_id__in=ids)])


def numbered(meeting: Meeting) -> list[tuple[str, Decision]]:
    """Decisions with their numbers in the protocol, «1.2»: the question, and the decision within it."""
    rows = list(meeting.decisions.filter(archived=False).select_related("item"))
    order = {pk: place for place, pk in enumerate(meeting.items.filter(archived=False, backlog=False).values_list(
        "pk", flat=True), 1)}
    counts: dict[int, int] = {}
    found = []
    for row in sorted(rows, key=lambda one: (order.get(one.item_id, len(order) + 1), one.pk)):
        question = order.get(row.item_id, len(order) + 1)
        counts[question] = counts.get(question, 0) + 1
        found.append((f"{question}.{counts[question]}", row))
    return found


def _check_writable(meeting: Meeting) -> None:
    if meeting.standing == "closed":
        raise InputError("meeting_closed")
