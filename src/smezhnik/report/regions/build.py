"""``report_region``: from the figures of a region to the finished page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl
from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.report.figures import Shape, arrange
from smezhnik.report.markup import render, sentence
from smezhnik.report.page import Page, permanent_number, render_page
from smezhnik.report.regions.candidates import draw_next, draw_product_space, draw_tradeoff
from smezhnik.report.regions.chain import draw_chain
from smezhnik.report.regions.facts import RegionFacts, amount, decimals_of, number, percent, small_percent
from smezhnik.report.regions.position import draw_bubbles, draw_growth_share
from smezhnik.report.regions.structure import draw_change, draw_peers, draw_structure
from smezhnik.report.signs import basis_sign, icon
from smezhnik.types import Lang

#: Quotients from here on are told without decimals.
MANY = 10
#: The order of the page.
SHELVES: tuple[tuple[Shape, tuple[tuple[str, ...], ...]], ...] = (
    ("aside", (("structure",), ("change",))), ("even", (("specialisation",), ("growth-share",))), ("one", (("next",),)),
    ("one", (("space",),)), ("even", (("tradeoff", "peers"), ("chain",))))


def report_region(facts: RegionFacts, *, lang: Lang, made_at: dt.datetime | None = None, title: str | None = None,
                  issuer: str = "", sample: bool = False) -> str:
    """The page of a region as one self-contained HTML text.

    Parameters
    ----------
    facts : figures of the region; a picture whose figures are None is left out
    lang : language of the page
    made_at : when the paper was made; None leaves it out
    title : None lets the finding be the title
    issuer : who issues the paper, top left of each sheet
    sample : the values are invented

    Returns
    -------
    str, the page. The same facts and arguments give the same text.
    """
    made = [draw_structure(facts, lang), draw_change(facts, lang), draw_peers(facts, lang), draw_bubbles(facts, lang),
            draw_growth_share(facts, lang), draw_next(facts, lang), draw_product_space(facts, lang),
            draw_tradeoff(facts, lang), draw_chain(facts, lang)]
    mark = permanent_number(f"P-{facts.year}", None, _content(facts))
    body = render("figures.html", lang, shelves=arrange(made, SHELVES, mark, lang), strip=_strip(facts, lang),
                  icon=icon, basis_sign=basis_sign)
    return render_page(Page(
        title=title or _title(facts, lang), lead=_lead(facts, lang), body=body, lang=lang, number=mark, made_at=made_at,
        selection=_selection(facts, lang), issuer=issuer, sample=sample, landscape=True,
        frame=[(say("report.region.frame.year", lang), str(facts.year))],
        sources=[facts.source(lang), *facts.caveats, *_left_out(facts, lang)]))


def _content(facts: RegionFacts) -> bytes:
    """What the permanent number stands for: the figures, not the words."""
    plain = facts.cells.drop("territory_name", "activity_name", strict=False).sort("activity")
    chosen = None if facts.candidates is None else facts.candidates.select("activity", "score")
    return "\n".join((facts.region, str(facts.year), str(facts.public), plain.write_ndjson(),
                      "" if chosen is None else chosen.write_ndjson())).encode()


def _title(facts: RegionFacts, lang: Lang) -> str:
    best = facts.strongest()
    if best is None or best["lq"] < 1:
        return say("report.region.title.plain", lang, name=facts.name, year=facts.year)
    many = best["lq"] >= MANY
    return say("report.region.title.many" if many else "report.region.title", lang, name=facts.name,
               activity=facts.lower(best["activity"]), lq=round(best["lq"]) if many else best["lq"])


def _lead(facts: RegionFacts, lang: Lang) -> list[Markup]:
    said = []
    sizes = facts.wholes["value"]
    if facts.whole["value"] is not None and not sizes.null_count():
        place = int((sizes > facts.whole["value"]).sum()) + 1
        said.append(sentence("report.region.lead", lang, year=facts.year, place=place, count=sizes.len(),
                             share=small_percent(facts.whole["value"] / float(sizes.sum()), lang)))
    if facts.change is not None:
        own = "up" if facts.change["own"] >= 0 else "down"
        said.append(sentence("report.region.lead.change", lang, first=facts.years[0],
                             growth=100 * (facts.change["last"] / facts.change["first"] - 1),
                             country=100 * facts.change["country"]))
        said.append(sentence(f"report.region.lead.own.{own}", lang))
    view = sentence("report.region.public" if facts.public else "report.region.internal", lang, count=facts.hidden)
    return [Markup(" ").join(said), view] if said else [view]


def _selection(facts: RegionFacts, lang: Lang) -> str:
    return say("report.region.selection.public" if facts.public else "report.region.selection", lang,
               activities=len(facts.activities))


def _strip(facts: RegionFacts, lang: Lang) -> Sequence[tuple[str, str, str]]:
    """The large figures: label, figure, what it is compared with."""
    parts = []
    sizes = facts.wholes["value"]
    if facts.whole["value"] is not None:
        second = ""
        if not sizes.null_count():
            second = say("report.region.strip.value.of", lang,
                         share=small_percent(facts.whole["value"] / float(sizes.sum()), lang))
        label = say("report.region.strip.value", lang, year=facts.year)
        parts.append((f"{label}, {facts.unit}" if facts.unit else label,
                      amount(facts.whole["value"], lang, decimals_of([facts.whole["value"]])), second))
    strong = facts.cells.filter(pl.col("lq") >= 1)
    if facts.cells["lq"].null_count() == 0:
        parts.append((say("report.region.strip.strong", lang), str(strong.height), say(
            "report.region.strip.strong.of", lang, count=facts.cells.height, share=100 * float(strong["share"].sum()))))
    if facts.whole["equivalent"] is not None:
        shares = facts.cells["country_share"]
        parts.append((say("report.region.strip.equivalent", lang), number(facts.whole["equivalent"], lang, 1),
                      say("report.region.strip.equivalent.of", lang, hachman=facts.whole["hachman"])
                      if facts.whole["hachman"] is not None and not shares.null_count() else ""))
    if facts.eci is not None and facts.eci["eci_rank"] is not None:
        parts.append((say("report.region.strip.eci", lang), number(facts.eci["eci"], lang, sign=True),
                      say("report.region.strip.eci.of", lang, place=facts.eci["eci_rank"], count=facts.eci["count"],
                          diversity=facts.eci["diversity"])))
    elif facts.change is not None:
        parts.append((say("report.region.strip.growth", lang, first=facts.years[0]),
                      percent(facts.change["last"] / facts.change["first"] - 1, lang, sign=True),
                      say("report.region.strip.growth.of", lang, country=100 * facts.change["country"])))
    return parts


def _left_out(facts: RegionFacts, lang: Lang) -> list[str]:
    """Why some pictures are not on the page."""
    if facts.public:
        return [say("report.region.left_out.public", lang)]
    missing = []
    if not facts.span:
        missing.append(say("report.region.left_out.year", lang))
    if facts.candidates is None or not facts.candidates.height:
        missing.append(say("report.region.left_out.next", lang))
    return missing
