"""The map of the workplace: what each region has, what goes between regions, and which plants are near a place."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Round

from smezhnik.classifiers.regions import distance_km
from smezhnik.cooperation.access import visible_cases, visible_contracts, visible_links
from smezhnik.records.access import KINDS, Viewer
from smezhnik.records.journal import anchor
from smezhnik.registry.models import Organisation
from smezhnik.tables.column import LEAST_FIRMS

#: What a region is shaded by, and what may flow; flows on a map at most; plants of a circle that are listed.
SHADES, FLOWS = ("organisation", "offer", "need", "cluster"), ("link", "case", "contract")
MOST_FLOWS, MOST_NEAR = 500, 200
#: Counts that a process keeps.
MOST_KEPT = 128
#: Cells of a grid of so many digits of a degree, about 11 km, share one point.
GRID = 1

T = TypeVar("T")
_counted: OrderedDict[tuple[Hashable, ...], tuple[Hashable, object]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Asked:
    """What the map shows.

    Attributes
    ----------
    shade : kind whose rows are counted by region; flow : kind that flows between regions, empty for none
    points : places of plants, too
    okpd2 : only offers, needs, links and contracts of that class; empty for all
    """

    shade: str = "organisation"
    flow: str = "link"
    points: bool = False
    okpd2: str = ""


@dataclass(frozen=True)
class Flow:
    """What goes from the plants of one region to those of another: rows, and their sum where it may be told."""

    seller: str
    buyer: str
    count: int
    value_th_rub: float | None


@dataclass(frozen=True)
class Point:
    """A place with plants: degrees, and how many are known to be there at least."""

    latitude: float
    longitude: float
    region: str | None
    count: int


@dataclass(frozen=True)
class Near:
    """A plant, as the viewer reads it, and how far it is in km."""

    plant: Organisation
    seen: dict[str, Any]
    km: float


def kept(count: Callable[..., T]) -> Callable[..., T]:
    """Counted once for all who see the same, until the journal goes on: a count over all rows takes its time."""
    def counted(viewer: Viewer, *args: Hashable) -> T:
        key = (count.__name__, viewer.region, viewer.role, viewer.organisation, viewer.archived, *args)
        now = anchor()  # before the rows: what is written meanwhile is met by the next who asks
        with _lock:
            there = _counted.get(key)
            if there is not None and there[0] == now:
                _counted.move_to_end(key)
                return cast("T", there[1])
        found = count(viewer, *args)
        with _lock:
            _counted[key] = (now, found)
            while len(_counted) > MOST_KEPT:
                _counted.popitem(last=False)
        return found

    return counted


@kept
def count_by_region(viewer: Viewer, asked: Asked) -> dict[str, int]:
    """Region → rows of the kind that the viewer sees there."""
    rows = _of_class(KINDS[asked.shade].visible_to(viewer), asked, "okpd2" if asked.shade in ("offer", "need") else "")
    found = rows.exclude(region=None).order_by().values_list("region").annotate(Count("pk"))
    return dict(sorted(found))


@kept
def flows_between(viewer: Viewer, asked: Asked) -> list[Flow]:
    """Flows between regions and inside them, the thickest first: of links, the best candidate of each need."""
    rows: QuerySet[Any]
    match asked.flow:
        case "link":
            rows = visible_links(viewer).filter(rank=1).exclude(grade="D")
            sides = {"seller": _region_of("offer"), "buyer": _region_of("need")}
            firms, value, code = ("offer__organisation", "need__organisation"), "value_th_rub", "need__okpd2"
        case "case":
            rows = visible_cases(viewer).exclude(stage__in=("closed", "declined")).prefetch_related(None)
            sides = {"seller": Coalesce("offer__region", "seller__region"),
                     "buyer": Coalesce("need__region", "buyer__region")}
            firms, value, code = ("seller", "buyer"), "potential_th_rub", "need__okpd2"
        case "contract":
            rows = visible_contracts(viewer)
            sides = {"seller": F("seller__region"), "buyer": F("buyer__region")}
            firms, value, code = ("seller", "buyer"), "value_th_rub", "okpd2"
        case _:
            return []
    grouped = _of_class(rows, asked, code).select_related(None).order_by().annotate(
        from_region=sides["seller"], to_region=sides["buyer"]).exclude(
        Q(from_region=None) | Q(to_region=None)).values("from_region", "to_region").annotate(
        rows=Count("pk"), total=Sum(value), sellers=Count(firms[0], distinct=True),
        buyers=Count(firms[1], distinct=True))
    found = []
    for row in grouped:
        told = viewer.sees("confidential") or (viewer.sees("internal") and min(row["sellers"], row["buyers"])
                                               >= LEAST_FIRMS)
        found.append(Flow(row["from_region"], row["to_region"], row["rows"], row["total"] if told else None))
    return sorted(found, key=lambda flow: (-(flow.value_th_rub or 0.0), -flow.count, flow.seller, flow.buyer))[
        :MOST_FLOWS]


def pairs_joined(viewer: Viewer, most: int = 20) -> list[Flow]:
    """Pairs of regions by the links between them, both ways together, those that could give most first."""
    both: dict[tuple[str, str], list[Flow]] = {}
    for flow in flows_between(viewer, Asked()):
        if flow.seller != flow.buyer:
            a, b = sorted((flow.seller, flow.buyer))
            both.setdefault((a, b), []).append(flow)
    found = []
    for (a, b), flows in both.items():
        sums = [flow.value_th_rub for flow in flows if flow.value_th_rub is not None]
        found.append(Flow(a, b, sum(flow.count for flow in flows), sum(sums) if len(sums) == len(flows) else None))
    return sorted(found, key=lambda one: (-(one.value_th_rub or 0.0), -one.count, one.seller, one.buyer))[:most]


@kept
def places_of_plants(viewer: Viewer) -> list[Point]:
    """Cells of a grid with plants in them, by the places of organisations, their sites and their offers."""
    cells: dict[tuple[float, float], Point] = {}
    for kind, whose in (("organisation", "pk"), ("site", "organisation"), ("offer", "organisation")):
        rows = KINDS[kind].visible_to(viewer).select_related(None).filter(latitude__isnull=False,
                                                                          longitude__isnull=False)
        grouped = rows.order_by().annotate(y=Round("latitude", GRID), x=Round("longitude", GRID)).values(
            "y", "x", "region").annotate(plants=Count(whose, distinct=True))
        for row in grouped:
            key = (row["y"], row["x"])
            if key not in cells or cells[key].count < row["plants"]:
                cells[key] = Point(row["y"], row["x"], row["region"], row["plants"])
    return [cells[key] for key in sorted(cells)]


def plants_near(viewer: Viewer, latitude: float, longitude: float, within_km: float) -> tuple[list[Near], int]:
    """Plants within that great-circle distance, the nearest first, by their own place, that of a site or of an offer;
    and how many there are in all. A plant without a place is in no circle.
    """
    places: list[tuple[int, float, float]] = []
    for kind, whose in (("organisation", "pk"), ("site", "organisation_id"), ("offer", "organisation_id")):
        degrees = within_km / 111.0  # no degree of latitude is shorter than 110.5 km: a cheap cut before the exact one
        rows = KINDS[kind].visible_to(viewer).select_related(None).filter(
            latitude__gte=latitude - degrees * 1.01, latitude__lte=latitude + degrees * 1.01, longitude__isnull=False)
        places += [one for one in rows.order_by().values_list(whose, "latitude", "longitude") if one[0] is not None]
    if not places:
        return [], 0
    keys, rows_y, rows_x = (np.array(column) for column in zip(*places, strict=True))
    km = distance_km(latitude, longitude, rows_y, rows_x)
    nearest: dict[int, float] = {}
    for place in np.argsort(km, kind="stable"):
        if km[place] <= within_km:
            nearest.setdefault(int(keys[place]), float(km[place]))
    plant_kind = KINDS["organisation"]
    wanted = list(nearest)[:MOST_NEAR]
    plants = {plant.pk: plant for plant in plant_kind.visible_to(viewer).filter(pk__in=wanted)}
    return [Near(plants[key], plant_kind.seen(viewer, plants[key]), nearest[key]) for key in wanted if key in plants], \
        len(nearest)


def _region_of(side: str) -> Coalesce:
    return Coalesce(f"{side}__region", f"{side}__organisation__region")


def _of_class(rows: QuerySet[Any], asked: Asked, column: str) -> QuerySet[Any]:
    if not asked.okpd2 or not column:
        return rows
    return rows.filter(**{f"{column}__gte": asked.okpd2, f"{column}__lt": asked.okpd2 + "\uffff"})
