"""What a pair is worth beyond its text: capacity, distance, region, register, price, experience."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smezhnik.classifiers.regions import distance_km
from smezhnik.matching.settings import Weights
from smezhnik.matching.sides import ABSENT, Flags, Floats, Side

#: Reasons in the order in which they are shown, after those of the text.
BUSINESS_REASONS = ("capacity", "distance", "region", "register", "price", "experience")

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class PairFacts:
    """Facts of pairs of a need and an offer; one entry a pair, nan where a fact is absent.

    Attributes
    ----------
    comparable : both units have one dimension
    capacity : free capacity in the need's unit
    covered_share : capacity / volume, at most 1
    distance_km : great circle; ``exact`` where both places are sites, not centres of regions
    same_region : True where both regions are known and equal
    price_ratio : offered price / expected price, where both are in one currency
    """

    comparable: Flags
    capacity: Floats
    covered_share: Floats
    distance_km: Floats
    exact: Flags
    same_region: Flags
    price_ratio: Floats


def pair_facts(needs: Side, offers: Side, need: Rows, offer: Rows) -> PairFacts:
    """Facts of the pairs (``need[i]``, ``offer[i]``)."""
    comparable = needs.dimension[need] == offers.dimension[offer]
    volume, capacity = needs.amount[need], offers.amount[offer]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(comparable & (volume > 0), np.minimum(capacity / volume, 1.0), np.nan)
        one_currency = same(needs.currency[need], offers.currency[offer])
        ratio = np.where(comparable & one_currency, offers.price[offer] / needs.price[need], np.nan)
    ratio[~np.isfinite(ratio)] = np.nan
    exact = needs.exact[need] & offers.exact[offer]
    same_region = same(needs.region[need], offers.region[offer])
    distance = distance_km(needs.latitude[need], needs.longitude[need], offers.latitude[offer], offers.longitude[offer])
    return PairFacts(
        comparable=comparable,
        capacity=np.where(comparable, capacity / needs.factor[need], np.nan),
        covered_share=share,
        # between the centres of one region is no distance: inside a region it is unknown until both give a site
        distance_km=np.where(same_region & ~exact, np.nan, distance),
        exact=exact,
        same_region=same_region,
        price_ratio=ratio,
    )


def same(first: NDArray[np.int32], second: NDArray[np.int32]) -> Flags:
    """Equal and present: two absences are not the same thing."""
    equal: Flags = (first == second) & (first != ABSENT)
    return equal


def same_organisation(needs: Side, offers: Side, need: Rows, offer: Rows) -> Flags:
    """The buyer is the seller: by id, by ИНН, or by name where a side has neither."""
    unknown = (needs.organisation[need] == ABSENT) & (needs.inn[need] == ABSENT)
    unknown |= (offers.organisation[offer] == ABSENT) & (offers.inn[offer] == ABSENT)
    same_name = unknown & same(needs.name[need], offers.name[offer])
    same_id = same(needs.organisation[need], offers.organisation[offer])
    either: Flags = same_id | same(needs.inn[need], offers.inn[offer]) | same_name
    return either


def business_contributions(facts: PairFacts, registered: Flags, known: Flags, weights: Weights) -> Floats:
    """Log-odds of each business reason; shape (pairs, len(BUSINESS_REASONS)); an absent fact adds 0.

    Parameters
    ----------
    facts : facts of the pairs
    registered : the offer's register entry is in force on the day
    known : the pair already has a contract
    weights : what each fact weighs, see ``Weights``
    """
    short = weights.capacity_short + (weights.capacity_enough - weights.capacity_short) * facts.covered_share
    slope = weights.near / weights.reference_km
    distance = np.maximum(weights.near - slope * facts.distance_km, weights.far)
    excess = np.maximum(weights.price_at_or_below + weights.price_excess * (facts.price_ratio - 1.0),
                        weights.price_floor)
    price = np.where(facts.price_ratio <= 1.0, weights.price_at_or_below, excess)
    columns = (
        short,
        distance,
        np.where(facts.same_region, weights.same_region, 0.0),
        np.where(registered, weights.register_valid, 0.0),
        price,
        np.where(known, weights.experience, 0.0),
    )
    contributions: Floats = np.nan_to_num(np.stack(columns, axis=1), nan=0.0)
    return contributions
