"""Conditions on the graph of contracts: everybody linked, everybody in one piece."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smezhnik.rules.criteria.base import Each, Missing, Outcome, Reader, Test, kind, positions
from smezhnik.rules.criteria.shares import KINDS, excuse, read_exceptions, within
from smezhnik.rules.criteria.who import Who, read_who
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.facts import Bools, Facts, Ints
from smezhnik.rules.forms import Form, Linked, NotLinear, Truth, within_exceptions
from smezhnik.rules.law import Law


@kind("linked")
@dataclass(frozen=True)
class EachLinked(Test):
    """Every member whom ``who`` means has a contract with another member, or is freed.

    ``freed`` is the *or* inside the rule (party to a special investment contract); besides, at most ``exempt`` members
    of ``exempt_among`` may have none (newcomers, for a time).
    """

    who: Who
    kinds: tuple[str, ...]
    freed: Who | None
    exempt: str | None
    exempt_among: Who

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        inner = within(facts, member) & facts.signed(self.kinds)
        linked = np.bincount(facts.seller[inner], minlength=facts.count) > 0
        linked |= np.bincount(facts.buyer[inner], minlength=facts.count) > 0
        mask, freed = self.who.mask(facts, law), self._freed(facts, law)
        open_ = member & (mask != 0) & ~linked & (freed != 1)
        short = open_ & (mask == 1) & (freed == 0)
        unsure = open_ & ~short
        among, allowed = self.exempt_among.mask(facts, law), int(law.number(self.exempt)) if self.exempt else 0
        truth = within_exceptions(short, unsure, among, allowed)
        missing: tuple[Missing, ...] = ()
        if truth is None:
            missing = (*self.who.missing(facts, law, unsure),
                       *(self.freed.missing(facts, law, unsure) if self.freed else ()),
                       *(self.exempt_among.missing(facts, law, open_) if allowed else ()))
        subject, excused = member & (mask != 0), excuse(short, among, allowed)
        each = tuple(Each(place, None if unsure[place] else not short[place], None, None, excused=bool(excused[place]))
                     for place in positions(subject & open_))
        over = float(short.sum()) - min(float((short & (among == 1)).sum()), float(allowed))
        return Outcome(truth, float((subject & ~open_).sum()), float(subject.sum()), "member", ">=",
                       positions(short & ~excused), missing, each=each, shortfall=over if truth is False else None,
                       shortfall_unit="member", every=True)

    def shape(self, facts: Facts, law: Law) -> Form:
        return Linked(self.who.mask(facts, law), facts.signed(self.kinds), self._freed(facts, law),
                      int(law.number(self.exempt)) if self.exempt else 0, self.exempt_among.mask(facts, law))

    def _freed(self, facts: Facts, law: Law) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.zeros(facts.count) if self.freed is None else self.freed.mask(facts, law)

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        who, freed = read_who(cursor, "who"), read_who(cursor, "freed")
        kinds = cursor.texts("contracts", choices=KINDS)
        return cls(who or Who(), kinds, freed, *read_exceptions(cursor))


@kind("connected")
@dataclass(frozen=True)
class Connected(Test):
    """All members hang together by signed contracts; a cluster of one member does."""

    kinds: tuple[str, ...]

    def measure(self, facts: Facts, member: Bools, law: Law) -> Outcome:
        piece = self._pieces(facts, member)
        pieces, sizes = np.unique(piece[member], return_counts=True)
        apart = member & (piece != pieces[sizes.argmax()]) if len(pieces) else member
        return Outcome(len(pieces) <= 1, float(len(pieces)), 1.0, "value", "<=", positions(apart),
                       shortfall=float(len(pieces) - 1) if len(pieces) > 1 else None, shortfall_unit="value")

    def shape(self, facts: Facts, law: Law) -> Form:
        def check(facts: Facts, member: Bools) -> Truth:
            return len(set(self._pieces(facts, member)[member].tolist())) <= 1

        return NotLinear(check)

    def _pieces(self, facts: Facts, member: Bools) -> Ints:
        """The smallest position in every member's piece, by passing it along contracts until nothing changes."""
        inner = within(facts, member) & facts.signed(self.kinds)
        one, other = facts.seller[inner], facts.buyer[inner]
        piece = np.arange(facts.count)
        while True:
            before = piece.copy()
            least = np.minimum(piece[one], piece[other])
            np.minimum.at(piece, one, least)
            np.minimum.at(piece, other, least)
            piece = piece[piece]
            if (piece == before).all():
                return piece

    @classmethod
    def read(cls, cursor: Cursor, _reader: Reader) -> Test | None:
        return cls(cursor.texts("contracts", choices=KINDS))
