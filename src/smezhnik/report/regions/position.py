"""Where the activities of a region stand: specialisation against growth, and beside the largest other region."""

from __future__ import annotations

import math

import polars as pl
from markupsafe import Markup

from smezhnik.messages import format_number, say
from smezhnik.report.axes import padded
from smezhnik.report.figures import Figure, Grid, Head, Line
from smezhnik.report.regions.facts import RegionFacts, amount, decimals_of, number, percent
from smezhnik.report.regions.structure import named, value_head
from smezhnik.report.scatter import Bubble, Plot, draw_scatter
from smezhnik.types import Lang

#: Px of a chart for a desk and for a phone.
WIDE, NARROW, TALL = 546, 332, 400
#: Ends beyond which a value is drawn at the edge.
LEAST_RATIO, MOST_RATIO = 1 / 64, 32.0
#: Quotients that may bear a tick; growth that may, as the quotient of the two years.
RATIOS = (*(2.0**-power for power in range(1, 7)), 0.6, 0.8, 1.0, 1.25, 1.5, *(2.0**power for power in range(1, 6)))
GROWN = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0)


def times(value: float, lang: Lang) -> str:
    """A ratio as the tick of an axis: «1/4», «1», «4»."""
    parts = 1 / value
    return f"1/{parts:.0f}" if parts >= 2 and parts == int(parts) else format_number(value, lang)


def grown(value: float, lang: Lang) -> str:
    """A ratio of two years as growth: «+100 %»."""
    return percent(value - 1, lang, sign=value != 1, decimals=0)


def draw_bubbles(facts: RegionFacts, lang: Lang) -> Figure | None:
    """Location quotient × growth × size; None where there is one year or nothing may be shown."""
    if "growth" not in facts.cells.columns:
        return None
    rows = facts.cells.filter(pl.col("lq").is_not_null() & pl.col("growth").is_not_null()
                              & (pl.col("value") > 0)).to_dicts()
    if len(rows) < 2:
        return None
    strong = [row for row in rows if row["lq"] >= 1]
    rising = [row for row in strong if row["growth"] > 0]
    bubbles = [Bubble(row["lq"], 1 + row["growth"], row["value"], facts.brief(row["activity"]),
                      say("report.region.bubble.mark", lang, name=facts.activity(row["activity"]), lq=row["lq"],
                          growth=100 * row["growth"], value=row["value"], unit=facts.unit),
                      "strong" if row["lq"] >= 1 else "plain") for row in rows]
    country = None if facts.change is None else 1 + facts.change["country"]
    plot = Plot(
        say("report.region.bubble", lang, strong=len(strong), rising=len(rising)),
        say("report.region.bubble.desc", lang), say("report.region.bubble.across", lang),
        say("report.region.bubble.down", lang, first=facts.years[0], last=facts.year), lambda value: times(value, lang),
        lambda value: grown(value, lang), 1.0,
        None if country is None else (country, say("report.region.bubble.country", lang)),
        tuple(say(f"report.region.bubble.corner.{corner}", lang)  # type: ignore[arg-type]
              for corner in ("weak_up", "strong_up", "weak_down", "strong_down")), x_marks=RATIOS, y_marks=GROWN)
    drawing, outside = _both(bubbles, plot)
    digits = decimals_of([row["value"] for row in rows])
    rows.sort(key=lambda row: (-row["lq"], row["activity"]))
    heads = [Head(say("report.region.col.activity", lang)),
             Head(say("report.region.col.lq", lang), num=True, width=100),
             Head(say("report.region.col.growth", lang), num=True, width=90),
             Head(value_head(facts, lang), num=True, width=110)]
    lines = [Line([named(facts.activity(row["activity"]), row["activity"]), number(row["lq"], lang),
                   percent(row["growth"], lang, sign=True), amount(row["value"], lang, digits)]) for row in rows]
    absent = facts.cells.filter(pl.col("value") > 0).height - len(rows)
    notes = [say("report.region.bubble.absent", lang, count=absent)] if absent else []
    if facts.hidden:
        notes.append(say("report.region.bubble.hidden", lang, count=facts.hidden))
    if outside:
        notes.append(say("report.edge", lang, count=outside))
    said = say("report.region.bubble.said", lang, share=100 * sum(row["share"] or 0.0 for row in strong),
               rising=100 * sum(row["share"] or 0.0 for row in rising))
    return Figure("specialisation", plot.title, said, say("report.region.bubble.formula", lang), facts.source(lang),
                  drawing=drawing, behind=Grid(plot.title, heads, lines), notes=notes)


