"""Counts: members of a role, shares of members, different values, sums of a number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from smezhnik.rules.criteria.base import (
    NUMBER_UNITS,
    Outcome,
    Reader,
    Test,
    compare,
    kind,
    lacking,
    of_members,
    positions,
    read_bound,
)
from smezhnik.rules.criteria.who import Who, read_who
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.facts import Bools, Facts, Floats
from smezhnik.rules.forms import Distinct, Form, Sum
from smezhnik.rules.law import Law
from smezhnik.rules.names import LABELS, NUMBERS

Sense = Literal[">=", "<="]


def bounded_sum(low: Floats, high: Floats, bound: float, sense: Sense) -> Sum:
    """Σ a_i x_i ≥ or ≤ bound; a sum with an upper bound is turned round."""
    return Sum(low, high, bound) if sense == ">=" else Sum(-high, -low, -bound)


@kind("count")
@dataclass(frozen=True)
class Count(Test):
    """At least (or at most) so many members whom ``who`` means. Unknown ones may or may not count."""

    who: Who
    bound: str
    sense: Sense
    unit: str = "member"

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        mask = self.who.mask(facts, law)
        found, unknown = int((member & (mask == 1)).sum()), member & np.isnan(mask)
        needed = law.number(self.bound)
        truth = compare(found, found + int(unknown.sum()), needed, self.sense)
        missing = self.who.missing(facts, law, unknown) if truth is None else ()
        return Outcome(truth, found, needed, self.unit, self.sense, positions(member & (mask == 1)), missing,
                       shortfall=lacking(found, needed, self.sense, truth), shortfall_unit=self.unit)

    def shape(self, facts: Facts, law: Law) -> Form:
        mask = self.who.mask(facts, law)
        return bounded_sum(np.nan_to_num(mask, nan=0.0), np.nan_to_num(mask, nan=1.0), law.number(self.bound),
                           self.sense)

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        bound, who = read_bound(cursor), read_who(cursor, "who") or Who()
        unit = cursor.choice("counted", ("member", "object", "person"), need=False)
        return None if bound is None else cls(who, *bound, unit or "member")


@kind("share_of_members")
@dataclass(frozen=True)
class ShareOfMembers(Test):
    """Members whom ``who`` means make up at least (or at most) a share of those whom ``among`` means."""

    who: Who
    among: Who
    bound: str
    sense: Sense

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        needed = law.number(self.bound)
        who, among = self.who.mask(facts, law)[member], self.among.mask(facts, law)[member]
        low, high = self._ends(who, among, needed)
        truth = compare(float(low.sum()), float(high.sum()), 0.0, self.sense, float(len(low)))
        counted, whole = int(((who == 1) & (among == 1)).sum()), int((among == 1).sum())
        inner = np.flatnonzero(member)
        unknown = np.zeros(facts.count, np.bool_)
        unknown[inner] = np.isnan(who) | np.isnan(among)
        missing = (self.who.missing(facts, law, unknown) + self.among.missing(facts, law, unknown)
                   if truth is None else ())
        found = counted / whole if whole else None
        return Outcome(truth, found, needed, "share", self.sense,
                       tuple(int(place) for place in inner[(who == 1) & (among == 1)]), missing,
                       shortfall=lacking(found, needed, self.sense, truth), shortfall_unit="share")

    def shape(self, facts: Facts, law: Law) -> Form:
        low, high = self._ends(self.who.mask(facts, law), self.among.mask(facts, law), law.number(self.bound))
        return bounded_sum(low, high, 0.0, self.sense)

    @staticmethod
    def _ends(who: Floats, among: Floats, share: float) -> tuple[Floats, Floats]:
        """Range of who·among − share·among for every member."""
        low, high = np.full(len(who), np.inf), np.full(len(who), -np.inf)
        for one in (0.0, 1.0):
            for other in (0.0, 1.0):
                possible = ((who == one) | np.isnan(who)) & ((among == other) | np.isnan(among))
                term = one * other - share * other
                low = np.where(possible, np.minimum(low, term), low)
                high = np.where(possible, np.maximum(high, term), high)
        return low, high

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        bound, who, among = read_bound(cursor), read_who(cursor, "who", need=True), read_who(cursor, "among")
        return None if bound is None or who is None else cls(who, among or Who(), *bound)


@kind("distinct")
@dataclass(frozen=True)
class DistinctValues(Test):
    """At least so many different values of a label among the members whom ``who`` means."""

    label: str
    who: Who
    bound: str

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        group = self._groups(facts, law)
        values = set(group[member & (group >= 0)].tolist())
        unknown = member & (group == -2)
        needed = law.number(self.bound)
        truth = compare(len(values), len(values) + int(unknown.sum()), needed, ">=")
        missing = of_members(facts, positions(unknown), self.label) if truth is None else ()
        return Outcome(truth, len(values), needed, "value", ">=", positions(member & (group >= 0)), missing,
                       shortfall=lacking(len(values), needed, ">=", truth), shortfall_unit="value")

    def shape(self, facts: Facts, law: Law) -> Form:
        return Distinct(self._groups(facts, law), int(np.ceil(law.number(self.bound))))

    def _groups(self, facts: Facts, law: Law) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The number of every node's value; −1 is not meant, −2 unknown."""
        mask, labels = self.who.mask(facts, law), facts.label(self.label)
        numbers = {value: number for number, value in enumerate(sorted({item for item in labels if item}))}
        return np.array([-1 if mask[place] == 0 else -2 if not label or np.isnan(mask[place]) else numbers[label]
                         for place, label in enumerate(labels)], dtype=np.int64)

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        label, who, bound = cursor.choice("label", LABELS), read_who(cursor, "who"), read_bound(cursor)
        if bound is not None and bound[1] == "<=":
            cursor.fault("only_least", "most")
        return None if label is None or bound is None else cls(label, who or Who(), bound[0])


