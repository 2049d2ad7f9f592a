"""What moved a score since an earlier year, or what parts it from who stands above; by block as a waterfall."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from smezhnik.messages import format_number, say
from smezhnik.regions.rating import part_places
from smezhnik.report.figures import Figure, Grid, Head, Line
from smezhnik.report.rating.facts import RatingFacts, place
from smezhnik.report.rowcharts import make_steps, waterfall_axis, waterfall_bar
from smezhnik.types import Lang

Floats = NDArray[np.float64]
FALL = 130


def draw_moved(facts: RatingFacts, lang: Lang) -> Figure | None:
    """The waterfall of the own row; None without one, or where the method lets no score be shared out."""
    if facts.row is None:
        return None
    change, region = facts.change, facts.composite.table.regions[facts.row]
    if change is not None and region in change.regions:
        at = change.regions.index(region)
        own, others = part_places(change, at, facts.composite.scheme.ties)
        terms = change.terms[at].sum(axis=1)
        delta = float(change.after[at] - change.before[at])
        heads = say("report.rating.moved.total", lang, year=change.years[0]), say(
            "report.rating.moved.total", lang, year=change.years[1])
        by_reason = [float(change.terms[at, :, reason].sum()) for reason in range(3)]
        return _figure(facts, terms, float(change.before[at]), float(change.after[at]), heads,
                       say("report.rating.moved", lang, delta=delta, year=change.years[0]),
                       say("report.rating.moved.said", lang, own=own, others=others, value=by_reason[0],
                           scale=by_reason[1], coverage=by_reason[2]), "moved", lang)
    if facts.gap is None:
        return None
    other = facts.gap.other
    delta = float(facts.composite.index[facts.row] - facts.composite.index[other])
    sense = "above" if delta >= 0 else "below"
    return _figure(facts, facts.gap.terms, float(facts.composite.index[other]), float(facts.composite.index[facts.row]),
                   (facts.names[other], facts.names[facts.row]),
                   say(f"report.rating.gap.{sense}", lang, place=place(facts.composite.places[other], lang),
                       name=facts.names[other], delta=abs(delta)),
                   say("report.rating.gap.said", lang), "gap", lang)


def _figure(facts: RatingFacts, terms: Floats, first: float, last: float, ends: tuple[str, str], title: str, said: str,
            code: str, lang: Lang) -> Figure:
    blocks = _by_block(facts, terms)
    steps = make_steps(first, [term for _, term in blocks], last)
    axis = waterfall_axis(steps, FALL)
    names = [ends[0], *(facts.title_of(block, lang) for block, _ in blocks), ends[1]]
    shown = [first, *(term for _, term in blocks), last]
    lines = [Line([name, waterfall_bar(step, axis, FALL, last=at == len(steps) - 1),
                   format_number(value, lang, 1 if step.total else 2, sign=not step.total)],
                  "total" if step.total else "") for at, (name, step, value) in enumerate(zip(names, steps, shown,
                                                                                              strict=True))]
    heads = [Head(say("report.rating.moved.what", lang)),
             Head(say("report.rating.moved.picture", lang), hidden=True, width=FALL + 8),
             Head(say("report.rating.col.score", lang), num=True, width=70)]
    note = say("report.rating.cut", lang, value=format_number(axis.low, lang, 1)) if axis.low > 0 else ""
    return Figure(code, title, said, say(f"report.rating.{code}.formula", lang), facts.source(lang),
                  grid=Grid(title, heads, lines, class_="fall"), behind=_indicators(facts, terms, lang), note=note)


def _by_block(facts: RatingFacts, terms: Floats) -> Sequence[tuple[str, float]]:
    """Sums of the terms of the indicators of each lowest block, gains first, the largest of either first."""
    tree = facts.composite.tree
    sums = [(tree.codes[parent], float(terms[tree.parents[:tree.leaves] == parent].sum()))
            for parent in np.unique(tree.parents[:tree.leaves])]
    return sorted(sums, key=lambda item: (item[1] < 0, -abs(item[1])))


def _indicators(facts: RatingFacts, terms: Floats, lang: Lang) -> Grid:
    """The same by indicator, the largest effect first."""
    heads = [Head(say("report.rating.col.indicator", lang)),
             Head(say("report.rating.moved.effect", lang), num=True, width=100)]
    lines = [Line([facts.title_of(facts.composite.scheme.codes[column], lang),
                   format_number(float(terms[column]), lang, 2, sign=True)])
             for column in np.argsort(-np.abs(terms), kind="stable")]
    return Grid(say("report.rating.moved.indicators", lang), heads, lines)
