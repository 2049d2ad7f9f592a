"""What rules make members ask of each other: the input of peeling and of the rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from smezhnik.clusters.peel import NO_DEMANDS, Demands, Peeled, peel
from smezhnik.clusters.tree import always
from smezhnik.rules.facts import Bools, Facts
from smezhnik.rules.forms import SLACK, EachShare, Form, Linked, Sum, TotalShare


def demands_of(form: EachShare | Linked, facts: Facts, rule: int = 0) -> Demands:
    """One demand for every node that the rule binds; ``need`` is inf where nothing is proven of the node."""
    if isinstance(form, EachShare):
        owner, other = (facts.seller, facts.buyer) if form.side == "seller" else (facts.buyer, facts.seller)
        edge = np.flatnonzero(form.weight > 0)
        owner, other, weight, need = owner[edge], other[edge], form.weight[edge], form.need
        asked = (form.members > 0) & (need > SLACK)
    else:
        need = np.ones(facts.count)
        asked = (form.members > 0) & (form.freed == 0)
        seller, buyer = facts.seller[form.edges], facts.buyer[form.edges]
        owner, other = np.concatenate([seller, buyer]), np.concatenate([buyer, seller])
        edge, weight = np.tile(np.flatnonzero(form.edges), 2), np.ones(len(owner))
    nodes = np.flatnonzero(asked)
    number = np.full(facts.count, -1)
    number[nodes] = np.arange(len(nodes))
    kept = number[owner] >= 0
    return Demands(nodes, need[nodes], np.full(len(nodes), rule), number[owner[kept]], other[kept], weight[kept],
                   edge[kept])


def without_exceptions(demands: Demands, form: EachShare | Linked) -> Demands:
    """The demands whose owners can never be excepted."""
    kept = ((form.exempt_among == 0) | (form.exempt == 0))[demands.owner]
    number, entries = np.cumsum(kept) - 1, kept[demands.demand]
    return Demands(demands.owner[kept], demands.need[kept], demands.rule[kept], number[demands.demand[entries]],
                   demands.other[entries], demands.supply[entries], demands.edge[entries])


def usable(tree: Form, count: int) -> Bools:
    """[n] whom no plain rule bars by an absent fact of its own."""
    found = np.ones(count, np.bool_)
    for form in always(tree):
        if isinstance(form, Sum):
            found &= form.low > -np.inf
        elif isinstance(form, TotalShare):
            found &= form.denominator < np.inf
    return found


def peel_rules(trees: Mapping[str, Form], facts: Facts, allowed: Bools) -> tuple[Peeled, Demands]:
    """Who is in no cluster that complies, and for which demand; ``Demands.rule`` counts the trees in their order."""
    demands, able = NO_DEMANDS, allowed.copy()
    for rule, tree in enumerate(trees.values()):
        able &= usable(tree, facts.count)
        for form in always(tree):
            if isinstance(form, EachShare | Linked):
                demands += without_exceptions(demands_of(form, facts, rule), form)
    return peel(demands, able), demands
