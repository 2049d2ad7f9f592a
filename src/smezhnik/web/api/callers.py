"""Who calls: the owner of a key, or whoever is signed in in this browser."""

from __future__ import annotations

from typing import Any

from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from smezhnik.people.actions import user_of_token
from smezhnik.people.log import note
from smezhnik.web.address import client_address
from smezhnik.web.api.problems import Refused, lang_of
from smezhnik.web.limits import spend

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Key(HttpBearer):
    """``Authorization: Bearer smz_…``: a key that a user made in the account; it writes where it was made to."""

    def authenticate(self, request: Any, token: str) -> Any:
        """The viewer, or None where the key does not hold."""
        found = user_of_token(token.strip())
        if found is None:
            note("token_refused", "", address=client_address(request))
            return None
        user, kept = found
        if not kept.writes and request.method not in SAFE:
            raise Refused(403, "api_read_only")
        return _let_in(request, user, keyed=True)


class Session(APIKeyCookie):
    """The session of the pages; whatever changes something needs the token of the form as X-CSRFToken too."""

    param_name = "smezhnik"

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: Any, key: str | None) -> Any:
        """The viewer, or None where nobody is signed in or a key was sent that does not hold."""
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        if request.method not in SAFE and check_csrf(request) is not None:
            raise Refused(403, "api_csrf")
        return _let_in(request, request.user, keyed=False)


def refuse_session(request: Any) -> None:
    """Refused 403 where a browser asks for what its pages do only after the password was typed once more."""
    if not request.keyed:
        raise Refused(403, "api_key_needed")


def _let_in(request: Any, user: Any, *, keyed: bool) -> Any:
    request.viewer, request.keyed = user.viewer, keyed
    request.lang = lang_of(request)
    spend(user.login, "request")
    return request.viewer
