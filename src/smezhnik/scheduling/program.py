"""A choice of columns under limits, solved by HiGHS: the one form of all questions of this room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from smezhnik.solver import Watch, quiet_highs, run_watched

#: proved: nothing better exists; found: something better may; impossible: proved too; unknown: nothing found in time.
Status = Literal["proved", "found", "impossible", "unknown"]
_NO_LIMIT = float("inf")


@dataclass(frozen=True)
class Answer:
    """What a search came to.

    Attributes
    ----------
    chosen : [columns] which are chosen; none where nothing was found
    bound : no choice is worth more
    """

    status: Status
    chosen: NDArray[np.bool_]
    bound: float


class Program:
    """Choose columns so that their worth is highest and every limit holds.

    Parameters
    ----------
    worth : [columns] what each is worth when it is chosen
    """

    def __init__(self, worth: Sequence[float] | NDArray[np.float64]) -> None:
        self.worth(worth)
        self._columns: list[int] = []
        self._weights: list[float] = []
        self._starts = [0]
        self._low: list[float] = []
        self._high: list[float] = []

    def worth(self, worth: Sequence[float] | NDArray[np.float64]) -> None:
        """Give the columns another worth; the limits stay."""
        self._worth = np.asarray(worth, float)

    def limit(self, columns: Iterable[int], low: float = -_NO_LIMIT, high: float = _NO_LIMIT) -> None:
        """Of these columns at least ``low`` and at most ``high`` are chosen."""
        self._columns.extend(columns)
        self._row(low, high)

    def imply(self, first: int, second: int) -> None:
        """The first column is chosen only together with the second."""
        self._columns.extend((second, first))
        self._weights.extend((1.0, -1.0))
        self._row(0.0, _NO_LIMIT)

    def _row(self, low: float, high: float) -> None:
        self._weights.extend([1.0] * (len(self._columns) - len(self._weights)))
        self._starts.append(len(self._columns))
        self._low.append(low)
        self._high.append(high)

    def relaxed(self) -> float:
        """A bound of the worth that is quickly found: columns may be chosen in part. Not above it lies any choice."""
        if not len(self._worth):
            return 0.0
        model = self._model()
        model.integrality_ = []
        engine = quiet_highs(model)
        engine.run()
        solved = engine.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return -float(engine.getInfo().objective_function_value) if solved else _NO_LIMIT

    def solve(self, watch: Watch, stage: str = "schedule") -> Answer:
        """The choice of the highest worth, proved or as good as the time of the watch allowed.

        Raises
        ------
        Cancelled where somebody stopped the search before it had found anything.
        """
        count = len(self._worth)
        nothing = np.zeros(count, np.bool_)
        if count == 0:
            possible = all(low <= 0 <= high for low, high in zip(self._low, self._high, strict=True))
            return Answer("proved" if possible else "impossible", nothing, 0.0)
        engine = quiet_highs(self._model(), mip_rel_gap=0.0, mip_abs_gap=1e-6, time_limit=max(watch.left, 0.01))
        run_watched(engine, watch, lambda: watch.tell(stage))
        status, info = engine.getModelStatus(), engine.getInfo()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Answer("impossible", nothing, -_NO_LIMIT)
        if info.primal_solution_status != 2:  # no whole solution
            watch.give_up()
            return Answer("unknown", nothing, _NO_LIMIT)
        chosen = np.asarray(engine.getSolution().col_value) > 0.5
        proved = status == highspy.HighsModelStatus.kOptimal
        return Answer("proved" if proved else "found", chosen,
                      float(self._worth[chosen].sum()) if proved else -float(info.mip_dual_bound))

    def _model(self) -> highspy.HighsLp:
        count = len(self._worth)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = count, len(self._low)
        model.col_cost_ = -self._worth
        model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
        model.row_lower_, model.row_upper_ = np.array(self._low, float), np.array(self._high, float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(self._starts, np.int32)
        model.a_matrix_.index_ = np.array(self._columns, np.int32)
        model.a_matrix_.value_ = np.array(self._weights, float)
        model.integrality_ = [highspy.HighsVarType.kInteger] * count
        return model
