"""Trade that crosses from one region to the other, for thousands of plants: ``gravity.calc_trade`` a block at a time.

Every pair of both regions enters the shares of a purchase, but only what crosses is kept: two matrices, one a
direction. 2 × 5,000 plants take two of 200 MB instead of a dozen of 800 MB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.classifiers.regions import distance_km
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.regions.gravity import (
    REFERENCE_COEFFICIENT,
    REFERENCE_TH_RUB,
    Floats,
    Gravity,
    Ints,
    LinkWeights,
    Pull,
    calibrate_logs,
)
from smezhnik.regions.inputoutput import InputOutput

#: Buyers of a block: with ten thousand sellers 5 MB, which a processor keeps near.
BLOCK = 64
#: Rows that are worked on at a time where a matrix is read once more.
ROWS = 256
#: Width of a class of logarithms, within which strengths count as their mean.
CLASS = 1e-3


@dataclass(frozen=True)
class Half:
    """What goes one way.

    Attributes
    ----------
    sellers, buyers : rows of the plants, each a run of one region
    flow : [seller, buyer] likely trade, thousand roubles a year
    """

    sellers: slice
    buyers: slice
    flow: Floats


@dataclass(frozen=True)
class Crossing:
    """Both ways, with the plants in the order of the rows: by region, then industry."""

    plants: pl.DataFrame
    halves: tuple[Half, Half]
    pull: Pull
    table: InputOutput


def calc_crossing(plants: pl.DataFrame, table: InputOutput, gravity: Gravity,
                  uses: Mapping[str, tuple[str, ...]] | None = None, *, progress: Progress = no_progress) -> Crossing:
    """Likely trade of the plants of two regions with each other, see ``gravity.calc_trade``.

    Parameters
    ----------
    plants : as for ``calc_trade``, of exactly two regions
    progress : told about each block of buyers; may stop the work by raising
    """
    plants = plants.sort("region", "industry", maintain_order=True)
    pull = Pull(plants, gravity, uses)
    industry: Ints = plants["industry"].to_numpy()
    first = int((pull.region == 0).sum())
    sides = slice(0, first), slice(first, len(plants))
    flows = np.empty((first, len(plants) - first)), np.empty((len(plants) - first, first))
    starts, runs = _runs(pull.region, industry)
    most_use = _most_use(pull, industry, len(table.industries))
    sold = np.zeros(len(plants))
    for start in range(0, len(plants), BLOCK):
        progress(Step("complement", start, len(plants)))
        buyers = slice(start, min(start + BLOCK, len(plants)))
        pulled = pull.attraction(slice(None), buyers)
        rows = np.arange(buyers.start, buyers.stop)
        pulled[rows, rows - start] = 0.0
        total = np.zeros((len(table.industries), len(rows)))
        np.add.at(total, runs, np.add.reduceat(pulled, starts, axis=0))
        spent = table.coefficients[:, industry[rows]] * pull.output[rows]
        part = np.divide(spent * most_use[:, pull.place[rows]], total, out=np.zeros_like(total), where=total > 0)
        for at, (begin, end) in enumerate(zip(starts, [*starts[1:], len(plants)], strict=True)):
            pulled[begin:end] *= part[runs[at]]
        sold += pulled.sum(axis=1)
        for side, (sellers, others) in enumerate((sides, sides[::-1])):
            inside = slice(max(buyers.start, others.start), min(buyers.stop, others.stop))
            if inside.start < inside.stop:
                flows[side][:, inside.start - others.start:inside.stop - others.start] = \
                    pulled[sellers, inside.start - start:inside.stop - start]
    limit = pull.output * table.intermediate_shares[industry]
    cut = np.minimum(1.0, np.divide(limit, sold, out=np.ones_like(sold), where=sold > 0))
    for side, flow in enumerate(flows):
        flow *= cut[sides[side], None]
    progress(Step("complement", len(plants), len(plants)))
    return Crossing(plants, (Half(sides[0], sides[1], flows[0]), Half(sides[1], sides[0], flows[1])), pull, table)


def sum_industries(crossing: Crossing, half: Half) -> Floats:
    """[industry of the seller, industry of the buyer] thousand roubles a year that go one way."""
    industry: Ints = crossing.plants["industry"].to_numpy()
    many = len(crossing.table.industries)
    rows = np.zeros((many, half.flow.shape[1]))
    starts, runs = _runs(np.zeros(half.flow.shape[0], np.int64), industry[half.sellers])
    if half.flow.size:
        np.add.at(rows, runs, np.add.reduceat(half.flow, starts, axis=0))
    sums = np.zeros((many, many))
    np.add.at(sums.T, industry[half.buyers], rows.T)
    return sums


def log_strength(crossing: Crossing, half: Half, weights: LinkWeights) -> Floats:
    """[seller, buyer] log of the strength of a link, the weighted sum of its terms; −inf where nothing can flow.

    With all weights 1 it is ln(flow / reference). Another weight w of a term x adds (w − w of the size) · x.
    """
    strength = np.empty_like(half.flow)
    industry: Ints = crossing.plants["industry"].to_numpy()
    for rows in _parts(half):
        sellers = slice(half.sellers.start + rows.start, half.sellers.start + rows.stop)
        with np.errstate(divide="ignore", invalid="ignore"):  # what cannot flow is settled below
            block = np.log(half.flow[rows])
            block -= np.log(REFERENCE_COEFFICIENT * REFERENCE_TH_RUB)
            block *= weights.size
            if weights.industry != weights.size:
                shares = crossing.table.coefficients[np.ix_(industry[sellers], industry[half.buyers])]
                block += (weights.industry - weights.size) * np.log(shares / REFERENCE_COEFFICIENT)
        if weights.use != weights.size:
            use = crossing.pull.use[:, crossing.pull.place[half.buyers]][crossing.pull.place[sellers]]
            block += (weights.use - weights.size) * np.log(use / crossing.pull.gravity.silent)
        if weights.distance != weights.size:
            block += (weights.distance - weights.size) * np.log(
                crossing.pull.near(crossing.pull.km(sellers, half.buyers)))
        block[half.flow[rows] <= 0] = -np.inf
        strength[rows] = block
    return strength


def calibrate_all(strengths: tuple[Floats, ...], total: float) -> float:
    """``gravity.calibrate`` over matrices of logarithms: classes of ``CLASS`` stand for their pairs, by their mean."""
    low = min((float(np.min(one, initial=np.inf, where=np.isfinite(one))) for one in strengths), default=np.inf)
    high = max((float(np.max(one, initial=-np.inf, where=np.isfinite(one))) for one in strengths), default=-np.inf)
    size = int((high - low) / CLASS) + 1
    counts, sums = np.zeros(size), np.zeros(size)
    for strength in strengths:
        for begin in range(0, len(strength), ROWS):
            logs = strength[begin:begin + ROWS].ravel()
            logs = logs[np.isfinite(logs)]
            place = ((logs - low) / CLASS).astype(np.int64)
            counts += np.bincount(place, minlength=size)
            sums += np.bincount(place, logs, minlength=size)
    some = counts > 0
    return calibrate_logs(sums[some] / counts[some], total, counts[some])


def strongest(crossing: Crossing, half: Half, strength: Floats, most: int) -> tuple[Ints, Ints, Floats, bool]:
    """The strongest pairs of one way whose use is not known to be unusual: sellers, buyers (rows of the plants),
    strength; and whether these are all that there are.
    """
    found: list[tuple[Ints, Ints, Floats]] = []
    whole = True
    place = crossing.pull.place
    for rows in _parts(half):
        sellers = place[half.sellers][rows]
        unusual = (crossing.pull.typical == 0)[:, place[half.buyers]][sellers]
        block = np.where(unusual, -np.inf, strength[rows])
        flat = block.ravel()
        fit = np.flatnonzero(np.isfinite(flat))
        if len(fit) > most:
            whole = False
            fit = fit[np.argpartition(-flat[fit], most - 1)[:most]]
        i, j = np.divmod(fit, block.shape[1])
        found.append((i + half.sellers.start + rows.start, j + half.buyers.start, flat[fit]))
    seller, buyer = (np.concatenate([np.zeros(0, np.int64), *(one[part] for one in found)]) for part in (0, 1))
    logs = np.concatenate([np.zeros(0), *(one[2] for one in found)])
    if len(logs) > most:
        whole = False
        kept = np.argpartition(-logs, most - 1)[:most]
        seller, buyer, logs = seller[kept], buyer[kept], logs[kept]
    return seller, buyer, logs, whole


def pair_terms(crossing: Crossing, seller: Ints, buyer: Ints, flow: Floats) -> tuple[dict[str, Floats], Floats]:
    """The terms of single pairs, see ``gravity.calc_terms``, and their distances in km (nan where unknown)."""
    plants, pull = crossing.plants, crossing.pull
    industry: Ints = plants["industry"].to_numpy()
    latitude, longitude = (plants[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
                           for name in ("latitude", "longitude"))
    km = np.asarray(distance_km(latitude[seller], longitude[seller], latitude[buyer], longitude[buyer]), np.float64)
    terms = {
        "industry": np.log(crossing.table.coefficients[industry[seller], industry[buyer]] / REFERENCE_COEFFICIENT),
        "use": np.log(pull.use[pull.place[seller], pull.place[buyer]] / pull.gravity.silent),
        "region": np.zeros(len(flow)),
        "distance": np.log(pull.near(km)),
    }
    terms["size"] = np.log(flow / (REFERENCE_COEFFICIENT * REFERENCE_TH_RUB)) - sum(terms.values())
    return terms, km


def flow_of(crossing: Crossing, seller: Ints, buyer: Ints) -> Floats:
    """The flow of single pairs, rows of the plants."""
    first, second = crossing.halves
    out = np.zeros(len(seller))
    for half in (first, second):
        mine = (seller >= half.sellers.start) & (seller < half.sellers.stop)
        out[mine] = half.flow[seller[mine] - half.sellers.start, buyer[mine] - half.buyers.start]
    return out


def _parts(half: Half) -> Iterator[slice]:
    for begin in range(0, half.flow.shape[0], ROWS):
        yield slice(begin, min(begin + ROWS, half.flow.shape[0]))


def _runs(region: Ints, industry: Ints) -> tuple[Ints, Ints]:
    """Where runs of one region and industry begin, and the industry of each."""
    change = np.flatnonzero((np.diff(region) != 0) | (np.diff(industry) != 0)) + 1
    starts = np.concatenate([[0], change]).astype(np.int64) if len(industry) else np.zeros(0, np.int64)
    return starts, industry[starts]


def _most_use(pull: Pull, industry: Ints, many: int) -> NDArray[np.float64]:
    """[industry, class of the buyer] the best use that any plant of the industry has for a buyer of the class."""
    best = np.zeros((many, len(pull.use)))
    np.maximum.at(best, industry, pull.use[pull.place])
    return best
