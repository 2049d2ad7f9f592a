"""Where plants stand in a drawing of their chain: tiers by the longest path, their order by barycentres.

K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system structures, 1981.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

Edge = tuple[str, str]
#: Passes over the tiers, there and back, in search of an order with fewer crossings.
_SWEEPS = 12


@dataclass(frozen=True)
class Item:
    """What stands in a tier: a plant, or the place where an edge passes it (``plant`` None)."""

    key: str
    plant: str | None
    height: float


@dataclass(frozen=True)
class Tiers:
    """A chain laid out.

    Attributes
    ----------
    tier : plant → its column, 0 is the beginning of the chain
    columns : items of each column from top to bottom
    centre : key of an item → y of its middle, px
    routes : edge → keys of the items that it runs through, from its left end to its right
    turned : edges that run against the chain, since it has a circle; their route begins at who buys
    height : px
    """

    tier: Mapping[str, int]
    columns: Sequence[Sequence[Item]]
    centre: Mapping[str, float]
    routes: Mapping[Edge, tuple[str, ...]]
    turned: frozenset[Edge]
    height: float


def lay_out(heights: Mapping[str, float], edges: Sequence[Edge], last: Collection[str], *, gap: float,
            passing: float) -> Tiers:
    """Lay a chain out: every edge leads from a column to a later one, but for those that close a circle.

    Parameters
    ----------
    heights : plant → height of its box, px; their order decides where nothing else does
    edges : who sells to whom, the weightiest first: of a circle the lightest edge is turned
    last : makers of end products: where they sell to nobody here, they stand in the last column
    gap, passing : px between boxes, and the room of an edge that passes a column
    """
    forward, turned = _without_circles(list(heights), list(dict.fromkeys(edges)))
    tier = find_tiers(list(heights), forward, last)
    laid = [*((edge, edge) for edge in forward), *((edge, (edge[1], edge[0])) for edge in turned)]
    columns: list[list[Item]] = [[] for _ in range(max(tier.values(), default=0) + 1)]
    for plant, height in heights.items():
        columns[tier[plant]].append(Item(plant, plant, height))
    routes: dict[Edge, tuple[str, ...]] = {}
    for edge, (start, end) in laid:
        passed = [Item(f"{edge[0]} {edge[1]} {place}", None, passing) for place in range(tier[start] + 1, tier[end])]
        for place, item in enumerate(passed, tier[start] + 1):
            columns[place].append(item)
        routes[edge] = (start, *(item.key for item in passed), end)
    ordered = _fewest_crossings(columns, list(routes.values()))
    centre, height = _settled(ordered, list(routes.values()), gap)
    return Tiers(tier, ordered, centre, routes, frozenset(turned), height)


def find_tiers(plants: Sequence[str], edges: Sequence[Edge], last: Collection[str]) -> dict[str, int]:
    """Plant → column, so that every edge leads to a later one; no circles among the edges.

    Who supplies a last one, directly or through others, stands as near to it as its longest way allows; who does
    not stands right behind its suppliers; who has no edge stands first, or last if it makes an end product.
    """
    after, before = defaultdict(list), defaultdict(list)
    for start, end in edges:
        after[start].append(end)
        before[end].append(start)
    order = _topological(plants, after, before)
    ends = {plant for plant in plants if plant in last and not after[plant]} or {
        plant for plant in plants if before[plant] and not after[plant]}
    way: dict[str, int] = dict.fromkeys(ends, 0)
    for plant in reversed(order):
        known = [way[other] + 1 for other in after[plant] if other in way]
        if known:
            way[plant] = max([*known, way.get(plant, 0)])
    depth = max(way.values(), default=0)
    tier: dict[str, int] = {}
    for plant in order:
        least = max((tier[other] + 1 for other in before[plant]), default=0)
        tier[plant] = max(least, depth - way[plant]) if plant in way else least
    width = max(tier.values(), default=0)
    return {plant: width if plant in ends and plant in last else tier[plant] for plant in plants}


def crossings(columns: Sequence[Sequence[Item]], routes: Sequence[Sequence[str]]) -> int:
    """Pairs of edges that cross between neighbouring columns."""
    place = {item.key: row for column in columns for row, item in enumerate(column)}
    column_of = {item.key: number for number, column in enumerate(columns) for item in column}
    between: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for route in routes:
        for start, end in itertools.pairwise(route):
            between[column_of[start]].append((place[start], place[end]))
    return sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for lines in between.values()
               for number, a in enumerate(lines) for b in lines[:number])


def _without_circles(plants: Sequence[str], edges: Sequence[Edge]) -> tuple[list[Edge], list[Edge]]:
    """Edges that close no circle with those before them, and the others."""
    after: dict[str, list[str]] = {plant: [] for plant in plants}
    kept, turned = [], []
    for start, end in edges:
        if start == end:
            continue
        seen, left = {end}, [end]
        while left:
            for other in after[left.pop()]:
                if other not in seen:
                    seen.add(other)
                    left.append(other)
        if start in seen:
            turned.append((start, end))
        else:
            after[start].append(end)
            kept.append((start, end))
    return kept, turned


def _topological(plants: Sequence[str], after: Mapping[str, list[str]], before: Mapping[str, list[str]]) -> list[str]:
    """Sellers before buyers."""
    waiting = {plant: len(before[plant]) for plant in plants}
    ready = [plant for plant in plants if not waiting[plant]]
    order = []
    while ready:
        plant = ready.pop(0)
        order.append(plant)
        for other in after[plant]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return order


def _neighbours(routes: Sequence[Sequence[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    left, right = defaultdict(list), defaultdict(list)
    for route in routes:
        for start, end in itertools.pairwise(route):
            right[start].append(end)
            left[end].append(start)
    return left, right


def _fewest_crossings(columns: list[list[Item]], routes: Sequence[Sequence[str]]) -> list[list[Item]]:
    """The best of the orders that sweeps of barycentres give; the first of equals."""
    left, right = _neighbours(routes)
    current = [list(column) for column in columns]
    best, fewest = current, crossings(current, routes)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        current = [list(column) for column in current]
        near = left if sweep % 2 == 0 else right
        for number in range(len(current)) if sweep % 2 == 0 else reversed(range(len(current))):
            rows = {item.key: row for column in current for row, item in enumerate(column)}
            centres = {item.key: sum(rows[key] for key in near[item.key]) / len(near[item.key])
                       if near[item.key] else float(rows[item.key]) for item in current[number]}
            current[number] = sorted(current[number], key=lambda item, c=centres: c[item.key])  # type: ignore[misc]
        found = crossings(current, routes)
        if found < fewest:
            best, fewest = current, found
    return best


def _settled(columns: Sequence[Sequence[Item]], routes: Sequence[Sequence[str]], gap: float
             ) -> tuple[dict[str, float], float]:
    """Middle (y) of every item: as near to its neighbours as order and gaps allow, and the height of the whole."""
    left, right = _neighbours(routes)
    tall = max((sum(item.height + gap for item in column) - gap for column in columns if column), default=0.0)
    centre: dict[str, float] = {}
    for column in columns:
        free = tall - sum(item.height for item in column)
        space = free / (len(column) + 1) if len(column) > 1 else free / 2
        at = space if len(column) > 1 else free / 2
        for item in column:
            centre[item.key] = at + item.height / 2
            at += item.height + space
    for sweep in range(6):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wish = [_mean([centre[key] for key in (*left[item.key], *right[item.key])], centre[item.key])
                    for item in column]
            centre.update(zip((item.key for item in column), _apart(column, wish, gap), strict=True))
    top = min((centre[item.key] - item.height / 2 for column in columns for item in column), default=0.0)
    centre = {key: y - top for key, y in centre.items()}
    bottom = max((centre[item.key] + item.height / 2 for column in columns for item in column), default=0.0)
    return centre, bottom


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _apart(column: Sequence[Item], wish: Sequence[float], gap: float) -> list[float]:
    """Middles nearest to the wished ones (least squares) that keep order and gaps: pool adjacent violators."""
    offsets, at = [], 0.0
    for number, item in enumerate(column):
        at += 0.0 if number == 0 else column[number - 1].height / 2 + gap + item.height / 2
        offsets.append(at)
    blocks: list[tuple[float, int]] = []
    for target, offset in zip(wish, offsets, strict=True):
        blocks.append((target - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (mean, count), (other, more) = blocks[-2], blocks[-1]
            blocks[-2:] = [((mean * count + other * more) / (count + more), count + more)]
    bases = [mean for mean, count in blocks for _ in range(count)]
    return [base + offset for base, offset in zip(bases, offsets, strict=True)]
