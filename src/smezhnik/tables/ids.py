"""Ids of rows that have none of their own."""

from __future__ import annotations

import polars as pl


def fill_ids(ids: pl.Series, numbers: pl.Series) -> pl.Series:
    """The given ids, and for absent ones the number of the row.

    A number that another row has as its own id gets a mark, so that no row takes the place of another.

    Parameters
    ----------
    ids : String[rows], null where a row has no id
    numbers : String[rows], different from each other

    Examples
    --------
    >>> fill_ids(pl.Series(["2", None]), pl.Series(["1", "2"])).to_list()
    ['2', '#2']
    """
    taken = ids.drop_nulls().implode()
    while (clash := ids.is_null() & numbers.is_in(taken)).any():
        numbers = pl.select(pl.when(clash).then("#" + numbers).otherwise(numbers)).to_series()
    return ids.fill_null(numbers)
