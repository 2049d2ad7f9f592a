"""A rated one beside the others: blocks, strong and weak sides, the plan, every indicator with its source."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from smezhnik.messages import NBSP, format_number, say
from smezhnik.places import calc_places
from smezhnik.regions.rating import Standing, find_standings
from smezhnik.regions.rating.frames import make_dictionary, of
from smezhnik.regions.rating.scheme import INDEX
from smezhnik.report.axes import Axis
from smezhnik.report.charts import bar
from smezhnik.report.figures import Figure, Grid, Head, Line
from smezhnik.report.markup import arrows, element, joined
from smezhnik.report.rating.facts import RatingFacts, place
from smezhnik.report.rowcharts import strip
from smezhnik.types import Lang

#: Strong and weak sides that are shown; px of bars and strips.
SHOWN, BAR, STRIP, GAIN = 6, 420, 420, 56
#: Indicators that the index follows most, on the page of all; px of their bars.
INFLUENTIAL, INFLUENCE = 18, 130


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
                 f"{format_number(100 * item.weight, lang, 1)}{NBSP}%", _number(item.points, lang, 1), drawn,
                 _number(item.median, lang, 1), "" if item.place is None else place(item.place, lang)], class_)


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
        "" if item.value is None else f"{_number(item.value, lang)}{NBSP}{of(indicator.unit, lang)}",
        _sourced(of(indicator.source, lang), indicator.year)) if part)
    return Line([joined([of(item.title, lang) or item.code, element("span", second, class_="second")]),
                 strip(item.points, others, item.median, axis, STRIP, said), _number(item.points, lang, 1),
                 _number(item.median, lang, 1), "" if item.place is None else place(item.place, lang)])


def _sourced(source: str | None, year: int | None) -> str:
    """Where a figure is from and of which year, unless the source says it."""
    said = "" if year is None or str(year) in (source or "") else str(year)
    return ", ".join(part for part in (source or "", said) if part)


def _beside_line(facts: RatingFacts, lang: Lang) -> str:
    if not facts.beside:
        return say("report.rating.beside.all", lang, count=len(facts.names) - 1)
    return say("report.rating.beside", lang, names=[facts.names[row] for row in facts.beside])


def draw_plan(facts: RatingFacts, lang: Lang) -> Figure | None:
    """What would lift it by some places: the least effort, step by step."""
    plan = facts.plan
    if plan is None:
        if not facts.no_plan:
            return None
        return Figure("plan", say("report.rating.plan.none", lang), facts.no_plan,
                      say("report.rating.plan.formula", lang, limit=90.0), facts.source(lang))
    assert facts.row is not None
    largest = max(move.gain for move in plan.moves)
    score, lines = plan.score, []
    for move in plan.moves:
        score += move.gain
        unit = of(move.indicator.unit, lang)
        second = " · ".join(part for part in (unit or "", of(move.indicator.source, lang) or "") if part)
        digits = _digits(move.now, move.needed)
        lines.append(Line([
            joined([of(move.indicator.title, lang), element("span", second, class_="second")]),
            arrows(f"{format_number(move.now, lang, digits)} → {format_number(move.needed, lang, digits)}"),
            joined([element("span", bar(move.gain, largest, format_number(move.gain, lang, 2), width=GAIN),
                            element("span", format_number(move.gain, lang, 2, sign=True)), class_="bar-cell")]),
            format_number(score, lang, 1), place(_place_with(facts, score), lang)]))
    heads = [Head(say("report.rating.col.indicator", lang)),
             Head(say("report.rating.plan.now", lang), num=True, width=104),
             Head(say("report.rating.plan.gain", lang), num=True, width=116),
             Head(say("report.rating.col.score", lang), num=True, width=52),
             Head(say("report.rating.col.place", lang), num=True, width=60)]
    notes = [say("report.rating.plan.absent", lang, count=len(plan.absent),
                 titles=[item.title for item in plan.absent])] if plan.absent else []
    if facts.no_plan:
        notes.insert(0, facts.no_plan)
    return Figure(
        "plan", say("report.rating.plan", lang, gain=int(plan.place - plan.target)),
        say("report.rating.plan.said", lang, reached=place(plan.reached, lang), count=len(plan.moves),
            effort=plan.effort),
        say("report.rating.plan.formula", lang, limit=100 * plan.limit), facts.source(lang),
        note=say("report.rating.plan.needed", lang, more=plan.needed - plan.score),
        grid=Grid(say("report.rating.plan.caption", lang), heads, lines, as_cards=True), notes=notes)


def _place_with(facts: RatingFacts, score: float) -> float:
    """The place that a score would have, those of the others staying."""
    assert facts.row is not None
    scores, ties = facts.composite.index.copy(), facts.composite.scheme.ties
    scores[facts.row] = score
    return float(calc_places(scores, ties.rule, ties.decimals)[facts.row])


def _digits(now: float, needed: float) -> int:
    """Decimals at which the two differ."""
    gap = abs(needed - now)
    return 0 if gap >= 10 else 1 if gap >= 1 else 2 if gap >= 0.1 else 4


def draw_influence(facts: RatingFacts, lang: Lang) -> Figure | None:
    """Which indicators the whole follows: influence as a bar, the weight as a tick on the same scale."""
    rows = [row for row in make_dictionary(facts.scheme, facts.composite, lang).to_dicts()
            if row["influence"] is not None and row["weight"] is not None]
    if not rows:
        return None
    rows.sort(key=lambda row: (-row["influence"], row["code"]))
    shown = rows[:INFLUENTIAL]
    heads = [Head(say("report.rating.col.indicator", lang)),
             Head(say("report.rating.influence.bar", lang), hidden=True, width=INFLUENCE + 12, desk=True),
             Head(say("report.rating.col.influence", lang), num=True, width=76),
             Head(say("report.rating.col.weight", lang), num=True, width=64)]
    lines = [Line([row["title"], bar(row["influence"], 1.0, _number(row["influence"], lang, 2), width=INFLUENCE,
                                     tick=row["weight"]), _number(row["influence"], lang, 2),
                   f"{format_number(100 * row['weight'], lang, 1)}{NBSP}%"]) for row in shown]
    half = sum(row["influence"] >= 0.5 for row in rows)
    return Figure(
        "influence", say("report.rating.influence", lang, title=shown[0]["title"]),
        say("report.rating.influence.said", lang, half=half, count=len(rows)),
        say("report.rating.influence.formula", lang), facts.source(lang),
        grid=Grid(say("report.rating.influence.caption", lang), heads, lines))


def draw_indicators(facts: RatingFacts, standings: Sequence[Standing], lang: Lang) -> Figure:
    """Every indicator: value, points, place, weight and source of the own row; of all, what it does to the whole."""
    scheme = facts.composite.scheme
    frame = make_dictionary(facts.scheme, facts.composite, lang).to_dicts()
    by_code = {item.code: item for item in standings}
    own = facts.row is not None
    heads = [Head(say("report.rating.col.indicator", lang)), Head(say("report.rating.col.block", lang), width=170),
             *([Head(say("report.rating.col.value", lang), num=True, width=130),
                Head(say("report.rating.col.points", lang), num=True, width=70),
                Head(say("report.rating.col.place", lang), num=True, width=64)] if own else
               [Head(say("report.rating.col.range", lang), num=True, width=170),
                Head(say("report.rating.col.known", lang), num=True, width=84),
                Head(say("report.rating.col.influence", lang), num=True, width=84)]),
             Head(say("report.rating.col.weight", lang), num=True, width=72),
             Head(say("report.rating.col.source", lang), width=190)]
    lines = []
    for row in frame:
        item = by_code.get(row["code"])
        unit = row["indicator_unit"] or ""
        source = _sourced(row["source"], row["year"])
        weight = "" if row["weight"] is None else f"{format_number(100 * row['weight'], lang, 1)}{NBSP}%"
        middle: list[Markup | str]
        if own:
            value = _number(None if item is None else item.value, lang)
            middle = [joined([value, element("span", unit, class_="second")]) if value else (
                say("report.rating.filled", lang) if item is not None and item.filled else ""),
                _number(None if item is None else item.points, lang, 1),
                "" if item is None or item.place is None else place(item.place, lang)]
        else:
            span = "" if row["least"] is None else f"{_number(row['least'], lang)}–{_number(row['most'], lang)}"
            share = row["known_share"]
            middle = [joined([span, element("span", unit, class_="second")]) if span else "",
                      "" if share is None else f"{format_number(100 * share, lang, 0)}{NBSP}%",
                      _number(row["influence"], lang, 2)]
        lines.append(Line([row["title"], row["block"] or "", *middle, weight, source]))
    grid = Grid(say("report.rating.indicators", lang, count=len(frame)), heads, lines, as_cards=True)
    known = sum(row["known_share"] == 1 for row in frame)
    said = say("report.rating.indicators.said", lang, known=known, count=len(frame))
    return Figure("indicators", say("report.rating.indicators", lang, count=len(scheme.indicators)), said,
                  " ".join(_sentences(facts.method)), facts.source(lang), behind=grid)


def _sentences(lines: Sequence[str]) -> list[str]:
    """The method as one paragraph: each line ends with a full stop."""
    return [line if line.endswith((".", "?", ":")) else f"{line}." for line in lines]


def _number(value: float | None, lang: Lang, decimals: int | None = None) -> str:
    """The number; without decimals given, with four figures that count; empty where it is absent."""
    if value is None:
        return ""
    return format_number(value if decimals is not None else float(f"{value:.4g}"), lang, decimals)
