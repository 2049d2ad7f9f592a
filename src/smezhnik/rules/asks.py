"""What kind of answer a fact of the cluster takes: an answer of another kind is no answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

AskKind = Literal["flag", "number", "day", "days", "word"]


@dataclass(frozen=True)
class Ask:
    """The kind of answer; for a word, the words that rules tell apart (letter case aside)."""

    kind: AskKind
    words: tuple[str, ...] = ()

    def fit(self, value: object) -> object | None:
        """The answer; None where nobody gave one or it is of another kind: "perhaps" is no "no"."""
        match self.kind:
            case "flag":
                return value if isinstance(value, bool) else None
            case "number":
                return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
            case "day":
                return value if isinstance(value, dt.date) else None
            case "days":
                return find_days(value) or None
            case "word":
                said = value.strip().casefold() if isinstance(value, str) else None
                return next((word for word in self.words if word.casefold() == said), None)

    def joined(self, other: Ask) -> Ask:
        """What two rules ask of one fact: words of both."""
        return Ask(self.kind, tuple(dict.fromkeys((*self.words, *other.words))))


def find_days(value: object) -> tuple[dt.date, ...]:
    """One day or several as days in their order, each once; empty where one of them is none."""
    given = tuple(value) if isinstance(value, list | tuple) else (value,)
    days = tuple(day for day in given if isinstance(day, dt.date))
    return tuple(sorted(set(days))) if len(days) == len(given) else ()
