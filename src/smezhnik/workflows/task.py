"""One thing that needs somebody: a row of Today, an entry of the calendar of deadlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Urgency = Literal["late", "today", "week", "later"]
#: In the order of the page.
URGENCIES: tuple[Urgency, ...] = ("late", "today", "week", "later")


@dataclass(frozen=True)
class Task:
    """One row of the day.

    Attributes
    ----------
    kind : see ``today.KINDS_OF_TASK``; urgency : the group it stands in
    sign : ``bad``, ``warn``, ``half`` or ``unk``
    subject, second : what it is about, and what tells it from others
    why : code of the sentence that says why now, and its fields
    verb : code of the one verb; where : kind of the page and what names it
    th_rub : what it is about in money; None where nobody said
    day : by when; None where there is no day
    """

    kind: str
    urgency: Urgency
    sign: str
    subject: str
    why: str
    verb: str
    where: tuple[str, Any]
    second: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    th_rub: float | None = None
    day: dt.date | None = None


def urgency_of(day: dt.date, today: dt.date) -> Urgency:
    """Before today it is late; up to the end of the week it is of this week."""
    if day <= today:
        return "late" if day < today else "today"
    return "week" if day <= today + dt.timedelta(days=6 - today.weekday()) else "later"
