"""How the ranking model is trained: background, features, one loss for order and probability, trees, calibration.

The loss of a need is ``(1 − ORDER) · log-loss + ORDER · pairwise loss``, the pairs weighted by what their exchange
changes in nDCG@10. The first term keeps the scores log-odds, the second puts the candidates in order. Trees look at
one reason each and obey the stated directions (``features.FEATURES``). The calibration ``a · score + b`` comes from
sets that the trees had not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

from bench.sets import MatchingSet, known_grades, known_relevance
from smezhnik.classifiers import load
from smezhnik.matching.background import STEPS, Background, hash_keys
from smezhnik.matching.bulk import Tokens, tokenise_all
from smezhnik.matching.features import FEATURES, TEXT_REASONS, pair_features
from smezhnik.matching.index import Index
from smezhnik.matching.profiles import count_trigrams, profile
from smezhnik.matching.ranking import Ranker, silent_values
from smezhnik.matching.tokens import Kind
from smezhnik.matching.trees import Trees, trees_of_dump

#: Candidates a need in evaluation, as in the product; in training, with at most NEEDS needs a set.
DEPTH, TRAIN_DEPTH, NEEDS = 100, 30, 500
ORDER = 0.7
ROUNDS = 120
CUT = 10
SEED = 0
PARAMETERS: Mapping[str, Any] = {
    "num_leaves": 15, "learning_rate": 0.12, "min_data_in_leaf": 60, "min_sum_hessian_in_leaf": 1.0, "lambda_l2": 1.0,
    "feature_fraction": 0.7, "max_bin": 127, "seed": SEED, "deterministic": True, "force_row_wise": True,
    "num_threads": 1, "verbose": -1,
}
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
    word = tokens.kinds[tokens.token] == Kind.WORD
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
    needs = profile(prepared.tokens[0], judged.needs["text"], judged.needs["okpd2"], background)
    offers = profile(prepared.tokens[1], judged.offers["text"], judged.offers["okpd2"], background)
    need, offer = (prepared.need, prepared.offer) if rows is None else (prepared.need[rows], prepared.offer[rows])
    return pair_features(needs, offers, need, offer, background.trigrams)


def chosen_rows(prepared: Prepared) -> NDArray[np.intp]:
    """Rows to train on: the first candidates of at most NEEDS needs, drawn with SEED."""
    needs = np.unique(prepared.need)
    drawn = np.random.default_rng(SEED).permutation(needs)[:NEEDS]
    return np.flatnonzero(np.isin(prepared.need, drawn) & (prepared.place < TRAIN_DEPTH))


def train(sets: Sequence[Prepared], background: Background) -> tuple[Trees, float, NDArray[np.float32]]:
    """Trees, base and the features they were trained on; every set weighs the square root of its needs."""
    rows = [chosen_rows(item) for item in sets]
    features = np.concatenate([features_of(item, background, at) for item, at in zip(sets, rows, strict=True)])
    relevance = np.concatenate([item.relevance[at] for item, at in zip(sets, rows, strict=True)])
    gain = 2.0 ** np.concatenate([item.grade[at] for item, at in zip(sets, rows, strict=True)]) - 1
    starts, weights = [np.zeros(1, np.int64)], []
    for item, at in zip(sets, rows, strict=True):
        counts = np.unique(item.need[at], return_counts=True)[1]
        starts.append(starts[-1][-1] + np.cumsum(counts))
        weights.append(np.full(len(counts), np.sqrt(NEEDS / len(counts))))
    start, weight = np.concatenate(starts), np.concatenate(weights)
    base = float(np.log(relevance.mean() / (1 - relevance.mean())))

    def objective(score: NDArray[np.float64], _: lgb.Dataset) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        gradient, hessian = np.zeros(len(score)), np.zeros(len(score))
        _add_gradients(score + base, relevance, gain, start, weight, ORDER, gradient, hessian)
        return gradient, hessian

    reason = [TEXT_REASONS.index(feature.reason) for feature in FEATURES]
    together = [[at for at, of in enumerate(reason) if of == number] for number in range(len(TEXT_REASONS))]
    booster = lgb.train(
        {**PARAMETERS, "objective": objective, "interaction_constraints": together,
         "monotone_constraints": [feature.direction for feature in FEATURES]},
        lgb.Dataset(features, relevance), ROUNDS)
    return trees_of_dump(booster.dump_model(), reason), base, features


@njit(cache=True, nogil=True)
def _add_gradients(  # type: ignore[no-untyped-def]
    score, relevance, gain, start, weight, order, gradient, hessian,
):
    for need in range(len(start) - 1):
        first, last = start[need], start[need + 1]
        count = last - first
        for at in range(first, last):
            chance = 1.0 / (1.0 + np.exp(-score[at]))
            share = (1.0 - order) * weight[need] * 10.0 / count
            gradient[at] += share * (chance - relevance[at])
            hessian[at] += share * max(chance * (1.0 - chance), 1e-6)
        ranked = np.argsort(-score[first:last])
        discount = np.zeros(count)
        for place in range(count):
            discount[ranked[place]] = 1.0 / np.log2(place + 2.0)
        best = np.sort(gain[first:last])[::-1]
        ideal = 0.0
        for place in range(min(count, 10)):
            ideal += best[place] / np.log2(place + 2.0)
        if ideal <= 0:
            continue
        for a in range(count):
            for b in range(count):
                if gain[first + a] > gain[first + b]:
                    change = (gain[first + a] - gain[first + b]) * abs(discount[a] - discount[b]) / ideal
                    wrong = 1.0 / (1.0 + np.exp(score[first + a] - score[first + b]))
                    pull = wrong * change * order * weight[need]
                    gradient[first + a] -= pull
                    gradient[first + b] += pull
                    curve = wrong * (1.0 - wrong) * change * order * weight[need]
                    hessian[first + a] += curve
                    hessian[first + b] += curve


def best_rows(prepared: Prepared, score: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows of the CUT best candidates of each need, by score, then position."""
    order = np.lexsort((prepared.offer, -score, prepared.need))
    need = prepared.need[order]
    place = np.arange(len(need)) - np.searchsorted(need, need)
    return order[place < CUT]


