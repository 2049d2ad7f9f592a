"""``./run bench quality``: nDCG@10 leave-one-set-out against the peers, calibration, effect of codes.

For each set the model is trained on the other families of sets and never sees a row of this one. Peers: bm25s with
stems (its defaults) and character trigrams with sparse_dot_topn, each over all offers. Silver and synthetic sets are
marked. ``--sets`` names the sets to test; the trees are trained on all others whatever is named.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import bm25s
import numpy as np
import polars as pl
import Stemmer
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sparse_dot_topn import sp_matmul_topn

from bench.calibration import Calibration, best_rows, calibrate, score_behind
from bench.prepared import (
    CUT,
    MEASURE_ONLY,
    Counted,
    Prepared,
    count_classifiers,
    features_of,
    make_background,
    prepare,
    prepare_strangers,
)
from bench.report import describe_machine, save
from bench.sets import BUILDERS, OUT, MatchingSet, known_grades, open_set
from bench.training import gather_examples, train
from smezhnik.matching.features import FEATURES
from smezhnik.matching.index import Index

#: Sets whose gains the issue asks for, and how much over bm25s.
WANTED = {"abt-buy": 0.12, "walmart-amazon": 0.015, "wdc-computers": 0.08, "wdc-cameras": 0.08, "okpd-typo": 0.10,
          "crowdflower": 0.0}
RESAMPLES, SEED = 2000, 0
#: In every public set each need has its offer, in life not: the calibration is also measured with so many that have
#: none.
UNSERVED_MEASURED = 0.25
#: Candidates of the peers: a few more than CUT, as pairs that may not be ranked are taken out.
PEER_TOP = CUT + 2
BINS = 10


def leave_one_out(sets: Sequence[Prepared], general: Counted, tested: Sequence[str] | None = None
                  ) -> list[NDArray[np.float64]]:
    """Raw scores of the candidates of each set by a model trained without its family; empty where not asked for.

    Sets without a judgement (``prepare_strangers``) are scored and teach nothing.
    """
    scores: dict[str, NDArray[np.float64]] = {}
    for family in dict.fromkeys(item.judged.family for item in sets):
        held = [item for item in sets if item.judged.family == family]
        if tested is not None and not any(item.judged.name in tested for item in held):
            continue
        others = [item for item in sets if item.judged.family != family and item.judged.judgements.height]
        background = make_background([general, *(item.counted for item in others)])
        model = train(gather_examples(others, background))
        for item in held:
            scores[item.judged.name] = model.score(features_of(item, background))
    return [scores.get(item.judged.name, np.empty(0)) for item in sets]


def calc_ndcg(judged: MatchingSet, need: NDArray[Any], offer: NDArray[Any]) -> NDArray[np.float64]:
    """nDCG@10 of each need with anything to find: gain 2^grade − 1, discount 1 / log2(place + 1), ideal over all
    judged offers. ``need`` ascending, ``offer`` best first.
    """
    grade = np.maximum(known_grades(judged, need, offer), 0)
    place = np.arange(len(need)) - np.searchsorted(need, need)
    kept = place < CUT
    found = np.bincount(need[kept], (2.0 ** grade[kept] - 1) / np.log2(place[kept] + 2), judged.needs.height)
    best = judged.judgements.filter(pl.col("grade") > 0).sort("need", "grade", descending=[False, True])
    of, top = best["need"].to_numpy(), best["grade"].to_numpy()
    place = np.arange(len(of)) - np.searchsorted(of, of)
    kept = place < CUT
    ideal = np.bincount(of[kept], (2.0 ** top[kept] - 1) / np.log2(place[kept] + 2), judged.needs.height)
    return found[ideal > 0] / ideal[ideal > 0]


def interval(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean and its 95 % bootstrap interval over needs."""
    drawn = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
    return float(values.mean()), float(low), float(high)


def _ranked(item: Prepared, score: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[Any]]:
    order = np.lexsort((item.offer, -score, item.need))
    return item.need[order], item.offer[order]


