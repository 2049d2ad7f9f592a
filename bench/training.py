"""How the ranking model is trained: a linear part first, then trees that correct it.

The loss of a need is ``(1 − ORDER) · log-loss + ORDER · pairwise loss`` (``losses``): the first term keeps the scores
log-odds, the second puts the candidates in order; for the trees a pair weighs what its exchange changes in nDCG@10.
Trees look at one reason each; both parts obey the stated directions (``features.FEATURES``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.calibration import Calibration
from bench.losses import add_gradients, loss_of_order
from bench.prepared import SEED, Prepared, features_of
from smezhnik.matching.background import Background
from smezhnik.matching.features import FEATURES, REASON_OF, TEXT_REASONS
from smezhnik.matching.ranking import Ranker, silent_values, sum_by_reason
from smezhnik.matching.trees import Trees, trees_of_dump

#: Pairs to train on: the first candidates of at most so many needs a set.
TRAIN_DEPTH, NEEDS = 60, 400
#: Share of the order of candidates in the loss, of the linear part and of the trees.
LINEAR_ORDER, ORDER = 0.999, 0.99
#: Penalty of a weight of the linear part that leaves its PRIOR, a standard deviation of its column.
RIDGE = 3.0
#: Weights of ln(1 + feature) where no set can teach them: few judged sets have codes, and a shared code still speaks.
PRIOR: Mapping[str, float] = {"code_signs": 1.0, "code_parts": -1.0}
ROUNDS = 20
PARAMETERS: Mapping[str, Any] = {
    "num_leaves": 7, "learning_rate": 0.12, "min_data_in_leaf": 60, "min_sum_hessian_in_leaf": 1.0, "lambda_l2": 1.0,
    "feature_fraction": 0.7, "max_bin": 127, "seed": SEED, "deterministic": True, "force_row_wise": True,
    "num_threads": 1, "verbose": -1,
}
NO_TREES = trees_of_dump({"tree_info": []}, [])


def chosen_rows(prepared: Prepared) -> NDArray[np.intp]:
    """Rows to train on: the first candidates of at most NEEDS needs, drawn with SEED."""
    needs = np.unique(prepared.need)
    drawn = np.random.default_rng(SEED).permutation(needs)[:NEEDS]
    return np.flatnonzero(np.isin(prepared.need, drawn) & (prepared.place < TRAIN_DEPTH))


@dataclass(frozen=True)
class Examples:
    """Pairs to train on, by need: features, relevance, gain of nDCG, where each need begins and what it weighs."""

    features: NDArray[np.float32]
    relevance: NDArray[np.float64]
    gain: NDArray[np.float64]
    start: NDArray[np.int64]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """A trained model before calibration: score = base + linear part + trees."""

    linear: NDArray[np.float64]
    trees: Trees
    base: float

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(self.base + sum_by_reason(self.linear, self.trees, features).sum(axis=1))


def gather_examples(sets: Sequence[Prepared], background: Background) -> Examples:
    """Examples of all sets; a set weighs the square root of its needs."""
    rows = [chosen_rows(item) for item in sets]
    pairs = list(zip(sets, rows, strict=True))
    starts, weights = [np.zeros(1, np.int64)], []
    for item, at in pairs:
        counts = np.unique(item.need[at], return_counts=True)[1]
        starts.append(starts[-1][-1] + np.cumsum(counts))
        weights.append(np.full(len(counts), np.sqrt(NEEDS / len(counts))))
    return Examples(
        np.concatenate([features_of(item, background, at) for item, at in pairs]),
        np.concatenate([item.relevance[at] for item, at in pairs]),
        2.0 ** np.concatenate([item.grade[at] for item, at in pairs]) - 1,
        np.concatenate(starts), np.concatenate(weights),
    )


def train(examples: Examples) -> Model:
    """The linear part, and trees that correct it."""
    linear, base = fit_linear(examples)
    plain = Model(linear, NO_TREES, base)
    return replace(plain, trees=fit_trees(plain.score(examples.features), examples))


def fit_trees(at_first: NDArray[np.float64], examples: Examples) -> Trees:
    """Trees that correct the order of these scores."""
    def objective(score: NDArray[np.float64], _: lgb.Dataset) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        gradient, hessian = np.zeros(len(score)), np.zeros(len(score))
        add_gradients(score + at_first, examples.relevance, examples.gain, examples.start, examples.weight, ORDER,
                      gradient, hessian)
        return gradient, hessian

    together = [[at for at, of in enumerate(REASON_OF) if of == number] for number in range(len(TEXT_REASONS))]
    booster = lgb.train(
        {**PARAMETERS, "objective": objective, "interaction_constraints": together,
         "monotone_constraints": [feature.direction for feature in FEATURES]},
        lgb.Dataset(examples.features, examples.relevance), ROUNDS)
    return trees_of_dump(booster.dump_model(), REASON_OF)


def fit_linear(examples: Examples) -> tuple[NDArray[np.float64], float]:
    """Weights of ln(1 + feature), of the stated directions, and the base; features without a direction get none."""
    direction = np.array([feature.direction for feature in FEATURES])
    used = np.flatnonzero(direction)
    columns = np.log1p(np.nan_to_num(examples.features[:, used].astype(np.float64)))
    taught = np.array([FEATURES[at].name not in PRIOR for at in used])
    spread = np.where(taught, np.maximum(columns.std(axis=0), 1e-3), 1.0)
    prior = np.array([PRIOR.get(FEATURES[at].name, 0.0) for at in used])
    columns /= spread

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        gradient = np.zeros(len(columns))
        value = loss_of_order(columns @ weights[:-1] + weights[-1], examples.relevance, examples.gain, examples.start,
                             examples.weight, LINEAR_ORDER, gradient)
        away = weights[:-1] - prior
        return (value + RIDGE / 2 * float(away @ away),
                np.append(columns.T @ gradient + RIDGE * away, gradient.sum()))

    bounds = [(0.0, None) if direction[at] > 0 else (None, 0.0) for at in used]
    found = minimize(loss, np.append(prior, -2.0), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)],
                     options={"maxiter": 200})
    linear = np.zeros(len(FEATURES))
    linear[used] = found.x[:-1] / spread
    return linear, float(found.x[-1])


def make_ranker(model: Model, features: NDArray[np.float32], background: Background,
                calibration: Calibration, meta: Mapping[str, Any]) -> Ranker:
    """The model: calibrated, its reasons zero where they have nothing to say, ``text`` for the mean pair."""
    factor = calibration.factor
    zero = silent_values(model.trees)
    text = TEXT_REASONS.index("text")
    zero[text] = sum_by_reason(model.linear, model.trees, features)[:, text].mean()
    scale = np.full(len(TEXT_REASONS), factor)
    return Ranker(model.linear, model.trees, background, factor * (model.base + float(zero.sum())) + calibration.shift,
                  scale, factor * zero, calibration.behind / factor, meta)
