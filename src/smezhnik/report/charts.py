"""Bars made on the server as SVG: from one zero line, on one scale, each with its number beside or inside its title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from smezhnik.messages import format_number
from smezhnik.report.layout import largest_scale
from smezhnik.report.markup import element, joined
from smezhnik.types import Lang


@dataclass(frozen=True, slots=True)
class ReasonScale:
    """One scale for the contributions of all reasons of all rows.

    Attributes
    ----------
    per_unit : px for one unit of log-odds, the same in every column
    below, above : reason → its lowest and highest contribution on the page (``below`` ≤ 0 ≤ ``above``)
    """

    per_unit: float
    below: Mapping[str, float]
    above: Mapping[str, float]

    def width(self, reason: str) -> float:
        """Width of the reason's column of bars in px."""
        return self.per_unit * (self.above[reason] - self.below[reason]) + 4


def reason_scale(extents: Mapping[str, tuple[float, float]], *, room: float, least: float) -> ReasonScale:
    """The largest scale at which the columns of all reasons fit.

    Each column is as wide as its own bars need, but not narrower than its heading: a strong reason gets more room
    and one unit of log-odds is equally long everywhere.

    Parameters
    ----------
    extents : reason → (lowest, highest) contribution
    room : px for all columns together
    least : px that the heading of a column needs
    """
    below = {reason: min(low, 0.0) for reason, (low, _) in extents.items()}
    above = {reason: max(high, 0.0) for reason, (_, high) in extents.items()}
    spans = [above[reason] - below[reason] for reason in extents]
    per_unit = largest_scale(spans, [least - 4] * len(spans), room - 4 * len(spans))
    return ReasonScale(per_unit, below, above)


def reason_bar(reason: str, contribution: float, scale: ReasonScale, lang: Lang, *, height: int = 10) -> Markup:
    """One contribution as a bar right (raises) or left (lowers) of the zero line of its column."""
    zero = 2 - scale.below[reason] * scale.per_unit
    return _signed_bar(contribution, zero, scale.per_unit, scale.width(reason), height, lang)


def signed_bar(value: float, low: float, high: float, *, width: int = 120, height: int = 10) -> Markup:
    """A value between ``low`` ≤ 0 and ``high`` ≥ 0 as a bar from their common zero line; its number stands beside."""
    per_unit = (width - 4) / ((high - low) or 1.0)
    return _signed_bar(value, 2 - low * per_unit, per_unit, width, height, None)


def _signed_bar(value: float, zero: float, per_unit: float, width: float, height: int, lang: Lang | None) -> Markup:
    length = abs(value) * per_unit
    bar = element("rect", x=float(zero if value >= 0 else zero - length), y=2, width=float(length),
                  height=height - 4 if height < 10 else height - 2, class_="bar-p" if value >= 0 else "bar-n")
    line = element("path", d=f"M{zero:.1f} 0v{height + 2}", class_="zero")
    if lang is None:
        return element("svg", bar if length else None, line, aria_hidden="true", width=round(width), height=height + 2)
    return element("svg", element("title", format_number(value, lang, 2, sign=True)), bar if length else None, line,
                   role="img", width=round(width), height=height + 2)


def stacked_bar(contributions: Sequence[float], low: float, high: float, title: str, *, height: int = 12) -> Markup:
    """All contributions of one row in one bar: what raises right of zero, the largest first, what lowers left.

    The drawing stretches to the width it is given; ``low`` and ``high`` are the least and greatest sums of a row.
    """
    width, per_unit = 300.0, 300.0 / ((high - low) or 1.0)
    zero = -low * per_unit
    parts: list[Markup] = []
    for falling, class_ in ((False, "bar-p"), (True, "bar-n")):
        at = zero
        chosen = sorted((abs(c) for c in contributions if (c < 0) is falling and c), reverse=True)
        for position, length in enumerate(chosen):
            size = length * per_unit
            at -= size if falling else 0
            parts.append(element("rect", x=at, y=1, width=size, height=height - 2, class_=class_,
                                 fill_opacity=max(0.35, 1 - 0.17 * position)))
            at += 0 if falling else size
    return element("svg", element("title", title), joined(parts),
                   element("path", d=f"M{zero:.1f} 0v{height}", class_="zero", vector_effect="non-scaling-stroke"),
                   role="img", class_="stack", viewBox=f"0 0 {width:.0f} {height}", width="100%", height=height,
                   preserveAspectRatio="none")


def bar(value: float | None, largest: float, title: str, *, tone: str = "p", width: int = 72, height: int = 8,
        tick: float | None = None) -> Markup:
    """A length from zero on the scale of its column, with a dark tick where a norm or an expectation lies.

    ``tone`` is ``p`` for a measure, ``a`` or ``b`` for a region of a pair, ``o`` for others; an absent value is
    a hatched track without fill, never zero.
    """
    per_unit = width / (largest or 1.0)
    if value is None:
        inner = element("rect", width=width, height=height, rx=2, fill="url(#hatch)")
    else:
        inner = element("rect", width=min(float(width), max(value * per_unit, 1.0)), height=height, rx=2,
                        class_=f"bar-{tone}")
    mark = None if tick is None else element("rect", x=min(tick, largest) * per_unit - 1, y=-3, width=2,
                                             height=height + 6, fill="var(--ink)")
    return element("svg", element("title", title), inner, mark, role="img", width=width, height=height,
                   viewBox=f"0 0 {width} {height}")
