"""Two regions as a paper, the annex to an agreement: both ways, the best new links, what exists, what is inferred."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from smezhnik.messages import format_number, format_value, say
from smezhnik.papers.paper import Cell, Column, Paper, Table, Text
from smezhnik.report.amounts import Scale, money_scale
from smezhnik.report.links.counted import Counted
from smezhnik.report.page import permanent_number
from smezhnik.report.territory import place_name, region_name, short_name
from smezhnik.types import Lang

#: Links of each list; flows of each direction.
BEST, FLOWS = 20, 5
_RULE = "_" * 24


class Told(Protocol):
    """How many contracts, and their sum in thousand roubles a year; None where it is unknown or may not be told."""

    @property
    def count(self) -> int: ...

    @property
    def value_th_rub(self) -> float | None: ...


class Expected(Protocol):
    """The trade that activities let expect: as ``regions.Complement``, its counts and sums in ``told``."""

    @property
    def links(self) -> pl.DataFrame: ...

    @property
    def flows(self) -> pl.DataFrame: ...

    @property
    def made_at(self) -> dt.datetime: ...

    @property
    def stale(self) -> bool: ...

    @property
    def told(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Between:
    """What is known of two regions, as far as its reader may know it.

    Attributes
    ----------
    pair : first and second region
    counted : links by declared needs; the potential is None where no value is known
    signed, delivered : contracts between the two, and those of them in delivery; never added to the potential
    cases : open cases: need_text, offer_text, seller, buyer, stage, next_on
    trade : what was inferred; None where it was not calculated
    """

    pair: tuple[str, str]
    counted: Counted
    signed: Told
    delivered: Told
    cases: Sequence[Mapping[str, Any]] = ()
    trade: Expected | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One direction: what could go from ``seller`` to ``buyer``, th. RUB a year (None: unknown), by how many links."""

    seller: str
    buyer: str
    value_th_rub: float | None
    links: int


def ways(counted: Counted, pair: tuple[str, str]) -> list[Way]:
    """Both directions of the counted links with equal weight."""
    found = []
    for seller, buyer in (pair, pair[::-1]):
        rows = counted.best.filter(pl.col("seller_region") == seller)
        sums = rows["value_th_rub"]
        value = None if sums.null_count() == len(sums) else float(sums.sum())
        found.append(Way(seller, buyer, value, rows.height))
    return found


def pair_paper(between: Between, *, on: dt.date, lang: Lang) -> Paper:
    """The paper of two regions by a day.

    Declared and inferred links stand in tables of their own; the weaker basis is in each row. The number depends on
    the facts alone and is the same in both languages.
    """
    counted = between.counted
    scale = money_scale([counted.potential, between.signed.value_th_rub, between.delivered.value_th_rub])
    inferred = [] if between.trade is None else _inferred(between.pair, between.trade, lang)
    blocks: list[Table | Text] = [
        _sums(between, scale, lang),
        _best(counted.best, say("report.links.best", lang, count=min(counted.best.height, BEST)),
              say("web.pair.source", lang), lang),
        _cases(between.cases, lang), *inferred,
        Text(say("paper.pair.signatures", lang),
             [say("paper.pair.signature", lang, region=region_name(region, lang), rule=_RULE)
              for region in between.pair])]
    return Paper(
        _title(between, scale, lang), lang, permanent_number("D", on, _content(between)), blocks,
        lead=_lead(between, scale, lang), as_of=on,
        frame=[(say("paper.pair.annex", lang), say("paper.pair.annex.to", lang))],
        sources=[say("paper.pair.source", lang)])


def _title(between: Between, scale: Scale, lang: Lang) -> str:
    counted, (a, b) = between.counted, (region_name(region, lang) for region in between.pair)
    if counted.potential is not None:
        return say("paper.pair.title", lang, a=a, b=b, count=counted.best.height,
                   potential=scale.full(counted.potential, lang))
    return say("paper.pair.title.count" if counted.best.height else "paper.pair.title.bare", lang, a=a, b=b,
               count=counted.best.height)


