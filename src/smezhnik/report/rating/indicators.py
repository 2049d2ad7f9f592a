"""Every indicator with its figures and source, and which of them the index follows."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from smezhnik.messages import NBSP, format_number, say
from smezhnik.regions.rating import Standing
from smezhnik.regions.rating.frames import make_dictionary
from smezhnik.report.charts import bar
from smezhnik.report.figures import Figure, Grid, Head, Line
from smezhnik.report.markup import element, joined
from smezhnik.report.rating.facts import RatingFacts, figure, place, sourced
from smezhnik.types import Lang

#: Indicators that the index follows most, on the page of all; px of their bars.
INFLUENTIAL, INFLUENCE = 18, 130


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
    lines = [Line([row["title"], bar(row["influence"], 1.0, figure(row["influence"], lang, 2), width=INFLUENCE,
                                     tick=row["weight"]), figure(row["influence"], lang, 2),
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
        source = sourced(row["source"], row["year"])
        weight = "" if row["weight"] is None else f"{format_number(100 * row['weight'], lang, 1)}{NBSP}%"
        middle: list[Markup | str]
        if own:
            value = figure(None if item is None else item.value, lang)
            middle = [joined([value, element("span", unit, class_="second")]) if value else (
                say("report.rating.filled", lang) if item is not None and item.filled else ""),
                figure(None if item is None else item.points, lang, 1),
                "" if item is None or item.place is None else place(item.place, lang)]
        else:
            span = "" if row["least"] is None else f"{figure(row['least'], lang)}–{figure(row['most'], lang)}"
            share = row["known_share"]
            middle = [joined([span, element("span", unit, class_="second")]) if span else "",
                      "" if share is None else f"{format_number(100 * share, lang, 0)}{NBSP}%",
                      figure(row["influence"], lang, 2)]
        lines.append(Line([row["title"], row["block"] or "", *middle, weight, source]))
    grid = Grid(say("report.rating.indicators", lang, count=len(frame)), heads, lines, as_cards=True)
    known = sum(row["known_share"] == 1 for row in frame)
    said = say("report.rating.indicators.said", lang, known=known, count=len(frame))
    return Figure("indicators", say("report.rating.indicators", lang, count=len(scheme.indicators)), said,
                  " ".join(_sentences(facts.method)), facts.source(lang), behind=grid)


def _sentences(lines: Sequence[str]) -> list[str]:
    """The method as one paragraph: each line ends with a full stop."""
    return [line if line.endswith((".", "?", ":")) else f"{line}." for line in lines]
