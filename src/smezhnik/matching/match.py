"""Two tables in, ranked and explained cooperation links out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import polars as pl

from smezhnik.classifiers.regions import load_regions
from smezhnik.matching.assemble import assemble
from smezhnik.matching.bulk import tokenise_all
from smezhnik.matching.business import Rows, business_contributions, pair_facts, same, same_organisation
from smezhnik.matching.candidates import (
    UNIT,
    Pairs,
    find_pairs,
    in_units,
    need_mask,
    offer_mask,
    parts_by_region,
    places_within,
    rank_pairs,
    tie_order,
    within_asks,
)
from smezhnik.matching.evidence import compare, evidence_of
from smezhnik.matching.history import KnownContracts, keep_decisions, renumber
from smezhnik.matching.index import Index
from smezhnik.matching.ranges import ranges_of
from smezhnik.matching.ranking import TEXT_REASONS, Ranker, fall_behind
from smezhnik.matching.settings import MatchSettings
from smezhnik.matching.sides import Flags, Side, dictionaries_of, holds_on, side_of
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.tables import complete, table
from smezhnik.tables.ids import fill_ids
from smezhnik.types import GRADES

#: Needs matched at once: bounds the memory of their pairs.
BATCH = 5_000


def match(needs: pl.DataFrame, offers: pl.DataFrame, *, on: dt.date, settings: MatchSettings = MatchSettings(),
          contracts: pl.DataFrame | None = None, previous: pl.DataFrame | None = None,
          regions: pl.DataFrame | None = None, ranker: Ranker | None = None,
          progress: Progress = no_progress) -> pl.DataFrame:
    """Candidate links for each need: ranked, with probability, grade, reasons and gaps.

    score = base + Σ contributions of the reasons (log-odds; exact to the digit), probability = 1 / (1 + exp(−score)).

    Parameters
    ----------
    needs, offers : tables ``needs`` and ``offers``; columns that are absent count as unknown
    on : the day for which validity and register entries are judged
    settings : filters, sizes and weights
    contracts : table ``contracts``; pairs that already have one are marked and gain by experience
    previous : table ``links`` of an earlier run, whose decisions are kept
    regions : region pack; the shipped one if None
    ranker : ranking model; the shipped one if None
    progress : told about each batch; may stop the work by raising

    Returns
    -------
    frame, table ``links``: by need in the order of ``needs``, then by rank. A need without a candidate has no row.
    Empty in, empty out.
    """
    matcher = Matcher(offers, on=on, settings=settings, contracts=contracts, regions=regions, ranker=ranker,
                      progress=progress)
    links = pl.concat([table("links").empty(), *matcher.batches(needs, progress=progress)])
    if settings.max_asks is not None:
        links = limit_asks(links, settings)
    return links if previous is None else keep_decisions(links, previous)


class Matcher:
    """Offers made ready once, then asked by batches of needs; see ``match`` for the meaning of the arguments.

    Parameters
    ----------
    index : an index of these offers in their order, if there already is one
    """

    def __init__(self, offers: pl.DataFrame, *, on: dt.date, settings: MatchSettings = MatchSettings(),
                 contracts: pl.DataFrame | None = None, regions: pl.DataFrame | None = None,
                 ranker: Ranker | None = None, index: Index | None = None, progress: Progress = no_progress) -> None:
        self.offers = numbered(offers, "offers", "offer_id")
        self.on = on
        self.settings = settings
        self.regions = load_regions() if regions is None else regions
        self.ranker = Ranker.load() if ranker is None else ranker
        self.contracts = KnownContracts.of(contracts, on)
        texts = full_text(self.offers)
        self.index = Index.build(texts, codes_of(self.offers), progress=progress) if index is None else index
        tokens = tokenise_all(texts)
        ranges = ranges_of(texts)
        self._profiles = self.ranker.profile(tokens, ranges, texts, codes_of(self.offers))
        self._evidence = evidence_of(tokens, ranges)
        self._dictionaries = dictionaries_of(self.offers, self.regions)
        self._side = self._read_side(self.offers, "capacity", "seller")
        self._tie = tie_order(self.offers)
        self._registered = ((self.offers["register_entry"].is_not_null()).to_numpy()
                            & holds_on(self.offers, None, "register_until", on))
        self._mask = offer_mask(self.offers, self._registered, settings)

    def batches(self, needs: pl.DataFrame, *, size: int = BATCH, progress: Progress = no_progress
                ) -> Iterator[pl.DataFrame]:
        """Links of the needs, a batch at a time, in the order of the needs."""
        needs = numbered(needs, "needs", "need_id")
        for start in range(0, len(needs), size):
            progress(Step("match", start, len(needs)))
            yield self.match(needs.slice(start, size))
        progress(Step("match", len(needs), len(needs)))

    def match(self, needs: pl.DataFrame) -> pl.DataFrame:
        """Links of one batch of needs."""
        needs = numbered(needs, "needs", "need_id")
        side = self._read_side(needs, "volume", "buyer")
        texts, codes = full_text(needs), codes_of(needs)
        pairs = self._find(needs, side, texts, codes)
        tokens, ranges = tokenise_all(texts), ranges_of(texts)
        text_base, text_part = self.ranker.explain(
            self.ranker.profile(tokens, ranges, texts, codes), self._profiles, pairs.need, pairs.offer,
            threads=self.settings.threads)
        facts = pair_facts(side, self._side, pairs.need, pairs.offer)
        known = self.contracts.between(needs, self.offers, pairs)
        business = business_contributions(facts, self._registered[pairs.offer], known.is_not_null().to_numpy(),
                                          self.settings.weights)
        rivals = fall_behind(pairs.need, text_part.sum(axis=1), self.ranker.behind)
        contributions = np.hstack([in_units(text_part), in_units(rivals[:, None]), in_units(business)])
        base = round(text_base * UNIT)
        score = base + contributions.sum(axis=1)

        order = rank_pairs(pairs, score, self._tie)
        kept = order[places_within(pairs.need[order]) < self._wanted]
        pairs, score = pairs.take(kept), score[kept]
        links = assemble(
            needs, self.offers, pairs, rank=places_within(pairs.need) + 1, score=score, base=base,
            contributions=contributions[kept], text_reasons=(*TEXT_REASONS, "rivals"),
            facts=pair_facts(side, self._side, pairs.need, pairs.offer),
            found=compare(evidence := evidence_of(tokens, ranges), self._evidence, pairs.need, pairs.offer),
            evidence=(evidence, self._evidence), contract=known.gather(kept), on=self.on,
            places=(side.latitude[pairs.need], side.longitude[pairs.need],
                    self._side.latitude[pairs.offer], self._side.longitude[pairs.offer]),
        )
        if self.settings.min_grade is None:
            return links
        good = links.filter(pl.col("grade").is_in(GRADES[: GRADES.index(self.settings.min_grade) + 1]))
        top = len(good) if self.settings.max_asks is not None else self.settings.top
        return renumber(good).filter(pl.col("rank") <= top)

    @property
    def _wanted(self) -> int:
        """Candidates kept a need: all that were ranked where a later step may take some of the best away."""
        later = self.settings.max_asks is not None or self.settings.min_grade is not None
        return max(self.settings.depth, self.settings.top) if later else self.settings.top

    def _read_side(self, frame: pl.DataFrame, amount: str, name: str) -> Side:
        return side_of(frame, amount, name, self._dictionaries, self.regions)

    def _find(self, needs: pl.DataFrame, side: Side, texts: pl.Series, codes: pl.Series) -> Pairs:
        """Pairs that the settings admit, at least ``top`` a need where so many exist."""
        settings = self.settings

        def retrieve(rows: Rows, depth: int, mask: Flags):  # type: ignore[no-untyped-def]
            found = self.index.query(texts.gather(rows), codes.gather(rows), top=depth, allowed=mask,
                                     threads=settings.threads)
            return found.indptr, found.document

        def admit(need: Rows, offer: Rows) -> Flags:
            kept: Flags = ~same_organisation(side, self._side, need, offer)
            if settings.exclude_own_group:
                kept &= ~same(side.group[need], self._side.group[offer])
            if settings.radius_km is not None:
                facts = pair_facts(side, self._side, need, offer)
                kept &= (facts.distance_km <= settings.radius_km) | (facts.same_region & ~facts.exact)
            return kept

        chosen = np.flatnonzero(need_mask(needs, settings))
        found = [
            find_pairs(rows, len(self.offers), mask, retrieve, admit, settings.top, max(settings.depth, settings.top))
            for rows, mask in parts_by_region(needs, self.offers, chosen, self._mask, settings.between)
        ]
        pairs = Pairs(np.concatenate([part.need for part in found]), np.concatenate([part.offer for part in found]))
        return pairs.take(np.argsort(pairs.need, kind="stable"))


def numbered(frame: pl.DataFrame, name: str, key: str) -> pl.DataFrame:
    """The declared table; rows without an id are named by their number, from 1."""
    whole = complete(frame, name)
    numbers = pl.int_range(1, len(whole) + 1, eager=True).cast(pl.String)
    return whole.with_columns(fill_ids(whole[key], numbers).alias(key))


def full_text(frame: pl.DataFrame) -> pl.Series:
    """The text of each row with its standard, unless the text already names it."""
    extra = pl.when(pl.col("text").str.contains(pl.col("standard"), literal=True)).then(None).otherwise("standard")
    return frame.select(pl.concat_str("text", extra, separator=", ", ignore_nulls=True).alias("text"))["text"]


def codes_of(frame: pl.DataFrame) -> pl.Series:
    """The code of each row: ОКПД2, else ТН ВЭД."""
    return frame.select(pl.coalesce("okpd2", "tnved").alias("code"))["code"]


def limit_asks(links: pl.DataFrame, settings: MatchSettings) -> pl.DataFrame:
    """At most ``max_asks`` needs a supplier, ``top`` candidates a need; ranks are counted anew."""
    assert settings.max_asks is not None
    seller = pl.coalesce("seller_id", "seller", "offer_id").rank("dense")
    need = links["need_id"].rank("dense").to_numpy().astype(np.intp)
    kept = within_asks(need, links.select(seller).to_series().to_numpy().astype(np.int64),
                       np.rint(links["score"].to_numpy() * UNIT).astype(np.int64), settings.top, settings.max_asks)
    return renumber(links.filter(pl.Series(kept)))
