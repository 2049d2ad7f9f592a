"""What the law is on one day: the values, lists and documents that the criteria of that day refer to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from smezhnik.rules.lists import Document, Territories
from smezhnik.rules.parameters import Term


@dataclass(frozen=True)
class Law:
    """Parameters with a value on the day, territory lists, documents."""

    on: dt.date
    terms: Mapping[str, Term]
    territories: Mapping[str, Territories]
    documents: Mapping[str, Document]

    def number(self, code: str) -> float:
        """The value of a parameter; nan where it is known that nobody knows it."""
        number = self.terms[code].value.number
        return float("nan") if number is None else number
