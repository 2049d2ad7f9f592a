"""Towns that hang on one plant or one industry, and what is related to it nearby."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from smezhnik.classifiers.regions import distance_km
from smezhnik.errors import Fault, InputError, InputFaults

#: Share of one plant in the staff of all organisations of a town from which the town counts as single-industry.
LEAST_SHARE = 0.2
#: Divisions of ОКВЭД2 that count: mining without oil and gas, manufacturing.
DIVISIONS = frozenset(f"{number:02}" for number in (5, 7, 8, *range(10, 34)))
#: Digits of an industry.
DIGITS = 2


@dataclass(frozen=True)
class TownSettings:
    """What makes a town hang on one plant; the figures are arguments because the law sets and changes them.

    Attributes
    ----------
    share : least share of the largest plant (inclusive). 0.2 is the figure of the rules of 29.07.2014 No. 709 of the
        Government of the Russian Federation, point 1; check the wording in force before relying on it
    divisions : divisions of ОКВЭД2 whose plants count
    near_km : how far «nearby» reaches
    """

    share: float = LEAST_SHARE
    divisions: frozenset[str] = DIVISIONS
    near_km: float = 100.0


def single_industry_towns(organisations: pl.DataFrame, *, staff: pl.DataFrame | None = None,
                          related: pl.DataFrame | None = None, measure: str = "jobs",
                          settings: TownSettings = TownSettings()) -> pl.DataFrame:
    """How far each town hangs on one plant and on one industry.

    Parameters
    ----------
    organisations : the declared table; ``oktmo`` names the town (its first eight digits), ``measure`` (``jobs`` or
        ``output_th_rub``) what is compared; rows without either are left out and counted in ``unknown``
    staff : oktmo, staff: all employed in the organisations of the town, where it is known. Without it the shares are of
        the organisations in the table and overstate dependence; ``complete`` says which
    related : a, b, proximity: activities that are near to each other (``colocations`` or a row of the product space)
    measure : column that is compared

    Returns
    -------
    frame, one row per town, most dependent first, then by code
        oktmo, region, organisations, unknown; total; plant (name of the largest that counts), plant_activity,
        plant_share (0…1); industry (division), industry_share (0…1), equivalent (1 / Σ s²: number of equal plants);
        single (plant_share reaches the threshold; absent where the town has no plant that counts), complete; related
        (activities related to that of the plant which are made within ``near_km``: activity, proximity, plants, km),
        absent where no related activities were given

    Raises
    ------
    InputFaults where a value is below zero; InputError where the measure is not a column.
    """
    if measure not in organisations.columns:
        raise InputError("towns_measure", found=measure, columns=organisations.columns)
    wrong = organisations.with_row_index("row", offset=2).filter(pl.col(measure) < 0)
    if wrong.height:
        raise InputFaults([Fault("too_small", {"found": value, "limit": 0}, row=row, column=measure)
                           for row, value in wrong.select("row", measure).iter_rows()], "panel")
    rows = organisations.with_columns(town=pl.col("oktmo").str.slice(0, 8), size=pl.col(measure).cast(pl.Float64),
                                      division=pl.col("okved2").str.slice(0, DIGITS)).filter(
        pl.col("town").is_not_null())
    known = rows.filter(pl.col("size").is_not_null())
    totals = dict(staff.select(pl.col("oktmo").str.slice(0, 8), "staff").iter_rows()) if staff is not None else {}
    tables = [_town(str(key[0]), town, rows, totals, settings, organisations, related)
              for key, town in known.group_by("town", maintain_order=True)]
    if not tables:
        return pl.DataFrame(schema=SCHEMA)
    return pl.DataFrame(tables, schema=SCHEMA, orient="row").sort(
        ["plant_share", "oktmo"], descending=[True, False], nulls_last=True)


_RELATED = pl.List(pl.Struct({"activity": pl.String, "proximity": pl.Float64, "plants": pl.Int64, "km": pl.Float64}))
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "oktmo": pl.String, "region": pl.String, "organisations": pl.Int64, "unknown": pl.Int64, "total": pl.Float64,
    "plant": pl.String, "plant_activity": pl.String, "plant_share": pl.Float64, "industry": pl.String,
    "industry_share": pl.Float64, "equivalent": pl.Float64, "single": pl.Boolean, "complete": pl.Boolean,
    "related": _RELATED}


def _town(code: str, town: pl.DataFrame, rows: pl.DataFrame, totals: dict[str, float], settings: TownSettings,
          organisations: pl.DataFrame, related: pl.DataFrame | None) -> dict[str, object]:
    listed = float(town["size"].sum())
    # a plant's own figure may be newer than the town's: a share above one would say nothing
    total = max(float(totals.get(code) or 0.0), listed)
    counted = town.filter(pl.col("division").is_in(sorted(settings.divisions))).sort(
        ["size", "name"], descending=[True, False])
    found: dict[str, object] = {
        "oktmo": code, "region": town["region"].drop_nulls().first() if "region" in town.columns else None,
        "organisations": town.height, "unknown": rows.filter(pl.col("town") == code).height - town.height,
        "total": total, "complete": bool(totals.get(code))}
    if not counted.height or total <= 0:
        return found
    plant = counted.row(0, named=True)
    industry, industry_size = counted.group_by("division").agg(pl.col("size").sum()).sort(
        ["size", "division"], descending=[True, False]).row(0)
    share = plant["size"] / total
    return found | {
        "plant": plant["name"], "plant_activity": plant["okved2"], "plant_share": share, "industry": industry,
        "industry_share": industry_size / total, "equivalent": listed**2 / float((town["size"] ** 2).sum()),
        "single": share >= settings.share,
        "related": None if related is None else _related(plant, organisations, related, settings.near_km)}


def _related(plant: dict[str, object], organisations: pl.DataFrame, related: pl.DataFrame,
             near_km: float) -> list[dict[str, object]]:
    """Related activities that plants within reach make, nearest in kind first."""
    own = str(plant["okved2"])
    if plant.get("latitude") is None or plant.get("longitude") is None:
        return []
    placed = organisations.filter(pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null()
                                  & pl.col("okved2").is_not_null())
    km = distance_km(np.float64(plant["latitude"]), np.float64(plant["longitude"]),  # type: ignore[arg-type]
                     placed["latitude"].to_numpy(), placed["longitude"].to_numpy())
    near = placed.with_columns(km=pl.Series(km, dtype=pl.Float64)).filter(pl.col("km") <= near_km)
    rows = []
    for a, b, proximity in related.select("a", "b", "proximity").iter_rows():
        other = b if own.startswith(a) else a if own.startswith(b) else None
        makers = near.filter(pl.col("okved2").str.starts_with(other)) if other and proximity > 0 else None
        if makers is not None and makers.height:
            rows.append({"activity": other, "proximity": proximity, "plants": makers.height, "km": makers["km"].min()})
    return sorted(rows, key=lambda row: (-row["proximity"], row["activity"]))
