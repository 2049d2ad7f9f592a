"""Walks over the graph of needs and offers, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@njit("int64[::1](int64[::1], int64[::1], int64, int64)", cache=True, nogil=True)
def components(need: Ints, offer: Ints, needs: int, offers: int) -> Ints:
    """Component of each link: links that share needs or offers, directly or through others, have one number."""
    parent = np.arange(needs + offers)
    for link in range(len(need)):
        left, right = need[link], needs + offer[link]
        while parent[left] != left:
            parent[left] = parent[parent[left]]
            left = parent[left]
        while parent[right] != right:
            parent[right] = parent[parent[right]]
            right = parent[right]
        if left != right:
            parent[max(left, right)] = min(left, right)
    found = np.empty(len(need), np.int64)
    for link in range(len(need)):
        node = need[link]
        while parent[node] != node:
            node = parent[node]
        found[link] = node
    return found


@njit("int64[::1](int64[::1], int64[::1], int64[::1], int64[::1], boolean[::1], boolean[::1], int64)",
      cache=True, nogil=True)
def best_reached(need: Ints, offer: Ints, by_offer: Ints, waiting: Ints, grows: Flags, shrinks: Flags,
                 offers: int) -> Ints:
    """Which waiting need one more unit of each offer would reach; -1 where none.

    An offer reaches the needs of its links that may grow. Through a need that is served in full it reaches on:
    what another offer delivers there (a link that may shrink) is set free for that offer's own needs.

    Parameters
    ----------
    need, offer : [links], ordered by need
    by_offer : [links] positions of the links ordered by offer
    waiting : needs that are not served in full, the most wanted first
    grows, shrinks : [links] whether the delivery may become larger, smaller
    """
    needs = 0
    if len(need):
        needs = need[-1] + 1
    need_start = np.searchsorted(need, np.arange(needs + 1))
    offer_start = np.searchsorted(offer[by_offer], np.arange(offers + 1))
    seen = np.zeros(needs, np.bool_)
    reached = np.full(offers, -1, np.int64)
    stack = np.empty(needs + 1, np.int64)
    for goal in waiting:
        if goal >= needs or seen[goal]:
            continue
        seen[goal] = True
        stack[0], depth = goal, 1
        while depth:
            depth -= 1
            here = stack[depth]
            for link in range(need_start[here], need_start[here + 1]):
                giver = offer[link]
                if not grows[link] or reached[giver] >= 0:
                    continue
                reached[giver] = goal
                for place in range(offer_start[giver], offer_start[giver + 1]):
                    other = by_offer[place]
                    if shrinks[other] and not seen[need[other]]:
                        seen[need[other]] = True
                        stack[depth] = need[other]
                        depth += 1
    return reached
