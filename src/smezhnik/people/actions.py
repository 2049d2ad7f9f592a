"""Letting people in: users, one-time links, the second factor, sessions, tokens. Secrets are kept as hashes only."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction
from django.utils import timezone

from smezhnik.errors import InputError
from smezhnik.people.log import note
from smezhnik.people.models import Invitation, RecoveryCode, Token, User, Visit
from smezhnik.people.sealing import seal, unseal
from smezhnik.records.actions import act
from smezhnik.registry.models import Organisation
from smezhnik.types import ROLES

#: How long a one-time link holds.
INVITED_FOR = dt.timedelta(days=3)
RECOVERY_CODES = 10
#: A one-time code of the half minute before and after counts too: clocks differ.
CODE_WINDOW = 1
#: How often the last use of a key is written: not with every request.
SEEN_EVERY = dt.timedelta(hours=1)


def digest(secret: str) -> str:
    """How a secret of enough length is kept; a password is hashed slower."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_user(login: str, role: str, *, by: str, region: str = "", organisation: Organisation | None = None,
                exports: bool = False, name: str = "") -> tuple[User, str]:
    """A new user without a password, and the secret of the link that lets it set one.

    Raises
    ------
    InputError where the login is taken, the role is unknown, or a role lacks what it is tied to.
    """
    _check_role(login, role, region, organisation)
    if not login.strip():
        raise InputError("login_needed")
    if User.objects.filter(login=login.strip().casefold()).exists():
        raise InputError("login_taken", login=login)
    with transaction.atomic():
        user = User(login=login, role=role, region=region, organisation=organisation, exports=exports, name=name)
        user.set_unusable_password()
        user.save()
        with act(by, "people.create_user", held_by=region, user=user.login, role=role, region=region):
            pass
        secret = invite(user, by=by)
    return user, secret


def _check_role(login: str, role: str, region: str, organisation: Organisation | None) -> None:
    if role not in ROLES:
        raise InputError("role_unknown", found=role, roles=list(ROLES))
    if role == "plant" and organisation is None:
        raise InputError("plant_without_organisation", login=login)
    if role in ("ministry", "cluster", "fund", "plant") and not region:
        raise InputError("role_without_region", role=role)
    if organisation is not None and organisation.held_by != region:
        raise InputError("organisation_elsewhere", organisation=organisation.public_id, region=region)


def invite(user: User, *, by: str) -> str:
    """The secret of a link that lets the user set a password once; earlier links end."""
    secret = secrets.token_urlsafe(24)
    Invitation.objects.filter(user=user, used_at=None).delete()
    Invitation.objects.create(user=user, digest=digest(secret), until=timezone.now() + INVITED_FOR)
    note("invited", user.login, by=by)
    return secret


def find_invitation(secret: str) -> Invitation | None:
    """The invitation of a secret, where it still holds."""
    return Invitation.objects.filter(digest=digest(secret), used_at=None, until__gt=timezone.now(),
                                     user__is_active=True).select_related("user").first()


def accept(invitation: Invitation, password: str) -> User:
    """Set the password by a one-time link; all sessions of the user end. ValidationError where it is too weak."""
    user = invitation.user
    validate_password(password, user)
    with transaction.atomic():
        if not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=timezone.now()):
            raise InputError("invitation_used")
        _set_password(user, password)
        end_visits(user, by=user.login)
    note("password_set", user.login)
    return user


def change_password(user: User, old: str, new: str, *, here: str | None) -> None:
    """Another password, by who knows the old one; all other sessions end.

    Raises
    ------
    InputError where the old one is wrong or the new one is the same; ValidationError where the new one is too weak.
    """
    if not user.check_password(old):
        note("password_refused", user.login)
        raise InputError("password_wrong")
    if old == new:
        raise InputError("password_same")
    validate_password(new, user)
    with transaction.atomic():
        _set_password(user, new)
        end_visits(user, by=user.login, but=here)
    note("password_changed", user.login)


def password_over(user: User, days: int | None, now: dt.datetime) -> bool:
    """Whether the password has been in use for longer than the profile allows; never where it sets no term."""
    return days is not None and (user.password_at is None or now - user.password_at > dt.timedelta(days=days))


def _set_password(user: User, password: str) -> None:
    user.set_password(password)
    user.password_at = timezone.now()
    user.save(update_fields=["password", "password_at"])


def change_role(user: User, *, by: str, role: str, region: str, exports: bool, active: bool,
                organisation: Organisation | None) -> None:
    """Give a user another role or right; its sessions end, so that no page of the old role stays open.

    Raises
    ------
    InputError where the role is unknown or lacks what it is tied to, or one's own rights are to be changed.
    """
    if user.login == by:
        raise InputError("rights_own")
    _check_role(user.login, role, region, organisation)
    before = {"role": user.role, "region": user.region, "exports": user.exports, "active": user.is_active}
    after = {"role": role, "region": region, "exports": exports, "active": active}
    with act(by, "people.change_user", held_by=region, user=user.login, before=before, after=after):
        user.role, user.region, user.exports, user.is_active = role, region, exports, active
        user.organisation = organisation
        user.save()
        end_visits(user, by=by)
    note("role_changed", user.login, by=by, **after)


