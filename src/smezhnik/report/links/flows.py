"""Who gives what to whom: the ribbons of the counted links or of a calculated trade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.report.amounts import COUNT, Scale, money_scale
from smezhnik.report.links.counted import Counted
from smezhnik.report.sankey import Flow, draw_sankey
from smezhnik.report.territory import product_group, short_name
from smezhnik.types import Lang

#: Blocks of one colour on one side; what is smaller is summed up as «прочее».
_MOST_BLOCKS = 7


@dataclass(frozen=True, slots=True)
class Flows:
    """Ribbons with their scale: money where at least one link has a price, else the number of links."""

    flows: Sequence[Flow]
    scale: Scale
    heads: tuple[str, str]
    halves: Mapping[str, str]
    rest: frozenset[str]
    regions: bool = False

    @property
    def money(self) -> bool:
        return self.scale is not COUNT

    def largest_source(self, tone: str) -> str:
        """What the region of that colour gives most."""
        sums: dict[str, float] = defaultdict(float)
        for flow in self.flows:
            if flow.tone == tone and flow.source not in self.rest:
                sums[flow.source] += flow.value
        return max(sums, key=lambda source: (sums[source], source))


def find_flows(counted: Counted, tones: Mapping[str, str], *, lang: Lang,
               industries: Mapping[str, str]) -> Flows | None:
    """Ribbons of the counted links: between regions, or between products and buyers where at most two regions deal.

    ``industries`` : buyer's organisation id → activity code; buyers without one stand by their names.
    """
    best = counted.best
    if not best.height:
        return None
    rows = best.select("seller_region", "buyer_region", "okpd2", "buyer", "buyer_id", "value_th_rub").to_dicts()
    priced = counted.potential is not None
    values = [row["value_th_rub"] or 0.0 if priced else 1.0 for row in rows]
    crossing = {(row["seller_region"], row["buyer_region"]) for row in rows}
    no_region = say("report.links.flows.no_region", lang)
    if len(crossing) > 2 or (len(crossing) == 2 and any(a == b for a, b in crossing)):
        sources = [short_name(row["seller_region"], lang) if row["seller_region"] else no_region for row in rows]
        targets = [short_name(row["buyer_region"], lang) if row["buyer_region"] else no_region for row in rows]
        heads, halves_wanted = ("from", "to"), False
    else:
        sources = _products([row["okpd2"] for row in rows], lang)
        targets = [_buyer_group(row["buyer"], industries.get(row["buyer_id"] or ""), lang) for row in rows]
        heads, halves_wanted = ("what", "whom"), len(crossing) == 2
    colour = [tones.get(row["seller_region"] or "", "o") for row in rows]
    arrival = [tones.get(row["buyer_region"] or "", "o") for row in rows]
    # Regions of the third colour stay blocks of their own: tone keeps halves apart, not regions.
    keep = [tone if halves_wanted else "" for tone in colour]
    (sources, rest), (targets, more) = _fewer(sources, values, keep, lang), _fewer(targets, values, keep, lang)
    return _summed(sources, targets, colour, arrival, values, heads=heads, tones=tones, halves=halves_wanted,
                   priced=priced, rest=rest | more, lang=lang)


def given_flows(flows: pl.DataFrame, tones: Mapping[str, str], lang: Lang) -> Flows | None:
    """Ribbons of a calculated trade: columns seller_region, seller_name, buyer_region, buyer_name, value_th_rub."""
    rows = flows.filter((pl.col("value_th_rub") > 0) & (pl.col("seller_region") != pl.col("buyer_region"))).to_dicts()
    if not rows:
        return None
    values = [row["value_th_rub"] for row in rows]
    colour = [tones.get(row["seller_region"], "o") for row in rows]
    arrival = [tones.get(row["buyer_region"], "o") for row in rows]
    sources, rest = _fewer([row["seller_name"] for row in rows], values, colour, lang)
    targets, more = _fewer([row["buyer_name"] for row in rows], values, colour, lang)
    return _summed(sources, targets, colour, arrival, values, heads=("what", "whom"), tones=tones, halves=True,
                   priced=True, rest=rest | more, lang=lang)


def _summed(sources: Sequence[str], targets: Sequence[str], colour: Sequence[str], arrival: Sequence[str],
            values: Sequence[float], *, heads: tuple[str, str], tones: Mapping[str, str], halves: bool, priced: bool,
            rest: frozenset[str], lang: Lang) -> Flows | None:
    """One ribbon for each pair of blocks, with the scale of all and what is written along the halves."""
    sums: dict[tuple[str, str, str, str], float] = defaultdict(float)
    totals: dict[str, float] = defaultdict(float)
    for source, target, tone, end, value in zip(sources, targets, colour, arrival, values, strict=True):
        totals[tone] += value
        if value > 0:
            sums[source, target, tone, end] += value
    if not sums:
        return None
    scale = _scale(sums.values(), totals.values()) if priced else COUNT
    said = {tone: say("report.links.flows.half", lang, region=short_name(region, lang),
                      value=scale.text(totals[tone], lang))
            for region, tone in tones.items() if halves and totals.get(tone)}
    ribbons = [Flow(source, target, value, tone, end, tone if halves else "")
               for (source, target, tone, end), value in sums.items()]
    ribbons.sort(key=lambda flow: (flow.tone, -flow.value, flow.source, flow.target))
    return Flows(ribbons, scale, (say(f"report.links.flows.{heads[0]}", lang),
                                  say(f"report.links.flows.{heads[1]}", lang)), said, rest, heads[0] == "from")


def _scale(ribbons: Collection[float], totals: Collection[float]) -> Scale:
    """The unit of the totals for all numbers of the chart, unless some ribbon would then be written as zero."""
    whole = money_scale(totals)
    smallest = min(ribbons) / whole.divisor
    return whole if round(smallest, whole.decimals) else money_scale(ribbons)


def _products(codes: Sequence[str | None], lang: Lang) -> list[str]:
    """Names of product groups at the deepest level that has not too many of them."""
    for digits in (4, 3, 2):
        names = [product_group(code, digits, lang) if code else None for code in codes]
        if len(set(names)) <= 2 * _MOST_BLOCKS:
            break
    return [name or say("report.links.flows.no_code", lang) for name in names]


def _buyer_group(buyer: str | None, activity: str | None, lang: Lang) -> str:
    if activity:
        return product_group(activity, 2, lang, system="okved2")
    return buyer or say("report.links.flows.no_name", lang)


def _fewer(labels: Sequence[str], values: Sequence[float], tones: Sequence[str],
           lang: Lang) -> tuple[list[str], frozenset[str]]:
    """The labels with the smallest of each tone summed up, so that every name has room; and labels of these sums."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for label, value, tone in zip(labels, values, tones, strict=True):
        sums[tone, label] += value
    kept: set[tuple[str, str]] = set()
    rest: dict[str, str] = {}
    for tone in set(tones):
        ordered = sorted((key for key in sums if key[0] == tone), key=lambda key: (-sums[key], key[1]))
        room = _MOST_BLOCKS if any(tones) else 2 * _MOST_BLOCKS
        kept.update(ordered if len(ordered) <= room else ordered[: room - 1])
        rest[tone] = say("report.links.flows.rest", lang, count=len(ordered) - room + 1)
    fewer = [label if (tone, label) in kept else rest[tone] for label, tone in zip(labels, tones, strict=True)]
    return fewer, frozenset(rest.values())


def draw_flows(flows: Flows, title: str, lang: Lang) -> Markup:
    """The Sankey for both widths."""
    def draw(width: int, margin: int, class_: str) -> Markup:
        return draw_sankey(flows.flows, title=title, heads=flows.heads, halves=flows.halves if class_ == "wide" else {},
                           scale=flows.scale, lang=lang, width=width, margin=margin, class_=class_,
                           rest=flows.rest)
    # Twice, for a desk and for a phone: letters keep their size, the layout changes.
    return draw(676, 196, "wide") + draw(290, 94, "narrow")
