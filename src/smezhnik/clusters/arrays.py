"""Sums and places by group, and who of many is named."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from smezhnik.rules.facts import Bools, Floats, Ints


def summed(group: Ints, value: Floats | NDArray[np.bool_], count: int) -> Floats:
    """[count] the sum of the values of each group."""
    return np.bincount(group, value, count).astype(np.float64)


@njit("Tuple((int64[::1], int64[::1]))(int64[::1], int64)", cache=True, nogil=True)
def grouped(group: Ints, count: int) -> tuple[Ints, Ints]:
    """Places in the order of their groups, equal ones as they stand; [count + 1] where each group begins there."""
    start = np.zeros(count + 1, np.int64)
    for number in group:
        start[number + 1] += 1
    for number in range(count):
        start[number + 1] += start[number]
    after, order = start[:-1].copy(), np.empty(len(group), np.int64)
    for place in range(len(group)):
        order[after[group[place]]] = place
        after[group[place]] += 1
    return order, start


def named(names: Collection[str], chosen: Iterable[str]) -> Bools:
    """[names] which of the names are among the chosen."""
    wanted = set(chosen)
    return np.fromiter((name in wanted for name in names), np.bool_, len(names))
