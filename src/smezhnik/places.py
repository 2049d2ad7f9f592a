"""From scores to places, and who shares one."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: ``dense``: two second places are followed by a third; ``standard``: by a fourth; ``middle``: both are 2½.
TieRule = Literal["dense", "standard", "middle"]
TIES: tuple[TieRule, ...] = get_args(TieRule)
#: Scores that differ by less are equal: sums in another order differ by this much.
EQUAL = 1e-9


def calc_places(scores: Floats, rule: TieRule = "standard", decimals: int | None = None) -> Floats:
    """Places from 1, the highest score first.

    Parameters
    ----------
    scores : [n] or [runs, n], no NaN
    decimals : scores are rounded to them first; without it those closer than 1e-9 are equal

    Returns
    -------
    the same shape; whole numbers unless the rule is ``middle``.
    """
    table = np.atleast_2d(scores)
    if decimals is not None:
        table = np.round(table, decimals)
    order = np.argsort(-table, axis=1, kind="stable")
    ordered = np.take_along_axis(table, order, axis=1)
    begins = np.ones(ordered.shape, np.bool_)
    begins[:, 1:] = ordered[:, :-1] - ordered[:, 1:] > EQUAL
    if rule == "dense":
        placed = np.cumsum(begins, axis=1).astype(np.float64)
    else:
        number = np.arange(1, table.shape[1] + 1)
        placed = np.maximum.accumulate(np.where(begins, number, 0), axis=1).astype(np.float64)
        if rule == "middle":
            ends = np.ones(ordered.shape, np.bool_)
            ends[:, :-1] = begins[:, 1:]
            last = np.minimum.accumulate(np.where(ends, number, table.shape[1])[:, ::-1], axis=1)[:, ::-1]
            placed = (placed + last) / 2
    places = np.empty_like(placed)
    np.put_along_axis(places, order, placed, axis=1)
    return places.reshape(np.shape(scores))