@kind("sum")
@dataclass(frozen=True)
class SumOf(Test):
    """A number added up over the members whom ``who`` means; an absent number is nothing or more, never nought."""

    number: str
    who: Who
    bound: str
    sense: Sense
    unit: str = "th_rub"

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        low, high = self._ends(facts, law)
        needed, found = law.number(self.bound), float(low[member].sum())
        truth = compare(found, float(high[member].sum()), needed, self.sense, found)
        unknown = member & (low != high)
        missing = () if truth is not None else (
            *self.who.missing(facts, law, unknown),
            *of_members(facts, positions(unknown & np.isnan(facts.number(self.number))), self.number))
        unit = law.terms[self.bound].parameter.unit
        return Outcome(truth, found, needed, unit, self.sense, positions(member & (low > 0)), missing,
                       shortfall=lacking(found, needed, self.sense, truth), shortfall_unit=unit)

    def shape(self, facts: Facts, law: Law) -> Form:
        return bounded_sum(*self._ends(facts, law), law.number(self.bound), self.sense)

    def _ends(self, facts: Facts, law: Law) -> tuple[Floats, Floats]:
        mask, number = self.who.mask(facts, law), facts.number(self.number)
        low = np.where(mask == 1, np.nan_to_num(number, nan=0.0), 0.0)
        high = np.where(mask == 0, 0.0, np.where(np.isnan(number), np.inf, number))
        return low, high

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        number, who, bound = cursor.choice("number", NUMBERS), read_who(cursor, "who"), read_bound(cursor)
        return None if number is None or bound is None else cls(number, who or Who(), *bound)


