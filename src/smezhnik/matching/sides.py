"""The two sides of a match as arrays: who, where, how much, at what price, until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.matching.amounts import currency, units_of

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: The code of what is absent: it equals nothing, not even another absence.
ABSENT = -1


@dataclass(frozen=True)
class Names:
    """Numbers for texts, fixed by the offers so that batches of needs can be read against them."""

    known: pl.Series

    @classmethod
    def of(cls, *texts: pl.Series) -> Names:
        joined: pl.Series = pl.concat([series.cast(pl.String) for series in texts])
        return cls(joined.drop_nulls().unique().sort())

    def codes(self, texts: pl.Series) -> Ints:
        """The number of each text; ``ABSENT`` where it is absent or unknown."""
        if self.known.is_empty():
            return np.full(len(texts), ABSENT, np.int32)
        asked = texts.cast(pl.String)
        # a search, not a table of all names: one need is asked about as many names as there are offers
        places = np.minimum(self.known.search_sorted(asked.fill_null("")).to_numpy(), len(self.known) - 1)
        there = (self.known.gather(places) == asked).fill_null(False).to_numpy()
        return np.where(there, places.astype(np.int32), np.int32(ABSENT))


@dataclass(frozen=True)
class Dictionaries:
    """Names of everything that is compared between the sides."""

    currency: Names
    organisation: Names
    inn: Names
    name: Names
    group: Names
    region: Names


@dataclass(frozen=True)
class Side:
    """One side; every array has one entry a row of its table, absent is nan or ``ABSENT``.

    Attributes
    ----------
    amount : yearly volume of a need or free capacity of an offer, in base units of its dimension
    dimension, factor : dimension of the unit as a number, and base units in one unit
    price : money for one base unit, in the currency of the row
    latitude, longitude, exact : place in degrees; ``exact`` False where it is the centre of the region
    currency, organisation, inn, name, group, region : numbers by ``Dictionaries``
    """

    amount: Floats
    dimension: Ints
    factor: Floats
    price: Floats
    latitude: Floats
    longitude: Floats
    exact: Flags
    currency: Ints
    organisation: Ints
    inn: Ints
    name: Ints
    group: Ints
    region: Ints

    def site(self, rows: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Latitude and longitude of the rows where they are of a site; nan where only a region is known."""
        exact = self.exact[rows]
        return np.where(exact, self.latitude[rows], np.nan), np.where(exact, self.longitude[rows], np.nan)


def dictionaries_of(offers: pl.DataFrame, regions: pl.DataFrame) -> Dictionaries:
    """Names by the offers; a need's name that no offer has equals none of them."""
    return Dictionaries(
        currency=Names.of(_currencies(offers)),
        organisation=Names.of(offers["org_id"]),
        inn=Names.of(offers["inn"]),
        name=Names.of(folded_name(offers["seller"])),
        group=Names.of(offers["group_id"]),
        region=Names.of(regions["region"], offers["region"]),
    )


def folded_name(names: pl.Series) -> pl.Series:
    """Names without case and outer blanks, for telling whether two rows speak of one organisation."""
    return names.str.strip_chars().str.to_lowercase()


def side_of(frame: pl.DataFrame, amount: str, name: str, dictionaries: Dictionaries, regions: pl.DataFrame) -> Side:
    """The arrays of a table of needs (``volume``, ``buyer``) or offers (``capacity``, ``seller``)."""
    dimension, factor = units_of(frame["unit"])
    latitude, longitude, exact = _places(frame, regions)
    return Side(
        amount=_floats(frame[amount]) * factor, dimension=dimension, factor=factor,
        price=_floats(frame["price"]) / factor, latitude=latitude, longitude=longitude, exact=exact,
        currency=dictionaries.currency.codes(_currencies(frame)),
        organisation=dictionaries.organisation.codes(frame["org_id"]),
        inn=dictionaries.inn.codes(frame["inn"]),
        name=dictionaries.name.codes(folded_name(frame[name])),
        group=dictionaries.group.codes(frame["group_id"]),
        region=dictionaries.region.codes(frame["region"]),
    )


def holds_on(frame: pl.DataFrame, since: str | None, until: str, on: dt.date) -> Flags:
    """Whether the half-open period of each row holds on the day; an absent end is open (CONVENTIONS §1)."""
    holds = frame[until].is_null() | (frame[until] > on)
    if since is not None:
        holds = holds & (frame[since].is_null() | (frame[since] <= on))
    return holds.to_numpy()


def _currencies(frame: pl.DataFrame) -> pl.Series:
    return frame.select(currency()).to_series()


def _floats(values: pl.Series) -> Floats:
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _places(frame: pl.DataFrame, regions: pl.DataFrame) -> tuple[Floats, Floats, Flags]:
    """Coordinates of each row, else the centre of its region, else nan."""
    centres = frame.select("region").join(
        regions.select("region", "latitude", "longitude"), on="region", how="left", maintain_order="left"
    )
    latitude, longitude = _floats(frame["latitude"]), _floats(frame["longitude"])
    exact = ~(np.isnan(latitude) | np.isnan(longitude))
    return (np.where(exact, latitude, _floats(centres["latitude"])),
            np.where(exact, longitude, _floats(centres["longitude"])), exact)
