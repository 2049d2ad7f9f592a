"""What a public table must not tell: cells of fewer than three firms, and cells that could be found from the rest."""

from __future__ import annotations

import heapq

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.regions.panel import Panel
from smezhnik.tables.column import LEAST_FIRMS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def calc_suppression(values: Floats, firms: Floats | None, least: int = LEAST_FIRMS) -> tuple[Flags, Flags]:
    """Cells of a table with totals that must stay hidden.

    Primary: cells with output of fewer than ``least`` firms, or of an unknown number of them; totals are cells too.
    Complementary: a hidden cell can be found from the sums of rows and columns exactly where its edge in the graph
    «rows – columns» of hidden cells lies on no cycle. For each such cell the cheapest way round it, by value, is hidden
    as well; only cells with output serve, because a hidden nought is no cover for who knows that sums are not negative.

    Parameters
    ----------
    values : [R, P] ≥ 0
    firms : [R, P] number of firms, nan where unknown; None: unknown everywhere, so that everything is hidden
    least : number of firms from which a cell may be told

    Returns
    -------
    primary, complementary : [R + 1, P + 1]; the last row and column are the totals, disjoint

    References
    ----------
    Cox, "Suppression methodology and statistical disclosure control", Journal of the American Statistical Association
    75 (1980), 377–385; Gusfield, "A graph theoretic approach to statistical data security", SIAM Journal on Computing
    17 (1988), 552–571: a cell is safe exactly where its edge is no bridge.
    """
    whole = _with_totals(values)
    count = np.full_like(whole, np.nan) if firms is None else _with_totals(firms)
    primary = (whole > 0) & ~(count >= least)
    hidden = primary.copy()
    while True:
        bridges = _find_bridges(hidden)
        if not bridges:
            return primary, hidden & ~primary
        row, column = max(bridges, key=lambda cell: (whole[cell], cell))
        for cell in _find_way_round(whole, hidden, row, column):
            hidden[cell] = True


def suppress(panel: Panel, least: int = LEAST_FIRMS) -> pl.DataFrame:
    """Cells of a panel that a public table leaves out, year by year.

    Returns
    -------
    frame, one row per hidden cell: year, territory (absent for the total of all), activity (absent for the total of
    all), reason (few: fewer than ``least`` firms or an unknown number; cover: another could be found from it)
    """
    rows = []
    for place, year in enumerate(panel.years):
        firms = None if panel.firms is None else panel.firms[place]
        primary, cover = calc_suppression(panel.values[place], firms, least)
        for reason, flags in (("few", primary), ("cover", cover)):
            for row, column in np.argwhere(flags).tolist():
                rows.append((year, panel.regions[row] if row < len(panel.regions) else None,
                             panel.activities[column] if column < len(panel.activities) else None, reason))
    schema = {"year": pl.Int64, "territory": pl.String, "activity": pl.String, "reason": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("year", "territory", "activity", nulls_last=True)


def _with_totals(values: Floats) -> Floats:
    whole = np.vstack([values, values.sum(axis=0)])
    return np.hstack([whole, whole.sum(axis=1, keepdims=True)])


def _find_bridges(hidden: Flags) -> list[tuple[int, int]]:
    """Hidden cells that lie on no cycle of hidden cells (depth first, without recursion)."""
    rows, columns = hidden.shape
    near = [np.flatnonzero(hidden[row]) + rows for row in range(rows)]
    near += [np.flatnonzero(hidden[:, column]) for column in range(columns)]
    entered = np.full(rows + columns, -1)
    lowest = np.zeros(rows + columns, np.int64)
    found: list[tuple[int, int]] = []
    clock = 0
    for start in range(rows):
        if entered[start] >= 0 or not len(near[start]):
            continue
        entered[start] = lowest[start] = clock = clock + 1
        stack = [(start, -1, iter(near[start].tolist()))]
        while stack:
            node, parent, ahead = stack[-1]
            after = next(ahead, None)
            if after is None:
                stack.pop()
                if parent >= 0:
                    lowest[parent] = min(lowest[parent], lowest[node])
                    if lowest[node] > entered[parent]:
                        found.append((min(node, parent), max(node, parent) - rows))
            elif entered[after] < 0:
                entered[after] = lowest[after] = clock = clock + 1
                stack.append((after, node, iter(near[after].tolist())))
            elif after != parent:
                lowest[node] = min(lowest[node], entered[after])
    return found


def _find_way_round(whole: Floats, hidden: Flags, row: int, column: int) -> list[tuple[int, int]]:
    """Cells that join the row to the column without the cell itself: hidden ones for nothing, others by their value.

    A way always exists: the totals of the row, of all and of the column have output wherever the cell has.
    """
    rows = whole.shape[0]
    price = np.where(hidden, 0.0, np.where(whole > 0, whole, np.inf))
    price[row, column] = np.inf
    cost = np.full(sum(whole.shape), np.inf)
    came = np.full(sum(whole.shape), -1)
    cost[row] = 0.0
    waiting = [(0.0, row)]
    while waiting:
        reached, node = heapq.heappop(waiting)
        if reached > cost[node]:
            continue
        prices, offset = (price[node], rows) if node < rows else (price[:, node - rows], 0)
        for step in np.flatnonzero(reached + prices < cost[offset:offset + len(prices)]).tolist():
            cost[offset + step], came[offset + step] = reached + prices[step], node
            heapq.heappush(waiting, (reached + prices[step], offset + step))
    way, node = [], rows + column
    while node != row:
        before = int(came[node])
        way.append((min(node, before), max(node, before) - rows))
        node = before
    return way
