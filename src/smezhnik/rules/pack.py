"""A dated rule pack, and the law of one day that it gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from smezhnik.errors import InputError
from smezhnik.rules.amounts import Amount
from smezhnik.rules.asks import Ask
from smezhnik.rules.criterion import Criterion
from smezhnik.rules.law import Law
from smezhnik.rules.lists import Document, Territories
from smezhnik.rules.parameters import Parameter, Term, terms_on
from smezhnik.rules.periods import Period
from smezhnik.rules.provenance import Act, Provenance, Title
from smezhnik.rules.rating import Rating
from smezhnik.rules.standing import Grandfathering, Obligation, Validity

#: What the first day of an edition is known from, surest first.
DAYS = ("force", "publication", "signature")
#: How an amendment is known: its words, a summary or news of them, nothing but number and date.
CONTENTS = ("read", "news", "unread")


@dataclass(frozen=True)
class Amendment:
    """An edition of the law: the act that made it, the day from which the pack counts it, how its content is known."""

    since: dt.date
    act: Act
    title: Title
    day: str
    content: str
    provenance: Provenance


@dataclass(frozen=True)
class Change:
    """One entry of the pack's changelog: when, in what area, what changes for whom."""

    on: dt.date
    area: Title
    text: Title
    whom: Title


@dataclass(frozen=True)
class Pack:
    """A rule pack: dated data of a law.

    Attributes
    ----------
    span : days on which the pack can be asked
    checked : the day on which somebody last looked for newer editions
    layer : federal, union, region, fund, association – whose law it is
    bases : packs on which it lies; their criteria are asked too
    logic : ``all``: every criterion that is not informative must be met
    """

    name: str
    title: Title
    about: Title | None
    span: Period
    checked: dt.date
    layer: str
    logic: Literal["all"]
    amendments: tuple[Amendment, ...]
    changes: tuple[Change, ...]
    parameters: Mapping[str, Parameter]
    criteria: tuple[Criterion, ...]
    territories: Mapping[str, Territories] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    amounts: tuple[Amount, ...] = ()
    validity: tuple[Validity, ...] = ()
    grandfathering: tuple[Grandfathering, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    rating: Rating | None = None
    bases: tuple[Pack, ...] = ()

    def on(self, day: dt.date) -> Edition:
        """The law of that day.

        Raises
        ------
        InputError ``outside_span`` where the pack knows nothing of the day; it names the span.
        """
        if day not in self.span:
            code = "rules.before_span" if day < self.span.since else "rules.after_span"
            raise InputError(code, pack=self.name, day=day, first=self.span.since, last=self.span.until)
        return Edition(self, day)

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """First days of the editions of the pack and of those it lies on, oldest first."""
        own = {item.since for item in self.amendments} | {day for base in self.bases for day in base.days}
        return tuple(sorted(day for day in own if day in self.span))


@dataclass(frozen=True)
class Edition:
    """A pack as of a day."""

    pack: Pack
    day: dt.date

    @cached_property
    def amendment(self) -> Amendment:
        """The edition in force."""
        return max((item for item in self.pack.amendments if item.since <= self.day), key=lambda item: item.since)

    @property
    def after_check(self) -> bool:
        """Whether somebody may have changed the law before the day without the pack's knowing, or a pack below's."""
        return self.day > self.pack.checked or any(base.on(self.day).after_check for base in self.pack.bases)

    @cached_property
    def unread(self) -> tuple[Amendment, ...]:
        """Amendments up to the day of which nothing but number and date is known, here and in the packs below."""
        own = [item for item in self.pack.amendments if item.since <= self.day and item.content == "unread"]
        return (*own, *(item for base in self.pack.bases for item in base.on(self.day).unread))

    @cached_property
    def law(self) -> Law:
        """Values, lists and documents of the day, those of the packs below included."""
        terms: dict[str, Term] = {}
        territories: dict[str, Territories] = {}
        documents: dict[str, Document] = {}
        for base in self.pack.bases:
            law = base.on(self.day).law
            terms.update(law.terms)
            territories.update(law.territories)
            documents.update(law.documents)
        terms.update(terms_on(self.pack.parameters, self.day))
        return Law(self.day, terms, {**territories, **self.pack.territories}, {**documents, **self.pack.documents},
                   self._asks())

    def _asks(self) -> dict[str, Ask]:
        """What kind of answer each fact of the cluster takes, as the criteria of the day ask for it."""
        asks: dict[str, Ask] = {}
        for criterion in self.criteria:
            for asked in criterion.asks():
                for fact, ask in asked.items():
                    asks[fact] = asks[fact].joined(ask) if fact in asks else ask
        return asks

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """Criteria in force, those of the packs below first, else in the order in which the pack names them."""
        own = tuple(item for item in self.pack.criteria if self.day in item.period)
        return (*(item for base in self.pack.bases for item in base.on(self.day).criteria), *own)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        own = tuple(item for item in self.pack.amounts if self.day in item.period)
        return (*(item for base in self.pack.bases for item in base.on(self.day).amounts), *own)

    @cached_property
    def validities(self) -> tuple[Validity, ...]:
        """How long decisions of that day are valid, kind by kind; of the uppermost pack that says so."""
        own = tuple(item for item in self.pack.validity if self.day in item.period)
        below = (base.on(self.day).validities for base in self.pack.bases)
        return own or next((items for items in below if items), ())

    @cached_property
    def grandfathering(self) -> tuple[Grandfathering, ...]:
        """Clauses that keep earlier decisions alive; only those of amendments that are already in force."""
        own = tuple(item for item in self.pack.grandfathering if item.decided_before <= self.day)
        return (*own, *(item for base in self.pack.bases for item in base.on(self.day).grandfathering))

    @cached_property
    def obligations(self) -> tuple[Obligation, ...]:
        own = tuple(item for item in self.pack.obligations if self.day in item.period)
        return (*own, *(item for base in self.pack.bases for item in base.on(self.day).obligations))

    def amendment_of(self, term: Term) -> Amendment | None:
        """The edition that brought the value of a parameter: the last one up to its first day, of its own pack."""
        owners = (self.pack, *self.pack.bases)
        for pack in owners:
            if pack.parameters.get(term.parameter.code) is term.parameter:
                before = [item for item in pack.amendments if item.since <= term.value.period.since]
                return max(before, key=lambda item: item.since, default=None)
        return next((found for base in self.pack.bases if (found := base.on(self.day).amendment_of(term))), None)

    def parameter(self, code: str) -> float:
        """The value of a parameter on the day; nan where nobody knows it, KeyError where there is none."""
        return self.law.number(code)
