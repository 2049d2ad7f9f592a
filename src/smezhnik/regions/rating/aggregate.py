"""From scores of the parts to the score of the whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smezhnik.errors import InputError
from smezhnik.places import EQUAL
from smezhnik.regions.rating.scheme import JoinMethod, Scheme
from smezhnik.regions.rating.tree import Floats, Tree


def calc_join(parts: Floats, weights: Floats, method: JoinMethod) -> Floats:
    """One score from several.

    ===========  ==========================================================================
    arithmetic   Σ w x / Σ w
    geometric    exp(Σ w ln x / Σ w); 0 where a part is 0
    harmonic     Σ w / Σ (w / x); 0 where a part is 0
    copeland     regions beaten less regions lost to; i beats j where the parts in which it is
                 higher, plus half of those that are equal, weigh more than half
    ===========  ==========================================================================

    Parameters
    ----------
    parts : [c, r, n], r is 1 or the number of runs; absent as NaN: the weight is shared among the present
    weights : [c, r], r as above or the number of runs, >= 0

    Returns
    -------
    [r, n]; NaN where no part is present.

    Raises
    ------
    InputError where a geometric or harmonic mean is asked of values below zero.

    References
    ----------
    OECD, JRC, Handbook on Constructing Composite Indicators, 2008, step 6.
    """
    if method == "copeland":
        return _copeland(parts, weights)
    if method == "arithmetic":
        return _mean(parts, weights)
    if np.nanmin(parts, initial=np.inf) < 0:
        raise InputError("rating.mean_below_zero", method=method)
    with np.errstate(divide="ignore"):
        if method == "geometric":
            return np.exp(_mean(np.log(parts), weights))
        return np.asarray(1 / _mean(1 / parts, weights))


def _mean(parts: Floats, weights: Floats) -> Floats:
    absent = np.isnan(parts)
    if not absent.any() and np.isfinite(parts).all():
        shares = weights / weights.sum(axis=0)
        if parts.shape[1] == 1:
            return np.asarray(shares.T @ parts[:, 0])
        wide = np.broadcast_to(shares, (len(parts), parts.shape[1]))
        return np.asarray(np.einsum("crn,cr->rn", parts, wide))
    used = np.where(absent, 0.0, weights[:, :, None])
    counted = used > 0  # a weight of nought counts for nothing, even against a logarithm without bound
    total = used.sum(axis=0)
    summed = np.where(counted, np.where(absent, 0.0, parts), 0.0) * np.where(counted, used, 0.0)
    return np.asarray(np.divide(summed.sum(axis=0), total, out=np.full(total.shape, np.nan), where=total > 0))


def _copeland(parts: Floats, weights: Floats) -> Floats:
    absent = np.isnan(parts)
    size = parts.shape[2]
    runs = max(parts.shape[1], weights.shape[1])
    scores = np.empty((runs, size))
    shares = np.broadcast_to(weights / weights.sum(axis=0), (len(parts), runs))
    wins = None
    for run in range(runs):
        if wins is None or parts.shape[1] > 1:
            part = parts[:, run if parts.shape[1] > 1 else 0]
            wins = ((part[:, :, None] > part[:, None, :]) * 1.0 + 0.5 * (part[:, :, None] == part[:, None, :]))
            both = ~absent[:, run if parts.shape[1] > 1 else 0]
            pairs = (both[:, :, None] & both[:, None, :]).astype(np.float64)
        share = np.tensordot(shares[:, run], wins * pairs, 1)
        half = np.tensordot(shares[:, run], pairs, 1) / 2
        scores[run] = np.where(share > half + EQUAL, 1, np.where(share < half - EQUAL, -1, 0)).sum(axis=1)
    if absent.all(axis=0).any():
        scores[np.broadcast_to(absent.all(axis=0), scores.shape)] = np.nan
    return scores


def join_all(normalised: Floats, weights: Sequence[Floats], tree: Tree, scheme: Scheme,
             methods: Sequence[JoinMethod] | None = None) -> Floats:
    """Scores of every position of the tree.

    Parameters
    ----------
    normalised : [n, m]
    weights : position → [c] or [c, runs] weights of its children; unused for indicators
    methods : per inner position; those of the scheme by default

    Returns
    -------
    [positions, r, n]; r is 1 unless weights differ by run.
    """
    methods = methods or [scheme.joining.of(tree.codes[place]) for place in tree.inner]
    runs = max((weights[place].shape[1] for place in tree.inner if weights[place].ndim > 1), default=1)
    scores = np.empty((len(tree.codes), runs, len(normalised)))
    scores[:tree.leaves] = normalised.T[:, None, :]
    narrow = [True] * tree.leaves  # the same in every run
    for place, method in zip(tree.inner, methods, strict=True):
        children, weight = tree.children[place], weights[place]
        weight = weight[:, None] if weight.ndim == 1 else weight
        same = all(narrow[child] for child in children)
        parts = scores[children][:, :1] if same else scores[children]
        scores[place] = calc_join(parts, weight, method)
        narrow.append(same and weight.shape[1] == 1)
    return scores
