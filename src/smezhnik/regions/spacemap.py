"""The product space as a picture: where each activity lies, so that related ones lie near; laid out once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import CannotSay, InputError
from smezhnik.regions.panel import Panel
from smezhnik.regions.productspace import calc_proximity
from smezhnik.regions.specialisation import calc_location_quotient

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Activities of a picture that can still be read; of more the matrix would also be too large.
MOST = 1_000
#: Links for one activity: the tree that joins all, and the strongest of the rest.
LINKS_PER_ACTIVITY = 2.0
#: Steps of majorisation: later ones move nothing by a thousandth.
STEPS = 100
#: Least distance of two activities, to be divided by the root of their number; the angle that never repeats.
ROOM, GOLDEN = 0.36, 2.399963229728653


@dataclass(frozen=True)
class SpaceMap:
    """Places of activities in the plane and the links that are drawn.

    Attributes
    ----------
    activities : names, ascending
    x, y : [P] 0…1, the wider side of the picture from 0 to 1
    links : pairs of places in ``activities``, each once, the lower first
    """

    activities: tuple[str, ...]
    x: Floats
    y: Floats
    links: tuple[tuple[int, int], ...]


def make_space_map(panel: Panel) -> SpaceMap:
    """Lay the product space of a panel out.

    Proximity φ is that of the output of all years together, so that the picture is the same for every year and region.
    Drawn are the maximum spanning tree of φ and the strongest other links, two for each activity in all. The places
    minimise Σ (|x_i − x_j| − d_ij)² / d_ij², d the number of links between two activities (stress majorisation from
    classical scaling: no chance in it).

    Raises
    ------
    CannotSay where fewer than three activities are made with advantage anywhere, or more than a picture can show.

    References
    ----------
    Hidalgo, Klinger, Barabási, Hausmann, "The product space conditions the development of nations", Science 317 (2007),
    482–487; Gansner, Koren, North, "Graph drawing by stress majorization", Graph Drawing (2004), 239–250.
    """
    presence = calc_location_quotient(panel.values.sum(axis=0)) >= 1
    kept = np.flatnonzero(presence.any(axis=0))
    if not 3 <= len(kept) <= MOST:
        raise CannotSay("space_size", count=len(kept), most=MOST)
    proximity = calc_proximity(presence[:, kept])
    np.fill_diagonal(proximity, 0.0)
    linked = find_links(proximity)
    places = _lay_out(linked)
    pairs = tuple((int(a), int(b)) for a, b in np.argwhere(np.triu(linked)))
    return SpaceMap(tuple(panel.activities[column] for column in kept), places[:, 0], places[:, 1], pairs)


def find_links(proximity: Floats) -> Flags:
    """[P, P] the links worth drawing: a spanning tree (forest) of the greatest proximity, and the strongest others.

    Parameters
    ----------
    proximity : φ, symmetric, 0 on the diagonal
    """
    count = len(proximity)
    linked = np.zeros((count, count), np.bool_)
    best, source, waiting = np.full(count, -1.0), np.zeros(count, np.int64), np.ones(count, np.bool_)
    for _ in range(count):
        node = int(np.argmax(np.where(waiting, best, -2.0)))
        waiting[node] = False
        if best[node] > 0:
            linked[node, source[node]] = linked[source[node], node] = True
        nearer = waiting & (proximity[node] > best)
        best[nearer], source[nearer] = proximity[node][nearer], node
    rest = np.triu(np.where(linked, 0.0, proximity)).ravel()
    more = max(int(LINKS_PER_ACTIVITY * count) - int(linked.sum()) // 2, 0)
    for at in np.argsort(-rest, kind="stable")[:more]:
        if rest[at] > 0:
            linked[at // count, at % count] = linked[at % count, at // count] = True
    return linked


def _lay_out(linked: Flags) -> Floats:
    """[P, 2] places; the long axis lies across, the wider side is from 0 to 1."""
    away = _distances(linked)
    middle = np.eye(len(away)) - 1.0 / len(away)
    _, vectors = np.linalg.eigh(-middle @ np.square(away) @ middle / 2)
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(len(away))])
    places = (vectors * signs)[:, [-1, -2]] * away.max()
    weights = np.divide(1.0, np.square(away), out=np.zeros_like(away), where=away > 0)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    inverse = np.linalg.inv(laplacian + 1.0 / len(away)) - 1.0 / len(away)
    for _ in range(STEPS):
        across, down = (np.subtract.outer(axis, axis) for axis in places.T)
        gaps = np.sqrt(across * across + down * down)
        pull = np.divide(weights * away, gaps, out=np.zeros_like(gaps), where=gaps > 1e-12)
        moved = inverse @ ((np.diag(pull.sum(axis=1)) - pull) @ places)
        still = float(np.abs(moved - places).max()) < 1e-4 * float(away.max())
        places = moved
        if still:
            break
    places = _spread(places / max(float(np.ptp(places, axis=0).max()), 1e-12))
    places = places - places.mean(axis=0)
    _, axes = np.linalg.eigh(places.T @ places)
    places = places @ axes[:, ::-1]
    places = places * np.where(places[np.abs(places).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    places -= places.min(axis=0)
    return np.asarray(np.round(places / max(float(places.max()), 1e-12), 4))


def _spread(places: Floats) -> Floats:
    """No two activities on one spot: pairs nearer than a share of the picture are pushed apart.

    Those that lie exactly alike (leaves of one branch) part at an angle that depends on their places in the list.
    """
    count = len(places)
    least = ROOM / np.sqrt(count)
    turn = np.arange(count) * GOLDEN
    places = places + 1e-6 * np.column_stack([np.cos(turn), np.sin(turn)])
    for _ in range(STEPS):
        across, down = (np.subtract.outer(axis, axis) for axis in places.T)
        gaps = np.sqrt(across * across + down * down)
        np.fill_diagonal(gaps, np.inf)
        push = np.divide(least - gaps, 2 * gaps, out=np.zeros_like(gaps), where=gaps < least)
        if not push.any():
            break
        places = places + np.column_stack([(push * across).sum(axis=1), (push * down).sum(axis=1)])
    return places


def _distances(linked: Flags) -> Floats:
    """[P, P] links on the shortest way; parts that nothing joins stand a little farther than the farthest way."""
    away = np.where(linked, 1.0, np.inf)
    np.fill_diagonal(away, 0.0)
    for node in range(len(away)):
        np.minimum(away, away[:, node, None] + away[node], out=away)
    return np.where(np.isinf(away), away[np.isfinite(away)].max() + 2.0, away)


def space_table(found: SpaceMap) -> pl.DataFrame:
    """Columns of the declared table ``product_space``: activity, x, y, linked."""
    linked: list[list[str]] = [[] for _ in found.activities]
    for one, other in found.links:
        linked[one].append(found.activities[other])
    return pl.DataFrame({"activity": found.activities, "x": found.x, "y": found.y,
                         "linked": pl.Series(linked, dtype=pl.List(pl.String))})


def read_space_map(frame: pl.DataFrame, activities: Sequence[str]) -> SpaceMap:
    """A map that was kept (``space_table``); of an activity that stands twice the first row counts.

    Raises
    ------
    InputError where it lacks activities that have to be shown: it was laid out of another table.
    """
    rows = frame.unique("activity", keep="first", maintain_order=True).sort("activity")
    names = tuple(rows["activity"])
    place = {name: at for at, name in enumerate(names)}
    if missing := [activity for activity in activities if activity not in place]:
        raise InputError("space_other", missing=missing[:10], count=len(missing))
    pairs = sorted((min(at, place[other]), max(at, place[other])) for at, linked in enumerate(rows["linked"])
                   for other in (linked if linked is not None else ()) if other in place)
    return SpaceMap(names, rows["x"].to_numpy(), rows["y"].to_numpy(), tuple(dict.fromkeys(pairs)))
