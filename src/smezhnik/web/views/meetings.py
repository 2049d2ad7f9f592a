"""Series of meetings and their sittings: agenda, people, decisions, problems, protocol; meetings as a calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.activities import meetings as sittings
from smezhnik.activities.access import visible_meetings
from smezhnik.activities.models import Meeting
from smezhnik.activities.queries import cycle_funnel
from smezhnik.activities.rotation import next_turn
from smezhnik.errors import InputError
from smezhnik.records.access import KINDS, Viewer
from smezhnik.scheduling.agenda import LENGTH
from smezhnik.tables import table
from smezhnik.web.given import day_in, organisation_in, part_in
from smezhnik.web.papers import PAPERS, answer_paper
from smezhnik.web.values import whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import visible
from smezhnik.workflows.sittings import agenda_paper, calendar_of, prepare_agenda, protocol_paper, reason_of, roman

#: Sittings of a page of a series, and meetings of a calendar.
SHOWN, CALENDAR = 60, 500


def cycle(request: Any, public_id: str) -> HttpResponse:
    """A series: what it came to, its sittings, the next one to call."""
    viewer = request.user.viewer
    found = visible(KINDS["cycle"], viewer, public_id)
    rows = visible_meetings(viewer).filter(cycle=found).order_by("-held_on", "-id")
    last = rows.first()
    step = dt.timedelta(days=found.every_days or 7)
    after = (last.held_on + step) if last is not None and last.held_on else timezone.localdate() + dt.timedelta(days=1)
    return render(request, "cycle.html", {
        "cycle": found, "row": KINDS["cycle"].seen(viewer, found), "columns": table("cycles").columns,
        "funnel": cycle_funnel(found, viewer), "meetings": rows[:SHOWN],
        "next_on": max(after, timezone.localdate()), "turn": next_turn(found, viewer),
        "sums": viewer.sees("confidential"), "may_edit": KINDS["cycle"].may_edit(viewer, found)})


@require_POST
def cycle_call(request: Any, public_id: str) -> HttpResponse:
    """Call the next sitting of a series."""
    viewer = request.user.viewer
    found = visible(KINDS["cycle"], viewer, public_id)
    if not KINDS["cycle"].may_edit(viewer, found):
        return forbidden(request)
    given = request.POST
    day = day_in(given, "held_on")
    if day is None:
        raise InputError("meeting_without_day")
    made = sittings.call_sitting(found, day, viewer.login, host=organisation_in(given, "host", viewer),
                                 starts=given.get("starts", "10:00")[:20], name=given.get("name", "").strip()[:300],
                                 industries=[given["industry"].strip()[:12]] if given.get("industry") else None)
    return redirect("meeting", public_id=made.public_id)


def meeting(request: Any, public_id: str) -> HttpResponse:
    """A sitting: before it the agenda, during it decisions, after it the protocol."""
    viewer, found = request.user.viewer, _meeting(request, public_id)
    may, inside = KINDS["meeting"].may_edit(viewer, found), viewer.sees("internal")
    items = list(found.items.filter(archived=False)) if inside else []
    lines = [item for item in items if not item.backlog]
    spent = sum(item.minutes for item in lines)
    return render(request, "meeting.html", {
        "meeting": found, "may_edit": may, "inside": inside, "today": timezone.localdate(),
        "lines": [(roman(number), item, reason_of(item, request.lang)) for number, item in enumerate(lines, 1)],
        "backlog": [(item, reason_of(item, request.lang)) for item in items if item.backlog],
        "spent": spent, "length": found.minutes or LENGTH, "over": spent > (found.minutes or LENGTH),
        "guests": found.guests.filter(archived=False).select_related("organisation") if inside else [],
        "decisions": sittings.numbered(found) if inside else [],
        "problems": found.problems.filter(archived=False).select_related("organisation") if inside else [],
        "steps": [step for step in sittings.STEPS[found.standing] if step != "closed" or found.protocol in (
            "draft", "signed")], "kinds": sittings.DECISION_KINDS, "outcomes": sittings.PROBLEM_STATES,
        "writable": may and found.standing != "closed", "deciding": may and found.standing in (
            "in_progress", "reopened"), "may_take": viewer.exports and inside})


@require_POST
def meeting_do(request: Any, public_id: str, what: str) -> HttpResponse:
    """One thing done to a sitting."""
    viewer, found = request.user.viewer, _meeting(request, public_id)
    if not KINDS["meeting"].may_edit(viewer, found):
        return forbidden(request)
    if what not in _DONE:
        raise Http404
    _DONE[what](found, request.POST, viewer)
    return redirect("meeting", public_id=found.public_id)


def _agenda(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    prepare_agenda(found, viewer, found.held_on or timezone.localdate())


def _item(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    sittings.add_item(found, given.get("title", "")[:500], whole_number(given.get("minutes", "")) or 5, viewer.login,
                      speaker=given.get("speaker", "")[:300])


def _hear(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    sittings.hear(part_in(found.items, given, "item"), viewer.login, heard=given.get("heard", "")[:5000],
                  spoke=given.get("spoke", "")[:5000])


def _invite(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    sittings.invite(found, viewer.login, body=given.get("body", "").strip()[:300], post=given.get("post", "")[:300],
                    organisation=organisation_in(given, "organisation", viewer))


def _decide(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    item = part_in(found.items, given, "item") if given.get("item") else None
    sittings.decide(found, viewer.login, kind=given.get("kind", ""), text=given.get("text", "")[:5000], item=item,
                    executor=given.get("executor", "")[:300], controller=given.get("controller", "")[:300],
                    due_on=day_in(given, "due_on"))


def _problem(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    sittings.raise_problem(found, given.get("text", "")[:5000], viewer.login,
                           organisation=organisation_in(given, "organisation", viewer))


def _settle(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    sittings.settle_problem(part_in(found.problems, given, "problem"), given.get("standing", ""), viewer.login,
                            outcome=given.get("outcome", "")[:2000], became=given.get("became", "").strip()[:16])


def _move(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    sittings.move(found, given.get("standing", ""), viewer.login, expected=whole_number(given.get("version", "")),
                  reason=given.get("reason", "")[:2000], on=timezone.localdate())


def _protocol(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    sittings.draft_protocol(found, given.get("number", "")[:60], viewer.login,
                            expected=whole_number(given.get("version", "")))


def _sign(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    sittings.sign_protocol(found, viewer.login, on=day_in(given, "signed_on") or timezone.localdate(),
                           expected=whole_number(given.get("version", "")))


def _annul(found: Meeting, given: Mapping[str, str], viewer: Viewer) -> None:
    sittings.annul_protocol(found, viewer.login, reason=given.get("reason", "")[:2000], on=timezone.localdate(),
                            expected=whole_number(given.get("version", "")))


_DONE: Mapping[str, Callable[[Meeting, Mapping[str, str], Viewer], None]] = {
    "agenda": _agenda, "item": _item, "hear": _hear, "invite": _invite, "decide": _decide, "problem": _problem,
    "settle": _settle, "move": _move, "protocol": _protocol, "sign": _sign, "annul": _annul,
}


def meeting_paper(request: Any, public_id: str, name: str, ending: str) -> HttpResponse:
    """The agenda or the protocol, short or full, as DOCX or PDF."""
    viewer, found = request.user.viewer, _meeting(request, public_id)
    if not viewer.sees("internal") or not viewer.exports:
        return forbidden(request)
    if ending not in PAPERS or name not in ("agenda", "short", "full"):
        raise Http404
    paper = agenda_paper(found, request.lang) if name == "agenda" else protocol_paper(
        found, request.lang, full=name == "full")
    return answer_paper(request, paper, ending, kind="meeting")


def calendar(request: Any) -> HttpResponse:
    """Meetings that the viewer may know of, as a file for a calendar."""
    rows = visible_meetings(request.user.viewer).filter(held_on__isnull=False).order_by("-held_on", "-id")
    rows = rows.prefetch_related("items") if request.user.viewer.sees("internal") else rows
    content = calendar_of(rows[:CALENDAR], request.lang, host=request.get_host().partition(":")[0],
                          agenda=request.user.viewer.sees("internal"))
    return HttpResponse(content, content_type="text/calendar; charset=utf-8",
                        headers={"Content-Disposition": 'attachment; filename="meetings.ics"'})


def _meeting(request: Any, public_id: str) -> Meeting:
    return visible(KINDS["meeting"], request.user.viewer, public_id)
