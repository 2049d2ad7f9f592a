"""What changed in the law between two days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smezhnik.rules.criterion import Criterion
from smezhnik.rules.pack import Amendment, Change, Edition
from smezhnik.rules.parameters import Term

Kind = Literal["added", "removed", "value", "status"]


@dataclass(frozen=True)
class TermChange:
    """A parameter that is new, gone, has another value, or another standing of the same value."""

    kind: Kind
    before: Term | None
    after: Term | None

    @property
    def term(self) -> Term:
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True)
class CriterionChange:
    """A criterion that is new, gone, measured otherwise (``value``), or of another standing (``status``)."""

    kind: Kind
    before: Criterion | None
    after: Criterion | None

    @property
    def criterion(self) -> Criterion:
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True)
class Difference:
    """The law of two days side by side, the earlier first.

    ``changes`` are the entries of the changelogs after the first day, up to and with the second.
    """

    before: Edition
    after: Edition
    amendments: tuple[Amendment, ...]
    changes: tuple[Change, ...]
    terms: tuple[TermChange, ...]
    criteria: tuple[CriterionChange, ...]


def find_difference(one: Edition, other: Edition) -> Difference:
    """What changed from the earlier of two days to the later one."""
    before, after = (one, other) if one.day <= other.day else (other, one)
    packs = (*before.pack.bases, before.pack)
    return Difference(
        before, after,
        tuple(item for pack in packs for item in pack.amendments if before.day < item.since <= after.day),
        tuple(item for pack in packs for item in pack.changes if before.day < item.on <= after.day),
        tuple(_terms(before, after)), tuple(_criteria(before, after)))


def _terms(before: Edition, after: Edition) -> list[TermChange]:
    found = []
    for code in dict.fromkeys([*before.law.terms, *after.law.terms]):
        old, new = before.law.terms.get(code), after.law.terms.get(code)
        if old is None or new is None:
            found.append(TermChange("added" if old is None else "removed", old, new))
        elif (old.value.number, old.value.known) != (new.value.number, new.value.known):
            found.append(TermChange("value", old, new))
        elif old.value.status != new.value.status:
            found.append(TermChange("status", old, new))
    return found


def _criteria(before: Edition, after: Edition) -> list[CriterionChange]:
    old = {item.code: item for item in before.criteria}
    new = {item.code: item for item in after.criteria}
    found = []
    for code in dict.fromkeys([*old, *new]):
        one, other = old.get(code), new.get(code)
        if one is None or other is None:
            found.append(CriterionChange("added" if one is None else "removed", one, other))
        elif (one.test, one.unless, one.informative) != (other.test, other.unless, other.informative):
            found.append(CriterionChange("value", one, other))
        elif one.provenance.status != other.provenance.status:
            found.append(CriterionChange("status", one, other))
    return found
