"""What a word for a deadline means, by the rules of an office: dated data with their source, not code."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from smezhnik.errors import CannotSay, UnknownCode
from smezhnik.messages import Words
from smezhnik.promises.calendar import Calendar, months_later

#: Months of a period that an order repeats in.
PERIODS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Term:
    """How long a word gives: so many days, working or calendar; or months; or a day after the end of each period.

    Attributes
    ----------
    days, working : days, and whether only working ones count
    months : the same day so many months later, or the last one of that month
    every, day : of a word that repeats: month, quarter or year, and the day of the first month after it
    """

    days: int = 0
    working: bool = False
    months: int = 0
    every: str | None = None
    day: int = 0


@dataclass(frozen=True)
class Rules:
    """The deadline rules of an office.

    Attributes
    ----------
    start : ``signing`` or ``registration``
    terms : word in lower case → term; default : where the text has no date, None where the rules do not say
    ask_before : working days before the deadline by which an extension is asked for
    source, status : where the rules stand; ``confirmed`` (the words were seen there) or ``unverified``
    """

    name: str
    title: Words
    start: str
    terms: Mapping[str, Term]
    default: Term | None
    ask_before: int
    source: str
    status: str


def list_rules() -> tuple[str, ...]:
    """Names of the rule sets that are shipped."""
    folder = resources.files("smezhnik.promises") / "deadlines"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


@cache
def load_rules(name: str) -> Rules:
    """A shipped rule set.

    Raises
    ------
    UnknownCode where there is none of that name.
    """
    if name not in list_rules():
        raise UnknownCode("promises.no_rules", found=name, known=list(list_rules()))
    return read_rules((resources.files("smezhnik.promises") / "deadlines" / f"{name}.toml").read_text("utf-8"), name)


def read_rules(text: str, name: str) -> Rules:
    """A rule set from its text."""
    found = tomllib.loads(text)
    terms = {word: Term(**{key: value for key, value in item.items() if key != "said"})
             for item in found["words"] for word in item["said"]}
    default = found.get("default")
    return Rules(name, Words(found["title"]["ru"], found["title"]["en"]), found["start"], terms,
                 Term(**default) if default else None, found["ask_before"], found["source"], found["status"])


def find_due(rules: Rules, days: Calendar, *, word: str | None = None, signed_on: dt.date | None = None,
             registered_on: dt.date | None = None) -> dt.date:
    """The last day in time of an order, by the word that stands in it.

    A deadline that falls on a day off is the working day before it.

    Parameters
    ----------
    word : «срочно», «оперативно» …; None where the text gives no date at all

    Raises
    ------
    CannotSay where the day that it is counted from is absent, the rules do not know the word or say nothing of a text
    without a date, or there is no calendar of the year.
    """
    start = signed_on if rules.start == "signing" else registered_on
    if start is None:
        raise CannotSay("promises.no_start", what=_said(rules.start))
    if word is None:
        if rules.default is None:
            raise CannotSay("promises.no_default", rules=rules.title)
        return find_end(rules.default, start, days)
    term = rules.terms.get(word.strip().lower())
    if term is None:
        raise CannotSay("promises.no_word", rules=rules.title, found=word, known=list(rules.terms))
    return find_end(term, start, days)


def find_end(term: Term, start: dt.date, days: Calendar) -> dt.date:
    """The last day of a term that begins on ``start``; of one that repeats, that of the period ``start`` lies in."""
    if term.every is not None:
        length = PERIODS[term.every]
        first = months_later(start.replace(day=1), length - (start.month - 1) % length)
        return days.before_day_off(first.replace(day=term.day))
    if term.working:
        return days.add_working(start, term.days)
    end = months_later(start, term.months) if term.months else start + dt.timedelta(days=term.days)
    return days.before_day_off(end)


def next_due(rules: Rules, every: str, due: dt.date, days: Calendar, *, first: dt.date | None = None) -> dt.date:
    """The deadline after ``due`` of an order that repeats.

    By the word of the rules where they have one for that period; else the day of the month of ``first``, so that a day
    off in one month does not move those that follow.

    Raises
    ------
    CannotSay where there is no calendar of the year.
    """
    term = next((one for one in rules.terms.values() if one.every == every), None)
    start, step = due, PERIODS[every]
    if term is not None:
        while (end := find_end(term, start, days)) <= due:  # a day off took the deadline into the period before
            start = months_later(start.replace(day=1), step)
        return end
    anchor, count = first or due, step
    while (end := days.before_day_off(months_later(anchor, count))) <= due:
        count += step
    return end


def last_to_ask(due: dt.date, rules: Rules, days: Calendar) -> dt.date:
    """The last day on which an extension of a deadline is asked for in time."""
    return days.add_working(due, -rules.ask_before)


def _said(start: str) -> Words:
    return {"signing": Words("подписания", "signing"), "registration": Words("регистрации", "registration")}[start]
