"""What could be true: forms with absent facts taken at their better end, and the facts that would have to be found out.

A composer proves, so an absent fact never helps it. That no set of members can be *proved* to keep everything does not
mean that none keeps it: only where even the best that absent facts could be leaves nothing is it impossible.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from smezhnik.clusters.problem import Problem
from smezhnik.clusters.search import Answer, Search
from smezhnik.clusters.tree import TRUE, deny, plain
from smezhnik.rules.criteria.base import Missing
from smezhnik.rules.facts import Facts, Floats
from smezhnik.rules.forms import (
    AllOf,
    AnyOf,
    Distinct,
    EachShare,
    Fixed,
    Form,
    Linked,
    NotLinear,
    Sum,
    Switch,
    TotalShare,
)
from smezhnik.rules.judge import Verdict
from smezhnik.solver import Watch


class Unsettled(Exception):
    """The time was over before it was known whether anything could be."""


#: How near to the best an answer has to be that only shows what could be.
NEAR = 0.05


def hopeful(form: Form, facts: Facts) -> Form:
    """A form that is proven exactly where this one is not false: absent facts at their better end."""
    match form:
        case Fixed(met):
            return Fixed(met is not False)
        case NotLinear(check):
            return NotLinear(lambda seen, member: check(seen, member) is not False)
        case Sum(_, high, least):
            known = np.abs(high[np.isfinite(high)]).sum() + abs(least) + 1.0
            best = np.minimum(high, known)
            return Sum(best, best, least)
        case Distinct(group, least):
            unknown = group == -2
            return Distinct(np.where(unknown, group.max(initial=0) + np.cumsum(unknown), group), least)
        case EachShare():
            need = np.nan_to_num(form.need, nan=0.0)
            own = facts.seller if form.side == "seller" else facts.buyer
            weight = np.where(np.isnan(form.weight), np.maximum(need[own], 1.0), form.weight)
            return replace(form, members=_if_unknown(form.members, 0.0), weight=weight, need=need,
                           exempt_among=_if_unknown(form.exempt_among, 1.0))
        case TotalShare():
            denominator = np.nan_to_num(form.denominator, nan=0.0)
            most = form.share * float(denominator.sum()) + 1.0
            return replace(form, weight=np.where(np.isnan(form.weight), most, form.weight), denominator=denominator)
        case Linked():
            return replace(form, members=_if_unknown(form.members, 0.0), freed=_if_unknown(form.freed, 1.0),
                           exempt_among=_if_unknown(form.exempt_among, 1.0))
        case AllOf(parts):
            return AllOf(tuple(hopeful(part, facts) for part in parts))
        case AnyOf(options):
            return AnyOf(tuple(hopeful(option, facts) for option in options))
        case Switch(condition, then, otherwise):
            one, other = hopeful(then, facts), hopeful(otherwise, facts)
            return AnyOf((AllOf((hopeful(condition, facts), one)),
                          AllOf((hopeful(deny(condition, facts), facts), other))))


def certain(form: Form) -> bool:
    """Whether nothing absent touches the form: it then is true or false of any members, never unknown."""
    match form:
        case Fixed(met):
            return met is not None
        case Sum(low, high, _):
            return bool((low == high).all())
        case Distinct(group, _):
            return bool((group != -2).all())
        case EachShare():
            return _known(form.members, form.weight, form.need, form.exempt_among)
        case TotalShare():
            return _known(form.weight, form.denominator)
        case Linked():
            return _known(form.members, form.freed, form.exempt_among)
        case AllOf(parts):
            return all(certain(part) for part in parts)
        case AnyOf(options):
            return all(certain(option) for option in options)
        case Switch(condition, then, otherwise):
            return certain(condition) and certain(then) and certain(otherwise)
        case NotLinear():  # what it checks is its own affair
            return False


def hopeful_problem(problem: Problem) -> Problem:
    """The same sought among all that could be true."""
    forms = {code: hopeful(form, problem.facts) for code, form in problem.forms.items()}
    kept = {code: form for code, form in forms.items() if plain(form, problem.facts) is not TRUE}
    return replace(problem, forms=kept, cuts=())


def hoped_for(problem: Problem, watch: Watch) -> Answer | None:
    """An answer that nothing known forbids; None where it is proven that there is none.

    Raises
    ------
    Unsettled where the time is over before either is known.
    """
    found = Search(hopeful_problem(problem), watch, gap=NEAR).run()
    if found.answer is None and not found.proven:
        raise Unsettled
    return found.answer


def missing_of(verdict: Verdict, codes: Collection[str]) -> tuple[Missing, ...]:
    """Facts that decide the criteria of these codes which nobody can decide, each once."""
    return tuple(dict.fromkeys(item for finding in verdict.findings
                               if finding.code in codes and finding.state == "unknown" for item in finding.missing))


def _known(*values: Floats) -> bool:
    return not any(np.isnan(value).any() for value in values)


def _if_unknown(mask: Floats, value: float) -> Floats:
    return np.nan_to_num(mask, nan=value)
