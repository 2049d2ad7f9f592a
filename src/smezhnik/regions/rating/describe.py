"""Is the scheme sound: what its indicators look like, whether those of a block agree, which of them matters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smezhnik.messages import Words
from smezhnik.regions.rating.composite import Composite
from smezhnik.regions.rating.outliers import calc_kurtosis, calc_skewness
from smezhnik.regions.rating.tree import Floats


@dataclass(frozen=True)
class IndicatorFacts:
    """One indicator over the rated regions, divided by its denominator.

    Attributes
    ----------
    known : share of regions with a value
    zeros : share of values that are 0
    treatment : ``none``, ``winsorised``, ``log``, ``box_cox``; ``points`` how many values were brought nearer
    weight, influence : its weight in the index, and the square of its correlation with the index: what it is worth
        and what it does
    block_correlation : with the other indicators of its block, joined without it; None where it is alone there
    """

    code: str
    title: Words
    known: float
    zeros: float
    least: float
    median: float
    most: float
    skewness: float
    kurtosis: float
    treatment: str
    points: int
    weight: float
    influence: float | None
    block_correlation: float | None


def describe_indicators(composite: Composite) -> tuple[IndicatorFacts, ...]:
    """Facts of every indicator that stayed, in the order of the scheme."""
    tree, weights = composite.tree, composite.effective
    found = []
    for column, item in enumerate(composite.scheme.indicators):
        seen = composite.denominated[:, column][~np.isnan(composite.denominated[:, column])]
        siblings = [int(other) for other in tree.children[tree.parents[column]] if other != column]
        rest = composite.normalised[:, [other for other in siblings if other < tree.leaves]]
        known = ~np.isnan(rest)
        beside = np.divide(np.where(known, rest, 0).sum(axis=1), known.sum(axis=1),
                           out=np.full(len(rest), np.nan), where=known.any(axis=1))
        own = composite.normalised[:, column]
        whole = correlation(own, composite.index)
        found.append(IndicatorFacts(
            item.code, item.title, len(seen) / len(own), float((seen == 0).mean()), float(seen.min()),
            float(np.median(seen)), float(seen.max()), calc_skewness(seen), calc_kurtosis(seen),
            composite.treatment.kinds[column], int(composite.treatment.points[column].sum()), float(weights[column]),
            None if whole is None else whole**2, correlation(own, beside) if siblings else None))
    return tuple(found)


def calc_alpha(composite: Composite, block: str) -> float | None:
    """Do the indicators of a block measure one thing: Cronbach's α = k / (k − 1) · (1 − Σ var x / var Σ x).

    None for fewer than two indicators or three regions that know them all. Above 0.7 is usually called good.
    """
    tree = composite.tree
    children = [child for child in tree.children[tree.codes.index(block)] if child < tree.leaves]
    values = composite.normalised[:, children]
    values = values[~np.isnan(values).any(axis=1)]
    if len(children) < 2 or len(values) < 3:
        return None
    total = float(values.sum(axis=1).var(ddof=1))
    parts = float(values.var(axis=0, ddof=1).sum())
    return None if total <= 0 else len(children) / (len(children) - 1) * (1 - parts / total)


def correlation(one: Floats, other: Floats) -> float | None:
    """Pearson's correlation over what both know; None for fewer than three pairs or where one does not vary."""
    known = ~(np.isnan(one) | np.isnan(other))
    if known.sum() < 3 or np.ptp(one[known]) <= 0 or np.ptp(other[known]) <= 0:
        return None
    return float(np.corrcoef(one[known], other[known])[0, 1])
