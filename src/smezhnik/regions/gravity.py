"""How strongly two plants are likely to trade: gravity by an input–output table.

    T[i, j] = D[j, s] × a[i, j] / Σ_i' a[i', j] × max_i' use[i', j]

D[j, s] = A[s, t] × output[j] is what the buyer j (industry t) spends on products of industry s; it is parted among the
plants i of s by their attraction a[i, j] = output[i] × use[i, j] × region[i, j] × near[i, j]. So each purchase is
counted once. With all factors 1 this is out_i · out_j · IO_st / (S_s · S_t) of the literature, S being the output of
the industries. Then no plant sells more than the part of its output that goes to industries: row totals above it are
brought down to it. Each supply is counted once too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.classifiers.regions import EARTH_KM
from smezhnik.regions.activity import is_typical, load_uses
from smezhnik.regions.inputoutput import InputOutput

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Gravity:
    """Stated strengths of the terms; each may be replaced.

    Attributes
    ----------
    same_region : a supplier of the buyer's own region attracts so many times more (3: the figure with which the
        method was tried on synthetic networks)
    atypical : attraction of a supplier whose class the buyer's class does not usually buy (a refractory for a
        dairy); 1 for a typical one, the geometric middle where the list of uses is silent
    distance_power, distance_unit_km, distance_least_km : attraction falls as (km / unit) ^ −power, not nearer than
        the least; 1 where a place is unknown
    """

    same_region: float = 3.0
    atypical: float = 0.02
    distance_power: float = 1.0
    distance_unit_km: float = 300.0
    distance_least_km: float = 50.0

    @property
    def silent(self) -> float:
        """Attraction where nothing is known of the use."""
        return float(np.sqrt(self.atypical))


#: Reasons of an inferred link, in the order they are told.
TERMS = ("industry", "use", "size", "region", "distance")
#: What the terms are measured against: a contribution says by how much a pair differs from such a one.
REFERENCE_COEFFICIENT, REFERENCE_TH_RUB = 0.01, 1e6


@dataclass(frozen=True)
class LinkWeights:
    """Weights of the terms in the log-odds; all 1 is plain gravity. ``linkfit.refit`` finds others from known links.

    ``intercept`` None: the base is found so that the probabilities sum to the expected number of links.
    """

    industry: float = 1.0
    use: float = 1.0
    size: float = 1.0
    region: float = 1.0
    distance: float = 1.0
    intercept: float | None = None


@dataclass(frozen=True)
class Trade:
    """Likely trade of plants with each other; matrices are [seller, buyer] over the same plants.

    Attributes
    ----------
    flow : T, thousand roubles a year
    use : factor of the use; ``typical`` 1 yes, 0 no, −1 unknown
    home : factor of the common region
    near : factor of the distance; ``km`` nan where a place is unknown
    """

    flow: Floats
    use: Floats
    typical: NDArray[np.int8]
    home: Floats
    near: Floats
    km: Floats


def calc_trade(plants: pl.DataFrame, table: InputOutput, gravity: Gravity,
               uses: Mapping[str, tuple[str, ...]] | None = None) -> Trade:
    """Likely trade between all plants.

    Parameters
    ----------
    plants : columns ``class`` (ОКПД2), ``industry`` (row of the table), ``output_th_rub`` (above 0), ``region``,
        ``latitude``, ``longitude`` (may be absent)
    uses : prefix of the seller's class → prefixes of its usual buyers; the shipped list by default

    Returns
    -------
    Trade
        No plant trades with itself. Row sums are at most the output times the intermediate share of the industry,
        column sums within an industry at most what the buyer spends there.
    """
    industry, output = plants["industry"].to_numpy(), plants["output_th_rub"].to_numpy()
    pull = Pull(plants, gravity, uses)
    every = slice(None)
    km, use, home = pull.km(every, every), pull.use[np.ix_(pull.place, pull.place)], pull.home(every, every)
    near = pull.near(km)
    attraction = output[:, None] * use * home * near
    np.fill_diagonal(attraction, 0.0)
    spent = table.coefficients[np.ix_(industry, industry)] * output[None, :]
    flow = np.zeros_like(attraction)
    for one in np.unique(industry):
        rows = np.flatnonzero(industry == one)
        total = attraction[rows].sum(axis=0)
        share = np.divide(attraction[rows], total, out=np.zeros((len(rows), len(output))), where=total > 0)
        flow[rows] = spent[rows] * share * use[rows].max(axis=0)
    limit = output * table.intermediate_shares[industry]
    sold = flow.sum(axis=1)
    flow *= np.minimum(1.0, np.divide(limit, sold, out=np.ones_like(sold), where=sold > 0))[:, None]
    return Trade(flow, use, pull.typical[np.ix_(pull.place, pull.place)], home, near, km)


class Pull:
    """How strongly sellers attract buyers, told a block of pairs at a time: all pairs of many plants fit no memory.

    Attributes
    ----------
    place : [plant] its class; typical, use : [class of the seller, class of the buyer], see ``Trade``
    output : [plant] thousand roubles; region : [plant]
    """

    def __init__(self, plants: pl.DataFrame, gravity: Gravity, uses: Mapping[str, tuple[str, ...]] | None = None
                 ) -> None:
        self.gravity = gravity
        self.output: Floats = plants["output_th_rub"].to_numpy()
        names, self.place = np.unique(plants["class"].to_numpy(), return_inverse=True)
        self.typical = _typical(names, load_uses() if uses is None else uses)
        self.use: Floats = np.choose(self.typical + 1, [gravity.silent, gravity.atypical, 1.0])
        self.region: Ints = np.unique(plants["region"].to_numpy(), return_inverse=True)[1]
        latitude, longitude = (np.radians(plants[name].cast(pl.Float64).fill_null(np.nan).to_numpy())
                               for name in ("latitude", "longitude"))
        self._points = np.stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude),
                                 np.sin(latitude)], axis=1)

    def km(self, sellers: slice, buyers: slice) -> Floats:
        """[seller, buyer] great-circle distance by the chord, d = 2 R asin(c / 2); nan where a place is unknown."""
        chord: Floats = self._points[sellers] @ self._points[buyers].T
        np.multiply(chord, -2.0, out=chord)
        chord += 2.0
        np.sqrt(np.clip(chord, 0.0, 4.0, out=chord), out=chord)
        chord *= 0.5
        np.arcsin(chord, out=chord)
        chord *= 2 * EARTH_KM
        return chord

    def near(self, km: Floats) -> Floats:
        """The factor of the distance: 1 where a place is unknown."""
        gravity = self.gravity
        far: Floats = np.maximum(km, gravity.distance_least_km)
        far /= gravity.distance_unit_km
        if gravity.distance_power == 1:
            np.divide(1.0, far, out=far)
        else:
            np.power(far, -gravity.distance_power, out=far)
        far[np.isnan(far)] = 1.0
        return far

    def home(self, sellers: slice, buyers: slice) -> Floats:
        """The factor of the common region."""
        return np.where(self.region[sellers, None] == self.region[None, buyers], self.gravity.same_region, 1.0)

    def attraction(self, sellers: slice, buyers: slice) -> Floats:
        """a[seller, buyer] = output × use × home × near."""
        pull = self.near(self.km(sellers, buyers))
        pull *= self.use[:, self.place[buyers]][self.place[sellers]]
        pull *= self.output[sellers, None]
        pull *= self.home(sellers, buyers)
        return pull


def calc_terms(plants: pl.DataFrame, table: InputOutput, trade: Trade, gravity: Gravity) -> dict[str, Floats]:
    """The parts of ln(T / reference), [seller, buyer] each; they sum to it. −inf where nothing can flow.

    industry: ln(A[s, t] / 0.01) · use: ln(use / middle) · region: ln(home) · distance: ln(near) · size: the rest, that
    is the buyer's output and the seller's part in the supply. The reference is 1 % of an output of one billion roubles.
    """
    industry = plants["industry"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = {
            "industry": np.log(table.coefficients[np.ix_(industry, industry)] / REFERENCE_COEFFICIENT),
            "use": np.log(trade.use / gravity.silent),
            "region": np.log(trade.home),
            "distance": np.log(trade.near),
        }
        whole = np.log(trade.flow / (REFERENCE_COEFFICIENT * REFERENCE_TH_RUB))
        terms["size"] = np.where(np.isfinite(whole), whole - sum(terms.values()), -np.inf)
    return terms


def _typical(names: NDArray[np.str_], uses: Mapping[str, tuple[str, ...]]) -> NDArray[np.int8]:
    """[class of the seller, class of the buyer] 1 typical, 0 not, −1 unknown."""
    known = {None: -1, False: 0, True: 1}
    answers = [[known[is_typical(seller, buyer, uses)] for buyer in names] for seller in names]
    return np.array(answers, np.int8).reshape(len(names), len(names))


def calibrate(strength: Floats, total: float) -> float:
    """The constant c (log) for which the probabilities sum to a known number of links.

    p = c·w / (1 + c·w), Σ p = total: the fitness model of networks with a given number of links.

    Parameters
    ----------
    strength : w ≥ 0 of each pair; pairs of strength 0 stay impossible
    total : expected number of links, above 0 and below the number of possible pairs
    """
    return calibrate_logs(np.log(strength[strength > 0]), total)


def calibrate_logs(logs: Floats, total: float, counts: Floats | None = None) -> float:
    """The same for logarithms of the strengths, each of ``counts`` pairs (one each by default)."""
    many = np.ones_like(logs) if counts is None else counts
    if not 0 < total < many.sum():
        raise ValueError(f"{total} links among {many.sum():.0f} possible pairs")
    low, high = -logs.max() - 50.0, -logs.min() + 50.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.sum(many / (1 + np.exp(-(middle + logs)))) < total else (low, middle)
    return float((low + high) / 2)
