"""How a login and a password become a user."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from smezhnik.people.models import User


class Backend(BaseBackend):
    """Compares the password; an unknown login costs the same time as a known one."""

    def authenticate(self, request: Any, username: str | None = None, password: str | None = None,
                     **_: Any) -> User | None:
        """The user, or None."""
        if username is None or password is None:
            return None
        user = User.objects.filter(login=username.strip().casefold()).select_related("organisation").first()
        if user is None:
            User().set_password(password)
            return None
        fits = user.check_password(password)  # first, so that who may not come in costs the same time
        return user if fits and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """The user of a session, unless it was taken away meanwhile."""
        return User.objects.filter(pk=user_id, is_active=True).select_related("organisation").first()