@kind("share_of_sum")
@dataclass(frozen=True)
class ShareOfSum(Test):
    """Σ part ≥ (or ≤) share · Σ whole over the members whom ``who`` means; a part is never more than its whole.

    An absent part lies between nothing and the whole; an absent whole leaves nothing to say of the member.
    """

    part: str
    whole: str
    who: Who
    bound: str
    sense: Sense

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        low, high = self._ends(facts, law)
        mask, share = self.who.mask(facts, law), law.number(self.bound)
        part, whole = facts.number(self.part), facts.number(self.whole)
        scale = float(np.abs(low[member & np.isfinite(low)]).sum())
        truth = compare(float(low[member].sum()), float(high[member].sum()), 0.0, self.sense, scale)
        meant = member & (mask != 0)
        total = float(whole[meant].sum())
        sure = not np.isnan(mask[meant]).any() and not np.isnan(part[meant]).any()
        found = float(part[meant].sum()) / total if sure and total > 0 else None
        unknown = member & (low != high)
        missing = () if truth is not None else (
            *self.who.missing(facts, law, unknown),
            *of_members(facts, positions(unknown & np.isnan(part)), self.part),
            *of_members(facts, positions(unknown & np.isnan(whole)), self.whole))
        gap = max(0.0, -float(low[member].sum())) if self.sense == ">=" else max(0.0, float(high[member].sum()))
        return Outcome(truth, found, share, "share", self.sense, positions(meant), missing,
                       shortfall=gap if truth is False and np.isfinite(gap) else None,
                       shortfall_unit=NUMBER_UNITS.get(self.part))

    def shape(self, facts: Facts, law: Law) -> Form:
        return bounded_sum(*self._ends(facts, law), 0.0, self.sense)

    def _ends(self, facts: Facts, law: Law) -> tuple[Floats, Floats]:
        """Range of part − share·whole for every node."""
        share, mask = law.number(self.bound), self.who.mask(facts, law)
        part, whole = facts.number(self.part), facts.number(self.whole)
        least = np.nan_to_num(part, nan=0.0)
        low = np.where(np.isnan(whole), -np.inf, least - share * whole)
        high = np.where(np.isnan(whole), np.where(np.isnan(part), np.inf, part * (1 - share)),
                        np.where(np.isnan(part), whole, part) - share * whole)
        sometimes = np.isnan(mask)
        low = np.where(mask == 0, 0.0, np.where(sometimes, np.minimum(low, 0.0), low))
        high = np.where(mask == 0, 0.0, np.where(sometimes, np.maximum(high, 0.0), high))
        return low, high

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        part, whole = cursor.choice("part", NUMBERS), cursor.choice("whole", NUMBERS)
        who = read_who(cursor, "who")
        bound = read_bound(cursor)
        return None if part is None or whole is None or bound is None else cls(part, whole, who or Who(), *bound)


@kind("each")
@dataclass(frozen=True)
class EachHas(Test):
    """Every member whom ``who`` means is also one whom ``has`` means, but for at most ``exempt`` of them."""

    who: Who
    has: Who
    exempt: str | None

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        who, has = self.who.mask(facts, law), self.has.mask(facts, law)
        short = member & (who == 1) & (has == 0)
        unsure = member & (who != 0) & (has != 1) & ~short
        allowed = law.number(self.exempt) if self.exempt else 0.0
        truth = compare(int(short.sum()), int(short.sum() + unsure.sum()), allowed, "<=")
        subject = int((member & (who == 1)).sum())
        missing = () if truth is not None else (self.who.missing(facts, law, unsure)
                                                + self.has.missing(facts, law, unsure))
        return Outcome(truth, int((member & (who == 1) & (has == 1)).sum()), subject, "member", ">=",
                       positions(short), missing,
                       shortfall=float(short.sum()) - allowed if truth is False else None, shortfall_unit="member",
                       every=True)

    def shape(self, facts: Facts, law: Law) -> Form:
        who, has = self.who.mask(facts, law), self.has.mask(facts, law)
        low, high = -((who != 0) & (has != 1)).astype(float), -((who == 1) & (has == 0)).astype(float)
        return Sum(low, high, -(law.number(self.exempt) if self.exempt else 0.0))

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        who, has = read_who(cursor, "who"), read_who(cursor, "has", need=True)
        exempt = cursor.text("exempt", need=False)
        return None if has is None else cls(who or Who(), has, exempt)


def looser(test: Test, other: Test, law: Law) -> bool:
    """Whether ``test`` is the same as ``other`` with a bound that is no harder to keep."""
    bound, with_bound = getattr(test, "bound", None), getattr(other, "bound", None)
    if type(test) is not type(other) or bound is None or with_bound is None:
        return False
    if replace(test, bound=with_bound) != other:  # type: ignore[call-arg]
        return False
    ours, theirs = law.number(bound), law.number(with_bound)
    return theirs <= ours if getattr(test, "sense", ">=") == "<=" else ours <= theirs
