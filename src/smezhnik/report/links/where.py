"""Where the best links run: towns or centres of regions, and arrows between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import polars as pl
from markupsafe import Markup

from smezhnik.report.links.tones import regions_of
from smezhnik.report.map import Arrow, Dot, draw_map
from smezhnik.report.territory import outlines, planar, region_centre, region_title, short_name, town
from smezhnik.types import Lang

#: Regions of a map that bear their names in capitals.
_NAMED_REGIONS = 4
#: Key of a dot that stands for a region as a whole.
_CENTRE = "region "


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
    if not here:
        return Markup(""), beside, centres
    placed = [Dot(dot.key, dot.x, dot.y, dot.label, dot.tone, len(plants[dot.key])) for dot in dots.values()]
    arrows = [Arrow(start, end, value, dots[start].tone, inferred[start, end])
              for (start, end), value in sums.items() if start != end]
    # With many regions their names stand beside the dots, where room can be found.
    few = len(here) <= _NAMED_REGIONS
    names = {region: region_title(region, lang) for region in here} if few else {}
    if not few:
        placed = [replace(dot, label=dot.label or short_name(dot.key.removeprefix(_CENTRE), lang)) for dot in placed]

    def draw(width: int, class_: str) -> Markup:
        return draw_map(shapes, here, names, placed, arrows, title=title, width=width, class_=class_)

    return draw(448, "wide") + draw(310, "narrow"), beside, centres


def _dot(row: Mapping[str, object], side: str, tones: Mapping[str, str], lang: Lang) -> tuple[Dot | None, bool]:
    """Where a side of a link is: its town by coordinates, else the centre of its region; and whether that is exact."""
    region = row[f"{side}_region"]
    latitude, longitude = row[f"{side}_latitude"], row[f"{side}_longitude"]
    tone = tones.get(str(region), "o")
    if isinstance(latitude, float) and isinstance(longitude, float):
        name = town(latitude, longitude, lang) or ""
        x, y = planar(latitude, longitude)
        return Dot(name or f"{latitude:.2f} {longitude:.2f}", x, y, name, tone), True
    centre = region_centre(str(region)) if region else None
    if centre is None:
        return None, False
    x, y = planar(*centre)
    return Dot(f"{_CENTRE}{region}", x, y, "", tone), False
