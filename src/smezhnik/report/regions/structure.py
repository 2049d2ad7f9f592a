"""Structure of a region beside the country's, what changed it, and who is alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from smezhnik.messages import NBSP, say
from smezhnik.report.charts import bar
from smezhnik.report.figures import Figure, Grid, Head, Line
from smezhnik.report.markup import element, joined
from smezhnik.report.regions.facts import RegionFacts, amount, decimals_of, number, percent
from smezhnik.report.rowcharts import make_steps, waterfall_axis, waterfall_bar
from smezhnik.types import Lang

#: Rows of the table of structure; the rest is one row.
SHOWN = 12
#: Activities that are named under the causes of a change, on each side.
MOVERS = 3
#: Activities in common that are named for each peer.
SHARED = 2
_BAR, _FALL = 96, 140


def named(name: str, code: str, second: str = "") -> Markup:
    """An activity as the subject of a row: its name, below it the code."""
    below = " · ".join(part for part in (code if code != name else "", second) if part)
    return joined([name, element("span", below, class_="second") if below else ""])


def draw_structure(facts: RegionFacts, lang: Lang) -> Figure:
    """Shares of the region with a tick at the country's, quotients and how sure they are."""
    rows = facts.cells.sort([pl.col("value"), pl.col("activity")], descending=[True, False], nulls_last=True).to_dicts()
    shown, rest = (rows, []) if facts.public else (rows[:SHOWN], rows[SHOWN:])
    digits = decimals_of([row["value"] for row in rows])
    largest = max((share for row in shown for share in (row["share"], row["country_share"]) if share), default=1.0)
    heads = [Head(say("report.region.col.activity", lang)), Head(value_head(facts, lang), num=True, width=84),
             Head(say("report.region.col.share", lang), num=True, width=64),
             Head(say("report.region.col.share_bar", lang), hidden=True, width=_BAR + 16, desk=True),
             Head(say("report.region.col.lq", lang), num=True, width=84),
             Head(say("report.region.col.interval", lang), num=True, width=112),
             Head(say("report.region.col.growth", lang), num=True, width=76)]
    lines = [_structure_line(row, facts, largest, digits, lang) for row in shown]
    if rest:
        sums = [say("report.region.structure.rest", lang, count=len(rest)),
                amount(sum(row["value"] for row in rest), lang, digits),
                percent(sum(row["share"] for row in rest), lang)]
        lines.append(Line([*sums, *[""] * (len(heads) - len(sums))], "rest"))
    if facts.whole["value"] is not None:
        sums = [say("report.region.total", lang), amount(facts.whole["value"], lang, digits)]
        lines.append(Line([*sums, *[""] * (len(heads) - len(sums))], "total"))
    if not any(row["firms"] is not None for row in shown):
        heads, lines = _without(heads, lines, 5)
    if not any(row.get("growth") is not None for row in shown):
        heads, lines = _without(heads, lines, len(heads) - 1)
    best = facts.strongest()
    title = say("report.region.structure", lang) if best is None else say(
        "report.region.structure.finding", lang, activity=facts.activity(best["activity"]), share=100 * best["share"],
        country=100 * best["country_share"])
    return Figure(
        "structure", title, _structure_said(facts, lang), say("report.region.structure.formula", lang),
        facts.source(lang), grid=Grid(say("report.region.structure", lang), heads, lines, as_cards=True),
        notes=[say("report.region.structure.hidden", lang, count=facts.hidden)] if facts.hidden else [])


def value_head(facts: RegionFacts, lang: Lang) -> str:
    """«Объём, млн ₽»."""
    return with_unit("report.region.col.value", facts, lang)


def with_unit(code: str, facts: RegionFacts, lang: Lang) -> str:
    """A heading with the unit of the values, which stays on one line."""
    return say(code, lang) + (f", {facts.unit.replace(' ', NBSP)}" if facts.unit else "")


def _without(heads: list[Head], lines: list[Line], place: int) -> tuple[list[Head], list[Line]]:
    """The table without one column."""
    return ([head for at, head in enumerate(heads) if at != place],
            [Line([cell for at, cell in enumerate(line.cells) if at != place], line.class_) for line in lines])


def _structure_line(row: dict[str, Any], facts: RegionFacts, largest: float, digits: int, lang: Lang) -> Line:
    code = row["activity"]
    certain = say(f"report.region.hidden.{row['hidden']}", lang) if row.get("hidden") is not None else ""
    drawn: Markup | str = ""
    if row["share"] is not None:
        said = say("report.region.share_said", lang, share=100 * row["share"],
                   country=None if row["country_share"] is None else 100 * row["country_share"])
        drawn = bar(row["share"], largest, said, width=_BAR, tick=row["country_share"],
                    tone="p" if (row["lq"] or 0) >= 1 else "o")
    return Line([named(facts.brief(code), code, certain), amount(row["value"], lang, digits),
                 percent(row["share"], lang), drawn, _quotient(row, lang), _interval(row, lang),
                 percent(row.get("growth"), lang, sign=True)])


