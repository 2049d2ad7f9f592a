"""Examples of the documentation: one story, each call with its answer; the tests tell it from beginning to end."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

#: ``{plant}`` in a path, a body or an answer: what an earlier answer gave.
PLACE = re.compile(r"\{(\w+)\}")
#: The same as a whole value, which may be a number.
WHOLE = re.compile(r'"\{(\w+)\}"')


@dataclass(frozen=True)
class Example:
    """A call and what it answers.

    Attributes
    ----------
    operation : id of the operation
    code : of the sentence that says what it shows
    method, path : the path after /api/v1
    headers : besides the key
    body : text of JSON; empty for none
    file : name, content and table of a file that is sent
    status, answer : what comes back; of an object some fields, of a list all items
    """

    operation: str
    code: str
    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: str = ""
    answer: str = ""
    file: tuple[str, str, str] | None = None


@cache
def examples() -> tuple[Example, ...]:
    """The story, in its order."""
    text = (resources.files("smezhnik.web.api") / "examples.toml").read_text("utf-8")
    found = tomllib.loads(text)["example"]
    return tuple(Example(**{**one, "headers": one.get("headers", {}), "file": tuple(one["file"]) if "file" in one
                            else None}) for one in found)


@cache
def samples() -> Mapping[str, str | int]:
    """What the page shows in the place of what an answer would give."""
    text = (resources.files("smezhnik.web.api") / "examples.toml").read_text("utf-8")
    found: dict[str, str | int] = tomllib.loads(text)["samples"]
    return found


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The text with its places filled; a place that nobody filled is a fault of the example."""
    return PLACE.sub(lambda match: str(values[match[1]]), text)


def as_curl(example: Example) -> str:
    """The call as a line of a shell, with the key in ``KEY``."""
    parts = ["curl -s" if example.method == "GET" else f"curl -s -X {example.method}",
             f"\"$HOST/api/v1{filled(example.path, samples())}\"", '-H "Authorization: Bearer $KEY"']
    parts += [f"-H '{name}: {value}'" for name, value in example.headers.items()]
    if example.body:
        parts += ["-H 'Content-Type: application/json'", f"-d '{filled(example.body, samples())}'"]
    if example.file:
        parts += [f"-F file=@{example.file[0]}", f"-F table={example.file[2]}"]
    return " \\\n  ".join(parts)


def shown_answer(example: Example) -> str:
    """The answer as the page shows it, indented."""
    if not example.answer:
        return ""
    whole = WHOLE.sub(lambda match: json.dumps(samples()[match[1]]), example.answer)
    return json.dumps(json.loads(filled(whole, samples())), ensure_ascii=False, indent=2)


def fits(expected: Any, found: Any, values: dict[str, Any]) -> bool:
    """Whether an answer is what an example says; places that nobody filled yet take what stands there."""
    match expected:
        case dict():
            return isinstance(found, dict) and all(
                name in found and fits(value, found[name], values) for name, value in expected.items())
        case list():
            return isinstance(found, list) and len(found) == len(expected) and all(
                fits(one, other, values) for one, other in zip(expected, found, strict=True))
        case str() if match := PLACE.fullmatch(expected):
            return bool(values.setdefault(match[1], found) == found)
        case str():
            return bool(filled(expected, values) == found)
    return bool(expected == found and isinstance(expected, bool) == isinstance(found, bool))
