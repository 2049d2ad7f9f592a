"""The few formulas that data cannot say. A pack names one; no pack carries code of its own.

Each is a function with the days in which it holds (``since``, ``until``), so that a changed formula stands beside the
one before it and a date decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from smezhnik.errors import InputError
from smezhnik.rules.facts import Bools, Facts
from smezhnik.rules.forms import Truth, reaches
from smezhnik.rules.law import Law
from smezhnik.rules.periods import Period


@dataclass(frozen=True)
class Computed:
    """What a formula found: met or not, the number and the one asked for; positions of contracts without a volume."""

    truth: Truth
    found: float | None = None
    needed: float | None = None
    unmeasured: tuple[int, ...] = ()


#: (facts, members, law, codes of its parameters …) → what it found.
Function: TypeAlias = Callable[..., Computed]


@dataclass
class Formula:
    """A named formula with its versions by date."""

    name: str
    versions: list[tuple[Period, Function]] = field(default_factory=list)

    def on(self, day: dt.date) -> Function:
        """The version of that day; an error that names the days it has, where there is none."""
        for period, function in self.versions:
            if day in period:
                return function
        raise InputError("rules.no_formula", name=self.name, day=day, since=[item.since for item, _ in self.versions])


FORMULAS: dict[str, Formula] = {}


def formula(name: str, *, since: dt.date, until: dt.date | None = None) -> Callable[[Function], Function]:
    """Register a version of a formula."""

    def made(function: Function) -> Function:
        FORMULAS.setdefault(name, Formula(name)).versions.append((Period(since, until), function))
        return function

    return made


@formula("independence_of_one", since=dt.date(1991, 1, 1))
def calc_independence(facts: Facts, member: Bools, law: Law, least: str) -> Computed:
    """How little the cluster hangs on one member: 1 − the largest share of inner volume that one is party to.

    Ours, not the law's: asked by packs that want it. Without inner contracts there is nothing to hang on: met.
    """
    inner = facts.signed() & member[facts.seller] & member[facts.buyer]
    volume = facts.volume[inner]
    if np.isnan(volume).any():
        absent = np.flatnonzero(inner & np.isnan(facts.volume))
        return Computed(None, unmeasured=tuple(int(place) for place in absent))
    total = float(volume.sum())
    touched = (np.bincount(facts.seller[inner], volume, facts.count)
               + np.bincount(facts.buyer[inner], volume, facts.count))
    found = 1.0 - float(touched.max(initial=0.0)) / total if total > 0 else 1.0
    return Computed(reaches(found, law.number(least)), found, law.number(least))
