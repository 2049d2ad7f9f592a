"""Where the members are: towns or centres of regions, each with the number of members."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from markupsafe import Markup

from smezhnik.report.clusters.members import Shown
from smezhnik.report.map import Dot
from smezhnik.report.places import draw_places, place_dot
from smezhnik.report.territory import outlines, short_name
from smezhnik.types import Lang


def draw_members_map(shown: Shown, title: str, lang: Lang) -> tuple[Markup, list[str], bool]:
    """The map of the members: drawing (empty if nothing fits), regions without outline, whether centres stand in."""
    found = [place_dot(member.region, member.latitude, member.longitude, shown.tones, lang) for member in shown.own]
    dots: dict[str, Dot] = {dot.key: dot for dot, _ in found if dot is not None}
    counts = Counter(dot.key for dot, _ in found if dot is not None)
    centres = any(dot is not None and not exact for dot, exact in found)
    beside = [f"{short_name(region, lang)} {count}" for region, count in shown.regions.items()
              if region not in outlines()]
    placed = [replace(dot, count=counts[key]) for key, dot in dots.items()]
    return draw_places(shown.tones, placed, [], title, lang), beside, centres
