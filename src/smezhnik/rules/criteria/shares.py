"""Shares over contracts: of every member's output or purchases, and of the whole cluster's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from smezhnik.rules.criteria.base import (
    Each,
    Inner,
    Missing,
    Outcome,
    Reader,
    Test,
    both,
    compare,
    kind,
    known,
    of_members,
    positions,
)
from smezhnik.rules.criteria.who import Who, read_who
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.facts import Bools, Facts, Floats, Ints
from smezhnik.rules.forms import SLACK, EachShare, Form, TotalShare, within_exceptions
from smezhnik.rules.law import Law
from smezhnik.rules.names import NUMBERS

KINDS = ("project", "supply", "works")


def weigh(facts: Facts, law: Law, kinds: tuple[str, ...], sellers: Who, buyers: Who) -> Floats:
    """Volume of every signed contract from a seller to a buyer whom the rule means; 0 elsewhere, nan unknown."""
    counts = both(sellers.mask(facts, law)[facts.seller], buyers.mask(facts, law)[facts.buyer])
    counts = np.where(facts.signed(kinds) & (facts.volume != 0), counts, 0.0)
    return np.where(counts == 0, 0.0, counts * facts.volume)


def within(facts: Facts, member: Bools) -> Bools:
    """Contracts between two different members, bool[m]."""
    inner: Bools = member[facts.seller] & member[facts.buyer] & (facts.seller != facts.buyer)
    return inner


def absent_volumes(facts: Facts, contracts: Bools) -> tuple[Missing, ...]:
    """Contracts whose volume nobody gave."""
    return tuple(Missing("contract", facts.contracts[place], "volume",
                         (facts.ids[facts.seller[place]], facts.ids[facts.buyer[place]]))
                 for place in positions(contracts & np.isnan(facts.volume)))


def unmeasured(facts: Facts, law: Law, contracts: Bools, sellers: Who, buyers: Who) -> tuple[Missing, ...]:
    """Why nobody knows what these contracts count for: their volumes, or facts of their parties."""
    ends = []
    for parties in (facts.seller, facts.buyer):
        touched = np.zeros(facts.count, np.bool_)
        touched[parties[contracts]] = True
        ends.append(touched)
    return (*sellers.missing(facts, law, ends[0]), *buyers.missing(facts, law, ends[1]),
            *absent_volumes(facts, contracts))


def inner_of(facts: Facts, weight: Floats, own: Ints, whole: Floats, members: Bools) -> tuple[Inner, ...]:
    """What each of these members trades inside: the weights of its own contracts, beside its own number."""
    sums = np.bincount(own, weight, facts.count)
    return tuple(Inner(place, known(inside), known(number)) for place, inside, number
                 in zip(positions(members), sums[members].tolist(), whole[members].tolist(), strict=True))


@kind("share_of_each")
@dataclass(frozen=True)
class ShareOfEach(Test):
    """Every member whom ``who`` means sells to (or buys from) other members at least a share of its own number.

    Σ volume of its contracts with members ≥ share · number, but for at most ``exempt`` members of ``exempt_among``.
    A contract whose volume is absent adds nothing or more.
    """

    who: Who
    side: Literal["seller", "buyer"]
    number: str
    bound: str
    kinds: tuple[str, ...]
    partners: Who
    exempt: str | None
    exempt_among: Who

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        share, mask, weight = law.number(self.bound), self.who.mask(facts, law), self._weight(facts, law)
        inner, own = within(facts, member), facts.seller if self.side == "seller" else facts.buyer
        least = np.bincount(own[inner], np.nan_to_num(weight[inner], nan=0.0), facts.count).astype(float)
        open_ = np.bincount(own[inner & np.isnan(weight)], minlength=facts.count) > 0
        number = facts.number(self.number)
        need = share * number
        subject = member & (mask != 0)
        with np.errstate(invalid="ignore"):
            enough = least >= need - SLACK * np.maximum(1.0, np.abs(need))
        doubtful = np.isnan(need) | open_ | np.isnan(mask)
        short, unsure = subject & ~enough & ~doubtful, subject & ~enough & doubtful
        among, allowed = self.exempt_among.mask(facts, law), int(law.number(self.exempt)) if self.exempt else 0
        truth = within_exceptions(short, unsure, among, allowed)
        missing: tuple[Missing, ...] = ()
        if truth is None:
            of_unsure = inner & unsure[own] & np.isnan(weight)
            missing = (*self.who.missing(facts, law, unsure),
                       *of_members(facts, positions(unsure & np.isnan(number)), self.number),
                       *unmeasured(facts, law, of_unsure, *self._parties()),
                       *(self.exempt_among.missing(facts, law, short | unsure) if allowed else ()))
        excused = excuse(short, among, allowed)
        each = tuple(self._stand(place, least, need, number, share, short, unsure, excused)
                     for place in positions(subject))
        return Outcome(truth, float((subject & enough).sum()), float(subject.sum()), "member", ">=",
                       positions(short & ~excused), missing, each=each,
                       inner=inner_of(facts, weight[inner], own[inner], number, subject),
                       shortfall=float((need - least)[short].sum()) if truth is False else None,
                       shortfall_unit="th_rub", every=True)

    @staticmethod
    def _stand(place: int, least: Floats, need: Floats, number: Floats, share: float, short: Bools, unsure: Bools,
               excused: Bools) -> Each:
        truth = None if unsure[place] else not short[place]
        found = float(least[place] / number[place]) if number[place] > 0 else None
        gap = float(need[place] - least[place]) if short[place] else None
        return Each(place, truth, found, share, gap, bool(excused[place]))

    def shape(self, facts: Facts, law: Law) -> Form:
        return EachShare(self.who.mask(facts, law), self.side, self._weight(facts, law),
                         law.number(self.bound) * facts.number(self.number),
                         int(law.number(self.exempt)) if self.exempt else 0, self.exempt_among.mask(facts, law),
                         law.number(self.bound))

    def _weight(self, facts: Facts, law: Law) -> Floats:
        return weigh(facts, law, self.kinds, *self._parties())

    def _parties(self) -> tuple[Who, Who]:
        """Who sells and who buys in the contracts that count."""
        return (Who(), self.partners) if self.side == "seller" else (self.partners, Who())

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        who, side = read_who(cursor, "who"), cursor.choice("side", ("seller", "buyer"))
        number, bound = cursor.choice("number", NUMBERS), cursor.text("least")
        kinds, partners = cursor.texts("contracts", choices=KINDS), read_who(cursor, "partners")
        exempt, among = read_exceptions(cursor)
        if side is None or number is None or bound is None:
            return None
        return cls(who or Who(), cast(Literal["seller", "buyer"], side), number, bound, kinds, partners or Who(),
                   exempt, among)


@kind("share_of_total")
@dataclass(frozen=True)
class ShareOfTotal(Test):
    """Σ volume from members of ``sellers`` to members of ``buyers`` ≥ share · Σ number of the members of ``whose``.

    An absent volume adds nothing or more, and so does an absent number: too little for the numbers that are known is
    too little for all.
    """

    sellers: Who
    buyers: Who
    number: str
    whose: Who
    bound: str
    kinds: tuple[str, ...]

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        share, inner = law.number(self.bound), within(facts, member)
        weight, whole = weigh(facts, law, self.kinds, self.sellers, self.buyers), self._whole(facts, law)
        part, total = float(np.nansum(weight[inner])), float(np.nansum(whole[member]))
        needed = share * total
        unknown = member & np.isnan(whole)
        truth = compare(part, np.inf if np.isnan(weight[inner]).any() else part, needed, ">=")
        if truth is True and unknown.any():
            truth = None
        missing: tuple[Missing, ...] = ()
        if truth is None:
            missing = (*self.whose.missing(facts, law, unknown),
                       *of_members(facts, positions(unknown & np.isnan(facts.number(self.number))), self.number),
                       *unmeasured(facts, law, inner & np.isnan(weight), self.sellers, self.buyers))
        sure = not unknown.any() and not np.isnan(weight[inner]).any()
        found = part / total if total > 0 and sure else None
        meant = member & (self.whose.mask(facts, law) != 0)
        counted = inner_of(facts, weight[inner], facts.buyer[inner], facts.number(self.number), meant)
        return Outcome(truth, found, share, "share", ">=", positions(member & (np.nan_to_num(whole, nan=1.0) > 0)),
                       missing, inner=counted, shortfall=needed - part if truth is False else None,
                       shortfall_unit="th_rub")

    def shape(self, facts: Facts, law: Law) -> Form:
        return TotalShare(weigh(facts, law, self.kinds, self.sellers, self.buyers), self._whole(facts, law),
                          law.number(self.bound))

    def _whole(self, facts: Facts, law: Law) -> Floats:
        mask, number = self.whose.mask(facts, law), facts.number(self.number)
        return np.where((mask == 0) | (number == 0), 0.0, mask * number)

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        sellers, buyers = read_who(cursor, "sellers", need=True), read_who(cursor, "buyers", need=True)
        number, bound = cursor.choice("number", NUMBERS), cursor.text("least")
        whose, kinds = read_who(cursor, "whose", need=True), cursor.texts("contracts", choices=KINDS)
        if sellers is None or buyers is None or number is None or whose is None or bound is None:
            return None
        return cls(sellers, buyers, number, whose, bound, kinds)


def excuse(short: Bools, among: Floats, exempt: int) -> Bools:
    """Who falls short and is an exception; nobody where there are more of them than the rule allows."""
    excused: Bools = short & (among == 1)
    return excused if excused.sum() <= exempt else np.zeros_like(excused)


def read_exceptions(cursor: Cursor) -> tuple[str | None, Who]:
    """``exempt`` (a parameter: at most so many) and ``exempt_among`` (who they may be; anybody where absent)."""
    exempt = cursor.text("exempt", need=cursor.has("exempt_among"))
    return exempt, read_who(cursor, "exempt_among") or Who()