def begin_second_factor() -> str:
    """A new secret for one-time codes; it counts once a code of it was typed."""
    return pyotp.random_base32()


def set_second_factor(user: User, secret: str, code: str) -> list[str]:
    """Turn the second factor on; the recovery codes, shown this once.

    Raises InputError where the code is not of the secret.
    """
    if not pyotp.TOTP(secret).verify(code.strip(), valid_window=CODE_WINDOW):
        raise InputError("code_wrong")
    codes = [f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}" for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        user.second_factor = seal(secret, str(user.pk), settings.SECRET_KEY)
        user.save(update_fields=["second_factor"])
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=make_password(item)) for item in codes)
    note("second_factor_on", user.login)
    return codes


def check_code(user: User, code: str) -> bool:
    """Whether a one-time or recovery code lets the user in; each lets in once."""
    typed = code.strip().lower()
    now = int(timezone.now().timestamp()) // 30
    secret = unseal(user.second_factor, str(user.pk), settings.SECRET_KEY)
    if secret is None:  # another machine without the key of the old one: recovery codes are hashes and still hold
        note("second_factor_unreadable", user.login)
    for step in range(now - CODE_WINDOW, now + CODE_WINDOW + 1):
        if secret and step > user.last_code and secrets.compare_digest(pyotp.TOTP(secret).at(step * 30), typed):
            return bool(User.objects.filter(pk=user.pk, last_code__lt=step).update(last_code=step))
    for item in RecoveryCode.objects.filter(user=user):
        if check_password(typed, item.digest):
            note("recovery_code_used", user.login)
            return bool(RecoveryCode.objects.filter(pk=item.pk).delete()[0])
    return False


def end_visits(user: User, *, by: str, but: str | None = None) -> int:
    """End the sessions of a user, all or all but one; how many."""
    visits = Visit.objects.filter(user=user).exclude(session=but or "")
    keys = list(visits.values_list("session", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    visits.delete()
    if keys:
        note("sessions_ended", user.login, by=by, count=len(keys))
    return len(keys)


def end_all_visits(*, by: str) -> int:
    """End every session of the installation, as after a backup was brought back: those of its day would live again."""
    count = Visit.objects.count()
    Session.objects.all().delete()
    Visit.objects.all().delete()
    note("sessions_ended", "", by=by, count=count)
    return count


def unreadable_factors() -> list[str]:
    """Logins whose second factor was sealed with another key: only their recovery codes let them in."""
    rows = User.objects.exclude(second_factor="").filter(is_active=True).values_list("pk", "login", "second_factor")
    return [login for pk, login, sealed in rows if unseal(sealed, str(pk), settings.SECRET_KEY) is None]


def end_visit(user: User, visit: int, *, by: str) -> bool:
    """End one session of a user; False where it has no such session."""
    found = Visit.objects.filter(user=user, pk=visit).first()
    if found is None:
        return False
    Session.objects.filter(session_key=found.session).delete()
    found.delete()
    note("sessions_ended", user.login, by=by, count=1)
    return True


def make_token(user: User, name: str, *, days: int, writes: bool, feed: bool = False) -> str:
    """A key to the API, or the secret of an address for calendars, shown this once."""
    secret = f"smz_{secrets.token_urlsafe(32)}"
    Token.objects.create(user=user, name=name, digest=digest(secret), writes=writes, feed=feed,
                         until=timezone.now() + dt.timedelta(days=days))
    note("token_made", user.login, name=name, days=days, writes=writes, feed=feed)
    return secret


def user_of_token(secret: str, *, feed: bool = False) -> tuple[User, Token] | None:
    """Whose key it is, where it still holds; ``feed``: whose address for calendars."""
    token = Token.objects.filter(digest=digest(secret), feed=feed, until__gt=timezone.now(),
                                 user__is_active=True).select_related("user__organisation").first()
    if token is None:
        return None
    now = timezone.now()
    if token.seen_at is None or now - token.seen_at > SEEN_EVERY:
        try:
            Token.objects.filter(pk=token.pk).update(seen_at=now)
        except OperationalError:  # somebody writes for long: to read must not wait for it
            pass
    return token.user, token


def describe(user: User) -> dict[str, Any]:
    """What is told of a user on pages and in the log; no secret."""
    return {"login": user.login, "role": user.role, "region": user.region, "exports": user.exports,
            "active": user.is_active, "second_factor": bool(user.second_factor)}
