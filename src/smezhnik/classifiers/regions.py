"""Regions: a replaceable pack of territories, found by any of their codes and spellings; distances.

A pack is a folder with ``regions`` (``.tsv``, ``.csv`` or ``.parquet``, columns of the declared table), and, if it has
them, ``spellings.tsv`` (region, spellings parted by «;»; numbers there are former tax codes of two digits and
beginnings of ОКАТО), ``boundaries.json`` and ``cities.tsv.gz``; or the file
``regions`` alone. The pack is data: the product takes no position on territories, ids are those of the pack.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from smezhnik.classifiers.boundaries import load_boundaries, project
from smezhnik.classifiers.packaged import SHIPPED_REGIONS, read_tsv
from smezhnik.errors import Fault, InputError
from smezhnik.tables import complete

__all__ = ["RegionPack", "RegionReading", "distance_km", "find_region", "find_region_fault", "load_boundaries",
           "load_regions", "open_pack", "project"]

#: Mean radius of the Earth, km (IUGG).
EARTH_KM = 6371.0088
#: Nearest names that a fault gives.
NEAREST = 3

_TYPE_WORDS = frozenset({
    "республика", "респ", "область", "обл", "край", "кр", "автономный", "автономная", "авт", "округ",
    "ао", "аобл", "город", "гор", "г", "федерального", "значения", "столица", "российской", "федерации", "субъект",
    "рф", "of", "the", "republic", "oblast", "krai", "region", "autonomous", "okrug", "city", "народная", "district"})
_REMAINDER = re.compile(r"\b(?:кроме|без|за исключением)\b")
_DISTRICTS = frozenset({"цфо", "сзфо", "юфо", "скфо", "пфо", "урфо", "уфо", "сфо", "дфо"})
_ABROAD = frozenset({
    "беларусь", "республика беларусь", "белоруссия", "казахстан", "республика казахстан", "армения", "киргизия",
    "кыргызстан", "узбекистан", "таджикистан", "туркменистан", "азербайджан", "грузия", "молдова", "молдавия", "китай",
    "кнр", "турция", "индия", "германия", "италия", "франция", "япония", "корея", "республика корея", "сша", "иран"})


@dataclass(frozen=True, slots=True)
class RegionReading:
    """What a region cell means.

    Attributes
    ----------
    region : id in the pack; None where the cell is empty or has a fault
    without : territories inside that region which the cell leaves out («Тюменская область без автономных округов»):
        a total of the region counts them, this row does not
    fault : ``unknown_region``, ``region_is_country``, ``region_is_district``, ``region_is_abroad``,
        ``region_is_total``
    """

    region: str | None = None
    without: tuple[str, ...] = ()
    fault: Fault | None = None


class RegionPack:
    """The regions of a pack and all the ways to name them.

    Attributes
    ----------
    path : folder or file
    frame : the declared table ``regions``; latitude and longitude are the mean of the region's cities weighted by
        their population, absent where the pack knows no city there
    """

    def __init__(self, path: Path = SHIPPED_REGIONS) -> None:
        self.path = path
        frame = _read_regions(path)
        spellings = _read_spellings(path)
        aliases = [[*own, *spellings.get(region, ())] for region, own in
                   zip(frame["region"].to_list(), frame["aliases"].to_list(), strict=True)]
        self.frame = frame.with_columns(pl.Series("aliases", aliases, pl.List(pl.String)))

    def find(self, text: object) -> str | None:
        """Id of the region that a text or number names; None where it names none (``read`` says why)."""
        shown = _shown(text)
        return self._resolve(shown) if shown else None

    def read(self, text: object) -> RegionReading:
        """What a cell means: ids, tax codes (``2``, ``2.0``, ``02``), ОКАТО, ОКТМО, names in any spelling.

        Numbers of one or two digits are tax codes, of five and more ОКАТО or ОКТМО, of a municipality too.
        """
        shown = _shown(text)
        if not shown:
            return RegionReading()
        region = self._resolve(shown)
        if region is None:
            return RegionReading(fault=self._fault(shown))
        inner = tuple(self._inside.get(region, ())) if _REMAINDER.search(shown.lower()) else ()
        return RegionReading(region, inner)

    def contains(self, wide: str, narrow: str) -> bool:
        """Whether ``narrow`` is ``wide`` or lies inside it."""
        return narrow == wide or narrow in self._inside.get(wide, ())

    def _resolve(self, shown: str) -> str | None:
        digits = shown.removesuffix(".0")
        if digits.isdigit():
            return self._by_number(digits)
        return self._ids.get(shown.upper()) or self._by_name(shown)

    # -- by number

    def _by_number(self, digits: str) -> str | None:
        if len(digits) <= 2:
            return self._tax.get(digits.zfill(2))
        if len(digits) in (7, 10):  # a leading zero lost in a spreadsheet
            digits = "0" + digits
        return next((region for size in range(min(5, len(digits)), 1, -1)
                     if (region := self._prefixes.get(digits[:size])) is not None), None) if len(digits) > 4 else None

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        return {region.upper(): region for region in self.frame["region"]}

    @cached_property
    def _tax(self) -> Mapping[str, str]:
        own = {tax: region for region, tax in self.frame.select("region", "tax_code").iter_rows() if tax}
        return {alias: region for region, alias in self._aliases() if alias.isdigit() and len(alias) == 2} | own

    @cached_property
    def _prefixes(self) -> Mapping[str, str]:
        found = {}
        for region, okato, oktmo in self.frame.select("region", "okato", "oktmo").iter_rows():
            for code in filter(None, (okato, oktmo)):
                found[code[:2] + code[2:].rstrip("0")] = region
        return found | {alias: region for region, alias in self._aliases() if alias.isdigit() and len(alias) > 2}

    @cached_property
    def _inside(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for region, parent in self.frame.select("region", "parent").iter_rows():
            if parent:
                found.setdefault(parent, []).append(region)
        return found

    def _aliases(self) -> Iterator[tuple[str, str]]:
        for region, aliases in self.frame.select("region", "aliases").iter_rows():
            yield from ((region, alias) for alias in aliases)

    # -- by name

    @cached_property
    def names(self) -> Mapping[tuple[str, ...], str]:
        """Words of a name → region; whole names first, then without the words that only say the kind."""
        listed = [(region, name) for region, ru, en in self.frame.select("region", "name_ru", "name_en").iter_rows()
                  for name in (ru, en) if name]
        listed += [(region, alias) for region, alias in self._aliases() if not alias.isdigit()]
        found: dict[tuple[str, ...], str] = {}
        for shorten in (_words, _core):
            for region, name in listed:
                if key := shorten(name):
                    found.setdefault(key, region)
        return found

    def _by_name(self, text: str) -> str | None:
        whole = re.split(_REMAINDER, text.lower())[0] if _REMAINDER.search(text.lower()) else text
        outside = re.sub(r"[(\[/].*?(?:[)\]/]|$)", " ", whole)
        for candidate in (whole, outside, whole.split(",")[0]):  # an address begins with its region
            for key in (_words(candidate), _core(candidate)):
                if key and (region := self.names.get(key)) is not None:
                    return region
        return None

    def _fault(self, shown: str) -> Fault:
        words = " ".join(_words(shown))
        if words in {"россия", "рф", "российская федерация", "russia"}:
            return Fault("region_is_country", {"found": shown})
        if "федеральный округ" in words or words in _DISTRICTS:
            return Fault("region_is_district", {"found": shown})
        if words in _ABROAD:
            return Fault("region_is_abroad", {"found": shown})
        if words.split(" ")[:1] in (["всего"], ["итого"]):
            return Fault("region_is_total", {"found": shown})
        core = " ".join(_core(shown))
        known = {" ".join(key): region for key, region in self.names.items()}
        near = difflib.get_close_matches(core, list(known), n=3 * NEAREST, cutoff=0.6)
        titles = dict(self.frame.select("region", "name_ru").iter_rows())
        nearest = [titles[region] for region in dict.fromkeys(known[key] for key in near)][:NEAREST]
        return Fault("unknown_region", {"found": shown, "nearest": nearest or None})


def _shown(text: object) -> str:
    """The cell as text; empty where it is absent or a dash."""
    shown = "" if text is None else str(text).strip()
    return "" if shown in {"-", "–", "—"} else shown


def _words(name: str) -> tuple[str, ...]:
    """Words of a name, each once, in their order."""
    return tuple(dict.fromkeys(re.findall(r"[a-zа-я0-9]+", name.lower().replace("ё", "е"))))


def _core(name: str) -> tuple[str, ...]:
    """Words without those that only say what kind of territory it is."""
    return tuple(word for word in _words(name) if word not in _TYPE_WORDS)


def _read_regions(path: Path) -> pl.DataFrame:
    file = path
    if path.is_dir():
        file = next((path / name for name in ("regions.tsv", "regions.csv", "regions.parquet")
                     if (path / name).exists()), path / "regions.tsv")
    if file.suffix == ".parquet":
        frame = pl.read_parquet(file)
    elif file.suffix == ".csv":
        frame = pl.read_csv(file, infer_schema=False)
    else:
        frame = read_tsv(file)
    missing = [column for column in ("region", "name_ru") if column not in frame.columns]
    if missing:
        raise InputError("pack_columns", file=file.name, missing=missing)
    if frame.schema.get("aliases") == pl.String:
        frame = frame.with_columns(pl.col("aliases").str.split(";").list.eval(pl.element().str.strip_chars()))
    return complete(frame, "regions").with_columns(pl.col("aliases").fill_null([]))


def _read_spellings(path: Path) -> Mapping[str, list[str]]:
    file = path / "spellings.tsv"
    if not path.is_dir() or not file.exists():
        return {}
    return {region: [part.strip() for part in text.split(";")] for region, text in read_tsv(file).iter_rows()}


@cache
def open_pack(path: Path | None = None) -> RegionPack:
    """The pack of that folder or file, the shipped one by default; read once."""
    return RegionPack(path or SHIPPED_REGIONS)


def load_regions(pack: Path | None = None) -> pl.DataFrame:
    """The declared table ``regions`` of a pack."""
    return open_pack(pack).frame


def find_region(text: object, pack: Path | None = None) -> str | None:
    """Id of the region that a text or number names; None where it names none."""
    return open_pack(pack).find(text)


def find_region_fault(text: object, pack: Path | None = None) -> Fault | None:
    """Why a text names no region, with the nearest names; None where it does or the cell is empty."""
    return open_pack(pack).read(text).fault


def distance_km(latitude_a: ArrayLike, longitude_a: ArrayLike, latitude_b: ArrayLike,
                longitude_b: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distance between points in degrees (haversine), element by element, km.

    d = 2 R asin √(sin²(Δφ/2) + cos φa cos φb sin²(Δλ/2)), R = 6371.0088 km. nan where a coordinate is nan.
    """
    phi_a, phi_b = np.radians(np.asarray(latitude_a, np.float64)), np.radians(np.asarray(latitude_b, np.float64))
    half_phi = (phi_b - phi_a) / 2
    half_lambda = np.radians(np.asarray(longitude_b, np.float64) - np.asarray(longitude_a, np.float64)) / 2
    share = np.sin(half_phi) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_lambda) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(share, 1.0))))
