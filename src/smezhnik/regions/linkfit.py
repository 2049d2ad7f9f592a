"""Weights of the reasons from links that are known: ridge logistic regression, judged on firms it never saw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smezhnik.errors import CannotSay
from smezhnik.regions.gravity import TERMS, Floats, LinkWeights

Flags = NDArray[np.bool_]

#: Fewer known links than this say too little to move the stated weights.
LEAST_LINKS = 500


@dataclass(frozen=True)
class Refit:
    """Fitted weights and what they are worth on firms that the fit never saw.

    Attributes
    ----------
    weights : to be given to ``complement``
    links : known links that were used
    held_out_pairs, base_rate : pairs among held-out firms and the part of them that is linked
    precision, precision_before : part of the first k pairs that is linked, fitted and with the stated weights;
        k is the number of links among the held-out firms, all their pairs compete (no sampling of absent links)
    """

    weights: LinkWeights
    links: int
    held_out_pairs: int
    base_rate: float
    precision: float
    precision_before: float

    @property
    def better(self) -> bool:
        return self.precision > self.precision_before


def refit(terms: dict[str, Floats], linked: Flags, *, seed: int = 0, ridge: float = 1.0,
          least_links: int = LEAST_LINKS) -> Refit:
    """Fit the weights of the reasons to known links.

    Half of the plants, drawn by ``seed``, are held out: the fit sees pairs among the others only, and is judged on
    pairs among the held-out ones. The weights that are given back are then fitted to all pairs.

    Parameters
    ----------
    terms : from ``calc_terms``, matrices [seller, buyer]; −inf marks pairs that cannot trade
    linked : [seller, buyer] known links. Every absent one counts as no link: give a complete list of contracts

    Raises
    ------
    CannotSay where fewer than ``least_links`` links are known among pairs that can trade.
    """
    possible = np.all([np.isfinite(terms[code]) for code in TERMS], axis=0)
    known = int(np.sum(linked & possible))
    if known < least_links:
        raise CannotSay("refit_few", found=known, needed=least_links)
    plants = len(linked)
    held = np.random.default_rng(seed).permutation(plants) < plants // 2
    seen, unseen = (possible & side[:, None] & side[None, :] for side in (~held, held))
    tried = fit_logistic(_features(terms, seen), linked[seen], ridge)
    features, truth = _features(terms, unseen), linked[unseen]
    k = int(truth.sum())
    final = fit_logistic(_features(terms, possible), linked[possible], ridge)
    return Refit(
        weights=LinkWeights(**dict(zip(TERMS, final[1:].tolist(), strict=True)), intercept=float(final[0])),
        links=known, held_out_pairs=len(truth), base_rate=float(truth.mean()),
        precision=precision_at(features @ tried[1:], truth, k),
        precision_before=precision_at(features.sum(axis=1), truth, k),
    )


def _features(terms: dict[str, Floats], where: Flags) -> Floats:
    return np.column_stack([terms[code][where] for code in TERMS])


def fit_logistic(features: Floats, truth: Flags, ridge: float = 1.0, steps: int = 100) -> Floats:
    """Intercept and weights of the ridge logistic regression, by iteratively reweighted least squares.

    Minimises −Σ log-likelihood + ridge/2 · Σ w²; the intercept is not penalised, so the mean probability equals the
    share of links. Stops when no weight moves by more than 1e-9.
    """
    design = np.column_stack([np.ones(len(features)), features])
    penalty = np.diag([0.0, *([ridge] * features.shape[1])])
    weights = np.zeros(design.shape[1])
    share = float(np.mean(truth))
    weights[0] = np.log(share / (1 - share))
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -500, 500)))
        slope = design.T @ (truth - chance) - penalty @ weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.max(np.abs(step)) < 1e-9:
            break
    return weights


def precision_at(scores: Floats, truth: Flags, k: int) -> float:
    """Part of the k highest scores that is true; of equal scores the first in order. 0 where k is 0."""
    if not k:
        return 0.0
    first = np.lexsort([np.arange(len(scores)), -scores])[:k]
    return float(np.mean(truth[first]))
