"""Charts that stand in the rows of a table, all rows on one scale: waterfalls, bands of places, strips of dots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from smezhnik.report.axes import Axis
from smezhnik.report.markup import element, joined

#: Height of a row of these tables, px, and of a bar in it.
ROW, BAR = 34, 12


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a waterfall: a bar from ``start`` to ``end``; ``total`` stands on the axis."""

    start: float
    end: float
    total: bool = False


def make_steps(first: float, terms: Sequence[float], last: float) -> list[Step]:
    """Total, terms one after another, total.

    The terms have to lead from one total to the other; what rounding leaves stands in no bar.
    """
    steps, at = [Step(0.0, first, total=True)], first
    for term in terms:
        steps.append(Step(at, at + term))
        at += term
    return [*steps, Step(0.0, last, total=True)]


def waterfall_axis(steps: Sequence[Step], width: int) -> Axis:
    """One scale for all rows. Totals are cut off below where the terms would else be too small to see; then say so."""
    ends = [step.end for step in steps] + [step.start for step in steps if not step.total]
    low, high = min(ends), max(ends)
    spread = high - low
    if low > 0 and spread < 0.5 * high:  # the axis begins a little below the least
        low -= 0.2 * spread or 0.1 * high
    else:
        low = min(low, 0.0)
    high = max(high, 0.0)
    return Axis(low, high if high > low else low + 1.0, 2.0, width - 4.0)


def waterfall_bar(step: Step, axis: Axis, width: int, *, last: bool) -> Markup:
    """The bar of one row and the thin line to the next."""
    start, end = axis.at(step.start), axis.at(step.end)
    left, right = min(start, end), max(start, end)
    class_ = "bar-t" if step.total else "bar-p" if step.end >= step.start else "bar-n hatched"
    top = (ROW - BAR) / 2
    parts = [element("rect", x=left, y=top, width=max(right - left, 1.5), height=BAR, class_=class_)]
    if class_ == "bar-n hatched":  # losses are hatched: they are seen without colour
        parts.append(element("rect", x=left, y=top, width=max(right - left, 1.5), height=BAR, fill="url(#loss)"))
    if not last:
        parts.append(element("path", d=f"M{end:.1f} {top + BAR}v{ROW - BAR + 1}", class_="joint"))
    return element("svg", joined(parts), aria_hidden="true", class_="in-row", width=width, height=ROW,
                   viewBox=f"0 0 {width} {ROW}")


def band(low: float, high: float, value: float, axis: Axis, width: int, said: str, *, own: bool = False,
         goal: float | None = None) -> Markup:
    """A place as a dot on the band where it lies, with the ticks of the scale behind it."""
    parts = [element("path", d=f"M{axis.at(tick):.1f} 0V{ROW}", class_="rule") for tick in axis.ticks]
    if goal is not None:
        parts.append(element("path", d=f"M{axis.at(goal):.1f} 0V{ROW}", class_="goal"))
    left, right = axis.at(low), axis.at(high)
    parts.append(element("rect", x=left - 3, y=ROW / 2 - 4, width=right - left + 6, height=8, rx=2,
                         class_="band own" if own else "band"))
    parts.append(element("circle", cx=axis.at(value), cy=ROW / 2, r=5.0 if own else 3.5,
                         class_="place own" if own else "place"))
    return element("svg", element("title", said), joined(parts), role="img", class_="in-row", width=width, height=ROW,
                   viewBox=f"0 0 {width} {ROW}")


def scale_head(axis: Axis, width: int) -> Markup:
    """The ticks of ``band`` as the head of its column."""
    parts = [element("text", f"{tick:.0f}", x=axis.at(tick), y=12, text_anchor="middle", class_="t1 t3")
             for tick in axis.ticks]
    return element("svg", joined(parts), aria_hidden="true", class_="in-row", width=width, height=16,
                   viewBox=f"0 0 {width} 16")


def strip(own: float | None, others: Sequence[float], middle: float | None, axis: Axis, width: int, said: str
          ) -> Markup:
    """One measure of all: small dots the others, a tall tick their middle, the large dot the region itself."""
    line = ROW / 2
    parts = [element("path", d=f"M{axis.start:.1f} {line}H{axis.end:.1f}", class_="rule")]
    parts += [element("circle", cx=axis.at(value), cy=line, r=2.5, class_="peer") for value in others]
    if middle is not None:
        parts.append(element("rect", x=axis.at(middle) - 1, y=line - 8, width=2, height=16, fill="var(--ink)"))
    if own is not None:
        parts.append(element("circle", cx=axis.at(own), cy=line, r=5.5, class_="place own"))
    return element("svg", element("title", said), joined(parts), role="img", class_="in-row", width=width, height=ROW,
                   viewBox=f"0 0 {width} {ROW}")


def span(low: float, high: float, value: float, axis: Axis, width: int, said: str) -> Markup:
    """A measure from zero with the interval it is known to lie in."""
    line = ROW / 2
    left, right = axis.at(low), axis.at(high)
    parts = [element("rect", x=axis.start, y=line - BAR / 2, width=max(axis.at(value) - axis.start, 1.0), height=BAR,
                     rx=2, class_="bar-p"),
             element("path", d=f"M{left:.1f} {line}H{right:.1f}M{left:.1f} {line - 4}v8M{right:.1f} {line - 4}v8",
                     class_="whisker")]
    return element("svg", element("title", said), joined(parts), role="img", class_="in-row", width=width, height=ROW,
                   viewBox=f"0 0 {width} {ROW}")
