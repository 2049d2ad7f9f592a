"""Sentences for people, Russian and English side by side, each defined once.

A catalogue is ``messages/<room>.toml``; an entry is a table with a Russian and an English sentence::

    ["fault.unknown_unit"]
    ru = "единица «{found}» не найдена в ОКЕИ. Ближайшие: {nearest}."
    en = "unit “{found}” is not in OKEI. Nearest: {nearest}."

``{name}`` inserts a value as its language writes it (groups of thousands, decimal comma, dates); ``{name:.2f}``
fixes the decimals, ``{name:+.2f}`` the sign; ``{name:raw}`` inserts it untouched;
``{count:строка|строки|строк}`` picks the plural form that agrees with the number.
"""

from __future__ import annotations

import datetime as dt
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from smezhnik.types import Lang

NBSP = "\u00a0"
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Words:
    """A field that each language says in its own words: the header of a column, the name of a table."""

    ru: str
    en: str


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All entries: code → language → template. A code defined in two catalogues is an error."""
    entries: dict[str, Mapping[str, str]] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda item: item.name):
        if not file.name.endswith(".toml"):
            continue
        for code, texts in tomllib.loads(file.read_text("utf-8")).items():
            if code in entries:
                raise ValueError(f"{file.name}: the code {code} is defined twice")
            entries[code] = texts
    return entries


def say(code: str, lang: Lang, /, **fields: object) -> str:
    """The sentence of ``code`` in ``lang`` with its fields put in.

    Raises KeyError when the catalogues have no such code: a missing sentence is a fault of ours.
    """
    return "".join(literal if name is None else literal + _insert(fields[name], spec, lang)
                   for literal, name, spec in _pieces(code, lang))


@cache
def _pieces(code: str, lang: Lang) -> tuple[tuple[str, str | None, str], ...]:
    """A template taken apart once, since sentences are said for every row: text, field, how the field is written."""
    return tuple((literal, name, spec or "")
                 for literal, name, spec, _ in string.Formatter().parse(catalogue()[code][lang]))


def plural(count: float, forms: str, lang: Lang) -> str:
    """The form that agrees with ``count``: ``one|few|many`` in Russian, ``one|other`` in English."""
    choices = forms.split("|")
    if lang == "en":
        return choices[0] if count == 1 else choices[1]
    if count != int(count):
        return choices[1]
    last, last_two = abs(int(count)) % 10, abs(int(count)) % 100
    if last == 1 and last_two != 11:
        return choices[0]
    return choices[1] if 2 <= last <= 4 and not 12 <= last_two <= 14 else choices[2]


def format_number(value: float, lang: Lang, decimals: int | None = None, *, sign: bool = False) -> str:
    """A number as the language writes it: ``1 486``, ``0,91``, ``+1,42``, ``−0,60`` / ``1,486``, ``0.91``.

    Without ``decimals`` whole numbers have none and others at most three, without trailing zeros.
    Thousands are parted by U+00A0 in Russian.
    """
    shown = f"{abs(value):,.{3 if decimals is None else decimals}f}"
    if decimals is None:
        shown = shown.rstrip("0").rstrip(".")
    if lang == "ru":
        shown = shown.replace(",", NBSP).replace(".", ",")
    if value < 0 and shown.strip("0,." + NBSP):
        return MINUS + shown
    return f"+{shown}" if sign else shown


def format_date(value: dt.date, lang: Lang) -> str:
    """``22.11.2026`` in Russian, ``2026-11-22`` in English."""
    return f"{value:%d.%m.%Y}" if lang == "ru" else value.isoformat()


def format_value(value: object, lang: Lang) -> str:
    """Any field as text: absent is «–», lists are joined, numbers and dates by the language."""
    match value:
        case None:
            return "–"
        case bool():
            return {"ru": ("нет", "да"), "en": ("no", "yes")}[lang][value]
        case int() | float():
            return format_number(value, lang)
        case dt.datetime():
            return f"{format_date(value.date(), lang)}, {value:%H:%M}"
        case dt.date():
            return format_date(value, lang)
        case str():
            return value
        case Words():
            return value.en if lang == "en" else value.ru
        case Iterable():
            return ", ".join(format_value(item, lang) for item in value)
    return str(value)


def _insert(value: Any, spec: str, lang: Lang) -> str:
    """A field as its template wants it written."""
    if not spec:
        return format_value(value, lang)
    if "|" in spec:
        return plural(value, spec, lang)
    if spec == "raw":
        return str(value)
    if value is None:
        return format_value(None, lang)
    return format_number(value, lang, int(spec.strip("+.f")), sign=spec.startswith("+"))
