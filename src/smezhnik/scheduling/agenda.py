"""The agenda of a sitting that writes itself from what is open on the day.

Subjects stand by kind in the order of ``KINDS``, within a kind the most urgent first. A kind may take half of the
length at first, so that overdue orders do not push every need out; what is left of the time is then given in the same
order. What does not fit is the backlog: nothing disappears.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from smezhnik.errors import InputError

#: Kinds of subjects in the order in which they are heard → usual minutes of one.
KINDS: Mapping[str, int] = MappingProxyType({
    "overdue_order": 5, "due_order": 3, "problem": 10, "open_need": 5, "new_candidate": 4, "expiring": 3,
    "closing_measure": 3, "promise_behind": 5,
})
#: Length of an hour, and what part of it one kind may take while others wait.
LENGTH, MOST_SHARE = 60, 0.5


@dataclass(frozen=True)
class Subject:
    """Something that is open.

    Attributes
    ----------
    kind : of ``KINDS``
    record : public id of what it is about
    title : what is heard
    since, due : first day it is open, day by which something must happen; the reason names them
    speaker : post or organisation that reports
    minutes : None takes the usual ones of the kind
    fields : what the sentence of the reason names besides
    """

    kind: str
    record: str
    title: str
    since: dt.date | None = None
    due: dt.date | None = None
    speaker: str = ""
    minutes: int | None = None
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line of an agenda: the subject, its minutes, and days since or to the day that makes it urgent.

    ``days`` is negative for what is overdue; None where no day is known, which says less than any day.
    """

    subject: Subject
    minutes: int
    days: int | None


@dataclass(frozen=True)
class Agenda:
    """Lines in the order in which they are heard, their minutes in all, and what waits for the next sitting."""

    lines: tuple[Line, ...]
    backlog: tuple[Line, ...]
    minutes: int
    length: int


def write_agenda(subjects: Iterable[Subject], *, on: dt.date, length: int = LENGTH, opening: int = 0) -> Agenda:
    """The agenda of a sitting.

    Parameters
    ----------
    on : the day of the sitting
    length : minutes of the sitting; opening : minutes that are spoken for (greeting, walk through the plant)

    Returns
    -------
    lines that fit, by kind and urgency: the nearest or longest past day first, then the longest open, then the id; a
    line that would not fit whole waits, shorter ones behind it may still be heard.

    Raises
    ------
    InputError where a kind is unknown or the sitting has no length.
    """
    if length <= 0 or not 0 <= opening <= length:
        raise InputError("agenda_length", length=length, opening=opening)
    order = {kind: at for at, kind in enumerate(KINDS)}
    lines = []
    for subject in subjects:
        if subject.kind not in order:
            raise InputError("agenda_kind", found=subject.kind, kinds=list(KINDS))
        days = (subject.due - on).days if subject.due else (on - subject.since).days if subject.since else None
        lines.append(Line(subject, KINDS[subject.kind] if subject.minutes is None else max(subject.minutes, 1), days))
    lines.sort(key=lambda line: (order[line.subject.kind], line.subject.due or dt.date.max,
                                 line.subject.since or dt.date.max, line.subject.record))
    taken: set[int] = set()
    spent = opening
    for most in (length * MOST_SHARE, float(length)):
        of_kind: dict[str, int] = {}
        for at, line in enumerate(lines):
            kind = line.subject.kind
            if at in taken:
                of_kind[kind] = of_kind.get(kind, 0) + line.minutes
            elif spent + line.minutes <= length and of_kind.get(kind, 0) + line.minutes <= most:
                taken.add(at)
                spent += line.minutes
                of_kind[kind] = of_kind.get(kind, 0) + line.minutes
    return Agenda(tuple(line for at, line in enumerate(lines) if at in taken),
                  tuple(line for at, line in enumerate(lines) if at not in taken), spent, length)