def rank_by_bm25s(item: Prepared) -> tuple[NDArray[Any], NDArray[Any]]:
    """bm25s with its defaults over Snowball stems of the language of the set."""
    judged = item.judged
    texts = judged.offers["text"].to_list()
    russian = sum(bool(re.search("[а-я]", text)) for text in texts) > len(texts) / 2
    stemmer = Stemmer.Stemmer("russian" if russian else "english")

    def stems(text: str) -> list[str]:
        return stemmer.stemWords(re.findall(r"\w+", text.lower()))

    index = bm25s.BM25()
    index.index([stems(text) for text in texts], show_progress=False)
    asked = [stems(text) for text in judged.needs["text"]]
    if judged.judged_only:
        zero = np.zeros(len(texts))
        known = [[word for word in words if word in index.vocab_dict] for words in asked]
        by_need = [index.get_scores(words) if words else zero for words in known]
        return _ranked(item, np.array([by_need[n][o] for n, o in zip(item.need, item.offer, strict=True)]))
    found, _ = index.retrieve(asked, k=min(PEER_TOP, len(texts)), show_progress=False)
    return _allowed(judged, np.repeat(np.arange(len(asked)), found.shape[1]), found.ravel())


def rank_by_trigrams(item: Prepared) -> tuple[NDArray[Any], NDArray[Any]]:
    """TF-IDF cosine of character trigrams within words, top by sparse_dot_topn."""
    judged = item.judged
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), dtype=np.float32)
    offers = vectors.fit_transform(judged.offers["text"].to_list())
    needs = vectors.transform(judged.needs["text"].to_list())
    if judged.judged_only:
        return _ranked(item, np.asarray(needs[item.need].multiply(offers[item.offer]).sum(axis=1)).ravel())
    found = sp_matmul_topn(needs, offers.T.tocsr(), top_n=PEER_TOP, sort=True)
    return _allowed(judged, np.repeat(np.arange(needs.shape[0]), np.diff(found.indptr)), found.indices)


def rank_by_index(item: Prepared) -> tuple[NDArray[Any], NDArray[Any]]:
    """Our own retrieval alone."""
    judged = item.judged
    if not judged.judged_only:
        return item.need, item.offer
    found = Index.build(judged.offers["text"], judged.offers["okpd2"]).query(
        judged.needs["text"], judged.needs["okpd2"], top=judged.offers.height)
    return _allowed(judged, np.repeat(np.arange(judged.needs.height), np.diff(found.indptr)),
                    found.document.astype(np.int64))


