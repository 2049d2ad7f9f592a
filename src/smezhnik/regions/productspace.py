"""Sums over the product space without its product × product matrix.

Proximity of two products is the smaller of the two chances that who makes one makes the other::

    φ[p, q] = U[p, q] / max(k[p], k[q]),    U = MᵀM,    k[p] = Σ_r M[r, p]

Sums Σ_q w[r, q] φ[q, p] over it are all that density, outlook and gain need. Products are put in the order of ubiquity;
for those of ubiquity ℓ the sum is G(ℓ) M[:, p] with the region × region matrix

    G(ℓ) = Σ_{k[q] ≤ ℓ} W[:, q] M[:, q]ᵀ / ℓ + Σ_{k[q] > ℓ} W[:, q] M[:, q]ᵀ / k[q]

From one ubiquity to the next, G changes by C · (1/ℓ − 1/ℓ₋), where C = Σ_{k[q] ≤ ℓ₋} W[:, q] M[:, q]ᵀ: what is new
stood there with the same divisor before. That is R²P work instead of RP², exact but for rounding.

Sources: Hidalgo, Klinger, Barabási, Hausmann, "The product space conditions the development of nations", Science 317
(2007), 482–487: proximity and density.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Products for one region up to which the full matrix is quicker (measured: ``./run bench regions``).
DENSE_PRODUCTS_PER_REGION = 3.0


@dataclass(frozen=True)
class Space:
    """A presence matrix made ready for sums over its product space.

    Attributes
    ----------
    order : [P] products by ubiquity
    makers : [P, R] 1.0 where the region makes the product; rows in that order
    ubiquity : [P] k in that order, above 0
    bounds : [L + 1] first row of each distinct ubiquity
    """

    order: NDArray[np.int64]
    makers: Floats
    ubiquity: Floats
    bounds: NDArray[np.int64]

    def levels(self) -> Iterator[tuple[slice, float]]:
        """Rows of each distinct ubiquity, ascending, with it."""
        for first, last in zip(self.bounds[:-1].tolist(), self.bounds[1:].tolist(), strict=True):
            yield slice(first, last), float(self.ubiquity[first])

    def restore(self, values: Floats) -> Floats:
        """Rows in the order of the products as given."""
        restored = np.empty_like(values)
        restored[self.order] = values
        return restored


def make_space(presence: Flags) -> Space:
    """Sort the products of a presence matrix [R, P] by ubiquity; each must have a maker."""
    ubiquity = presence.sum(axis=0)
    order = np.argsort(ubiquity, kind="stable")
    ordered = ubiquity[order].astype(np.float64)
    starts = np.flatnonzero(np.diff(ordered, prepend=-1.0))
    makers = np.ascontiguousarray(presence.T[order], np.float64)
    return Space(order, makers, ordered, np.append(starts, len(order)))


def calc_proximity(presence: Flags) -> Floats:
    """The whole matrix φ [P, P]; for few products, pictures and tests.

    φ[p, q] = Σ_r M[r, p] M[r, q] / max(k[p], k[q]); 1 on the diagonal; 0 where a product has no maker.
    """
    makers = presence.astype(np.float64)
    ubiquity = makers.sum(axis=0)
    return np.asarray((makers.T @ makers) / np.maximum(np.maximum(ubiquity[:, None], ubiquity[None, :]), 1.0))


def is_dense_quicker(regions: int, products: int) -> bool:
    """Whether the product × product matrix is the quicker way at this size."""
    return products <= DENSE_PRODUCTS_PER_REGION * regions


def sum_proximity(space: Space, weights: Floats) -> Floats:
    """Σ_q weights[q] φ[q, p] of each product; [P] in, [P] out, both in the order of the space."""
    makers, ubiquity = space.makers, space.ubiquity
    mixed = (weights / ubiquity) @ makers
    before, last = np.zeros(makers.shape[1]), 1.0
    sums = np.empty(len(makers))
    for rows, level in space.levels():
        mixed = mixed + before * (1.0 / level - 1.0 / last)
        sums[rows] = makers[rows] @ mixed
        before = before + weights[rows] @ makers[rows]
        last = level
    return sums


def sum_made(space: Space, weights: Floats, mixed: Floats | None = None) -> Floats:
    """Σ_q weights[q] M[r, q] φ[q, p] of each product and region; [P] in, [P, R] out, in the order of the space.

    ``mixed`` is M diag(weights / k) Mᵀ [R, R] where it is already known.
    """
    makers, ubiquity = space.makers, space.ubiquity
    if mixed is None:
        mixed = makers.T @ (makers * (weights / ubiquity)[:, None])
    mixed, before, last = mixed.copy(), np.zeros_like(mixed), 1.0
    change, sums = np.empty_like(mixed), np.empty_like(makers)
    plain = bool(np.all(weights == 1.0))
    for rows, level in space.levels():
        np.multiply(before, 1.0 / level - 1.0 / last, out=change)
        mixed += change
        block = makers[rows]
        np.matmul(block, mixed, out=sums[rows])
        before += block.T @ (block if plain else block * weights[rows, None])
        last = level
    return sums
