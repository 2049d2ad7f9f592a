"""The time of an event, cut into slots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from smezhnik.errors import InputError


@dataclass(frozen=True, slots=True)
class Slot:
    """When one meeting takes place. ``number`` counts from 1 through all days."""

    number: int
    starts: dt.datetime
    ends: dt.datetime


def make_slots(days: Sequence[dt.date], opens: dt.time, closes: dt.time, *, minutes: int = 25, pause_minutes: int = 5,
               lunch: tuple[dt.time, dt.time] | None = None) -> tuple[Slot, ...]:
    """Slots of every day from opening to closing; what does not fit whole, or touches lunch, is left out.

    Parameters
    ----------
    days : days of the event; repeated ones count once, in the order of the calendar
    minutes, pause_minutes : length of a meeting, and of the way to the next table

    Raises
    ------
    InputError where a meeting lasts no time, or a day closes before it opens.
    """
    if minutes <= 0 or pause_minutes < 0:
        raise InputError("slots_length", minutes=minutes, pause=pause_minutes)
    if closes <= opens:
        raise InputError("slots_hours", opens=opens.isoformat("minutes"), closes=closes.isoformat("minutes"))
    length, pause = dt.timedelta(minutes=minutes), dt.timedelta(minutes=pause_minutes)
    found: list[Slot] = []
    for day in sorted(set(days)):
        at, end = dt.datetime.combine(day, opens), dt.datetime.combine(day, closes)
        rest = [dt.datetime.combine(day, moment) for moment in lunch] if lunch else None
        while at + length <= end:
            if rest and at < rest[1] and at + length > rest[0]:
                at = rest[1]
                continue
            found.append(Slot(len(found) + 1, at, at + length))
            at += length + pause
    return tuple(found)
