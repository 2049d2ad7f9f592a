"""Events: participants and wishes, the schedule of pair meetings, what came of them, answers after 30 and 90 days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.activities import events as doing
from smezhnik.activities.access import visible_meetings, visible_pairs, visible_participants
from smezhnik.activities.meetings import record_event
from smezhnik.activities.models import Event
from smezhnik.activities.queries import event_funnel
from smezhnik.io import readable_name
from smezhnik.records.access import KINDS, Viewer
from smezhnik.tables import table
from smezhnik.tables.activities import EVENT_STATES
from smezhnik.web.exporting import FORMATS, as_file
from smezhnik.web.forms import read_value
from smezhnik.web.given import day_in, needed_organisation, part_in, uploaded
from smezhnik.web.limits import spend
from smezhnik.web.values import whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import visible
from smezhnik.workflows.events import ask_answers, load_wishes, schedule_event, slots_of, take_answers


def event(request: Any, public_id: str) -> HttpResponse:
    """An event: who comes, the schedule, what came of the meetings, the funnel with its three sums apart."""
    viewer, found = request.user.viewer, _event(request, public_id)
    may, brokers = KINDS["event"].may_edit(viewer, found), viewer.sees_cooperation
    pairs = list(visible_pairs(viewer, found))
    people = list(visible_participants(viewer, found))
    slots = slots_of(found)
    names = {one.public_id: one.organisation.name for one in people}
    unmet = [(names[host], names[guest], mutual, reason) for host, guest, mutual, reason in found.plan.get("unmet", [])
             if host in names and guest in names] if brokers else []
    return render(request, "event.html", {
        "event": found, "row": KINDS["event"].seen(viewer, found), "columns": table("events").columns,
        "may_edit": may, "brokers": brokers, "people": people, "pairs": pairs, "unmet": unmet,
        "grid": _grid(slots, pairs), "slots": {slot.number: slot for slot in slots},
        "funnel": event_funnel(found, viewer) if brokers else None, "clashes": doing.find_clashes(found) if may else [],
        "wishes": found.wishes.filter(archived=False).count() if brokers else 0, "outcomes": doing.OUTCOMES,
        "standings": doing.PAIR_STATES, "states": EVENT_STATES[EVENT_STATES.index(found.standing) + 1:],
        "sides": ("host", "guest", ""), "papers": _papers(viewer, pairs, people),
        "sitting": visible_meetings(viewer).filter(event=found).first() if brokers else None,
        "sums": viewer.sees("confidential")})


def _papers(viewer: Viewer, pairs: list[Any], people: list[Any]) -> list[str]:
    """Papers that may be taken, of those that say something."""
    if not viewer.exports or not people:
        return []
    there = [("catalogue", any(one.listed for one in people)), ("cards", bool(pairs)),
             ("report", viewer.sees("internal"))]
    return [name for name, ready in there if ready]


def _grid(slots: Any, pairs: list[Any]) -> list[tuple[Any, list[Any]]]:
    """Slot → its meetings by table; slots without one are left out."""
    by_slot: dict[int, list[Any]] = {}
    for one in pairs:
        by_slot.setdefault(one.slot, []).append(one)
    known = {slot.number: slot for slot in slots}
    return [(known[number], by_slot[number]) for number in sorted(by_slot) if number in known]


@require_POST
def event_do(request: Any, public_id: str, what: str) -> HttpResponse:
    """One thing done to an event."""
    viewer, found = request.user.viewer, _event(request, public_id)
    if not KINDS["event"].may_edit(viewer, found):
        return forbidden(request)
    if what not in _DONE:
        raise Http404
    _DONE[what](found, request, viewer)
    return redirect("event", public_id=found.public_id)


def _invite(found: Event, request: Any, viewer: Viewer) -> None:
    given = request.POST
    doing.invite_firm(found, needed_organisation(given, viewer), viewer.login, side=given.get("side", ""),
                      on=timezone.localdate(), slots=given.get("slots", "")[:200],
                      most=whole_number(given.get("most", "")) or None,
                      registered_on=timezone.localdate() if given.get("registered") else None,
                      listed=True if given.get("listed") else None)


def _came(found: Event, request: Any, viewer: Viewer) -> None:
    one = part_in(found.participants, request.POST, "participant")
    doing.mark_came(one, request.POST.get("attended", "") == "yes", viewer.login)


def _listed(found: Event, request: Any, viewer: Viewer) -> None:
    one = part_in(found.participants, request.POST, "participant")
    doing.list_participant(one, request.POST.get("listed", "") == "yes", viewer.login)


def _wishes(found: Event, request: Any, viewer: Viewer) -> None:
    with uploaded(request) as file:
        load_wishes(found, file.path, viewer.login)


def _schedule(found: Event, request: Any, viewer: Viewer) -> None:
    spend(viewer.login, "compose")
    schedule_event(found, viewer.login)


def _outcome(found: Event, request: Any, viewer: Viewer) -> None:
    given = request.POST
    one = part_in(found.pairs, given, "pair")
    sums = table("cases").columns["potential_th_rub"]
    doing.tell_outcome(one, viewer.login, expected=whole_number(given.get("version", "")),
                       standing=given.get("standing", ""), outcome=given.get("outcome", ""),
                       potential_th_rub=read_value(sums, given.get("potential_th_rub", "").strip()),
                       note=given.get("note", "")[:2000], next_on=day_in(given, "next_on"))


def _case(found: Event, request: Any, viewer: Viewer) -> None:
    doing.open_case_of(part_in(found.pairs, request.POST, "pair"), viewer.login, on=timezone.localdate())


def _move(found: Event, request: Any, viewer: Viewer) -> None:
    doing.move_event(found, request.POST.get("standing", ""), viewer.login,
                     expected=whole_number(request.POST.get("version", "")))


def _answers(found: Event, request: Any, viewer: Viewer) -> None:
    organisation = needed_organisation(request.POST, viewer)
    with uploaded(request) as file:
        take_answers(found, organisation, file.path.read_bytes(), viewer.login, on=timezone.localdate())


def _decisions(found: Event, request: Any, viewer: Viewer) -> None:
    record_event(found, viewer.login)


_DONE: Mapping[str, Callable[[Event, Any, Viewer], None]] = {
    "invite": _invite, "came": _came, "listed": _listed, "wishes": _wishes, "schedule": _schedule,
    "decisions": _decisions, "outcome": _outcome, "case": _case, "move": _move, "answers": _answers,
}


def event_answers(request: Any, public_id: str, organisation: str) -> HttpResponse:
    """The workbook that a plant fills in after its meetings."""
    viewer, found = request.user.viewer, _event(request, public_id)
    if not KINDS["event"].may_edit(viewer, found):
        return forbidden(request)
    whose = visible(KINDS["organisation"], viewer, organisation)
    spend(viewer.login, "export")
    return as_file(ask_answers(found, whose, request.lang), FORMATS["xlsx"],
                   readable_name(found.name, whose.name, suffix=".xlsx"))


def _event(request: Any, public_id: str) -> Event:
    return visible(KINDS["event"], request.user.viewer, public_id)
