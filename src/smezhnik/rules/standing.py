"""How long a decision stands: validity, renewal, decisions taken under earlier law; and what is owed after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from smezhnik.rules.criteria import READER, Test
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.law import Law
from smezhnik.rules.parameters import Term
from smezhnik.rules.periods import Period, add_years, read_period
from smezhnik.rules.provenance import Provenance, References, Title, read_provenance, read_title


@dataclass(frozen=True)
class Validity:
    """How long a decision is valid and how it is renewed.

    Attributes
    ----------
    years : parameter, years from the day of the decision
    renewal_years : parameter, years that a renewal adds; as ``years`` where absent
    renewal_within : parameter, years after expiry in which a renewal is still one; without it, only before expiry
    from_old_end : a renewal counts from the end of the old term, not from its own day
    when : holds of the decisions that it is about, by a fact of the cluster; None: of all
    """

    period: Period
    provenance: Provenance
    years: str
    renewal_years: str | None = None
    renewal_within: str | None = None
    from_old_end: bool = False
    when: Test | None = None

    def parameters(self) -> tuple[str, ...]:
        return tuple(code for code in (self.years, self.renewal_years, self.renewal_within) if code)


@dataclass(frozen=True)
class Grandfathering:
    """Decisions taken before ``decided_before`` keep their force for ``years`` (a parameter) from their own day."""

    code: str
    title: Title
    decided_before: dt.date
    years: str
    provenance: Provenance


@dataclass(frozen=True)
class Obligation:
    """What is owed after a decision: once after some years, or every year; and what follows where it is not done."""

    code: str
    title: Title
    period: Period
    provenance: Provenance
    every: bool
    years: str
    consequence: Title | None


@dataclass(frozen=True)
class Standing:
    """Whether an earlier decision still stands on a day.

    ``state``: ``valid``; ``renewable``: expired, but a renewal is still taken; ``expired``; ``unknown``: the law's
    number is not known. ``until`` is the first day when it no longer stands; ``by`` the clause that decides, None for
    the ordinary validity.
    """

    state: Literal["valid", "renewable", "expired", "unknown"]
    decided_on: dt.date
    until: dt.date | None
    by: Grandfathering | None
    provenance: Provenance
    uses: tuple[Term, ...]


def find_standing(validity: Validity | None, clauses: Sequence[Grandfathering], law: Law, decided_on: dt.date,
                  renewed_on: Sequence[dt.date] = ()) -> Standing | None:
    """How a decision of ``decided_on`` stands on the day of the law; None where the pack knows no term.

    An earlier decision keeps what the clause for it gives, counted from its own day. Renewals count in their order;
    one that came too late begins a new term on its own day.
    """
    clause = next((item for item in clauses if decided_on < item.decided_before <= law.on), None)
    if clause is not None and not renewed_on:
        until = _years_on(decided_on, clause.years, law)
        state: Literal["valid", "expired", "unknown"] = \
            "unknown" if until is None else "valid" if law.on < until else "expired"
        return Standing(state, decided_on, until, clause, clause.provenance, (law.terms[clause.years],))
    if validity is None:
        return None
    until, within = _years_on(decided_on, validity.years, law), validity.renewal_within
    for day in sorted(renewed_on):
        if until is None:
            break
        last = _years_on(until, within, law) if within else until
        timely = last is not None and day < last
        start = until if timely and validity.from_old_end else day
        until = _years_on(start, validity.renewal_years or validity.years, law)
    uses = tuple(law.terms[code] for code in validity.parameters())
    if until is None:
        return Standing("unknown", decided_on, None, None, validity.provenance, uses)
    late = _years_on(until, within, law) if within else until
    ended = "renewable" if late is not None and law.on < late else "expired"
    return Standing("valid" if law.on < until else ended, decided_on, until, None,  # type: ignore[arg-type]
                    validity.provenance, uses)


def find_due(obligation: Obligation, law: Law, decided_on: dt.date, *, until: dt.date) -> tuple[dt.date, ...]:
    """Days by which the obligation is due, before ``until``; empty where the law's number is not known."""
    number = law.number(obligation.years)
    if number != number or number < 1:
        return ()
    days = []
    day = add_years(decided_on, int(number))
    while day < until:
        days.append(day)
        if not obligation.every:
            break
        day = add_years(decided_on, int(number) * (len(days) + 1))
    return tuple(days)


def _years_on(day: dt.date, parameter: str, law: Law) -> dt.date | None:
    years = law.number(parameter)
    return None if years != years else add_years(day, int(years))


def read_validity(cursor: Cursor, references: References) -> Validity | None:
    """One ``[[validity]]``."""
    period, provenance = read_period(cursor), read_provenance(cursor, references)
    years, renewal = cursor.text("years"), cursor.text("renewal_years", need=False)
    within, old_end = cursor.text("renewal_within", need=False), cursor.flag("from_old_end")
    when = READER.read_inner(cursor, "when", need=False)
    cursor.done()
    if period is None or provenance is None or years is None:
        return None
    return Validity(period, provenance, years, renewal, within, old_end, when)


def read_grandfathering(cursor: Cursor, references: References) -> Grandfathering | None:
    """One ``[[grandfathering]]``."""
    code, title, day = cursor.text("code"), read_title(cursor), cursor.date("decided_before")
    years, provenance = cursor.text("years"), read_provenance(cursor, references)
    cursor.done()
    if code is None or title is None or day is None or years is None or provenance is None:
        return None
    return Grandfathering(code, title, day, years, provenance)


def read_obligation(cursor: Cursor, references: References) -> Obligation | None:
    """One ``[[obligations]]``: ``every`` or ``after`` so many years."""
    code, title, period = cursor.text("code"), read_title(cursor), read_period(cursor)
    provenance, consequence = read_provenance(cursor, references), read_title(cursor, need=False, key="consequence")
    every, after = cursor.text("every", need=False), cursor.text("after", need=not cursor.has("every"))
    cursor.done()
    years = every or after
    if code is None or title is None or period is None or provenance is None or years is None:
        return None
    return Obligation(code, title, period, provenance, every is not None, years, consequence)
