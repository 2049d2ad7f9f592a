"""Production calendars: which days are worked, by year, from files with their source. A year without one is unknown."""

from __future__ import annotations

import calendar as months
import datetime as dt
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from smezhnik.errors import CannotSay

_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Years whose days are known.

    Attributes
    ----------
    years : covered; off : working weekdays that are days off; worked : Saturdays and Sundays that are worked
    sources : year → act or address; unverified : years whose file nobody compared with the act
    """

    years: frozenset[int]
    off: frozenset[dt.date]
    worked: frozenset[dt.date]
    sources: tuple[tuple[int, str], ...] = ()
    unverified: frozenset[int] = frozenset()

    def is_working(self, day: dt.date) -> bool:
        """Whether the day is worked.

        Raises
        ------
        CannotSay where there is no calendar of its year: weekdays alone would be a guess.
        """
        if day.year not in self.years:
            known = [str(year) for year in sorted(self.years)]
            raise CannotSay("promises.no_calendar", year=str(day.year), known=known)
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)

    def before_day_off(self, day: dt.date) -> dt.date:
        """The day itself where it is worked, else the last working day before it."""
        while not self.is_working(day):
            day -= dt.timedelta(days=1)
        return day

    def add_working(self, day: dt.date, count: int) -> dt.date:
        """The ``count``-th working day after ``day``; before it where ``count`` is negative."""
        step = dt.timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def working_between(self, start: dt.date, end: dt.date) -> int:
        """Working days after ``start`` up to ``end``; nought where that is not later."""
        days = (start + dt.timedelta(days=number) for number in range(1, (end - start).days + 1))
        return sum(map(self.is_working, days))


def read_calendar(texts: Iterable[str]) -> Calendar:
    """A calendar from the texts of its files, one of them for a year.

    A file has ``year``, ``source``, ``status`` and the lists ``off`` (days off on weekdays) and ``worked`` (worked
    Saturdays and Sundays).
    """
    found = [tomllib.loads(text) for text in texts]
    return Calendar(
        frozenset(item["year"] for item in found), frozenset(day for item in found for day in item["off"]),
        frozenset(day for item in found for day in item["worked"]),
        tuple(sorted((item["year"], item["source"]) for item in found)),
        frozenset(item["year"] for item in found if item["status"] != "confirmed"))


def load_calendar(folder: Path | None = None) -> Calendar:
    """The shipped calendars of the country, or those of a folder: a region with days off of its own keeps its own."""
    return _read_folder(folder) if folder is not None else _shipped()


@cache
def _shipped() -> Calendar:
    return _read_folder(resources.files("smezhnik.promises") / "calendars")


def _read_folder(folder: Traversable | Path) -> Calendar:
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return read_calendar(item.read_text("utf-8") for item in files)


def months_later(day: dt.date, count: int) -> dt.date:
    """The same day so many months later, or the last day of that month; earlier where ``count`` is negative."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return dt.date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
