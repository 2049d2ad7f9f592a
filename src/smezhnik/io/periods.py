"""Amounts of a month or a quarter: how often a year they count, told by the header, the unit of the row or the cell."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from smezhnik.classifiers.units import find_unit, without_period
from smezhnik.io.cells import Column


def part_periods(done: dict[str, Column]) -> pl.Series:
    """Take the time out of the units of the rows, «т/мес» → «т»; how often a year each row counts, 1 where unsaid.

    Only amounts of a time are multiplied by it: a price is for a tonne, a lot is a lot, whatever the month.
    """
    kept = done.get("unit")
    if kept is None:
        return pl.Series([1.0])
    apart = {text: without_period(unit) for text in kept.values.drop_nulls().unique()
             if (unit := find_unit(text)) is not None and unit.per is not None}
    if not apart:
        return pl.Series([1.0]).new_from_index(0, len(kept.values))
    symbols = [unit.symbol for unit, _ in apart.values()]
    done["unit"] = replace(kept, values=kept.values.replace(list(apart), symbols))
    return kept.values.replace_strict(list(apart), [float(times) for _, times in apart.values()], default=1.0,
                                      return_dtype=pl.Float64)


def to_year(item: Column, times: pl.Series, said: int | None) -> tuple[Column, int]:
    """The amounts for a year, and how many of them changed.

    Parameters
    ----------
    times : how often a year each row counts, by its unit
    said : the same by the header, which wins over the unit of the row; None where it says nothing
    """
    if said is not None:
        times = pl.Series([float(said)]).new_from_index(0, len(item.values))
    own = [row for row, text in item.units.items() if (unit := find_unit(text)) is not None and unit.per]
    if own:  # «10 т/мес» in the cell itself is counted for the year together with its unit
        times = times.scatter(own, [1.0] * len(own))
    changed = int(((times != 1) & item.values.is_not_null()).sum())
    return (replace(item, values=(item.values * times).round_sig_figs(15)), changed) if changed else (item, 0)
