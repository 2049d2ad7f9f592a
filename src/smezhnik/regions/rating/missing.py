"""Absent values: filled from others, openly, or left absent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from smezhnik.regions.rating.scheme import Missing
from smezhnik.regions.rating.tree import Floats

#: Steps of the expectation–maximisation, and the change at which it stops.
STEPS, STILL = 200, 1e-8


def fill(values: Floats, asked: Missing, group: Sequence[str | None] | None = None) -> Floats:
    """[n, m] with absent values filled; a column where nothing is known stays absent.

    =============  ==========================================================================================
    none           nothing is filled
    mean, median   of the known values
    group_…        of the known values of the same group; of all where the group knows none
    neighbours     mean of the k regions most alike in what both know (root mean square of z-scores)
    expectation    conditional mean under a multivariate normal distribution fitted by expectation–maximisation
    =============  ==========================================================================================

    References
    ----------
    OECD, JRC, Handbook on Constructing Composite Indicators, 2008, step 3; Dempster, Laird, Rubin, 1977.
    """
    match asked.method:
        case "none":
            return values.copy()
        case "mean" | "group_mean":
            return _by_group(values, group if asked.method == "group_mean" else None, np.mean)
        case "median" | "group_median":
            return _by_group(values, group if asked.method == "group_median" else None, np.median)
        case "neighbours":
            return _by_neighbours(values, asked.neighbours)
    return _by_expectation(values)


def _by_group(values: Floats, group: Sequence[str | None] | None, middle: Callable[..., np.floating]) -> Floats:
    filled = values.copy()
    labels = np.array(["" if group is None or label is None else label for label in group or [""] * len(values)])
    for column in range(values.shape[1]):
        known = ~np.isnan(values[:, column])
        if not known.any():
            continue
        for row in np.flatnonzero(~known):
            alike = known & (labels == labels[row]) if labels[row] else known
            filled[row, column] = middle(values[alike if alike.any() else known, column])
    return filled


def _scores(values: Floats) -> Floats:
    """z-scores over the known values; columns that do not vary are 0."""
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, values - mean, 0) ** 2).sum(axis=0) / count)
    return np.where(known, (values - mean) / np.where(spread > 0, spread, 1.0), np.nan)


def _by_neighbours(values: Floats, wanted: int) -> Floats:
    filled, scores = values.copy(), _scores(values)
    known = ~np.isnan(values)
    for row in np.flatnonzero(~known.all(axis=1)):
        shared = known & known[row]
        gaps = np.where(shared, scores - np.where(known[row], scores[row], 0), 0)
        count = shared.sum(axis=1)
        far = np.where(count > 0, np.sqrt((gaps**2).sum(axis=1) / np.maximum(count, 1)), np.inf)
        far[row] = np.inf
        nearest = np.argsort(far, kind="stable")
        for column in np.flatnonzero(~known[row]):
            donors = [other for other in nearest if known[other, column] and np.isfinite(far[other])][:wanted]
            donors = donors or list(np.flatnonzero(known[:, column]))
            if donors:
                filled[row, column] = values[donors, column].mean()
    return filled


def _by_expectation(values: Floats) -> Floats:
    """A little of the variance is added to the diagonal: with fewer regions than indicators it has no inverse."""
    usable = ~np.isnan(values).all(axis=0)
    scores = _scores(values[:, usable])
    absent = np.isnan(scores)
    guess = np.where(absent, 0.0, scores)
    size = guess.shape[1]
    mean, spread = guess.mean(axis=0), np.cov(guess, rowvar=False).reshape(size, size)
    for _ in range(STEPS):
        before, extra = guess.copy(), np.zeros((size, size))
        spread = spread + 0.01 * np.eye(size)
        for row in np.flatnonzero(absent.any(axis=1)):
            gone, seen = absent[row], ~absent[row]
            reach = np.linalg.solve(spread[np.ix_(seen, seen)], spread[np.ix_(seen, gone)]).T
            guess[row, gone] = mean[gone] + reach @ (guess[row, seen] - mean[seen])
            extra[np.ix_(gone, gone)] += spread[np.ix_(gone, gone)] - reach @ spread[np.ix_(seen, gone)]
        mean = guess.mean(axis=0)
        spread = ((guess - mean).T @ (guess - mean) + extra) / len(guess)
        if np.abs(guess - before).max(initial=0.0) < STILL:
            break
    known = ~np.isnan(values[:, usable])
    count = known.sum(axis=0)
    centre = np.where(known, values[:, usable], 0).sum(axis=0) / count
    width = np.sqrt((np.where(known, values[:, usable] - centre, 0) ** 2).sum(axis=0) / count)
    filled = values.copy()
    filled[:, usable] = np.where(known, values[:, usable], guess * width + centre)
    return filled
