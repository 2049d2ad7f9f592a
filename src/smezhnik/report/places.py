"""Where something is on a map: its town where coordinates tell it, else the centre of its region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from smezhnik.report.map import Arrow, Dot, draw_map
from smezhnik.report.territory import outlines, planar, region_centre, region_title, short_name, town
from smezhnik.types import Lang

#: Regions of a map that bear their names in capitals; of more the names stand beside the dots.
_NAMED_REGIONS = 4
#: Key of a dot that stands for a region as a whole.
_CENTRE = "region "


def place_dot(region: str | None, latitude: float | None, longitude: float | None, tones: Mapping[str, str],
              lang: Lang) -> tuple[Dot | None, bool]:
    """The dot of a place, None where nothing tells it; and whether it is exact, not the centre of its region."""
    tone = tones.get(str(region), "o")
    if latitude is not None and longitude is not None:
        name = town(latitude, longitude, lang) or ""
        x, y = planar(latitude, longitude)
        return Dot(name or f"{latitude:.2f} {longitude:.2f}", x, y, name, tone), True
    centre = region_centre(region) if region else None
    if centre is None:
        return None, False
    x, y = planar(*centre)
    return Dot(f"{_CENTRE}{region}", x, y, "", tone), False


def draw_places(tones: Mapping[str, str], dots: Iterable[Dot], arrows: Sequence[Arrow], title: str, lang: Lang
                ) -> Markup:
    """The map for a desk and the one for a phone; empty where no region of ``tones`` has an outline."""
    shapes = outlines()
    here = {region: tone for region, tone in tones.items() if region in shapes}
    if not here:
        return Markup("")
    placed, names = list(dots), {region: region_title(region, lang) for region in here}
    if len(here) > _NAMED_REGIONS:
        names = {}
        placed = [replace(dot, label=dot.label or short_name(dot.key.removeprefix(_CENTRE), lang)) for dot in placed]

    def draw(width: int, class_: str) -> Markup:
        return draw_map(shapes, here, names, placed, arrows, title=title, width=width, class_=class_)

    return draw(448, "wide") + draw(310, "narrow")
