"""A first answer: leave out one node after the other, the least useful first, until everything that is asked holds."""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

from smezhnik.clusters.arrays import grouped, summed
from smezhnik.clusters.bound import Bound, SumRows
from smezhnik.clusters.problem import Problem
from smezhnik.rules.facts import Bools, Floats, Ints
from smezhnik.rules.forms import SLACK

#: Prices of the rules on sums are tried at these multiples of those of the bound.
MULTIPLES = (1.0, 0.5, 2.0, 0.0, 4.0)


def leave_out(problem: Problem, bound: Bound) -> Bools | None:
    """[n] the best of a few such answers, None where none keeps everything.

    A node is worth what its contracts inside are worth, plus what it gives to the rules on sums at their prices.
    Whoever then lacks supply goes too. A node without whom a rule that holds would be broken stays.
    """
    free = np.zeros(problem.facts.count, np.bool_)
    free[bound.nodes] = True
    rows = SumRows.of(problem, free, bound.inside)
    best, best_value = None, -np.inf
    for multiple in MULTIPLES:
        worth, cost = rows.priced(bound.prices * multiple)
        member = _leave_out(problem, bound, rows, worth, cost)
        if (value := problem.value(member)) > best_value and problem.complies(member):
            best, best_value = member, value
        if not bound.prices.any():
            break
    return best


def _leave_out(problem: Problem, bound: Bound, rows: SumRows, worth: Floats, cost: Floats) -> Bools:
    nodes, graph, demands = bound.nodes, bound.pairs, problem.demands
    column = np.full(problem.facts.count, -1)
    column[nodes] = np.arange(len(nodes))
    own = column[demands.owner]
    kept = (own[demands.demand] >= 0) & (column[demands.other] >= 0)
    fixed = bound.inside[demands.other]
    left = demands.need - summed(demands.demand[fixed], demands.supply[fixed], len(own))
    demand, other, supply = demands.demand[kept], column[demands.other[kept]], demands.supply[kept]
    order, given = grouped(other, len(nodes))
    found = summed(demand, supply, len(own)) - left
    edge = np.array([weights if len(weights) else np.zeros(len(worth)) for weights in rows.edge]).reshape(
        len(rows.least), len(worth))
    node = np.array(rows.node).reshape(len(rows.least), len(nodes))
    slack = np.array([rows.slack(row, np.ones(len(nodes), np.bool_)) for row in range(len(rows.least))])
    inside = np.ones(len(nodes), np.bool_)
    _remove(graph.start, graph.to, graph.pair, worth, cost, edge, node, slack, given, demand[order], supply[order],
            own, found, -SLACK * np.maximum(1.0, left), inside)
    member = bound.inside.copy()
    member[nodes[inside]] = True
    return member


@njit(cache=True, nogil=True)
def _remove(start: Ints, to: Ints, pair: Ints, worth: Floats, cost: Floats, edge: Floats, node: Floats, slack: Floats,
            given: Ints, demand: Ints, supply: Floats, owner: Ints, found: Floats, least: Floats,
            inside: Bools) -> None:
    """Take nodes out of ``inside`` until all ``slack`` ≥ 0 or nobody is left who may go."""
    nodes, rows = len(inside), len(slack)
    score = cost.copy()
    for own in range(nodes):
        for arc in range(start[own], start[own + 1]):
            score[own] += worth[pair[arc]]
    heap = [(score[own], own) for own in range(nodes)]
    heapq.heapify(heap)
    queue = np.empty(nodes, np.int64)
    gone_too = np.zeros(nodes, np.bool_)
    while heap:
        broken = False
        for row in range(rows):
            broken = broken or slack[row] < 0
        if not broken:
            return
        value, first = heapq.heappop(heap)
        if not inside[first] or value != score[first]:
            continue
        stays = False
        for row in range(rows):
            if slack[row] >= 0:
                loss = node[row, first]
                for arc in range(start[first], start[first + 1]):
                    if inside[to[arc]]:
                        loss += edge[row, pair[arc]]
                stays = stays or loss > slack[row]
        if stays:
            continue
        inside[first] = False
        queue[0], head, tail = first, 0, 1
        while head < tail:
            gone = queue[head]
            head += 1
            gone_too[gone] = True
            for row in range(rows):
                slack[row] -= node[row, gone]
            for arc in range(start[gone], start[gone + 1]):
                other = to[arc]
                if gone_too[other]:
                    continue
                for row in range(rows):
                    slack[row] -= edge[row, pair[arc]]
                if inside[other]:
                    score[other] -= worth[pair[arc]]
                    heapq.heappush(heap, (score[other], other))
            for place in range(given[gone], given[gone + 1]):
                asked = demand[place]
                found[asked] -= supply[place]
                who = owner[asked]
                if who >= 0 and inside[who] and found[asked] < least[asked]:
                    inside[who] = False
                    queue[tail] = who
                    tail += 1
