"""What would lift one of the rated by some places: the least effort, step by step."""

from __future__ import annotations

from smezhnik.messages import format_number, say
from smezhnik.places import calc_places
from smezhnik.regions.rating.frames import of
from smezhnik.report.charts import bar
from smezhnik.report.figures import Figure, Grid, Head, Line
from smezhnik.report.markup import arrows, element, joined
from smezhnik.report.rating.facts import RatingFacts, place
from smezhnik.types import Lang

#: Px of the bars of gains.
GAIN = 56


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
