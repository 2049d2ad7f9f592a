"""Where: planar outlines of regions, dots for places, arrows by thickness. No tiles, nothing fetched."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from smezhnik.report.layout import text_width, wrapped
from smezhnik.report.markup import element, joined

#: One closed line of a region's outline, points (x, y) of the plane, y downwards.
Ring = Sequence[tuple[float, float]]
_LABEL, _NAME = 12.5, 11.5
#: Class of the number in a dot that stands for several plants; where a map has one, its source line explains it.
COUNT = "t t6 count"
#: The first places for a name: right, left, above and below its dot.
_NEXT_TO = 4
#: How far an arrow may bend, in parts of its length, the first choice first: it looks for a way past other dots.
_BENDS = (0.16, 0.24, 0.1, 0.32, 0.42)
#: Places nearer to each other than this on the drawing, px, or whose dots would meet, share one dot and one label.
_NEAR = 11.0
#: Places whose names one label may hold.
_SHARED = 4
#: Arrows from which on none looks for a way past dots: among so many there is none.
_CROWD = 60


@dataclass(frozen=True, slots=True)
class Dot:
    """A place.

    Attributes
    ----------
    key : name by which arrows find it
    x, y : where it is, in the plane of the outlines
    label : its name; empty shows the dot alone
    tone : ``a``, ``b`` or ``o``, the region it lies in
    count : plants that it stands for
    """

    key: str
    x: float
    y: float
    label: str = ""
    tone: str = "o"
    count: int = 1


@dataclass(frozen=True, slots=True)
class Arrow:
    """What goes from a place to another; ``inferred`` is dashed, ``tone`` is the region it comes from, ``said`` what
    it tells whoever points at it.
    """

    start: str
    end: str
    value: float
    tone: str = "o"
    inferred: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (self.left < other.right and other.left < self.right
                and self.top < other.bottom and other.top < self.bottom)

    def within(self, width: float, height: float) -> bool:
        return self.left >= 2 and self.top >= 2 and self.right <= width - 2 and self.bottom <= height - 2


@dataclass(frozen=True, slots=True)
class _View:
    """From the plane to the drawing."""

    scale: float
    left: float
    top: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) * self.scale, (y - self.top) * self.scale


def draw_map(outlines: Mapping[str, Sequence[Ring]], tones: Mapping[str, str], names: Mapping[str, str],
             dots: Sequence[Dot], arrows: Sequence[Arrow], *, title: str, width: int, class_: str,
             about: Mapping[str, tuple[str, str]] | None = None) -> Markup:
    """The map as SVG; only the regions of ``tones`` are tinted and named, the others are ground.

    Parameters
    ----------
    outlines : region → its rings
    tones : region → ``a``, ``b``, ``o`` or another class of its outline; regions without one are left to the list
        beside the map
    names : region → what is written on it; a region without a name is tinted only
    dots, arrows : places and what goes between them; arrows between one merged place are not drawn
    about : region → address that its outline leads to, and what it tells whoever points at it
    """
    concerned = [region for region in tones if region in outlines]
    view, height = _view([*(p for region in concerned for ring in outlines[region] for p in ring),
                          *((dot.x, dot.y) for dot in dots)], width)
    ground = sorted(outlines, key=lambda region: region in tones)
    parts = [_led(_region(outlines[region], f"land {tones.get(region, '')}".strip(), view, width, height),
                  (about or {}).get(region)) for region in ground]
    placed = [replace(dot, x=x, y=y) for dot in dots for x, y in [view.point(dot.x, dot.y)]]
    merged, at = _merge(placed)
    arcs, crossed = _arcs(arrows, at, merged)
    parts += arcs
    taken = [_Box(dot.x - r, dot.y - r, dot.x + r, dot.y + r) for dot in merged for r in [_radius(dot) + 2]]
    labels = _dot_labels(merged, taken, crossed, width, height)
    region_names = [_region_name(outlines[region], names[region], tones[region], taken, crossed, view, width, height)
                    for region in concerned if region in names]
    parts += [name for name in region_names if name is not None]
    for dot in merged:
        parts.append(element("circle", cx=dot.x, cy=dot.y, r=_radius(dot), class_="dot"))
        if dot.count > 1:
            parts.append(element("text", dot.count, x=dot.x, y=dot.y + 4, text_anchor="middle", class_=COUNT,
                                 font_size=11))
    return element("svg", element("title", title), joined(part for part in [*parts, *labels] if part is not None),
                   role="group" if about else "img", aria_label=title if about else None, class_=class_,
                   viewBox=f"0 0 {width} {height:.0f}", width="100%")


def _view(points: Sequence[tuple[float, float]], width: int) -> tuple[_View, float]:
    """A window around the points with a margin, not flatter than 0.55 and not taller than 1.15 of its width."""
    if not points:
        points = [(0.0, 0.0), (1.0, 1.0)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, tall = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    pad = 0.14 * max(wide, tall)
    wide, tall = wide + 2 * pad, tall + 2 * pad
    ratio = min(max(tall / wide, 0.55), 1.15)
    scale = min(width / wide, width * ratio / tall)
    height = width * ratio
    left, top = (min(xs) + max(xs)) / 2 - width / scale / 2, (min(ys) + max(ys)) / 2 - height / scale / 2
    return _View(scale, left, top), height


def _region(rings: Iterable[Ring], class_: str, view: _View, width: float, height: float) -> Markup | None:
    """The outline as a path, points nearer than 0.6 px to the one before left out; nothing if out of the window."""
    path = []
    for ring in rings:
        points = [view.point(x, y) for x, y in ring]
        if (max(x for x, _ in points) < 0 or min(x for x, _ in points) > width
                or max(y for _, y in points) < 0 or min(y for _, y in points) > height):
            continue
        kept = points[:1]
        for x, y in points[1:]:
            x, y = min(max(x, -40.0), width + 40), min(max(y, -40.0), height + 40)
            if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 0.6:
                kept.append((x, y))
        if len(kept) > 2:
            path.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "z")
    return element("path", d="".join(path), class_=class_) if path else None


def _led(path: Markup | None, about: tuple[str, str] | None) -> Markup | None:
    """The outline as a link that says where it leads; itself where it leads nowhere."""
    if path is None or about is None:
        return path
    address, said = about
    return element("a", element("title", said), path, href=address, aria_label=said)


def _radius(dot: Dot) -> float:
    """Room for the number inside, a digit more with every power of ten."""
    return 4.0 if dot.count <= 1 else 5.5 + 2.5 * len(str(dot.count))


def _merge(dots: Sequence[Dot]) -> tuple[list[Dot], dict[str, Dot]]:
    """Near places become one: the label names them all, the count adds up; and where each key went."""
    merged: list[tuple[Dot, list[str]]] = []
    for dot in sorted(dots, key=lambda dot: (-dot.count, dot.key)):
        for place, (other, keys) in enumerate(merged):
            if math.hypot(dot.x - other.x, dot.y - other.y) < max(_NEAR, _radius(dot) + _radius(other) - 1):
                label = "\n".join(dict.fromkeys(name for name in (other.label, dot.label) if name))
                merged[place] = (replace(other, label=label, count=other.count + dot.count), [*keys, dot.key])
                break
        else:
            merged.append((dot, [dot.key]))
    merged = [(replace(dot, label=_joint(dot.label.split("\n"))), keys) for dot, keys in merged]
    return [dot for dot, _ in merged], {key: dot for dot, keys in merged for key in keys}


def _joint(names: Sequence[str]) -> str:
    """The names of places that share a dot; of many only the number is shown."""
    return ", ".join(names) if len(names) <= _SHARED else ""


def _arcs(arrows: Sequence[Arrow], at: Mapping[str, Dot], dots: Sequence[Dot]) -> tuple[list[Markup], list[_Box]]:
    """Bent lines, each on its own right side so that both directions are seen, and where they pass.

    The thickest lie below. A line bends more or less where it would else run through the dot of another place.
    """
    largest = max((arrow.value for arrow in arrows), default=0.0) or 1.0
    parts: list[Markup] = []
    crossed: list[_Box] = []
    for arrow in sorted(arrows, key=lambda arrow: (-arrow.value, arrow.start, arrow.end)):
        start, end = at[arrow.start], at[arrow.end]
        length = math.hypot(end.x - start.x, end.y - start.y)
        if length < 1:
            continue
        thick = 1.25 + 5.75 * arrow.value / largest
        ux, uy = (end.x - start.x) / length, (end.y - start.y) / length
        others = [] if len(arrows) >= _CROWD else [dot for dot in dots if dot not in (start, end)]
        bends = [((start.x + end.x) / 2 - uy * share * length, (start.y + end.y) / 2 + ux * share * length)
                 for share in _BENDS]
        mid = next((point for point in bends if not _runs_through(start, point, end, others, thick / 2)), bends[0])
        tx, ty = end.x - mid[0], end.y - mid[1]
        tangent = math.hypot(tx, ty) or 1.0
        tx, ty = tx / tangent, ty / tangent
        head = 4.0 + 1.1 * thick
        tip = end.x - tx * _radius(end), end.y - ty * _radius(end)
        neck = tip[0] - tx * head, tip[1] - ty * head
        half = thick / 2 + 2.2
        dashed = " inferred" if arrow.inferred else ""
        line = element("path", class_=f"arc {arrow.tone}{dashed}", stroke_width=thick,
                       d=f"M{start.x:.1f} {start.y:.1f}Q{mid[0]:.1f} {mid[1]:.1f} {neck[0]:.1f} {neck[1]:.1f}")
        parts.append(element("g", element("title", arrow.said), line) if arrow.said else line)
        parts.append(element("path", class_=f"fill-{arrow.tone}",
                             d=f"M{tip[0]:.1f} {tip[1]:.1f}L{neck[0] - ty * half:.1f} {neck[1] + tx * half:.1f}"
                               f"L{neck[0] + ty * half:.1f} {neck[1] - tx * half:.1f}z"))
        if len(arrows) < _CROWD:
            crossed += [_Box(x - half, y - half, x + half, y + half) for x, y in _points(start, mid, end)]
    return parts, crossed


def _points(start: Dot, mid: tuple[float, float], end: Dot) -> Iterator[tuple[float, float]]:
    """Points along a bent line (a quadratic Bézier curve), without its ends."""
    for step in range(1, 20):
        t = step / 20
        yield ((1 - t) ** 2 * start.x + 2 * t * (1 - t) * mid[0] + t * t * end.x,
               (1 - t) ** 2 * start.y + 2 * t * (1 - t) * mid[1] + t * t * end.y)


def _runs_through(start: Dot, mid: tuple[float, float], end: Dot, others: Sequence[Dot], half: float) -> bool:
    """Whether a bent line touches the dot of a place that it neither starts nor ends in."""
    return any(math.hypot(x - dot.x, y - dot.y) < _radius(dot) + half + 1
               for x, y in _points(start, mid, end) for dot in others)


def _dot_labels(dots: Sequence[Dot], taken: list[_Box], crossed: Sequence[_Box], width: float, height: float
                ) -> list[Markup]:
    """Names right, left, above or below their dots where nothing else is; a name without room is left to the table.

    A place beside the arrows comes before one that they cross.
    """
    parts = []
    for dot in sorted(dots, key=lambda dot: (-dot.count, dot.key)):
        if not dot.label:
            continue
        free = [(order, place) for order, place in enumerate(_label_places(dot))
                if place[1].within(width, height) and not any(place[1].meets(other) for other in taken)]
        if free:
            # of the places next to the dot the one that the arrows cross least; farther off it might name another dot
            near = [place for order, place in free if order < _NEXT_TO] or [free[0][1]]
            lines, box, anchor, x = min(near, key=lambda place: sum(place[1].meets(step) for step in crossed))
            taken.append(box)
            parts.append(_lettered(lines, x, box.top + 11.5, 15, anchor, "t halo", _LABEL))
    return parts


def _label_places(dot: Dot) -> Iterator[tuple[list[str], _Box, str, float]]:
    """Where the name of a dot may stand, the best first: lines, their box, the side they start from and its x."""
    for room in (150, 90):
        lines = wrapped(dot.label, _LABEL, room)
        wide, tall = max(text_width(line, _LABEL) for line in lines), 15.0 * len(lines)
        off = _radius(dot) + 5
        beside = [(anchor, dot.x + side * off, dot.y - tall / 2 + shift)
                  for shift in (0, -8, 8, -16, 16, -24, 24) for anchor, side in (("start", 1), ("end", -1))]
        stacked = [("middle", dot.x, dot.y - off - tall), ("middle", dot.x, dot.y + off)]
        for anchor, x, y in [*beside[:2], *stacked, *beside[2:]]:
            left = {"start": x, "end": x - wide, "middle": x - wide / 2}[anchor]
            yield lines, _Box(left, y, left + wide, y + tall), anchor, x


def _region_name(rings: Sequence[Ring], name: str, tone: str, taken: list[_Box], crossed: Sequence[_Box], view: _View,
                 width: float, height: float) -> Markup | None:
    """The name inside the outline, as near to its middle as dots and towns leave room; off the arrows if it can be."""
    ring = [view.point(x, y) for x, y in max(rings, key=_area)]
    lines = wrapped(name.upper(), _NAME, 120, bold=True)
    wide = max(text_width(line, _NAME, bold=True) for line in lines) * 1.03
    tall = 13.0 * len(lines)
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    middle = sum(xs) / len(xs), sum(ys) / len(ys)
    grid = [(min(xs) + (max(xs) - min(xs)) * i / 16, min(ys) + (max(ys) - min(ys)) * j / 16)
            for i in range(1, 16) for j in range(1, 16)]
    inside = sorted((point for point in grid if _inside(*point, ring)),
                    key=lambda p: math.hypot(p[0] - middle[0], p[1] - middle[1]))
    boxes = [(x, _Box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)) for x, y in inside]
    whole = [(x, box) for x, box in boxes
             if all(_inside(px, py, ring) for px in (box.left, box.right) for py in (box.top, box.bottom))]
    for places, avoided in ((whole, [*taken, *crossed]), (whole, taken), (boxes, taken)):
        for x, box in places:
            if box.within(width, height) and not any(box.meets(other) for other in avoided):
                taken.append(box)
                return _lettered(lines, x, box.top + 10.5, 13, "middle", f"region-name ink-{tone}", _NAME)
    return None


def _lettered(lines: Sequence[str], x: float, y: float, line: float, anchor: str, class_: str, size: float) -> Markup:
    spans = [element("tspan", text, x=x, y=y + place * line) for place, text in enumerate(lines)]
    return element("text", joined(spans), text_anchor=anchor, class_=class_, font_size=size)


def _area(ring: Ring) -> float:
    """Twice the area of a ring (shoelace formula)."""
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True)))


def _inside(x: float, y: float, ring: Ring) -> bool:
    """Whether the point lies in the ring (even-odd rule)."""
    odd = False
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            odd = not odd
    return odd
