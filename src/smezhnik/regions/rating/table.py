"""The numbers of a rating: regions by indicators, one year at a time, checked all at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from smezhnik.classifiers.regions import RegionPack
from smezhnik.errors import Fault, InputFaults
from smezhnik.regions.rating.scheme import Scheme
from smezhnik.regions.rating.tree import Bools, Floats


@dataclass(frozen=True, eq=False)
class IndicatorTable:
    """One year of a rating, in the order of the scheme.

    Attributes
    ----------
    regions, names : id and name of every row
    year : None where the data name none
    values : [n, m] raw values, NaN where absent
    denominators : [n, d]
    groups : column of groups → group of every row
    """

    regions: tuple[str, ...]
    names: tuple[str, ...]
    year: int | None
    values: Floats
    denominators: Floats
    groups: Mapping[str, tuple[str | None, ...]]

    def rows(self, keep: Bools) -> IndicatorTable:
        """Some of the rows."""
        places = np.flatnonzero(keep)
        return IndicatorTable(tuple(self.regions[row] for row in places), tuple(self.names[row] for row in places),
                              self.year, self.values[places], self.denominators[places],
                              {name: tuple(column[row] for row in places) for name, column in self.groups.items()})

    def columns(self, keep: Bools) -> IndicatorTable:
        """Some of the indicators."""
        return IndicatorTable(self.regions, self.names, self.year, self.values[:, keep], self.denominators, self.groups)


def make_tables(frame: pl.DataFrame, scheme: Scheme, *, pack: RegionPack | None = None, file: str | None = None,
                rows: Sequence[int] | None = None, headers: Mapping[str, str] | None = None,
                found: Sequence[Fault] = ()) -> tuple[IndicatorTable, ...]:
    """A frame as tables of the scheme, one a year, oldest first.

    Parameters
    ----------
    frame : columns ``region`` (text), and as there are ``name`` (text), ``year`` (whole number), the groups, the
        denominators and the indicators of the scheme by their codes (numbers, absent as null)
    pack : regions, where the scheme is about regions
    file, rows, headers : how its owner calls the file, the rows and the columns of the frame, for faults
    found : faults that the reader of the file found already; they are told together with those found here

    Returns
    -------
    tables whose rows stand in the order of the frame.

    Raises
    ------
    InputFaults, all at once: absent columns, no rows, unknown regions, a region twice (under two names too), values
        out of bounds or not finite, denominators that are not above zero, a year that some rows lack.
    """
    faults = list(found)
    place = _Place(file, list(rows) if rows is not None else list(range(2, frame.height + 2)), headers or {})
    wanted = ["region", *scheme.groups, *(item.code for item in scheme.denominators), *scheme.codes]
    spare = [name for name in frame.columns if name not in wanted]
    titles = ({item.code: item.title for item in scheme.indicators}
              | {item.code: item.title for item in scheme.denominators})
    faults += [Fault("rating.no_column", {"column": column, "title": titles.get(column, column),
                                          "nearest": difflib.get_close_matches(column, spare, 3) or None}, file=file)
               for column in wanted if column not in frame.columns]
    if not frame.height:
        faults.append(Fault("rating.no_rows", {}, file=file))
    if any(fault.row is None for fault in faults):
        raise InputFaults(faults, "rating.refused")
    regions, names = _find_regions(frame, scheme, pack, place, faults)
    years = frame["year"].to_list() if "year" in frame.columns else [None] * frame.height
    if any(year is None for year in years) and any(year is not None for year in years):
        faults += [place.fault("no_year", row, "year", region=names[row])
                   for row, year in enumerate(years) if year is None]
    _find_doubles(regions, years, frame["region"].to_list(), place, faults)
    _find_bad_values(frame, scheme, place, faults)
    if any(fault.severity == "refused" for fault in faults):
        raise InputFaults(faults, "rating.refused")
    whole = IndicatorTable(tuple(regions), tuple(names), None, _floats(frame, scheme.codes),
                           _floats(frame, [item.code for item in scheme.denominators]),
                           {name: tuple(frame[name].cast(pl.String).to_list()) for name in scheme.groups})
    return tuple(replace(whole.rows(np.array([item == year for item in years])), year=year)
                 for year in sorted(set(years), key=lambda item: item or 0))


@dataclass(frozen=True)
class _Place:
    """Where the rows and columns of a frame stand in the file of their owner."""

    file: str | None
    rows: Sequence[int]
    headers: Mapping[str, str]

    def fault(self, code: str, row: int, column: str, /, **fields: object) -> Fault:
        return Fault(f"rating.{code}", fields, file=self.file, row=self.rows[row],
                     column=self.headers.get(column, column))


def _floats(frame: pl.DataFrame, columns: Sequence[str]) -> Floats:
    if not columns:
        return np.zeros((frame.height, 0))
    return np.column_stack([frame[column].cast(pl.Float64).fill_null(np.nan).to_numpy() for column in columns])


def _find_regions(frame: pl.DataFrame, scheme: Scheme, pack: RegionPack | None, place: _Place,
                  faults: list[Fault]) -> tuple[list[str], list[str]]:
    """Id and name of every row; a row whose region is not known gets an id of its own."""
    written = [(text or "").strip() for text in frame["region"].cast(pl.String).to_list()]
    given = frame["name"].cast(pl.String).to_list() if "name" in frame.columns else [None] * frame.height
    known = pack if scheme.regions else None
    regions = []
    for row, text in enumerate(written):
        region: str | None = text or None
        if not text:
            faults.append(place.fault("no_region", row, "region"))
        elif known is not None:
            reading = known.read(text)
            region = reading.region
            if reading.fault is not None:
                faults.append(replace(place.fault("", row, "region", **reading.fault.fields), code=reading.fault.code))
        regions.append(region or f"\0{row}")
    return regions, [name or text for name, text in zip(given, written, strict=True)]


def _find_doubles(regions: Sequence[str], years: Sequence[int | None], written: Sequence[str | None], place: _Place,
                  faults: list[Fault]) -> None:
    seen: dict[tuple[str, int | None], int] = {}
    for row, key in enumerate(zip(regions, years, strict=True)):
        first = seen.setdefault(key, row)
        if first != row:
            faults.append(place.fault("region_twice", row, "region", found=written[row], first=written[first],
                                      line=place.rows[first]))


def _find_bad_values(frame: pl.DataFrame, scheme: Scheme, place: _Place, faults: list[Fault]) -> None:
    used = {item.per for item in scheme.indicators}
    for item in scheme.denominators:
        faults += [place.fault("denominator", row, item.code, found=value, title=item.title)
                   for row, value in enumerate(frame[item.code].to_list())
                   if item.code in used and value is not None and not 0 < value < np.inf]
    for indicator in scheme.indicators:
        low = -np.inf if indicator.least is None else indicator.least
        high = np.inf if indicator.most is None else indicator.most
        for row, value in enumerate(frame[indicator.code].to_list()):
            if value is None or np.isnan(value):
                continue
            about = {"found": value, "title": indicator.title, "least": indicator.least, "most": indicator.most}
            if np.isinf(value):
                faults.append(place.fault("not_finite", row, indicator.code, **about))
            elif not low <= value <= high:
                code = "below_least" if value < low else "above_most"
                faults.append(place.fault(code, row, indicator.code, **about))
