"""Who can be in no cluster that complies, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from smezhnik.clusters.demands import usable
from smezhnik.clusters.peel import supplied
from smezhnik.clusters.problem import Problem
from smezhnik.clusters.tree import always
from smezhnik.rules.forms import EachShare

Reason = Literal["not_allowed", "absent_fact", "too_little", "partners_cannot"]


@dataclass(frozen=True)
class Outsider:
    """A node that can be in no cluster that keeps everything asked.

    Attributes
    ----------
    reason : ``not_allowed``: the request leaves it out; ``absent_fact``: a fact of it that the criterion needs is
        absent; ``too_little``: even with everybody in the network it does not reach the criterion;
        ``partners_cannot``: with everybody it would, but partners it needs cannot be members themselves
    criterion : code of the criterion; None where the request leaves it out
    unit : of ``found`` and ``needed``: ``th_rub`` a year or ``contract``
    found, needed : what all others (who could be members, for ``partners_cannot``) give it and what it needs; nan for
        absent facts
    needed_share : the part of its own number that ``needed`` is, as the law says it; nan where it says no share
    """

    id: str
    reason: Reason
    criterion: str | None
    found: float
    needed: float
    unit: Literal["th_rub", "contract"] = "th_rub"
    needed_share: float = np.nan

    @property
    def found_share(self) -> float:
        """The part of its own number that ``found`` is."""
        return self.needed_share * self.found / self.needed


def find_outsiders(problem: Problem) -> tuple[Outsider, ...]:
    """All who are peeled, in the order of the network."""
    facts, peeled, demands = problem.facts, problem.peeled, problem.demands
    codes = list(problem.trees)
    barred = {code: ~usable(tree, facts.count) for code, tree in problem.trees.items()}
    everybody, left = supplied(demands, problem.allowed), supplied(demands, peeled.kept)
    found = []
    for node in np.flatnonzero(~peeled.kept).tolist():
        row = int(peeled.failed[node])
        absent = next((code for code in codes if barred[code][node]), None)
        if not problem.allowed[node]:
            found.append(Outsider(facts.ids[node], "not_allowed", None, np.nan, np.nan))
        elif row < 0 or np.isinf(demands.need[row]):
            code = absent if absent is not None else codes[int(demands.rule[row])] if row >= 0 else None
            found.append(Outsider(facts.ids[node], "absent_fact", code, np.nan, np.nan))
        else:
            code = codes[int(demands.rule[row])]
            shares = [form.share for form in always(problem.trees[code]) if isinstance(form, EachShare)]
            alone = everybody[row] < demands.need[row]
            found.append(Outsider(facts.ids[node], "too_little" if alone else "partners_cannot",
                                  code, float((everybody if alone else left)[row]), float(demands.need[row]),
                                  "th_rub" if shares else "contract", shares[0] if len(shares) == 1 else np.nan))
    return tuple(found)
