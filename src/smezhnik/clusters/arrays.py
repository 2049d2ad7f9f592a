"""Sums by group, and who of many is named."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from smezhnik.rules.facts import Bools, Floats, Ints


def summed(group: Ints, value: Floats | NDArray[np.bool_], count: int) -> Floats:
    """[count] the sum of the values of each group."""
    return np.bincount(group, value, count).astype(np.float64)


def named(names: Collection[str], chosen: Iterable[str]) -> Bools:
    """[names] which of the names are among the chosen."""
    wanted = set(chosen)
    return np.fromiter((name in wanted for name in names), np.bool_, len(names))
