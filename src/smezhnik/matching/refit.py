"""Fit the ranking model to one's own decisions, and say whether that made it better.

The simple fit keeps the trees and weighs the reasons anew (five numbers), so a few dozen decisions are enough::

    log-odds = base + Σ scale[r] · contribution[r] + offset,   scale[r] ≥ 0

``offset`` is what the score of a link holds beside the reasons of its text and code: its rivals, capacity, distance …

A model is kept only if on needs that it had not seen its log-loss is lower, with the 95 % interval below zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smezhnik.errors import CannotSay
from smezhnik.matching.ranking import Ranker

#: Parts that the needs are cut into: each is judged by a model fitted on the others.
FOLDS = 5
#: Fewer decisions of either kind, or fewer needs, say nothing.
FEWEST = 10
#: Trust in the model at hand, counted in decisions: the fewer there are, the less it changes.
TRUST = 5.0
RESAMPLES = 2000

#: (features, labels, offsets) → model.
Fit = Callable[[NDArray[np.float32], NDArray[np.bool_], NDArray[np.float64]], Ranker]


@dataclass(frozen=True)
class Comparison:
    """How a new model does against the one at hand, on needs that it had not seen.

    Attributes
    ----------
    positive, negative, needs : decisions of each kind and needs they belong to
    before, after : mean log-loss of both models (the lower, the better)
    low, high : 95 % interval of ``after − before``, bootstrap over needs
    """

    positive: int
    negative: int
    needs: int
    before: float
    after: float
    low: float
    high: float

    @property
    def better(self) -> bool:
        """Whether the gain is proven."""
        return self.high < 0


def fit_reasons(ranker: Ranker, features: NDArray[np.float32], label: NDArray[np.bool_], offset: NDArray[np.float64]
                ) -> Ranker:
    """The model with its base and the weights of its reasons fitted to the decisions.

    Logistic regression, penalised by TRUST · (scale − 1)² / 2 and as much for the base; a reason whose weight would
    be negative gets 0.
    """
    base, part = ranker.explain_features(features)
    free = np.ones(part.shape[1] + 1, np.bool_)
    weights = np.append(np.ones(part.shape[1]), base)
    prior = weights.copy()
    columns = np.column_stack([part, np.ones(len(part))])
    while True:
        weights = _newton(columns, offset, label.astype(np.float64), weights, prior, free)
        wrong = free[:-1] & (weights[:-1] < 0)
        if not wrong.any():
            break
        free[:-1] &= ~wrong
        weights[:-1][wrong] = 0.0
    meta = {**ranker.meta, "refitted": {"method": "reasons", "links": len(label)}}
    return ranker.rescaled(float(weights[-1]), weights[:-1], meta)


def _newton(columns: NDArray[np.float64], offset: NDArray[np.float64], wanted: NDArray[np.float64],
            weights: NDArray[np.float64], prior: NDArray[np.float64], free: NDArray[np.bool_]) -> NDArray[np.float64]:
    weights = weights.copy()
    for _ in range(100):
        chance = 1 / (1 + np.exp(-(columns @ weights + offset)))
        slope = columns.T @ (chance - wanted) + TRUST * (weights - prior)
        curve = (columns.T * (chance * (1 - chance))) @ columns + TRUST * np.eye(len(weights))
        step = np.zeros(len(weights))
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        # a full step may overshoot where the scores are far out: never more than 2 at once
        weights -= step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    return weights


def compare_fit(ranker: Ranker, features: NDArray[np.float32], label: NDArray[np.bool_], offset: NDArray[np.float64],
                need: NDArray[Any], fit: Fit, *, seed: int = 0) -> Comparison:
    """Cross-validate ``fit`` by needs against the model at hand.

    Parameters
    ----------
    features : ``Ranker.features`` of the decided pairs
    label : True where the link was agreed on, False where it was declined because it did not fit
    offset : log-odds of each link that are none of the model's
    need : id of each pair's need; all pairs of a need are in one part

    Raises
    ------
    CannotSay ``too_few_decisions`` with fewer than FEWEST of either kind or needs.
    """
    needs, group = np.unique(need, return_inverse=True)
    positive, negative = int(label.sum()), int((~label).sum())
    if min(positive, negative, len(needs)) < FEWEST:
        raise CannotSay("too_few_decisions", positive=positive, negative=negative, needs=len(needs), fewest=FEWEST)
    part = np.random.default_rng(seed).permutation(len(needs))[group] % FOLDS
    before, after = calc_losses(ranker, features, label, offset), np.zeros(len(label))
    for number in range(FOLDS):
        held = part == number
        if held.any():
            fitted = fit(features[~held], label[~held], offset[~held])
            after[held] = calc_losses(fitted, features[held], label[held], offset[held])
    gain = np.bincount(group, after - before)
    count = np.bincount(group)
    drawn = np.random.default_rng(seed).integers(0, len(needs), (RESAMPLES, len(needs)))
    low, high = np.quantile(gain[drawn].sum(axis=1) / count[drawn].sum(axis=1), [0.025, 0.975])
    return Comparison(positive, negative, len(needs), float(before.mean()), float(after.mean()), float(low),
                      float(high))


def calc_losses(ranker: Ranker, features: NDArray[np.float32], label: NDArray[np.bool_], offset: NDArray[np.float64]
                ) -> NDArray[np.float64]:
    """Log-loss of each pair: −ln of the probability given to what happened."""
    base, part = ranker.explain_features(features)
    score = base + part.sum(axis=1) + offset
    return np.asarray(np.logaddexp(0.0, np.where(label, -score, score)))
