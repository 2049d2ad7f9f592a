"""Evenly spread points: the sequence of Sobol', shifted at random so that a seed makes another, equally even set."""

from __future__ import annotations

import numpy as np

from smezhnik.regions.rating.tree import Floats

#: Dimension from the second on: degree and coefficients of the primitive polynomial, first direction numbers;
#: Joe, Kuo, Constructing Sobol sequences with better two-dimensional projections, 2008 (new-joe-kuo-6).
_DIRECTIONS = (
    (1, 0, (1,)), (2, 1, (1, 3)), (3, 1, (1, 3, 1)), (3, 2, (1, 1, 1)), (4, 1, (1, 1, 3, 3)), (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)), (5, 4, (1, 1, 5, 5, 5)), (5, 7, (1, 1, 7, 11, 19)), (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)), (5, 14, (1, 3, 5, 5, 31)),
)
#: Dimensions that there are.
MOST = len(_DIRECTIONS) + 1
_BITS = 32


def sobol_points(count: int, dimensions: int, seed: int | None = None) -> Floats:
    """[count, dimensions] points in [0, 1); with a seed every dimension is shifted by random bits.

    Parameters
    ----------
    count : a power of two keeps the points balanced
    dimensions : at most ``MOST``
    """
    if dimensions > MOST:
        raise ValueError(f"{dimensions} dimensions, {MOST} at most")
    numbers = np.arange(count, dtype=np.uint64)
    gray = numbers ^ (numbers >> np.uint64(1))
    points = np.zeros((count, dimensions), np.uint64)
    for dimension in range(dimensions):
        for bit, direction in enumerate(_directions(dimension)):
            points[:, dimension] ^= np.where((gray >> np.uint64(bit)) & np.uint64(1), direction, np.uint64(0))
    if seed is not None:
        points ^= np.random.default_rng(seed).integers(0, 2**_BITS, dimensions, dtype=np.uint64)
    return points / float(2**_BITS)


def _directions(dimension: int) -> list[np.uint64]:
    """The numbers of one dimension, as fractions of 32 bits."""
    if dimension == 0:
        return [np.uint64(1 << (_BITS - 1 - bit)) for bit in range(_BITS)]
    degree, polynomial, first = _DIRECTIONS[dimension - 1]
    numbers = [value << (_BITS - 1 - bit) for bit, value in enumerate(first)]
    for bit in range(degree, _BITS):
        value = numbers[bit - degree] ^ (numbers[bit - degree] >> degree)
        for step in range(1, degree):
            if (polynomial >> (degree - 1 - step)) & 1:
                value ^= numbers[bit - step]
        numbers.append(value)
    return [np.uint64(value) for value in numbers]
