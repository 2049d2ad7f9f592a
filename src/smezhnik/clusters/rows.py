"""Rows and columns of a mixed-integer problem, collected as arrays."""

from __future__ import annotations

import highspy
import numpy as np

from smezhnik.clusters.arrays import grouped, summed
from smezhnik.rules.facts import Bools, Floats, Ints

INFINITY = highspy.kHighsInf
#: Coefficients below this part of the largest one of their row are noise to the solver.
NOTHING = 1e-9


class Rows:
    """A problem in the making: columns between 0 and an upper bound, rows Σ a x ≥ least.

    A row may depend on a column that is 0 or 1 (``given``): it binds where that column is 1.
    """

    def __init__(self) -> None:
        self._upper: list[Floats] = []
        self._integer: list[Bools] = []
        self._row: list[Ints] = []
        self._column: list[Ints] = []
        self._value: list[Floats] = []
        self._least: list[Floats] = []
        self.columns = 0
        self.rows = 0

    def add_columns(self, count: int, upper: Floats | float = 1.0, *, integer: bool = False) -> Ints:
        """Numbers of ``count`` new columns."""
        self._upper.append(np.broadcast_to(np.asarray(upper, np.float64), count).copy())
        self._integer.append(np.full(count, integer))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(self, row: Ints, column: Ints, value: Floats, least: Floats, given: int | None = None) -> None:
        """New rows from their entries; ``row`` counts from 0 within this call, ``least`` has one number a row.

        Each row is divided by its largest coefficient. Entries of one row and column add up.
        """
        count = len(least)
        if not count:
            return
        row, column, value = _merged(row, column, value, self.columns)
        size = np.zeros(count)
        np.maximum.at(size, row, np.abs(value))
        size[size == 0] = 1.0
        value, least = value / size[row], least / size
        if given is not None:
            upper = np.concatenate(self._upper)
            lowest = summed(row, np.minimum(value, 0.0) * upper[column], count)
            slack = least - lowest
            bites = np.flatnonzero(slack > 0)
            least = np.where(slack > 0, lowest, least)
            row, column = np.concatenate([row, bites]), np.concatenate([column, np.full(len(bites), given)])
            value = np.concatenate([value, -slack[bites]])
        self._row.append(row + self.rows)
        self._column.append(column)
        self._value.append(value)
        self._least.append(least)
        self.rows += count

    def build(self, cost: Floats, lower: Floats, upper: Floats) -> highspy.HighsLp:
        """The problem of least cost, bounds of the columns as given within those declared."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
        lp.row_lower_ = np.concatenate(self._least) if self._least else np.zeros(0)
        lp.row_upper_ = np.full(self.rows, INFINITY)
        row = np.concatenate(self._row) if self._row else np.zeros(0, np.int64)
        order, start = grouped(row, self.rows)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = start.astype(np.int32)
        lp.a_matrix_.index_ = (np.concatenate(self._column)[order] if self._column else row).astype(np.int32)
        lp.a_matrix_.value_ = np.concatenate(self._value)[order] if self._value else np.zeros(0)
        kinds = np.concatenate(self._integer) if self._integer else np.zeros(0, np.bool_)
        lp.integrality_ = [highspy.HighsVarType.kInteger if kind else highspy.HighsVarType.kContinuous
                           for kind in kinds.tolist()]
        return lp

    @property
    def upper(self) -> Floats:
        """Declared upper bounds of all columns."""
        return np.concatenate(self._upper) if self._upper else np.zeros(0)


def _merged(row: Ints, column: Ints, value: Floats, columns: int) -> tuple[Ints, Ints, Floats]:
    """Entries of one row and column added up, those that cancel left out."""
    key, place = np.unique(row * np.int64(columns) + column, return_inverse=True)
    total, size = summed(place, value, len(key)), summed(place, np.abs(value), len(key))
    kept = np.abs(total) > NOTHING * size
    return key[kept] // columns, key[kept] % columns, total[kept]
