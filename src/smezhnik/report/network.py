"""A network of plants as a drawing: where everybody stands is reckoned here, the browser only draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from markupsafe import Markup

from smezhnik.report.labels import Box, Spot, box_of, draw_labels
from smezhnik.report.markup import element, joined

#: Nodes of one drawing, and names on it.
MOST, NAMED = 2_000, 40
#: Rounds of pushing and pulling at most and at least, and how many nodes times rounds there may be between them.
ROUNDS, LEAST, WORK = 60, 20, 12_000
#: The step of the first round as a part of the picture.
STEP = 0.1
#: How strongly all are held to the middle: groups without a tie to the rest would else drift away.
MIDDLE = 0.6
_WIDTH, _HEIGHT, _EDGE = 1144, 640, 24


@dataclass(frozen=True, slots=True)
class Plant:
    """A node: ``inside`` it is a member, ``tone`` is that of its region, ``title`` is said of it on demand."""

    name: str
    title: str
    inside: bool
    tone: str = "o"


@lru_cache(maxsize=8)
def lay_out_network(count: int, ties: tuple[tuple[int, int], ...], *, seed: int = 0
                    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Places of the nodes of a network, those that are tied near each other.

    All push each other apart by k²/d, ties pull by d²/k (Fruchterman and Reingold 1991; k = √(1/n)), the middle pulls
    all; the step shrinks from ``STEP`` to nothing.

    Parameters
    ----------
    count : nodes; ties : pairs of their places
    seed : of the places at the start

    Returns
    -------
    [count, 2] in 0…1; the same input gives the same places. Empty in, empty out.
    """
    places = np.random.default_rng(seed).random((count, 2), np.float32) - 0.5
    if count < 2:
        return np.full((count, 2), 0.5)
    k, rounds = math.sqrt(1 / count), max(LEAST, min(ROUNDS, WORK // count))
    one, other = (np.array([tie[side] for tie in ties], np.int64) for side in (0, 1))
    for number in range(rounds):
        gap_x, gap_y = (places[:, None, axis] - places[None, :, axis] for axis in (0, 1))
        push = np.float32(k * k) / (gap_x * gap_x + gap_y * gap_y + np.float32(1e-9))
        move = np.stack([(gap_x * push).sum(1), (gap_y * push).sum(1)], 1)
        pulled = places[one] - places[other]
        pulled *= (np.hypot(pulled[:, 0], pulled[:, 1]) / k)[:, None]
        np.add.at(move, one, -pulled)
        np.add.at(move, other, pulled)
        move -= MIDDLE * places
        length = np.maximum(np.hypot(move[:, 0], move[:, 1]), 1e-9)
        places += move / length[:, None] * np.minimum(length, STEP * (1 - number / rounds))[:, None]
    least, most = places.min(0), places.max(0)
    return np.asarray((places - least) / np.maximum(most - least, 1e-9), np.float64)


def draw_network(plants: Sequence[Plant], ties: Sequence[tuple[int, int, str]], *, title: str, desc: str) -> Markup:
    """The network as SVG: members filled and named, the others hollow.

    Parameters
    ----------
    plants : at most ``MOST``
    ties : pairs of places in ``plants``, and ``signed`` or ``possible``
    """
    at = lay_out_network(len(plants), tuple((one, other) for one, other, _ in ties))
    degree = np.bincount(np.array([[one, other] for one, other, _ in ties], np.int64).reshape(-1),
                         minlength=len(plants))
    small = 3.0 if len(plants) > 300 else 4.5
    spots = [Spot(_EDGE + float(x) * (_WIDTH - 2 * _EDGE), _EDGE + float(y) * (_HEIGHT - 2 * _EDGE),
                  (small + 1.5 if plant.inside else small) + min(4.0, math.sqrt(float(ends)) / 2), plant.name)
             for (x, y), plant, ends in zip(at, plants, degree, strict=True)]
    lines = [element("path", class_=f"tie {kind}", d="".join(
        f"M{spots[one].x:.0f} {spots[one].y:.0f}L{spots[other].x:.0f} {spots[other].y:.0f}"
        for one, other, tie in ties if tie == kind)) for kind in ("possible", "signed")
        if any(tie == kind for _, _, tie in ties)]
    dots = [element("g", element("title", plants[place].title), element(
        "circle", cx=round(spots[place].x, 1), cy=round(spots[place].y, 1), r=round(spots[place].radius, 1),
        class_=f"{'in ' if plants[place].inside else ''}{plants[place].tone}"))
            for place in sorted(range(len(plants)), key=lambda place: plants[place].inside)]
    named = [spot for spot, plant in zip(spots, plants, strict=True) if plant.inside][:NAMED]
    labels, _ = draw_labels(named, spots, Box(0, 0, _WIDTH, _HEIGHT), room=140, taken=[box_of(spot) for spot in named])
    return element("svg", element("title", title), element("desc", desc), joined([*lines, *dots, labels]), role="img",
                   class_="net", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", width="100%")
