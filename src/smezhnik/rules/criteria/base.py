"""What every kind of criterion can do: judge members, and say its form to a composer."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import ClassVar, Literal, TypeVar

import numpy as np

from smezhnik.rules.asks import Ask
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.facts import Bools, Facts, Floats
from smezhnik.rules.forms import AnyOf, Fixed, Form, Truth, reaches
from smezhnik.rules.law import Law


@dataclass(frozen=True)
class Missing:
    """A fact without which nobody can say: whose it is and which.

    ``holder``: ``member`` and ``contract`` (``owner`` is their own id), ``cluster``, or ``law`` (a number of the law
    that nobody knows; ``fact`` is the code of the parameter). ``parties`` of a contract are the ids of those to ask.
    """

    holder: Literal["member", "contract", "cluster", "law"]
    owner: str
    fact: str
    parties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Each:
    """How one member stands with a rule that every member must meet.

    ``found`` and ``needed`` are shares of the member's own number; None where absent facts forbid to say.
    ``excused``: falls short, but is one of the exceptions that the rule allows.
    """

    position: int
    truth: Truth
    found: float | None
    needed: float | None
    shortfall: float | None = None
    excused: bool = False


@dataclass(frozen=True)
class Inner:
    """What of a member's own number the rule counts as traded inside, thousand roubles a year; None: absent facts."""

    position: int
    inside: float | None
    whole: float | None


@dataclass(frozen=True)
class Outcome:
    """What a test found.

    Attributes
    ----------
    truth : met, not met, or None: cannot say
    found, needed : the number compared and the number asked for, in ``unit``; None where there is none
    sense : ``>=`` at least, ``<=`` at most
    concerned : positions of the members that the outcome is about: who counts, or who falls short
    missing : facts that are absent, where the truth is None because of them
    lacking : facts of the cluster that are known to be absent or wrong (a document that does not exist)
    each : every member's standing, where the rule is about every member
    parts : outcomes of the tests that this one is made of; the first one of a switch is its condition
    shortfall : how much is lacking, in ``shortfall_unit``: for shares of sums the unit of the sum
    inner : what the rule counted of every member whose number it weighs, where it is about shares of trade
    every : the rule is about every member; found and needed count those who meet it and those who must
    """

    truth: Truth
    found: float | None = None
    needed: float | None = None
    unit: str | None = None
    sense: Literal[">=", "<="] = ">="
    concerned: tuple[int, ...] = ()
    missing: tuple[Missing, ...] = ()
    lacking: tuple[str, ...] = ()
    each: tuple[Each, ...] = ()
    inner: tuple[Inner, ...] = ()
    parts: tuple[Outcome, ...] = ()
    shortfall: float | None = None
    shortfall_unit: str | None = None
    every: bool = False


#: Number of a member → its unit.
NUMBER_UNITS = {"output": "th_rub", "purchases": "th_rub", "jobs": "person", "high_productivity_jobs": "person"}


#: Fields of a test that hold codes of parameters.
OWN = ("bound", "exempt", "bounds")


class Part(ABC):
    """What tests are made of: a choice of members, or a test."""

    @abstractmethod
    def parameters(self) -> tuple[str, ...]:
        """Codes of the parameters that it needs."""

    @abstractmethod
    def references(self) -> tuple[tuple[str, str], ...]:
        """Lists that it refers to: (``territories`` or ``documents``, code)."""


