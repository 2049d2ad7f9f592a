"""Pages of measures as their tests need them: a drawn table of output, and the shipped rating."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from smezhnik.regions.rating import calc_change, calc_sensitivity, calc_uncertainty, rate
from smezhnik.types import Lang
from smezhnik.workflows.rating import Rated, rate_file
from smezhnik.workflows.rating_page import report_rated, report_rated_region
from smezhnik.workflows.region_page import RegionFiles, RegionPage, report_region_files

ROOT = Path(__file__).parents[2]
MADE_AT = dt.datetime(2026, 11, 23, 9, 12, tzinfo=dt.UTC)
REGIONS = ("RU-BA", "RU-CHE", "RU-KGN", "RU-PER", "RU-SAM", "RU-KIR", "RU-TOM", "RU-OMS")
CODES = ("10.11", "10.12", "10.13", "10.31", "10.32", "17.11", "17.12", "20.11", "23.11", "24.10", "25.11", "28.11",
         "28.12", "28.13")


def write_output(folder: Path, *, years: tuple[int, ...] = (2023, 2024), codes: tuple[str, ...] = CODES,
                 regions: tuple[str, ...] = REGIONS, source: str = "A survey", seed: int = 5) -> Path:
    """Output of regions by chance, two cells of three filled, some of few firms."""
    draw = np.random.default_rng(seed)
    rows = [{"territory": name, "activity": code, "year": year, "value": round(float(draw.lognormal(6, 1.2)), 1),
             "firms": int(draw.integers(1, 9)), "source": source}
            for year in years for name in regions for code in codes if draw.random() < 0.67]
    path = folder / "output.csv"
    pl.DataFrame(rows).write_csv(path)
    return path


def write_plants(folder: Path, *, name: str = "Meat and more", region: str = "RU-BA") -> Path:
    """Plants of the region in every activity."""
    path = folder / "plants.csv"
    pl.DataFrame([{"org_id": str(place), "name": f"{name} {place}", "region": region, "okved2": code}
                  for place, code in enumerate(CODES)]).write_csv(path)
    return path


def region_page(folder: Path, lang: Lang = "ru", *, public: bool = False, region: str = "RU-BA",
                unit: str = "t") -> RegionPage:
    files = RegionFiles(write_output(folder), organisations=write_plants(folder))
    return report_region_files(files, region, public=public, unit=unit, lang=lang, made_at=MADE_AT,
                               issuer="Ministry")


@cache
def rated(years: bool = False) -> Rated:
    """The shipped rating; with ``years`` beside a year in which everything was a little otherwise."""
    made = rate_file("asem", ROOT / "examples" / "rating" / "asem.csv")
    if not years:
        return made
    table = made.composite.table
    before = rate(replace(table, year=2017, values=table.values * np.linspace(0.9, 1.1, table.values.size).reshape(
        table.values.shape)), made.scheme)
    return replace(made, change=calc_change(before, made.composite))


@cache
def rating_page(lang: Lang = "ru", name: str | None = "Poland", *, years: bool = False, gain: int = 5,
                limit: float = 0.9, nearest: bool = False) -> str:
    made = rated(years)
    spread = calc_uncertainty(made.composite, runs=300, seed=1)
    effects = calc_sensitivity(made.composite, size=64, seed=1, resamples=20)
    if name is None:
        return report_rated(made, lang=lang, spread=spread, effects=effects, made_at=MADE_AT).page
    beside = tuple(made.composite.row(peer) for peer in ("Hungary", "Romania", "Italy")) if nearest else ()
    return report_rated_region(made, made.composite.row(name), lang=lang, spread=spread, effects=effects,
                               beside=beside, gain=gain, limit=limit, made_at=MADE_AT).page