def _quotient(row: dict[str, Any], lang: Lang) -> Markup | str:
    """The quotient, bold from 1; below it whether the number of firms can tell it from the country."""
    quotient = number(row["lq"], lang)
    if not quotient:
        return ""
    unclear = element("span", say("report.region.certain.unclear", lang), class_="second")
    return joined([element("strong", quotient) if row["lq"] >= 1 else quotient,
                   unclear if row["certain"] == "unclear" else ""])


def _interval(row: dict[str, Any], lang: Lang) -> Markup | str:
    """The interval of the quotient of firms, and how many firms there are."""
    if row["firms"] is None:
        return ""
    ends = "" if row["lq_low"] is None else f"{number(row['lq_low'], lang)}–{number(row['lq_high'], lang)}"
    return joined([ends, element("span", say("report.region.firms", lang, count=row["firms"]), class_="second")])


def _structure_said(facts: RegionFacts, lang: Lang) -> str:
    if facts.whole["krugman"] is None:
        return say("report.region.structure.secret", lang)
    said = say("report.region.structure.said", lang, krugman=facts.whole["krugman"],
               equivalent=facts.whole["equivalent"], activities=facts.whole["activities"])
    if facts.whole["unrelated"] is not None:
        said += " " + say("report.region.structure.variety", lang, **facts.whole)
    return said


def draw_change(facts: RegionFacts, lang: Lang) -> Figure | None:
    """The change of the whole as a waterfall of its three causes; None where a year is unknown or hidden."""
    change = facts.change
    if change is None:
        return None
    terms = [change["national"], change["mix"], change["own"]]
    steps = make_steps(change["first"], terms, change["last"])
    axis = waterfall_axis(steps, _FALL)
    digits = decimals_of([change["first"], change["last"], *terms])
    names = [say("report.region.change.total", lang, year=facts.years[0]),
             *(say(f"report.region.change.{cause}", lang) for cause in ("national", "mix", "own")),
             say("report.region.change.total", lang, year=facts.year)]
    shown = [change["first"], *terms, change["last"]]
    lines = [Line([name, waterfall_bar(step, axis, _FALL, last=place == len(steps) - 1),
                   number(value, lang, digits, sign=not step.total)], "total" if step.total else "")
             for place, (name, step, value) in enumerate(zip(names, steps, shown, strict=True))]
    heads = [Head(say("report.region.change.cause", lang)),
             Head(say("report.region.change.picture", lang), hidden=True, width=_FALL + 8),
             Head(value_head(facts, lang), num=True, width=96)]
    sense = "up" if change["own"] >= 0 else "down"
    notes = [say("report.cut_axis", lang, value=number(axis.low, lang, digits))] if axis.low > 0 else []
    own = number(abs(change["own"]), lang, digits) + (f" {facts.unit}" if facts.unit else "")
    return Figure(
        "change", say(f"report.region.change.{sense}", lang, own=own, first=facts.years[0]),
        say("report.region.change.said", lang, growth=100 * (change["last"] / change["first"] - 1),
            country=100 * change["country"]),
        say("report.region.change.formula", lang), facts.source(lang),
        grid=Grid(say("report.region.change.caption", lang), heads, lines, class_="fall"),
        below=_movers(facts, lang), notes=notes)


def _movers(facts: RegionFacts, lang: Lang) -> Sequence[tuple[str, Grid]]:
    """What added most and took most away beyond country and mix."""
    rows = facts.cells.filter(pl.col("own").is_not_null()).sort("own", "activity").to_dicts()
    picked = [*[row for row in reversed(rows[-MOVERS:]) if row["own"] > 0],
              *[row for row in rows[:MOVERS] if row["own"] < 0]]
    if not picked:
        return ()
    digits = decimals_of([row["own"] for row in picked])
    heads = [Head(say("report.region.col.activity", lang)),
             Head(with_unit("report.region.change.own_short", facts, lang), num=True, width=110)]
    lines = [Line([named(facts.brief(row["activity"]), row["activity"]),
                   number(row["own"], lang, digits, sign=True)])
             for row in picked]
    heading = say("report.region.change.movers", lang)
    return ((heading, Grid(heading, heads, lines)),)


def draw_peers(facts: RegionFacts, lang: Lang) -> Figure | None:
    """Territories with the nearest structure: with whom to compare and whom to ask."""
    if facts.peers is None or not facts.peers.height:
        return None
    rows = facts.peers.to_dicts()
    lines = [Line([joined([facts.territories.get(row["territory"], row["territory"]), element(
        "span", "; ".join(facts.brief(code) for code in row["shared"][:SHARED]), class_="second")]),
        percent(row["similarity"], lang, decimals=0), number(row["size"], lang)]) for row in rows]
    heads = [Head(say("report.region.peers.who", lang)),
             Head(say("report.region.peers.similarity", lang), num=True, width=72),
             Head(say("report.region.peers.size", lang), num=True, width=76)]
    first = rows[0]
    return Figure(
        "peers", say("report.region.peers", lang, name=facts.territories.get(first["territory"], first["territory"]),
                     similarity=100 * first["similarity"]), say("report.region.peers.said", lang),
        say("report.region.peers.formula", lang), facts.source(lang),
        grid=Grid(say("report.region.peers.caption", lang), heads, lines))
