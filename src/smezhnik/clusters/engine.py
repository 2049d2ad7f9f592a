"""One problem of a cluster in HiGHS: a time limit, a start, bounds, and patience that ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from smezhnik.rules.facts import Floats, Ints
from smezhnik.solver import Watch, quiet_highs, run_watched

#: A search whose gap is above this when its patience ends is stopped.
FAR = 0.05


@dataclass(frozen=True, eq=False)
class Run:
    """What one run found; costs are minimised.

    Attributes
    ----------
    columns : values of all columns; None where nothing was found
    cost : of these values
    bound : no answer costs less
    proven : the bound is reached within the gap that was asked for, or it is proven that there is no answer
    """

    columns: Floats | None
    cost: float
    bound: float
    proven: bool

    @property
    def impossible(self) -> bool:
        """It is proven that there is no answer."""
        return self.proven and self.columns is None


class Engine:
    """A quiet HiGHS that holds one problem; one thread, so that the answer is the same on every machine."""

    def __init__(self, problem: highspy.HighsLp, *, gap: float = 0.0, step: float = 0.0) -> None:
        """``gap``: the part of the cost below which nothing better is sought; ``step``: costs are its multiples."""
        self._engine = quiet_highs(problem, mip_rel_gap=gap, mip_abs_gap=max(step * (1 - 1e-6), 1e-9),
                                   primal_feasibility_tolerance=1e-9, mip_feasibility_tolerance=1e-7, random_seed=0)
        self._gap = np.inf
        self._engine.cbMipInterrupt += self._note

    def run(self, watch: Watch, stage: str, *, limit_s: float | None = None, start: tuple[Ints, Floats] | None = None,
            patience_s: float | None = None) -> Run:
        """Solve.

        Parameters
        ----------
        watch, stage : whom to tell and under which name
        limit_s : of this run; what is left of the watch where it is less
        start : columns and their values; HiGHS finds those of the others
        patience_s : after so many seconds stop where the gap is above ``FAR``
        """
        engine = self._engine
        limit = min(watch.left if limit_s is None else limit_s, watch.left)
        if limit <= 0 and start is None:
            return Run(None, np.inf, -np.inf, False)
        engine.setOptionValue("time_limit", engine.getRunTime() + max(limit, 0.01))
        if start is not None:
            columns, values = start
            engine.setSolution(len(columns), columns.astype(np.int32), values)
        self._work(watch, stage, patience_s)
        return self._read()

    def _work(self, watch: Watch, stage: str, patience_s: float | None) -> None:
        began = watch.spent

        def go_on() -> bool:
            late = patience_s is not None and watch.spent - began > patience_s and self._gap > FAR
            return watch.tell(stage) and not late

        run_watched(self._engine, watch, go_on)

    def _note(self, event: Any) -> None:
        self._gap = float(event.data_out.mip_gap)

    def _read(self) -> Run:
        engine = self._engine
        status, info = engine.getModelStatus(), engine.getInfo()
        kinds = highspy.HighsModelStatus
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            return Run(None, np.inf, np.inf, True)
        known = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
        columns = np.asarray(engine.getSolution().col_value) if known else None
        cost = float(info.objective_function_value) if known else np.inf
        integer = float(info.mip_dual_bound)
        bound = integer if np.isfinite(integer) else (cost if status == kinds.kOptimal else -np.inf)
        return Run(columns, cost, min(bound, cost), status == kinds.kOptimal)
