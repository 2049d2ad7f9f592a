"""Whether density told beforehand what regions took up and gave up."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import CannotSay
from smezhnik.regions.complexity import calc_complexity
from smezhnik.regions.panel import Panel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SCHEMA = {"first": pl.Int64, "last": pl.Int64, "kind": pl.String, "cases": pl.Int64, "events": pl.Int64,
          "auc_density": pl.Float64, "auc_size": pl.Float64, "auc_density_within": pl.Float64,
          "auc_size_within": pl.Float64, "random_low": pl.Float64, "random_high": pl.Float64}


def calc_auc(scores: Floats, events: Flags) -> float:
    """Chance that an event scores higher than a non-event, equal scores half; nan where one of the two is lacking.

    The area under the receiver operating curve by ranks: (Σ ranks of events − n₁(n₁ + 1)/2) / (n₁ n₀).

    References
    ----------
    Mann, Whitney, "On a test of whether one of two random variables is stochastically larger than the other", Annals of
    Mathematical Statistics 18 (1947), 50–60.
    """
    ones = int(events.sum())
    zeros = len(events) - ones
    if not ones or not zeros:
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[events].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def backtest(panel: Panel, *, threshold: float = 1.0) -> pl.DataFrame:
    """Did density rank high what a region entered later, and low what it left?

    For each two years next to each other, and for the first and the last: among the pairs of territory and activity
    that were not made with advantage in the first year (entry), those made in the last are events; among those made
    (exit), those no longer made are. Scores are of the first year alone: density (for exits 1 − density), and the
    baseline that knows only sizes, x[r, .] x[., i] / x[., .] (for exits its negative).

    Returns
    -------
    frame, one row per span and kind (entry, exit)
        cases; events; auc_density, auc_size (0…1; 0.5 is a guess); …_within: the mean over territories of the area
        inside each, which sizes of territories cannot help; random_low, random_high: 95 % of random orders lie between
        (normal approximation for the area over all pairs). Areas are absent where there were no events or only events

    Raises
    ------
    CannotSay where the panel has one year, or no span can be calculated.

    References
    ----------
    Boschma, Balland, Kogler, "Relatedness and technological change in cities", Industrial and Corporate Change 24
    (2015), 223–250: entry and exit; Hidalgo et al. (2018), "The principle of relatedness".
    """
    if len(panel.years) < 2:
        raise CannotSay("backtest_years", years=list(panel.years))
    spans = [(place, place + 1) for place in range(len(panel.years) - 1)]
    if len(panel.years) > 2:
        spans.append((0, len(panel.years) - 1))
    rows = [row for span in spans for row in _span(panel, *span, threshold)]
    if not rows:
        raise CannotSay("backtest_years", years=list(panel.years))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").fill_nan(None)


def _span(panel: Panel, first: int, last: int, threshold: float) -> list[tuple[object, ...]]:
    both = panel.present[first] & panel.present[last]
    before, after = panel.values[first, both], panel.values[last, both]
    # what nobody makes in one of the years can be neither entered nor left
    kept = (before.sum(axis=0) > 0) & (after.sum(axis=0) > 0)
    before, after = before[:, kept], after[:, kept]
    try:
        known, later = calc_complexity(before, threshold=threshold), calc_complexity(after, threshold=threshold)
    except CannotSay:
        return []
    size = np.outer(before.sum(axis=1), before.sum(axis=0)) / before.sum()
    density = np.nan_to_num(known.density)
    rows: list[tuple[object, ...]] = []
    for kind, cases, events, sign in (("entry", ~known.presence, later.presence, 1.0),
                                      ("exit", known.presence, ~later.presence, -1.0)):
        happened = events[cases]
        ones, zeros = int(happened.sum()), int((~happened).sum())
        spread = 1.96 * np.sqrt((ones + zeros + 1) / (12 * ones * zeros)) if ones and zeros else np.nan
        rows.append((panel.years[first], panel.years[last], kind, len(happened), ones,
                     calc_auc(sign * density[cases], happened), calc_auc(sign * size[cases], happened),
                     _within(sign * density, cases, events), _within(sign * size, cases, events),
                     0.5 - spread, 0.5 + spread))
    return rows


def _within(scores: Floats, cases: Flags, events: Flags) -> float:
    """Mean over territories of the area inside each; territories without both outcomes are left out."""
    areas = [calc_auc(scores[row, cases[row]], events[row, cases[row]]) for row in range(len(scores))]
    known = [area for area in areas if not np.isnan(area)]
    return float(np.mean(known)) if known else float("nan")
