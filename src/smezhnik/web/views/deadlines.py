"""My deadlines as a calendar: a file, and an address that a calendar program reads by itself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone

from smezhnik.people.actions import user_of_token
from smezhnik.people.models import User
from smezhnik.types import Lang
from smezhnik.web.limits import spend
from smezhnik.web.views.home import page_of_task
from smezhnik.workflows.deadlines import calendar_of
from smezhnik.workflows.today import tasks_of


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


def _calendar(request: Any, user: User, lang: Lang) -> HttpResponse:
    tasks = tasks_of(user.viewer, timezone.localdate())
    content = calendar_of(tasks, lang, made_at=timezone.now(),
                          address=lambda task: request.build_absolute_uri(page_of_task(task)))
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
