"""Different units on one scale, more always better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from smezhnik.regions.rating.outliers import EQUAL
from smezhnik.regions.rating.scheme import Indicator, Normalisation
from smezhnik.regions.rating.tree import Bools, Floats

#: Methods that see only the order of values: they have no scale that other values could be put on.
ORDERS = ("percentile", "rank", "borda")


@dataclass(frozen=True, eq=False)
class Scale:
    """slope · x + offset, kept between ``floor`` and ``ceiling``.

    Attributes
    ----------
    slope, offset : [m]; the slope is below zero where less is better
    order : the method where only the order of values counts
    """

    slope: Floats
    offset: Floats
    floor: float = -np.inf
    ceiling: float = np.inf
    order: str | None = None

    def apply(self, values: Floats) -> Floats:
        """[n, m] on the scale; absent values stay absent."""
        if self.order is not None:
            return _places_from_below(values * np.sign(self.slope), self.order) * np.abs(self.slope) + self.offset
        return np.clip(values * self.slope + self.offset, self.floor, self.ceiling)

    def invert(self, column: int, points: float) -> float:
        """The value that gets these points; only without ``order``."""
        return float((points - self.offset[column]) / self.slope[column])


def find_flat(values: Floats, indicators: Sequence[Indicator], asked: Normalisation) -> Bools:
    """[m] indicators by which the scale cannot tell regions apart: nothing known, one value for all, all at target.

    With goalposts set from outside one value for all still has its points.
    """
    worst, best = _ends(values, indicators, asked)
    return np.isnan(values).all(axis=0) | ~(best - worst > EQUAL * np.maximum(np.abs(best), np.abs(worst)))


def fit_scale(values: Floats, indicators: Sequence[Indicator], asked: Normalisation) -> Scale:
    """The scale of every indicator.

    With y = direction · x over the regions, L and H the ends of the scale:

    ======================  =======================================================================
    min_max                 L + (H − L)(y − min y) / (max y − min y)
    z_score                 L + H (y − mean y) / sd y, sd with n − 1
    goalposts               L + (H − L)(x − worst) / (best − worst), kept from L to H
    distance_to_best        1 − (max y − y) / (max y − min y)
    distance_to_reference   1 − (ref − y) / (ref − min y), at most 1; ref is the upper quartile
    distance_to_target      (y − min y) / (target − min y), at most 1
    share_of_best           x / max x; 1 − x / max x where less is better
    percentile              (place from below − 1) / (n − 1)
    rank, borda             place from below; the same less one
    ======================  =======================================================================

    ``distance_…``, ``share_of_best`` and ``percentile`` are then stretched from L to H.

    Parameters
    ----------
    values : [n, m] without flat columns (``find_flat``), absent as NaN

    References
    ----------
    OECD, JRC, Handbook on Constructing Composite Indicators, 2008, step 5, table 3.
    """
    direction = np.array([item.direction for item in indicators], np.float64)
    if asked.method in ORDERS:
        stretch, start = (asked.high - asked.low, asked.low) if asked.method == "percentile" else (1.0, 0.0)
        return Scale(direction * stretch, np.full(len(direction), start), order=asked.method)
    worst, best = _ends(values, indicators, asked)
    slope = (asked.high if asked.method == "z_score" else asked.high - asked.low) / (best - worst)
    kept = asked.method in ("goalposts", "distance_to_reference", "distance_to_target")
    return Scale(direction * slope, asked.low - slope * worst,
                 asked.low if kept else -np.inf, asked.high if kept else np.inf)


def _ends(values: Floats, indicators: Sequence[Indicator], asked: Normalisation) -> tuple[Floats, Floats]:
    """[m] what gets the low and what gets the high end, turned so that more is better; NaN where nothing is known."""
    direction = np.array([item.direction for item in indicators], np.float64)
    turned = values * direction
    known = ~np.isnan(turned)
    worst = np.where(known.any(axis=0), np.min(turned, axis=0, where=known, initial=np.inf), np.nan)
    best = np.where(known.any(axis=0), np.max(turned, axis=0, where=known, initial=-np.inf), np.nan)
    match asked.method:
        case "goalposts":
            posts = np.array([item.goalposts or (np.nan, np.nan) for item in indicators]) * direction[:, None]
            return posts.min(axis=1), posts.max(axis=1)
        case "distance_to_target":
            targets = [np.nan if item.target is None else item.target for item in indicators]
            return worst, np.array(targets) * direction
        case "share_of_best":
            return np.where(direction > 0, 0.0, worst), np.where(direction > 0, best, 0.0)
        case "distance_to_reference" | "z_score":
            seen = [column[~np.isnan(column)] for column in turned.T]
            if asked.method == "distance_to_reference":
                return worst, np.array([np.quantile(column, 0.75) if len(column) else np.nan for column in seen])
            mean = np.array([column.mean() if len(column) else np.nan for column in seen])
            spread = [column.std(ddof=1) if len(column) > 1 and np.ptp(column) > 0 else 0.0 for column in seen]
            return mean, mean + np.array(spread)
    return worst, best


def _places_from_below(turned: Floats, order: str) -> Floats:
    """[n, m] the worst is 1 (0 for ``borda`` and ``percentile``); equals share the lower place."""
    places = np.full(turned.shape, np.nan)
    for column in range(turned.shape[1]):
        known = ~np.isnan(turned[:, column])
        seen = turned[known, column]
        below = np.searchsorted(np.sort(seen), seen, side="left").astype(np.float64)
        places[known, column] = below + 1 if order == "rank" else below
        if order == "percentile":
            places[known, column] /= max(len(seen) - 1, 1)
    return places
