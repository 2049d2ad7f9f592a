"""One composition: the network, what the law asks, what the person asks, what is worth how much."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from smezhnik.clusters.demands import demands_of, peel_rules
from smezhnik.clusters.model import Expression, Model, Universe
from smezhnik.clusters.peel import Demands, Peeled, supplied
from smezhnik.clusters.tree import all_of, always, atoms, plain
from smezhnik.rules.facts import Bools, Facts, Floats
from smezhnik.rules.forms import AllOf, AnyOf, EachShare, Form, Linked, NotLinear, Sum, Switch, TotalShare, holds

#: Ways to choose among the "or"s that are searched one by one.
CASES = 8
#: Who has at most so many contracts has few possible partners.
FEW = 8


@dataclass(frozen=True, eq=False)
class Budget:
    """What all changes together may weigh: Σ gain of the members − signing · links that are signed ≥ least."""

    gain: Floats
    signing: float
    least: float

    def covers(self, member: Bools, signed: Bools) -> bool:
        return float(self.gain[member].sum()) - self.signing * float(signed.sum()) >= self.least


@dataclass(frozen=True, eq=False)
class Problem:
    """What a composer solves.

    Attributes
    ----------
    facts : the network; possible links taken as signed where they may be used
    forms : code → what must hold of the members, of the law and of the request alike
    worth : [m] what a contract inside is worth, ≥ 0
    gain : [n] what a member is worth by itself, of any sign
    allowed, must : [n] who may be a member, who has to be
    decided : [m] links that are not signed and count only as far as they are chosen
    new_volume : the largest sum of their volumes
    signing : what it costs to sign one of them
    per_volume : what it costs to sign a thousand roubles of them
    step : the worth of every answer is a multiple of this; 0 where it is not
    budget : what signing and other changes may weigh together, where that is settled
    cuts : [n] each: sets that break a rule which no row can say; each is cut off
    """

    facts: Facts
    forms: Mapping[str, Form]
    worth: Floats
    gain: Floats
    allowed: Bools
    must: Bools
    decided: Bools
    new_volume: float = np.inf
    signing: float = 0.0
    per_volume: float = 0.0
    step: float = 0.0
    budget: Budget | None = None
    cuts: tuple[Bools, ...] = ()

    @cached_property
    def trees(self) -> dict[str, Form]:
        """The forms as trees of plain rules."""
        return {code: plain(form, self.facts) for code, form in self.forms.items()}

    @cached_property
    def _peeling(self) -> tuple[Peeled, Demands]:
        return peel_rules(self.trees, self.facts, self.allowed)

    def lonely(self, member: Bools) -> Bools:
        """[n] members without a link that a rule binding always asks of them, exceptions or not."""
        found = np.zeros(len(member), np.bool_)
        for tree in self.trees.values():
            for form in always(tree):
                if isinstance(form, Linked):
                    demands = demands_of(form, self.facts)
                    found[demands.owner[supplied(demands, member) < 1]] = True
        return found & member

    @cached_property
    def few_links(self) -> Bools:
        """[n] who has few possible partners: their need of a link makes short rows, and is the likeliest to bite."""
        kept = self.peeled.kept
        inner = kept[self.facts.seller] & kept[self.facts.buyer] & (self.facts.seller != self.facts.buyer)
        ends = np.concatenate([self.facts.seller[inner], self.facts.buyer[inner]])
        return np.bincount(ends, minlength=self.facts.count) <= FEW

    @property
    def peeled(self) -> Peeled:
        """Who may be a member at all."""
        return self._peeling[0]

    @property
    def demands(self) -> Demands:
        """What members ask of each other without exception; ``rule`` counts the forms in their order."""
        return self._peeling[1]

    @cached_property
    def linear(self) -> bool:
        """Whether every form can be written as rows."""
        return not any(isinstance(form, NotLinear) for tree in self.trees.values() for form in atoms(tree))

    @cached_property
    def totals(self) -> tuple[Sum | TotalShare, ...]:
        """Plain rules on sums over all members."""
        return tuple(form for tree in self.trees.values() for form in always(tree)
                     if isinstance(form, Sum | TotalShare))

    @cached_property
    def volume(self) -> Floats:
        """[m] thousand roubles a year, 0 where absent."""
        return np.nan_to_num(self.facts.volume, nan=0.0)

    def value(self, member: Bools, part: Floats | None = None, signed: Bools | None = None) -> float:
        """What these members and the contracts between them are worth; of decided links what is signed."""
        seller, buyer = self.facts.seller, self.facts.buyer
        inner = member[seller] & member[buyer] & (seller != buyer)
        worth = float(self.gain[member].sum())
        if part is None or signed is None:
            return worth + float(self.worth[inner & ~self.decided].sum())
        cost = self.signing * float(signed.sum()) + self.per_volume * float(self.volume @ np.where(signed, part, 0.0))
        return worth - cost + float(np.where(self.decided, self.worth * part, self.worth)[inner].sum())

    @cached_property
    def growing(self) -> bool:
        """Whether more members are never worth less and nothing needs deciding: the largest set is then the best."""
        return not self.decided.any() and bool((self.gain >= 0).all())

    def floor(self, bound: float) -> float:
        """The largest worth an answer below this bound may have: between multiples of the step there is none."""
        if not self.step or not np.isfinite(bound):
            return bound
        return float(np.floor(bound / self.step + 1e-6) * self.step)

    def complies(self, member: Bools, part: Floats | None = None, signed: Bools | None = None) -> bool:
        """Whether these members keep everything that is asked; ``part``, ``signed``: of the decided links."""
        if (member & ~self.allowed).any() or (self.must & ~member).any():
            return False
        forms, facts = list(self.forms.values()), self.facts
        if part is not None and signed is not None:
            if float(self.volume[self.decided] @ part[self.decided]) > self.new_volume * (1 + 1e-9):
                return False
            if self.budget is not None and not self.budget.covers(member, signed & self.decided):
                return False
            part, signed = np.where(self.decided, part, 1.0), signed | ~self.decided
            facts = replace(facts, possible=facts.possible | ~signed, volume=facts.volume * part)
            forms = [settled(form, part, signed) for form in forms]
        return all(holds(form, facts, member) for form in forms)

    def model(self, free: Bools, inside: Bools, linked: Bools | None = None) -> tuple[Model, Expression]:
        """The rows of everything that is asked, and the worth, with these nodes free and inside.

        ``linked``: [n] whose need of a link is a row; all where None. Fewer rows allow more, never less.
        """
        universe = Universe.of(self.facts, free, inside, self.decided)
        model = Model(universe)
        for tree in self.trees.values():
            model.add(tree if linked is None else _linking_only(tree, linked))
        if len(model.decided) and self.new_volume < np.inf:
            part = model.part[model.decided]
            model.add_row(Expression(part, -self.volume[model.decided], 0.0), -self.new_volume)
        if self.budget is not None:
            links = model.signed[model.decided]
            model.add_row(model.sum_of_nodes(self.budget.gain) + Expression(
                links, np.full(len(links), -self.budget.signing), 0.0), self.budget.least)
        for cut in self.cuts:
            away = model.sum_of_nodes(np.where(cut, -1.0, 1.0))
            model.add_row(away, 1.0 - float(cut.sum()))
        worth = model.sum_of_edges(self.worth) + model.sum_of_nodes(self.gain)
        if len(model.decided) and (self.signing or self.per_volume):
            edges, volume = model.decided, self.volume[model.decided]
            worth += Expression(np.concatenate([model.signed[edges], model.part[edges]]),
                                np.concatenate([np.full(len(edges), -self.signing), -self.per_volume * volume]), 0.0)
        return model, worth

    @cached_property
    def cases(self) -> tuple[Problem, ...]:
        """The same problem once for every way to choose among the "or"s; itself alone where these are too many."""
        options = [tree.options if isinstance(tree, AnyOf) else (tree,) for tree in map(_outer_or, self.trees.values())]
        if math.prod(map(len, options)) > CASES:
            return (self,)
        return tuple(replace(self, forms=dict(zip(self.forms, chosen, strict=True)))
                     for chosen in itertools.product(*options))

    def only(self, codes: Collection[str]) -> Problem:
        """The same with only the forms of these codes."""
        return replace(self, forms={code: form for code, form in self.forms.items() if code in codes})


def _outer_or(tree: Form) -> Form:
    """A tree that is an "or" at most at its root: a ∧ (b ∨ c) as (a ∧ b) ∨ (a ∧ c); only the first inner one."""
    if not isinstance(tree, AllOf):
        return tree
    inner = next((part for part in tree.parts if isinstance(part, AnyOf)), None)
    if inner is None:
        return tree
    rest = tuple(part for part in tree.parts if part is not inner)
    return AnyOf(tuple(all_of((*rest, option)) for option in inner.options))


def _linking_only(tree: Form, linked: Bools) -> Form:
    """The tree with needs of a link that bind always kept for some nodes only."""
    match tree:
        case AllOf(parts):
            return AllOf(tuple(_linking_only(part, linked) for part in parts))
        case Linked():
            return replace(tree, members=tree.members * linked)
    return tree


def settled(form: Form, part: Floats, signed: Bools) -> Form:
    """A form with the decided links as chosen: their volumes in part, unsigned ones no links.

    What no row can say reads the network itself, which has to have the same links chosen.
    """
    match form:
        case EachShare() | TotalShare():
            return replace(form, weight=form.weight * part)
        case Linked():
            return replace(form, edges=form.edges & signed)
        case AllOf(parts):
            return AllOf(tuple(settled(item, part, signed) for item in parts))
        case AnyOf(options):
            return AnyOf(tuple(settled(item, part, signed) for item in options))
        case Switch():
            return replace(form, condition=settled(form.condition, part, signed),
                           then=settled(form.then, part, signed), otherwise=settled(form.otherwise, part, signed))
    return form
