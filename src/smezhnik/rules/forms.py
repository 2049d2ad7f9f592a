"""The neutral shape of a rule: what a composer turns into rows, and what it means.

``x`` is a set of nodes, bool[n]. A form is true, false or unknown (None) of it; unknown comes from absent facts, which
stand in a form as a range (``Sum``), as nan in a mask or a number, as a nan weight (a contract whose volume is absent
adds nothing or more). ``decide`` is the meaning; ``holds`` asks whether the form is *proven* to be true. A composer
therefore takes the lower end of every range: it never needs a fact that nobody has told.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from smezhnik.rules.facts import Bools, Facts, Floats, Ints

Truth: TypeAlias = bool | None

#: Slack of a comparison, relative to the size of what is summed: float noise never decides about the law.
SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Sum:
    """Σ a_i x_i ≥ least, where a_i lies in [low_i, high_i]; low = high where the facts are known.

    Counts by role (a = 1), shares of sums (a = part_i − share·whole_i, least = 0), caps (a < 0). low = −inf: a node
    with whom nothing is proven. A rule "≤ most" is written with the signs turned.
    """

    low: Floats
    high: Floats
    least: float


@dataclass(frozen=True, eq=False)
class Distinct:
    """At least ``least`` different values among the members; group −1: has none, −2: unknown."""

    group: Ints
    least: int


@dataclass(frozen=True, eq=False)
class EachShare:
    """For every member i of the mask: Σ w_e over its edges with other members ≥ need_i, but for a few exceptions.

    side ``seller``: edges that i sells on; ``buyer``: that it buys on. ``members`` and ``exempt_among``: 1, 0, nan.
    At most ``exempt`` members of ``exempt_among`` may fall short. Edges with weight 0 do not count; nan is 0 or more.
    ``share``: need_i is this part of a number of i; only for words, nan where it is no share.
    """

    members: Floats
    side: Literal["seller", "buyer"]
    weight: Floats
    need: Floats
    exempt: int
    exempt_among: Floats
    share: float = math.nan


@dataclass(frozen=True, eq=False)
class TotalShare:
    """Σ_e w_e x_seller x_buyer ≥ share · Σ_i d_i x_i; d_i nan: absent."""

    weight: Floats
    denominator: Floats
    share: float


@dataclass(frozen=True, eq=False)
class Linked:
    """Every member of the mask has one of ``edges`` with another member, unless ``freed`` or among the exceptions.

    ``members``, ``freed``, ``exempt_among``: 1, 0, nan; ``edges``: bool[m], the direction does not matter.
    """

    members: Floats
    edges: Bools
    freed: Floats
    exempt: int
    exempt_among: Floats


@dataclass(frozen=True, eq=False)
class AnyOf:
    """At least one of the options."""

    options: tuple[Form, ...]


@dataclass(frozen=True, eq=False)
class AllOf:
    """All of the parts; true where there is none."""

    parts: tuple[Form, ...]


@dataclass(frozen=True, eq=False)
class Switch:
    """``then`` where the condition is true, ``otherwise`` where it is not.

    ``easing`` promises that ``otherwise`` implies ``then``: the form then equals otherwise ∨ (condition ∧ then), and
    a composer never has to write down that a condition is false.
    """

    condition: Form
    then: Form
    otherwise: Form
    easing: bool


@dataclass(frozen=True, eq=False)
class Fixed:
    """Does not depend on who the members are."""

    met: Truth


@dataclass(frozen=True, eq=False)
class NotLinear:
    """Only checked afterwards; a composer adds a no-good cut where ``check`` is not true.

    ``check`` is given the network: with the links that a composer chose to sign, not with all that could be.
    """

    check: Callable[[Facts, Bools], Truth]


Form: TypeAlias = (Sum | Distinct | EachShare | TotalShare | Linked | AnyOf | AllOf | Switch | Fixed | NotLinear)


def reaches(found: float, needed: float, scale: float = 0.0) -> bool:
    """Whether ``found`` ≥ ``needed``, its own value included (CONVENTIONS §5), float noise aside."""
    return found >= needed - SLACK * max(1.0, abs(needed), scale)


def holds(form: Form, facts: Facts, member: Bools) -> bool:
    """Whether the form is proven to be true of these members: the plain reference meaning."""
    return decide(form, facts, member) is True


def decide(form: Form, facts: Facts, member: Bools) -> Truth:
    """True, false, or None where absent facts could make it either."""
    match form:
        case Fixed(met):
            return met
        case NotLinear(check):
            return check(facts, member)
        case Sum(low, high, least):
            return _decide_sum(low[member], high[member], least)
        case Distinct(group, least):
            known = len(set(group[member & (group >= 0)].tolist()))
            unknown = int((member & (group == -2)).sum())
            return True if known >= least else None if known + unknown >= least else False
        case EachShare():
            return _decide_each(form, facts, member)
        case TotalShare():
            return _decide_total(form, facts, member)
        case Linked():
            return _decide_linked(form, facts, member)
        case AnyOf(options):
            return any_of([decide(option, facts, member) for option in options])
        case AllOf(parts):
            return all_of([decide(part, facts, member) for part in parts])
        case Switch(condition, then, otherwise):
            return switch(decide(condition, facts, member), decide(then, facts, member),
                          decide(otherwise, facts, member))


def any_of(truths: list[Truth]) -> Truth:
    """True if one is true, false if all are false, else unknown."""
    return True if True in truths else None if None in truths else False


def all_of(truths: list[Truth]) -> Truth:
    """False if one is false, true if all are true, else unknown."""
    return False if False in truths else None if None in truths else True


def switch(condition: Truth, then: Truth, otherwise: Truth) -> Truth:
    """The branch that applies; where nobody knows which, what both branches agree on."""
    if condition is None:
        return then if then is otherwise else None
    return then if condition else otherwise


def within_exceptions(short: Bools, unsure: Bools, among: Floats, exempt: int) -> Truth:
    """Whether those who fall short may do so: no more than ``exempt``, all of them ``among`` (1, 0, nan).

    ``short``: surely fall short; ``unsure``: may or may not. True only if that is so in every case, false if in none.
    """
    if not short.any() and not unsure.any():
        return True
    if (short & (among == 0)).any() or short.sum() > exempt:
        return False
    either = short | unsure
    if (among[either] == 1).all() and either.sum() <= exempt:
        return True
    return None


def _decide_sum(low: Floats, high: Floats, least: float) -> Truth:
    scale = float(np.abs(low[np.isfinite(low)]).sum())
    if reaches(float(low.sum()), least, scale):
        return True
    return None if reaches(float(high.sum()), least, scale) else False


def _decide_each(form: EachShare, facts: Facts, member: Bools) -> Truth:
    inner = member[facts.seller] & member[facts.buyer] & (facts.seller != facts.buyer)
    own, weight = (facts.seller if form.side == "seller" else facts.buyer)[inner], form.weight[inner]
    known = np.bincount(own, np.nan_to_num(weight, nan=0.0), facts.count)
    absent = np.bincount(own, np.isnan(weight), facts.count) > 0
    with np.errstate(invalid="ignore"):
        enough = known >= form.need - SLACK * np.maximum(1.0, np.abs(form.need))
    below = member & (form.members != 0) & ~enough
    unsure = below & (absent | np.isnan(form.need) | np.isnan(form.members))
    short = below & ~unsure
    return within_exceptions(short, unsure, form.exempt_among, form.exempt)


def _decide_total(form: TotalShare, facts: Facts, member: Bools) -> Truth:
    inner = member[facts.seller] & member[facts.buyer] & (facts.seller != facts.buyer)
    needed = form.share * float(np.nansum(form.denominator[member]))  # or more, where a number is absent
    if reaches(float(np.nansum(form.weight[inner])), needed):
        return None if np.isnan(form.denominator[member]).any() else True
    return None if np.isnan(form.weight[inner]).any() else False


def _decide_linked(form: Linked, facts: Facts, member: Bools) -> Truth:
    inner = form.edges & member[facts.seller] & member[facts.buyer] & (facts.seller != facts.buyer)
    linked = np.zeros(facts.count, np.bool_)
    linked[facts.seller[inner]] = True
    linked[facts.buyer[inner]] = True
    open_ = member & (form.members != 0) & ~linked & (form.freed != 1)
    surely = open_ & (form.members == 1) & (form.freed == 0)
    return within_exceptions(surely, open_ & ~surely, form.exempt_among, form.exempt)
