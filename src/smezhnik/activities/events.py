"""What people do with events: invite, take wishes in, keep a schedule, say what came of a meeting, follow it up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from smezhnik.activities.models import Event, FollowUp, PairMeeting, Participant, Wish
from smezhnik.cooperation.actions import open_case
from smezhnik.cooperation.models import Case
from smezhnik.errors import InputError
from smezhnik.records.actions import act
from smezhnik.registry.models import Need, Offer, Organisation
from smezhnik.scheduling import Schedule
from smezhnik.tables.activities import EVENT_STATES

OUTCOMES = ("none", "contact", "sample", "visit", "quotation", "nda", "declined")
PAIR_STATES = ("scheduled", "held", "no_show_host", "no_show_guest", "dropped")
#: Days after which plants are asked what came of a meeting.
ASKED_AFTER = (30, 90)


def invite_firm(event: Event, organisation: Organisation, who: str, *, side: str = "", on: dt.date | None = None,
                **values: Any) -> Participant:
    """Invite an organisation to an event.

    Raises
    ------
    InputError where it is there already, or the side is none.
    """
    if side not in ("", "host", "guest"):
        raise InputError("participant_side", found=side)
    if event.participants.filter(organisation=organisation, archived=False).exists():
        raise InputError("participant_already", name=organisation.name)
    made = Participant(held_by=event.held_by, event=event, organisation=organisation, side=side, invited_on=on,
                       **values)
    with act(who, "activities.invite_firm", held_by=event.held_by) as action:
        action.create([made])
    return made


def mark_came(participant: Participant, came: bool, who: str) -> None:
    """Say whether a participant came; a schedule that is made after that leaves out who did not."""
    with act(who, "activities.mark_came", held_by=participant.held_by) as action:
        action.change(participant, {"attended": came})


def list_participant(participant: Participant, listed: bool, who: str) -> None:
    """Say whether a participant agrees to stand in the catalogue with its offers and needs."""
    with act(who, "activities.list_participant", held_by=participant.held_by) as action:
        action.change(participant, {"listed": listed})


def find_clashes(event: Event) -> list[tuple[str, str]]:
    """Organisations of this event that another one expects on the same days: name and the other event."""
    if event.starts_on is None:
        return []
    ends = event.last_day or event.starts_on
    others = Participant.objects.filter(
        held_by=event.held_by, archived=False, event__archived=False, event__starts_on__lte=ends,
        organisation__in=event.participants.filter(archived=False).values("organisation")).exclude(
        event=event).select_related("event", "organisation").order_by("organisation__sort_key", "id")
    return [(one.organisation.name, one.event.name) for one in others
            if (one.event.last_day or one.event.starts_on) >= event.starts_on]


def keep_wishes(event: Event, rows: Sequence[Mapping[str, Any]], who: str) -> int:
    """Wishes of a sheet: ``who``, ``whom`` (participants), ``wish``, ``topic``; a pair that is there is changed.

    Of a pair that stands in the sheet twice the last row counts.
    """
    there = {(wish.who_id, wish.whom_id): wish for wish in event.wishes.all()}
    new, changes = [], []
    for row in {(row["who"].pk, row["whom"].pk): row for row in rows}.values():
        values = {"wish": row.get("wish") or 1, "topic": row.get("topic") or ""}
        found = there.get((row["who"].pk, row["whom"].pk))
        if found is None:
            new.append(Wish(held_by=event.held_by, event=event, who=row["who"], whom=row["whom"], **values))
        else:
            changes.append((found, {**values, "archived": False}))
    with act(who, "activities.keep_wishes", held_by=event.held_by, rows=len(rows)) as action:
        action.create(new)
        action.change_all(changes)
    return len(new) + len(changes)


def keep_schedule(event: Event, made: Schedule, topics: Mapping[tuple[str, str], str], who: str) -> None:
    """Keep a schedule: a meeting that stands stays one record, others are dropped; ids are public ids of participants.

    Raises
    ------
    InputError where the event is over.
    """
    if event.standing in ("held", "summed_up", "cancelled"):
        raise InputError("event_over")
    people = {one.public_id: one for one in event.participants.filter(archived=False)}
    there = {(one.host.public_id, one.guest.public_id): one for one in event.pairs.filter(
        archived=False).select_related("host", "guest")}
    changes, new = [], []
    for one in made.meetings:
        values = {"slot": one.slot, "table": one.table, "mutual": one.mutual,
                  "topic": topics.get((one.host, one.guest), "")}
        found = there.pop((one.host, one.guest), None)
        if found is None:
            new.append(PairMeeting(held_by=event.held_by, event=event, host=people[one.host], guest=people[one.guest],
                                   **values))
        else:
            changes.append((found, values))
    gone = [one for one in there.values() if one.standing == "scheduled"]
    plan = {"status": made.status, "mutual": made.mutual, "mutual_met": made.mutual_met,
            "mutual_bound": made.mutual_bound, "tables": made.tables, "gap": made.gap,
            "unmet": [[item.wish.host, item.wish.guest, item.wish.mutual, item.reason] for item in made.unmet]}
    with act(who, "activities.keep_schedule", held_by=event.held_by, meetings=len(made.meetings)) as action:
        action.change_all(changes)
        action.change_all([(one, {"archived": True}) for one in gone], verb="archived")
        action.create(new)
        action.change(event, {"plan": plan, "standing": "timetabled" if event.standing in (
            "idea", "planned", "registration") else event.standing})


def move_event(event: Event, standing: str, who: str, *, expected: int) -> None:
    """Bring an event to a later state, or cancel it.

    Raises
    ------
    InputError where it would go back, or is over.
    """
    order = EVENT_STATES.index
    if standing not in EVENT_STATES or event.standing == "cancelled" or order(standing) <= order(event.standing):
        raise InputError("event_step", found=standing, standing=event.standing)
    with act(who, "activities.move_event", held_by=event.held_by, to=standing) as action:
        action.change(event, {"standing": standing}, expected=expected)


def tell_outcome(pair: PairMeeting, who: str, *, expected: int, standing: str, outcome: str = "",
                 potential_th_rub: float | None = None, note: str = "", next_on: dt.date | None = None) -> None:
    """What came of a pair meeting.

    Raises
    ------
    InputError where an outcome is told of a meeting that was not held, or the words are none of those known.
    """
    if standing not in PAIR_STATES or (outcome and outcome not in OUTCOMES):
        raise InputError("pair_outcome", found=outcome or standing)
    if standing != "held" and (outcome not in ("", "none") or potential_th_rub is not None):
        raise InputError("pair_not_held")
    with act(who, "activities.tell_outcome", held_by=pair.held_by) as action:
        action.change(pair, {"standing": standing, "outcome": outcome, "potential_th_rub": potential_th_rub,
                             "note": note, "next_on": next_on}, expected=expected)


def open_case_of(pair: PairMeeting, who: str, *, on: dt.date, need: Need | None = None, offer: Offer | None = None
                 ) -> Case:
    """Begin to lead a pair meeting to a contract; the meeting, its event and what that serves are its origins.

    Raises
    ------
    InputError where the meeting was not held, or nothing is needed or offered.
    """
    if pair.standing != "held":
        raise InputError("pair_not_held")
    if pair.case is not None:
        return pair.case
    host, guest = pair.host.organisation, pair.guest.organisation
    need = need or Need.objects.filter(organisation=host, archived=False).order_by("id").first()
    offer = offer or Offer.objects.filter(organisation=guest, archived=False).order_by("id").first()
    event = pair.event
    with act(who, "activities.open_case_of_meeting", held_by=pair.held_by) as action:
        case = open_case(need, offer, who, on=on, note=pair.note, next_on=pair.next_on, origins={
            "meeting_id": pair.public_id, "event_id": event.public_id, "order_id": event.order_id,
            "commitment_id": event.commitment_id, "agreement_id": event.agreement_id})
        action.change(pair, {"case_id": case.pk})
    return case


def keep_answers(event: Event, organisation: Organisation, rows: Sequence[Mapping[str, Any]], who: str, *, on: dt.date
                 ) -> int:
    """What a plant answers after 30 or 90 days: ``pair``, ``after_days``, ``alive``, three sums, ``reason``.

    The same answer again changes nothing. Returns how many answers are new or different.

    Raises
    ------
    InputError where a pair is not one of the plant at this event.
    """
    pairs = {one.public_id: one for one in event.pairs.filter(archived=False).select_related("host", "guest")}
    there = {(one.pair_id, one.after_days): one for one in FollowUp.objects.filter(pair__event=event, by=organisation)}
    new, changes = [], []
    for row in rows:
        pair = pairs.get(str(row["pair"]))
        if pair is None or organisation.pk not in (pair.host.organisation_id, pair.guest.organisation_id):
            raise InputError("followup_of_other", found=row["pair"])
        values = {name: row.get(name) for name in ("alive", "potential_th_rub", "signed_th_rub", "delivered_th_rub")}
        values["reason"] = row.get("reason") or ""
        found = there.get((pair.pk, row["after_days"]))
        if found is None:
            new.append(FollowUp(held_by=event.held_by, pair=pair, after_days=row["after_days"], by=organisation,
                                answered_on=on, **values))
        else:
            changes.append((found, {**values, "archived": False}))
    with act(who, "activities.keep_answers", held_by=event.held_by, rows=len(rows)) as action:
        action.create(new)
        return len(new) + action.change_all(changes)
