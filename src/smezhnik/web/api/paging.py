"""Cursors: where a list goes on, sealed so that nobody can make one up."""

from __future__ import annotations

from typing import Any

from django.core import signing

from smezhnik.errors import SmezhnikError
from smezhnik.web.api.problems import Refused

SALT = "smezhnik.api.cursor"


def write_cursor(where: str, *key: str | int | None) -> str:
    """The cursor after a row of the list ``where``; it names the row by its public id, never by a count."""
    return signing.dumps([where, *key], salt=SALT)


def read_cursor(where: str, cursor: str) -> list[Any]:
    """What a cursor of that list says.

    Raises
    ------
    Refused 422 where it is none of this list.
    """
    try:
        of, *key = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, UnicodeError):
        of, key = "", []
    if of != where:
        raise Refused(422, "api_invalid", {"cursor": SmezhnikError("api_cursor")}, count=1)
    return key
