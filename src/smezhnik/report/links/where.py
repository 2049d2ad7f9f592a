"""Where the best links run: towns or centres of regions, and arrows between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from smezhnik.report.links.tones import regions_of
from smezhnik.report.map import Arrow, Dot
from smezhnik.report.places import draw_places, place_dot
from smezhnik.report.territory import outlines, short_name
from smezhnik.types import Lang


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
            dot, exact = _dot(row, side, tones, lang)
            if dot is not None:
                dots.setdefault(dot.key, dot)
                plants[dot.key].add(row[f"{side}_id"] or row[side] or row["need_id"])
                centres |= not exact
            ends.append(dot)
        if ends[0] is not None and ends[1] is not None:
            key = ends[0].key, ends[1].key
            sums[key] += (row["value_th_rub"] or 0.0) if priced else 1.0
            inferred[key] = inferred.get(key, True) and row["basis"] == "inferred"
    beside = [short_name(region, lang) for region in tones if region not in shapes and region in regions_of(best)]
    here = {region: tone for region, tone in tones.items() if region in shapes and region in regions_of(best)}
    placed = [Dot(dot.key, dot.x, dot.y, dot.label, dot.tone, len(plants[dot.key])) for dot in dots.values()]
    arrows = [Arrow(start, end, value, dots[start].tone, inferred[start, end])
              for (start, end), value in sums.items() if start != end]
    return draw_places(here, placed, arrows, title, lang), beside, centres


def _dot(row: Mapping[str, Any], side: str, tones: Mapping[str, str], lang: Lang) -> tuple[Dot | None, bool]:
    """Where a side of a link is."""
    return place_dot(row[f"{side}_region"], row[f"{side}_latitude"], row[f"{side}_longitude"], tones, lang)
