"""Users and their rights (administrator), one's own account: password, sessions, second factor, tokens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from pyotp import TOTP

from smezhnik.errors import InputError
from smezhnik.messages import say
from smezhnik.people.access import managed_by
from smezhnik.people.actions import (
    begin_second_factor,
    change_password,
    change_role,
    create_user,
    end_visit,
    end_visits,
    invite,
    make_token,
    password_over,
    set_second_factor,
)
from smezhnik.people.log import note
from smezhnik.people.models import Token, User, Visit
from smezhnik.registry.models import Organisation
from smezhnik.report.page import qr_code
from smezhnik.types import ROLES
from smezhnik.web.values import whole_number
from smezhnik.web.views.errors import forbidden, lang_of, sentence_of
from smezhnik.web.views.stepup import ask, confirmed, fresh, mark

TOKEN_DAYS = (7, 30, 90)
#: What of one's own account asks for the password once more.
STEPPED_UP = frozenset({"second_factor", "confirm", "token", "calendar"})


def _manages(request: Any) -> bool:
    return bool(request.user.role == "administrator")


def _watches(request: Any) -> bool:
    return request.user.role in ("administrator", "security")


def user_list(request: Any) -> HttpResponse:
    """Everybody who may come in, and the form for the next one."""
    if not _watches(request):
        return forbidden(request)
    return render(request, "users.html", _users(request))


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
                               region=_region(request), name=given.get("name", ""),
                               organisation=_organisation(request), exports=given.get("exports") == "1")
    return _with_link(request, user, secret)


def user_card(request: Any, login: str) -> HttpResponse:
    """One user: rights, sessions, what an administrator may do."""
    user = _user(request, login)
    return render(request, "user.html", {
        "one": user, "roles": ROLES, "may": _manages(request) and user.pk != request.user.pk,
        "visits": Visit.objects.filter(user=user).order_by("-seen_at"),
        "fixed_region": request.user.region,
    })


@sensitive_post_parameters("password")
@require_POST
def user_change(request: Any, login: str, what: str) -> HttpResponse:
    """Another role or right, a new link, the end of one session or of all."""
    user = _user(request, login)
    if what == "sessions":
        visit = request.POST.get("visit", "")
        if whole_number(visit):
            end_visit(user, whole_number(visit), by=request.user.login)
        else:
            end_visits(user, by=request.user.login)
        return redirect("user", login=user.login)
    if not _manages(request):
        return forbidden(request)
    if what not in ("link", "role"):
        raise Http404
    if not confirmed(request):
        raise InputError("password_wrong")
    if what == "link":
        return _with_link(request, user, invite(user, by=request.user.login))
    given = request.POST
    change_role(user, by=request.user.login, role=given.get("role", ""), region=_region(request),
                exports=given.get("exports") == "1", active=given.get("active") == "1",
                organisation=_organisation(request))
    return redirect("user", login=user.login)


def _user(request: Any, login: str) -> User:
    """A user whom the one who asks manages or watches; 403 by role, 404 for those of other regions."""
    user = managed_by(request.user.viewer).filter(login=login).first()
    if user is None:
        raise Http404
    return user


def _users(request: Any, **more: Any) -> dict[str, Any]:
    return {"users": managed_by(request.user.viewer), "roles": ROLES, "may": _manages(request), "link": "",
            "fixed_region": request.user.region, **more}


def _with_link(request: Any, user: User, secret: str) -> HttpResponse:
    link = request.build_absolute_uri(f"/invitation/{secret}/")
    return render(request, "users.html", _users(request, link=link, whose=user.login))


def _region(request: Any) -> str:
    """The region of a form; an administrator of one region gives rights there and nowhere else."""
    given = request.POST.get("region", "").strip().upper()
    if request.user.region and given != request.user.region:
        raise InputError("region_not_yours", region=request.user.region)
    return str(given)


def _organisation(request: Any) -> Organisation | None:
    public_id = request.POST.get("organisation", "").strip().upper()
    if not public_id:
        return None
    found = Organisation.objects.filter(public_id=public_id).first()
    if found is None or request.user.region not in ("", found.held_by):
        raise InputError("organisation_absent", found=public_id)
    return found


@sensitive_post_parameters("secret", "code")
def account(request: Any) -> HttpResponse:
    """One's own: language, second factor, sessions, keys to the API."""
    user = request.user
    context: dict[str, Any] = {"codes": [], "key": "", "calendar": "", "secret": "", "qr": "", "error": ""}
    if request.method == "POST":
        what = request.POST.get("what")
        typed = "confirm" in request.POST
        if what in STEPPED_UP and not fresh(request) and not (typed and confirmed(request, "confirm")):
            return ask(request, wrong=typed)
        match what:
            case "lang":
                user.lang = "en" if request.POST.get("lang") == "en" else "ru"
                user.save(update_fields=["lang"])
                return redirect("account")
            case "second_factor":
                context |= _scan(user, begin_second_factor())
            case "confirm":
                secret = request.POST.get("secret", "")
                try:
                    context["codes"] = set_second_factor(user, secret, request.POST.get("code", ""))
                except InputError as error:
                    context |= _scan(user, secret) | {"error": sentence_of(error, lang_of(request))}
            case "token":
                days = whole_number(request.POST.get("days", "")) or TOKEN_DAYS[0]
                context["key"] = make_token(user, request.POST.get("name", "")[:100] or "API",
                                            days=min(days, TOKEN_DAYS[-1]), writes=request.POST.get("writes") == "1")
            case "calendar":
                made = make_token(user, say("web.deadlines.token", lang_of(request)), days=TOKEN_DAYS[-1], writes=False,
                                  feed=True)
                context["calendar"] = request.build_absolute_uri(reverse("feed", args=[made]))
            case "token_off":
                token = request.POST.get("token", "")
                Token.objects.filter(user=user, pk=whole_number(token)).delete()
                note("token_ended", user.login)
                return redirect("account")
            case "others":
                end_visits(user, by=user.login, but=request.session.session_key)
                return redirect("account")
            case "visit":
                visit = request.POST.get("visit", "")
                end_visit(user, whole_number(visit), by=user.login)
                return redirect("account")
    return render(request, "account.html", {
        **context, "visits": Visit.objects.filter(user=user).order_by("-seen_at"), "tokens": user.tokens.all(),
        "here": request.session.session_key, "days": TOKEN_DAYS, "profile": settings.PROFILE,
    }, status=400 if context["error"] else 200)


