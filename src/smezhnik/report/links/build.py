"""``report_links``: from the table of links to the finished page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from smezhnik.matching.settings import GRADE_FROM
from smezhnik.matching.sentences import reason_name
from smezhnik.messages import say
from smezhnik.report.amounts import Scale, money_scale
from smezhnik.report.charts import ReasonScale, bar, reason_bar, reason_scale, signed_bar, stacked_bar
from smezhnik.report.links.cards import Candidate, NeedCard, make_cards
from smezhnik.report.links.counted import Counted, count, needs_in_order
from smezhnik.report.links.pictures import (
    Flows,
    draw_flows,
    draw_links_map,
    find_flows,
    find_pair,
    tones_of,
)
from smezhnik.report.links.words import finding, lead, source_lines
from smezhnik.report.markup import render
from smezhnik.report.page import Page, permanent_number, render_page
from smezhnik.report.signs import basis_sign, grade_sign, icon, sign
from smezhnik.report.territory import place_name, region_name, short_name
from smezhnik.tables import complete
from smezhnik.types import BASES, GRADES, Lang

#: Reasons in the order of their columns.
REASONS = ("text", "marks", "code", "standard", "capacity", "distance", "region", "register", "price", "experience")
#: Links of the table of the best, and needs without candidates that are listed.
_BEST, _UNSERVED = 20, 50
#: Room for all columns of bars, and for the heading of one, px.
_ROOM, _HEADING = 330.0, 42.0


def report_links(
    links: pl.DataFrame,
    *,
    lang: Lang,
    needs: pl.DataFrame | None = None,
    offers: pl.DataFrame | None = None,
    organisations: pl.DataFrame | None = None,
    allocations: pl.DataFrame | None = None,
    pair: tuple[str, str] | None = None,
    as_of: dt.date | None = None,
    made_at: dt.datetime | None = None,
    title: str | None = None,
    issuer: str = "",
    sources: Sequence[str] = (),
    sample: bool = False,
    most_needs: int = 200,
    most_candidates: int = 10,
) -> str:
    """The report of links as one self-contained HTML page.

    Parameters
    ----------
    links : table ``links``; columns that are missing count as absent. Empty gives a page that says so
    lang : language of the page
    needs, offers, organisations : tables of these names, where at hand; they add volumes, deadlines, free capacities,
        sources, needs without candidates, and industries of the buyers
    allocations : table ``allocations``: sums, chart and map then follow the plan
    pair : first and second region of a page about two regions; found by itself where every link goes between
        exactly two regions
    as_of : the day the links hold for; None takes the latest ``as_of`` of the links
    made_at : when the paper was made; None leaves it out
    title : None lets the finding be the title
    issuer : who issues the paper, top left of each sheet
    sources : further sources, a sentence each
    sample : plants and values are invented
    most_needs, most_candidates : how many needs get cards, best first, and candidates in one

    Returns
    -------
    str, the page. The same tables and arguments give the same text, whatever the order of rows.
    """
    links = complete(links, "links")
    tables = {name: None if frame is None else complete(frame, name)
              for name, frame in (("needs", needs), ("offers", offers), ("organisations", organisations),
                                  ("allocations", allocations))}
    counted = count(links, needs=tables["needs"], allocations=tables["allocations"])
    pair = pair or find_pair(links)
    order = needs_in_order(links).head(most_needs).to_list()
    cards = make_cards(links, order, lang=lang, needs=tables["needs"], offers=tables["offers"],
                       allocations=tables["allocations"], most_candidates=most_candidates)
    tones = tones_of(counted, pair)
    flows = find_flows(counted, tones, lang=lang, industries=_industries(tables["organisations"]))
    view = _View(lang, counted, cards, tones, pair)
    days = [frame["source_date"].max() for name, frame in tables.items()
            if frame is not None and name != "allocations"]
    day = as_of or _day(links["as_of"].max())
    scale = money_scale([counted.potential])
    said = title or finding(counted, cards, pair, lang)
    body = render(
        "links.html", lang,
        counted=counted, cards=cards, view=view, scale=scale, best=view.best_rows(), flows=flows,
        flow_title=_flow_title(flows, pair, lang), flow_drawing=_flow_drawing(flows, pair, lang),
        where=_where(counted, tones, lang), unserved=_unserved(links, tables["needs"], lang),
        part=_part(cards, counted, most_candidates, lang), thresholds=GRADE_FROM, secret=_secret(tables),
        tone=tones, grade_sign=grade_sign, basis_sign=basis_sign, sign=sign, icon=icon,
        GRADES=GRADES, BASES=BASES,
    )
    content = links.select("need_id", "offer_id", "score").sort("need_id", "offer_id").write_csv().encode()
    return render_page(Page(
        title=said, heading=_pair_heading(pair, lang) if pair and not title else None,
        lead=lead(counted, pair, scale, lang), body=body, lang=lang, as_of=day,
        number=permanent_number("L", day, content), made_at=made_at,
        data_date=max((found for found in map(_day, days) if found), default=None),
        selection=_selection(cards, counted, lang), sources=[*sources, *source_lines(tables, lang)],
        issuer=issuer, sample=sample, landscape=True,
    ))


@dataclass(frozen=True, slots=True)
class _View:
    """What the template asks for while it draws cards and rows."""

    lang: Lang
    counted: Counted
    cards: Sequence[NeedCard]
    tones: Mapping[str, str]
    pair: tuple[str, str] | None

    @property
    def candidates(self) -> list[Candidate]:
        return [candidate for card in self.cards for candidate in card.candidates]

    def region(self, region: str) -> str:
        return short_name(region, self.lang)

    def bars(self) -> _Bars:
        return _Bars.over(self.candidates, self.lang)

    def money(self) -> Scale:
        """One unit for the sums of all needs."""
        return money_scale([card.value for card in self.cards], fine=True)

    def units(self, card: NeedCard) -> str | None:
        """The unit of free capacity if all candidates of the card share it; then it stands in the head."""
        units = {candidate.unit for candidate in card.candidates if candidate.free is not None}
        return units.pop() if len(units) == 1 else None

    def chips(self) -> dict[str, list[tuple[str, int]]]:
        """Group of chips → (value, candidates that have it), only where there is something to choose."""
        groups = {
            "grade": [(grade, sum(c.grade == grade for c in self.candidates)) for grade in GRADES],
            "basis": [(basis, sum(c.basis == basis for c in self.candidates)) for basis in BASES],
            "region": sorted(((region, sum(c.region == region for c in self.candidates))
                              for region in {c.region for c in self.candidates if c.region}),
                             key=lambda item: (-item[1], item[0]))[:6],
        }
        found = {name: [item for item in items if item[1]] for name, items in groups.items()}
        return {name: items for name, items in found.items() if len(items) > 1}

    def best_rows(self) -> dict[str, Any]:
        """Rows and scale of the table of the best links."""
        rows = self.counted.best.head(_BEST).to_dicts()
        scale = money_scale([row["value_th_rub"] for row in rows], fine=True)
        largest = max((row["value_th_rub"] for row in rows if row["value_th_rub"]), default=0.0)
        total = sum(row["value_th_rub"] or 0.0 for row in rows)
        for row in rows:
            tone = self.tones.get(row["seller_region"] or "", "o")
            row["tone"] = tone
            row["bar"] = Markup("") if row["value_th_rub"] is None else bar(
                row["value_th_rub"], largest, scale.full(row["value_th_rub"], self.lang), tone=tone)
            for side in ("seller", "buyer"):
                row[f"{side}_place"] = place_name(row[f"{side}_region"], row[f"{side}_latitude"],
                                                  row[f"{side}_longitude"], self.lang)
                row[f"{side}_short"] = short_name(row[f"{side}_region"], self.lang) if row[f"{side}_region"] else "–"
        return {"rows": rows, "scale": scale, "total": total,
                "priced": any(row["value_th_rub"] is not None for row in rows),
                "imports": any(row["imported_th_rub"] for row in rows)}


@dataclass(frozen=True, slots=True)
class _Bars:
    """Bars of all candidates of the page on one scale."""

    lang: Lang
    columns: Sequence[str]
    scale: ReasonScale
    low: float
    high: float
    least: float
    most: float

    @classmethod
    def over(cls, candidates: Sequence[Candidate], lang: Lang) -> _Bars:
        extents: dict[str, tuple[float, float]] = {}
        low = high = least = most = 0.0
        for candidate in candidates:
            terms = [reason.contribution for reason in candidate.reasons]
            for reason in candidate.reasons:
                before = extents.get(reason.code, (0.0, 0.0))
                extents[reason.code] = min(before[0], reason.contribution), max(before[1], reason.contribution)
            low = min(low, sum(term for term in terms if term < 0))
            high = max(high, sum(term for term in terms if term > 0))
            least, most = min(least, candidate.base, *terms), max(most, candidate.base, *terms)
        known = [code for code in REASONS if code in extents]
        columns = [*known, *sorted(set(extents) - set(known))]
        scale = reason_scale({code: extents[code] for code in columns}, room=_ROOM, least=_HEADING)
        return cls(lang, columns, scale, low, high, least, most)

    def width(self, code: str) -> int:
        return round(max(self.scale.width(code), _HEADING) + 6)

    def heading(self, code: str) -> str:
        """The short name of a reason for the head of its column."""
        return say(f"report.links.reason.{code}", self.lang) if code in REASONS else reason_name(code, self.lang)

    def cell(self, candidate: Candidate, code: str) -> Markup:
        """The bar of a reason in its column; nothing where the candidate has no such reason."""
        found = [reason.contribution for reason in candidate.reasons if reason.code == code]
        return reason_bar(code, found[0], self.scale, self.lang) if found else Markup("")

    def stack(self, candidate: Candidate) -> Markup:
        said = ", ".join(f"{reason.name} {say('report.links.signed', self.lang, value=reason.contribution)}"
                         for reason in candidate.reasons)
        return stacked_bar([reason.contribution for reason in candidate.reasons], self.low, self.high, said)

    def term(self, value: float) -> Markup:
        return signed_bar(value, self.least, self.most, self.lang)


def _pair_heading(pair: tuple[str, str], lang: Lang) -> Markup:
    return Markup('<span class="pair"><span class="swatch a"></span><span>{}</span>{}<span class="swatch b"></span>'
                  "<span>{}</span></span>").format(region_name(pair[0], lang), icon("pair"), region_name(pair[1], lang))


def _flow_title(flows: Flows | None, pair: tuple[str, str] | None, lang: Lang) -> str:
    """The finding of the chart: what each region of a pair gives most, else the thickest ribbon."""
    if flows is None:
        return ""
    if pair and flows.halves:
        most = {tone: max((flow for flow in flows.flows if flow.tone == tone), key=lambda flow: flow.value).source
                for tone in flows.halves}
        if len(most) == 2:
            return say("report.links.flows.pair", lang, a=short_name(pair[0], lang), a_what=_lower(most["a"]),
                       b=short_name(pair[1], lang), b_what=_lower(most["b"]))
    thickest = max(flows.flows, key=lambda flow: flow.value)
    value = flows.scale.full(thickest.value, lang)
    return say("report.links.flows.finding", lang, source=thickest.source, target=_lower(thickest.target)
               if flows.halves else thickest.target, value=value)


def _lower(text: str) -> str:
    """The text inside a sentence: the first letter small unless the word is an abbreviation or a name in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _flow_drawing(flows: Flows | None, pair: tuple[str, str] | None, lang: Lang) -> Markup:
    return Markup("") if flows is None else draw_flows(flows, _flow_title(flows, pair, lang), lang)


def _where(counted: Counted, tones: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    """The map of the best links and what stands beside it."""
    best = counted.best.head(_BEST)
    title = say("report.links.map", lang, count=best.height)
    drawing, beside, centres = draw_links_map(best, tones, title, lang)
    unplaced = best.filter(pl.col("seller_region").is_null() | pl.col("buyer_region").is_null()).height
    return {"title": title, "drawing": drawing, "beside": beside, "centres": centres, "unplaced": unplaced,
            "money": best["value_th_rub"].null_count() < best.height}


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