def _lead(between: Between, scale: Scale, lang: Lang) -> list[str]:
    """The potential, what is signed, and apart from both what is inferred."""
    counted, signed = between.counted, between.signed
    if counted.potential is not None:
        said = [say("web.pair.lead", lang, potential=scale.full(counted.potential, lang), count=counted.best.height)]
    elif counted.best.height:
        said = [say("paper.pair.lead.count", lang, count=counted.best.height)]
    else:
        said = [say("web.pair.lead.bare", lang)]
    if signed.value_th_rub is not None:
        said.append(say("web.pair.lead.signed", lang, signed=scale.full(signed.value_th_rub, lang)))
    elif not signed.count:
        said.append(say("web.pair.lead.unsigned", lang))
    return [" ".join(said), *([] if between.trade is None else [_expected(between.pair, between.trade, lang)])]


def _expected(pair: tuple[str, str], trade: Expected, lang: Lang) -> str:
    """Both directions of the inferred trade in one sentence."""
    sums = [trade.told["a_to_b_th_rub"], trade.told["b_to_a_th_rub"]]
    scale = money_scale(sums)
    return say("paper.pair.lead.trade", lang, there=_way(*pair, lang), back_way=_way(*pair[::-1], lang),
               forth=scale.full(sums[0], lang), back=scale.full(sums[1], lang), table=trade.told["table"])


def _sums(between: Between, scale: Scale, lang: Lang) -> Table:
    """Sums of different kinds under heads of their own, with no total."""
    def row(what: str, count: int, value: float | None) -> list[Cell]:
        return [Cell(what), Cell(format_number(count, lang)), Cell(scale.text(value, lang))]

    counted = between.counted
    rows = [[Cell(say("web.pair.potential", lang))],
            *(row(_way(way.seller, way.buyer, lang), way.links, way.value_th_rub)
              for way in ways(counted, between.pair)),
            *([row(say("paper.pair.imports", lang), counted.best.filter(pl.col("imported_th_rub") > 0).height,
                   counted.imports)] if counted.imports else []),
            [Cell(say("paper.pair.exists", lang))],
            row(say("web.pair.signed", lang), between.signed.count, between.signed.value_th_rub),
            row(say("web.pair.delivered", lang), between.delivered.count, between.delivered.value_th_rub)]
    return Table(say("paper.pair.sums", lang),
                 [Column(say("paper.pair.what", lang), 4), Column(say("paper.pair.count", lang), 1.4, number=True),
                  Column(say("paper.pair.sum", lang, unit=scale.name(lang)), 1.4, number=True)], rows,
                 note=say("web.pair.sums.source", lang))


def _best(links: pl.DataFrame, title: str, note: str, lang: Lang) -> Table:
    """The best links in their order; columns that no row fills are left out."""
    rows = links.head(BEST).to_dicts()
    scale = money_scale([row["value_th_rub"] for row in rows], fine=True)
    value = say("paper.pair.sum", lang, unit=scale.name(lang))
    shown = [(name, title, share, number) for name, title, share, number in (
        ("number", say("report.links.col.number", lang), 0.45, True),
        ("direction", say("report.links.col.direction", lang), 1.9, False),
        ("seller", say("report.links.col.seller", lang), 2.2, False),
        ("buyer", say("report.links.col.buyer", lang), 2.2, False),
        ("product", say("report.links.col.product", lang), 2.8, False),
        ("grade", say("report.links.col.grade", lang), 1.5, False),
        ("value_th_rub", value, 1.15, True),
        ("imported_th_rub", say("report.links.col.imports", lang), 1.15, True),
        ("distance_km", say("report.links.col.distance", lang), 0.75, True),
        ("basis", say("report.links.col.basis", lang), 1.3, False),
    ) if name not in ("value_th_rub", "imported_th_rub", "distance_km") or any(row[name] for row in rows)]
    cells = [_link(place, row, scale, lang) for place, row in enumerate(rows, start=1)]
    return Table(title, [Column(head, share, number) for _, head, share, number in shown],
                 [[cell[name] for name, *_ in shown] for cell in cells],
                 note=note if rows else "", empty=say("web.pair.lead.bare", lang))