def _both(bubbles: list[Bubble], plot: Plot) -> tuple[Markup, int]:
    """A desk's and a phone's chart on ratio axes, and how many bubbles lie beyond the ends."""
    x = _ends([bubble.x for bubble in bubbles])
    y = _ends([bubble.y for bubble in bubbles])
    outside = sum(not (x[0] <= bubble.x <= x[1] and y[0] <= bubble.y <= y[1]) for bubble in bubbles)
    wide = draw_scatter(bubbles, x, y, plot, width=WIDE, height=TALL, class_="wide", x_ratio=True, y_ratio=True)
    narrow = draw_scatter(bubbles, x, y, plot, width=NARROW, height=TALL, class_="narrow", x_ratio=True, y_ratio=True,
                          named=6, most=18.0)
    return wide + narrow, outside


def _ends(values: list[float]) -> tuple[float, float]:
    """Ends of a ratio axis with 1 on it."""
    low, high = padded([*values, 0.8, 1.25], least=LEAST_RATIO, most=MOST_RATIO, ratio=True)
    return min(low, 1 / math.sqrt(2)), max(high, math.sqrt(2))


def draw_growth_share(facts: RegionFacts, lang: Lang) -> Figure | None:
    """Growth of the activity in the country against the region's size beside the largest other."""
    if facts.positions is None:
        return None
    rows = facts.positions.filter(pl.col("relative").is_not_null() & pl.col("growth").is_not_null()).to_dicts()
    if len(rows) < 2:
        return None
    first = [row for row in rows if row["relative"] >= 1]
    rising = [row for row in first if row["growth"] > 0]
    bubbles = [Bubble(row["relative"], 1 + row["growth"], row["value"], facts.brief(row["activity"]),
                      say("report.region.growth_share.mark", lang, name=facts.activity(row["activity"]),
                          relative=row["relative"], leader=facts.territories.get(row["leader"], row["leader"]),
                          growth=100 * row["growth"]),
                      "strong" if row["relative"] >= 1 else "plain") for row in rows]
    nearest = max(rows, key=lambda row: row["relative"])
    title = say("report.region.growth_share", lang, first=len(first), rising=len(rising)) if first else say(
        "report.region.growth_share.none", lang, activity=facts.brief(nearest["activity"]),
        relative=nearest["relative"])
    plot = Plot(
        title,
        say("report.region.growth_share.desc", lang), say("report.region.growth_share.across", lang),
        say("report.region.growth_share.down", lang, first=facts.years[0], last=facts.year),
        lambda value: times(value, lang), lambda value: grown(value, lang), 1.0, (1.0, ""),
        tuple(say(f"report.region.growth_share.corner.{corner}", lang)  # type: ignore[arg-type]
              for corner in ("weak_up", "strong_up", "weak_down", "strong_down")), x_marks=RATIOS, y_marks=GROWN)
    drawing, outside = _both(bubbles, plot)
    digits = decimals_of([row["value"] for row in rows])
    heads = [Head(say("report.region.col.activity", lang)),
             Head(say("report.region.growth_share.relative", lang), num=True, width=110),
             Head(say("report.region.growth_share.leader", lang), width=150),
             Head(say("report.region.growth_share.growth", lang), num=True, width=90),
             Head(value_head(facts, lang), num=True, width=110)]
    lines = [Line([named(facts.activity(row["activity"]), row["activity"]),
                   number(row["relative"], lang),
                   facts.territories.get(row["leader"], row["leader"]), percent(row["growth"], lang, sign=True),
                   amount(row["value"], lang, digits)]) for row in rows]
    total = sum(row["value"] for row in rows)
    said = say("report.region.growth_share.said", lang, share=100 * sum(row["value"] for row in first) / total) \
        if first else ""
    notes = [say("report.edge", lang, count=outside)] if outside else []
    absent = facts.positions.height - len(rows)
    if absent:
        notes.insert(0, say("report.region.growth_share.absent", lang, count=absent))
    return Figure("growth-share", plot.title, said, say("report.region.growth_share.formula", lang), facts.source(lang),
                  drawing=drawing, behind=Grid(plot.title, heads, lines), notes=notes)
