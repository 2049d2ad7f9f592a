"""A criterion of a pack: a test with its title, period, source; and what it found of a cluster."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from smezhnik.rules.asks import Ask
from smezhnik.rules.criteria import READER, Each, Missing, Outcome, Test
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.facts import Bools, Facts
from smezhnik.rules.forms import AnyOf, Fixed, Form, any_of
from smezhnik.rules.law import Law
from smezhnik.rules.lists import Territories
from smezhnik.rules.parameters import Term
from smezhnik.rules.periods import Period, read_period
from smezhnik.rules.provenance import Provenance, References, Status, Title, read_provenance, read_title, worst

State = Literal["met", "not_met", "unknown"]
#: Name of the fact that holds the waivers of a cluster: a sequence of ``Waiver``.
WAIVERS = "waivers"


@dataclass(frozen=True)
class Waiver:
    """An authority's decision that a criterion need not be met, with the reason it gave."""

    criterion: str
    authority: str
    reason: str
    on: dt.date | None = None


@dataclass(frozen=True)
class Criterion:
    """One requirement of the law in a period.

    Attributes
    ----------
    pack : name of the pack it stands in; where packs lie in layers, the one that asks for it
    informative : reported, but no part of the verdict
    unless : where this test is met, the criterion does not apply (a class that is exempt, an earlier decision)
    waivable_by : authorities that may waive it, with a reason; empty: nobody may
    """

    pack: str
    code: str
    title: Title
    period: Period
    provenance: Provenance
    test: Test
    informative: bool = False
    unless: Test | None = None
    waivable_by: tuple[str, ...] = ()

    def parameters(self) -> tuple[str, ...]:
        """Codes of the parameters that it rests on, each once."""
        own = (*self.test.parameters(), *(self.unless.parameters() if self.unless else ()))
        return tuple(dict.fromkeys(own))

    def references(self) -> tuple[tuple[str, str], ...]:
        """Lists that it refers to: (``territories`` or ``documents``, code)."""
        return (*self.test.references(), *(self.unless.references() if self.unless else ()))

    def asks(self) -> Iterator[Mapping[str, Ask]]:
        """What kind of answer each fact of the cluster takes, test by test."""
        for test in (self.unless, self.test):
            if test is not None:
                yield from (part.asks() for part in test.inside())

    def form(self, facts: Facts, law: Law) -> Form:
        """The shape of the criterion for a composer, exemptions and waivers of these facts included."""
        if self.waiver(facts) is not None:
            return Fixed(True)
        form = self.test.form(facts, law)
        return AnyOf((self.unless.form(facts, law), form)) if self.unless else form

    def waiver(self, facts: Facts) -> Waiver | None:
        """The waiver of this criterion by somebody who may waive it."""
        given = facts.cluster.get(WAIVERS)
        for waiver in given if isinstance(given, Sequence) else ():
            if isinstance(waiver, Waiver) and waiver.criterion == self.code and waiver.authority in self.waivable_by:
                return waiver
        return None

    def judge(self, facts: Facts, member: Bools, law: Law) -> Finding:
        """Whether these members meet it on the day of the law."""
        outcome = self.test.judge(facts, member, law)
        excuse = self.unless.judge(facts, member, law) if self.unless else None
        waiver = self.waiver(facts)
        truth = any_of([outcome.truth, excuse.truth]) if excuse else outcome.truth
        missing = (*outcome.missing, *(excuse.missing if excuse else ())) if truth is None else ()
        state: State = "met" if truth or waiver else "unknown" if truth is None else "not_met"
        uses = tuple(law.terms[code] for code in self.parameters())
        lists = tuple(Listed(law.territories[code], law.on) for section, code in dict.fromkeys(self.references())
                      if section == "territories")
        return Finding(self, state, outcome, uses, () if waiver else missing, waiver,
                       exempted=bool(excuse and excuse.truth and not outcome.truth), lists=lists)


@dataclass(frozen=True)
class Listed:
    """A list of territories as of a day."""

    territories: Territories
    on: dt.date

    @property
    def status(self) -> Status:
        return self.territories.status(self.on)

    @property
    def provenances(self) -> tuple[Provenance, ...]:
        return self.territories.provenances(self.on)


@dataclass(frozen=True)
class Finding:
    """What a criterion found of a cluster, and what that rests on.

    Attributes
    ----------
    state : ``met``, ``not_met``, ``unknown`` (cannot say)
    outcome : numbers found and needed, members concerned, what is lacking
    uses : the dated parameters it was judged by, each with its source
    missing : absent facts, with the one who has them; empty unless ``unknown``
    waiver : why it counts as met although the test is not
    exempted : counts as met because the criterion does not apply to this cluster
    lists : the territory lists of the day that it refers to
    """

    criterion: Criterion
    state: State
    outcome: Outcome
    uses: tuple[Term, ...]
    missing: tuple[Missing, ...] = ()
    waiver: Waiver | None = None
    exempted: bool = False
    lists: tuple[Listed, ...] = ()

    @property
    def code(self) -> str:
        return self.criterion.code

    @property
    def found(self) -> float | None:
        return self.outcome.found

    @property
    def needed(self) -> float | None:
        return self.outcome.needed

    @property
    def unit(self) -> str | None:
        return self.outcome.unit

    @property
    def concerned(self) -> tuple[int, ...]:
        """Positions of the members concerned."""
        return self.outcome.concerned

    @property
    def each(self) -> tuple[Each, ...]:
        return self.outcome.each

    @property
    def shortfall(self) -> float | None:
        return self.outcome.shortfall

    @property
    def status(self) -> Status:
        """The worst status of the rule itself, of every parameter and of every list it was judged by."""
        return worst([self.criterion.provenance.status, *(use.value.status for use in self.uses),
                      *(item.status for item in self.lists)])


def read_criterion(cursor: Cursor, pack: str, references: References) -> Criterion | None:
    """One ``[[criteria]]``; its test stands in the same table."""
    code, title, period = cursor.text("code"), read_title(cursor), read_period(cursor)
    provenance, informative = read_provenance(cursor, references), cursor.flag("informative")
    waivable = cursor.texts("waivable_by")
    unless = READER.read_inner(cursor, "unless", need=False)
    test = READER.read_whole(cursor)
    if code is None or title is None or period is None or provenance is None or test is None:
        return None
    return Criterion(pack, code, title, period, provenance, test, informative, unless, waivable)
