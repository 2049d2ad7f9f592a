"""Sums by group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smezhnik.rules.facts import Floats, Ints


def summed(group: Ints, value: Floats | NDArray[np.bool_], count: int) -> Floats:
    """[count] the sum of the values of each group."""
    return np.bincount(group, value, count).astype(np.float64)
