"""Errors as pages: what happened, what was kept, what to do, a number for support."""

from __future__ import annotations

import logging
import secrets
import sys
import traceback
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from smezhnik.errors import InputError, InputFaults, SmezhnikError, UnknownCode, describe_fault
from smezhnik.messages import catalogue, say
from smezhnik.people.log import note
from smezhnik.tables import table
from smezhnik.types import Lang
from smezhnik.web.limits import TooOften
from smezhnik.web.values import label_of

log = logging.getLogger(__name__)
#: Fields that are shown to nobody; tables whose columns people type.
HIDDEN = frozenset({"csrfmiddlewaretoken", "password", "again", "code", "old", "confirm", "secret", "username", "seen",
                    "version"})
FORMS = ("organisations", "sites", "offers", "needs", "contracts", "cases", "clusters", "members")


def lang_of(request: HttpRequest) -> Lang:
    """The language of the answer."""
    return getattr(request, "lang", "ru")


def sentence_of(error: SmezhnikError, lang: Lang) -> str:
    """The sentence of an error; of one value that is wrong its own; one without a sentence is told by its code."""
    if isinstance(error, InputFaults) and len(error.faults) == 1 and error.faults[0].row is None:
        return describe_fault(error.faults[0], lang, page=True)
    code = f"error.{error.code}"
    code = f"page.{code}" if f"page.{code}" in catalogue() else code
    return say(code, lang, **error.fields) if code in catalogue() else say("error.ours", lang,
                                                                         kind=type(error).__name__, what=error.code)


def told(request: HttpRequest, error: SmezhnikError) -> HttpResponse:
    """The page of an error that has a sentence."""
    lang = lang_of(request)
    sentence = sentence_of(error, lang)
    found = error.faults if isinstance(error, InputFaults) else ()
    faults = [describe_fault(fault, lang, page=True) for fault in found]
    status = 404 if isinstance(error, UnknownCode) else 400 if isinstance(error, InputError | InputFaults) else \
        429 if isinstance(error, TooOften) else 409
    answer = page(request, status, sentence, faults=[fault for fault in faults if fault != sentence])
    if isinstance(error, TooOften):
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What the person typed or chose, field by field; nothing that lets somebody in, and no mark of ours."""
    if request.method != "POST":
        return []
    return [(name, value) for name in request.POST if name not in HIDDEN for value in request.POST.getlist(name)]


def field_name(name: str, lang: Lang, path: str) -> str:
    """What a field of the form at an address is called: its declared column, or its words in the catalogues.

    Never its own key: what the catalogues do not name either is another field.
    """
    first = path.strip("/").partition("/")[0]
    for one in (*([first] if first in FORMS else []), *FORMS):
        if (about := table(one).columns.get(name)) is not None:
            return label_of(about, lang)
    entry = f"web.typed.{name}"
    return say(entry if entry in catalogue() else "web.typed.other", lang)


def page(request: HttpRequest, status: int, sentence: str, **more: Any) -> HttpResponse:
    """An error page; what the person had typed is shown so that it can be taken along."""
    named = [(field_name(name, lang_of(request), request.path), value) for name, value in typed(request) if value]
    return render(request, "error.html", {"status": status, "sentence": sentence, "typed": named, "faults": [],
                                          "number": "", **more}, status=status)


def absent(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that this user may know of; the answer is the same."""
    return page(request, 404, say("web.error.absent", lang_of(request)))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403; who tried is noted."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        note("denied", user.login, path=request.path)
    return page(request, 403, say("web.error.forbidden", lang_of(request)))


def forbidden_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old, or came from elsewhere."""
    return page(request, 403, say("web.error.form", lang_of(request)))


def failed(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours, with a number that stands in the log too."""
    number = secrets.token_hex(4)
    log.error("fault %s at %s\n%s", number, request.path, "".join(traceback.format_exception(*sys.exc_info())))
    return page(request, 500, say("web.error.failed", lang_of(request)), number=number)
