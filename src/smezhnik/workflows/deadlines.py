"""What is due, as a calendar (RFC 5545) that any calendar program shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from icalendar import Calendar, Event

from smezhnik.messages import say
from smezhnik.types import Lang
from smezhnik.workflows.task import Task

#: Tasks that only say that something is soon which has an entry of its own.
_OWN_ENTRY = ("today.meeting.soon",)


def calendar_of(tasks: Sequence[Task], lang: Lang, *, made_at: dt.datetime, address: Callable[[Task], str],
                entries: Iterable[Event] = ()) -> bytes:
    """One whole-day entry for each task that has a day; those without one are left out.

    Parameters
    ----------
    tasks : as ``tasks_of`` finds them for a viewer
    made_at : stamp of the entries
    address : task → where it is dealt with; also what tells one entry from another, so that a program that reads the
        calendar again moves an entry and does not double it
    entries : meetings and events, at their hours
    """
    made = Calendar()
    made.add("prodid", "-//Smezhnik//Deadlines//RU")
    made.add("version", "2.0")
    made.add("x-wr-calname", say("web.deadlines", lang))
    for task in tasks:
        if task.day is None or task.why in _OWN_ENTRY:
            continue
        entry, where = Event(), address(task)
        entry.add("uid", f"{sha256(f'{where} {task.why}'.encode()).hexdigest()[:24]}@smezhnik")
        entry.add("dtstamp", made_at)
        entry.add("dtstart", task.day)
        entry.add("summary", say("web.deadlines.entry", lang, what=say(f"today.of.{task.kind}", lang),
                                 subject=task.subject))
        entry.add("description", task.second or task.subject)
        entry.add("url", where)
        made.add_component(entry)
    for entry in entries:
        made.add_component(entry)
    content: bytes = made.to_ical()
    return content