def calibrate(scores: Sequence[NDArray[np.float64]], relevance: Sequence[NDArray[np.float64]]) -> tuple[float, float]:
    """a, b of log-odds = a · score + b by logistic regression, every set of equal weight."""
    score, wanted = np.concatenate(scores), np.concatenate(relevance)
    weight = np.concatenate([np.full(len(item), 1.0 / len(item)) for item in scores])
    factor, shift = 1.0, 0.0
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-(factor * score + shift)))
        error, curve = weight * (chance - wanted), weight * chance * (1 - chance)
        slope = np.array([error @ score, error.sum()])
        matrix = np.array([[curve @ (score * score), curve @ score], [curve @ score, curve.sum()]])
        step = np.linalg.solve(matrix + 1e-9 * np.eye(2), slope)
        factor, shift = factor - step[0], shift - step[1]
        if np.abs(step).max() < 1e-10:
            break
    return float(factor), float(shift)


def make_ranker(trees: Trees, base: float, features: NDArray[np.float32], background: Background,
                calibration: tuple[float, float], meta: Mapping[str, Any]) -> Ranker:
    """The model: calibrated, its reasons zero where they have nothing to say, ``text`` for the mean pair."""
    factor, shift = calibration
    zero = silent_values(trees)
    text = TEXT_REASONS.index("text")
    zero[text] = trees.contributions(features, len(TEXT_REASONS))[:, text].mean()
    scale = np.full(len(TEXT_REASONS), factor)
    return Ranker(trees, background, factor * (base + float(zero.sum())) + shift, scale, factor * zero, meta)
