"""Step-up: what gives rights away, takes much away or takes much back asks for the password once more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from smezhnik.messages import say
from smezhnik.people.log import note

#: How long a password that was typed stands for who sits there.
FRESH = dt.timedelta(minutes=10)
View = Callable[..., HttpResponse]


def mark(request: Any) -> None:
    """The password was typed just now."""
    request.session["confirmed_at"] = timezone.now().isoformat()


def fresh(request: Any) -> bool:
    """Whether the password was typed a short while ago."""
    at = request.session.get("confirmed_at")
    return at is not None and timezone.now() - dt.datetime.fromisoformat(at) < FRESH


def confirmed(request: Any, name: str = "password") -> bool:
    """Whether the form holds the password of who sends it; a wrong one counts as a wrong try to sign in."""
    user = authenticate(request, username=request.user.login, password=request.POST.get(name, ""))
    if user is not None and user.pk == request.user.pk:
        mark(request)
        note("step_up", request.user.login, path=request.path)
        return True
    note("step_up_refused", request.user.login, path=request.path)
    return False


def step_up(view: View) -> View:
    """The view, once the password was typed a short while ago or stands in what is sent."""
    @wraps(view)
    def asked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = "confirm" in request.POST
        if fresh(request) or (typed and confirmed(request, "confirm")):
            return view(request, *args, **kwargs)
        return ask(request, wrong=typed)

    return sensitive_post_parameters("confirm")(asked)


def ask(request: Any, *, to: str = "", wrong: bool = False) -> HttpResponse:
    """The page that asks for the password; a form that was sent is sent again with it, any other page is gone to."""
    post = request.method == "POST" and not to
    sent = [(name, value) for name in request.POST if name not in ("csrfmiddlewaretoken", "confirm", "username")
            for value in request.POST.getlist(name)] if post else [("to", to or request.get_full_path())]
    return render(request, "confirm.html", {
        "sent": sent, "action": request.get_full_path() if post else reverse("confirm"),
        "error": say("error.password_wrong", request.lang) if wrong else ""}, status=403)


@sensitive_post_parameters("confirm")
@require_POST
def confirm(request: Any) -> HttpResponse:
    """The password, typed once more; then on to the page that asked for it."""
    wanted = request.POST.get("to", "/")
    to = wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"
    return redirect(to) if confirmed(request, "confirm") else ask(request, to=to, wrong=True)
