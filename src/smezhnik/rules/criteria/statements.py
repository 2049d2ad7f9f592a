"""Facts of the cluster as a whole: of its specialised organisation, its documents, its days. No member changes them."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from smezhnik.rules.asks import Ask
from smezhnik.rules.criteria.base import Missing, Outcome, Reader, Test, compare, kind, lacking, read_bound
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.facts import CLUSTER, Bools, Facts
from smezhnik.rules.forms import Fixed, Form, Truth, all_of
from smezhnik.rules.law import Law


@dataclass(frozen=True)
class _Statement(Test):
    """A test whose form is fixed."""

    def shape(self, facts: Facts, law: Law) -> Form:
        return Fixed(self._truth(facts, law))

    @abstractmethod
    def _truth(self, facts: Facts, law: Law) -> Truth:
        """Whether it is so; None where nobody told."""


@dataclass(frozen=True)
class _OfFact(_Statement):
    """A statement on one fact of the cluster."""

    fact: str

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        truth = self._truth(facts, law)
        missing = (Missing("cluster", CLUSTER, self.fact),) if truth is None else ()
        return Outcome(truth, missing=missing, lacking=(self.fact,) if truth is False else ())


@kind("fact")
@dataclass(frozen=True)
class FactIs(_OfFact):
    """A fact of the cluster has one of the values."""

    values: tuple[object, ...]

    def _truth(self, facts: Facts, law: Law) -> Truth:
        found = law.told(facts, self.fact)
        return None if found is None else any(found == value and type(found) is type(value) for value in self.values)

    def asks(self) -> Mapping[str, Ask]:
        words = tuple(value for value in self.values if isinstance(value, str))
        return {self.fact: Ask("word", words) if words else Ask("flag")}

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        fact = cursor.text("fact")
        value = cursor.take("is", (bool, str, list), "value", need=True)
        values = tuple(value) if isinstance(value, list) else (value,)
        return None if fact is None or value is None else cls(fact, values)


@kind("number")
@dataclass(frozen=True)
class NumberIs(_Statement):
    """A number of the cluster is at least (or at most) a parameter."""

    fact: str
    bound: str
    sense: str

    def asks(self) -> Mapping[str, Ask]:
        return {self.fact: Ask("number")}

    def _found(self, facts: Facts, law: Law) -> float | None:
        found = law.told(facts, self.fact)
        return found if isinstance(found, float) else None

    def _truth(self, facts: Facts, law: Law) -> Truth:
        found = self._found(facts, law)
        return None if found is None else compare(found, found, law.number(self.bound), _sense(self.sense))

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        found, truth, needed = self._found(facts, law), self._truth(facts, law), law.number(self.bound)
        unit = law.terms[self.bound].parameter.unit
        missing = (Missing("cluster", CLUSTER, self.fact),) if truth is None else ()
        return Outcome(truth, found, needed, unit, _sense(self.sense), (), missing,
                       shortfall=lacking(found, needed, _sense(self.sense), truth), shortfall_unit=unit)

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        fact, bound = cursor.text("fact"), read_bound(cursor)
        return None if fact is None or bound is None else cls(fact, *bound)


@kind("window")
@dataclass(frozen=True)
class InWindow(_OfFact):
    """A day of the cluster lies in a window: from ``opens``, its day included, to ``closes``, its day not."""

    opens: dt.date | None
    closes: dt.date | None

    def asks(self) -> Mapping[str, Ask]:
        return {self.fact: Ask("day")}

    def _truth(self, facts: Facts, law: Law) -> Truth:
        found = law.told(facts, self.fact)
        if not isinstance(found, dt.date):
            return None
        return (self.opens is None or self.opens <= found) and (self.closes is None or found < self.closes)

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        fact, opens, closes = cursor.text("fact"), cursor.date("opens", need=False), cursor.date("closes", need=False)
        if opens is None and closes is None:
            cursor.fault("window_without_days")
        elif opens is not None and closes is not None and closes <= opens:
            cursor.fault("period_empty", "closes", since=opens, until=closes)
        return None if fact is None else cls(fact, opens, closes)


@kind("documents")
@dataclass(frozen=True)
class HasDocuments(_Statement):
    """Every document of the list exists on the day, with every part that it must have."""

    documents: tuple[str, ...]


    def references(self) -> tuple[tuple[str, str], ...]:
        return tuple(("documents", code) for code in self.documents)

    def _facts(self, facts: Facts, law: Law) -> dict[str, Truth]:
        """Whether every document is there, and every part of those that are; None: nobody told."""
        found: dict[str, Truth] = {}
        for code in self.documents:
            there, parts = facts.cluster.get(f"document.{code}"), facts.cluster.get(f"document.{code}.parts")
            found[f"document.{code}"] = there if isinstance(there, bool) else None
            if there is False:
                continue  # what is not there has no parts to ask for
            for part, title in law.documents[code].parts:
                names = {part, title.ru.casefold(), title.en.casefold()}
                found[f"document.{code}.{part}"] = \
                    None if not isinstance(parts, tuple) else any(str(name).casefold() in names for name in parts)
        return found

    def _truth(self, facts: Facts, law: Law) -> Truth:
        return all_of(list(self._facts(facts, law).values()))

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        found, truth = self._facts(facts, law), self._truth(facts, law)
        missing = tuple(Missing("cluster", CLUSTER, name) for name, told in found.items() if told is None)
        there = sum(found[f"document.{code}"] is True for code in self.documents)
        return Outcome(truth, float(there), float(len(self.documents)), "object",
                       missing=missing if truth is None else (),
                       lacking=tuple(name for name, told in found.items() if told is False))

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        documents = cursor.texts("documents", need=True)
        return cls(documents) if documents else None


def _sense(sense: str) -> Literal['>=', '<=']:
    return ">=" if sense == ">=" else "<="
