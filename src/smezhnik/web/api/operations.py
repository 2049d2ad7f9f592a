"""How an operation is declared: its id, its sentences in both languages, every status that it may answer with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from inspect import signature
from typing import Any, get_args

from ninja import Router

from smezhnik.errors import SmezhnikError
from smezhnik.messages import Words, say
from smezhnik.types import Lang
from smezhnik.web.api.problems import Problem, Refused


def _told(code: str) -> dict[str, Any]:
    """What a header is, in both languages."""
    return {"description": say(f"api.about.{code}", "en"), "x-ru": {"description": say(f"api.about.{code}", "ru")}}


#: Any operation may answer so: no key, not allowed, slower, busy.
ALWAYS = (401, 403, 422, 429, 503)
_QUIET = {"type": "string"}
ETAG = {"ETag": {**_told("etag"), "schema": _QUIET}}
IF_MATCH = {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}, "example": '"1"',
            **_told("if_match")}
_LANG = {"in": "header", "name": "Accept-Language", "required": False,
         "schema": {"type": "string"}, "example": "en",
         **_told("accept_language")}
_RETRY = {"Retry-After": {**_told("retry_after"), "schema": {"type": "integer"}}}


def operation(router: Router, method: str, path: str, code: str, response: Any, *, status: int = 200,
              name: str | None = None, errors: Collection[int] = (), stale: Any = None, what: Words | None = None,
              headers: Mapping[str, Any] | None = None, parameters: Collection[Mapping[str, Any]] = (),
              media: Mapping[str, Any] | None = None) -> Callable[[Any], Any]:
    """A decorator that declares an operation.

    Parameters
    ----------
    code : of its sentences, ``api.op.<code>`` (one line) and ``api.op.<code>.help``
    name : its id; ``code`` unless the operation is declared for several kinds
    errors : statuses besides ``ALWAYS``, all with the schema ``Problem``
    stale : schema of status 412
    what : name of the table, for the sentences
    media : media type → schema of an answer that is a file
    """
    fields = {"what": what} if what is not None else {}

    def sentences(lang: Lang) -> tuple[str, str]:
        return say(f"api.op.{code}", lang, **fields), say(f"api.op.{code}.help", lang, **fields)

    summary, description = sentences("en")
    summary_ru, description_ru = sentences("ru")
    answers: dict[Any, Any] = {status: response, **dict.fromkeys(sorted({*ALWAYS, *errors}), Problem)}
    if stale is not None:
        answers[412] = stale
    more: dict[Any, Any] = {one: {"description": say(f"api.status.{one}", "en"),
                                  "x-ru": {"description": say(f"api.status.{one}", "ru")}} for one in answers}
    for one in (429, 503):
        more[one]["headers"] = _RETRY
    if headers:
        more[status]["headers"] = dict(headers)
    if media:
        more[status]["content"] = {one: {"schema": schema} for one, schema in media.items()}
    extra = {"parameters": [*parameters, _LANG], "responses": more,
             "x-ru": {"summary": summary_ru, "description": description_ru}}
    declare = getattr(router, method)(path, response=answers, operation_id=name or code, summary=summary,
                                      description=description, openapi_extra=extra)
    return lambda view: declare(_asked_only(view))


def _asked_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse words of the query that are not declared: a slip in a filter must not answer with everything."""
    asked = signature(view).parameters.get("asked")
    known = frozenset(get_args(asked.annotation)[0].model_fields) if asked else frozenset()

    @wraps(view)
    def checked(request: Any, **values: Any) -> Any:
        if unknown := {name: SmezhnikError("api_unknown") for name in request.GET if name not in known}:
            raise Refused(422, "api_invalid", unknown, count=len(unknown))
        return view(request, **values)

    return checked
