"""A place as a person names it: a town, or a region by its centre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.classifiers.places import find_place
from smezhnik.classifiers.regions import distance_km, find_region, load_regions
from smezhnik.errors import InputError
from smezhnik.report.territory import region_centre


@dataclass(frozen=True)
class Spot:
    """A point with its name; ``region`` is the region it lies in, coordinates are degrees (WGS 84)."""

    name: str
    region: str
    latitude: float
    longitude: float


def find_spot(text: str) -> Spot:
    """The town or the region that a person typed: «Уфа», «Челябинская область», «RU-CHE».

    Raises
    ------
    InputError ``place_unknown`` where there is no such place, or several towns of that name.
    """
    town, region = find_place(text), find_region(text)
    if town is not None and (region is None or town.name.casefold() == text.strip().casefold()):
        return Spot(town.name, town.region, town.latitude, town.longitude)
    centre = region_centre(region) if region else None
    if region is None or centre is None:
        raise InputError("place_unknown", found=text)
    return Spot(text.strip(), region, *centre)


def distances_from(frame: pl.DataFrame, latitude: float, longitude: float) -> NDArray[np.float64]:
    """Great-circle distance of each row in km, from its own coordinates or else the centre of its region.

    Parameters
    ----------
    frame : columns ``region``, ``latitude``, ``longitude``, degrees

    Returns
    -------
    [row] km; nan where neither is known.
    """
    centres = load_regions().select("region", pl.col("latitude", "longitude").cast(pl.Float64, strict=False)
                                    .name.prefix("centre_"))
    placed = frame.select("region", "latitude", "longitude").join(centres, on="region", how="left",
                                                                  maintain_order="left")
    own = pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null()
    at = placed.select(pl.when(own).then(pl.col(name)).otherwise(pl.col(f"centre_{name}")).alias(name)
                       for name in ("latitude", "longitude")).cast(pl.Float64)
    return np.asarray(distance_km(latitude, longitude, at["latitude"].fill_null(np.nan).to_numpy(),
                                  at["longitude"].fill_null(np.nan).to_numpy()), np.float64)
