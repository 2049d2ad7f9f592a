"""Regions and places as pages show them: short names, outlines, towns, product groups; all from replaceable packs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from smezhnik.classifiers import places, regions
from smezhnik.classifiers.english import product_name
from smezhnik.report.map import Ring
from smezhnik.report.romanise import romanise
from smezhnik.types import Lang

#: Words that a table has no room for → their usual short form.
_SHORTER = {"Республика ": "", " область": " обл.", " автономный округ": " АО", " автономная область": " АО",
            "Republic of ": "", " Republic": ""}
#: What the name of a group says it leaves out: no room for it in a chart.
_TAIL = re.compile(r"(, (не включ|кроме|except|n\.e\.c)| n\.e\.c).*$")
#: A plant is named by the nearest town of the pack within this distance, km.
_TOWN_WITHIN_KM = 15.0


@cache
def _regions() -> Mapping[str, Mapping[str, object]]:
    return {row["region"]: row for row in regions.load_regions().iter_rows(named=True)}


def region_name(region: str, lang: Lang) -> str:
    """The name in the pack; a region that the pack does not hold keeps the text it came with."""
    row = _regions().get(region)
    if row is None:
        return region
    return str((lang == "en" and row["name_en"]) or row["name_ru"])


def short_name(region: str, lang: Lang) -> str:
    """The name without «Республика», with «обл.» for «область»."""
    name = region_name(region, lang)
    for long, short in _SHORTER.items():
        name = name.replace(long, short)
    return name


def region_title(region: str, lang: Lang) -> str:
    """The name as a map writes it: without «Республика», «область» in full."""
    return short_name(region, lang).replace("обл.", "область")


def region_centre(region: str) -> tuple[float, float] | None:
    """Latitude and longitude of its centre in the pack, None where the pack has none."""
    row = _regions().get(region)
    if row is None or not isinstance(row["latitude"], float) or not isinstance(row["longitude"], float):
        return None
    return row["latitude"], row["longitude"]


@lru_cache(maxsize=65_536)
def town(latitude: float, longitude: float, lang: Lang) -> str | None:
    """The nearest town of the pack within 15 km, None where there is none.

    The pack writes towns in Russian: in English a town that is a region (Moscow) has the name of that region, any
    other is written in Latin letters.
    """
    name = places.nearest(latitude, longitude, within_km=_TOWN_WITHIN_KM)
    if name is None or lang == "ru":
        return name
    return _english_names().get(name) or romanise(name)


@cache
def _english_names() -> Mapping[str, str]:
    return {str(row["name_ru"]): str(row["name_en"]) for row in _regions().values() if row["name_en"]}


def place_name(region: str | None, latitude: float | None, longitude: float | None, lang: Lang) -> str:
    """«Юрюзань, Челябинская обл.»: the town where coordinates tell it, and the region; empty where nothing is known."""
    near = town(latitude, longitude, lang) if latitude is not None and longitude is not None else None
    return ", ".join(part for part in (near, short_name(region, lang) if region else None) if part)


@cache
def outlines() -> Mapping[str, Sequence[Ring]]:
    """Region → rings of its outline in the plane of ``planar``."""
    return regions.load_boundaries()


def planar(latitude: float, longitude: float) -> tuple[float, float]:
    """The point in the plane of the outlines."""
    return regions.project(latitude, longitude)


def product_group(code: str, digits: int, lang: Lang, *, system: str = "okpd2") -> str:
    """Name of the group that the first ``digits`` digits of a product or activity code give.

    In English the class of NACE Rev. 2 that shares those digits; a code that the classification lacks stays a code.
    """
    kept = ".".join(part for part in (code.replace(".", "")[:2], code.replace(".", "")[2:digits]) if part)
    name = product_name(kept, lang, system=system)
    return kept if name is None else _TAIL.sub("", name)
