"""What the law is on one day: the values, lists and documents that the criteria of that day refer to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from smezhnik.rules.asks import Ask
from smezhnik.rules.facts import Facts
from smezhnik.rules.lists import Document, Territories
from smezhnik.rules.parameters import Term


@dataclass(frozen=True)
class Law:
    """Parameters with a value on the day, territory lists, documents; what kind of answer each fact takes."""

    on: dt.date
    terms: Mapping[str, Term]
    territories: Mapping[str, Territories]
    documents: Mapping[str, Document]
    asks: Mapping[str, Ask] = field(default_factory=dict)

    def told(self, facts: Facts, name: str) -> object | None:
        """A fact of the cluster; None where it is absent or no answer to what is asked."""
        value = facts.cluster.get(name)
        return self.asks[name].fit(value) if name in self.asks else value

    def number(self, code: str) -> float:
        """The value of a parameter; nan where it is known that nobody knows it."""
        number = self.terms[code].value.number
        return float("nan") if number is None else number
