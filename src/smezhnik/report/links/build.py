"""``report_links``: from the table of links to the finished page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from smezhnik.matching.sentences import unit_name
from smezhnik.matching.settings import GRADE_FROM
from smezhnik.messages import say
from smezhnik.report.amounts import money_scale
from smezhnik.report.links.cards import NeedCard, make_cards
from smezhnik.report.links.counted import Counted, count, needs_in_order
from smezhnik.report.links.flows import Flows, draw_flows, find_flows, given_flows
from smezhnik.report.links.tones import find_pair, tones_of
from smezhnik.report.links.view import BEST, View
from smezhnik.report.links.where import draw_links_map
from smezhnik.report.links.words import finding, lead, source_lines
from smezhnik.report.map import COUNT
from smezhnik.report.markup import render
from smezhnik.report.page import Page, permanent_number, render_page
from smezhnik.report.signs import basis_sign, grade_sign, icon, sign
from smezhnik.report.territory import place_name, region_name, short_name
from smezhnik.tables import complete
from smezhnik.types import BASES, GRADES, Lang

#: Needs without candidates that are listed.
_UNSERVED = 50
#: Rows of candidates on a page, about 6 KB each.
_ROWS = 1_000


def report_links(
    links: pl.DataFrame,
    *,
    lang: Lang,
    needs: pl.DataFrame | None = None,
    offers: pl.DataFrame | None = None,
    organisations: pl.DataFrame | None = None,
    allocations: pl.DataFrame | None = None,
    flows: pl.DataFrame | None = None,
    pair: tuple[str, str] | None = None,
    as_of: dt.date | None = None,
    made_at: dt.datetime | None = None,
    title: str | None = None,
    issuer: str = "",
    sources: Sequence[str] = (),
    sample: bool = False,
    most_needs: int = 200,
    most_candidates: int | None = None,
) -> str:
    """The report of links as one self-contained HTML page.

    Parameters
    ----------
    links : table ``links``; columns that are missing count as absent. Empty gives a page that says so
    lang : language of the page
    needs, offers, organisations : tables of these names, where at hand; they add volumes, deadlines, free capacities,
        sources, needs without candidates, and industries of the buyers
    allocations : table ``allocations``: sums, chart and map then follow the plan
    flows : all trade that a calculation allows, of which ``links`` are the best (``regions.complement``): columns
        seller_region, seller_name, buyer_region, buyer_name, value_th_rub; the chart and the lead then show it
    pair : first and second region of a page about two regions; found by itself where every link goes between
        exactly two regions
    as_of : the day the links hold for; None takes the latest ``as_of`` of the links
    made_at : when the paper was made; None leaves it out
    title : None lets the finding be the title
    issuer : who issues the paper, top left of each sheet
    sources : further sources, a sentence each
    sample : plants and values are invented
    most_needs, most_candidates : how many needs get cards, best first, and candidates in one; by default 10, fewer
        where that would make more than a thousand rows: a page has to open on any machine

    Returns
    -------
    str, the page. The same tables and arguments give the same text, whatever the order of rows.
    """
    links = complete(links, "links")
    tables = {name: None if frame is None else complete(frame, name)
              for name, frame in (("needs", needs), ("offers", offers), ("organisations", organisations),
                                  ("allocations", allocations))}
    counted = count(links, needs=tables["needs"], allocations=tables["allocations"],
                    every_link=flows is not None)
    pair = pair or find_pair(links)
    order = needs_in_order(links).head(most_needs).to_list()
    most_candidates = most_candidates or min(10, max(3, _ROWS // max(len(order), 1)))
    cards = make_cards(links, order, lang=lang, needs=tables["needs"], offers=tables["offers"],
                       allocations=tables["allocations"], most_candidates=most_candidates)
    tones = tones_of(counted, pair)
    ribbons = (find_flows(counted, tones, lang=lang, industries=_industries(tables["organisations"]))
               if flows is None else given_flows(flows, tones, lang))
    trade = None if flows is None else float(flows["value_th_rub"].sum())
    view = View(lang, counted, cards, tones, pair)
    days = [frame["source_date"].max() for name, frame in tables.items()
            if frame is not None and name != "allocations"]
    day = as_of or _day(links["as_of"].max())
    scale = money_scale([counted.potential, trade])
    said = title or finding(counted, cards, pair, lang)
    body = render(
        "links.html", lang,
        counted=counted, cards=cards, view=view, scale=scale, best=view.best_rows(), flows=ribbons, trade=trade,
        flow_title=flow_title(ribbons, pair, lang), flow_drawing=flow_drawing(ribbons, pair, lang),
        where=_where(counted, tones, scale.name(lang), lang), unserved=_unserved(links, tables["needs"], lang),
        part=_part(cards, counted, most_candidates, lang), thresholds=GRADE_FROM, secret=_secret(tables),
        tone=tones, grade_sign=grade_sign, basis_sign=basis_sign, sign=sign, icon=icon,
        unit_name=unit_name,
        GRADES=GRADES, BASES=BASES,
    )
    content = links.select("need_id", "offer_id", "score").sort("need_id", "offer_id").write_csv().encode()
    return render_page(Page(
        title=said, heading=_pair_heading(pair, lang) if pair and not title else None,
        lead=lead(counted, pair, flows, scale, lang), body=body, lang=lang, as_of=day,
        number=permanent_number("L", day, content), made_at=made_at,
        data_date=max((found for found in map(_day, days) if found), default=None),
        selection=_selection(cards, counted, lang), sources=[*sources, *source_lines(tables, lang)],
        issuer=issuer, sample=sample, landscape=True,
    ))


def _pair_heading(pair: tuple[str, str], lang: Lang) -> Markup:
    first, second = (Markup('<span class="side"><span class="swatch {}"></span><span>{}</span></span>').format(
        tone, region_name(region, lang)) for tone, region in zip("ab", pair, strict=True))
    return Markup('<span class="pair">{}{}{}</span>').format(first, icon("pair"), second)


def flow_title(flows: Flows | None, pair: tuple[str, str] | None, lang: Lang) -> str:
    """The finding of the chart: what each region of a pair gives most, else the thickest ribbon."""
    if flows is None:
        return ""
    if pair and flows.halves:
        most = {tone: flows.largest_source(tone) for tone in flows.halves}
        if len(most) == 2:
            return say("report.links.flows.pair", lang, a=short_name(pair[0], lang), a_what=_lower(most["a"]),
                       b=short_name(pair[1], lang), b_what=_lower(most["b"]))
    # Trade inside a region is the news only where there is no other.
    thickest = max(flows.flows, key=lambda flow: (flow.source != flow.target, {flow.source, flow.target}.isdisjoint(
        flows.rest), flow.value))
    value = flows.scale.full(thickest.value, lang)
    between = flows.regions and thickest.source != thickest.target
    return say("report.links.flows.finding" + (".between" if between else ""), lang, source=thickest.source,
               target=thickest.target, value=value)


def _lower(text: str) -> str:
    """The text inside a sentence: the first letter small unless the word is an abbreviation or a name in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def flow_drawing(flows: Flows | None, pair: tuple[str, str] | None, lang: Lang) -> Markup:
    return Markup("") if flows is None else draw_flows(flows, flow_title(flows, pair, lang), lang)


