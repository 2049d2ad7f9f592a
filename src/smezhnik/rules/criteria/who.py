"""Which members a rule is about: roles, yes/no facts, labels, classifier codes, territories, time of joining."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from smezhnik.rules.criteria.base import Missing, Part, both, either, opposite, positions
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.facts import Bools, Facts, Floats
from smezhnik.rules.law import Law
from smezhnik.rules.names import FLAGS, LABELS, ROLES
from smezhnik.rules.periods import add_years


@dataclass(frozen=True)
class Who(Part):
    """Members that meet every condition given; without any condition, all members.

    Attributes
    ----------
    roles : has at least one of them
    not_roles : has none of them
    flags, not_flags : yes/no facts that must be yes, no
    label, values : the label has one of these values
    under, outside : the label begins with one of these classifier codes, and with none of those (dots do not matter)
    territory : the label of that list is listed on the day
    joined_within : parameter, years; joined the cluster less than so long ago
    options : at least one of these conditions instead
    """

    roles: tuple[str, ...] = ()
    not_roles: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    not_flags: tuple[str, ...] = ()
    label: str | None = None
    values: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    territory: str | None = None
    joined_within: str | None = None
    options: tuple[Who, ...] = ()

    def parameters(self) -> tuple[str, ...]:
        own = (self.joined_within,) if self.joined_within else ()
        return own + tuple(code for option in self.options for code in option.parameters())

    def references(self) -> tuple[tuple[str, str], ...]:
        own = (("territories", self.territory),) if self.territory else ()
        return own + tuple(found for option in self.options for found in option.references())

    def mask(self, facts: Facts, law: Law) -> Floats:
        """1 is meant, 0 is not, nan unknown; float[n]."""
        found = self._either(facts, law)
        for _, mask in self._conditions(facts, law):
            found = both(found, mask)
        return found

    def missing(self, facts: Facts, law: Law, places: Bools) -> tuple[Missing, ...]:
        """Facts whose absence leaves the mask unknown at these places."""
        gaps: list[Missing] = []
        unknown = np.isnan(self.mask(facts, law)) & places
        for fact, mask in self._conditions(facts, law):
            gaps += [Missing("member", facts.ids[place], fact) for place in positions(unknown & np.isnan(mask))]
        undecided = unknown & np.isnan(self._either(facts, law))
        for option in self.options:
            gaps += option.missing(facts, law, undecided)
        return tuple(dict.fromkeys(gaps))

    def _either(self, facts: Facts, law: Law) -> Floats:
        """Whether one of the options holds; 1 where there are none."""
        found = np.full(facts.count, 0.0 if self.options else 1.0)
        for option in self.options:
            found = either(found, option.mask(facts, law))
        return found

    def _conditions(self, facts: Facts, law: Law) -> list[tuple[str, Floats]]:
        """Every condition but the options by itself, with the name of the fact it rests on."""
        conditions = []
        if self.roles:
            conditions.append(("roles", facts.role(*self.roles).astype(float)))
        if self.not_roles:
            conditions.append(("roles", 1.0 - facts.role(*self.not_roles)))
        conditions += [(name, facts.flag(name)) for name in self.flags]
        conditions += [(name, opposite(facts.flag(name))) for name in self.not_flags]
        if self.label is not None:
            conditions.append((self.label, self._by_label(facts.label(self.label))))
        if self.territory is not None:
            listed = law.territories[self.territory]
            told = facts.flag(listed.flag) if listed.flag else np.full(facts.count, np.nan)
            found = np.array(listed.has(facts.label(listed.label), law.on), dtype=float)
            conditions.append((listed.flag or listed.label, np.where(np.isnan(told), found, told)))
        if self.joined_within is not None:
            conditions.append(("since", self._joined(facts.number("since"), law)))
        return conditions

    def _by_label(self, labels: tuple[str | None, ...]) -> Floats:
        known = {label: float(self._fits(label)) if label else np.nan for label in set(labels)}
        return np.array([known[label] for label in labels], dtype=float)

    def _fits(self, label: str) -> bool:
        if self.values and label not in self.values:
            return False
        bare = label.replace(".", "")
        if self.under and not any(bare.startswith(code.replace(".", "")) for code in self.under):
            return False
        return not any(bare.startswith(code.replace(".", "")) for code in self.outside)

    def _joined(self, since: Floats, law: Law) -> Floats:
        years, (days, which) = int(law.number(self.joined_within or "")), np.unique(since, return_inverse=True)
        within = [np.nan if np.isnan(day) else float(law.on < add_years(dt.date.fromordinal(int(day)), years))
                  for day in days]
        return np.array(within, dtype=float)[which]


def read_who(cursor: Cursor, key: str, *, need: bool = False) -> Who | None:
    """The members named by ``key``; None where it is absent."""
    inner = cursor.table(key, need=need)
    return None if inner is None else _read(inner)


def _read(cursor: Cursor) -> Who:
    label = cursor.choice("label", LABELS, need=any(cursor.has(key) for key in ("is", "under", "except")))
    who = Who(cursor.texts("roles", choices=ROLES), cursor.texts("not_roles", choices=ROLES),
              cursor.texts("flags", choices=FLAGS), cursor.texts("not_flags", choices=FLAGS),
              label, cursor.texts("is"), cursor.texts("under"), cursor.texts("except"),
              cursor.text("territory", need=False), cursor.text("joined_within", need=False),
              tuple(_read(option) for option in cursor.tables("any")))
    cursor.done()
    return who
