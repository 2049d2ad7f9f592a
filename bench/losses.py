"""The loss that the ranking model is trained by: log-loss of pairs and of their order, compiled.

    (1 − order) · log-loss + order · pairwise loss
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def loss_of_order(  # type: ignore[no-untyped-def]
    score, relevance, gain, start, weight, order, gradient,
):
    """Smooth loss: log-loss of pairs and of their order, every need alike; adds to ``gradient``."""
    loss = 0.0
    for need in range(len(start) - 1):
        first, last = start[need], start[need + 1]
        share = (1.0 - order) * weight[need] * 10.0 / (last - first)
        for at in range(first, last):
            given = score[at]
            loss += share * (np.log1p(np.exp(-abs(given))) + max(given, 0.0) - relevance[at] * given)
            gradient[at] += share * (1.0 / (1.0 + np.exp(-given)) - relevance[at])
        total = 0.0
        for a in range(first, last):
            for b in range(first, last):
                total += max(gain[a] - gain[b], 0.0)
        if total <= 0:
            continue
        for a in range(first, last):
            for b in range(first, last):
                if gain[a] > gain[b]:
                    importance = (gain[a] - gain[b]) / total * order * weight[need] * 5.0
                    ahead = score[a] - score[b]
                    loss += importance * (np.log1p(np.exp(-abs(ahead))) + max(-ahead, 0.0))
                    pull = importance / (1.0 + np.exp(ahead))
                    gradient[a] -= pull
                    gradient[b] += pull
    return loss


@njit(cache=True, nogil=True)
def add_gradients(  # type: ignore[no-untyped-def]
    score, relevance, gain, start, weight, order, gradient, hessian,
):
    for need in range(len(start) - 1):
        first, last = start[need], start[need + 1]
        count = last - first
        for at in range(first, last):
            chance = 1.0 / (1.0 + np.exp(-score[at]))
            share = (1.0 - order) * weight[need] * 10.0 / count
            gradient[at] += share * (chance - relevance[at])
            hessian[at] += share * max(chance * (1.0 - chance), 1e-6)
        ranked = np.argsort(-score[first:last])
        discount = np.zeros(count)
        for place in range(count):
            discount[ranked[place]] = 1.0 / np.log2(place + 2.0)
        best = np.sort(gain[first:last])[::-1]
        ideal = 0.0
        for place in range(min(count, 10)):
            ideal += best[place] / np.log2(place + 2.0)
        if ideal <= 0:
            continue
        for a in range(count):
            for b in range(count):
                if gain[first + a] > gain[first + b]:
                    change = (gain[first + a] - gain[first + b]) * abs(discount[a] - discount[b]) / ideal
                    wrong = 1.0 / (1.0 + np.exp(score[first + a] - score[first + b]))
                    pull = wrong * change * order * weight[need]
                    gradient[first + a] -= pull
                    gradient[first + b] += pull
                    curve = wrong * (1.0 - wrong) * change * order * weight[need]
                    hessian[first + a] += curve
                    hessian[first + b] += curve
