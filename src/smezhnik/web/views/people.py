"""Users and their rights (administrator), one's own account, sessions, second factor, tokens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from pyotp import TOTP

from smezhnik.errors import InputError
from smezhnik.people.actions import (
    begin_second_factor,
    change_role,
    create_user,
    end_visits,
    invite,
    make_token,
    set_second_factor,
)
from smezhnik.people.log import note
from smezhnik.people.models import Token, User, Visit
from smezhnik.records.access import ROLES
from smezhnik.registry.models import Organisation
from smezhnik.report.page import qr_code
from smezhnik.web.views.errors import forbidden

TOKEN_DAYS = (7, 30, 90)


def _manages(request: Any) -> bool:
    return bool(request.user.role == "administrator")


def _watches(request: Any) -> bool:
    return request.user.role in ("administrator", "security")


def confirmed(request: Any) -> bool:
    """Step-up: what gives rights away asks for the password once more."""
    user = authenticate(request, username=request.user.login, password=request.POST.get("password", ""))
    return user is not None and user.pk == request.user.pk


def user_list(request: Any) -> HttpResponse:
    """Everybody who may come in, and the form for the next one."""
    if not _watches(request):
        return forbidden(request)
    return render(request, "users.html", {"users": User.objects.select_related("organisation").order_by("login"),
                                          "roles": ROLES, "may": _manages(request), "link": "", "error": ""})


@sensitive_post_parameters("password")
@require_POST
def user_new(request: Any) -> HttpResponse:
    """A new user; the answer shows the one-time link."""
    if not _manages(request):
        return forbidden(request)
    if not confirmed(request):
        raise InputError("password_wrong")
    given = request.POST
    user, secret = create_user(given.get("login", ""), given.get("role", ""), by=request.user.login,
                               region=given.get("region", "").strip(), name=given.get("name", ""),
                               organisation=_organisation(given.get("organisation", "")),
                               exports=given.get("exports") == "1")
    return _with_link(request, user, secret)


@sensitive_post_parameters("password")
@require_POST
def user_change(request: Any, login: str, what: str) -> HttpResponse:
    """Another role or right, a new link, the end of all sessions."""
    user = User.objects.filter(login=login).first()
    if user is None:
        raise Http404
    if what == "sessions" and _watches(request):
        end_visits(user, by=request.user.login)
        return redirect("users")
    if not _manages(request):
        return forbidden(request)
    if not confirmed(request):
        raise InputError("password_wrong")
    if what == "link":
        return _with_link(request, user, invite(user, by=request.user.login))
    given = request.POST
    change_role(user, by=request.user.login, role=given.get("role", user.role), region=given.get("region", ""),
                exports=given.get("exports") == "1", active=given.get("active") == "1",
                organisation=_organisation(given.get("organisation", "")))
    return redirect("users")


def _with_link(request: Any, user: User, secret: str) -> HttpResponse:
    link = request.build_absolute_uri(f"/invitation/{secret}/")
    return render(request, "users.html", {"users": User.objects.select_related("organisation").order_by("login"),
                                          "roles": ROLES, "may": True, "link": link, "error": "", "whose": user.login})


def _organisation(public_id: str) -> Organisation | None:
    if not public_id.strip():
        return None
    found = Organisation.objects.filter(public_id=public_id.strip().upper()).first()
    if found is None:
        raise InputError("organisation_absent", found=public_id)
    return found


@sensitive_post_parameters("secret", "code")
def account(request: Any) -> HttpResponse:
    """One's own: language, second factor, sessions, keys to the API."""
    user = request.user
    context: dict[str, Any] = {"codes": [], "key": "", "secret": "", "qr": "", "error": ""}
    if request.method == "POST":
        match request.POST.get("what"):
            case "lang":
                user.lang = "en" if request.POST.get("lang") == "en" else "ru"
                user.save(update_fields=["lang"])
                return redirect("account")
            case "second_factor":
                context["secret"] = begin_second_factor()
                uri = TOTP(context["secret"]).provisioning_uri(name=user.login, issuer_name="Smezhnik")
                context["qr"] = qr_code(uri, user.login)
            case "confirm":
                context["secret"] = request.POST.get("secret", "")
                context["codes"] = set_second_factor(user, context["secret"], request.POST.get("code", ""))
            case "token":
                days = int(request.POST.get("days", "30")) if request.POST.get("days", "").isdigit() else TOKEN_DAYS[0]
                context["key"] = make_token(user, request.POST.get("name", "")[:100] or "API",
                                            days=min(days, TOKEN_DAYS[-1]), writes=request.POST.get("writes") == "1")
            case "token_off":
                Token.objects.filter(user=user, pk=request.POST.get("token") or 0).delete()
                note("token_ended", user.login)
                return redirect("account")
            case "others":
                end_visits(user, by=user.login, but=request.session.session_key)
                return redirect("account")
    return render(request, "account.html", {
        **context, "visits": Visit.objects.filter(user=user).order_by("-seen_at"), "tokens": user.tokens.all(),
        "here": request.session.session_key, "days": TOKEN_DAYS, "profile": settings.PROFILE,
    })