def _allowed(judged: MatchingSet, need: NDArray[Any], offer: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    kept = known_grades(judged, need, offer) >= 0
    return need[kept], offer[kept]


def calc_ece(probability: NDArray[np.float64], relevance: NDArray[np.float64]) -> float:
    """Expected calibration error over BINS bins of equal numbers of pairs."""
    parts = np.array_split(np.argsort(probability, kind="stable"), BINS)
    return float(sum(len(at) * abs(probability[at].mean() - relevance[at].mean()) for at in parts) / len(probability))


def calc_skill(probability: NDArray[np.float64], peer: NDArray[np.float64], relevance: NDArray[np.float64]) -> float:
    """Brier skill over a peer: 1 − Brier / Brier of the peer; 0 is no better."""
    return float(1 - ((probability - relevance) ** 2).mean() / ((peer - relevance) ** 2).mean())


def calibrate_without(family: str, sets: Sequence[Prepared], scores: Sequence[NDArray[np.float64]]) -> Calibration:
    """The calibration that the sets of all other families give."""
    others = [at for at, item in enumerate(sets) if item.judged.family != family]
    return calibrate([sets[at] for at in others], [scores[at] for at in others])


def measure_calibration(sets: Sequence[Prepared], scores: Sequence[NDArray[np.float64]], strangers: Sequence[Prepared],
                        foreign: Sequence[NDArray[np.float64]], unserved: float = 0.0) -> dict[str, dict[str, float]]:
    """ECE and Brier skill of the top-10 probability of each set, calibrated on the other families.

    The peer knows the rank alone: the mean relevance of each place in the other sets. A share ``unserved`` of the
    needs has lost the offers that fit, for the peer as well. ``foreign`` are the scores of ``strangers``, which enter
    the calibration; their mean probability of the first place is told of each.
    """
    rows = [best_rows(item, score, unserved) for item, score in zip(sets, scores, strict=True)]
    places = [np.arange(len(at)) - np.searchsorted(item.need[at], item.need[at])
              for item, at in zip(sets, rows, strict=True)]
    result: dict[str, dict[str, float]] = {}
    pooled: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []
    for number, item in enumerate(sets):
        others = [at for at, other in enumerate(sets) if other.judged.family != item.judged.family]
        fitted = calibrate_without(item.judged.family, [*sets, *strangers], [*scores, *foreign])
        by_place = np.mean([_mean_by_place(places[at], sets[at].relevance[rows[at]]) for at in others], axis=0)
        odds = fitted.log_odds(scores[number][rows[number]], score_behind(item, scores[number], rows[number]))
        probability = _chance(odds)
        relevance, peer = item.relevance[rows[number]], by_place[places[number]]
        pooled.append((probability, peer, relevance))
        result[item.judged.name] = {
            "ece": calc_ece(probability, relevance), "mean": float(probability.mean()),
            "base_rate": float(relevance.mean()), "skill": calc_skill(probability, peer, relevance)}
    drawn = [np.random.default_rng(SEED).integers(0, len(part[0]), 5000) for part in pooled]
    even = [np.concatenate([part[side][at] for part, at in zip(pooled, drawn, strict=True)]) for side in range(3)]
    result["pooled, sets of equal weight"] = {
        "ece": calc_ece(even[0], even[2]), "mean": float(even[0].mean()), "base_rate": float(even[2].mean()),
        "skill": calc_skill(*even)}
    return result


def measure_strangers(sets: Sequence[Prepared], scores: Sequence[NDArray[np.float64]], strangers: Sequence[Prepared],
                      foreign: Sequence[NDArray[np.float64]]) -> dict[str, dict[str, float]]:
    """Probability of the best candidate where nothing fits: its mean and the share of needs at 0.5 and above."""
    result: dict[str, dict[str, float]] = {}
    for number, item in enumerate(strangers):
        fitted = calibrate_without(item.judged.family, [*sets, *strangers], [*scores, *foreign])
        best = np.maximum.reduceat(foreign[number], np.unique(item.need, return_index=True)[1])
        chance = _chance(fitted.log_odds(best, np.zeros(len(best))))
        result[item.judged.name] = {"needs": len(best), "mean": float(chance.mean()),
                                    "from_half": float((chance >= 0.5).mean())}
    return result


def _chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -500, 500))))


def _mean_by_place(place: NDArray[Any], relevance: NDArray[np.float64]) -> NDArray[np.float64]:
    counts = np.maximum(np.bincount(place, minlength=CUT), 1)
    return np.asarray(np.bincount(place, relevance, CUT) / counts)


