"""Forms of a pack as one tree of plain rules: untold facts taken at their worse end, switches written as "or".

The composer proves; what is unknown must not help it (``rules.forms``). So a range becomes its lower end, a mask that
is unknown is taken to bind, an exception that is unknown is none, a contract without volume adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import singledispatch

import numpy as np

from smezhnik.rules.facts import Facts, Floats
from smezhnik.rules.forms import (
    AllOf,
    AnyOf,
    EachShare,
    Fixed,
    Form,
    Linked,
    NotLinear,
    Sum,
    Switch,
    TotalShare,
    decide,
)

TRUE, FALSE = Fixed(True), Fixed(False)
#: A sum is written to be false by this part of its largest coefficient.
BELOW = 1e-6


def plain(form: Form, facts: Facts) -> Form:
    """The same form as AllOf / AnyOf of Sum, Distinct, EachShare, TotalShare, Linked, Fixed and NotLinear.

    Neither holds another of its own kind, neither holds Fixed, masks are 0 or 1, weights are known and ≥ 0.
    """
    match form:
        case Fixed(met):
            return TRUE if met else FALSE
        case Sum(low, _, least):
            return Sum(low, low, least)
        case EachShare():
            return replace(form, members=_binding(form.members), weight=_inner(form.weight, facts),
                           exempt_among=_surely(form.exempt_among),
                           need=np.where(np.isnan(form.need), np.inf, form.need))
        case TotalShare():
            return replace(form, weight=_inner(form.weight, facts),
                           denominator=np.where(np.isnan(form.denominator), np.inf, form.denominator))
        case Linked():
            return replace(form, members=_binding(form.members), freed=_surely(form.freed),
                           exempt_among=_surely(form.exempt_among), edges=form.edges & (facts.seller != facts.buyer))
        case AllOf(parts):
            return all_of(plain(part, facts) for part in parts)
        case AnyOf(options):
            return any_of(plain(option, facts) for option in options)
        case Switch():
            return _switch(form, facts)
    return form


def all_of(parts: Iterable[Form]) -> Form:
    """All of the parts, flattened; false where one is false."""
    kept: list[Form] = []
    for part in parts:
        kept += part.parts if isinstance(part, AllOf) else [part]
    kept = [part for part in kept if part is not TRUE]
    if FALSE in kept:
        return FALSE
    return kept[0] if len(kept) == 1 else AllOf(tuple(kept)) if kept else TRUE


def any_of(options: Iterable[Form]) -> Form:
    """Any of the options, flattened; true where one is true."""
    kept: list[Form] = []
    for option in options:
        kept += option.options if isinstance(option, AnyOf) else [option]
    kept = [option for option in kept if option is not FALSE]
    if TRUE in kept:
        return TRUE
    return kept[0] if len(kept) == 1 else AnyOf(tuple(kept)) if kept else FALSE


def atoms(form: Form) -> Iterator[Form]:
    """All plain rules of a tree, left to right."""
    match form:
        case AllOf(parts):
            for part in parts:
                yield from atoms(part)
        case AnyOf(options):
            for option in options:
                yield from atoms(option)
        case _:
            yield form


def always(form: Form) -> tuple[Form, ...]:
    """Plain rules that hold whatever is chosen in the "or"s."""
    parts = form.parts if isinstance(form, AllOf) else (form,)
    return tuple(part for part in parts if not isinstance(part, AnyOf))


def _switch(form: Switch, facts: Facts) -> Form:
    condition, then, otherwise = (plain(part, facts) for part in (form.condition, form.then, form.otherwise))
    if form.easing and _surely_eases(then, otherwise):
        return all_of((then, any_of((otherwise, condition))))
    if form.easing:
        return any_of((otherwise, all_of((condition, then))))
    refused = plain(deny(form.condition, facts), facts)
    return any_of((all_of((condition, then)), all_of((refused, otherwise)), all_of((then, otherwise))))


def _surely_eases(then: Form, otherwise: Form) -> bool:
    """Whether ``otherwise`` is seen to imply ``then``: the same share, lower."""
    match then, otherwise:
        case TotalShare(), TotalShare():
            return then.share <= otherwise.share and np.array_equal(then.weight, otherwise.weight) and np.array_equal(
                then.denominator, otherwise.denominator)
    return False


@singledispatch
def deny(form: Form, facts: Facts) -> Form:
    """A form that holds only where this one is proven to be false; checked afterwards where no row can say it."""
    return NotLinear(lambda seen, member: decide(form, seen, member) is False)


@deny.register
def _(form: Fixed, facts: Facts) -> Form:
    return Fixed(None if form.met is None else not form.met)


@deny.register
def _(form: Sum, facts: Facts) -> Form:
    finite = np.abs(form.high[np.isfinite(form.high)])
    step = BELOW * float(finite.max(initial=1.0))
    return Sum(-form.high, -form.low, -form.least + step)


@deny.register
def _(form: AllOf, facts: Facts) -> Form:
    return AnyOf(tuple(deny(part, facts) for part in form.parts))


@deny.register
def _(form: AnyOf, facts: Facts) -> Form:
    return AllOf(tuple(deny(option, facts) for option in form.options))


def _binding(mask: Floats) -> Floats:
    return np.where(mask != 0, 1.0, 0.0)


def _surely(mask: Floats) -> Floats:
    return np.where(mask == 1, 1.0, 0.0)


def _inner(weight: Floats, facts: Facts) -> Floats:
    return np.where(facts.seller != facts.buyer, np.nan_to_num(weight, nan=0.0), 0.0)
