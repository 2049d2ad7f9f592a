"""The product space as a drawing: activities where their map puts them, what a region makes filled in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from smezhnik.report.labels import Box, Spot, box_of, draw_labels
from smezhnik.report.layout import text_width
from smezhnik.report.markup import element, joined

#: ``made`` is filled, ``next`` ringed with its number, ``other`` hollow and small.
State = Literal["made", "next", "other"]
#: Radii of nodes, px, and the edge that stays free round the picture.
LEAST, MOST, EDGE = 4.0, 17.0, 26.0


@dataclass(frozen=True, slots=True)
class Node:
    """An activity in the picture.

    Attributes
    ----------
    x, y : 0…1, as the map has them
    size : its area, in any one unit
    number : its place among the candidates
    """

    x: float
    y: float
    size: float
    name: str
    title: str
    state: State = "other"
    number: str = ""


def draw_space(nodes: Sequence[Node], links: Sequence[tuple[int, int]], *, title: str, desc: str, width: int,
               height: int, class_: str, named: int) -> Markup:
    """Nodes and links as SVG; links between two made activities are dark.

    Parameters
    ----------
    links : pairs of places in ``nodes``
    named : how many of the largest made activities may bear a name
    """
    largest = max((node.size for node in nodes), default=0.0) or 1.0
    wide, tall = max(node.x for node in nodes) or 1.0, max(node.y for node in nodes) or 1.0
    spots = [Spot(EDGE + node.x / wide * (width - 2 * EDGE), EDGE + node.y / tall * (height - 2 * EDGE),
                  _radius(node, largest), node.name) for node in nodes]
    parts = []
    for one, other in links:
        both = nodes[one].state == nodes[other].state == "made"
        parts.append(element("path", class_=f"tie {'both' if both else ''}".strip(),
                             d=f"M{spots[one].x:.1f} {spots[one].y:.1f}L{spots[other].x:.1f} {spots[other].y:.1f}"))
    order = sorted(range(len(nodes)), key=lambda place: (nodes[place].state != "other", -spots[place].radius, place))
    for place in order:
        node, spot = nodes[place], spots[place]
        number = element("text", node.number, x=spot.x, y=spot.y + 4, text_anchor="middle", class_="t1 t6") \
            if node.number else None
        parts.append(element("g", element("title", node.title),
                             element("circle", cx=spot.x, cy=spot.y, r=spot.radius), number,
                             class_=f"node {node.state}"))
    made = sorted((spot for node, spot in zip(nodes, spots, strict=True) if node.state == "made"),
                  key=lambda spot: -spot.radius)[:named]
    labels, _ = draw_labels(made, spots, Box(0, 0, width, height), room=min(150.0, width / 3.2),
                            taken=[box_of(spot) for spot in spots])
    return element("svg", element("title", title), element("desc", desc), joined([*parts, labels]), role="img",
                   class_=f"plot space {class_}", viewBox=f"0 0 {width} {height}", width="100%")


def _radius(node: Node, largest: float) -> float:
    grown = max(LEAST, MOST * math.sqrt(max(node.size, 0.0) / largest))
    return max(grown, 0.62 * text_width(node.number, 11.5, bold=True) + 3) if node.number else grown


def count_states(nodes: Sequence[Node]) -> Mapping[State, int]:
    """How many nodes are in each state."""
    states: tuple[State, ...] = ("made", "next", "other")
    return {state: sum(node.state == state for node in nodes) for state in states}
