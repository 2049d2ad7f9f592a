"""Who gives what to whom: two columns joined by ribbons, coloured by where the goods come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from smezhnik.report.amounts import Scale
from smezhnik.report.layout import largest_scale, text_width, wrapped
from smezhnik.report.markup import element, joined
from smezhnik.types import Lang

_SIZE, _LINE, _BAR, _GAP = 13, 16, 8, 10


@dataclass(frozen=True, slots=True)
class Flow:
    """One ribbon.

    Attributes
    ----------
    source, target : labels of its ends; equal labels of one ``part`` are one block
    value : its thickness, above zero
    tone, target_tone : colours of its ends: ``a`` and ``b`` the regions of a pair, ``o`` others
    part : which half of the chart it belongs to; blocks of different parts never merge
    """

    source: str
    target: str
    value: float
    tone: str = "o"
    target_tone: str = "o"
    part: str = ""


@dataclass(frozen=True, slots=True)
class _Block:
    label: str
    part: str
    colour: str
    value: float
    lines: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.part, self.label


def draw_sankey(flows: Sequence[Flow], *, title: str, heads: tuple[str, str], halves: Mapping[str, str], scale: Scale,
                lang: Lang, width: int, margin: int, class_: str, rest: Container[str] = ()) -> Markup:
    """The whole chart as SVG.

    Parameters
    ----------
    flows : ribbons; empty gives an empty drawing
    heads : what the left and the right column hold
    halves : part → name and sum written along that part of the left edge; without entries nothing is written
    scale : how the values are written beside the labels
    rest : labels that sum up what is small; they stand at the end of their part
    width, margin : px of the drawing, and of the widest label that a side may have
    """
    edge = 22 if halves else 0
    left = _blocks(flows, True, margin, scale, lang, rest)
    right = _blocks(flows, False, margin, scale, lang, rest)
    # The whole flow is about as tall as the chart is wide; labels that need more room make it taller.
    per_unit = 0.42 * width / max(sum(flow.value for flow in flows), 1e-9)
    height = max(_filled(left, per_unit), _filled(right, per_unit), 180.0)
    per_unit = min(_fitting(left, height), _fitting(right, height))
    tops = _placed(left, per_unit, height), _placed(right, per_unit, height)
    x = edge + _widest(left, scale, lang), width - _BAR - 7 - _widest(right, scale, lang)
    parts = [element("text", head, x=at, y=14, text_anchor=anchor, class_="t2 t6")
             for head, at, anchor in zip(heads, (x[0] + _BAR, x[1]), ("end", "start"), strict=True)]
    parts.append(_ribbons(flows, tops, per_unit, (x[0] + _BAR, x[1])))
    for side, blocks in enumerate((left, right)):
        parts += [_drawn(block, tops[side][block.key], per_unit, x[side], side, scale, lang) for block in blocks]
    for tone, said in halves.items():
        inside = [block for block in left if block.part == tone]
        if inside:
            first, last = tops[0][inside[0].key], tops[0][inside[-1].key] + inside[-1].value * per_unit
            parts.append(element("text", said, x=0, y=0, class_=f"t t6 ink-{tone}", text_anchor="middle",
                                 transform=f"translate(12 {(first + last) / 2:.0f}) rotate(-90)"))
    return element("svg", element("title", title), joined(parts), role="img", class_=class_,
                   viewBox=f"0 0 {width} {height + 32:.0f}", width="100%")


def _blocks(flows: Sequence[Flow], left: bool, room: float, scale: Scale, lang: Lang,
            rest: Container[str]) -> list[_Block]:
    """Blocks of one side: by tone, then the largest first on the left, and on the right by where ribbons come from."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    colours: dict[tuple[str, str], str] = {}
    for flow in flows:
        key = flow.part, flow.source if left else flow.target
        sums[key] += flow.value
        colours[key] = flow.tone if left else flow.target_tone
    order = {key: -total for key, total in sums.items()}
    if not left:
        ranks = {block.key: place for place, block in enumerate(_blocks(flows, True, room, scale, lang, rest))}
        order = {key: sum(ranks[flow.part, flow.source] * flow.value for flow in flows
                          if (flow.part, flow.target) == key) / total for key, total in sums.items()}
    blocks = []
    for part, label in sorted(sums, key=lambda key: (key[0], key[1] in rest, order[key], key[1])):
        number = scale.text(sums[part, label], lang)
        lines = wrapped(label, _SIZE, room)
        if text_width(lines[-1], _SIZE) + 6 + text_width(number, _SIZE, bold=True) > room:
            lines.append("")  # the number takes a line of its own
        blocks.append(_Block(label, part, colours[part, label], sums[part, label], tuple(lines)))
    return blocks


