"""Where the labels of marks fit: beside their mark, over no other label, mark or edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from smezhnik.report.layout import text_width, wrapped
from smezhnik.report.markup import element, joined

#: Size and height of a line of a label, px; room between label and mark.
SIZE, LINE, GAP = 11.5, 14.0, 4.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, px."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (self.left < other.right and other.left < self.right
                and self.top < other.bottom and other.top < self.bottom)

    def inside(self, other: Box) -> bool:
        return (other.left <= self.left and self.right <= other.right
                and other.top <= self.top and self.bottom <= other.bottom)


@dataclass(frozen=True, slots=True)
class Spot:
    """A mark that wants a label: its middle and radius in px."""

    x: float
    y: float
    radius: float
    label: str


def draw_labels(spots: Sequence[Spot], marks: Sequence[Spot], bounds: Box, *, room: float, taken: Sequence[Box] = (),
                class_: str = "t1 halo") -> tuple[Markup, list[Box]]:
    """Labels where there is room for them, first come first served.

    Parameters
    ----------
    spots : marks to be named, the most important first
    marks : all marks, which no label may cover (a label may touch its own)
    bounds : no label leaves it
    room : px of the longest line; longer names break at spaces
    taken : further rectangles that stay free

    Returns
    -------
    the drawing, and the rectangles that its labels take; a mark without room for its label has none
    """
    placed: list[Box] = []
    drawn = []
    for spot in spots:
        lines = wrapped(spot.label, SIZE, room)
        wide, tall = max(text_width(line, SIZE) for line in lines), LINE * len(lines)
        others = [box_of(mark) for mark in marks if (mark.x, mark.y) != (spot.x, spot.y)]
        found = next((choice for choice in _choices(spot, wide, tall) if choice[0].inside(bounds)
                      and not any(choice[0].meets(box) for box in (*taken, *placed, *others))), None)
        if found is None:
            continue
        box, anchor = found
        placed.append(box)
        x = {"start": box.left, "end": box.right, "middle": (box.left + box.right) / 2}[anchor]
        rows = [element("tspan", line, x=x, y=box.top + LINE * (row + 1) - 3) for row, line in enumerate(lines)]
        drawn.append(element("text", joined(rows), class_=class_, text_anchor=anchor))
    return joined(drawn), placed


def box_of(spot: Spot) -> Box:
    """The square around a mark."""
    return Box(spot.x - spot.radius, spot.y - spot.radius, spot.x + spot.radius, spot.y + spot.radius)


def _choices(spot: Spot, wide: float, tall: float) -> list[tuple[Box, str]]:
    """Right, left, above, below, then the corners."""
    reach = spot.radius + GAP
    slant = spot.radius * 0.71 + GAP / 2
    middle = spot.y - tall / 2
    return [
        (Box(spot.x + reach, middle, spot.x + reach + wide, middle + tall), "start"),
        (Box(spot.x - reach - wide, middle, spot.x - reach, middle + tall), "end"),
        (Box(spot.x - wide / 2, spot.y - reach - tall, spot.x + wide / 2, spot.y - reach), "middle"),
        (Box(spot.x - wide / 2, spot.y + reach, spot.x + wide / 2, spot.y + reach + tall), "middle"),
        (Box(spot.x + slant, spot.y - slant - tall, spot.x + slant + wide, spot.y - slant), "start"),
        (Box(spot.x + slant, spot.y + slant, spot.x + slant + wide, spot.y + slant + tall), "start"),
        (Box(spot.x - slant - wide, spot.y - slant - tall, spot.x - slant, spot.y - slant), "end"),
        (Box(spot.x - slant - wide, spot.y + slant, spot.x - slant, spot.y + slant + tall), "end"),
    ]
