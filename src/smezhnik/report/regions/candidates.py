"""What a region could make next: the list with its evidence, the trade-off, the picture of the product space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from smezhnik.messages import format_number, say
from smezhnik.regions import find_frontier
from smezhnik.report.axes import padded
from smezhnik.report.charts import bar
from smezhnik.report.figures import Figure, Grid, Head, Line
from smezhnik.report.graph import Node, count_states, draw_space
from smezhnik.report.markup import element, joined
from smezhnik.report.regions.facts import RegionFacts, number, percent
from smezhnik.report.regions.position import NARROW, TALL, WIDE
from smezhnik.report.regions.structure import named
from smezhnik.report.scatter import Bubble, Plot, draw_scatter
from smezhnik.types import Lang

Floats = NDArray[np.float64]

#: Candidates of the list, numbered in every picture.
SHOWN = 10
#: Related activities and plants that a row names.
NEAR, PLANTS = 2, 2
#: Radius of a candidate on the trade-off, px.
DOT = 5.5
#: The picture of the product space for a desk and for a phone, px.
SPACE_WIDE, SPACE_NARROW = (1142, 560), (332, 440)


def draw_next(facts: RegionFacts, lang: Lang) -> Figure | None:
    """The list: how near, how valuable, who makes related things, what is lacking."""
    if facts.candidates is None or not facts.candidates.height:
        return None
    rows = facts.candidates.head(SHOWN).to_dicts()
    largest = max(row["density"] for row in rows)
    heads = [Head(say("report.region.next.what", lang)), Head(say("report.region.next.near_bar", lang), hidden=True,
                                                              width=84, desk=True),
             Head(say("report.region.next.density", lang), num=True, width=76),
             Head(say("report.region.next.pci", lang), num=True, width=86),
             Head(say("report.region.next.growth", lang), num=True, width=84),
             Head(say("report.region.next.imports", lang), num=True, width=90),
             Head(say("report.region.next.has", lang), width=330),
             Head(say("report.region.next.lacks", lang), width=260)]
    lines = [Line([_subject(row, facts), bar(row["density"], largest, number(row["density"], lang), width=72),
                   number(row["density"], lang), number(row["pci"], lang, sign=True),
                   percent(row["growth"], lang, sign=True), number(row["imports"], lang, 0),
                   _has(row, facts, lang), _pairs(row["lacking"], facts, lang)]) for row in rows]
    for place, field in ((5, "imports"), (4, "growth")):
        if all(row[field] is None for row in rows):
            heads = heads[:place] + heads[place + 1:]
            lines = [Line([*line.cells[:place], *line.cells[place + 1:]], line.class_) for line in lines]
    first = rows[0]
    return Figure(
        "next", say("report.region.next", lang, activity=facts.activity(first["activity"])),
        say("report.region.next.said", lang, count=facts.candidates.height, density=first["density"],
            place=first["density_place"], pci=first["pci"]),
        say("report.region.next.formula", lang), facts.source(lang), inferred=True,
        grid=Grid(say("report.region.next.caption", lang), heads, lines, as_cards=True, class_="next"),
        notes=[tested_line(facts.tested, lang)])


def tested_line(tested: Mapping[str, Any] | None, lang: Lang) -> str:
    """How far density foretold what was taken up, on the same table."""
    if tested is None or tested["auc_density_within"] is None:
        return say("report.region.next.untested", lang)
    better = tested["auc_density_within"] - (tested["auc_size_within"] or 0.5)
    return say("report.region.next.tested", lang, **tested) + " " + say(
        f"report.region.next.tested.{'better' if better > 0.05 else 'alike'}", lang)


def _subject(row: Mapping[str, Any], facts: RegionFacts) -> Markup:
    return element("span", element("span", row["place"], class_="ordinal"),
                   element("span", named(facts.brief(row["activity"]), row["activity"])), class_="numbered")


def _has(row: Mapping[str, Any], facts: RegionFacts, lang: Lang) -> Markup:
    """Related activities that are here, and the plants that make them."""
    parts: list[Markup] = [_pairs(row["near"], facts, lang)]
    if row["plants"]:
        shown = ", ".join(row["plants"][:PLANTS])
        parts.append(element("span", say("report.region.next.plants", lang, plants=shown), class_="second"))
    return joined(parts)


def _pairs(pairs: Sequence[Mapping[str, Any]], facts: RegionFacts, lang: Lang) -> Markup:
    return joined([element("span", facts.brief(pair["activity"]), element(
        "span", f"\u00a0{format_number(pair['proximity'], lang, 2)}", class_="absent"), class_="second-line")
        for pair in pairs[:NEAR]])


def draw_tradeoff(facts: RegionFacts, lang: Lang) -> Figure | None:
    """Near against valuable: candidates that no other beats in both stand on the line."""
    if facts.candidates is None or facts.candidates.height < 3:
        return None
    rows = facts.candidates.to_dicts()
    near, worth = (np.array([np.nan if row[name] is None else row[name] for row in rows], np.float64)
                   for name in ("density", "pci"))
    best = find_frontier(near, worth)
    bubbles = [Bubble(row["density"], row["pci"], 1.0 if row["place"] <= SHOWN or best[place] else 0.0,
                      facts.brief(row["activity"]) if best[place] and row["place"] > SHOWN else "",
                      say("report.region.tradeoff.mark", lang, name=facts.activity(row["activity"]),
                          density=row["density"], pci=row["pci"]),
                      "strong" if best[place] else "chosen" if row["place"] <= SHOWN else "faint",
                      str(row["place"]) if row["place"] <= SHOWN else "") for place, row in enumerate(rows)
               if row["pci"] is not None]
    trail = sorted({(float(near[place]), float(worth[place])) for place in np.flatnonzero(best)})
    plot = Plot(
        say("report.region.tradeoff", lang, best=int(best.sum()), count=len(rows)),
        say("report.region.tradeoff.desc", lang), say("report.region.tradeoff.across", lang),
        say("report.region.tradeoff.down", lang),
        lambda value: format_number(value, lang, 2), lambda value: format_number(value, lang, 1, sign=value != 0),
        trail=trail)
    x, y = _ends(near, least=0.0, most=1.0), _ends(worth, least=-99.0, most=99.0)
    drawing = draw_scatter(bubbles, x, y, plot, width=WIDE, height=TALL, class_="wide", most=DOT) + draw_scatter(
        bubbles, x, y, plot, width=NARROW, height=TALL, class_="narrow", most=DOT, named=4)
    outside = sum(not (x[0] <= bubble.x <= x[1] and y[0] <= bubble.y <= y[1]) for bubble in bubbles)
    chosen = sorted(np.flatnonzero(best).tolist(), key=lambda place: -near[place])
    both = [place for place in chosen if rows[place]["place"] <= SHOWN]
    heads = [Head(say("report.region.next.what", lang)),
             Head(say("report.region.next.density", lang), num=True, width=90),
             Head(say("report.region.next.pci", lang), num=True, width=90),
             Head(say("report.region.tradeoff.place", lang), num=True, width=110)]
    lines = [Line([named(facts.activity(rows[place]["activity"]), rows[place]["activity"]), number(near[place], lang),
                   number(worth[place], lang, sign=True), str(rows[place]["place"])]) for place in chosen]
    said = say("report.region.tradeoff.said", lang, both=len(both), shown=min(SHOWN, len(rows)))
    return Figure("tradeoff", plot.title, said, say("report.region.tradeoff.formula", lang), facts.source(lang),
                  drawing=drawing, inferred=True, behind=Grid(plot.title, heads, lines),
                  notes=[say("report.edge", lang, count=outside)] if outside else [])


def _ends(values: Floats, *, least: float, most: float) -> tuple[float, float]:
    """Ends of an axis that one strange value does not stretch: what lies far below the rest is drawn at the edge."""
    known = values[~np.isnan(values)]
    low, high = np.quantile(known, [0.05, 0.95])
    return padded(known.tolist(), least=max(least, float(low - (high - low))), most=most)


def draw_product_space(facts: RegionFacts, lang: Lang) -> Figure | None:
    """The map of all activities, the same for every region; what this one makes is filled, the list is numbered."""
    if facts.space is None or facts.candidates is None:
        return None
    chosen = {row["activity"]: row["place"] for row in facts.candidates.head(SHOWN).to_dicts()}
    nodes = []
    for place, code in enumerate(facts.space.activities):
        state = "made" if code in facts.made else "next" if code in chosen else "other"
        nodes.append(Node(float(facts.space.x[place]), float(facts.space.y[place]), facts.sizes.get(code, 0.0),
                          facts.brief(code), say(f"report.region.space.{state}", lang, name=facts.activity(code)),
                          state, str(chosen[code]) if state == "next" else ""))  # type: ignore[arg-type]
    counts = count_states(nodes)
    joined_to = {other for pair in facts.space.links for one, other in (pair, pair[::-1])
                 if nodes[one].state == "made" and nodes[other].state == "next"}
    title = say("report.region.space", lang, made=counts["made"], count=len(nodes))
    desc = say("report.region.space.desc", lang)
    drawing = joined([draw_space(nodes, facts.space.links, title=title, desc=desc, width=size[0], height=size[1],
                                 class_=class_, named=names)
                      for size, class_, names in ((SPACE_WIDE, "wide", 16), (SPACE_NARROW, "narrow", 6))])
    links: dict[int, list[int]] = {place: [] for place in range(len(nodes))}
    for one, other in facts.space.links:
        links[one].append(other)
        links[other].append(one)
    order = sorted(range(len(nodes)),
                   key=lambda at: (("made", "next", "other").index(nodes[at].state), -nodes[at].size))
    heads = [Head(say("report.region.col.activity", lang)), Head(say("report.region.space.state", lang), width=150),
             Head(say("report.region.space.linked", lang), width=480)]
    lines = [Line([named(facts.activity(facts.space.activities[at]), facts.space.activities[at]),
                   say(f"report.region.space.state.{nodes[at].state}", lang, place=nodes[at].number),
                   "; ".join(nodes[other].name for other in links[at])]) for at in order]
    return Figure(
        "space", title, say("report.region.space.said", lang, joined=len(joined_to), count=counts["next"]),
        say("report.region.space.formula", lang), facts.source(lang), drawing=drawing, inferred=True,
        behind=Grid(title, heads, lines), notes=[say("report.region.space.legend", lang)])