@dataclass(frozen=True)
class Test(Part):
    """A kind of criterion. ``judge`` and ``form`` mean the same: a property test holds them together.

    What a kind needs of the law follows from its fields: parameters stand in those named in ``OWN``, and whatever its
    parts need it needs too, in the order of the fields.
    """

    __test__: ClassVar[bool] = False  # pytest would take the name for a test of its own

    @abstractmethod
    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        """Judge, all parameters being known."""

    @abstractmethod
    def shape(self, facts: Facts, law: Law) -> Form:
        """The form, all parameters being known."""

    def parameters(self) -> tuple[str, ...]:
        tests = (part for part in self._parts() if isinstance(part, Test))
        return (*self._own(), *(code for test in tests for code in test.parameters()))

    def references(self) -> tuple[tuple[str, str], ...]:
        return tuple(found for part in self._parts() for found in part.references())

    def asks(self) -> Mapping[str, Ask]:
        """Facts of the cluster that it asks for itself, and what kind of answer each takes."""
        return {}

    def inside(self) -> Iterator[Test]:
        """The test and every test inside it."""
        yield self
        for part in self._parts():
            if isinstance(part, Test):
                yield from part.inside()

    def judge(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        """Judge these members.

        A parameter whose number nobody knows gives None; so does falling short of a number that is only known to be
        strict enough (``parameters.Known``).
        """
        if unknown := self._unknown(law):
            return Outcome(None, missing=tuple(Missing("law", "law", code) for code in unknown))
        outcome = self.measure(facts, member, law)
        if outcome.truth is False and (loose := self._loose(law)):
            return replace(outcome, truth=None, missing=tuple(Missing("law", "law", code) for code in loose))
        return outcome

    def form(self, facts: Facts, law: Law) -> Form:
        """The shape of the same rule for a composer."""
        if self._unknown(law):
            return Fixed(None)
        shape = self.shape(facts, law)
        return AnyOf((shape, Fixed(None))) if self._loose(law) else shape

    def _parts(self) -> Iterator[Part]:
        """Choices of members and tests that it is made of, in the order of its fields."""
        for attribute in fields(self):
            yield from (item for item in _several(getattr(self, attribute.name)) if isinstance(item, Part))

    def _own(self) -> tuple[str, ...]:
        """Parameters of its own fields and of its choices of members, not those of the tests in it."""
        named = [code for name in OWN for code in _several(getattr(self, name, None)) if isinstance(code, str)]
        chosen = [code for part in self._parts() if not isinstance(part, Test) for code in part.parameters()]
        return (*named, *chosen)

    def _unknown(self, law: Law) -> list[str]:
        return [code for code in self._own() if np.isnan(law.number(code))]

    def _loose(self, law: Law) -> list[str]:
        return [code for code in self._own() if law.terms[code].value.known == "no_stricter"]


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


@dataclass
class Reader:
    """Reads the test of a table by its ``kind``; ``known`` are the parameters and lists of the pack."""

    kinds: dict[str, Callable[[Cursor, Reader], Test | None]] = field(default_factory=dict)

    def read(self, cursor: Cursor) -> Test | None:
        kind = cursor.choice("kind", sorted(self.kinds))
        return None if kind is None else self.kinds[kind](cursor, self)

    def read_inner(self, cursor: Cursor, key: str, *, need: bool = True) -> Test | None:
        """The test inside the key of a table."""
        inner = cursor.table(key, need=need)
        return None if inner is None else self.read_whole(inner)

    def read_whole(self, cursor: Cursor) -> Test | None:
        test = self.read(cursor)
        if test is not None:  # of an unknown kind nobody knows which keys it has
            cursor.done()
        return test


READER = Reader()
TestKind = TypeVar("TestKind", bound=Test)


def kind(name: str) -> Callable[[type[TestKind]], type[TestKind]]:
    """Register a kind of criterion under the name that packs write."""

    def made(cls: type[TestKind]) -> type[TestKind]:
        READER.kinds[name] = cls.read  # type: ignore[attr-defined]
        return cls

    return made


def read_bound(cursor: Cursor) -> tuple[str, Literal[">=", "<="]] | None:
    """``least`` or ``most``: the code of the parameter, and the sense."""
    least, most = cursor.text("least", need=not cursor.has("most")), cursor.text("most", need=False)
    if least is not None and most is not None:
        cursor.fault("both_bounds", "most")
        return None
    if least is not None:
        return least, ">="
    return None if most is None else (most, "<=")


def compare(low: float, high: float, bound: float, sense: Literal[">=", "<="], scale: float = 0.0) -> Truth:
    """Whether a number between ``low`` and ``high`` keeps the bound; None where it may or may not."""
    least, most, needed = (low, high, bound) if sense == ">=" else (-high, -low, -bound)
    if reaches(least, needed, scale):
        return True
    return None if reaches(most, needed, scale) else False


def lacking(found: float | None, needed: float, sense: Literal[">=", "<="], truth: Truth) -> float | None:
    """How much is lacking where a bound is not kept."""
    if truth is True or found is None:
        return None
    return max(0.0, needed - found) if sense == ">=" else max(0.0, found - needed)


def positions(mask: Bools) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())


def known(number: float) -> float | None:
    """A number; None where it is nan."""
    return None if math.isnan(number) else float(number)


def of_members(facts: Facts, places: Sequence[int], fact: str) -> tuple[Missing, ...]:
    """The same fact is missing of each of these members."""
    return tuple(Missing("member", facts.ids[place], fact) for place in places)


def both(one: Floats, other: Floats) -> Floats:
    """Logical and of masks of 1, 0, nan."""
    return np.where((one == 0) | (other == 0), 0.0, one * other)


def either(one: Floats, other: Floats) -> Floats:
    """Logical or of masks of 1, 0, nan."""
    return np.where((one == 1) | (other == 1), 1.0, np.maximum(one, other))


def opposite(one: Floats) -> Floats:
    """Logical not of a mask of 1, 0, nan."""
    return 1.0 - one
