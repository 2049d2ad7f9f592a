"""Bubbles on two axes: size, kind and a name beside each that has room for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

from smezhnik.report.axes import Axis
from smezhnik.report.labels import Box, Spot, box_of, draw_labels
from smezhnik.report.layout import text_width
from smezhnik.report.markup import element, joined

#: ``strong`` full, ``plain`` hollow, ``faint`` a small ground of the rest; kinds differ without colour too.
Kind = Literal["strong", "plain", "faint", "chosen"]
#: Margins round the plot, px: left, top, right, bottom.
LEFT, TOP, RIGHT, BOTTOM = 50, 26, 14, 40
#: Radii of the least and the largest bubble, px.
LEAST, MOST = 3.5, 26.0
#: Radius from which a number stands inside its bubble, px.
INSIDE = 9.0


@dataclass(frozen=True, slots=True)
class Bubble:
    """One mark.

    Attributes
    ----------
    x, y : values on the axes
    size : its area, in any one unit; 0 is drawn as the least bubble
    name : written beside it where there is room; title : said when it is pointed at
    number : written into or beside it, such as its place in the table below
    """

    x: float
    y: float
    size: float
    name: str
    title: str
    kind: Kind = "plain"
    number: str = ""


@dataclass(frozen=True)
class Plot:
    """What a scatter says besides its bubbles.

    Attributes
    ----------
    title, desc : for who listens: the finding, and how to read it
    across, down : names of the axes, with their units
    x_text, y_text : a value of the axis as its tick says it
    x_line, y_line : values at which a dashed line stands, the second with what it is; None leaves it out
    corners : words of the four quarters: top left, top right, bottom left, bottom right
    x_marks, y_marks : values that may bear a tick; by default round ones
    trail : values joined by a line, such as a frontier
    """

    title: str
    desc: str
    across: str
    down: str
    x_text: Callable[[float], str]
    y_text: Callable[[float], str]
    x_line: float | None = None
    y_line: tuple[float, str] | None = None
    corners: tuple[str, str, str, str] = ("", "", "", "")
    x_marks: tuple[float, ...] = ()
    y_marks: tuple[float, ...] = ()
    trail: Sequence[tuple[float, float]] = field(default=())


def draw_scatter(bubbles: Sequence[Bubble], x_ends: tuple[float, float], y_ends: tuple[float, float], plot: Plot, *,
                 width: int, height: int, class_: str, x_ratio: bool = False, y_ratio: bool = False,
                 named: int = 10, most: float = MOST) -> Markup:
    """The chart as SVG; bubbles outside the ends are drawn at the edge.

    Parameters
    ----------
    x_ends, y_ends : of the axes
    x_ratio, y_ratio : equal steps are equal ratios
    named : how many of the largest bubbles may bear a name
    most : radius of the largest bubble, px
    """
    x = Axis(*x_ends, LEFT, width - RIGHT, x_ratio, plot.x_marks)
    y = Axis(*y_ends, height - BOTTOM, TOP, y_ratio, plot.y_marks)
    largest = max((bubble.size for bubble in bubbles), default=0.0) or 1.0
    order = sorted(bubbles, key=lambda bubble: (bubble.kind != "faint", -bubble.size, bubble.name))
    spots = [Spot(x.at(item.x), y.at(item.y), max(LEAST, most * (max(item.size, 0.0) / largest) ** 0.5), item.name)
             for item in order]
    bounds = Box(LEFT, TOP, width - RIGHT, height - BOTTOM)
    words, taken = _corners(plot.corners, bounds)
    parts = [_grid(x, y, plot, width, height), words, _lines(x, y, plot, spots)]
    if len(plot.trail) > 1:
        way = "L".join(f"{x.at(one):.1f} {y.at(other):.1f}" for one, other in plot.trail)
        parts.append(element("path", d=f"M{way}", class_="trail"))
    for bubble, spot in zip(order, spots, strict=True):
        parts.append(element("g", element("title", bubble.title),
                             element("circle", cx=spot.x, cy=spot.y, r=spot.radius), class_=f"bubble {bubble.kind}"))
    numbered = [(bubble, spot) for bubble, spot in zip(order, spots, strict=True) if bubble.number]
    inner = [element("text", bubble.number, x=spot.x, y=spot.y + 4, text_anchor="middle", class_="t1 number")
             for bubble, spot in numbered if spot.radius >= INSIDE]
    outer = [Spot(spot.x, spot.y, spot.radius, bubble.number) for bubble, spot in numbered
             if spot.radius < INSIDE]
    loose, numbers = draw_labels(outer, spots, bounds, room=60, taken=taken, class_="t1 t6 halo")
    wanted = [spot for bubble, spot in zip(order, spots, strict=True) if bubble.name and bubble.kind != "faint"]
    wanted = sorted(wanted, key=lambda spot: -spot.radius)[:named]
    labels, _ = draw_labels(wanted, spots, bounds, room=min(150.0, width / 3.4), taken=[
        *taken, *numbers])
    return element("svg", element("title", plot.title), element("desc", plot.desc),
                   joined([*parts, *inner, loose, labels]),
                   role="img", class_=f"plot scatter {class_}", viewBox=f"0 0 {width} {height}", width="100%")


def _grid(x: Axis, y: Axis, plot: Plot, width: int, height: int) -> Markup:
    """Ticks with their words, and the names of the axes at their ends."""
    parts = [element("path", d=f"M{LEFT} {height - BOTTOM}H{width - RIGHT}", class_="axis")]
    last = -1e9
    for tick in x.ticks:
        said, at = plot.x_text(tick), x.at(tick)
        parts.append(element("path", d=f"M{at:.1f} {TOP}V{height - BOTTOM}", class_="rule"))
        if at - text_width(said, 11.5) / 2 > last:
            parts.append(element("text", said, x=at, y=height - BOTTOM + 15, text_anchor="middle", class_="t1 t3"))
            last = at + text_width(said, 11.5) / 2 + 6
    for tick in y.ticks:
        parts.append(element("path", d=f"M{LEFT} {y.at(tick):.1f}H{width - RIGHT}", class_="rule"))
        parts.append(element("text", plot.y_text(tick), x=LEFT - 6, y=y.at(tick) + 4, text_anchor="end",
                             class_="t1 t3"))
    parts.append(element("text", plot.across, x=width - RIGHT, y=height - 6, text_anchor="end", class_="t1 t2i"))
    parts.append(element("text", plot.down, x=0, y=12, class_="t1 t2i"))
    return joined(parts)


def _corners(words: tuple[str, str, str, str], bounds: Box) -> tuple[Markup, list[Box]]:
    """The words of the quarters, and the room they take."""
    parts, taken = [], []
    for place, said in enumerate(words):
        if not said:
            continue
        right, low = place % 2 == 1, place > 1
        wide = text_width(said, 11.5)
        at = bounds.right - 6 if right else bounds.left + 6
        base = bounds.bottom - 8 if low else bounds.top + 14
        parts.append(element("text", said, x=at, y=base, text_anchor="end" if right else "start", class_="t1 t3"))
        taken.append(Box(at - wide if right else at, base - 12, at if right else at + wide, base + 4))
    return joined(parts), taken


def _lines(x: Axis, y: Axis, plot: Plot, spots: Sequence[Spot]) -> Markup:
    """The dashed lines that part the quarters, with what they are."""
    parts = []
    if plot.x_line is not None and x.low < plot.x_line < x.high:
        parts.append(element("path", d=f"M{x.at(plot.x_line):.1f} {y.end}V{y.start}", class_="parting"))
    if plot.y_line is not None and y.low < plot.y_line[0] < y.high:
        at = y.at(plot.y_line[0])
        parts.append(element("path", d=f"M{x.start} {at:.1f}H{x.end}", class_="parting"))
        if plot.y_line[1]:  # where the fewest bubbles lie under the words
            wide = text_width(plot.y_line[1], 11.5)
            starts = [x.end - 4 - wide, x.start + 4, (x.start + x.end - wide) / 2]
            left = min(starts, key=lambda start: sum(
                box_of(spot).meets(Box(start, at - 16, start + wide, at - 2)) for spot in spots))
            parts.append(element("text", plot.y_line[1], x=left, y=at - 5, class_="t1 t2i halo"))
    return joined(parts)
