"""Two tables in, ranked and explained cooperation links out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property

import numpy as np
import polars as pl

from smezhnik.classifiers.regions import load_regions
from smezhnik.matching.asked import Vectors
from smezhnik.matching.asks import share_asks
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
)
from smezhnik.matching.corrections import corrected_words
from smezhnik.matching.designations import designations_of
from smezhnik.matching.evidence import compare, evidence_of
from smezhnik.matching.history import DECIDED, KnownContracts, by_need, keep_decisions, known_by_name, renumber
from smezhnik.matching.index import Index
from smezhnik.matching.profiles import Profiles, with_codes
from smezhnik.matching.ranges import ranges_of
from smezhnik.matching.ranking import TEXT_REASONS, Ranker, fall_behind
from smezhnik.matching.settings import MatchSettings
from smezhnik.matching.sides import Flags, Floats, Side, dictionaries_of, holds_on, side_of
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
    The reason ``rivals`` follows from how far the best candidate of the need is ahead; all others from the pair alone.
    What the settings leave out enters neither candidates nor weights: the search counts the admitted offers only.

    Parameters
    ----------
    needs, offers : tables ``needs`` and ``offers``; columns that are absent count as unknown
    on : the day for which validity and register entries are judged
    settings : filters, sizes and weights
    contracts : table ``contracts``; pairs that already have one are marked and gain by experience
    previous : table ``links`` of an earlier run, whose decisions are kept; ids or texts and decisions are enough. Of a
        decided pair that is no candidate now and of which it says no more, the numbers are calculated; where the
        tables or the settings hold it no more it is left out (``history.lost_decisions``)
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
    needs = numbered(needs, "needs", "need_id")
    if settings.max_asks is None:
        links = matcher.whole(needs, progress=progress)
    else:
        links = share_asks(needs, matcher.offers, lambda rows, free: matcher.whole(rows, free, progress=progress),
                           top=settings.top, asks=settings.max_asks, depth=max(settings.depth, settings.top))
    if previous is None:
        return links
    return matcher.weigh_kept(keep_decisions(links, previous, needs, matcher.offers), needs)


class Matcher:
    """Offers made ready once, then asked by batches of needs; see ``match`` for the meaning of the arguments.

    Parameters
    ----------
    index : an index of these offers in their order, if there already is one; where more than ``depth`` offers of equal
        score vie for the last place, its order decides
    """

    def __init__(self, offers: pl.DataFrame, *, on: dt.date, settings: MatchSettings = MatchSettings(),
                 contracts: pl.DataFrame | None = None, regions: pl.DataFrame | None = None,
                 ranker: Ranker | None = None, index: Index | None = None, progress: Progress = no_progress) -> None:
        offers = numbered(offers, "offers", "offer_id")
        tie = tie_order(full_text(offers), offers["offer_id"])
        # an index parts equals by their place: ordered so, the offers' own order does not matter
        place = np.argsort(tie) if index is None else np.arange(len(tie))
        self.offers, self._tie = offers[place], tie[place]
        self.on = on
        self.settings = settings
        self.regions = load_regions() if regions is None else regions
        self.ranker = Ranker.load() if ranker is None else ranker
        self.contracts = KnownContracts.of(contracts, on)
        self._registered = ((self.offers["register_entry"].is_not_null()).to_numpy()
                            & holds_on(self.offers, None, "register_until", on))
        self._mask = offer_mask(self.offers, self._registered, settings)
        self._texts = full_text(self.offers)
        # what is left out by the settings may be somebody's secret: it enters no weight either
        self.index = (Index.build(self._texts, all_codes_of(self.offers), counted=self._mask, progress=progress)
                      if index is None else index.seen_by(self._mask))
        tokens = tokenise_all(self._texts)
        ranges = ranges_of(self._texts)
        self._profiles = self.ranker.profile(tokens, ranges, self._texts, codes_of(self.offers))
        self._evidence = evidence_of(tokens, ranges, designations_of(self._texts))
        self._dictionaries = dictionaries_of(self.offers, self.regions)
        self._side = self._read_side(self.offers, "capacity", "seller")

    def batches(self, needs: pl.DataFrame, free: Flags | None = None, *, size: int = BATCH,
                progress: Progress = no_progress) -> Iterator[pl.DataFrame]:
        """Links of the needs, a batch at a time, in the order of the needs; only ``free`` offers, all if None.

        A limit of asks holds over all needs together: here each need comes with every candidate that was ranked.
        """
        needs = numbered(needs, "needs", "need_id")
        for start in range(0, len(needs), size):
            progress(Step("match", start, len(needs)))
            yield self.match(needs.slice(start, size), free)
        progress(Step("match", len(needs), len(needs)))

    def whole(self, needs: pl.DataFrame, free: Flags | None = None, *, progress: Progress = no_progress
              ) -> pl.DataFrame:
        """All batches as one table."""
        return pl.concat([table("links").empty(), *self.batches(needs, free, progress=progress)])

    def match(self, needs: pl.DataFrame, free: Flags | None = None, named: Pairs | None = None) -> pl.DataFrame:
        """Links of one batch of needs; see ``batches``. Needs without an id are named by their number in the batch.

        Where pairs are ``named``, their links come in place of the best ones; they are ranked among the candidates.
        """
        needs = numbered(needs, "needs", "need_id")
        side = self._read_side(needs, "volume", "buyer")
        texts, codes = full_text(needs), codes_of(needs)
        vectors = self.index.vectors_of(texts, all_codes_of(needs))
        pairs = self._find(needs, side, vectors, self._mask if free is None else self._mask & free)
        pairs = pairs if named is None else pairs.joined(named)
        tokens, ranges = tokenise_all(texts), ranges_of(texts)
        text_base, text_part = self._explain(needs, self.ranker.profile(tokens, ranges, texts, codes), pairs)
        facts = pair_facts(side, self._side, pairs.need, pairs.offer)
        known = self.contracts.between(needs, self.offers, pairs)
        business = business_contributions(facts, self._registered[pairs.offer], known.is_not_null().to_numpy(),
                                          self.settings.weights)
        rivals = fall_behind(pairs.need, text_part.sum(axis=1), self.ranker.behind)
        contributions = np.hstack([in_units(text_part), in_units(rivals[:, None]), in_units(business)])
        base = round(text_base * UNIT)
        score = base + contributions.sum(axis=1)

        order = rank_pairs(pairs, score, self._tie)
        ranked = pairs.take(order)
        kept = order[places_within(ranked.need) < self._wanted if named is None else ranked.among(named)]
        pairs, score = pairs.take(kept), score[kept]
        evidence = evidence_of(tokens, ranges, designations_of(texts))
        links = assemble(
            needs, self.offers, pairs, rank=places_within(pairs.need) + 1, score=score, base=base,
            contributions=contributions[kept], text_reasons=(*TEXT_REASONS, "rivals"),
            facts=pair_facts(side, self._side, pairs.need, pairs.offer),
            found=compare(evidence, self._evidence, pairs.need, pairs.offer),
            evidence=(evidence, self._evidence), contract=known.gather(kept), on=self.on,
            corrected=corrected_words(vectors, self.index.terms, self._texts, pairs),
            places=(*side.site(pairs.need), *self._side.site(pairs.offer)),
        )
        if self.settings.min_grade is None or named is not None:
            return links
        good = links.filter(pl.col("grade").is_in(GRADES[: GRADES.index(self.settings.min_grade) + 1]))
        top = len(good) if self.settings.max_asks is not None else self.settings.top
        return renumber(good).filter(pl.col("rank") <= top)

    def weigh_kept(self, links: pl.DataFrame, needs: pl.DataFrame) -> pl.DataFrame:
        """``keep_decisions`` with numbers for kept pairs that are known by name alone; without those that have none."""
        bare = links.filter(known_by_name())
        if bare.is_empty():
            return links
        asked = needs.filter(pl.col("need_id").is_in(bare["need_id"].implode()))
        there = bare.join(asked.select("need_id").with_row_index("need"), on="need_id").join(
            self.offers.select("offer_id").with_row_index("offer"), on="offer_id").sort("need", "offer")
        found = self.match(asked, named=Pairs(*(there[side].to_numpy().astype(np.intp) for side in ("need", "offer"))))
        said = bare.select("need_id", "offer_id", *DECIDED, said="gaps")
        weighed = found.drop(DECIDED).join(said, on=["need_id", "offer_id"]).with_columns(
            gaps=pl.concat_list("gaps", "said"))
        return by_need(pl.concat([links.filter(~known_by_name()), complete(weighed, "links")]))

    @property
    def _wanted(self) -> int:
        """Candidates kept a need: all that were ranked where a later step may take some of the best away."""
        later = self.settings.max_asks is not None or self.settings.min_grade is not None
        return max(self.settings.depth, self.settings.top) if later else self.settings.top

    @cached_property
    def _foreign(self) -> Profiles:
        """The offers with their codes of ТН ВЭД; only tables that have such codes ask for it."""
        return with_codes(self._profiles, self.offers["tnved"])

    def _explain(self, needs: pl.DataFrame, profiles: Profiles, pairs: Pairs) -> tuple[float, Floats]:
        """What the texts and codes of the pairs say: codes of ОКПД2, else of ТН ВЭД where both sides have one."""
        base, part = self.ranker.explain(profiles, self._profiles, pairs.need, pairs.offer,
                                         threads=self.settings.threads)
        okpd2, other_okpd2 = (frame["okpd2"].is_not_null().to_numpy() for frame in (needs, self.offers))
        tnved, other_tnved = (frame["tnved"].is_not_null().to_numpy() for frame in (needs, self.offers))
        foreign = ((okpd2[pairs.need] != other_okpd2[pairs.offer]) & tnved[pairs.need] & other_tnved[pairs.offer])
        if foreign.any():
            some = pairs.take(foreign)
            asked = with_codes(profiles, needs["tnved"])
            part[foreign] = self.ranker.explain(asked, self._foreign, some.need, some.offer,
                                                threads=self.settings.threads)[1]
        return base, part

    def _read_side(self, frame: pl.DataFrame, amount: str, name: str) -> Side:
        return side_of(frame, amount, name, self._dictionaries, self.regions)

    def _find(self, needs: pl.DataFrame, side: Side, vectors: Vectors, offers: Flags) -> Pairs:
        """Pairs that the settings admit, at least ``top`` a need where so many exist."""
        settings = self.settings

        def retrieve(rows: Rows, depth: int, mask: Flags):  # type: ignore[no-untyped-def]
            found = self.index.find(vectors.take(rows), top=depth, allowed=mask, threads=settings.threads)
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
            for rows, mask in parts_by_region(needs, self.offers, chosen, offers, settings.between)
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


def all_codes_of(frame: pl.DataFrame) -> pl.Series:
    """Both codes of each row, parted by ``;``, as the index takes them."""
    return frame.select(pl.concat_str("okpd2", "tnved", separator=";", ignore_nulls=True).alias("code"))["code"]
