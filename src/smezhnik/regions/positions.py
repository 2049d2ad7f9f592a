"""Where a region stands beside the strongest of each activity, and which of several good choices no other beats."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.regions.panel import Panel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def growth_shares(panel: Panel, region: str, *, year: int | None = None) -> pl.DataFrame:
    """The growth-share matrix of a region: how fast an activity grows in all regions, how large the region is in it.

    relative = x[r, i] / max_{s≠r} x[s, i]: above 1 the region is the largest; growth[i] = X₁[i] / X₀[i] − 1, X the sum
    over the regions that are there in both years, from the first year of the panel.

    Returns
    -------
    frame, one row per activity that the region has, largest value first
        activity; value; share (0…1 of all regions); relative (absent where nobody else makes it); leader (the largest
        of the others); growth (share over the period; absent with one year or where it began from nothing)

    Raises
    ------
    InputError where the table has no such region or year; CannotSay as ``Panel.flat``.

    References
    ----------
    Henderson, "The product portfolio", The Boston Consulting Group (1970), with regions for firms.
    """
    place = panel.year(year)
    values, names, own = panel.flat_of(region, place)
    both = panel.present[0] & panel.present[place]
    first, last = panel.values[0, both].sum(axis=0), panel.values[place, both].sum(axis=0)
    growth = np.divide(last, first, out=np.full_like(first, np.nan), where=(first > 0) & (place > 0)) - 1
    others = np.delete(values, own, axis=0)
    other_names = [name for name in names if name != region]
    rows = []
    for column in np.flatnonzero(values[own] > 0):
        largest = int(others[:, column].argmax())
        most = float(others[largest, column])
        rows.append((panel.activities[column], float(values[own, column]),
                     float(values[own, column] / values[:, column].sum()),
                     float(values[own, column] / most) if most > 0 else None,
                     other_names[largest] if most > 0 else None,
                     None if np.isnan(growth[column]) else float(growth[column])))
    schema = {"activity": pl.String, "value": pl.Float64, "share": pl.Float64, "relative": pl.Float64,
              "leader": pl.String, "growth": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort(["value", "activity"], descending=[True, False])


def find_frontier(one: Floats, other: Floats) -> Flags:
    """Which points no other point beats in both measures: the trade-off between them.

    A point is beaten by one that is at least as high in both and higher in one; equal points are kept together. More is
    better in both.

    Returns
    -------
    [n]; False where either is nan
    """
    best = np.zeros(len(one), np.bool_)
    above = -np.inf
    for value in np.unique(one[~np.isnan(one) & ~np.isnan(other)])[::-1]:
        same = np.flatnonzero((one == value) & ~np.isnan(other))
        highest = float(other[same].max())
        if highest > above:
            best[same[other[same] == highest]] = True
            above = highest
    return best
