"""Output of regions by activity and year as arrays, checked: what every figure of a region's profile is made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import CannotSay, Fault, InputError, InputFaults

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Columns that a panel is made from; ``firms`` may be absent.
KEY, VALUE, FIRMS = ("territory", "activity", "year"), "value", "firms"
#: Faulty rows that are named; the rest is told by the caller's count.
SHOWN = 200


@dataclass(frozen=True)
class Panel:
    """Output of R regions in P activities over Y years.

    Attributes
    ----------
    regions, activities, years : names of the axes, in ascending order
    values : [Y, R, P] ≥ 0, one unit throughout; 0 where the table has no row, because a table of output lists what is
        made (a row with an empty value is refused: unknown is not zero)
    firms : [Y, R, P] number of firms behind a value, nan where unknown; None where the table does not tell it
    present : [Y, R] whether the region has any output in the year; where not, it has no figures there
    """

    regions: tuple[str, ...]
    activities: tuple[str, ...]
    years: tuple[int, ...]
    values: Floats
    firms: Floats | None
    present: Flags

    def year(self, year: int | None = None) -> int:
        """Place of a year, by default the last; InputError where the table does not hold it."""
        if year is None:
            return len(self.years) - 1
        if year not in self.years:
            raise InputError("panel_year", found=year, years=list(self.years))
        return self.years.index(year)

    def region(self, region: str) -> int:
        """Place of a region; InputError where the table does not hold it."""
        if region not in self.regions:
            raise InputError("panel_region", found=region, count=len(self.regions))
        return self.regions.index(region)

    def flat(self, year: int) -> tuple[Floats, tuple[str, ...]]:
        """[R', P] values of one year and the regions that are present in it.

        Raises
        ------
        CannotSay where fewer than two regions or two activities have output: there is nothing to compare with.
        """
        rows = np.flatnonzero(self.present[year])
        values = self.values[year, rows]
        activities = int((values.sum(axis=0) > 0).sum())
        if len(rows) < 2 or activities < 2:
            raise CannotSay("panel_few", year=self.years[year], regions=len(rows), activities=activities)
        return values, tuple(self.regions[row] for row in rows)

    def flat_of(self, region: str, year: int) -> tuple[Floats, tuple[str, ...], int]:
        """``flat`` of a year, and the row in it of one region.

        Raises
        ------
        InputError where the table does not hold the region, or not in this year; CannotSay as ``flat``.
        """
        values, names = self.flat(year)
        if region not in names:
            self.region(region)
            raise InputError("panel_absent", region=region, year=self.years[year])
        return values, names, names.index(region)


def make_panel(output: pl.DataFrame) -> Panel:
    """Check a table of output and lay it out as arrays.

    Parameters
    ----------
    output : frame, one row per territory, activity and year
        territory, activity (text, never absent), year (whole number; may be absent as a column: one year, 0),
        value (≥ 0, one unit for the whole table), firms (whole number, may be absent)

    Raises
    ------
    InputFaults
        All at once: missing columns; values that are absent, not finite or below zero; firms below zero; a row that
        repeats another's territory, activity and year; codes inside other codes, counting output twice; no rows.
    """
    missing = [column for column in (*KEY[:2], VALUE) if column not in output.columns]
    if missing:
        raise InputFaults([Fault("panel_columns", {"missing": missing})], "panel")
    frame = output if "year" in output.columns else output.with_columns(year=pl.lit(0, pl.Int64))
    frame = frame.with_columns(pl.col(*KEY[:2]).cast(pl.String), pl.col("year").cast(pl.Int64, strict=False),
                               pl.col(VALUE).cast(pl.Float64, strict=False))
    if faults := find_panel_faults(frame):
        raise InputFaults(faults, "panel")
    axes = [frame[column].unique().sort() for column in KEY]
    places = [frame.select(pl.col(column).replace_strict(axis, range(len(axis)), return_dtype=pl.Int64)).to_series()
              .to_numpy() for column, axis in zip(KEY, axes, strict=True)]
    shape = (len(axes[2]), len(axes[0]), len(axes[1]))
    where = (places[2], places[0], places[1])
    values = np.zeros(shape)
    values[where] = frame[VALUE].to_numpy()
    firms = None
    if FIRMS in frame.columns and frame[FIRMS].null_count() < frame.height:
        firms = np.zeros(shape)
        firms[where] = frame[FIRMS].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return Panel(tuple(axes[0]), tuple(axes[1]), tuple(axes[2]), values, firms, values.sum(axis=2) > 0)


def find_panel_faults(frame: pl.DataFrame) -> list[Fault]:
    """Rows that no figure may be made from; row numbers count the header as the first."""
    if not frame.height:
        return [Fault("panel_empty")]
    rows = frame.with_row_index("row", offset=2)
    faults = [Fault("panel_key", {"column": column}, row=row) for column in KEY
              for row in rows.filter(pl.col(column).is_null())["row"].head(SHOWN)]
    bad = rows.filter(~(pl.col(VALUE).is_finite() & (pl.col(VALUE) >= 0)).fill_null(False))
    for row, territory, activity, value in bad.select("row", *KEY[:2], VALUE).head(SHOWN).iter_rows():
        code = "panel_unknown" if value is None or value != value else "panel_value"
        faults.append(Fault(code, {"territory": territory, "activity": activity, "found": value}, row=row))
    if FIRMS in rows.columns:
        for row, territory, activity, firms in rows.filter(pl.col(FIRMS) < 0).select("row", *KEY[:2], FIRMS).head(
                SHOWN).iter_rows():
            faults.append(Fault("panel_value", {"territory": territory, "activity": activity, "found": firms}, row=row))
    again = rows.filter(pl.struct(KEY).is_first_distinct().not_())
    first = rows.unique(KEY, keep="first", maintain_order=True).select(*KEY, before="row")
    for row, territory, activity, year, before in again.join(first, on=KEY, how="left", nulls_equal=True).select(
            "row", *KEY, "before").head(SHOWN).iter_rows():
        faults.append(Fault("panel_twice", {"territory": territory, "activity": activity, "year": year,
                                            "before": before}, row=row))
    nested = find_nested(frame["activity"].drop_nulls().unique().sort().to_list())
    return faults + [Fault("panel_nested", {"found": code, "within": wider}) for code, wider in nested.items()]


def find_nested(activities: list[str]) -> dict[str, str]:
    """Codes that lie inside another of the list (24.10 inside 24) with that one; names that are no codes never do."""
    digits = {activity.replace(".", ""): activity for activity in activities
              if len(activity) > 1 and activity.replace(".", "").isdigit()}
    return {activity: digits[code[:size]] for code, activity in digits.items()
            for size in range(2, len(code)) if code[:size] in digits}


def cut_activities(output: pl.DataFrame, digits: int) -> pl.DataFrame:
    """Bring codes to one level.

    In a table of several levels (24 beside 24.10) the rows of the level asked for stay; in a table of one level codes
    are cut and values added up. Firms are added up too: one that has several codes then counts several times.
    """
    plain = pl.col("activity").str.replace_all(".", "", literal=True)
    if find_nested(output["activity"].drop_nulls().unique().sort().to_list()):
        return output.filter(plain.str.len_chars() == digits)
    short = plain.str.slice(0, digits)
    cut = pl.when(short.str.len_chars() > 2).then(short.str.slice(0, 2) + "." + short.str.slice(2)).otherwise(short)
    keys = [column for column in KEY if column in output.columns]
    sums = [pl.when(pl.col(column).null_count() == 0).then(pl.col(column).sum()).alias(column)
            for column in (VALUE, FIRMS) if column in output.columns]
    return output.with_columns(activity=cut).group_by(keys, maintain_order=True).agg(sums)
