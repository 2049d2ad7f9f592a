"""What the API answers when it does not do what it was asked: one schema for every status."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, ConfigDict, Field

from smezhnik.errors import InputError, InputFaults, SmezhnikError, UnknownCode, describe_fault
from smezhnik.messages import say
from smezhnik.types import Lang
from smezhnik.web.limits import TooOften
from smezhnik.web.views.errors import sentence_of

log = logging.getLogger(__name__)
#: Seconds after which a database that is busy may be asked again.
BUSY_S = 5
#: Errors about the state in which something stands, not about what was given.
_CONFLICTS = frozenset({"import_state", "import_faulty", "job_over", "merge_apart"})
#: What pydantic says is wrong → code of ours; anything else is ``type``.
_WRONG = {"missing": "missing", "extra_forbidden": "unknown", "string_too_long": "long", "too_long": "long",
          "string_too_short": "short", "too_short": "short", "greater_than_equal": "low", "less_than_equal": "high",
          "literal_error": "choice", "enum": "choice", "finite_number": "type"}


def english(code: str) -> str:
    """What a field is, in the language of the description."""
    return say(f"api.about.{code}", "en")


def about(code: str, default: Any = ...) -> Any:
    """A field and what it is: in English, and in Russian under ``x-ru``, where the page finds it."""
    return Field(default, description=english(code),
                 json_schema_extra={"x-ru": {"description": say(f"api.about.{code}", "ru")}})


class Closed(BaseModel):
    """What is sent and what is answered has the fields that are declared, and no others."""

    model_config = ConfigDict(extra="forbid")


class WrongField(Closed):
    """A field that cannot be taken as it was sent."""

    name: str = about("wrong.name")
    code: str = about("wrong.code")
    sentence: str = about("wrong.sentence")


class Problem(Closed):
    """Why the request was not carried out."""

    code: str = about("problem.code")
    sentence: str = about("problem.sentence")
    fields: list[WrongField] = about("problem.fields", [])


class Refused(SmezhnikError):
    """A refusal with its status; ``wrong`` names the fields at fault: name → error of the field."""

    def __init__(self, status: int, code: str, wrong: Mapping[str, SmezhnikError] | None = None,
                 **fields: object) -> None:
        self.status, self.wrong = status, dict(wrong or {})
        super().__init__(code, **fields)


def lang_of(request: HttpRequest) -> Lang:
    """The first language of Accept-Language that we speak; else that of the user."""
    for name, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        match name[:2]:
            case "ru":
                return "ru"
            case "en":
                return "en"
    kept: Lang = getattr(request, "lang", "ru")
    return kept


def problem_of(request: HttpRequest, error: SmezhnikError, fields: list[WrongField] | None = None) -> dict[str, Any]:
    """An error as the schema ``Problem`` has it."""
    return Problem(code=error.code, sentence=sentence_of(error, lang_of(request)), fields=fields or []).model_dump()


def answer(request: HttpRequest, status: int, error: SmezhnikError,
           fields: list[WrongField] | None = None) -> HttpResponse:
    """The answer of an error."""
    headers: dict[str, str] = {"Content-Language": lang_of(request)}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooOften):
        headers["Retry-After"] = str(error.wait_s)
    elif status == 503:
        headers["Retry-After"] = str(BUSY_S)
    return JsonResponse(problem_of(request, error, fields), status=status, headers=headers,
                        json_dumps_params={"ensure_ascii": False})


def _wrong(name: str, error: SmezhnikError, lang: Lang) -> WrongField:
    if isinstance(error, InputFaults):
        return WrongField(name=name, code=error.faults[0].code, sentence=describe_fault(error.faults[0], lang))
    return WrongField(name=name, code=error.code, sentence=sentence_of(error, lang))


def _field_of(found: Mapping[str, Any], lang: Lang) -> WrongField:
    """What the validation of a schema found, in our words."""
    place = [str(part) for part in found["loc"][1:] if part not in ("body", "given", "asked")]
    context = found.get("ctx", {})
    code = _WRONG.get(found["type"], "type")
    limit = context.get("max_length", context.get("min_length", context.get("ge", context.get("le", 0))))
    expected = context.get("expected", "")
    return WrongField(name=".".join(place) or str(found["loc"][0]), code=code, sentence=say(
        f"api.field.{code}", lang, limit=limit, expected=expected, found=found["type"]))


def tell_problems(api: NinjaAPI) -> None:
    """Give every error its answer; nobody gets a stack trace or a page instead."""
    def validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = [_field_of(one, lang_of(request)) for one in error.errors[:50]]
        return answer(request, 422, SmezhnikError("api_invalid", count=len(fields)), fields)

    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        match error.status_code:
            case 401:
                return answer(request, 401, SmezhnikError("api_unauthorised"))
            case 403:
                return answer(request, 403, SmezhnikError("api_csrf"))
        return unreadable(request, error)

    def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
        cause = error.__cause__
        if isinstance(error, RequestDataTooBig) or isinstance(cause, RequestDataTooBig):
            return answer(request, 413, SmezhnikError("api_too_large"))
        return answer(request, 422, SmezhnikError("api_unreadable"))

    def told(request: HttpRequest, error: SmezhnikError) -> HttpResponse:
        lang = lang_of(request)
        match error:
            case Refused():
                return answer(request, error.status, error, [_wrong(*one, lang) for one in error.wrong.items()])
            case TooOften():
                return answer(request, 429, error)
            case UnknownCode():
                return answer(request, 404, SmezhnikError("api_absent"))
            case InputFaults():
                return answer(request, 422, error, [WrongField(
                    name=fault.column or "", code=fault.code, sentence=describe_fault(fault, lang))
                    for fault in error.faults[:50]])
            case InputError() if error.code not in _CONFLICTS:
                return answer(request, 413 if error.code == "file_too_large" else 422, error)
        return answer(request, 409, error)

    def busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
        log.warning("the database does not answer: %s", error)
        return answer(request, 503, SmezhnikError("api_busy"))

    def failed(request: HttpRequest, error: Exception) -> HttpResponse:
        number = secrets.token_hex(4)
        log.error("fault %s at %s\n%s", number, request.path, "".join(traceback.format_exception(error)))
        return answer(request, 500, SmezhnikError("api_failed", number=number))

    handlers: dict[type[Exception], Any] = {
        ValidationError: validation, AuthenticationError: http, HttpError: http, SmezhnikError: told,
        BadRequest: unreadable, SuspiciousOperation: unreadable, MultiPartParserError: unreadable,
        OperationalError: busy, Exception: failed,
        Http404: lambda request, error: answer(request, 404, SmezhnikError("api_absent")),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