def _filled(blocks: Sequence[_Block], per_unit: float) -> float:
    """Height of a column at a scale, with its gaps."""
    return sum(max(block.value * per_unit, _least(block)) + _GAP for block in blocks)


def _widest(blocks: Sequence[_Block], scale: Scale, lang: Lang) -> float:
    """Room that the labels of a column take, with the gap to its bars."""
    widths = [text_width(line, _SIZE) for block in blocks for line in block.lines[:-1]]
    widths += [text_width(block.lines[-1], _SIZE) + 6 + text_width(f"{scale.text(block.value, lang)}", _SIZE, bold=True)
               for block in blocks]
    return max(widths, default=0.0) + 8


def _least(block: _Block) -> float:
    return len(block.lines) * _LINE


def _fitting(blocks: Sequence[_Block], height: float) -> float:
    """The largest px per unit at which the blocks, none lower than its label, and the gaps between fill the height."""
    return largest_scale([block.value for block in blocks], [_least(block) for block in blocks],
                         height - _GAP * (len(blocks) - 1))


def _placed(blocks: Sequence[_Block], per_unit: float, height: float) -> dict[tuple[str, str], float]:
    """Top of each block: what is left of the height is parted evenly between them."""
    slots = [max(block.value * per_unit, _least(block)) for block in blocks]
    gap = (height - sum(slots)) / max(len(slots) - 1, 1) if len(slots) > 1 else 0.0
    at, tops = 26.0, {}
    if len(slots) == 1:
        at += (height - slots[0]) / 2
    for block, slot in zip(blocks, slots, strict=True):
        tops[block.key] = at + (slot - block.value * per_unit) / 2
        at += slot + gap
    return tops


def _ribbons(flows: Sequence[Flow], tops: tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]],
             per_unit: float, x: tuple[float, float]) -> Markup:
    """Ribbons leave and arrive in the order of their other ends, so that they cross as little as possible."""
    starts, ends = dict(tops[0]), dict(tops[1])
    leaving: dict[int, float] = {}
    for place in sorted(range(len(flows)), key=lambda i: tops[1][flows[i].part, flows[i].target]):
        key = flows[place].part, flows[place].source
        leaving[place] = starts[key]
        starts[key] += flows[place].value * per_unit
    parts = []
    for place in sorted(range(len(flows)), key=lambda i: tops[0][flows[i].part, flows[i].source]):
        flow, y0 = flows[place], leaving[place]
        key = flow.part, flow.target
        y1, thick = ends[key], flow.value * per_unit
        ends[key] += thick
        bend = (x[0] + x[1]) / 2
        parts.append(element(
            "path", class_=f"flow fill-{flow.tone}",
            d=f"M{x[0]:.1f} {y0:.1f}C{bend:.1f} {y0:.1f} {bend:.1f} {y1:.1f} {x[1]:.1f} {y1:.1f}v{thick:.1f}"
              f"C{bend:.1f} {y1 + thick:.1f} {bend:.1f} {y0 + thick:.1f} {x[0]:.1f} {y0 + thick:.1f}z"))
    return joined(parts)


def _drawn(block: _Block, top: float, per_unit: float, x: float, side: int, scale: Scale, lang: Lang) -> Markup:
    """A block and, beside it, its label with the value in bold."""
    tall = max(block.value * per_unit, 1.0)
    at, anchor = (x - 7, "end") if side == 0 else (x + _BAR + 7, "start")
    first = top + tall / 2 - (len(block.lines) - 1) * _LINE / 2 + 4.5
    lines = [element("tspan", line, x=at, y=first + place * _LINE) for place, line in enumerate(block.lines) if line]
    alone = {"x": at, "y": first + (len(block.lines) - 1) * _LINE} if not block.lines[-1] else {"dx": 6}
    number = element("tspan", scale.text(block.value, lang), class_="t6", **alone)
    return joined([element("rect", x=x, y=top, width=_BAR, height=tall, class_=f"fill-{block.colour}"),
                   element("text", joined(lines), number, class_="t", text_anchor=anchor)])
