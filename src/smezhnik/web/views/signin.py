"""Signing in and out, one-time links."""

from __future__ import annotations

import datetime as dt
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from smezhnik.messages import say
from smezhnik.people.actions import accept, check_code, find_invitation
from smezhnik.people.log import note
from smezhnik.people.models import User, Visit
from smezhnik.web.address import client_address
from smezhnik.web.views.errors import field_name, lang_of, page, typed
from smezhnik.web.views.stepup import mark

BACKEND = "smezhnik.people.backend.Backend"
#: Wrong one-time codes after which the password is asked for again.
CODE_TRIES = 5
#: How long the password stands alone, waiting for the code.
HALF_IN = dt.timedelta(minutes=10)
#: Most letters of a form that are kept over the end of a session.
KEPT = 100_000


def _after(request: HttpRequest) -> str:
    """Where to go after signing in: a page of ours only."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"


def keep_typed(request: Any) -> HttpResponse:
    """The session ended while somebody typed: sign in, and what was typed waits behind it; files are chosen anew."""
    sent = typed(request)
    if sum(len(name) + len(value) for name, value in sent) > KEPT:
        return redirect_to_login("/")
    request.session["kept"] = {"to": request.get_full_path(), "sent": sent, "whose": getattr(request, "was", "")}
    return redirect_to_login(reverse("kept"))


def kept(request: Any) -> HttpResponse:
    """What was typed before the session ended, ready to be sent by who typed it."""
    found = request.session.pop("kept", None)
    if found is None or found["whose"] not in ("", request.user.login):  # not of who sat here before
        return redirect("/")
    shown = [(field_name(name, request.lang, found["to"]), value) for name, value in found["sent"] if value]
    return render(request, "kept.html", {"to": found["to"], "sent": found["sent"], "shown": shown})


@login_not_required
@sensitive_post_parameters("password")
def signin(request: Any) -> HttpResponse:
    """Login and password; a user with a second factor goes on to the code."""
    if request.user.is_authenticated:
        return redirect("/")
    if request.method != "POST":
        return render(request, "signin.html", {"next": _after(request), "error": "", "login": "",
                                               "kept": "kept" in request.session})
    name = request.POST.get("login", "").strip().casefold()  # one login however it is written: tries are counted by it
    user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if getattr(request, "axes_locked_out", False):
        return locked(request, {})
    if user is None:
        note("signin_refused", name[:150], address=client_address(request))
        return render(request, "signin.html", {"next": _after(request), "login": name,
                                               "kept": "kept" in request.session,
                                               "error": say("web.signin.wrong", lang_of(request))}, status=401)
    if user.second_factor:
        request.session["half_in"] = {"user": user.pk, "next": _after(request), "tries": 0,
                                      "at": timezone.now().isoformat()}
        return redirect("code")
    return _let_in(request, user, _after(request))


@login_not_required
@sensitive_post_parameters("code")
def code(request: Any) -> HttpResponse:
    """The second factor."""
    half = request.session.get("half_in")
    user = User.objects.filter(pk=half["user"], is_active=True).first() if half else None
    if user is None or half["tries"] >= CODE_TRIES or \
            timezone.now() - dt.datetime.fromisoformat(half["at"]) > HALF_IN:
        request.session.flush()
        return redirect("signin")
    if request.method != "POST":
        return render(request, "code.html", {"error": ""})
    whose = {"username": user.login}
    if not AxesProxyHandler.is_allowed(request, whose):
        return locked(request, whose)
    if check_code(user, request.POST.get("code", "")):
        return _let_in(request, user, half["next"])
    note("code_refused", user.login, address=client_address(request))
    user_login_failed.send(sender=__name__, credentials=whose, request=request)  # counts like a wrong password
    request.session["half_in"] = {**half, "tries": half["tries"] + 1}
    return render(request, "code.html", {"error": say("error.code_wrong", lang_of(request))}, status=401)


def _let_in(request: Any, user: User, after: str) -> HttpResponse:
    login(request, user, backend=BACKEND)
    request.session.pop("half_in", None)
    mark(request)
    request.session.save()
    Visit.objects.create(user=user, session=request.session.session_key, address=client_address(request),
                         agent=request.META.get("HTTP_USER_AGENT", "")[:300])
    note("signed_in", user.login, address=client_address(request), second_factor=bool(user.second_factor))
    return redirect(after)


@require_POST
def signout(request: Any) -> HttpResponse:
    """Sign out: the session ends on the server too."""
    Visit.objects.filter(session=request.session.session_key).delete()
    note("signed_out", request.user.login)
    logout(request)
    return redirect("signin")


@login_not_required
def locked(request: HttpRequest, credentials: Any, *_: Any, **__: Any) -> HttpResponse:
    """Too many wrong tries."""
    name = request.POST.get("login") or (credentials or {}).get("username") or ""
    note("locked", name[:150], address=client_address(request))
    return page(request, 429, say("web.signin.locked", lang_of(request)))


@login_not_required
@sensitive_post_parameters("password", "again")
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link: set the password and sign in with it."""
    found = find_invitation(secret)
    if found is None:
        return page(request, 404, say("web.invitation.over", lang_of(request)))
    errors: list[str] = []
    if request.method == "POST":
        password = request.POST.get("password", "")
        if password != request.POST.get("again", ""):
            errors = [say("web.invitation.differ", lang_of(request))]
        else:
            try:
                accept(found, password)
                return redirect("signin")
            except ValidationError as weak:
                errors = list(weak.messages)
    return render(request, "invitation.html", {"login": found.user.login, "errors": errors},
                  status=400 if errors else 200)
