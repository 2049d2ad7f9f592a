"""Towns of a region pack: coordinates of a plant from its address, the town nearest to coordinates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import polars as pl

from smezhnik.classifiers.packaged import SHIPPED_REGIONS, read_tsv
from smezhnik.classifiers.regions import RegionPack, distance_km, open_pack

#: A word before the name of a town.
_TOWN_WORDS = frozenset({"г", "гор", "город", "г.о", "го"})
#: Words that make a neighbour the name of a street, a square and the like, before it or after it.
_STREET_WORDS = frozenset({
    "ул", "улица", "пр", "просп", "проспект", "пер", "переулок", "ш", "шоссе", "пл", "площадь", "наб", "набережная",
    "бул", "бульвар", "проезд", "тракт", "тупик", "мкр", "микрорайон", "р-н", "район", "кв-л", "квартал", "снт", "тер",
    "территория", "б-р", "пр-т", "пр-кт", "пр-д", "им"})
#: Words before the name of a smaller settlement or a building.
_SMALLER_WORDS = frozenset({
    "д", "дом", "стр", "корп", "оф", "офис", "с", "село", "п", "пос", "поселок", "пгт", "рп", "ст", "станция",
    "деревня", "дер", "х", "хутор"})
#: Words after the name of a region.
_REGION_WORDS = frozenset({"обл", "область", "край", "респ", "республика", "ао"})
#: Longest name of a town or region, in words.
_LONGEST = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A town: its name, region, coordinates in degrees (WGS 84) and population."""

    name: str
    region: str
    latitude: float
    longitude: float
    population: int


class Gazetteer:
    """The towns of a region pack."""

    def __init__(self, towns: pl.DataFrame, pack: RegionPack) -> None:
        self._pack = pack
        self.towns: Sequence[Place] = [
            Place(name, region, float(latitude), float(longitude), int(population or 0))
            for region, name, latitude, longitude, population in towns.select(
                "region", "name", "latitude", "longitude", "population").iter_rows()]

    @cached_property
    def _named(self) -> Mapping[tuple[str, ...], list[Place]]:
        found: dict[tuple[str, ...], list[Place]] = defaultdict(list)
        for town in self.towns:
            found[tuple(_words(town.name))].append(town)
        return found

    def find(self, address: str, region: str | None = None) -> Place | None:
        """The town that an address names; None where it names none, or several and nothing tells which.

        A name that is that of a street or a district is passed over. A region, given or named in the address,
        decides between towns of one name; without it the name must be the only one of the pack. Of several towns
        those beside «г» go first, then the last one: addresses go from the wide to the narrow.
        """
        words = _words(address)
        region = region or self._region_of(words)
        best: tuple[int, Place] | None = None
        for start in range(len(words)):
            for size in range(1, min(_LONGEST, len(words) - start) + 1):
                towns = self._named.get(tuple(words[start:start + size]), [])
                strength = _strength(words, start, start + size)
                fitting = [town for town in towns if region is None or self._pack.contains(region, town.region)
                           or self._pack.contains(town.region, region)]
                if strength and len(fitting) == 1 and (best is None or strength >= best[0]):
                    best = strength, fitting[0]
        return best[1] if best else None

    def _region_of(self, words: Sequence[str]) -> str | None:
        """The first region that the address names by a whole name with its kind, or by an unmistakable one."""
        for size in range(min(_LONGEST, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                phrase = " ".join(words[start:start + size])
                if not phrase.isdigit() and (region := self._pack.find(phrase)) is not None and (
                        size > 1 or _strength(words, start, start + size)):
                    return region
        return None

    def nearest(self, latitude: float, longitude: float, within_km: float) -> Place | None:
        """The nearest town within that distance (inclusive); None where there is none."""
        if not self.towns:
            return None
        distances = distance_km(latitude, longitude, *self._coordinates)
        place = int(np.argmin(distances))
        return self.towns[place] if distances[place] <= within_km else None

    @cached_property
    def _coordinates(self) -> tuple[np.ndarray, np.ndarray]:
        return (np.array([town.latitude for town in self.towns]), np.array([town.longitude for town in self.towns]))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-zа-я0-9]+(?:-[a-zа-я0-9]+)*", text.lower().replace("ё", "е"))


def _strength(words: Sequence[str], start: int, end: int) -> int:
    """How surely words name a town: 2 beside «г», 1 otherwise, 0 beside a word for a street, a village, a region."""
    before = words[start - 1] if start else ""
    after = words[end] if end < len(words) else ""
    if before in _TOWN_WORDS:
        return 2
    if before in _STREET_WORDS | _SMALLER_WORDS or after in _STREET_WORDS | _REGION_WORDS:
        return 0
    return 2 if after in _TOWN_WORDS else 1


@cache
def open_gazetteer(pack: Path | None = None) -> Gazetteer:
    """The towns of a pack (``cities.tsv.gz`` or ``cities.tsv``), the shipped one by default; none without the file."""
    folder = pack or SHIPPED_REGIONS
    file = next((folder / name for name in ("cities.tsv.gz", "cities.tsv") if (folder / name).exists()), None)
    empty = dict.fromkeys(("region", "name", "latitude", "longitude", "population"), pl.String)
    return Gazetteer(read_tsv(file) if file else pl.DataFrame(schema=empty), open_pack(pack))


def find_place(address: str, region: str | None = None, pack: Path | None = None) -> Place | None:
    """The town of an address; see ``Gazetteer.find``."""
    return open_gazetteer(pack).find(address, region)


def nearest(latitude: float, longitude: float, *, within_km: float, pack: Path | None = None) -> str | None:
    """Name of the nearest town within that distance; None where there is none."""
    town = open_gazetteer(pack).nearest(latitude, longitude, within_km)
    return town.name if town else None
