"""The Sankey and the map of the counted links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from smezhnik.messages import say
from smezhnik.report.amounts import COUNT, Scale, money_scale
from smezhnik.report.links.counted import Counted
from smezhnik.report.map import Arrow, Dot, draw_map
from smezhnik.report.sankey import Flow, draw_sankey
from smezhnik.report.territory import outlines, planar, product_group, region_centre, short_name, town
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
    totals: Mapping[str, float]

    @property
    def money(self) -> bool:
        return self.scale is not COUNT

    def largest_source(self, tone: str) -> str:
        """What the region of that colour gives most."""
        sums: dict[str, float] = defaultdict(float)
        for flow in self.flows:
            if flow.tone == tone:
                sums[flow.source] += flow.value
        return max(sums, key=lambda source: (sums[source], source))


def find_pair(links: pl.DataFrame) -> tuple[str, str] | None:
    """The two regions if every link goes from one of exactly two regions to the other; by id, else None."""
    ends = links.select("seller_region", "buyer_region")
    if not links.height or ends.null_count().sum_horizontal().item() or (
            ends["seller_region"] == ends["buyer_region"]).any():
        return None
    found = sorted(set(ends["seller_region"]) | set(ends["buyer_region"]))
    return (found[0], found[1]) if len(found) == 2 else None


def tones_of(counted: Counted, pair: tuple[str, str] | None) -> dict[str, str]:
    """Region → colour: the two of a pair, else the two that give most are ``a`` and ``b``, the others ``o``."""
    regions = _regions(counted.best)
    if pair is not None:
        return {region: {pair[0]: "a", pair[1]: "b"}.get(region, "o") for region in dict.fromkeys([*pair, *regions])}
    givers = (counted.best.filter(pl.col("seller_region").is_not_null()).group_by("seller_region")
              .agg(pl.col("value_th_rub").sum().alias("value"), pl.len().alias("links"))
              .sort("value", "links", "seller_region", descending=[True, True, False]))["seller_region"].to_list()
    return {region: dict(zip(givers, "ab", strict=False)).get(region, "o")
            for region in dict.fromkeys([*givers, *regions])}


def _regions(best: pl.DataFrame) -> list[str]:
    return sorted({*best["seller_region"].drop_nulls(), *best["buyer_region"].drop_nulls()})


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
        heads, halves_wanted = ("report.links.flows.from", "report.links.flows.to"), False
    else:
        sources = _products([row["okpd2"] for row in rows], lang)
        targets = [_buyer_group(row["buyer"], industries.get(row["buyer_id"] or ""), lang) for row in rows]
        heads, halves_wanted = ("report.links.flows.what", "report.links.flows.whom"), len(crossing) == 2
    colour = [tones.get(row["seller_region"] or "", "o") for row in rows]
    arrival = [tones.get(row["buyer_region"] or "", "o") for row in rows]
    # Regions of the third colour stay blocks of their own: tone keeps halves apart, not regions.
    keep = [tone if halves_wanted else "" for tone in colour]
    sources, targets = _fewer(sources, values, keep, lang), _fewer(targets, values, keep, lang)
    sums: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for source, target, tone, end, value in zip(sources, targets, colour, arrival, values, strict=True):
        if value > 0:
            sums[source, target, tone, end] += value
    if not sums:
        return None
    totals: dict[str, float] = defaultdict(float)
    for tone, value in zip(colour, values, strict=True):
        totals[tone] += value
    scale = money_scale(sums.values()) if priced else COUNT
    halves = {}
    if halves_wanted:
        for region, tone in tones.items():
            if totals.get(tone):
                whole = money_scale(totals.values()) if priced else scale
                halves[tone] = say("report.links.flows.half", lang, region=short_name(region, lang),
                                   value=whole.text(totals[tone], lang))
    flows = [Flow(source, target, value, tone, end) for (source, target, tone, end), value in sums.items()]
    flows.sort(key=lambda flow: (flow.tone, -flow.value, flow.source, flow.target))
    return Flows(flows, scale, (say(heads[0], lang), say(heads[1], lang)), halves, totals)


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


def _fewer(labels: Sequence[str], values: Sequence[float], tones: Sequence[str], lang: Lang) -> list[str]:
    """The labels with the smallest of each tone summed up, so that every block has room for its name."""
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
    return [label if (tone, label) in kept else rest[tone] for label, tone in zip(labels, tones, strict=True)]


def both_widths(draw: Callable[[int, int, str], Markup], wide: tuple[int, int], narrow: tuple[int, int]) -> Markup:
    """The drawing twice, for a desk and for a phone: letters keep their size, the layout changes."""
    return draw(*wide, "wide") + draw(*narrow, "narrow")


def draw_flows(flows: Flows, title: str, lang: Lang) -> Markup:
    """The Sankey for both widths."""
    def draw(width: int, margin: int, class_: str) -> Markup:
        return draw_sankey(flows.flows, title=title, heads=flows.heads, halves=flows.halves if class_ == "wide" else {},
                           scale=flows.scale, lang=lang, width=width, margin=margin, class_=class_)
    return both_widths(draw, (676, 196), (290, 94))


def draw_links_map(best: pl.DataFrame, tones: Mapping[str, str], title: str,
                   lang: Lang) -> tuple[Markup, list[str], bool]:
    """The map of these links: drawing (empty if no outline), regions without outline, whether centres stand in."""
    shapes = outlines()
    dots: dict[str, Dot] = {}
    plants: dict[str, set[str]] = defaultdict(set)
    sums: dict[tuple[str, str], float] = defaultdict(float)
    inferred: dict[tuple[str, str], bool] = {}
    centres = False
    priced = best["value_th_rub"].null_count() < best.height
    for row in best.iter_rows(named=True):
        ends = []
        for side in ("seller", "buyer"):
            dot, exact = _dot(row, side, tones)
            if dot is not None:
                dots.setdefault(dot.key, dot)
                plants[dot.key].add(row[f"{side}_id"] or row[side] or row["need_id"])
                centres |= not exact
            ends.append(dot)
        if ends[0] is not None and ends[1] is not None:
            key = ends[0].key, ends[1].key
            sums[key] += (row["value_th_rub"] or 0.0) if priced else 1.0
            inferred[key] = inferred.get(key, True) and row["basis"] == "inferred"
    beside = [short_name(region, lang) for region in tones if region not in shapes and region in _regions(best)]
    here = {region: tone for region, tone in tones.items() if region in shapes and region in _regions(best)}
    if not here:
        return Markup(""), beside, centres
    placed = [Dot(dot.key, dot.x, dot.y, dot.label, dot.tone, len(plants[dot.key])) for dot in dots.values()]
    arrows = [Arrow(start, end, value, dots[start].tone, inferred[start, end])
              for (start, end), value in sums.items() if start != end]
    names = {region: short_name(region, lang).replace("обл.", "область") for region in here}

    def draw(width: int, _: int, class_: str) -> Markup:
        return draw_map(shapes, here, names, placed, arrows, title=title, width=width, class_=class_)

    return both_widths(draw, (448, 0), (310, 0)), beside, centres


def _dot(row: Mapping[str, object], side: str, tones: Mapping[str, str]) -> tuple[Dot | None, bool]:
    """Where a side of a link is: its town by coordinates, else the centre of its region; and whether that is exact."""
    region = row[f"{side}_region"]
    latitude, longitude = row[f"{side}_latitude"], row[f"{side}_longitude"]
    tone = tones.get(str(region), "o")
    if isinstance(latitude, float) and isinstance(longitude, float):
        name = town(latitude, longitude) or ""
        x, y = planar(latitude, longitude)
        return Dot(name or f"{latitude:.2f} {longitude:.2f}", x, y, name, tone), True
    centre = region_centre(str(region)) if region else None
    if centre is None:
        return None, False
    x, y = planar(*centre)
    return Dot(f"region {region}", x, y, "", tone), False
