"""The API as a whole: its operations, its description in OpenAPI 3.1, its addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI

from smezhnik.errors import SmezhnikError
from smezhnik.messages import say
from smezhnik.records.access import KINDS
from smezhnik.web.api.callers import Key, Session
from smezhnik.web.api.cases import cases_router
from smezhnik.web.api.imports import imports_router
from smezhnik.web.api.matching import matching_router
from smezhnik.web.api.problems import answer, tell_problems
from smezhnik.web.api.records import router_of
from smezhnik.web.api.work import work_router

PREFIX = "api/v1/"


@cache
def api() -> NinjaAPI:
    """The API with an operation for everything that the kinds declare; made once, when all apps are there."""
    made = NinjaAPI(title="Smezhnik", version="1", description=say("api.lead", "en"), docs_url=None, openapi_url=None,
                    auth=[Key(), Session()], urls_namespace="api")
    tell_problems(made)
    for kind in KINDS.values():
        made.add_router("", router_of(kind))
    made.add_router("", matching_router())
    made.add_router("", cases_router())
    made.add_router("", imports_router())
    made.add_router("", work_router())
    return made


@cache
def document() -> dict[str, Any]:
    """The description of the API: OpenAPI 3.1."""
    made: dict[str, Any] = json.loads(json.dumps(api().get_openapi_schema(path_prefix=f"/{PREFIX}")))
    return made


def openapi(request: HttpRequest) -> HttpResponse:
    """The description, for programs; no secret stands in it, but it is for users."""
    for caller in (Key(), Session()):
        if caller(request):
            return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})
    return answer(request, 401, SmezhnikError("api_unauthorised"))


def absent(request: HttpRequest, **_: Any) -> HttpResponse:
    """404 for an address that the API does not have."""
    return answer(request, 404, SmezhnikError("api_absent"))


def _open(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that asks for a key by itself, and refuses other methods with the same schema as everything else."""
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        made = view(request, *args, **kwargs)
        if made.status_code != 405:
            return made
        told = answer(request, 405, SmezhnikError("api_method"))
        told.headers["Allow"] = made.headers.get("Allow", "")
        return told

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # a session is asked for its token by ``Session``
    answered.login_required = False  # type: ignore[attr-defined]
    return answered


def urls() -> list[URLPattern]:
    """The addresses of the API, the last of them for whatever it does not have."""
    patterns, _, _ = api().urls
    named = [path(f"{PREFIX}{one.pattern}", _open(one.callback), name=f"api:{one.name}") for one in patterns
             if one.name != "api-root"]
    return [path(f"{PREFIX}openapi.json", _open(openapi), name="api:openapi"), *named,
            path("api/v1/<path:rest>", _open(absent), name="api:absent")]
