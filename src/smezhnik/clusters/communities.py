"""Communities of a network: groups that trade more among themselves than their sizes would let expect.

The Leiden method: nodes move to the neighbouring community with the largest gain of modularity, each community is
refined into parts that hang together, the parts become the nodes of a smaller network, and so on until nothing moves.
Written here because the known libraries are under licences that this product cannot take on; the refinement moves
single nodes of a community only, best gain first, which keeps every part connected.

Reference: Traag, Waltman, van Eck, From Louvain to Leiden: guaranteeing well-connected communities, 2019, section 2.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from smezhnik.clusters.arrays import summed
from smezhnik.rules.facts import Facts, Floats, Ints

#: Rounds of moving, refining and merging at most.
ROUNDS = 20
#: How often the whole is done again from the communities found.
PASSES = 2


def find_communities(facts: Facts, weight: Floats, resolution: float = 0.4, seed: int = 0) -> Ints:
    """[n] number of the community of each node, 0 the largest by weight inside; nodes without contracts alone.

    Maximises Q = Σ_c (w_cc / W − resolution · (k_c / 2W)²), w_cc the weight inside, k_c that of all contracts of c.

    Parameters
    ----------
    facts : the network
    weight : [m] ≥ 0, weight of each contract
    resolution : lower means larger communities; production chains are larger than what 1 finds
    seed : of the order in which nodes move
    """
    used = (weight > 0) & (facts.seller != facts.buyer)
    one, other, value = facts.seller[used], facts.buyer[used], weight[used]
    draw, count = np.random.default_rng(seed), facts.count
    group = np.arange(count)
    for _ in range(PASSES):
        group = _pass(one, other, value, group, resolution, draw)
    return _numbered(_connected(group, one, other), facts, weight)


def _pass(one: Ints, other: Ints, value: Floats, group: Ints, resolution: float, draw: np.random.Generator) -> Ints:
    """Move, refine, merge until nothing moves, from the communities given; [n] the communities at the end."""
    count = len(group)
    node, own = np.arange(count), np.zeros(count)
    begin = group
    for _ in range(ROUNDS):
        start, to, amount = _adjacency(one, other, value, count)
        degree = summed(np.repeat(np.arange(count), np.diff(start)), amount, count) + 2 * own
        whole = max(float(degree.sum()), 1e-12)
        alone, one_bound = np.arange(count), np.zeros(count, np.int64)
        community = _move(start, to, amount, degree, whole, resolution, draw.permutation(count), begin, one_bound,
                          False)
        _, community = np.unique(community, return_inverse=True)
        if community.max() + 1 == count:
            break
        part = _move(start, to, amount, degree, whole, resolution, draw.permutation(count), alone, community, True)
        _, part = np.unique(part, return_inverse=True)
        parts = int(part.max()) + 1
        if parts == count:
            return community[node]
        begin = np.empty(parts, np.int64)
        begin[part] = community
        inside = part[one] == part[other]
        own = summed(part, own, parts) + summed(part[one[inside]], value[inside], parts)
        one, other, value = part[one[~inside]], part[other[~inside]], value[~inside]
        node, count = part[node], parts
    return node


def _connected(group: Ints, one: Ints, other: Ints) -> Ints:
    """Communities parted where they do not hang together: that never lowers Q."""
    label = np.arange(len(group))
    inner = group[one] == group[other]
    one, other = one[inner], other[inner]
    while True:
        lower = label.copy()
        np.minimum.at(lower, one, label[other])
        np.minimum.at(lower, other, label[one])
        lower = lower[lower]
        if (lower == label).all():
            return label
        label = lower


def _adjacency(one: Ints, other: Ints, value: Floats, count: int) -> tuple[Ints, Ints, Floats]:
    """Neighbours of each node and the weight to each, contracts of one pair added up."""
    key, place = np.unique(np.concatenate([one, other]) * np.int64(count) + np.concatenate([other, one]),
                           return_inverse=True)
    amount = summed(place, np.concatenate([value, value]), len(key))
    return np.searchsorted(key // count, np.arange(count + 1)), key % count, amount


def _numbered(group: Ints, facts: Facts, weight: Floats) -> Ints:
    """Communities by the weight of their contracts inside, largest first; equal ones by their first node."""
    inside = (group[facts.seller] == group[facts.buyer]) & (facts.seller != facts.buyer)
    names, first = np.unique(group, return_index=True)
    total = summed(group[facts.seller[inside]], weight[inside], int(group.max(initial=0)) + 1)[names]
    place = np.empty(int(group.max(initial=0)) + 1, np.int64)
    place[names[np.lexsort([first, -total])]] = np.arange(len(names))
    return place[group]


@njit("int64[::1](int64[::1], int64[::1], float64[::1], float64[::1], float64, float64, int64[::1], int64[::1],"
      "int64[::1], boolean)", cache=True, nogil=True)
def _move(start: Ints, to: Ints, amount: Floats, degree: Floats, whole: float, resolution: float, order: Ints,
          begin: Ints, bounds: Ints, refining: bool) -> Ints:
    """Community of each node after moving until no move gains.

    ``begin``: communities at the start, numbers below the number of nodes; moves stay within nodes of equal
    ``bounds``. When refining, only nodes that are still alone move, once.
    """
    nodes = len(degree)
    community = begin.copy()
    total, size = np.zeros(nodes), np.zeros(nodes, np.int64)
    for node in range(nodes):
        total[community[node]] += degree[node]
        size[community[node]] += 1
    queue = np.empty(nodes + 1, np.int64)
    queue[:nodes] = order
    waiting = np.ones(nodes, np.bool_)
    head, tail, left = 0, nodes, nodes
    near = np.zeros(nodes)
    touched = np.empty(nodes, np.int64)
    while left > 0:
        node = queue[head]
        head = (head + 1) % (nodes + 1)
        left -= 1
        waiting[node] = False
        here = community[node]
        if refining and size[here] > 1:
            continue
        count = 0
        for place in range(start[node], start[node + 1]):
            other = to[place]
            if bounds[other] == bounds[node]:
                there = community[other]
                if near[there] == 0.0:
                    touched[count] = there
                    count += 1
                near[there] += amount[place]
        best = here
        best_gain = near[here] - resolution * degree[node] * (total[here] - degree[node]) / whole
        for index in range(count):
            there = touched[index]
            if there != here:
                gain = near[there] - resolution * degree[node] * total[there] / whole
                if gain > best_gain + 1e-12 * whole:
                    best, best_gain = there, gain
        for index in range(count):
            near[touched[index]] = 0.0
        if best == here:
            continue
        total[here] -= degree[node]
        size[here] -= 1
        total[best] += degree[node]
        size[best] += 1
        community[node] = best
        for place in range(start[node], start[node + 1]):
            other = to[place]
            if not waiting[other] and community[other] != best and bounds[other] == bounds[node] and not refining:
                waiting[other] = True
                queue[tail] = other
                tail = (tail + 1) % (nodes + 1)
                left += 1
    return community
