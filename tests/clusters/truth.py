"""What is best, found by trying every set of members; and small random cases with all kinds of rules.

The meaning of a form is written here a second time, over all subsets at once and without a solver, so that composer and
truth share nothing but the arrays.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from smezhnik.clusters.problem import Problem
from smezhnik.rules.facts import Bools, Facts, Floats
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

#: 1 true, 0 unknown, −1 false, one for each subset.
Truths = np.ndarray


def all_subsets(count: int) -> Bools:
    """[2^n, n]."""
    return (np.arange(2**count)[:, None] >> np.arange(count)) & 1 == 1


def truths(form: Form, facts: Facts, sets: Bools) -> Truths:
    """The three-valued meaning of a form for every row of ``sets``."""
    match form:
        case Fixed(met):
            return np.full(len(sets), 0 if met is None else 1 if met else -1)
        case Sum(low, high, least):
            finite = np.where(np.isinf(low), -1e12, low)
            scale = np.maximum(1.0, max(abs(least), np.abs(low[np.isfinite(low)]).sum()))
            return _between(sets @ finite >= least - 1e-9 * scale, sets @ np.where(np.isinf(high), 1e12, high)
                            >= least - 1e-9 * scale)
        case Distinct(group, least):
            known = np.array([len(set(group[row & (group >= 0)].tolist())) for row in sets])
            return _between(known >= least, known + (sets & (group == -2)).sum(1) >= least)
        case TotalShare(weight, denominator, share):
            inner = _inner(facts, sets)
            known = inner @ np.nan_to_num(weight)
            needed = share * (sets @ np.nan_to_num(denominator))  # or more, where a number is absent
            enough = known >= needed - 1e-9 * np.maximum(1, needed)
            open_ = np.where(enough, sets[:, np.isnan(denominator)].any(1), inner[:, np.isnan(weight)].any(1))
            return np.where(open_, 0, np.where(enough, 1, -1))
        case EachShare():
            own = facts.seller if form.side == "seller" else facts.buyer
            inner = _inner(facts, sets)
            to = (own[:, None] == np.arange(facts.count)) * 1.0
            known = (inner * np.nan_to_num(form.weight)) @ to
            absent = (inner * np.isnan(form.weight)) @ to > 0
            enough = known >= np.nan_to_num(form.need, nan=1e12) * (1 - 1e-9) - 1e-9
            bound = sets & (form.members != 0) & ~enough
            unsure = absent | np.isnan(form.need) | np.isnan(form.members)
            return _excepted(bound & ~unsure, bound & unsure, form.exempt_among, form.exempt)
        case Linked():
            inner = _inner(facts, sets)[:, form.edges]
            ends = ((facts.seller[form.edges][:, None] == np.arange(facts.count))
                    | (facts.buyer[form.edges][:, None] == np.arange(facts.count))) * 1.0
            lone = sets & (form.members != 0) & (form.freed != 1) & (inner @ ends == 0)
            unsure = ~((form.members == 1) & (form.freed == 0))
            return _excepted(lone & ~unsure, lone & unsure, form.exempt_among, form.exempt)
        case AllOf(parts):
            return np.min([truths(part, facts, sets) for part in parts], axis=0, initial=1)
        case AnyOf(options):
            return np.max([truths(option, facts, sets) for option in options], axis=0, initial=-1)
        case Switch(condition, then, otherwise):
            asked, one, other = (truths(part, facts, sets) for part in (condition, then, otherwise))
            return np.where(asked == 1, one, np.where(asked == -1, other, np.where(one == other, one, 0)))
        case NotLinear(check):
            answers = [check(facts, row) for row in sets]
            return np.array([0 if met is None else 1 if met else -1 for met in answers])
    raise TypeError(form)


def _between(surely: Bools, maybe: Bools) -> Truths:
    return np.where(surely, 1, np.where(maybe, 0, -1))


def _inner(facts: Facts, sets: Bools) -> Bools:
    return sets[:, facts.seller] & sets[:, facts.buyer] & (facts.seller != facts.buyer)


def _excepted(short: Bools, unsure: Bools, among: Floats, exempt: int) -> Truths:
    either = short | unsure
    surely = (either & (among != 1)).sum(1) == 0
    surely &= either.sum(1) <= exempt
    never = ((short & (among == 0)).sum(1) > 0) | (short.sum(1) > exempt)
    return np.where(~either.any(1) | (surely & ~never), 1, np.where(never, -1, 0))


def feasible(problem: Problem, sets: Bools) -> Bools:
    """[sets] which of them keep everything that is asked, proven."""
    kept = ~(sets & ~problem.allowed).any(1) & ~(problem.must & ~sets).any(1)
    for form in problem.forms.values():
        kept &= truths(form, problem.facts, sets) == 1
    return kept


def values(problem: Problem, sets: Bools) -> Floats:
    """[sets] what members and the contracts inside are worth."""
    return _inner(problem.facts, sets) @ problem.worth + sets @ problem.gain


def random_facts(draw: np.random.Generator, count: int) -> Facts:
    """A small network: whole sums, a few absent facts, parallel contracts and contracts with oneself."""
    edges = int(draw.integers(count, 4 * count))
    volume = draw.integers(1, 40, edges).astype(float)
    volume[draw.random(edges) < 0.03] = np.nan
    return Facts(
        ids=tuple(f"n{number}" for number in range(count)), seller=draw.integers(0, count, edges),
        buyer=draw.integers(0, count, edges), volume=volume, kind=("supply",) * edges,
        possible=np.zeros(edges, np.bool_))


def random_form(draw: np.random.Generator, facts: Facts, kind: str) -> Form:
    """A rule of one kind, of a strictness that some sets meet and some do not."""
    count, edges = facts.count, len(facts.seller)

    def mask(share: float, unknown: float = 0.03) -> Floats:
        found = (draw.random(count) < share).astype(float)
        return np.where(draw.random(count) < unknown, np.nan, found)

    match kind:
        case "count":
            role = (draw.random(count) < 0.5).astype(float)
            return Sum(role, role, float(draw.integers(1, 4)))
        case "cap":
            return Sum(np.full(count, -1.0), np.full(count, -1.0), -float(draw.integers(3, count + 1)))
        case "jobs":
            jobs = draw.integers(1, 30, count).astype(float)
            margin = np.round(jobs * draw.beta(2, 2.5, count)) - 0.5 * jobs
            low = np.where(draw.random(count) < 0.05, -np.inf, margin)
            return Sum(low, margin, 0.0)
        case "regions":
            return Distinct(draw.integers(-2, 4, count), int(draw.integers(1, 4)))
        case "share" | "share_exempt":
            side = "seller" if draw.random() < 0.6 else "buyer"
            own = facts.seller if side == "seller" else facts.buyer
            whole = np.bincount(own, np.nan_to_num(facts.volume), count)
            need = np.round(whole * draw.uniform(0.1, 0.9, count), 1)
            need = np.where(draw.random(count) < 0.03, np.nan, need)
            exempt = int(draw.integers(1, 3)) if kind == "share_exempt" else 0
            weight = np.where(draw.random(edges) < 0.2, 0.0, facts.volume)
            return EachShare(mask(0.7), side, weight, need, exempt, mask(0.6))
        case "total":
            weight = np.where(draw.random(edges) < 0.3, 0.0, facts.volume)
            denominator = draw.integers(0, 60, count).astype(float)
            return TotalShare(weight, np.where(draw.random(count) < 0.03, np.nan, denominator), 0.2)
        case "linked":
            return Linked(mask(0.8), (draw.random(edges) < 0.5) & (facts.seller != facts.buyer), mask(0.15),
                          int(draw.integers(0, 3)), mask(0.6))
        case "switch":
            total = random_form(draw, facts, "total")
            assert isinstance(total, TotalShare)
            return Switch(random_form(draw, facts, "count"), replace(total, share=0.1), total, easing=True)
        case "hard_switch":
            return Switch(random_form(draw, facts, "count"), random_form(draw, facts, "share"),
                          random_form(draw, facts, "linked"), easing=False)
        case "any":
            return AnyOf((random_form(draw, facts, "share"), random_form(draw, facts, "regions"),
                          AllOf((random_form(draw, facts, "cap"), random_form(draw, facts, "linked")))))
        case "not_linear":
            start = int(draw.integers(2))
            return NotLinear(lambda facts, member: int(member.sum()) % 3 != start)
    raise ValueError(kind)


KINDS = ("count", "cap", "jobs", "regions", "share", "share_exempt", "total", "linked", "switch", "hard_switch", "any",
         "not_linear")


def _gain(draw: np.random.Generator, count: int) -> Floats:
    """Mostly nothing; else whole numbers of both signs."""
    return draw.integers(-30, 10, count) * float(draw.random() < 0.3)


def random_problem(seed: int, count: int = 9) -> Problem:
    """Two to five rules of different kinds, sometimes with nodes that must or must not be members."""
    draw = np.random.default_rng(seed)
    facts = random_facts(draw, count)
    kinds = draw.choice(len(KINDS), int(draw.integers(2, 6)), replace=False)
    forms = {KINDS[kind]: random_form(draw, facts, KINDS[kind]) for kind in sorted(kinds.tolist())}
    must = draw.random(count) < 0.05
    return Problem(facts, forms, np.nan_to_num(facts.volume) * (facts.seller != facts.buyer), _gain(draw, count),
                   (draw.random(count) < 0.95) | must, must, np.zeros(len(facts.seller), np.bool_))
