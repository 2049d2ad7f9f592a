"""Units and currencies of a table, read the same wherever amounts meet: in a match and in a plan."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.classifiers.units import find_unit

#: How the rouble may be written in a column of currencies.
ROUBLE = ("RUB", "RUR", "643")
#: Dimension → number; the same in every call, so that tables read apart can be compared.
_NUMBERS: dict[str, int] = {}


def units_of(units: pl.Series) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Dimension of each row's unit as a number, and the base units in one unit.

    Rows without a unit are of one dimension of their own with factor 1: two sides that both leave the unit out are
    taken to count the same thing. A unit that the catalogue does not hold is a dimension of its own.
    """
    dimension: dict[str | None, int] = {}
    factor: dict[str | None, float] = {}
    for text in units.unique().to_list():
        unit = find_unit(text) if text else None
        name = unit.dimension if unit else f"={(text or '').strip().casefold()}"
        dimension[text] = _NUMBERS.setdefault(name, len(_NUMBERS))
        factor[text] = unit.factor if unit else 1.0
    rows = units.to_list()
    return (np.array([dimension[text] for text in rows], np.int32), np.array([factor[text] for text in rows], float))


def currency(column: str = "currency") -> pl.Expr:
    """The currency of each row in capitals; an absent one is the rouble, and every spelling of that is ``RUB``."""
    written = pl.col(column).str.strip_chars().str.to_uppercase()
    return pl.when(written.is_null() | written.is_in(ROUBLE)).then(pl.lit("RUB")).otherwise(written)
