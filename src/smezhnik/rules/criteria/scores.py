"""Scored competitions with vetoes, and formulas that data cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from smezhnik.rules.asks import Ask
from smezhnik.rules.criteria.base import Missing, Outcome, Reader, Test, compare, kind, lacking
from smezhnik.rules.criteria.shares import absent_volumes
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.facts import CLUSTER, Bools, Facts
from smezhnik.rules.forms import Fixed, Form, NotLinear, Truth
from smezhnik.rules.formulas import FORMULAS
from smezhnik.rules.law import Law


@dataclass(frozen=True)
class Item:
    """A scored item: the fact that holds its score, the most it can be, its weight, the least that is no veto."""

    fact: str
    most: float
    weight: float
    veto_below: float | None


@kind("score")
@dataclass(frozen=True)
class Score(Test):
    """Σ weight · score ≥ share · Σ weight · most, and no item below its veto. An absent score is between 0 and most."""

    items: tuple[Item, ...]
    bound: str

    def asks(self) -> Mapping[str, Ask]:
        return {item.fact: Ask("number") for item in self.items}

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        scores = {item.fact: self._score(facts, item, law) for item in self.items}
        whole = sum(item.weight * item.most for item in self.items)
        low = sum(item.weight * (scores[item.fact] or 0.0) for item in self.items)
        absent = [item for item in self.items if scores[item.fact] is None]
        high = low + sum(item.weight * item.most for item in absent)
        share = law.number(self.bound)
        truth = compare(low, high, share * whole, ">=", whole)
        vetoed = tuple(item.fact for item in self.items if item.veto_below is not None
                       and (score := scores[item.fact]) is not None and score < item.veto_below)
        if vetoed:
            truth = False
        elif truth is True and any(item.veto_below is not None for item in absent):
            truth = None
        found = None if absent or not whole else low / whole
        missing = tuple(Missing("cluster", CLUSTER, item.fact) for item in absent) if truth is None else ()
        return Outcome(truth, found, share, "share", ">=", (), missing, lacking=vetoed,
                       shortfall=lacking(found, share, ">=", truth), shortfall_unit="share")

    def shape(self, facts: Facts, law: Law) -> Form:
        return Fixed(self.measure(facts, facts.role() & False, law).truth)

    @staticmethod
    def _score(facts: Facts, item: Item, law: Law) -> float | None:
        found = law.told(facts, item.fact)
        return found if isinstance(found, float) else None

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        items = []
        for inner in cursor.tables("items", need=True):
            fact, most = inner.text("fact"), inner.number("most")
            weight, veto = inner.number("weight", need=False), inner.number("veto_below", need=False)
            inner.done()
            if fact is not None and most is not None:
                items.append(Item(fact, most, 1.0 if weight is None else weight, veto))
        bound = cursor.text("least")
        return None if bound is None else cls(tuple(items), bound)


@kind("formula")
@dataclass(frozen=True)
class ByFormula(Test):
    """A function of ``formulas.py`` with its own parameters; a composer checks it afterwards."""

    name: str
    bounds: tuple[str, ...]

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        done = FORMULAS[self.name].on(law.on)(facts, member, law, *self.bounds)
        absent = np.zeros(len(facts.seller), np.bool_)
        absent[list(done.unmeasured)] = True
        missing = absent_volumes(facts, absent) if done.truth is None else ()
        return Outcome(done.truth, done.found, done.needed, "ratio", ">=", (), missing)

    def shape(self, facts: Facts, law: Law) -> Form:
        def check(facts: Facts, member: Bools) -> Truth:
            return FORMULAS[self.name].on(law.on)(facts, member, law, *self.bounds).truth

        return NotLinear(check)

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        name = cursor.choice("formula", sorted(FORMULAS))
        bounds = cursor.texts("parameters")
        return None if name is None else cls(name, bounds)