def measure_codes(sets: Sequence[Prepared], general: Counted) -> dict[str, dict[str, float]]:
    """nDCG@10 on the synthetic plants with and without codes, for needs that give one and that do not.

    Trained on all sets, so the levels flatter; the difference is what counts.
    """
    item = next(item for item in sets if item.judged.name == "plants")
    background = make_background([general, *(other.counted for other in sets)])
    model = train(gather_examples(sets, background))
    features = features_of(item, background)
    blind = features.copy()
    blind[:, [at for at, feature in enumerate(FEATURES) if feature.reason == "code"]] = np.nan
    without = prepare(replace(item.judged, needs=item.judged.needs.with_columns(okpd2=pl.lit(None, pl.String)),
                              offers=item.judged.offers.with_columns(okpd2=pl.lit(None, pl.String))))
    given = item.judged.needs["okpd2"].is_not_null().to_numpy()
    full = calc_ndcg(item.judged, *_ranked(item, model.score(features)))
    ranked = calc_ndcg(item.judged, *_ranked(item, model.score(blind)))
    none = calc_ndcg(item.judged, *_ranked(without, model.score(features_of(without, background))))
    return {name: {"needs": int(who.sum()), "no codes anywhere": float(none[who].mean()),
                   "codes in the index": float(ranked[who].mean()), "codes in both": float(full[who].mean())}
            for name, who in (("needs with a code", given), ("needs without a code", ~given))}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench quality", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=sorted(BUILDERS), help="test these only")
    asked = parser.parse_args()
    if not (OUT / "plants").exists():
        parser.error("build the sets first: .venv/bin/python -m scripts.build_sets ../shared/data/matching")
    print(describe_machine())
    sets = [prepare(open_set(name)) for name in BUILDERS if name not in MEASURE_ONLY]
    general = count_classifiers()
    strangers = prepare_strangers(sets) if asked.sets is None else []
    every = leave_one_out([*sets, *strangers], general, asked.sets)
    scores, foreign = every[: len(sets)], every[len(sets):]
    tested = [(item, score) for item, score in zip(sets, scores, strict=True) if len(score)]
    results: dict[str, Any] = {"ndcg": {}}
    print(f"\n{'nDCG@10':22}{'bm25s':>7}{'char-3':>8}{'index':>8}{'ours':>8}   {'over bm25s [95 %]':26}"
          f"{'over char-3 [95 %]':26}wanted")
    for item, score in tested:
        row = measure_set(item, score)
        results["ndcg"][item.judged.name] = row
        wanted = WANTED.get(item.judged.name)
        gain, low, _ = row["over_bm25s"]
        met = "" if wanted is None else f"+{wanted:.3f} {'met' if gain >= wanted and low > 0 else 'missed'}"
        print(f"{item.judged.name:22}{row['bm25s']:7.3f}{row['char3']:8.3f}{row['index']:8.3f}{row['ours']:8.3f}   "
              + "   ".join("{:+.3f} [{:+.3f}, {:+.3f}]".format(*row[f"over_{peer}"]) for peer in ("bm25s", "char3"))
              + f"   {met}", flush=True)
    if asked.sets is None:
        for key, unserved in (("calibration", 0.0), ("calibration_unserved", UNSERVED_MEASURED)):
            results[key] = measure_calibration(sets, scores, strangers, foreign, unserved)
            print(f"\ntop-10 probability, {unserved:.0%} of the needs without an offer that fits\n"
                  f"{'':30}{'ECE':>7}{'mean':>7}{'base':>7}{'Brier skill over rank alone':>30}")
            for name, row in results[key].items():
                print(f"{name:30}{row['ece']:7.3f}{row['mean']:7.3f}{row['base_rate']:7.3f}{row['skill']:30.3f}")
        results["strangers"] = measure_strangers(sets, scores, strangers, foreign)
        print("\nbest candidate where nothing fits: mean probability, share of needs from 0.5")
        for name, row in results["strangers"].items():
            print(f"{name:36}{row['needs']:6}{row['mean']:7.3f}{row['from_half']:7.3f}")
        results["codes"] = measure_codes(sets, general)
        for name, row in results["codes"].items():
            print(f"{name}: " + ", ".join(f"{key} {value:.4g}" for key, value in row.items()))
    save("quality", results)


def measure_set(item: Prepared, score: NDArray[np.float64]) -> dict[str, Any]:
    """nDCG@10 of all rankings of a set, and the paired gains with their intervals."""
    ours = calc_ndcg(item.judged, *_ranked(item, score))
    bm25s_, char3 = (calc_ndcg(item.judged, *ranking(item)) for ranking in (rank_by_bm25s, rank_by_trigrams))
    index = calc_ndcg(item.judged, *rank_by_index(item))
    return {"needs": len(ours), "bm25s": float(bm25s_.mean()), "char3": float(char3.mean()),
            "index": float(index.mean()), "ours": float(ours.mean()), "over_bm25s": interval(ours - bm25s_),
            "over_char3": interval(ours - char3)}