def _link(place: int, row: Mapping[str, Any], scale: Scale, lang: Lang) -> dict[str, Cell]:
    code = say("web.pair.code", lang, okpd2=row["okpd2"]) if row["okpd2"] else ""
    probability = say("paper.pair.probability", lang, share=row["probability"])
    return {
        "number": Cell(str(place)), "direction": Cell(_way(row["seller_region"], row["buyer_region"], lang)),
        **{side: Cell(row[side] or "–", place_name(None, row[f"{side}_latitude"], row[f"{side}_longitude"], lang))
           for side in ("seller", "buyer")},
        "product": Cell(row["offer_text"] or row["need_text"] or "–", code),
        "grade": Cell(f"{row['grade']}: {say('grade.' + row['grade'], lang)}", probability),
        "value_th_rub": Cell(scale.text(row["value_th_rub"], lang)),
        "imported_th_rub": Cell(scale.text(row["imported_th_rub"] or None, lang)),
        "distance_km": Cell("–" if row["distance_km"] is None else format_number(row["distance_km"], lang, 0)),
        "basis": Cell(say(f"basis.{row['basis']}", lang), bold=row["basis"] == "inferred"),
    }


def _cases(cases: Sequence[Mapping[str, Any]], lang: Lang) -> Table:
    heads = (("paper.pair.subject", 3), ("report.links.col.seller", 2.2), ("report.links.col.buyer", 2.2),
             ("web.paper.stage", 1.3), ("web.paper.next", 1))
    return Table(say("web.pair.there", lang), [Column(say(code, lang), share) for code, share in heads],
                 [[Cell(case.get("need_text") or case.get("offer_text") or "–"), Cell(case.get("seller") or "–"),
                   Cell(case.get("buyer") or "–"), Cell(say(f"web.stage.{case['stage']}", lang)),
                   Cell(format_value(case["next_on"], lang))] for case in cases],
                 empty=say("paper.pair.no_cases", lang))


def _inferred(pair: tuple[str, str], trade: Expected, lang: Lang) -> list[Table]:
    """What activities let expect: the largest flows of each direction, and links worth asking about."""
    told = trade.told
    source = say("web.pair.trade.source", lang, moment=trade.made_at, first=told["plants"][pair[0]],
                 second=told["plants"][pair[1]],
                 without=told["without_activity"] + told["without_output"] + told["other_activity"])
    stale = say("paper.pair.stale", lang) if trade.stale else ""
    scale = money_scale([told["a_to_b_th_rub"], told["b_to_a_th_rub"]])
    rows: list[list[Cell]] = []
    for (seller, buyer), whole in zip((pair, pair[::-1]), (told["a_to_b_th_rub"], told["b_to_a_th_rub"]), strict=True):
        rows.append([Cell(say("paper.pair.flow", lang, way=_way(seller, buyer, lang), sum=scale.full(whole, lang)))])
        largest = trade.flows.filter((pl.col("seller_region") == seller) & (pl.col("buyer_region") == buyer)
                                     & (pl.col("value_th_rub") > 0)).sort(
            "value_th_rub", "seller_name", "buyer_name", descending=[True, False, False]).head(FLOWS)
        rows += [[Cell(flow["seller_name"]), Cell(flow["buyer_name"]), Cell(scale.text(flow["value_th_rub"], lang))]
                 for flow in largest.to_dicts()]
    heads = [Column(say("report.links.flows.what", lang), 3), Column(say("report.links.flows.whom", lang), 3),
             Column(say("paper.pair.sum", lang, unit=scale.name(lang)), 1, number=True)]
    flows = Table(say("paper.pair.trade", lang), heads, rows, note=" ".join(filter(None, (source, stale))))
    if trade.links.is_empty():
        return [flows]
    title = say("paper.pair.trade.best", lang, count=min(trade.links.height, BEST))
    return [flows, _best(trade.links, title, say("paper.pair.inferred", lang), lang)]


def _way(seller: str | None, buyer: str | None, lang: Lang) -> str:
    """«Башкортостан → Челябинская обл.»"""
    return " → ".join(short_name(region, lang) if region else "–" for region in (seller, buyer))


def _content(between: Between) -> bytes:
    """The facts that make this paper another one, without words of a language."""
    columns = ("seller_id", "buyer_id", "need_id", "offer_id", "score", "value_th_rub")
    trade = between.trade
    links = [between.counted.best] if trade is None else [between.counted.best, trade.links.head(BEST)]
    sums = [[one.count, one.value_th_rub] for one in (between.signed, between.delivered)]
    expected = [] if trade is None else [trade.told["a_to_b_th_rub"], trade.told["b_to_a_th_rub"]]
    return json.dumps([
        between.pair, [frame.select(columns).rows() for frame in links], sums, expected,
        [[case["stage"], case.get("case_id"), str(case["next_on"])] for case in between.cases]]).encode()
