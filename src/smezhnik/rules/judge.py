"""Members of a network against the law of a day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import numpy as np

from smezhnik.errors import InputError
from smezhnik.rules.asks import find_days
from smezhnik.rules.criteria import Test
from smezhnik.rules.criterion import Finding, State
from smezhnik.rules.facts import Bools, Facts
from smezhnik.rules.pack import Amendment, Edition
from smezhnik.rules.provenance import Status, worst
from smezhnik.rules.standing import Standing, find_standing

#: Facts of the cluster about an earlier decision: the day it was taken, the days of its renewals.
DECIDED, RENEWED = "decided_on", "renewed_on"


@dataclass(frozen=True)
class Verdict:
    """What the law of a day says of a cluster.

    Attributes
    ----------
    edition : the pack as of the day
    state : ``not_met`` if one criterion is not met, else ``unknown`` if one cannot be decided, else ``met``;
        informative criteria do not count
    findings : one per criterion in force, in the order of the pack
    standing : how an earlier decision on this cluster stands, where the cluster names its day
    ids : own ids of the members, in the order that positions refer to
    """

    edition: Edition
    state: State
    findings: tuple[Finding, ...]
    standing: Standing | None
    ids: tuple[str, ...]

    @property
    def day(self) -> dt.date:
        return self.edition.day

    @property
    def deciding(self) -> tuple[Finding, ...]:
        """The findings that the state rests on: those not met; else those that cannot be decided; else all."""
        counting = tuple(item for item in self.findings if not item.criterion.informative)
        return tuple(item for item in counting if item.state == self.state) if self.state != "met" else counting

    @property
    def status(self) -> Status:
        """The worst status of what the state rests on; after the last check of a pack all of it is unverified."""
        return "unverified" if self.edition.after_check else worst(item.status for item in self.deciding)

    @property
    def counts(self) -> dict[State, int]:
        """How many criteria are met, not met, undecided; informative ones left out."""
        found = Counter(item.state for item in self.findings if not item.criterion.informative)
        return {"met": found["met"], "not_met": found["not_met"], "unknown": found["unknown"]}

    @property
    def unread(self) -> tuple[Amendment, ...]:
        """Amendments of which nothing but number and date is known."""
        return self.edition.unread

    def finding(self, code: str) -> Finding:
        """The finding of a criterion; KeyError where it is not in force on the day."""
        found = next((item for item in self.findings if item.code == code), None)
        if found is None:
            raise KeyError(code)
        return found


def judge_facts(facts: Facts, member: Bools, edition: Edition) -> Verdict:
    """Judge a set of nodes by the law of a day; possible links are not seen.

    Raises
    ------
    InputError where the pack asks for nothing on that day: nothing asked is not everything met.
    """
    if all(item.informative for item in edition.criteria):
        raise InputError("rules.no_criteria", pack=edition.pack.name, day=edition.day)
    findings = tuple(item.judge(facts, member, edition.law) for item in edition.criteria)
    states = {item.state for item in findings if not item.criterion.informative}
    state: State = "not_met" if "not_met" in states else "unknown" if "unknown" in states else "met"
    return Verdict(edition, state, findings, _standing(facts, edition), facts.ids)


def _standing(facts: Facts, edition: Edition) -> Standing | None:
    decided, renewed = facts.cluster.get(DECIDED), facts.cluster.get(RENEWED)
    if not isinstance(decided, dt.date) or decided > edition.day:
        return None
    days = [day for day in find_days(renewed) if day <= edition.day]
    for validity in edition.validities:
        meant = validity.when is None or _holds(validity.when, facts, edition)
        if meant is None:  # nobody told which kind of decision it is
            return Standing("unknown", decided, None, None, validity.provenance, ())
        if meant:
            return find_standing(validity, edition.grandfathering, edition.law, decided, days)
    return find_standing(None, edition.grandfathering, edition.law, decided, days)


def _holds(test: Test, facts: Facts, edition: Edition) -> bool | None:
    """Whether a test of facts of the cluster holds: it needs no members."""
    return test.judge(facts, np.zeros(facts.count, np.bool_), edition.law).truth
