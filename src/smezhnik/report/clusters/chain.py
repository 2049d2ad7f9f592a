"""The chain from raw material to end product as a drawing: tiers as columns, bonds as ribbons by money."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.report.amounts import Scale, money_scale
from smezhnik.report.clusters.members import Bond, Member, Shown
from smezhnik.report.clusters.tiers import Edge, Tiers, lay_out
from smezhnik.report.layout import text_width, wrapped
from smezhnik.report.markup import element, joined
from smezhnik.types import Lang

#: Plants of one drawing: those of the weightiest bonds.
MOST = 40
_WIDTH, _HEAD, _GAP, _PASSING = 1144.0, 30.0, 16.0, 12.0
_WIDEST_BOX, _NARROWEST_BOX, _LEAST_SPACE = 190.0, 112.0, 70.0
_NAME, _LINE, _SMALL, _SECOND, _PAD = 12.5, 16.0, 11.0, 15.0, 6.0
#: Thickest ribbon, thinnest one, px.
_THICK, _THIN = 13.0, 1.25
_LABEL = 12.0

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Chain:
    """A chain ready to be drawn or listed.

    Attributes
    ----------
    members : plants of the chain, by key
    bonds : those between them, weightiest first
    tiers : where they stand
    scale, output_scale : how sums of contracts and outputs are written
    unlinked : plants without a signed contract inside
    beside : members that are no part of the chain: institutions
    left_out : plants for which there was no room
    lines, seconds : what stands in each box: name, then town and output
    box, space : px between the sides of a box, and between two columns
    """

    members: Mapping[str, Member]
    bonds: Sequence[Bond]
    tiers: Tiers
    scale: Scale
    output_scale: Scale
    unlinked: Sequence[Member]
    beside: Sequence[Member]
    left_out: int
    lines: Mapping[str, Sequence[str]]
    seconds: Mapping[str, Sequence[str]]
    box: float
    space: float

    @property
    def depth(self) -> int:
        return len(self.tiers.columns)

    def column(self, number: int) -> list[Member]:
        """Plants of a tier from top to bottom."""
        return [self.members[item.plant] for item in self.tiers.columns[number] if item.plant is not None]

    def heading(self, number: int, lang: Lang) -> str:
        if number == self.depth - 1 and any(member.final for member in self.column(number)):
            return say("report.cluster.chain.last", lang)
        if number == 0:
            return say("report.cluster.chain.first", lang)
        return say("report.cluster.chain.tier", lang, number=number + 1)


def make_chain(shown: Shown, lang: Lang) -> Chain:
    """The plants of a cluster in tiers; members that neither make things nor trade inside stand beside."""
    trading = {key for bond in shown.bonds for key in (bond.seller, bond.buyer)}
    plants = [member for member in shown.members.values() if member.industrial or member.key in trading]
    kept = _weightiest(plants, shown.bonds)
    members = {member.key: member for member in plants if member.key in kept}
    bonds = [bond for bond in shown.bonds if bond.seller in members and bond.buyer in members]
    edges = [(bond.seller, bond.buyer) for bond in bonds]
    last = {key for key, member in members.items() if member.final}
    # The number of tiers, by which boxes get their width, does not depend on the width.
    depth = len(lay_out(dict.fromkeys(members, 1.0), edges, last, gap=1.0, passing=1.0).columns)
    room = max(_WIDTH, depth * _NARROWEST_BOX + (depth - 1) * _LEAST_SPACE)
    box = min(_WIDEST_BOX, max(_NARROWEST_BOX, (room - (depth - 1) * _LEAST_SPACE) / depth))
    space = (room - depth * box) / max(depth - 1, 1)
    lines = {key: wrapped(member.name, _NAME, box - 20, bold=True) for key, member in members.items()}
    outputs = money_scale([member.output for member in members.values()])
    seconds = {key: wrapped(_second(member, outputs, lang), _SMALL, box - 18) for key, member in members.items()}
    heights = {key: 2 * _PAD + len(lines[key]) * _LINE + len(seconds[key]) * _SECOND for key in members}
    tiers = lay_out(heights, edges, last, gap=_GAP, passing=_PASSING)
    signed = {key for bond in shown.signed for key in (bond.seller, bond.buyer)}
    return Chain(
        members, bonds, tiers, money_scale([bond.value for bond in bonds], fine=True),
        outputs,
        [member for member in shown.own if member.industrial and member.key not in signed],
        [member for member in shown.own if member not in plants], len(plants) - len(members), lines, seconds, box,
        space)


def _weightiest(plants: Sequence[Member], bonds: Sequence[Bond]) -> set[str]:
    """Plants that have room: all, or those of as many of the weightiest bonds as fit."""
    if len(plants) <= MOST:
        return {member.key for member in plants}
    kept: set[str] = set()
    for bond in bonds:
        if len(kept | {bond.seller, bond.buyer}) <= MOST:
            kept |= {bond.seller, bond.buyer}
    return kept or {member.key for member in plants[:MOST]}


def draw_chain(chain: Chain, shown: Shown, title: str, lang: Lang) -> Markup:
    """The chain as SVG: signed bonds as ribbons, inferred ones dashed, those a repair asks for in red."""
    xs = {item.key: number * (chain.box + chain.space) for number, column in enumerate(chain.tiers.columns)
          for item in column}
    boxes = {key: (xs[key], _HEAD + chain.tiers.centre[key]) for key in chain.members}
    thickness = _thickness(chain)
    ports = _ports(chain, thickness)
    taken: list[Box] = [(x, y - _height(chain, key) / 2, x + chain.box, y + _height(chain, key) / 2)
                        for key, (x, y) in boxes.items()]
    ribbons, labels = [], []
    for bond in chain.bonds:
        path = _path(chain, bond, xs, ports)
        ribbons.append((bond.kind, _ribbon(bond, path, thickness[bond], shown, chain, lang)))
    for bond in sorted(chain.bonds, key=lambda bond: (bond.kind != "proposed", -bond.least)):
        label = _label(bond, _path(chain, bond, xs, ports), taken, chain.scale, lang)
        labels += [label] if label is not None else []
    order = {"signed": 0, "possible": 1, "proposed": 2}
    width = chain.depth * chain.box + (chain.depth - 1) * chain.space
    heads = [element("text", chain.heading(number, lang), x=number * (chain.box + chain.space), y=14, class_="t2 t6")
             for number in range(chain.depth)]
    drawn = [ribbon for _, ribbon in sorted(ribbons, key=lambda item: order[item[0]])]
    plants = [_plant(chain, member, *boxes[key], shown) for key, member in chain.members.items()]
    return element("svg", element("title", title), joined([*heads, *drawn, *plants, *labels]), role="img",
                   class_="chain", viewBox=f"-1 0 {width + 2:.0f} {_HEAD + chain.tiers.height + 2:.0f}", width="100%")


def _height(chain: Chain, key: str) -> float:
    return 2 * _PAD + len(chain.lines[key]) * _LINE + len(chain.seconds[key]) * _SECOND


def _thickness(chain: Chain) -> dict[Bond, float]:
    """One scale for all: the thickest fits, and so does all that leaves or reaches one box."""
    sides: dict[tuple[str, str], float] = defaultdict(float)
    for bond in chain.bonds:
        sides["out", bond.seller] += bond.least
        sides["in", bond.buyer] += bond.least
    largest = max((bond.least for bond in chain.bonds), default=0.0)
    fullest = max(sides.values(), default=0.0)
    least = min((_height(chain, key) for key in chain.members), default=40.0)
    per_unit = min(_THICK / largest, (least - 12) / fullest) if largest else 0.0
    return {bond: 1.75 if bond.kind == "possible" else max(_THIN, bond.least * per_unit) for bond in chain.bonds}


def _ports(chain: Chain, thickness: Mapping[Bond, float]) -> dict[tuple[Bond, int], float]:
    """(bond, end) → y where it meets the box at that end of its route, in the order of where it leads."""
    met: dict[tuple[str, int], list[Bond]] = defaultdict(list)
    for bond in chain.bonds:
        route = _route(chain, bond)
        met[route[0], 0].append(bond)
        met[route[-1], 1].append(bond)
    ports: dict[tuple[Bond, int], float] = {}
    for (key, end), bonds in met.items():
        bonds = sorted(bonds, key=lambda bond, end=end: (  # type: ignore[misc]
            chain.tiers.centre[_route(chain, bond)[1 if end == 0 else -2]], bond.kind, bond.seller, bond.buyer))
        free = _height(chain, key) - 10 - sum(thickness[bond] for bond in bonds)
        space = min(6.0, max(0.0, free / max(len(bonds) - 1, 1)))
        at = chain.tiers.centre[key] - (sum(thickness[bond] for bond in bonds) + space * (len(bonds) - 1)) / 2
        for bond in bonds:
            ports[bond, end] = _HEAD + at + thickness[bond] / 2
            at += thickness[bond] + space
    return ports


def _route(chain: Chain, bond: Bond) -> tuple[str, ...]:
    edge: Edge = (bond.seller, bond.buyer)
    return chain.tiers.routes[edge]


def _path(chain: Chain, bond: Bond, xs: Mapping[str, float], ports: Mapping[tuple[Bond, int], float]) -> list[Point]:
    """Points from left to right: leaving a box, entering and leaving each place that is passed, reaching a box."""
    route = _route(chain, bond)
    points: list[Point] = [(xs[route[0]] + chain.box, ports[bond, 0])]
    for key in route[1:-1]:
        y = _HEAD + chain.tiers.centre[key]
        points += [(xs[key], y), (xs[key] + chain.box, y)]
    return [*points, (xs[route[-1]], ports[bond, 1])]


def _ribbon(bond: Bond, path: Sequence[Point], thick: float, shown: Shown, chain: Chain, lang: Lang) -> Markup:
    """A line as thick as its money; what runs against the chain has a head."""
    d = f"M{path[0][0]:.1f} {path[0][1]:.1f}"
    for number, ((x0, y0), (x1, y1)) in enumerate(itertools.pairwise(path)):
        middle = (x0 + x1) / 2
        d += f"H{x1:.1f}" if number % 2 else f"C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
    names = shown.members[bond.seller].name, shown.members[bond.buyer].name
    said = say(f"report.cluster.chain.bond.{bond.kind}", lang, seller=names[0], buyer=names[1],
               value=chain.scale.full(bond.value, lang))
    line = Markup('<path d="{}" class="bond {}" stroke-width="{:.2f}"><title>{}</title></path>').format(
        d, bond.kind, thick, said)
    if (bond.seller, bond.buyer) not in chain.tiers.turned:
        return line
    x, y = path[0]
    return line + element("path", d=f"M{x + 1:.1f} {y:.1f}l9 -4.5v9z", class_=f"head {bond.kind}")


def _label(bond: Bond, path: Sequence[Point], taken: list[Box], scale: Scale, lang: Lang) -> Markup | None:
    """The sum on its ribbon where nothing else is; a sum without room is left to the table."""
    if bond.value is None or bond.kind == "possible":
        return None
    text = scale.text(bond.value, lang)
    if bond.kind == "proposed":
        code = "report.cluster.chain.missing" + ("" if bond.value else ".any")
        text = say(code, lang, value=text)
    wide = text_width(text, _LABEL, bold=True) + 6
    for x, y in _places(path):
        box = (x - wide / 2, y - 9, x + wide / 2, y + 9)
        if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            taken.append(box)
            return element("text", text, x=x, y=y + 4.5, text_anchor="middle", font_size=_LABEL,
                           class_=f"t t6 halo value {bond.kind}")
    return None


def _places(path: Sequence[Point]) -> Iterator[Point]:
    """Where on a path its sum may stand, the best first: the middle of the spaces between columns."""
    curves = [(path[place], path[place + 1]) for place in range(0, len(path) - 1, 2)]
    for t in (0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75):
        for (x0, y0), (x1, y1) in curves:
            ease = 3 * t * t - 2 * t * t * t
            yield x0 + (x1 - x0) * (1.5 * t * (1 - t) + t**3), y0 + (y1 - y0) * ease


def _plant(chain: Chain, member: Member, x: float, y: float, shown: Shown) -> Markup:
    """A box: name, then town and output; dashed where it is new, excused or to be left out."""
    tall = _height(chain, member.key)
    top = y - tall / 2
    parts = [element("rect", x=x, y=top, width=chain.box, height=tall, rx=4, class_=f"plant {_state(member)}".strip()),
             element("path", d=f"M{x + 1.5:.1f} {top + 4:.1f}v{tall - 8:.1f}", class_=f"edge {shown.tone(member)}")]
    for number, line in enumerate(chain.lines[member.key]):
        parts.append(element("text", line, x=x + 12, y=top + _PAD + 11.5 + number * _LINE, class_="t plant-name",
                             font_size=_NAME))
    first = top + _PAD + len(chain.lines[member.key]) * _LINE + 11
    parts += [element("text", line, x=x + 12, y=first + number * _SECOND, class_="t2 small", font_size=_SMALL)
              for number, line in enumerate(chain.seconds[member.key])]
    return joined(parts)


def _state(member: Member) -> str:
    return member.change or ("excused" if member.excused else "")


def _second(member: Member, outputs: Scale, lang: Lang) -> str:
    """Town, output, and what is special about it."""
    state = _state(member)
    return " · ".join(part for part in (
        member.place(lang), None if member.output is None else outputs.text(member.output, lang),
        say(f"report.cluster.chain.state.{state}", lang) if state else None) if part)
