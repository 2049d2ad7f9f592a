"""Which pairs are looked at: filters, retrieval until enough candidates stand, ranking within each need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.matching.business import Rows
from smezhnik.matching.settings import MatchSettings
from smezhnik.matching.sides import Flags, Floats

#: Contributions are kept in ten-thousandths, so that what is shown adds up exactly (CONVENTIONS §11).
UNIT = 10_000

#: (needs, depth, mask of offers) → candidates as (indptr, offers), best first.
Retrieve = Callable[[Rows, int, Flags], tuple[NDArray[np.int64], NDArray[np.int32]]]
#: (needs, offers) of pairs → whether each may be proposed.
Admit = Callable[[Rows, Rows], Flags]


@dataclass(frozen=True)
class Pairs:
    """Pairs of a need and an offer, by rows of their tables, in the order of the needs."""

    need: Rows
    offer: Rows

    def __len__(self) -> int:
        return len(self.need)

    def take(self, chosen: NDArray[np.intp] | Flags) -> Pairs:
        return Pairs(self.need[chosen], self.offer[chosen])

    def joined(self, other: Pairs) -> Pairs:
        """The pairs of both, each once."""
        both = np.unique(np.column_stack([np.r_[self.need, other.need], np.r_[self.offer, other.offer]]), axis=0)
        return Pairs(both[:, 0], both[:, 1])

    def among(self, other: Pairs) -> Flags:
        """Which of the pairs the other ones hold too."""
        held = set(zip(other.need.tolist(), other.offer.tolist(), strict=True))
        return np.array([pair in held for pair in zip(self.need.tolist(), self.offer.tolist(), strict=True)], np.bool_)


def find_pairs(needs: Rows, offers: int, mask: Flags, retrieve: Retrieve, admit: Admit, top: int, depth: int) -> Pairs:
    """At least ``top`` admitted candidates for each need, where so many exist.

    Retrieval is repeated four times as deep for the needs that lost too many candidates to ``admit``, until they have
    enough or the index has no more. ``mask`` is applied inside the index, so that an offer that may not be seen
    takes no place from one that may.

    Parameters
    ----------
    needs : rows of the needs
    offers : number of offers
    mask : offers that may be proposed to these needs
    """
    found: list[Pairs] = []
    waiting = needs
    allowed = int(mask.sum())
    while len(waiting) and allowed:
        indptr, documents = retrieve(waiting, min(depth, offers), mask)
        counts = np.diff(indptr)
        pairs = Pairs(np.repeat(waiting, counts), documents.astype(np.intp))
        kept = pairs.take(admit(pairs.need, pairs.offer))
        enough = np.bincount(np.searchsorted(waiting, kept.need), minlength=len(waiting)) >= top
        done = enough | (counts < depth) | (depth >= allowed)
        found.append(kept.take(done[np.searchsorted(waiting, kept.need)]))
        waiting, depth = waiting[~done], 4 * depth
    if not found:
        return Pairs(np.empty(0, np.intp), np.empty(0, np.intp))
    need = np.concatenate([pairs.need for pairs in found])
    offer = np.concatenate([pairs.offer for pairs in found])
    order = np.argsort(need, kind="stable")
    return Pairs(need[order], offer[order])


def offer_mask(offers: pl.DataFrame, registered: Flags, settings: MatchSettings) -> Flags:
    """Offers that the settings let be proposed at all."""
    mask = np.ones(len(offers), np.bool_)
    if settings.seller_regions:
        mask &= offers["region"].is_in(list(settings.seller_regions)).fill_null(False).to_numpy()
    if settings.register_only:
        mask &= registered
    for mark in settings.marks:
        mask &= offers[mark].fill_null(False).to_numpy()
    if not settings.include_inferred:
        mask &= (offers["basis"].fill_null("declared") != "inferred").to_numpy()
    return mask & ~is_excluded(offers, settings)


def need_mask(needs: pl.DataFrame, settings: MatchSettings) -> Flags:
    """Needs for which candidates are sought."""
    mask = np.ones(len(needs), np.bool_)
    if settings.buyer_regions:
        mask &= needs["region"].is_in(list(settings.buyer_regions)).fill_null(False).to_numpy()
    if not settings.include_inferred:
        mask &= (needs["basis"].fill_null("declared") != "inferred").to_numpy()
    return mask & ~is_excluded(needs, settings)


def is_excluded(frame: pl.DataFrame, settings: MatchSettings) -> Flags:
    """Rows of the organisations that the settings exclude, by id or ИНН."""
    named = list(settings.excluded)
    return (frame["org_id"].is_in(named).fill_null(False) | frame["inn"].is_in(named).fill_null(False)).to_numpy()


def parts_by_region(needs: pl.DataFrame, offers: pl.DataFrame, chosen: Rows, mask: Flags,
                    between: tuple[str, str] | None) -> Iterator[tuple[Rows, Flags]]:
    """Needs with the mask of their offers: one part, or with ``between`` each region against the other."""
    if between is None:
        yield chosen, mask
        return
    for buyer, seller in (between, between[::-1]):
        of_buyer = (needs["region"] == buyer).fill_null(False).to_numpy()
        of_seller = (offers["region"] == seller).fill_null(False).to_numpy()
        yield chosen[of_buyer[chosen]], mask & of_seller


def in_units(contributions: Floats) -> NDArray[np.int64]:
    """Contributions as whole ten-thousandths."""
    return np.rint(contributions * UNIT).astype(np.int64)


def rank_pairs(pairs: Pairs, score: NDArray[np.int64], tie: NDArray[np.int64]) -> NDArray[np.intp]:
    """Positions of the pairs by need, then score from the highest, then the offer's place in ``tie``."""
    return np.lexsort((tie[pairs.offer], -score, pairs.need))


def tie_order(texts: pl.Series, ids: pl.Series) -> NDArray[np.int64]:
    """Place of each offer among equals: the shorter text first, then the id (CONVENTIONS §4)."""
    length = texts.str.len_chars().fill_null(0)
    places = pl.DataFrame({"length": length, "id": ids}).select(pl.struct("length", "id").rank("ordinal"))
    return places.to_series().cast(pl.Int64).to_numpy()


def places_within(need: Rows) -> NDArray[np.int64]:
    """0, 1, 2 … within each run of equal needs."""
    if not len(need):
        return np.empty(0, np.int64)
    starts = np.flatnonzero(np.r_[True, need[1:] != need[:-1]])
    return np.arange(len(need)) - np.repeat(starts, np.diff(np.r_[starts, len(need)]))
