"""Benefit of the doubt: every region weighed by what suits it best, within limits that keep it honest."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from smezhnik.regions.rating.tree import Floats


def calc_benefit_of_doubt(parts: Floats, shares: tuple[float, float]) -> tuple[Floats, Floats]:
    """Score of every region under the weights that suit it best.

    For region i:  max Σ_k w_k x[i, k]  with  Σ_k w_k x[j, k] <= 1 for every j,  w >= 0,  and every part between the
    least and the most share of the score:  least · Σ w x[i] <= w_k x[i, k] <= most · Σ w x[i].
    Without such limits a third to a half of the regions is first by looking at one part alone. Where a part is 0 its
    least share cannot be reached and the score is 0, as with a geometric mean.

    Parameters
    ----------
    parts : [n, c], >= 0, none absent
    shares : least and most, least · c <= 1 <= most · c

    Returns
    -------
    [n] scores from 0 to 1, and [n, c] the share that each part has in them (0 where the score is 0).

    References
    ----------
    Cherchye and others, Creating composite indicators with DEA and robustness analysis, 2008; OECD, JRC, Handbook,
    2008, step 6.
    """
    regions, count = parts.shape
    scale = parts.max(axis=0)
    scaled = parts / np.where(scale > 0, scale, 1.0)  # the answer is the same in any units; HiGHS likes these
    scores, used = np.zeros(regions), np.zeros((regions, count))
    engine: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("threads", 1)
    infinite = highspy.kHighsInf
    columns = np.arange(count, dtype=np.int32)
    for region in range(regions):
        engine.clearModel()
        own = scaled[region]
        engine.addVars(count, np.zeros(count), np.full(count, infinite))
        engine.changeColsCost(count, columns, -own)
        for other in scaled:
            engine.addRow(-infinite, 1.0, count, columns, other)
        for part in range(count):
            alone = np.zeros(count)
            alone[part] = own[part]
            engine.addRow(0.0, infinite, count, columns, alone - shares[0] * own)
            engine.addRow(0.0, infinite, count, columns, shares[1] * own - alone)
        engine.run()
        part_scores = np.maximum(np.asarray(engine.getSolution().col_value) * own, 0.0)
        scores[region] = min(part_scores.sum(), 1.0)
        if scores[region] > 0:
            used[region] = part_scores / part_scores.sum()
    return scores, used
