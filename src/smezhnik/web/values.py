"""A value that somebody enters, as a file would give it: one meaning of a column, whichever way it comes in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import polars as pl

from smezhnik.classifiers.regions import load_regions
from smezhnik.errors import Fault, InputError, InputFaults
from smezhnik.io.cells import EXCEL_ERRORS, choice_word
from smezhnik.io.grid import clean
from smezhnik.io.reference import find_reader
from smezhnik.messages import Words, catalogue, say
from smezhnik.tables import ColumnInfo
from smezhnik.types import Lang

#: Digits of the largest key that a database holds, less one.
DIGITS = 18


def settle(column: str, about: ColumnInfo, value: Any) -> Any:
    """The canonical value: blanks around a text gone, a code in its own spelling, a unit by its name; nothing is None.

    What is settled and written to a file is read back from it without change.

    Raises
    ------
    InputFaults where the value is not one of the column: a wrong check digit, a code that does not exist.
    """
    if isinstance(value, list):
        items = [item for item in (_text(str(one)) for one in value) if item is not None]
        read = find_reader(column)
        return items if read is None or not items else _read(column, read, json.dumps(items, ensure_ascii=False))
    if not isinstance(value, str):
        return value
    text = _text(value)
    if text is None:
        return None
    if EXCEL_ERRORS.fullmatch(text):
        raise InputFaults([Fault("excel_error", {"found": text})])
    read = find_reader(column)
    return text if read is None or about.kind not in ("text", "code") else _read(column, read, text)


@cache
def region_names(lang: Lang) -> Mapping[str, str]:
    """Region → its name."""
    frame = load_regions()
    return dict(zip(frame["region"], frame["name_en" if lang == "en" else "name_ru"], strict=True))


def word_of(group: str, code: str, lang: Lang) -> str:
    """A code in the reader's words, where the catalogues have them.

    A choice is said as in files, unless pages have a word of their own.
    """
    entry = f"{group}.{code}"
    if entry in catalogue():
        return say(entry, lang)
    return choice_word(code, lang) if group == "web.choice" else code


def label_of(about: ColumnInfo, lang: Lang) -> str:
    """What a column is called."""
    return about.en if lang == "en" else about.ru


#: Browsers and systems as they name themselves, the more special first: many a one claims to be another, too.
_BROWSERS = (("YaBrowser", {"ru": "Яндекс Браузер", "en": "Yandex Browser"}), ("Edg/", {"ru": "Edge", "en": "Edge"}),
             ("OPR/", {"ru": "Opera", "en": "Opera"}), ("Firefox/", {"ru": "Firefox", "en": "Firefox"}),
             ("Chrome/", {"ru": "Chrome", "en": "Chrome"}), ("Safari/", {"ru": "Safari", "en": "Safari"}))
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")


def device(agent: str, lang: Lang) -> str:
    """A browser and its system out of what it says of itself: «Chrome, Linux»; a program by its name."""
    browser = next((words[lang] for mark, words in _BROWSERS if mark in agent), agent.partition("/")[0])
    system = next((name for name in _SYSTEMS if name in agent), "")
    return ", ".join(part for part in (browser, system) if part)


def whole_number(text: str) -> int:
    """A whole number as an address or a form gives it; 0 for anything else, and for one that no key can be."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else 0


def check_needed(about: ColumnInfo, value: Any) -> None:
    """InputError where a column that no row may lack has nothing in it."""
    if value is None or value == "":
        raise InputError("value_needed", column=Words(about.ru, about.en))


def _text(value: str) -> str | None:
    found: str | None = clean(pl.Series([value], dtype=pl.String))[0]
    return found


def _read(column: str, read: Any, text: str) -> Any:
    reading = read(text)
    if reading.code and reading.value is None:
        raise InputFaults([Fault(reading.code, reading.fields)])
    return reading.value
