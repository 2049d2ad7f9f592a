"""My deadlines, meetings and events as a calendar: a file, and an address that a calendar program reads by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import icalendar
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone

from smezhnik.activities.access import visible_events, visible_meetings
from smezhnik.people.actions import user_of_token
from smezhnik.people.models import User
from smezhnik.records.access import Viewer
from smezhnik.types import Lang
from smezhnik.web.limits import spend
from smezhnik.web.views.home import page_of_task
from smezhnik.workflows.deadlines import calendar_of
from smezhnik.workflows.sittings import entries_of, visits_of
from smezhnik.workflows.today import tasks_of

#: Days back from which meetings and events stand in the calendar, and of each kind at most so many.
BACK, MOST = dt.timedelta(days=30), 500


def deadlines(request: Any) -> HttpResponse:
    """The deadlines of who is signed in."""
    return _calendar(request, request.user, request.lang)


@login_not_required
def feed(request: Any, secret: str) -> HttpResponse:
    """The deadlines of whose address it is; an address that was revoked, or is over, is not there.

    Raises
    ------
    TooOften where a program asks too often.
    """
    found = user_of_token(secret, feed=True)
    if found is None:
        raise Http404
    user = found[0]
    spend(user.login, "request")
    return _calendar(request, user, "en" if user.lang == "en" else "ru")


def _entries(viewer: Viewer, today: dt.date, lang: Lang, host: str) -> list[icalendar.Event]:
    """Meetings and events that the viewer may know of, the last month and what comes."""
    inside, since = viewer.sees("internal"), today - BACK
    meetings = visible_meetings(viewer).filter(held_on__gte=since).order_by("held_on", "id")
    meetings = meetings.prefetch_related("items") if inside else meetings
    events = visible_events(viewer).filter(starts_on__gte=since).exclude(standing="cancelled")
    return [*entries_of(meetings[:MOST], lang, host=host, agenda=inside),
            *visits_of(events.order_by("starts_on", "id")[:MOST], host=host)]


def _calendar(request: Any, user: User, lang: Lang) -> HttpResponse:
    viewer, today = user.viewer, timezone.localdate()
    content = calendar_of(tasks_of(viewer, today), lang, made_at=timezone.now(),
                          address=lambda task: request.build_absolute_uri(page_of_task(task)),
                          entries=_entries(viewer, today, lang, request.get_host().partition(":")[0]))
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
