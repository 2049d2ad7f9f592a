"""What the main industry of a region buys and whether it is made here; what each industry means for the others."""

from __future__ import annotations

from smezhnik.messages import say
from smezhnik.report.charts import bar
from smezhnik.report.figures import Figure, Grid, Head, Line
from smezhnik.report.regions.facts import RegionFacts, number, percent
from smezhnik.types import Lang


def draw_chain(facts: RegionFacts, lang: Lang) -> Figure | None:
    """Purchases of the main industry with the region's quotient in each, and the linkages of its industries."""
    if facts.chain is None or not facts.chain.height:
        return None
    rows = facts.chain.to_dicts()
    largest = max(row["share"] for row in rows)
    imports = any(row["imported_share"] is not None for row in rows)
    known = [row for row in rows if row["lq"] is not None]
    here = [row for row in known if row["lq"] >= 1]
    heads = [Head(say("report.region.chain.what", lang)),
             Head(say("report.region.chain.bar", lang), hidden=True, width=84, desk=True),
             Head(say("report.region.chain.share", lang), num=True, width=86),
             Head(say("report.region.chain.lq", lang), num=True, width=96),
             *([Head(say("report.region.chain.imported", lang), num=True, width=80)] if imports else [])]
    lines = [Line([row["name"], bar(row["share"], largest, percent(row["share"], lang), width=72),
                   percent(row["share"], lang), number(row["lq"], lang),
                   *([percent(row["imported_share"], lang)] if imports else [])]) for row in rows]
    return Figure(
        "chain", say("report.region.chain", lang, count=len(known), here=len(here), industry=facts.industry),
        say("report.region.chain.said", lang, share=100 * sum(row["share"] for row in here)),
        say("report.region.chain.formula", lang), say("report.region.chain.source", lang, table=facts.table),
        grid=Grid(say("report.region.chain.caption", lang), heads, lines), below=_linkages(facts, lang), inferred=True)


def _linkages(facts: RegionFacts, lang: Lang) -> tuple[tuple[str, Grid], ...]:
    if facts.links is None or not facts.links.height:
        return ()
    rows = facts.links.to_dicts()
    content = any(row["import_content"] is not None for row in rows)
    heads = [Head(say("report.region.links.industry", lang)),
             Head(say("report.region.links.share", lang), num=True, width=76),
             Head(say("report.region.links.backward", lang), num=True, width=82),
             Head(say("report.region.links.forward", lang), num=True, width=82),
             *([Head(say("report.region.links.imports", lang), num=True, width=84)] if content else [])]
    lines = [Line([row["name"], percent(row["share"], lang), number(row["backward"], lang),
                   number(row["forward"], lang),
                   *([percent(row["import_content"], lang)] if content else [])]) for row in rows]
    heading = say("report.region.links", lang, keys=sum(bool(row["key"]) for row in rows), count=len(rows))
    return ((heading, Grid(heading, heads, lines)),)
