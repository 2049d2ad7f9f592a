"""The first users of an installation, from the command line."""

from __future__ import annotations

from smezhnik.errors import InputError
from smezhnik.people.actions import create_user, invite
from smezhnik.people.models import User
from smezhnik.registry.models import Organisation


def make_user(login: str, role: str, *, region: str, organisation: str, exports: bool, again: bool) -> str:
    """Make a user (or, with ``again``, find one) and give the secret of a one-time link.

    Raises
    ------
    InputError where the user cannot be made, or there is none.
    """
    if again:
        user = User.objects.filter(login=login.strip().casefold()).first()
        if user is None:
            raise InputError("user_absent", login=login)
        return invite(user, by="system")
    whose = Organisation.objects.filter(public_id=organisation).first() if organisation else None
    if organisation and whose is None:
        raise InputError("organisation_absent", found=organisation)
    return create_user(login, role, by="system", region=region, organisation=whose, exports=exports)[1]
