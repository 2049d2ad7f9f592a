"""What every answer passes: headers, sessions that end, the language, errors as sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from smezhnik.errors import SmezhnikError
from smezhnik.jobs.worker import is_full
from smezhnik.messages import say
from smezhnik.people.actions import password_over
from smezhnik.people.log import note
from smezhnik.people.models import Visit
from smezhnik.web.views.errors import lang_of, page, told
from smezhnik.web.views.signin import keep_typed

Answer = Callable[[HttpRequest], HttpResponse]
POLICY = ("default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
          "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
#: How often the last sight of a session is written: not with every request.
SEEN_EVERY = dt.timedelta(minutes=1)


def security_headers(answer: Answer) -> Answer:
    """Nothing is asked of another host, framed, or kept by a browser that others use."""
    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("X-Frame-Options", "DENY")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answered


def visits(answer: Answer) -> Answer:
    """A session that was ended, stood idle or is too old signs its user out."""
    def answered(request: Any) -> HttpResponse:
        if request.user.is_authenticated:
            now, profile = timezone.now(), settings.PROFILE
            visit = Visit.objects.filter(session=request.session.session_key).first()
            late = visit is None or now - visit.seen_at > dt.timedelta(minutes=profile.idle_minutes) or \
                now - visit.began_at > dt.timedelta(hours=profile.session_hours)
            if late:
                if visit is not None:
                    visit.delete()
                    note("session_over", request.user.login)
                request.was = request.user.login
                logout(request)
            elif visit is not None and now - visit.seen_at > SEEN_EVERY:
                Visit.objects.filter(pk=visit.pk).update(seen_at=now)
        return answer(request)

    return answered


def passwords(answer: Answer) -> Answer:
    """Who has had a password for longer than the profile allows sets another one before anything else."""
    def answered(request: Any) -> HttpResponse:
        user = request.user
        if user.is_authenticated and password_over(user, settings.PROFILE.rotation_days, timezone.now()) \
                and request.path not in (reverse("password"), reverse("signout")):
            return redirect("password")
        return answer(request)

    return answered


def language(answer: Answer) -> Answer:
    """The language of the user; of a guest, the one chosen on the page, else Russian."""
    def answered(request: Any) -> HttpResponse:
        chosen = request.GET.get("lang") or request.COOKIES.get("lang") or ""
        if request.user.is_authenticated:
            chosen = request.user.lang
        request.lang = "en" if chosen == "en" else "ru"
        with translation.override(request.lang):
            response = answer(request)
        response.headers.setdefault("Content-Language", request.lang)
        return response

    return answered


class SignedIn(LoginRequiredMiddleware):
    """Every page asks for a user. Where a session ended while somebody typed, the text waits for them."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """Lead to the page to sign in; a form that was sent is kept meanwhile."""
        if request.method == "POST" and request.POST:
            return keep_typed(request)
        return super().handle_no_permission(request, view_func)


class ToldErrors:
    """An error that has a sentence is told with it; nobody is left with a stack trace."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error of ours, and of a disk that is full; others are left to the server's own page."""
        if isinstance(error, (OSError, DatabaseError)) and is_full(error):
            return page(request, 507, say("error.disk_full", lang_of(request)))
        return told(request, error) if isinstance(error, SmezhnikError) else None
