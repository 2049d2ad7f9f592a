"""Where the members are: towns or centres of regions, each with the number of members."""

from __future__ import annotations

from collections import defaultdict

from markupsafe import Markup

from smezhnik.report.clusters.members import Member, Shown
from smezhnik.report.map import Dot, draw_map
from smezhnik.report.territory import outlines, planar, region_centre, region_title, short_name, town
from smezhnik.types import Lang

#: Regions of a map that bear their names in capitals.
_NAMED_REGIONS = 4


def draw_members_map(shown: Shown, title: str, lang: Lang) -> tuple[Markup, list[str], bool]:
    """The map of the members: drawing (empty if nothing fits), regions without outline, whether centres stand in."""
    shapes = outlines()
    dots: dict[str, Dot] = {}
    counts: dict[str, int] = defaultdict(int)
    centres = False
    for member in shown.own:
        dot, exact = _dot(member, shown, lang)
        if dot is not None:
            dots.setdefault(dot.key, dot)
            counts[dot.key] += 1
            centres |= not exact
    here = {region: tone for region, tone in shown.tones.items() if region in shapes}
    beside = [f"{short_name(region, lang)} {count}" for region, count in shown.regions.items()
              if region not in shapes]
    if not here:
        return Markup(""), beside, centres
    names = {region: region_title(region, lang) for region in here} if len(here) <= _NAMED_REGIONS else {}
    placed = [Dot(dot.key, dot.x, dot.y, dot.label, dot.tone, counts[key]) for key, dot in dots.items()]

    def draw(width: int, class_: str) -> Markup:
        return draw_map(shapes, here, names, placed, [], title=title, width=width, class_=class_)

    return draw(448, "wide") + draw(310, "narrow"), beside, centres


def _dot(member: Member, shown: Shown, lang: Lang) -> tuple[Dot | None, bool]:
    """Its town by coordinates, else the centre of its region; and whether that is exact."""
    tone = shown.tone(member)
    if member.latitude is not None and member.longitude is not None:
        name = town(member.latitude, member.longitude, lang) or ""
        x, y = planar(member.latitude, member.longitude)
        return Dot(name or f"{member.latitude:.2f} {member.longitude:.2f}", x, y, name, tone), True
    centre = region_centre(member.region) if member.region else None
    if centre is None:
        return None, False
    x, y = planar(*centre)
    return Dot(f"region {member.region}", x, y, "", tone), False
