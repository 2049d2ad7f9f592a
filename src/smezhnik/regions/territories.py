"""Territories of a table of output: totals left out, containers not counted twice, one region under one name."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from smezhnik.classifiers.regions import RegionPack
from smezhnik.errors import Fault, InputFaults

#: Faults of a name that say «this row is a total»: such rows are left out, not refused.
TOTALS = ("region_is_country", "region_is_district", "region_is_total")
#: A remainder below zero by no more than this share of the whole is rounding.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Territories:
    """A table of output whose territories are counted once each.

    Attributes
    ----------
    frame : the table with ``territory`` as ids of the pack, each region without those inside it that have own rows
    totals : names left out because they are totals of others
    parted : id of a region → ids inside it that have rows of their own and are taken out of it
    known : False where no name is of the pack: they are then taken as they stand
    """

    frame: pl.DataFrame
    totals: tuple[str, ...]
    parted: dict[str, tuple[str, ...]]
    known: bool


def resolve_territories(output: pl.DataFrame, pack: RegionPack) -> Territories:
    """Read the names of territories by a pack of regions.

    A region whose parts have rows of their own («Тюменская область» beside its two okrugs) is counted without them:
    by its row «без …» where there is one, else by subtraction. Rows of the country, of federal districts and of totals
    are left out. Where not one name is of the pack, all are taken as they stand (countries, cities, own codes).

    Parameters
    ----------
    output : frame with ``territory``, ``activity``, ``value``, and ``year``, ``firms`` where it has them

    Raises
    ------
    InputFaults
        All at once: names that the pack does not know among those that it does; one region under two names; parts
        that together exceed the whole.
    """
    names = output["territory"].drop_nulls().unique().sort().to_list()
    readings = {name: pack.read(name) for name in names}
    if not any(reading.region for reading in readings.values()):
        return Territories(output, (), {}, known=False)
    faults = [Fault(reading.fault.code, reading.fault.fields) for reading in readings.values()
              if reading.fault is not None and reading.fault.code not in TOTALS]
    spelled: dict[tuple[str, bool], list[str]] = {}
    for name, reading in readings.items():
        if reading.region:
            spelled.setdefault((reading.region, bool(reading.without)), []).append(name)
    faults += [Fault("panel_two_names", {"region": region, "names": same})
               for (region, _), same in spelled.items() if len(same) > 1 and _meet(output, same)]
    if faults:
        raise InputFaults(faults, "panel")
    rows = output.with_columns(
        region=pl.col("territory").replace_strict({name: item.region for name, item in readings.items()},
                                                  default=None, return_dtype=pl.String),
        rest=pl.col("territory").replace_strict({name: bool(item.without) for name, item in readings.items()},
                                                default=False, return_dtype=pl.Boolean))
    totals = tuple(name for name, item in readings.items() if item.fault is not None)
    whole, parted = _part(rows.filter(pl.col("region").is_not_null()), pack)
    return Territories(whole.with_columns(territory="region").drop("region", "rest"), totals, parted, known=True)


def _meet(output: pl.DataFrame, names: list[str]) -> bool:
    """Whether two spellings stand in one year: then one of them repeats the other or means something else."""
    rows = output.filter(pl.col("territory").is_in(names))
    if "year" not in rows.columns:
        return True
    return bool(rows.group_by("year").agg(pl.col("territory").n_unique())["territory"].max() != 1)


def _part(rows: pl.DataFrame, pack: RegionPack) -> tuple[pl.DataFrame, dict[str, tuple[str, ...]]]:
    """Take the parts out of the regions that contain them."""
    present = set(rows["region"].unique())
    parted: dict[str, tuple[str, ...]] = {}
    for region in sorted(present):
        inside = tuple(sorted(item for item in present if item != region and pack.contains(region, item)))
        if inside:
            parted[region] = inside
            rows = _without(rows, region, inside)
    return rows, parted


def _without(rows: pl.DataFrame, region: str, inside: tuple[str, ...]) -> pl.DataFrame:
    own = rows.filter(pl.col("region") == region)
    if own["rest"].any():
        return pl.concat([rows.filter(pl.col("region") != region), own.filter(pl.col("rest"))])
    keys = [column for column in ("activity", "year") if column in rows.columns]
    sums = [column for column in ("value", "firms") if column in rows.columns]
    parts = (rows.filter(pl.col("region").is_in(inside)).group_by(keys)
             .agg(pl.col(column).sum().alias(f"{column}_parts") for column in sums))
    left = own.join(parts, on=keys, how="left", nulls_equal=True).with_columns(
        (pl.col(column) - pl.col(f"{column}_parts").fill_null(0)).alias(column) for column in sums)
    over = left.filter(pl.col("value") < -ROUNDING * pl.col("value_parts"))
    if over.height:
        raise InputFaults([Fault("panel_parts", {"region": region, "inside": list(inside), "activity": activity,
                                                 "over": -value})
                           for activity, value in over.select("activity", "value").iter_rows()], "panel")
    left = left.with_columns(pl.col(sums).clip(lower_bound=0)).select(rows.columns)
    return pl.concat([rows.filter(pl.col("region") != region), left])
