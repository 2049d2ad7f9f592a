"""Places as dots on the bands where they lie, and which choices move them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smezhnik.messages import format_number, say
from smezhnik.report.axes import Axis
from smezhnik.report.figures import Figure, Grid, Head, Line
from smezhnik.report.rating.facts import RatingFacts, place
from smezhnik.report.rowcharts import band, scale_head, span
from smezhnik.types import Lang

#: Rows about the own one; px of the bands and of the bars.
SHOWN, BAND, BAR, NARROW_BAR = 21, 210, 480, 140


def draw_places(facts: RatingFacts, lang: Lang) -> Figure:
    """All places, or those about the own one, each with its interval."""
    composite, order = facts.composite, facts.order
    shown = _window(facts, order)
    ends = [facts.ends(row) for row in shown]
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    axis = Axis(low, max(high, low + 1), 10.0, BAND - 10.0, marks=(1.0, *(5.0 * step for step in range(1, 200))))
    goal = None if facts.plan is None else facts.plan.target
    lines = [_line(facts, row, axis, goal, lang) for row in shown]
    since = facts.change is not None
    heads = [Head(say("report.rating.col.name", lang)), Head(say("report.rating.col.place", lang), num=True, width=64),
             Head(say("report.rating.col.score", lang), num=True, width=72, desk=True),
             *([Head(say("report.rating.col.since", lang, year=facts.change.years[0]), num=True, width=80)]
               if since and facts.change is not None else [])]
    if facts.spread is not None:
        heads += [Head(say("report.rating.col.band", lang), width=BAND + 12, drawn=scale_head(axis, BAND)),
                  Head(say("report.rating.col.interval", lang), num=True, width=84)]
    if facts.spread is None:
        lines = [Line(line.cells[:3 + since], line.class_) for line in lines]
    part = len(shown) < len(order)
    behind = Grid(say("report.rating.places.all", lang), [Head(head.text, head.num, head.width) for head in heads
                                                          if head.drawn is None],
                  [Line([cell for at, cell in enumerate(_line(facts, row, axis, goal, lang).cells[:len(heads)])
                         if heads[at].drawn is None]) for row in order]) if part else None
    notes = [say("report.rating.places.goal", lang, place=int(goal))] if goal is not None else []
    if composite.unrated:
        notes.append(say("report.rating.unrated", lang, count=len(composite.unrated),
                         names=[name for name, _ in composite.unrated.values()][:8]))
    return Figure(
        "places", _title(facts, lang), _said(facts, lang),
        say("report.rating.places.formula", lang, runs=facts.spread.runs, seed=facts.spread.seed)
        if facts.spread is not None else say("report.rating.places.formula.plain", lang), facts.source(lang),
        grid=Grid(say("report.rating.places", lang), heads, lines, class_="bands"), behind=behind, notes=notes,
        note=say("report.rating.places.part", lang, first=place(composite.places[shown[0]], lang),
                 last=place(composite.places[shown[-1]], lang), count=len(order)) if part else "")


def _window(facts: RatingFacts, order: list[int]) -> list[int]:
    """The rows about the own one, with the target of the plan among them; all where there is no own one."""
    if facts.row is None or len(order) <= SHOWN + 4:
        return order
    at = order.index(facts.row)
    target = at if facts.plan is None else max(at - int(facts.plan.place - facts.plan.target) - 1, 0)
    first = min(max(at - SHOWN // 2, 0), target, len(order) - SHOWN)
    return order[max(first, 0):max(first, 0) + max(SHOWN, at - max(first, 0) + 3)]


def _line(facts: RatingFacts, row: int, axis: Axis, goal: float | None, lang: Lang) -> Line:
    own, value = row == facts.row, float(facts.composite.places[row])
    low, high = facts.ends(row)
    said = say("report.rating.band_said", lang, name=facts.names[row], place=place(value, lang),
               interval=facts.interval(row, lang))
    between = goal is not None and facts.row is not None and goal <= value <= facts.composite.places[facts.row]
    cells = [facts.names[row], place(value, lang), format_number(float(facts.composite.index[row]), lang, 1)]
    if facts.change is not None:
        cells.append(_moved(facts, row, lang))
    return Line([*cells, band(low, high, value, axis, BAND, said, own=own, goal=goal if between else None),
                 facts.interval(row, lang)], "own" if own else "")


def _moved(facts: RatingFacts, row: int, lang: Lang) -> str:
    """Places gained since the earlier year; empty for who was not rated then."""
    change, region = facts.change, facts.composite.table.regions[row]
    if change is None or region not in change.regions:
        return ""
    at = change.regions.index(region)
    gained = float(change.places_before[at] - change.places_after[at])
    return format_number(gained, lang, sign=gained != 0)


def _title(facts: RatingFacts, lang: Lang) -> str:
    if facts.spread is None:
        return say("report.rating.places", lang)
    if facts.row is not None:
        if not facts.alike:
            return say("report.rating.places.alone", lang, place=place(facts.composite.places[facts.row], lang))
        held = [float(facts.composite.places[row]) for row in (*facts.alike, facts.row)]
        return say("report.rating.places.alike", lang, places=runs_of(held, lang))
    wide = np.array([high - low + 1 for low, high in map(facts.ends, range(len(facts.names)))])
    return say("report.rating.places.wide", lang, middle=int(np.median(wide)))


def runs_of(values: Sequence[float], lang: Lang) -> str:
    """Places as «12, 15–19»: those next to each other as one run."""
    runs: list[list[float]] = []
    for value in sorted(set(values)):
        if runs and value - runs[-1][-1] <= 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ", ".join(place(run[0], lang) if len(run) == 1 else f"{place(run[0], lang)}–{place(run[-1], lang)}"
                     for run in runs)


def _said(facts: RatingFacts, lang: Lang) -> str:
    if facts.spread is None:
        return ""
    if facts.row is not None:
        return say("report.rating.places.names", lang, count=len(facts.alike),
                   names=[facts.names[row] for row in facts.alike[:8]]) if facts.alike else ""
    sure = sum(low == high for low, high in map(facts.ends, range(len(facts.names))))
    return say("report.rating.places.sure", lang, sure=sure, count=len(facts.names))


def draw_effects(facts: RatingFacts, lang: Lang) -> Figure | None:
    """Which choice of the method moves places most."""
    if facts.effects is None or not facts.effects.effects:
        return None
    effects = sorted(facts.effects.effects, key=lambda effect: -effect.total)
    width = NARROW_BAR if facts.row is None else BAR
    axis = Axis(0.0, max(max(item.total_interval[1] for item in effects), 0.01), 1.0, width - 6.0)
    heads = [Head(say("report.rating.effects.choice", lang)),
             Head(say("report.rating.effects.picture", lang), hidden=True, width=width + 12, desk=True),
             Head(say("report.rating.effects.total", lang), num=True, width=70),
             Head(say("report.rating.effects.interval", lang), num=True, width=96, desk=True)]
    lines = []
    for item in effects:
        name = say(f"rating.factor.{item.factor}", lang)
        low, high = item.total_interval
        said = f"{name}: {format_number(item.total, lang, 2)}"
        lines.append(Line([name[:1].upper() + name[1:], span(low, high, item.total, axis, width, said),
                           format_number(item.total, lang, 2),
                           f"{format_number(low, lang, 2)}–{format_number(high, lang, 2)}"]))
    return Figure(
        "effects", say("report.rating.effects", lang, factor=say(f"rating.factor.{effects[0].factor}", lang)),
        say("report.rating.effects.said", lang, shift=facts.effects.shift, runs=facts.effects.runs),
        say("report.rating.effects.formula", lang, seed=facts.effects.seed), facts.source(lang),
        grid=Grid(say("report.rating.effects.caption", lang), heads, lines, class_="bands"))
