"""The best set of nodes when contracts inside are worth something and nodes cost something: a minimum cut.

max over x of Σ_e v_e x_s x_b + Σ_i c_i x_i, v ≥ 0, is solved by sharing the worth of each contract between its parties:
for any shares α, Σ_e v_e x_s x_b ≤ Σ_i (c_i + Σ_e α_e(i)) x_i, so Σ_i max(0, r_i) with r_i = c_i + Σ_e α_e(i) is a
bound. Pushing worth from nodes with r > 0 to nodes with r < 0 lowers it; when none can be pushed the bound is reached
by the set of nodes that no deficit can be reached from. This is the push–relabel method of maximum flow; any shares
give a valid bound, so float noise and an early end only weaken it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from smezhnik.clusters.arrays import grouped, summed
from smezhnik.rules.facts import Bools, Floats, Ints

#: What is smaller than this part of the largest worth is not pushed any more.
NOISE = 1e-11


@dataclass(frozen=True, eq=False)
class Pairs:
    """A graph of nodes 0…n−1 with pairs, each in two arcs.

    Attributes
    ----------
    start : [n + 1] first arc of each node
    to, twin, pair : [arcs] the other party, the arc back, the pair
    left, right : [pairs] the arcs of its two parties
    """

    start: Ints
    to: Ints
    twin: Ints
    pair: Ints
    left: Ints
    right: Ints

    @classmethod
    def of(cls, count: int, one: Ints, other: Ints) -> Pairs:
        pairs = len(one)
        tail, head = np.concatenate([one, other]), np.concatenate([other, one])
        order, start = grouped(tail, count)
        place = np.empty(2 * pairs, np.int64)
        place[order] = np.arange(2 * pairs)
        twin = np.concatenate([place[pairs:], place[:pairs]])[order]
        return cls(start, head[order], twin, order % max(pairs, 1),
                   place[:pairs], place[pairs:])

    def sum(self, value: Floats) -> Floats:
        """[n] the sum over the arcs of each node."""
        return summed(np.repeat(np.arange(len(self.start) - 1), np.diff(self.start)), value, len(self.start) - 1)


@dataclass(frozen=True, eq=False)
class Shared:
    """Worth shared so that the bound is reached.

    Attributes
    ----------
    share : [pairs] part of the worth that the left party has
    residual : [arcs] how much worth each can still carry to the other party
    rest : [n] worth of each node, r; the bound is the sum of those above 0
    chosen : [n] the largest best set
    """

    share: Floats
    residual: Floats
    rest: Floats
    chosen: Bools


def push(graph: Pairs, share: Floats, worth: Floats, cost: Floats) -> Shared:
    """Shares that reach the bound, beginning with ``share``; worth [pairs] ≥ 0, cost [n]."""
    residual = np.empty(len(graph.to))
    residual[graph.left], residual[graph.right] = share * worth, (1 - share) * worth
    rest = cost + graph.sum(residual)
    noise = NOISE * float(max(worth.max(initial=0.0), np.abs(cost).max(initial=0.0)))
    height = _push(graph.start, graph.to, graph.twin, residual, rest, noise)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(np.where(worth > 0, residual[graph.left] / worth, 0.5), 0.0, 1.0)
    residual[graph.left], residual[graph.right] = share * worth, (1 - share) * worth
    return Shared(share, residual, cost + graph.sum(residual), height >= len(cost))


def widen(graph: Pairs, residual: Floats, rest: Floats, amount: float) -> tuple[Bools, Bools]:
    """[n] nodes that ``amount`` can be pushed to from one that has it left, and from which it can to one that lacks it.

    Along single paths only, so there may be more of both.
    """
    paying, costing = rest >= amount, rest <= -amount
    _reach(graph.start, graph.to, graph.twin, residual, paying, amount, True)
    _reach(graph.start, graph.to, graph.twin, residual, costing, amount, False)
    return paying, costing & ~paying


@njit("void(int64[::1], int64[::1], int64[::1], float64[::1], boolean[::1], float64, boolean)", cache=True, nogil=True)
def _reach(start: Ints, to: Ints, twin: Ints, residual: Floats, reached: Bools, amount: float, along: bool) -> None:
    """Widen ``reached`` over arcs that carry ``amount``, along them or against."""
    queue = np.empty(len(reached), np.int64)
    tail = 0
    for node in range(len(reached)):
        if reached[node]:
            queue[tail] = node
            tail += 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        for arc in range(start[node], start[node + 1]):
            carried = residual[arc] if along else residual[twin[arc]]
            if carried >= amount and not reached[to[arc]]:
                reached[to[arc]] = True
                queue[tail] = to[arc]
                tail += 1


@njit("void(int64[::1], int64[::1], int64[::1], float64[::1], float64[::1], int64[::1], int64[::1], float64)",
      cache=True, nogil=True)
def _measure(start: Ints, to: Ints, twin: Ints, residual: Floats, rest: Floats, height: Ints, queue: Ints,
             noise: float) -> None:
    """Height of each node: its distance from a deficit over arcs that can still carry worth; n where there is none."""
    nodes = len(rest)
    tail = 0
    for node in range(nodes):
        height[node] = nodes
        if rest[node] < -noise:
            height[node] = 0
            queue[tail] = node
            tail += 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        for arc in range(start[node], start[node + 1]):
            giver = to[arc]
            if height[giver] == nodes and residual[twin[arc]] > noise:
                height[giver] = height[node] + 1
                queue[tail] = giver
                tail += 1


@njit("int64[::1](int64[::1], int64[::1], int64[::1], float64[::1], float64[::1], float64)", cache=True, nogil=True)
def _push(start: Ints, to: Ints, twin: Ints, residual: Floats, rest: Floats, noise: float) -> Ints:
    """Push until no surplus can reach a deficit; changes ``residual`` and ``rest``; the heights at the end."""
    nodes = len(rest)
    height = np.empty(nodes, np.int64)
    queue = np.empty(nodes + 1, np.int64)
    waiting = np.zeros(nodes, np.bool_)
    current = start[:-1].copy()
    while True:
        _measure(start, to, twin, residual, rest, height, queue, noise)
        current[:] = start[:-1]
        head, tail, size, work = 0, 0, 0, 0
        for node in range(nodes):
            waiting[node] = rest[node] > noise and height[node] < nodes
            if waiting[node]:
                queue[tail] = node
                tail += 1
                size += 1
        if size == 0:
            return height
        while size > 0 and work < 4 * nodes + len(to):
            node = queue[head]
            head = (head + 1) % (nodes + 1)
            size -= 1
            waiting[node] = False
            while rest[node] > noise and height[node] < nodes:
                if current[node] == start[node + 1]:
                    lowest = nodes
                    for arc in range(start[node], start[node + 1]):
                        if residual[arc] > noise and height[to[arc]] + 1 < lowest:
                            lowest = height[to[arc]] + 1
                    work += start[node + 1] - start[node] + 1
                    height[node] = lowest
                    current[node] = start[node]
                    continue
                arc = current[node]
                taker = to[arc]
                if residual[arc] > noise and height[node] == height[taker] + 1:
                    amount = min(rest[node], residual[arc])
                    residual[arc] -= amount
                    residual[twin[arc]] += amount
                    rest[node] -= amount
                    rest[taker] += amount
                    if rest[taker] > noise and not waiting[taker] and height[taker] < nodes:
                        waiting[taker] = True
                        queue[tail] = taker
                        tail = (tail + 1) % (nodes + 1)
                        size += 1
                else:
                    current[node] += 1
