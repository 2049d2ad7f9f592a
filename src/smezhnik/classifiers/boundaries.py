"""Outlines of regions in the plane of the drawing, and the projection that puts points into the same plane."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from smezhnik.classifiers.packaged import SHIPPED_REGIONS

Point = tuple[float, float]
#: A closed line; lines of one region are filled by the even-odd rule, so that inner ones are holes.
Ring = Sequence[Point]


@dataclass(frozen=True)
class Albers:
    """Albers' conic equal-area projection onto a plane whose y grows downwards, as pictures have it.

    n = (sin φ₁ + sin φ₂) / 2, C = cos² φ₁ + 2 n sin φ₁, ρ(φ) = √(C − 2 n sin φ) / n, θ = n (λ − λ₀);
    x = k ρ sin θ + dx, y = k ρ cos θ + dy.

    Attributes
    ----------
    parallels : φ₁, φ₂, degrees; meridian : λ₀, degrees, drawn vertical before the shift
    centre : longitude relative to the meridian and latitude of the point drawn at ``translate``
    scale : k, units of the plane for one radian
    translate : where the centre is drawn

    References
    ----------
    J. P. Snyder, Map Projections – A Working Manual, USGS 1395, 1987, formulas 14-1 to 14-6.
    """

    parallels: tuple[float, float]
    meridian: float
    centre: tuple[float, float]
    scale: float
    translate: tuple[float, float]

    def project(self, latitude: float, longitude: float) -> Point:
        """The point of the plane for degrees of latitude and longitude."""
        x, y = self._raw(latitude, (longitude - self.meridian + 180) % 360 - 180)
        x0, y0 = self._raw(self.centre[1], self.centre[0])
        return self.translate[0] + self.scale * (x - x0), self.translate[1] + self.scale * (y - y0)

    def _raw(self, latitude: float, longitude: float) -> Point:
        first, second = (math.radians(value) for value in self.parallels)
        n = (math.sin(first) + math.sin(second)) / 2
        c = math.cos(first) ** 2 + 2 * n * math.sin(first)
        rho = math.sqrt(max(c - 2 * n * math.sin(math.radians(latitude)), 0.0)) / n
        theta = n * math.radians(longitude)
        return rho * math.sin(theta), rho * math.cos(theta)


@dataclass(frozen=True)
class Boundaries:
    """The drawing of a pack: its size, its projection, rings of each region that has geometry."""

    width: float
    height: float
    projection: Albers
    rings: Mapping[str, Sequence[Ring]]


@cache
def open_boundaries(pack: Path | None = None) -> Boundaries | None:
    """The file ``boundaries.json`` of a pack, the shipped one by default; None where the pack has none.

    The file: ``width``, ``height``, ``scale`` (whole numbers in one unit), ``projection`` (``parallels``, ``rotate``,
    ``center``, ``scale``, ``translate``), ``regions``: id → list of rings, each x, y, x, y … in whole numbers.
    """
    file = (pack or SHIPPED_REGIONS) / "boundaries.json"
    if not file.exists():
        return None
    data = json.loads(file.read_text("utf-8"))
    made = data["projection"]
    albers = Albers(tuple(made["parallels"]), -made["rotate"][0], tuple(made["center"]), made["scale"],
                    tuple(made["translate"]))
    scale = data["scale"]
    rings = {region: [[(x / scale, y / scale) for x, y in zip(ring[::2], ring[1::2], strict=True)] for ring in lines]
             for region, lines in data["regions"].items()}
    return Boundaries(data["width"], data["height"], albers, rings)


def load_boundaries(pack: Path | None = None) -> Mapping[str, Sequence[Ring]]:
    """Region → rings of its outline in the plane; regions without geometry are not in it. Empty without the file."""
    found = open_boundaries(pack)
    return found.rings if found else {}


def project(latitude: float, longitude: float, pack: Path | None = None) -> Point:
    """The point in the plane of the outlines; LookupError where the pack has no projection."""
    found = open_boundaries(pack)
    if found is None:
        raise LookupError(f"the region pack {pack} has no boundaries.json")
    return found.projection.project(latitude, longitude)
