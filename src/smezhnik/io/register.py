"""The register of Russian industrial products (decree ПП № 719) as its open load is: products → offers and sites."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from smezhnik.classifiers import identifiers, load
from smezhnik.classifiers.places import find_place
from smezhnik.classifiers.regions import find_region
from smezhnik.errors import Fault, InputFaults
from smezhnik.io.cells import read_column
from smezhnik.io.grid import Grid, texts
from smezhnik.io.kinds import refuse
from smezhnik.io.read import open_grids
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.tables import complete, table

#: The 27 columns of the load, in its order.
COLUMNS = ("Nameoforg", "OGRN", "INN", "Orgaddr", "Productmanufaddress", "Regnumber", "Ektrudp", "Docdate",
           "Docvalidtill", "Enddate", "Registernumber", "Productname", "OKPD2", "TNVED", "Nameofregulations", "Score",
           "Percentage", "Scoredesc", "Iselectronicproduct", "Isai", "ElectronicProductLevel", "Docname",
           "Docdatebasis", "Docnum", "Docvalidtilltpp", "Mptdep", "Resdocnum")
#: Without these the load says nothing of a product.
_MUST = ("Registernumber", "Productname")
_KEPT = ("Nameoforg", "INN", "Orgaddr", "Productmanufaddress", "Docdate", "Docvalidtill", "Registernumber",
         "Productname", "OKPD2", "TNVED", "Nameofregulations", "Score", "Scoredesc")
_INACTIVE = r"(?i)аннулир|недействит|отказ"
SOURCE = "Реестр промышленной продукции, ПП № 719"


@dataclass(frozen=True)
class Register:
    """One load of the register as of a day.

    Attributes
    ----------
    entries : one row per register number, its best row: number, product, seller, inn, address, okpd2, tnved,
        standard, points, dated, until (the first day out), inactive, valid; in the order of numbers
    file, on : where it came from, the day for which terms are judged
    read, refused : rows of the file, rows without a number or a product
    faults : why rows were refused; notes on codes and dates that could not be read
    """

    entries: pl.DataFrame
    file: str
    on: dt.date
    read: int
    refused: int
    faults: tuple[Fault, ...]

    @property
    def expired(self) -> pl.DataFrame:
        """Entries whose term is over."""
        return self.entries.filter(~pl.col("valid") & ~pl.col("inactive"))


def read_register(path: str | os.PathLike[str], *, on: dt.date, progress: Progress = no_progress) -> Register:
    """Read a load of the register, long ones in pieces.

    Of the rows of one number (compared without its prefix «РПП-») the valid one is taken, then the one with most
    points, then the latest. ``аннулир``, ``недействит``, ``отказ`` in the description of points mean inactive;
    ``Docvalidtill`` before ``on`` means expired. Several codes may stand in one cell: the first listed one is taken.

    Raises InputFaults where the file is no load of the register.
    """
    file = Path(path)
    pieces, faults, read = [], [], 0
    places: dict[str, int] | None = None
    for grid in open_grids(file):
        start = 0
        if places is None:
            places = _find_columns(grid, file.name)
            start = 1
        piece, said = _read_piece(grid.slice(start), places)
        pieces.append(piece)
        faults += said
        read += grid.height - start
        progress(Step("read", read))
    if not pieces:
        raise refuse("file_empty", file.name)
    rows = pl.concat(pieces)
    entries = _best_rows(rows.filter(pl.col("number").is_not_null() & pl.col("product").is_not_null()), on)
    named = tuple(Fault(fault.code, fault.fields, file.name, None, fault.row, fault.column, fault.cell, fault.severity)
                  for fault in faults)
    refused = read - rows.filter(pl.col("number").is_not_null() & pl.col("product").is_not_null()).height
    return Register(entries, file.name, on, read, refused, named)


def _find_columns(grid: Grid, file: str) -> dict[str, int]:
    """Column of the load → its place; header names differ in case between exports."""
    titles = {title.strip().lower().strip("\ufeff"): place for place, title in enumerate(grid.row(0))}
    places = {column: titles[column.lower()] for column in COLUMNS if column.lower() in titles}
    if missing := [column for column in _MUST if column not in places]:
        raise InputFaults([Fault("register_columns", {"missing": missing}, file=file)], "file_refused", file=file)
    return places


def _read_piece(grid: Grid, places: Mapping[str, int]) -> tuple[pl.DataFrame, list[Fault]]:
    absent = pl.Series([None], dtype=pl.String).new_from_index(0, grid.height)
    cells = {column: texts(grid.columns[places[column]]) if places.get(column, grid.width) < grid.width else absent
             for column in _KEPT}
    faults: list[Fault] = []
    about = table("offers")
    days = {}
    for column in ("Docdate", "Docvalidtill"):
        found = read_column(cells[column], about.columns["valid_from"], about.dtypes["valid_from"])
        days[column] = found.values
        faults += [Fault(reading.code, reading.fields, row=grid.rows[row], column=column, severity="note")
                   for row, reading in found.remarks.items() if reading.code and reading.value is None]
    points = read_column(cells["Score"], about.columns["price"], about.dtypes["price"])
    number = cells["Registernumber"].str.replace(r"(?i)^РПП\s*[-–№]?\s*", "")
    for column in _MUST:
        faults += [Fault("missing_value", {}, row=grid.rows[row], column=column)
                   for row in cells[column].is_null().arg_true()]
    okpd2, tnved = (cells[column].map_elements(_first_code(system), return_dtype=pl.String)
                    for column, system in (("OKPD2", "okpd2"), ("TNVED", "tnved")))
    for column, codes in (("OKPD2", okpd2), ("TNVED", tnved)):
        faults += [Fault("code_unlisted", {"found": cells[column][row]}, row=grid.rows[row], column=column,
                         severity="note") for row in (cells[column].is_not_null() & codes.is_null()).arg_true()]
    frame = pl.DataFrame({
        "number": number, "product": cells["Productname"], "seller": cells["Nameoforg"],
        "inn": cells["INN"].map_elements(_inn, return_dtype=pl.String),
        "address": cells["Productmanufaddress"], "okpd2": okpd2, "tnved": tnved,
        "standard": cells["Nameofregulations"], "points": points.values, "dated": days["Docdate"],
        "until": days["Docvalidtill"].dt.offset_by("1d"),
        "inactive": cells["Scoredesc"].str.contains(_INACTIVE).fill_null(False),
    })
    return frame, faults


def _first_code(system: str) -> Callable[[str], str | None]:
    classifier = load(system)

    @cache
    def first(cell: str) -> str | None:
        for part in cell.replace(",", ";").split(";"):
            if part.strip() and (code := classifier.read(part)[0]) is not None:
                return code
        return None

    return first


@cache
def _inn(cell: str) -> str | None:
    if identifiers.find_inn_fault(cell) is None:
        return identifiers.compact(cell) or None
    return identifiers.pad_inn(cell)


def _best_rows(rows: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """One row per number: the valid one, then most points, then the latest; ties by the text of the product."""
    valid = ~pl.col("inactive") & (pl.col("until").is_null() | (pl.col("until") > on))
    return (rows.with_columns(valid.alias("valid"))
            .sort("number", "valid", "points", "dated", "product", descending=[False, True, True, True, False],
                  nulls_last=True)
            .unique("number", keep="first", maintain_order=True))


@cache
def find_site(address: str) -> tuple[str | None, float | None, float | None]:
    """Region and town coordinates of an address; absent where the address names none."""
    region = next((found for part in address.split(",")
                   if not part.strip().isdigit() and (found := find_region(part)) is not None), None)
    place = find_place(address, region)
    if place is None:
        return region, None, None
    return place.region, place.latitude, place.longitude


def register_offers(register: Register) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Offers and sites of the active entries; expired ones too, with the day on which they ended.

    The place is that of production (``Productmanufaddress``), not of the office; a site is one address of one ИНН.
    """
    active = register.entries.filter(~pl.col("inactive"))
    sites = (active.filter(pl.col("address").is_not_null() & pl.col("inn").is_not_null())
             .select(org_id="inn", address="address").unique().sort("org_id", "address")
             .with_columns(pl.int_range(1, pl.len() + 1).over("org_id").alias("_place")))
    sites = sites.with_columns(pl.format("{}-{}", "org_id", "_place").alias("site_id")).drop("_place")
    known = active.select("address").drop_nulls().unique(maintain_order=True)
    found = [find_site(address) for address in known["address"]]
    where = known.with_columns(pl.Series(name, [item[place] for item in found], dtype) for place, (name, dtype) in
                               enumerate((("region", pl.String), ("latitude", pl.Float64), ("longitude", pl.Float64))))
    sites = sites.join(where, on="address", how="left", maintain_order="left").with_columns(
        pl.lit(SOURCE).alias("source"))
    offers = active.join(where, on="address", how="left", maintain_order="left").join(
        sites.select(inn="org_id", address="address", site_id="site_id"), on=["inn", "address"], how="left",
        maintain_order="left").select(
        "inn", "seller", "region", "latitude", "longitude", "okpd2", "tnved", "site_id",
        offer_id="number", text="product", org_id="inn",
        standard=pl.when(pl.col("standard").str.contains("ГОСТ|ТУ|ISO|DIN|СТО")).then("standard"),
        register_entry="number", register_until="until", basis=pl.lit("register"), source=pl.lit(SOURCE))
    return complete(offers, "offers"), complete(sites, "sites")


