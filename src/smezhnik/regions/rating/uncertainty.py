"""How far places hang on choices that could have been made otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smezhnik.progress import Progress, no_progress
from smezhnik.regions.rating.composite import Composite
from smezhnik.regions.rating.runs import FACTORS, make_grid, places_of
from smezhnik.regions.rating.scheme import Choices
from smezhnik.regions.rating.sequence import sobol_points
from smezhnik.regions.rating.tree import Floats

#: Share of runs inside the interval of places.
INSIDE = 0.9


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Places over many runs.

    Attributes
    ----------
    runs, seed : how many, and drawn from what
    mean, median, low, high : [n] place; nine runs in ten lie from low to high
    same : [n] share of runs in which the region has the place of the scheme
    """

    runs: int
    seed: int
    mean: Floats
    median: Floats
    low: Floats
    high: Floats
    same: Floats


def calc_uncertainty(composite: Composite, *, runs: int = 10_000, seed: int = 0, choices: Choices | None = None,
                     progress: Progress = no_progress) -> Uncertainty:
    """Intervals of places under random choices, every alternative of a step equally likely, weights drawn anew.

    Parameters
    ----------
    choices : those of the scheme by default

    References
    ----------
    OECD, JRC, Handbook on Constructing Composite Indicators, 2008, step 7; Saisana, Saltelli, Tarantola, 2005.
    """
    grid = make_grid(composite, choices, seed=seed, sets=runs)
    draw = np.random.default_rng([seed, 1])
    picks = np.column_stack([*(draw.integers(0, size, runs) for size in grid.sizes[:4]),
                             np.arange(runs) % grid.sizes[4]])
    places = places_of(grid, picks, progress)
    # by regions: quantiles of what lies together are found three times faster
    low, median, high = np.quantile(np.ascontiguousarray(places.T), [(1 - INSIDE) / 2, 0.5, (1 + INSIDE) / 2], axis=1)
    return Uncertainty(runs, seed, places.mean(axis=0), median, low, high,
                       (np.abs(places - composite.places) < 0.25).mean(axis=0))


def find_alike(composite: Composite, spread: Uncertainty, row: int) -> tuple[int, ...]:
    """Rows of the regions that cannot be told from this one by place, in the order of their places.

    The interval of each holds the place of the other.
    """
    places = composite.places
    alike = [other for other in range(len(places)) if other != row
             and spread.low[row] <= places[other] <= spread.high[row]
             and spread.low[other] <= places[row] <= spread.high[other]]
    return tuple(sorted(alike, key=lambda other: (places[other], composite.table.names[other])))


@dataclass(frozen=True)
class Effect:
    """What one choice does to places.

    Attributes
    ----------
    factor : ``missing``, ``outliers``, ``normalisation``, ``joining`` or ``weights``
    first, total : share of the variance it makes alone, and together with all others
    first_interval, total_interval : 95 % by resampling
    """

    factor: str
    first: float
    total: float
    first_interval: tuple[float, float]
    total_interval: tuple[float, float]


@dataclass(frozen=True)
class Sensitivity:
    """Which choice moves places most; ``shift`` is the mean change of place over all runs."""

    effects: tuple[Effect, ...]
    runs: int
    seed: int
    shift: float


def calc_sensitivity(composite: Composite, *, size: int = 4096, seed: int = 0, choices: Choices | None = None,
                     resamples: int = 200, progress: Progress = no_progress) -> Sensitivity:
    """Variance of the mean absolute change of place, shared out among the choices (Sobol').

    With f over N points A and B and A_i, that is A with factor i taken from B, V the variance of f:
    S_i = mean(f(B) (f(A_i) − f(A))) / V,  T_i = mean((f(A) − f(A_i))²) / 2V.

    Parameters
    ----------
    size : N; N (d + 2) runs are made, d the factors that have alternatives

    Returns
    -------
    effects in the order of ``FACTORS``; none where nothing has alternatives. All 0 where no choice moves a place.

    References
    ----------
    Saltelli and others, 2010; Jansen, 1999; Saisana, Saltelli, Tarantola, 2005.
    """
    asked = choices or composite.scheme.choices
    grid = make_grid(composite, asked, seed=seed, sets=asked.weight_sets)
    sizes = np.array(grid.sizes)
    factors = np.flatnonzero(sizes > 1)
    count = len(factors)
    if not count:
        return Sensitivity((), 0, seed, 0.0)
    spread = sobol_points(size, 2 * count, seed)
    one, other = (_picks(part, sizes, factors) for part in (spread[:, :count], spread[:, count:]))
    mixed = np.repeat(one[None], count, axis=0)
    for number, factor in enumerate(factors):
        mixed[number, :, factor] = other[:, factor]
    picks = np.concatenate([one, other, *mixed])
    shift = np.abs(places_of(grid, picks, progress) - composite.places).mean(axis=1)
    first, second, crossed = shift[:size], shift[size:2 * size], shift[2 * size:].reshape(count, size)
    counts = np.vstack([np.ones(size), np.random.default_rng([seed, 2]).multinomial(
        size, np.full(size, 1 / size), resamples)])
    alone, whole = _indices(first, second, crossed, counts / size)
    effects = tuple(Effect(FACTORS[factor], float(alone[0, number]), float(whole[0, number]),
                           _interval(alone[1:, number]), _interval(whole[1:, number]))
                    for number, factor in enumerate(factors))
    return Sensitivity(effects, len(picks), seed, float(shift[:2 * size].mean()))


def _picks(points: Floats, sizes: np.ndarray, factors: np.ndarray) -> np.ndarray:
    picks = np.zeros((len(points), len(sizes)), np.int64)
    picks[:, factors] = np.floor(points * sizes[factors]).astype(np.int64)
    return picks


def _indices(first: Floats, second: Floats, crossed: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """[resamples, factors] first-order and total effects; ``shares`` [resamples, N] how much each point counts."""
    mean = (shares @ first + shares @ second) / 2
    variance = (shares @ first**2 + shares @ second**2) / 2 - mean**2
    middle = first.mean()  # the product has a smaller error about the mean
    alone = shares @ ((second - middle)[:, None] * (crossed - first).T)
    whole = shares @ ((crossed - first).T ** 2) / 2
    flat = variance[:, None] <= 0
    divisor = np.where(flat, 1.0, variance[:, None])
    return np.where(flat, 0.0, alone / divisor), np.where(flat, 0.0, whole / divisor)


def _interval(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
