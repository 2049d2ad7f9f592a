"""From tables to arrays: what may flow from which offer to which need, in base units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import Fault, InputFaults
from smezhnik.matching.amounts import currency, units_of
from smezhnik.matching.validity import begins_late, ended
from smezhnik.tables import complete
from smezhnik.types import BASES, GRADES, Basis, Grade

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Problem:
    """One planning problem; quantities are in base units of the dimension (kilogram, square metre, piece …).

    Attributes
    ----------
    needs, offers : the tables, ordered by id
    volume : [needs] yearly volume, nan where it is not given
    imported_rate, value_rate : [needs] thousand roubles in one base unit, 0 where nothing is known
    priced : [needs] whether a value is known and above zero
    capacity : [offers] free capacity, nan where it is not given
    need, offer : [links] positions; links are ordered by (need, offer)
    distance : [links] kilometres, nan where it is not given
    lot : [links] the least quantity that this offer sells
    comparable : [links] whether both units have one dimension
    need_factor, offer_factor : [needs], [offers] base units in one unit of the row
    lapsed : [needs] whether links were left out since their offers do not hold when the need is
    """

    needs: pl.DataFrame
    offers: pl.DataFrame
    volume: Floats
    imported_rate: Floats
    value_rate: Floats
    priced: Flags
    capacity: Floats
    need: Ints
    offer: Ints
    distance: Floats
    lot: Floats
    comparable: Flags
    need_factor: Floats
    offer_factor: Floats
    lapsed: Flags


def problem_of(links: pl.DataFrame, needs: pl.DataFrame, offers: pl.DataFrame, *, on: dt.date | None,
               min_grade: Grade | None, bases: Collection[Basis]) -> Problem:
    """Check the tables against each other and turn them into arrays."""
    needs = complete(needs, "needs").sort("need_id")
    offers = complete(offers, "offers").sort("offer_id")
    usable = _usable_links(complete(links, "links"), min_grade, bases)
    usable = (
        usable.select("need_id", "offer_id", "distance_km", _is_gone().alias("gone"))
        .join(_positions(needs, "need"), on="need_id", how="left")
        .join(_positions(offers, "offer"), on="offer_id", how="left")
        .filter(~pl.col("gone") | (pl.col("need").is_not_null() & pl.col("offer").is_not_null()))
        .sort("need", "offer")
    )
    _check(needs, offers, usable)
    held = _held(usable, needs, offers, on)
    lapsed = np.bincount(usable["need"].filter(~held).to_numpy(), minlength=len(needs)) > 0
    usable = usable.filter(held)
    dimension, factor = units_of(pl.concat([needs["unit"], offers["unit"]]))
    need_dimension, offer_dimension = dimension[: len(needs)], dimension[len(needs):]
    need_factor, offer_factor = factor[: len(needs)], factor[len(needs):]
    need, offer = usable["need"].to_numpy().astype(np.int64), usable["offer"].to_numpy().astype(np.int64)
    volume = _floats(needs["volume"]) * need_factor
    imported_rate, value_rate = _rates(needs, volume, need_factor)
    lot = np.nan_to_num(_floats(offers["min_lot"]) * offer_factor)
    return Problem(
        needs=needs, offers=offers, volume=volume, imported_rate=imported_rate, value_rate=value_rate,
        priced=value_rate > 0, capacity=_floats(offers["capacity"]) * offer_factor, need=need, offer=offer,
        distance=_floats(usable["distance_km"]), lot=lot[offer],
        comparable=need_dimension[need] == offer_dimension[offer],
        need_factor=need_factor, offer_factor=offer_factor, lapsed=lapsed,
    )


def _usable_links(links: pl.DataFrame, min_grade: Grade | None, bases: Collection[Basis]) -> pl.DataFrame:
    """Links that may enter a plan: not declined, of a basis that is asked for, of a sufficient grade.

    A link without a grade or basis (a list made by hand) is taken as it stands.
    """
    unwanted_bases = [basis for basis in BASES if basis not in bases]
    unwanted_grades = GRADES[GRADES.index(min_grade) + 1:] if min_grade else ()
    return links.filter(
        ~pl.col("basis").is_in(unwanted_bases).fill_null(False),
        ~pl.col("grade").is_in(unwanted_grades).fill_null(False),
        pl.col("decision").ne_missing("declined"),
    )


def _is_gone() -> pl.Expr:
    """Whether the link is kept for its decision only (``history.keep_decisions``): its ids may name nothing now."""
    return pl.col("gaps").list.eval(pl.element().struct["code"] == "gone").list.any().fill_null(False)


def _held(links: pl.DataFrame, needs: pl.DataFrame, offers: pl.DataFrame, on: dt.date | None) -> pl.Series:
    """[links] whether the offer holds when the need is; without a day all do."""
    if on is None:
        return pl.Series([True], dtype=pl.Boolean).new_from_index(0, len(links))
    periods = links.select(needs["needed_by"].gather(links["need"]),
                           *(offers[name].gather(links["offer"]) for name in ("valid_from", "valid_until")))
    return periods.select(~(ended("valid_until", on) | begins_late("valid_from", "needed_by", on))).to_series()


def _positions(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Id and row number of each row; of a repeated id only the first, so that the links do not multiply."""
    return frame.select(f"{name}_id").with_row_index(name).unique(f"{name}_id", keep="first")


def _check(needs: pl.DataFrame, offers: pl.DataFrame, links: pl.DataFrame) -> None:
    """All that does not fit together, at once."""
    faults = [
        Fault(code, {"id": row[0]})
        for code, frame, column in (("repeated_need", needs, "need_id"), ("repeated_offer", offers, "offer_id"))
        for row in frame.filter(pl.col(column).is_duplicated()).select(column).unique(maintain_order=True).iter_rows()
    ]
    faults += [
        Fault(code, {"id": row[0]})
        for code, position, column in (("link_need", "need", "need_id"), ("link_offer", "offer", "offer_id"))
        for row in links.filter(pl.col(position).is_null()).select(column).unique(maintain_order=True).iter_rows()
    ]
    faults += [
        Fault("repeated_link", {"need": row[0], "offer": row[1]})
        for row in links.filter(pl.struct("need_id", "offer_id").is_duplicated())
        .select("need_id", "offer_id").unique(maintain_order=True).iter_rows()
    ]
    if faults:
        raise InputFaults(faults, "plan_tables")


def _rates(needs: pl.DataFrame, volume: Floats, factor: Floats) -> tuple[Floats, Floats]:
    """Thousand roubles of imports and of value in one base unit of each need; 0 where nothing is known."""
    rouble = needs.select(currency() == "RUB").to_series().to_numpy()  # another currency has no rate here
    price = np.where(rouble, _floats(needs["price"]) / 1000 / factor, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        imported = _floats(needs["imported_th_rub"]) / volume
        stated = _floats(needs["value_th_rub"]) / volume
    value = np.where(np.isfinite(stated), stated, price)
    return _significant(imported), _significant(value)


def _significant(rates: Floats) -> Floats:
    """Twelve significant digits, 0 where nothing is known: rates that differ by float noise alone are equal."""
    known = np.isfinite(rates) & (rates > 0)
    size = 10.0 ** (11 - np.floor(np.log10(np.where(known, rates, 1.0))))
    return np.where(known, np.round(np.where(known, rates, 0.0) * size) / size, 0.0)


def _floats(values: pl.Series) -> Floats:
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy()
