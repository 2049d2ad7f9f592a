"""A rated one beside the others: blocks, strong and weak sides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from smezhnik.messages import NBSP, format_number, say
from smezhnik.regions.rating import Standing, find_standings
from smezhnik.regions.rating.frames import of
from smezhnik.regions.rating.scheme import INDEX
from smezhnik.report.axes import Axis
from smezhnik.report.charts import bar
from smezhnik.report.figures import Figure, Grid, Head, Line
from smezhnik.report.markup import element, joined
from smezhnik.report.rating.facts import RatingFacts, figure, place, sourced
from smezhnik.report.rowcharts import strip
from smezhnik.types import Lang

#: Strong and weak sides that are shown; px of bars and strips.
SHOWN, BAR, STRIP = 6, 420, 420


def standings_of(facts: RatingFacts) -> tuple[Standing, ...]:
    """The own row at every position, beside its peers or all others."""
    assert facts.row is not None
    return find_standings(facts.composite, facts.composite.table.regions[facts.row], facts.beside)


def draw_blocks(facts: RatingFacts, standings: Sequence[Standing], lang: Lang) -> Figure:
    """Every block: weight, points with a tick at the median, place."""
    tree, scores = facts.composite.tree, facts.composite.scores
    blocks = [item for item in _in_tree(facts, standings) if item.code != INDEX]
    whole = next(item for item in standings if item.code == INDEX)
    high = float(np.nanmax(scores[tree.leaves:])) if len(scores) > tree.leaves else 100.0
    low = min(float(np.nanmin(scores[tree.leaves:])), 0.0)
    top = max(item.level for item in blocks) if blocks else 0
    lines = [_block_line(item, high - low, low, lang, "" if item.level == top else "level1") for item in blocks]
    lines.append(_block_line(whole, high - low, low, lang, "total"))
    heads = [Head(say("report.rating.col.block", lang)),
             Head(say("report.rating.col.weight", lang), num=True, width=72, desk=True),
             Head(say("report.rating.col.score", lang), num=True, width=72),
             Head(say("report.rating.blocks.bar", lang), width=BAR + 16, desk=True),
             Head(say("report.rating.col.median", lang), num=True, width=84),
             Head(say("report.rating.col.block_place", lang), num=True, width=84)]
    lowest = [item for item in blocks if item.ahead is not None and item.level == 1]
    weak = min(lowest, key=lambda item: (item.ahead or 0.0) * item.weight, default=None)
    strong = max(lowest, key=lambda item: (item.ahead or 0.0) * item.weight, default=None)
    title = say("report.rating.blocks", lang)
    if weak is not None and strong is not None and (weak.ahead or 0.0) < 0:
        title = say("report.rating.blocks.weak", lang, title=weak.title, ahead=weak.ahead)
    said = say("report.rating.blocks.said", lang, title=strong.title, ahead=strong.ahead) if strong is not None and (
        strong.ahead or 0.0) > 0 else ""
    return Figure("blocks", title, said, say("report.rating.blocks.formula", lang), facts.source(lang),
                  grid=Grid(say("report.rating.blocks", lang), heads, lines), notes=[_beside_line(facts, lang)])


def _in_tree(facts: RatingFacts, standings: Sequence[Standing]) -> list[Standing]:
    """Blocks, each followed by those inside it."""
    tree, by_code = facts.composite.tree, {item.code: item for item in standings}
    found: list[Standing] = []

    def walk(node: int) -> None:
        found.append(by_code[tree.codes[node]])
        for child in tree.children[node]:
            if child >= tree.leaves:
                walk(int(child))

    walk(tree.root)
    return found


def _block_line(item: Standing, width: float, low: float, lang: Lang, class_: str) -> Line:
    drawn: Markup | str = ""
    if item.points is not None:
        said = say("report.rating.blocks.bar_said", lang, points=item.points, median=item.median)
        drawn = bar(item.points - low, width, said, width=BAR, tone="o" if class_ == "total" else "p",
                    tick=None if item.median is None else item.median - low)
    return Line([say("report.rating.whole", lang) if item.code == INDEX else of(item.title, lang) or item.code,
                 f"{format_number(100 * item.weight, lang, 1)}{NBSP}%", figure(item.points, lang, 1), drawn,
                 figure(item.median, lang, 1), "" if item.place is None else place(item.place, lang)], class_)


def draw_sides(facts: RatingFacts, standings: Sequence[Standing], lang: Lang) -> Figure | None:
    """The indicators that lift it most above the others and pull it most below, as strips of dots."""
    leaves = sorted((item for item in standings if not item.level and item.ahead is not None and not item.filled),
                    key=lambda item: (-(item.ahead or 0.0) * item.weight, item.code))
    strong = [item for item in leaves[:SHOWN] if (item.ahead or 0.0) > 0]
    weak = [item for item in leaves[::-1][:SHOWN] if (item.ahead or 0.0) < 0]
    if not strong and not weak:
        return None
    normalised = facts.composite.normalised
    axis = Axis(float(np.nanmin(normalised)), float(np.nanmax(normalised)), 6.0, STRIP - 6.0)
    heads = [Head(say("report.rating.col.indicator", lang)),
             Head(say("report.rating.sides.strip", lang), width=STRIP + 12),
             Head(say("report.rating.col.points", lang), num=True, width=70),
             Head(say("report.rating.col.median", lang), num=True, width=80, desk=True),
             Head(say("report.rating.col.place", lang), num=True, width=64)]
    parts = [(say(f"report.rating.sides.{sense}", lang), Grid(
        say(f"report.rating.sides.{sense}", lang), heads, [_side_line(item, facts, axis, lang) for item in items],
        class_="bands two", as_cards=True)) for sense, items in (("strong", strong), ("weak", weak)) if items]
    lead = strong[0] if strong else weak[0]
    filled = sum(item.filled for item in standings)
    notes = [_beside_line(facts, lang)]
    if filled:
        notes.append(say("report.rating.sides.filled", lang, count=filled))
    return Figure(
        "sides", say("report.rating.sides", lang, strong=strong[0].title if strong else lead.title,
                     weak=weak[0].title) if strong and weak else say("report.rating.sides.one", lang, title=lead.title),
        say("report.rating.sides.said", lang, strong=sum((item.ahead or 0.0) > 0 for item in leaves),
            count=len(leaves)),
        say("report.rating.sides.formula", lang), facts.source(lang), grid=parts[0][1] if len(parts) == 1 else None,
        below=parts if len(parts) > 1 else (), notes=notes)


def _side_line(item: Standing, facts: RatingFacts, axis: Axis, lang: Lang) -> Line:
    assert facts.row is not None
    column = facts.composite.scheme.codes.index(item.code)
    indicator = facts.composite.scheme.indicators[column]
    rows = facts.beside or tuple(row for row in range(len(facts.names)) if row != facts.row)
    others = [float(value) for value in facts.composite.normalised[list(rows), column] if not np.isnan(value)]
    said = say("report.rating.blocks.bar_said", lang, points=item.points, median=item.median)
    second = " · ".join(part for part in (
        "" if item.value is None else f"{figure(item.value, lang)}{NBSP}{of(indicator.unit, lang)}",
        sourced(of(indicator.source, lang), indicator.year)) if part)
    return Line([joined([of(item.title, lang) or item.code, element("span", second, class_="second")]),
                 strip(item.points, others, item.median, axis, STRIP, said), figure(item.points, lang, 1),
                 figure(item.median, lang, 1), "" if item.place is None else place(item.place, lang)])


def _beside_line(facts: RatingFacts, lang: Lang) -> str:
    if not facts.beside:
        return say("report.rating.beside.all", lang, count=len(facts.names) - 1)
    return say("report.rating.beside", lang, names=[facts.names[row] for row in facts.beside])
