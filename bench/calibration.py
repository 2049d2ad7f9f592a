"""From scores to probabilities: fitted on sets that the model had not seen, measured on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.prepared import CUT, SEED, Prepared

#: Share of needs that lose their right offers for the calibration: in life nobody may make a thing.
UNSERVED = 0.05
#: What a set of strangers weighs beside a judged one.
STRANGER = 0.5


@dataclass(frozen=True)
class Calibration:
    """log-odds = factor · score + shift − behind · (best score of the need − score)."""

    factor: float
    behind: float
    shift: float

    def log_odds(self, score: NDArray[np.float64], behind: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.factor * score + self.shift - self.behind * behind)


def best_rows(prepared: Prepared, score: NDArray[np.float64], unserved: float = 0.0) -> NDArray[np.intp]:
    """Rows of the CUT best candidates of each need, by score, then position.

    A share ``unserved`` of the needs, drawn with SEED, has lost the offers that fit.
    """
    gone = np.random.default_rng(SEED).random(prepared.judged.needs.height) < unserved
    kept = np.flatnonzero(~(gone[prepared.need] & (prepared.relevance > 0)))
    order = kept[np.lexsort((prepared.offer[kept], -score[kept], prepared.need[kept]))]
    need = prepared.need[order]
    place = np.arange(len(need)) - np.searchsorted(need, need)
    return order[place < CUT]


def score_behind(prepared: Prepared, score: NDArray[np.float64], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """How far each of ``best_rows`` is behind the best of its need."""
    need = prepared.need[rows]
    return np.asarray(score[rows][np.searchsorted(need, need)] - score[rows])


def calibrate(sets: Sequence[Prepared], scores: Sequence[NDArray[np.float64]]) -> Calibration:
    """Fitted to the CUT best candidates of each need; UNSERVED needs have none that fit.

    Every judged set weighs alike, a set of strangers (``prepared.prepare_strangers``) STRANGER as much.
    """
    rows = [best_rows(item, score, UNSERVED) for item, score in zip(sets, scores, strict=True)]
    parts = list(zip(sets, scores, rows, strict=True))
    columns = np.column_stack([
        np.concatenate([score[at] for _, score, at in parts]),
        np.concatenate([-score_behind(item, score, at) for item, score, at in parts]),
    ])
    weight = np.concatenate([np.full(len(at), (1.0 if item.judged.judgements.height else STRANGER) / len(at))
                             for item, _, at in parts])
    factor, behind, shift = fit_logistic(columns, np.concatenate([item.relevance[at] for item, _, at in parts]), weight)
    return Calibration(factor, behind, shift)


def fit_logistic(columns: NDArray[np.float64], wanted: NDArray[np.float64], weight: NDArray[np.float64]
                 ) -> list[float]:
    """Weights of the columns and of 1 by Newton's method."""
    full = np.column_stack([columns, np.ones(len(columns))])
    found = np.eye(full.shape[1])[0]
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-np.clip(full @ found, -500, 500)))
        slope = full.T @ (weight * (chance - wanted))
        curve = (full * (weight * chance * (1 - chance))[:, None]).T @ full
        step = np.linalg.solve(curve + 1e-9 * np.eye(len(found)), slope)
        found -= step
        if np.abs(step).max() < 1e-10:
            break
    return [float(value) for value in found]
