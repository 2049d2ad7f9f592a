"""Judged sets made ready for training and measuring: tokens, word counts, candidate pairs, features, background."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.sets import MatchingSet, known_grades, known_relevance
from smezhnik.classifiers import load
from smezhnik.matching.background import STEPS, Background, hash_keys
from smezhnik.matching.bulk import Tokens, tokenise_all
from smezhnik.matching.features import pair_features
from smezhnik.matching.index import Index
from smezhnik.matching.profiles import count_trigrams, profile
from smezhnik.matching.ranges import ranges_of
from smezhnik.matching.tokens import Kind

#: Candidates a need in evaluation, as in the product; how many of them count.
DEPTH, CUT = 100, 10
SEED = 0
#: Sets that only measure: their judgement is not what the probability is to mean.
MEASURE_ONLY = frozenset(("okved-phrases",))
#: Classifications whose names teach how telling a word is in general.
SYSTEMS = ("okpd2", "okved2", "tnved", "hs2022", "nace2")


@dataclass(frozen=True)
class Counted:
    """In how many texts each word (hash → count) and each run of three letters occurs."""

    words: pl.DataFrame
    trigrams: NDArray[np.int64]
    texts: int


@dataclass(frozen=True)
class Prepared:
    """A set with its tokens and candidate pairs, by need."""

    judged: MatchingSet
    tokens: tuple[Tokens, Tokens]
    counted: Counted
    need: NDArray[np.int64]
    offer: NDArray[np.int64]
    grade: NDArray[np.int64]
    relevance: NDArray[np.float64]

    @property
    def place(self) -> NDArray[np.int64]:
        """Place of each pair among those of its need, from 0."""
        starts = np.searchsorted(self.need, np.arange(self.need[-1] + 2))
        return np.arange(len(self.need)) - starts[self.need]


def prepare(judged: MatchingSet) -> Prepared:
    """Candidates from the index (or the judged pairs, where only those may be ranked)."""
    tokens = tokenise_all(judged.needs["text"]), tokenise_all(judged.offers["text"])
    counted = count_words(judged.offers["text"], tokens[1])
    if judged.judged_only:
        pairs = judged.judgements.sort("need", "offer")
        need, offer = pairs["need"].to_numpy().astype(np.int64), pairs["offer"].to_numpy().astype(np.int64)
    else:
        index = Index.build(judged.offers["text"], judged.offers["okpd2"])
        found = index.query(judged.needs["text"], judged.needs["okpd2"], top=DEPTH)
        need = np.repeat(np.arange(judged.needs.height), np.diff(found.indptr))
        offer = found.document.astype(np.int64)
    grade = known_grades(judged, need, offer)
    kept = grade >= 0
    need, offer, grade = need[kept], offer[kept], grade[kept]
    return Prepared(judged, tokens, counted, need, offer, grade, known_relevance(judged, need, offer))


def count_words(texts: pl.Series, tokens: Tokens) -> Counted:
    """Document frequencies of words and of runs of three letters."""
    row = np.repeat(np.arange(len(texts)), np.diff(tokens.indptr))
    word = np.isin(tokens.kinds[tokens.token], (Kind.WORD, Kind.NUMBER, Kind.MARK))
    hashed = hash_keys(tokens.keys)[tokens.token]
    words = pl.DataFrame({"row": row[word], "hash": hashed[word]}).unique().group_by("hash").len("count")
    return Counted(words, count_trigrams(texts), len(texts))


def count_classifiers() -> Counted:
    """The same of the names of the shipped classifications."""
    names = pl.concat([load(system).frame["name"] for system in SYSTEMS]).drop_nulls().unique(maintain_order=True)
    return count_words(names, tokenise_all(names))


def make_background(counted: Iterable[Counted]) -> Background:
    """Weights of all that was counted; words of one text only are as good as unknown and are left out."""
    counted = list(counted)
    texts = sum(item.texts for item in counted)
    words = pl.concat([item.words for item in counted]).group_by("hash").agg(pl.col("count").sum())
    short = words.filter(pl.col("count") > 1).select((pl.col("hash") // (1 << 32)).cast(pl.UInt32), "count")
    short = short.group_by("hash").agg(pl.col("count").sum()).sort("hash")
    trigrams = np.sum([item.trigrams for item in counted], axis=0)

    def steps(count: NDArray[Any]) -> NDArray[np.uint8]:
        return np.clip(np.rint(np.log((texts + 1) / (count + 1)) * STEPS), 0, 255).astype(np.uint8)

    return Background(short["hash"].to_numpy(), steps(short["count"].to_numpy()), float(np.log((texts + 1) / 2)),
                      steps(trigrams).astype(np.float32) / STEPS)


def features_of(prepared: Prepared, background: Background, rows: NDArray[np.intp] | None = None
                ) -> NDArray[np.float32]:
    """Features of the candidate pairs of a set, or of its ``rows``."""
    judged = prepared.judged
    needs, offers = (profile(tokens, ranges_of(side["text"]), side["text"], side["okpd2"], background)
                     for tokens, side in zip(prepared.tokens, (judged.needs, judged.offers), strict=True))
    need, offer = (prepared.need, prepared.offer) if rows is None else (prepared.need[rows], prepared.offer[rows])
    return pair_features(needs, offers, need, offer, background.trigrams)


#: Needs of one set asked of the offers of another, where nothing fits: (set of the needs, set of the offers).
STRANGERS = (("beer", "walmart-amazon"), ("fodors-zagats", "wdc-cameras"), ("dblp-acm", "abt-buy"),
             ("crowdflower", "dblp-acm"), ("abt-buy", "fodors-zagats"), ("plants", "plants"))
#: Classes of ОКПД2 whose goods no maker of the second list has.
LIGHT, HEAVY = ("10", "13", "14", "15", "16", "17"), ("24", "26", "27", "28", "29", "30")


def prepare_strangers(sets: Sequence[Prepared]) -> list[Prepared]:
    """STRANGERS as sets of the family of their needs, without a judgement: every candidate is wrong.

    A need that nobody serves is what a ministry's table is full of and no public set has. Needs of ``plants`` are those
    of LIGHT classes and its offers those of HEAVY ones.
    """
    by_name = {item.judged.name: item.judged for item in sets}
    found = []
    for asked, offered in STRANGERS:
        needs, offers = by_name[asked].needs, by_name[offered].offers
        if asked == offered:
            needs, offers = (side.filter(pl.col("okpd2").str.slice(0, 2).is_in(classes))
                             for side, classes in ((needs, LIGHT), (offers, HEAVY)))
        judged = MatchingSet(f"{asked} among {offered}", by_name[asked].family, needs, offers,
                             by_name[asked].judgements.clear(), judged_only=False, about="nothing fits")
        found.append(prepare(judged))
    return found