def _scan(user: User, secret: str) -> dict[str, Any]:
    """The secret of one-time codes as a picture for a telephone."""
    uri = TOTP(secret).provisioning_uri(name=user.login, issuer_name="Smezhnik")
    return {"secret": secret, "qr": qr_code(uri, user.login)}


@sensitive_post_parameters("old", "password", "again")
def password(request: Any) -> HttpResponse:
    """Another password for oneself, by the old one."""
    errors: list[str] = []
    if request.method == "POST":
        new, here, lang = request.POST.get("password", ""), request.session.session_key, lang_of(request)
        try:
            if new != request.POST.get("again", ""):
                raise InputError("passwords_differ")
            change_password(request.user, request.POST.get("old", ""), new, here=here)
        except InputError as error:
            errors = [sentence_of(error, lang)]
        except ValidationError as weak:
            errors = list(weak.messages)
        else:
            update_session_auth_hash(request, request.user)  # this session goes on, under a new key
            mark(request)
            request.session.save()
            Visit.objects.filter(session=here).update(session=request.session.session_key)
            return redirect("account")
    profile = settings.PROFILE
    return render(request, "password.html", {
        "errors": errors, "over": password_over(request.user, profile.rotation_days, timezone.now()),
        "days": profile.rotation_days, "length": profile.password_length, "composition": profile.composition,
    }, status=400 if errors else 200)