def _where(counted: Counted, tones: Mapping[str, str], unit: str, lang: Lang) -> dict[str, Any]:
    """The map of the best links and what stands beside it."""
    best = counted.best.head(BEST)
    title = say("report.links.map", lang, count=best.height)
    drawing, beside, centres = draw_links_map(best, tones, title, lang)
    unplaced = best.filter(pl.col("seller_region").is_null() | pl.col("buyer_region").is_null()).height
    notes = [say("report.links.map.source.money", lang, unit=unit) if best["value_th_rub"].null_count() < best.height
             else say("report.links.map.source.count", lang)]
    if f'class="{COUNT}"' in drawing:
        notes.append(say("report.links.map.counts", lang))
    if centres:
        notes.append(say("report.links.map.centres", lang))
    if unplaced:
        notes.append(say("report.links.map.unplaced", lang, count=unplaced))
    notes.append(say("report.links.map.outlines", lang))
    return {"title": title, "drawing": drawing, "beside": beside, "notes": notes}


def _unserved(links: pl.DataFrame, needs: pl.DataFrame | None, lang: Lang) -> dict[str, Any]:
    """Needs without any candidate: the first of them, and how many there are."""
    if needs is None:
        return {"count": 0, "rows": []}
    left = needs.join(links.select("need_id").unique(), on="need_id", how="anti").sort("need_id")
    rows = left.head(_UNSERVED).to_dicts()
    for row in rows:
        row["place"] = place_name(row["region"], row["latitude"], row["longitude"], lang)
    return {"count": left.height, "rows": rows}


def _part(cards: Sequence[NeedCard], counted: Counted, most_candidates: int, lang: Lang) -> str:
    """What the cards leave out, in words; empty where they hold everything."""
    if len(cards) < counted.served:
        return say("report.links.part", lang, shown=len(cards), served=counted.served, most=most_candidates)
    if any(card.total > len(card.candidates) for card in cards):
        return say("report.links.part.candidates", lang, most=most_candidates)
    return ""


def _selection(cards: Sequence[NeedCard], counted: Counted, lang: Lang) -> str:
    if len(cards) < counted.served:
        return say("report.links.selection.part", lang, shown=len(cards), served=counted.served)
    return say("report.links.selection.all", lang)


def _secret(tables: Mapping[str, pl.DataFrame | None]) -> bool:
    """Whether a need or an offer of the report is marked as confidential."""
    return any(frame is not None and bool(frame["confidential"].any())
               for name, frame in tables.items() if name in ("needs", "offers"))


def _industries(organisations: pl.DataFrame | None) -> dict[str, str]:
    if organisations is None:
        return {}
    known = organisations.filter(pl.col("okved2").is_not_null())
    return dict(zip(known["org_id"], known["okved2"], strict=True))


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else None

