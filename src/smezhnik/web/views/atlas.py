"""The map: what each region has, what goes between regions, which plants are near a place; its table beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from markupsafe import Markup

from smezhnik.classifiers.regions import EARTH_KM
from smezhnik.errors import InputError, InputFaults, SmezhnikError
from smezhnik.messages import format_number, say
from smezhnik.records.access import Viewer
from smezhnik.report.amounts import Scale, money_scale
from smezhnik.report.map import COUNT, Arrow, Dot, Ring, draw_map
from smezhnik.report.territory import outlines, planar, region_centre, region_name, short_name, town
from smezhnik.tables import table
from smezhnik.types import Lang
from smezhnik.web.forms import read_value
from smezhnik.web.limits import spend
from smezhnik.web.values import settle
from smezhnik.web.views.errors import forbidden
from smezhnik.workflows.atlas import (
    FLOWS,
    MOST_NEAR,
    SHADES,
    Asked,
    Flow,
    Near,
    Point,
    count_by_region,
    flows_between,
    places_of_plants,
    plants_near,
)
from smezhnik.workflows.places import Spot, find_spot

#: Steps of density; kinds of flows a role knows of; names of regions that a map has room for.
STEPS, NAMED = 4, 14
#: Key of the circle of a search among the outlines.
_CIRCLE = "circle"


@dataclass(frozen=True)
class Circle:
    """A place, how far around it, and why it cannot be taken."""

    text: str
    km: str
    spot: Spot | None = None
    within: float | None = None
    error: SmezhnikError | None = None


def atlas(request: Any) -> HttpResponse:
    """The map with its filters, the plants of a circle, and the same as tables."""
    viewer, lang, given = request.user.viewer, request.lang, request.GET
    if viewer.role == "security":
        return forbidden(request)
    asked, wrong = _asked(given, viewer)
    circle = _circle(given)
    counts, flows = count_by_region(viewer, asked), flows_between(viewer, asked)
    near: list[Near] = []
    near_count = 0
    if circle.spot is not None and circle.within is not None:
        spend(viewer.login, "search")
        near, near_count = plants_near(viewer, circle.spot.latitude, circle.spot.longitude, circle.within)
    shapes = outlines()
    concerned = sorted({*counts, *(side for flow in flows for side in (flow.seller, flow.buyer))})
    scale = money_scale([flow.value_th_rub for flow in flows])
    drawing = _draw(viewer, asked, counts, flows, circle, scale, lang)
    return render(request, "map.html", {
        "chosen": asked, "wrong": wrong, "circle": circle, "near": near, "near_count": near_count, "most": MOST_NEAR,
        "counts": counts, "flows": flows, "scale": scale, "drawing": drawing, "shades": SHADES,
        "flow_kinds": _flow_kinds(viewer), "names": {region: region_name(region, lang) for region in concerned},
        "beside": [region for region in concerned if region not in shapes], "many": f'class="{COUNT}"' in drawing,
        "priced": any(flow.value_th_rub is not None for flow in flows),
        "crossing": [flow for flow in flows if flow.seller != flow.buyer]})


def draw_region(viewer: Viewer, code: str, lang: Lang) -> dict[str, Any]:
    """One region with the places of its plants, and the regions that it has links, cases or contracts with."""
    kinds = _flow_kinds(viewer)
    partners: dict[str, dict[str, tuple[int, int]]] = {}
    drawn: list[Flow] = []
    for kind in kinds:
        flows = [flow for flow in flows_between(viewer, Asked(flow=kind)) if code in (flow.seller, flow.buyer)
                 and flow.seller != flow.buyer]
        drawn = drawn or flows
        for flow in flows:
            out = flow.seller == code
            of_kind = partners.setdefault(flow.buyer if out else flow.seller, {})
            there, back = of_kind.get(kind, (0, 0))
            of_kind[kind] = (there + flow.count, back) if out else (there, back + flow.count)
    shapes = outlines()
    tones = {code: "a", **dict.fromkeys(sorted(partners), "o")}
    points = [point for point in places_of_plants(viewer) if point.region == code]
    dots = [*_centres({region: tones[region] for region in tones if region in shapes}, {}, True, lang),
            *_dots(points, lang)]
    placed = {dot.key for dot in dots}
    scale = money_scale([flow.value_th_rub for flow in drawn])
    money = any(flow.value_th_rub for flow in drawn)
    arrows = [Arrow(flow.seller, flow.buyer, (flow.value_th_rub or 0.0) if money else flow.count,
                    "a" if flow.seller == code else "o", False, _told(flow, scale, lang))
              for flow in drawn if {flow.seller, flow.buyer} <= placed]
    title = say("web.region.map", lang, region=region_name(code, lang))
    drawing = Markup("") if code not in shapes else Markup("").join(
        draw_map(shapes, tones, {}, dots, arrows, title=title, width=width, class_=f"{class_} atlas")
        for width, class_ in ((460, "wide"), (330, "narrow")))
    order = sorted(partners, key=lambda region: (-sum(sum(both) for both in partners[region].values()), region))
    return {"map": drawing, "map_title": title, "flow_kinds": kinds, "partners": [
        (region, region_name(region, lang), partners[region]) for region in order[:NAMED]]}


def _flow_kinds(viewer: Viewer) -> tuple[str, ...]:
    """Kinds of flows that a role may know of."""
    return {"ministry": FLOWS, "cluster": FLOWS, "fund": FLOWS[1:], "plant": FLOWS[1:]}.get(viewer.role, ())


def _asked(given: Mapping[str, str], viewer: Viewer) -> tuple[Asked, SmezhnikError | None]:
    """What the address asks for, as far as the viewer may know of it; and what of it cannot be taken."""
    kinds = _flow_kinds(viewer)
    shade = given.get("shade", "organisation")
    flow = given.get("flow", kinds[0] if kinds else "")
    okpd2, wrong = given.get("okpd2", "").strip(), None
    if okpd2:
        try:
            okpd2 = settle("okpd2", table("offers").columns["okpd2"], okpd2) or ""
        except (InputError, InputFaults) as error:
            okpd2, wrong = "", error
    return Asked(shade if shade in SHADES else "organisation", flow if flow in kinds else "",
                 given.get("points") == "1", okpd2), wrong


def _circle(given: Mapping[str, str]) -> Circle:
    text, km = given.get("place", "").strip()[:200], given.get("within_km", "").strip()[:20]
    if not text and not km:
        return Circle(text, km)
    try:
        within = read_value(table("links").columns["distance_km"], km)
        if within is None or not text:
            raise InputError("map_circle")
        return Circle(text, km, find_spot(text), min(float(within), math.pi * EARTH_KM / 2))
    except (InputError, InputFaults) as error:
        return Circle(text, km, error=error)


def _draw(viewer: Viewer, asked: Asked, counts: Mapping[str, int], flows: Sequence[Flow], circle: Circle,
          scale: Scale, lang: Lang) -> Markup:
    """The map for a desk and the one for a phone."""
    points = places_of_plants(viewer) if asked.points else []
    return _drawn(asked, tuple(counts.items()), tuple(flows), tuple(points),
                  None if circle.spot is None or circle.within is None else (circle.spot, circle.within), scale, lang)


@lru_cache(maxsize=16)
def _drawn(asked: Asked, counted: tuple[tuple[str, int], ...], flows: tuple[Flow, ...], points: tuple[Point, ...],
           around: tuple[Spot, float] | None, scale: Scale, lang: Lang) -> Markup:
    """The same map is drawn once: it depends on what it shows, not on who looks."""
    counts = dict(counted)
    shapes: dict[str, Sequence[Ring]] = dict(outlines())
    most = max(counts.values(), default=0)
    # the root lets a region with a hundredth of the plants of the largest one be seen too
    tones = {region: f"s{min(STEPS, 1 + int(STEPS * math.sqrt(count / most) * 0.999))}"
             for region, count in counts.items() if region in shapes}
    crossing = [flow for flow in flows if flow.seller != flow.buyer]
    tones |= {region: "s0" for flow in crossing for region in (flow.seller, flow.buyer)
              if region in shapes and region not in tones}
    about = {region: (reverse("region", args=[region]),
                      say("web.map.region", lang, region=region_name(region, lang), count=counts[region],
                          what=say(f"web.{asked.shade}s", lang))) for region in tones if region in counts}
    dots = [*_centres(tones, counts, asked.points, lang), *_dots(points, lang)]
    placed = {dot.key for dot in dots}
    money = any(flow.value_th_rub for flow in crossing)
    arrows = [Arrow(flow.seller, flow.buyer, (flow.value_th_rub or 0.0) if money else flow.count, "o",
                    asked.flow == "link", _told(flow, scale, lang))
              for flow in crossing if {flow.seller, flow.buyer} <= placed]
    if around is not None:
        shapes[_CIRCLE] = [_ring(*around)]
        tones = {**tones, _CIRCLE: "circle"}
    if not tones:
        return Markup("")
    title = say("web.map.title", lang, what=say(f"web.{asked.shade}s", lang))
    return draw_map(shapes, tones, {}, dots, arrows, title=title, width=900, class_="wide atlas", about=about) + \
        draw_map(shapes, tones, {}, dots, arrows, title=title, width=350, class_="narrow atlas", about=about)


def _centres(tones: Mapping[str, str], counts: Mapping[str, int], bare: bool, lang: Lang) -> list[Dot]:
    """A dot for every region, with its number where places are not shown; its name where there is room for names."""
    named = {*sorted(tones, key=lambda region: (-counts.get(region, 0), region))[:NAMED]}
    found = []
    for region in tones:
        centre = region_centre(region)
        if centre is not None:
            x, y = planar(*centre)
            found.append(Dot(region, x, y, short_name(region, lang) if region in named else "", "o",
                             1 if bare else max(counts.get(region, 1), 1)))
    return found


def _dots(points: Sequence[Point], lang: Lang) -> list[Dot]:
    found = []
    for point in points:
        x, y = planar(point.latitude, point.longitude)
        found.append(Dot(f"{point.latitude} {point.longitude}", x, y, town(point.latitude, point.longitude, lang) or "",
                         "o", point.count))
    return found


def _told(flow: Flow, scale: Scale, lang: Lang) -> str:
    value = "" if flow.value_th_rub is None else f", {scale.full(flow.value_th_rub, lang)}"
    return f"{short_name(flow.seller, lang)} – {short_name(flow.buyer, lang)}: {format_number(flow.count, lang)}{value}"


def _ring(spot: Spot, km: float) -> Ring:
    """The circle around a place on the sphere, as a closed line of the plane.

    A point at distance d and bearing t: sin φ = sin φ₀ cos d + cos φ₀ sin d cos t,
    λ = λ₀ + atan2(sin t sin d cos φ₀, cos d − sin φ₀ sin φ).
    """
    phi, far = math.radians(spot.latitude), km / EARTH_KM
    ring = []
    for step in range(72):
        turn = 2 * math.pi * step / 72
        sine = math.sin(phi) * math.cos(far) + math.cos(phi) * math.sin(far) * math.cos(turn)
        latitude = math.asin(max(-1.0, min(1.0, sine)))
        shift = math.atan2(math.sin(turn) * math.sin(far) * math.cos(phi), math.cos(far) - math.sin(phi) * sine)
        ring.append(planar(math.degrees(latitude), spot.longitude + math.degrees(shift)))
    return ring
