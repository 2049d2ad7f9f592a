"""Tests made of tests: any of, all of, one that is switched by another."""

from __future__ import annotations

from dataclasses import dataclass, replace

from smezhnik.rules.criteria.base import Outcome, Reader, Test, kind
from smezhnik.rules.criteria.counting import looser
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.facts import Bools, Facts
from smezhnik.rules.forms import AllOf, AnyOf, Form, Switch, all_of, any_of, switch
from smezhnik.rules.law import Law


@dataclass(frozen=True)
class _Several(Test):
    tests: tuple[Test, ...]

    def _outcomes(self, facts: Facts, member: Bools, law: Law) -> tuple[Outcome, ...]:
        return tuple(test.judge(facts, member, law) for test in self.tests)

    def _forms(self, facts: Facts, law: Law) -> tuple[Form, ...]:
        return tuple(test.form(facts, law) for test in self.tests)

    @classmethod
    def read(cls, cursor: Cursor, reader: Reader) -> Test | None:
        tests = tuple(test for inner in cursor.tables("tests", need=True)
                      if (test := reader.read_whole(inner)) is not None)
        return cls(tests)


def _gather(truth: bool | None, parts: tuple[Outcome, ...]) -> Outcome:
    """Found: how many parts are met; what is missing in the parts that nobody can decide."""
    met = sum(part.truth is True for part in parts)
    missing = tuple(item for part in parts if part.truth is None for item in part.missing) if truth is None else ()
    concerned = {place for part in parts if part.truth is False for place in part.concerned}
    return Outcome(truth, float(met), None, None, ">=", tuple(sorted(concerned)) if truth is False else (), missing,
                   lacking=tuple(fact for part in parts for fact in part.lacking), parts=parts)


@kind("any_of")
@dataclass(frozen=True)
class AnyTest(_Several):
    """At least one of the tests is met."""

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        parts = self._outcomes(facts, member, law)
        return replace(_gather(any_of([part.truth for part in parts]), parts), needed=1.0)

    def shape(self, facts: Facts, law: Law) -> Form:
        return AnyOf(self._forms(facts, law))


@kind("all_of")
@dataclass(frozen=True)
class AllTests(_Several):
    """All of the tests are met."""

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        parts = self._outcomes(facts, member, law)
        return replace(_gather(all_of([part.truth for part in parts]), parts), needed=float(len(parts)))

    def shape(self, facts: Facts, law: Law) -> Form:
        return AllOf(self._forms(facts, law))


@kind("switch")
@dataclass(frozen=True)
class Switched(Test):
    """``then`` where ``when`` is met, ``otherwise`` where it is not; where nobody knows, what both agree on."""

    when: Test
    then: Test
    otherwise: Test

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        parts = tuple(test.judge(facts, member, law) for test in (self.when, self.then, self.otherwise))
        when, then, otherwise = parts
        truth = switch(when.truth, then.truth, otherwise.truth)
        applied = then if when.truth else otherwise
        if when.truth is None:
            # Shown is the branch that the truth rests on; where it rests on the unknown condition, the harder one.
            applied = then if truth is False else otherwise
        doubtful = parts if when.truth is None else (applied,)
        missing = [item for part in doubtful if part.truth is None for item in part.missing] if truth is None else []
        return replace(applied, truth=truth, missing=tuple(dict.fromkeys(missing)), parts=parts)

    def shape(self, facts: Facts, law: Law) -> Form:
        return Switch(self.when.form(facts, law), self.then.form(facts, law), self.otherwise.form(facts, law),
                      looser(self.then, self.otherwise, law))

    @classmethod
    def read(cls, cursor: Cursor, reader: Reader) -> Test | None:
        when, then = reader.read_inner(cursor, "when"), reader.read_inner(cursor, "then")
        otherwise = reader.read_inner(cursor, "otherwise")
        return None if when is None or then is None or otherwise is None else cls(when, then, otherwise)
