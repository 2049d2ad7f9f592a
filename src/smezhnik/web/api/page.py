"""The documentation of the API as pages of the workplace, drawn from its description: nothing is told twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from smezhnik.messages import format_number, say
from smezhnik.types import Lang
from smezhnik.web.api.build import document
from smezhnik.web.api.examples import as_curl, examples, shown_answer

_PREFIX = "#/components/schemas/"


@dataclass(frozen=True)
class Told:
    """An operation as the page shows it; texts are in the language of the page."""

    name: str
    method: str
    path: str
    group: str
    summary: str
    description: str
    parameters: tuple[Mapping[str, str], ...]
    body: str
    answers: tuple[tuple[str, str, str], ...]
    examples: tuple[Mapping[str, Any], ...]


def told(lang: Lang) -> Iterator[Told]:
    """Every operation, in the order of the description."""
    for path, some in document()["paths"].items():
        for method, one in some.items():
            summary, description = _about(one, lang, "summary"), _about(one, lang)
            content = one.get("requestBody", {}).get("content", {})
            yield Told(
                one["operationId"], method.upper(), path, one["tags"][0], summary, description,
                tuple({"name": given["name"], "where": given["in"], "need": given.get("required", False),
                       "kind": kind_of(given["schema"], lang),
                       "about": _about({**given["schema"], **given}, lang)}
                      for given in one["parameters"]),
                next((_name(kind["schema"]) for kind in content.values()), ""),
                tuple((code, _about(answer, lang), next((_name(kind["schema"]) for kind in answer.get(
                    "content", {}).values()), "")) for code, answer in sorted(one["responses"].items())),
                tuple({"about": say(example.code, lang), "call": as_curl(example), "status": example.status,
                       "answer": shown_answer(example)} for example in examples()
                      if example.operation == one["operationId"]))


def groups(lang: Lang) -> dict[str, list[Told]]:
    """Operations by what they are about."""
    found: dict[str, list[Told]] = {}
    for one in told(lang):
        found.setdefault(one.group, []).append(one)
    return found


def schemas(some: list[Told], lang: Lang) -> dict[str, list[dict[str, Any]]]:
    """The fields of every schema that the operations lead to, each schema once."""
    waiting = [name for one in some for name in (one.body, *(name for _, _, name in one.answers)) if name]
    found: dict[str, list[dict[str, Any]]] = {}
    while waiting:
        name = waiting.pop(0)
        schema = document()["components"]["schemas"].get(name)
        if name in found or schema is None:
            continue
        found[name] = []
        needed = schema.get("required", [])
        for field, about in schema.get("properties", {}).items():
            refers = list(_names(about))
            waiting += refers
            found[name].append({"name": field, "title": _about(about, lang, "title"), "need": field in needed,
                                "about": _about(about, lang), "kind": kind_of(about, lang),
                                "refers": refers[0] if refers else ""})
    return found


def _about(found: Mapping[str, Any], lang: Lang, what: str = "description") -> str:
    """Title or description in the language of the reader; nothing where only a machine gave it one."""
    words = found.get("x-ru", {})
    return str(words.get(what, "") if lang == "ru" or what not in words else found[what])


def kind_of(schema: Mapping[str, Any], lang: Lang) -> str:
    """What a value is, in words: «текст, до 10 000 знаков», «число от 0», one of some words."""
    if "anyOf" in schema:
        some = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return kind_of(some[0], lang) if len(some) == 1 else ""
    if "enum" in schema or "const" in schema:
        return ", ".join(map(str, schema.get("enum", [schema.get("const")])))
    if "$ref" in schema:
        return _name(schema)
    kind = schema.get("format") or schema.get("type", "any")
    if kind == "array":
        return say("api.kind.array", lang, of=kind_of(schema.get("items", {}), lang))
    words = [say(f"api.kind.{kind}", lang)]
    if "maxLength" in schema:
        words.append(say("api.kind.letters", lang, most=schema["maxLength"]))
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and low > -1e15:
        words.append(say("api.kind.from", lang, low=format_number(low, lang)))
    if high is not None and high < 1e15:
        words.append(say("api.kind.to", lang, high=format_number(high, lang)))
    return ", ".join(words)


def _names(schema: Any) -> Iterator[str]:
    """Names of the schemas that a schema refers to."""
    if isinstance(schema, dict):
        if str(schema.get("$ref", "")).startswith(_PREFIX):
            yield _name(schema)
        for value in schema.values():
            yield from _names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _names(value)


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).removeprefix(_PREFIX) or next(_names(schema), "")


def index(request: Any) -> HttpResponse:
    """How to call: key, versions, parts of lists, limits, refusals; a story of examples; all operations."""
    return render(request, "api.html", {
        "groups": groups(request.lang), "limits": settings.LIMITS, "host": f"{request.scheme}://{request.get_host()}",
        "story": [{"operation": one, "example": example} for example in examples()
                  for one in told(request.lang) if one.name == example.operation],
        "curl": as_curl, "shown_answer": shown_answer, "problem": schemas([_of_problem()], request.lang)["Problem"]})


def group(request: Any, name: str) -> HttpResponse:
    """The operations of one group, with everything that they take and answer."""
    some = groups(request.lang).get(name)
    if some is None:
        raise Http404
    return render(request, "api_group.html", {"name": name, "operations": some,
                                              "schemas": schemas(some, request.lang)})


def _of_problem() -> Told:
    return Told("", "", "", "", "", "", (), "Problem", (), ())
