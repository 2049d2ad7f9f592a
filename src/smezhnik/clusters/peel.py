"""Peeling: who cannot be in any cluster that complies, in linear time.

A *demand* belongs to a node and asks that other members supply at least so much: a share of output sold inside, or one
contract with a member. Sets whose members all have their demands met are closed under union: adding members only adds
supply. So there is one largest such set, and removing whoever cannot have a demand met even with all who are left,
until nobody is removed, finds it. Whoever is removed is in no such set: with fewer members supply is only less.

Exact for demands that allow no exceptions and do not depend on an "or". Other rules only take sets away from those, so
what is peeled stays impossible; what is left may be too much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from smezhnik.clusters.arrays import grouped, summed
from smezhnik.rules.facts import Bools, Floats, Ints
from smezhnik.rules.forms import SLACK

Positions = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Demands:
    """What members ask of each other.

    Attributes
    ----------
    owner, need : [demands] whose demand, and how much others must supply; > 0
    rule : [demands] number of the rule that the demand comes from
    demand, other, supply, edge : [supplies] which demand, which node meets it, with how much (> 0), by which contract
    """

    owner: Ints
    need: Floats
    rule: Ints
    demand: Ints
    other: Ints
    supply: Floats
    edge: Ints

    def __add__(self, more: Demands) -> Demands:
        count = len(self.owner)
        return Demands(
            np.concatenate([self.owner, more.owner]), np.concatenate([self.need, more.need]),
            np.concatenate([self.rule, more.rule]), np.concatenate([self.demand, more.demand + count]),
            np.concatenate([self.other, more.other]), np.concatenate([self.supply, more.supply]),
            np.concatenate([self.edge, more.edge]))


_NONE, _NOTHING = np.zeros(0, np.int64), np.zeros(0)
NO_DEMANDS = Demands(_NONE, _NOTHING, _NONE, _NONE, _NONE, _NOTHING, _NONE)


def supplied(demands: Demands, member: Bools) -> Floats:
    """[demands] how much these members supply to each."""
    inner = member[demands.other]
    return summed(demands.demand[inner], demands.supply[inner], len(demands.owner))


@dataclass(frozen=True, eq=False)
class Peeled:
    """The largest set whose members' demands are met.

    Attributes
    ----------
    kept : [n] who is left
    failed : [n] the demand for which a node was removed, −1 for the others
    """

    kept: Bools
    failed: Ints


def peel(demands: Demands, usable: Bools) -> Peeled:
    """Remove whoever cannot have a demand met by all who are left, until nobody is removed.

    Parameters
    ----------
    demands : what members ask of each other
    usable : [n] who may be a member at all
    """
    count = len(demands.owner)
    by_demand, asked = grouped(demands.demand, count)
    by_other, given = grouped(demands.other, len(usable))
    kept = usable.copy()
    failed = _peel(kept, demands.owner, demands.need, asked, demands.other[by_demand], demands.supply[by_demand],
                   given, demands.demand[by_other], demands.supply[by_other])
    return Peeled(kept, failed)


@njit("int64[::1](boolean[::1], int64[::1], float64[::1], int64[::1], int64[::1], float64[::1], int64[::1],"
      "int64[::1], float64[::1])", cache=True, nogil=True)
def _peel(kept: Bools, owner: Ints, need: Floats, asked: Ints, other: Ints, supply: Floats, given: Ints,
          demand: Ints, amount: Floats) -> Ints:
    """Peel ``kept`` in place; the demand that each removed node failed on."""
    nodes, demands = len(kept), len(owner)
    failed = np.full(nodes, -1, np.int64)
    found, least = np.zeros(demands), np.minimum(need - SLACK, need * (1 - SLACK))
    for row in range(demands):
        for place in range(asked[row], asked[row + 1]):
            if kept[other[place]]:
                found[row] += supply[place]
    queue = np.empty(nodes, np.int64)
    tail = 0
    for row in range(demands):
        node = owner[row]
        if kept[node] and found[row] < least[row]:
            kept[node] = False
            failed[node] = row
            queue[tail] = node
            tail += 1
    head = 0
    while head < tail:
        gone = queue[head]
        head += 1
        for place in range(given[gone], given[gone + 1]):
            row = demand[place]
            node = owner[row]
            found[row] -= amount[place]
            if not kept[node] or found[row] >= least[row] + 1e-6 * need[row]:
                continue
            # Subtracting adds noise: near the border the sum is taken anew. Who is queued still counts in ``found``
            # and not here, which only removes sooner who would be removed anyway.
            exact = 0.0
            for entry in range(asked[row], asked[row + 1]):
                if kept[other[entry]]:
                    exact += supply[entry]
            if exact < least[row]:
                kept[node] = False
                failed[node] = row
                queue[tail] = node
                tail += 1
    return failed
