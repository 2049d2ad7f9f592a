"""Production networks drawn for measuring: plants of lognormal size, Pareto degrees, a sparse table of sectors.

Two kinds. ``observed``: contracts as plants have them: sums that differ by orders, partners near and large, a third
of the output sold to the network on average. ``dense``: possible contracts: flat sums, no heed of distance, half of
the output, so that nearly everybody could join everybody. What real networks look like is not public; the shapes are
those that the literature on firm networks reports, and only comparisons of methods on one network count.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from smezhnik.rules.facts import Facts

SECTORS, REGIONS = 20, 8
#: Sectors that one sector sells to, out of ``SECTORS``.
BUYING_SECTORS = 4


@dataclass(frozen=True)
class Shape:
    """Parameters of a drawn network.

    Attributes
    ----------
    plants, links : plants, and contracts that one plant seeks as a seller on average (repeated ones are merged)
    sales : two parameters of the Beta distribution of the share of output sold into the network
    size_sigma : of the logarithm of output
    degree_tail : exponent of the Pareto distribution of degrees
    local : the share of contracts sought in the plant's own region
    flat : contracts of one seller have equal sums
    final : the share of plants that make end products
    hp_mean, hp_weight : mean of the Beta distribution of the share of high-productivity jobs, and its weight
    newcomers, special : the share of newcomers, of plants in special territories
    """

    plants: int = 1_000
    links: int = 20
    sales: tuple[float, float] = (1.1, 2.2)
    size_sigma: float = 1.6
    degree_tail: float = 1.8
    local: float = 0.5
    flat: bool = False
    final: float = 0.15
    hp_mean: float = 0.40
    hp_weight: float = 5.0
    newcomers: float = 0.03
    special: float = 0.2


def observed(plants: int, links: int, hp_mean: float = 0.40) -> Shape:
    """Contracts that plants have."""
    return Shape(plants, links, hp_mean=hp_mean)


def dense(plants: int, links: int, hp_mean: float = 0.45, sales: tuple[float, float] = (2.0, 2.0)) -> Shape:
    """Contracts that plants might have."""
    return Shape(plants, links, sales=sales, local=0.0, flat=True, hp_mean=hp_mean)


def make_network(shape: Shape, seed: int) -> Facts:
    """Plants, ten in a hundred of them institutions without output, and their contracts."""
    draw = np.random.default_rng(seed)
    plants, helpers = shape.plants, max(shape.plants // 50, 6)
    count = plants + helpers
    output = np.round(draw.lognormal(11.0, shape.size_sigma, plants), 1)
    sector, region = draw.integers(0, SECTORS, plants), draw.integers(0, REGIONS, count)
    final = draw.random(plants) < shape.final
    seller, buyer = _pairs(shape, draw, output, sector, region[:plants])
    volume = _sums(shape, draw, output, seller, buyer)
    jobs = np.maximum(np.round(draw.lognormal(0.0, 0.4, plants) * (output / 2_000) ** 0.9 * 4), 5)
    productive = np.round(jobs * draw.beta(shape.hp_mean * shape.hp_weight, (1 - shape.hp_mean) * shape.hp_weight,
                                           plants))
    bought = np.bincount(buyer, volume, plants) / np.clip(draw.beta(3.0, 6.0, plants), 0.05, 1)
    helper = draw.integers(0, 3, helpers)
    helper[:6] = (0, 1, 1, 2, 0, 1)
    nobody, zeros = np.zeros(helpers, np.bool_), np.zeros(helpers)
    roles = {"producer": np.append(~final, nobody), "final_producer": np.append(final, nobody)}
    for number, role in enumerate(("university", "infrastructure", "financial")):
        roles[role] = np.append(np.zeros(plants, np.bool_), helper == number)
    flags = {name: np.append((draw.random(plants) < share).astype(np.float64), zeros)
             for name, share in (("newcomer", shape.newcomers), ("special_territory", shape.special), ("spic", 0.0),
                                 ("sok_founder", 0.5))}
    return Facts(
        ids=tuple(f"P{number:05d}" for number in range(count)), roles=roles,
        numbers={"output": np.append(output, zeros), "jobs": np.append(jobs, zeros),
                 "high_productivity_jobs": np.append(productive, zeros), "purchases": np.append(bought, zeros),
                 "since": np.full(count, float(dt.date(2014, 1, 1).toordinal()))},
        labels={"region": tuple(f"R{number}" for number in region)}, flags=flags,
        seller=seller, buyer=buyer, volume=volume,
        kind=("supply",) * len(seller), possible=np.full(len(seller), shape.flat), cluster={},
    )


def _pairs(shape: Shape, draw: np.random.Generator, output: np.ndarray, sector: np.ndarray,
           region: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who sells to whom: a Pareto number of contracts, buyers by the sector table, larger ones more often."""
    plants = len(output)
    weight = draw.pareto(shape.degree_tail, plants) + 0.2
    degree = draw.poisson(weight / weight.mean() * shape.links)
    seller = np.repeat(np.arange(plants), np.minimum(degree, plants))
    table = np.array([draw.permutation(SECTORS)[:BUYING_SECTORS] for _ in range(SECTORS)])
    wanted = table[sector[seller], draw.choice(BUYING_SECTORS, len(seller), p=(0.4, 0.3, 0.2, 0.1))]
    near = draw.random(len(seller)) < shape.local
    order = np.lexsort([region, sector])
    appeal = (output[order] if not shape.flat else np.ones(plants)) ** 0.7
    reach = np.concatenate([[0.0], np.cumsum(appeal)])
    cell = sector[order] * REGIONS + region[order]
    first = np.where(near, wanted * REGIONS + region[seller], wanted * REGIONS)
    last = np.where(near, first, wanted * REGIONS + REGIONS - 1)
    low, high = reach[np.searchsorted(cell, first)], reach[np.searchsorted(cell, last, side="right")]
    place = np.searchsorted(reach, low + draw.random(len(seller)) * (high - low), side="right") - 1
    buyer = order[np.minimum(place, plants - 1)]
    keep = (high > low) & (buyer != seller)
    pairs = np.unique(seller[keep] * plants + buyer[keep])
    return (pairs // plants).astype(np.int64), (pairs % plants).astype(np.int64)


def _sums(shape: Shape, draw: np.random.Generator, output: np.ndarray, seller: np.ndarray,
          buyer: np.ndarray) -> np.ndarray:
    """Thousand roubles a year of each contract: parts of what its seller sells into the network."""
    part = np.ones(len(seller)) if shape.flat else draw.lognormal(0.0, 1.2, len(seller)) * output[buyer] ** 0.4
    whole = np.bincount(seller, part, len(output))
    share = draw.beta(*shape.sales, len(output))
    return np.round(part / whole[seller] * (share * output)[seller], 1)