def day_of(register: Register) -> dt.date:
    """The day of a load of which no day is told: that of its latest entry, else the day it was read for."""
    latest = register.entries["dated"].max()
    return latest if isinstance(latest, dt.date) else register.on


def diff_registers(old: Register, new: Register, *, old_on: dt.date | None = None) -> pl.DataFrame:
    """What changed between two loads: the declared table ``register_changes``.

    ``new``: active now, absent or inactive before. ``lost``: active before, absent or inactive now. ``expired``: both
    active, within its term on ``old_on``, out of it on ``new.on``. ``points``: both active, points differ. Ordered by
    number, then by change.

    Parameters
    ----------
    old_on : the day of the old load; by default the latest date of an entry in it
    """
    day = old_on or day_of(old)
    within = pl.col("until").is_null() | (pl.col("until") > pl.lit(day, pl.Date))
    before = old.entries.filter(~pl.col("inactive")).select("number", points_before="points", was=within)
    lost_rows = old.entries.filter(~pl.col("inactive")).join(
        new.entries.filter(~pl.col("inactive")).select("number"), on="number", how="anti")
    after = new.entries.filter(~pl.col("inactive")).join(before, on="number", how="left")
    kinds = [
        after.filter(pl.col("was").is_null()).with_columns(change=pl.lit("new")),
        after.filter(pl.col("was") & ~pl.col("valid")).with_columns(change=pl.lit("expired")),
        lost_rows.with_columns(change=pl.lit("lost"), points_before="points", points=pl.lit(None, pl.Float64)),
        after.filter(pl.col("was").is_not_null() & pl.col("points").ne_missing(pl.col("points_before")))
        .with_columns(change=pl.lit("points")),
    ]
    changes = pl.concat([kind.select(
        register_entry="number", change="change", text="product", seller="seller", inn="inn", address="address",
        points_before="points_before", points_after="points", register_until="until") for kind in kinds])
    regions = {address: find_site(address)[0] for address in changes["address"].drop_nulls().unique()}
    placed = changes.with_columns(
        pl.col("address").replace_strict(list(regions), list(regions.values()), default=None,
                                         return_dtype=pl.String).alias("region"))
    return complete(placed, "register_changes").sort("register_entry", "change")
