"""Economic complexity: what regions and products are worth by who makes what; how near a product is to a region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import CannotSay
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.regions.panel import Panel
from smezhnik.regions.productspace import (
    Space,
    calc_proximity,
    is_dense_quicker,
    make_space,
    sum_made,
    sum_proximity,
)
from smezhnik.regions.specialisation import calc_location_quotient

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Two eigenvalues nearer than this are one: the index is then not unique.
LEAST_GAP = 1e-9
#: A quotient of 1 may come out as 1 − 1e-16: so much below the threshold still reaches it.
ROUNDING = 1e-12
#: Fitness is raised no lower than this, so that no quotient runs away (it may tend to zero by its nature).
LEAST_FITNESS = 1e-300


@dataclass(frozen=True)
class Complexity:
    """Complexity of R regions and P products in one year.

    Attributes
    ----------
    rca : [R, P] revealed comparative advantage (location quotient of exports or output)
    presence : [R, P] M, where ``rca`` reaches the threshold
    diversity, ubiquity : [R], [P] sums of M
    eci, pci : [R], [P] complexity, in standard deviations of the regions' complexity from its mean; nan where a region
        makes nothing with advantage or nobody makes the product with it
    density : [R, P] 0…1 how much of what is near the product the region makes
    coi : [R] outlook: complexity of what is near and not made yet, in standard deviations
    cog : [R, P] gain: what the product would bring nearer, in standard deviations of the regions' complexity; 0 for
        what is made
    """

    rca: Floats
    presence: Flags
    diversity: Floats
    ubiquity: Floats
    eci: Floats
    pci: Floats
    density: Floats
    coi: Floats
    cog: Floats


def calc_complexity(values: Floats, *, threshold: float = 1.0, continuous: bool = False) -> Complexity:
    """All measures of one year from output or exports.

    M = [RCA ≥ threshold]. ECI is the eigenvector of the second largest eigenvalue of D⁻¹ M U⁻¹ Mᵀ, PCI = U⁻¹ Mᵀ ECI up
    to scale (D diversity, U ubiquity), the sign such that ECI grows with diversity. Both are standardised with the mean
    and the deviation (of the population) of ECI, so that ECI is the mean PCI of what a region makes.
    density = M φ / Σ_q φ. Outlook and gain use PCI as the eigenvector has it, before its mean is taken off:
    COI[r] = Σ_p density[r, p] (1 − M[r, p]) PCI[p], standardised;
    COG[r, p] = (1 − M[r, p]) Σ_q (1 − M[r, q]) PCI[q] φ[q, p] / Σ_q' φ[q, q'].

    Parameters
    ----------
    values : [R, P] x ≥ 0, any one unit, nothing absent
    threshold : advantage from which a product counts as made, its own value included
    continuous : proximity is (1 + correlation of RCA) / 2 and density the mean RCA of what is near, weighted by it;
        may exceed 1. A product whose RCA is the same everywhere is correlated with none

    Raises
    ------
    CannotSay where fewer than three regions or three products count, or where the index is not unique (regions fall
        apart into groups that make nothing in common).

    References
    ----------
    Hidalgo, Hausmann, "The building blocks of economic complexity", PNAS 106 (2009), 10570–10575; Hausmann, Hidalgo et
    al., "The Atlas of Economic Complexity" (2014), ch. 2, technical boxes 2.1 and 2.2; Hausmann, Hidalgo, Stock,
    Yildirim, "Implied comparative advantage" (2014), outlook and gain.
    """
    rca = calc_location_quotient(values)
    presence = rca >= threshold * (1 - ROUNDING)
    rows, columns = presence.sum(axis=1) > 0, presence.sum(axis=0) > 0
    whole = bool(rows.all() and columns.all())
    inner = presence if whole else presence[np.ix_(rows, columns)]
    if min(inner.shape) < 3:
        raise CannotSay("complexity_few", regions=int(rows.sum()), products=int(columns.sum()))
    space = make_space(inner)
    mixed = space.makers.T @ (space.makers / space.ubiquity[:, None])
    raw_eci, raw_pci = _calc_indices(inner, space, mixed)
    if continuous:
        density, gain = _calc_near_continuous(rca if whole else rca[np.ix_(rows, columns)], inner, raw_pci)
    elif is_dense_quicker(*inner.shape):
        density, gain = _calc_near_dense(inner, raw_pci)
    else:
        density, gain = _calc_near(inner, space, mixed, raw_pci)
    missing = ~inner
    outlook = np.einsum("rp,rp,p->r", density, missing, raw_pci)
    mean, deviation = raw_eci.mean(), raw_eci.std()
    gain *= missing
    gain /= deviation
    found = ((raw_eci - mean) / deviation, (raw_pci - mean) / deviation, density,
             _standardise(outlook), gain)
    if not whole:
        found = (_spread(found[0], rows), _spread(found[1], columns), _spread2(found[2], rows, columns),
                 _spread(found[3], rows), _spread2(found[4], rows, columns))
    return Complexity(rca, presence, presence.sum(axis=1).astype(np.float64), presence.sum(axis=0).astype(np.float64),
                      *found)


def _calc_indices(presence: Flags, space: Space, mixed: Floats) -> tuple[Floats, Floats]:
    """Eigenvectors before standardisation: regions, products in the order of the presence matrix.

    The symmetric S = D^-½ M U⁻¹ Mᵀ D^-½ has the same eigenvalues as the chains of regions and of products.
    """
    root = np.sqrt(presence.sum(axis=1))
    values, vectors = np.linalg.eigh(mixed / root[:, None] / root[None, :])
    if values[-1] - values[-2] < LEAST_GAP or values[-2] - values[-3] < LEAST_GAP:
        raise CannotSay("complexity_unique")
    regions = vectors[:, -2] / root
    # the sign of the covariance with diversity; the vector itself where the regions make equally many products
    sign = np.sign(np.dot(regions - regions.mean(), root**2 - (root**2).mean())) or 1.0
    regions = regions * sign
    products = space.restore(space.makers @ regions / space.ubiquity) / values[-2]
    return regions, products


def _calc_near(presence: Flags, space: Space, mixed: Floats, pci: Floats) -> tuple[Floats, Floats]:
    """Density and gain on the region side."""
    total = sum_proximity(space, np.ones(len(space.order)))
    density = sum_made(space, np.ones(len(space.order)), mixed)
    density /= total[:, None]
    weights = pci[space.order] / total
    gain = sum_made(space, weights)
    np.subtract(sum_proximity(space, weights)[:, None], gain, out=gain)
    return space.restore(density).T, space.restore(gain).T


def _calc_near_dense(presence: Flags, pci: Floats) -> tuple[Floats, Floats]:
    """Density and gain by the whole matrix φ."""
    proximity = calc_proximity(presence)
    total = proximity.sum(axis=0)
    return (presence @ proximity) / total, (~presence * (pci / total)) @ proximity


def _calc_near_continuous(rca: Floats, presence: Flags, pci: Floats) -> tuple[Floats, Floats]:
    """Density and gain where φ = (1 + ZᵀZ) / 2, Z being the standardised columns of RCA: region side throughout."""
    centred = rca - rca.mean(axis=0)
    norm = np.sqrt(np.square(centred).sum(axis=0))
    centred = np.divide(centred, norm, out=np.zeros_like(centred), where=norm > 0)

    def sum_weighted(weights: Floats) -> Floats:
        return np.asarray((weights.sum(axis=1, keepdims=True) + (weights @ centred.T) @ centred) / 2)

    # a product is wholly near to itself even where its RCA is the same everywhere
    alone = (norm == 0) / 2.0
    total = sum_weighted(np.ones((1, rca.shape[1])))[0] + alone
    missing = ~presence * (pci / total)
    return (sum_weighted(rca) + rca * alone) / total, sum_weighted(missing) + missing * alone


def _standardise(values: Floats) -> Floats:
    """Deviations from the mean; 0 where all are equal."""
    spread = values.std()
    return np.asarray((values - values.mean()) / (spread or 1.0))


def _spread(values: Floats, kept: Flags) -> Floats:
    whole = np.full(len(kept), np.nan)
    whole[kept] = values
    return whole


def _spread2(values: Floats, rows: Flags, columns: Flags) -> Floats:
    whole = np.full((len(rows), len(columns)), np.nan)
    whole[np.ix_(rows, columns)] = values
    return whole


def calc_fitness(presence: Flags, iterations: int = 100) -> tuple[Floats, Floats]:
    """Fitness of regions and complexity of products.

    F[r] = Σ_p M[r, p] Q[p],  Q[p] = 1 / Σ_r M[r, p] / F[r], both divided by their mean after every step, from ones.

    Parameters
    ----------
    presence : [R, P] M
    iterations : steps. Some fitnesses may tend to zero for ever; their order settles earlier than their values

    Returns
    -------
    fitness [R], complexity [P]; 0 for a region or a product without any 1

    References
    ----------
    Tacchella, Cristelli, Caldarelli, Gabrielli, Pietronero, "A new metrics for countries' fitness and products'
    complexity", Scientific Reports 2 (2012), 723, equation 1.
    """
    made = presence.astype(np.float64)
    rows, columns = presence.sum(axis=1) > 0, presence.sum(axis=0) > 0
    fitness, product = rows.astype(np.float64), columns.astype(np.float64)
    for _ in range(iterations):
        weight = np.divide(1.0, np.maximum(fitness, LEAST_FITNESS), out=np.zeros_like(fitness), where=rows)
        burden = weight @ made
        fitness = made @ product
        product = np.divide(1.0, burden, out=np.zeros_like(burden), where=columns & (burden > 0))
        fitness /= fitness.mean()
        product /= product.mean()
    return fitness, product


@dataclass(frozen=True)
class ComplexityTables:
    """Complexity of all years of a panel as tables; a year that cannot be calculated stands in ``refused``.

    Attributes
    ----------
    regions : year, territory, diversity, eci, eci_rank (1 the most complex; equal values the same place), coi, fitness
    activities : year, activity, ubiquity, pci, complexity (the fitness method's)
    pairs : year, territory, activity, value, rca, present, density, cog
    refused : year → why
    """

    regions: pl.DataFrame
    activities: pl.DataFrame
    pairs: pl.DataFrame
    refused: dict[int, CannotSay]


def complexity(panel: Panel, *, threshold: float = 1.0, continuous: bool = False, iterations: int = 100,
               progress: Progress = no_progress) -> ComplexityTables:
    """Complexity of every year of a panel; formulas at ``calc_complexity`` and ``calc_fitness``.

    Regions without output in a year have no row in it; what a measure cannot say is absent (null), never nan.

    Raises
    ------
    CannotSay where no year can be calculated: the reason of the last.
    """
    tables: list[tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]] = []
    refused: dict[int, CannotSay] = {}
    for place, year in enumerate(panel.years):
        progress(Step("complexity", place, len(panel.years)))
        try:
            values, names = panel.flat(place)
            found = calc_complexity(values, threshold=threshold, continuous=continuous)
        except CannotSay as error:
            refused[year] = error
            continue
        tables.append(_tables(year, names, panel.activities, values, found, iterations))
    progress(Step("complexity", len(panel.years), len(panel.years)))
    if not tables:
        raise refused[panel.years[-1]]
    regions, activities, pairs = (pl.concat(frames) for frames in zip(*tables, strict=True))
    return ComplexityTables(regions, activities, pairs, refused)


def _tables(year: int, names: tuple[str, ...], activities: tuple[str, ...], values: Floats, found: Complexity,
            iterations: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    fitness, product = calc_fitness(found.presence, iterations)
    regions = pl.DataFrame({"territory": names, "diversity": found.diversity.astype(np.int64), "eci": found.eci,
                            "coi": found.coi, "fitness": fitness}).with_columns(
        year=pl.lit(year, pl.Int64),
        eci_rank=pl.col("eci").fill_nan(None).rank("min", descending=True).cast(pl.Int64))
    goods = pl.DataFrame({"activity": activities, "ubiquity": found.ubiquity.astype(np.int64), "pci": found.pci,
                          "complexity": product}).with_columns(year=pl.lit(year, pl.Int64))
    count = len(activities)
    pairs = pl.DataFrame({"territory": np.repeat(np.array(names, object), count).tolist(),
                          "activity": list(activities) * len(names), "value": values.ravel(),
                          "rca": found.rca.ravel(), "present": found.presence.ravel(),
                          "density": found.density.ravel(), "cog": found.cog.ravel()}).with_columns(
        year=pl.lit(year, pl.Int64))
    return (regions.select("year", "territory", "diversity", "eci", "eci_rank", "coi", "fitness").fill_nan(None),
            goods.select("year", "activity", "ubiquity", "pci", "complexity").fill_nan(None),
            pairs.select("year", "territory", "activity", "value", "rca", "present", "density", "cog").fill_nan(None))
