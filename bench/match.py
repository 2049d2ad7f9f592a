"""Exact top-10 beside its peers: needs per CPU second, one thread, one run.

    ./run bench match [--quick] [--offers 1000000] [--data FOLDER] [--without char3,duckdb]

Word vectors are the same for us, sparse_dot_topn and DuckDB; bm25s gets the same tokens. Every peer is asked in turns
with us, so that both see the same weather; the ratio is that of the medians.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import scipy.sparse as sp

from bench import peers
from bench.corpora import RECIPES, make_corpus
from bench.report import describe_machine, save
from smezhnik.matching.asked import Vectors
from smezhnik.matching.bulk import tokenise_all
from smezhnik.matching.index import Candidates, Index
from smezhnik.matching.vectors import SCORE_STEP

TURNS = 3
TARGETS = {
    "ordinary sparse_dot_topn": 20, "adversarial sparse_dot_topn": 10, "bm25s": 7, "tantivy": 15, "duckdb": 200,
    "char3": 150, "whole_cpu_s": 80, "whole_peak_gb": 2, "growth": 3,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench match", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 offers, for a look")
    parser.add_argument("--offers", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, help="folder with classifiers/okpd2, instead of the packaged table")
    parser.add_argument("--without", default="", help="parts left out: " + ", ".join(PARTS))
    given = parser.parse_args()
    offers = 100_000 if given.quick else given.offers
    print(describe_machine())
    results: dict[str, Any] = {"offers": offers, "targets": TARGETS, "recipes": {
        kind: [str(recipe) for recipe in pair] for kind, pair in RECIPES.items()}}
    for name, part in PARTS.items():
        if name not in given.without.split(","):
            print(f"\n{name}: {part.__doc__}", flush=True)
            results[name] = part(offers, given.data)
    save("match-quick" if given.quick else "match", results)


def measure_ordinary(offers: int, data: Path | None) -> dict[str, Any]:
    """The corpus of the notes, words alone and with codes, against sparse_dot_topn."""
    return _beside_products("ordinary", offers, data, ours=20_000, theirs=400)


def measure_adversarial(offers: int, data: Path | None) -> dict[str, Any]:
    """Long descriptions without topic or order, against sparse_dot_topn."""
    return _beside_products("adversarial", offers, data, ours=1_000, theirs=200)


def _beside_products(kind: str, offers: int, data: Path | None, *, ours: int, theirs: int) -> dict[str, Any]:
    needs, stored = make_corpus(kind, offers, offers, data)
    index, built = _timed(lambda: Index.build(stored["text"], stored["code"]))
    found: dict[str, Any] = {"build_cpu_s": built, "terms_per_offer": len(index.document_term) / offers}
    _say(f"index of {offers:,} offers", built, "CPU s")
    for name, codes in (("words", None), ("words and codes", needs["code"])):
        if codes is not None and not codes.count():
            continue
        vectors = index.vectors_of(needs["text"].head(ours), None if codes is None else codes.head(ours))
        asked, matrix = matrices(vectors, index)
        ask, answers = peers.ask_sparse_dot_topn(asked, matrix)
        candidates: list[Candidates] = []

        def ask_us(vectors: Vectors = vectors, candidates: list[Candidates] = candidates) -> float:
            result, spent = _timed(lambda: index.find(vectors, top=peers.TOP))
            candidates.append(result)
            return spent

        row = _in_turns(ask_us, ours, lambda ask=ask: ask(theirs), theirs)
        row["score_recall_at_10"], row["greatest_difference"] = compare(candidates[-1], answers[-1], theirs)
        row["postings_per_need"] = float(np.bincount(index.document_term, minlength=len(index.terms))[
            vectors.term].sum() / ours)
        found[name] = row
        _say(f"{name}: we", row["ours_per_s"], "needs a CPU s")
        _say(f"{name}: sparse_dot_topn", row["theirs_per_s"], "needs a CPU s")
        _say(f"{name}: ratio", row["ratio"], f"(recall {row['score_recall_at_10']:.4f}, greatest difference of a score "
             f"{row['greatest_difference']:.1e})")
    return found


def measure_engines(offers: int, data: Path | None) -> dict[str, Any]:
    """Beside bm25s, tantivy and a DuckDB token join, words alone."""
    needs, stored = make_corpus("ordinary", offers, offers, data)
    index = Index.build(stored["text"])
    ours = 20_000
    vectors = index.vectors_of(needs["text"].head(ours))
    asked, matrix = matrices(vectors, index)
    makers = {
        "bm25s": (lambda: peers.ask_bm25s(tokenise_all(needs["text"].head(ours)), tokenise_all(stored["text"])), 1_000),
        "tantivy": (lambda: peers.ask_tantivy(needs["text"], stored["text"]), 500),
        "duckdb": (lambda: peers.ask_duckdb(asked, matrix), 100),
    }
    found: dict[str, Any] = {}
    for name, (make, theirs) in makers.items():
        ask = make()
        found[name] = _in_turns(
            lambda: _timed(lambda: index.find(vectors, top=peers.TOP))[1], ours,
            lambda ask=ask, theirs=theirs: ask(theirs), theirs)
        _say(name, found[name]["theirs_per_s"], f"needs a CPU s; we {found[name]['ours_per_s']:,.0f}: "
             f"{found[name]['ratio']:.1f} times")
        del ask
    return found


def measure_char3(offers: int, data: Path | None) -> dict[str, Any]:
    """Beside sparse_dot_topn on three letters in a row, what people use for quality, against our words."""
    needs, stored = make_corpus("ordinary", offers, offers, data)
    index = Index.build(stored["text"])
    ours, theirs = 20_000, 60
    vectors = index.vectors_of(needs["text"].head(ours))
    ask, _ = peers.ask_sparse_dot_topn(*peers.char_vectors(needs["text"].head(theirs), stored["text"]))
    row = _in_turns(
        lambda: _timed(lambda: index.find(vectors, top=peers.TOP))[1], ours, lambda: ask(theirs), theirs)
    _say("sparse_dot_topn on three letters", row["theirs_per_s"],
         f"needs a CPU s; we {row['ours_per_s']:,.0f}: {row['ratio']:.0f} times")
    return row


def measure_whole(offers: int, data: Path | None) -> dict[str, Any]:
    """As many needs as offers, with codes, kernel only, in a process of its own; and a tenth of it, for the growth."""
    found: dict[str, Any] = {}
    for name, rows in (("tenth", offers // 10), ("whole", offers)):
        needs, stored = make_corpus("ordinary", rows, rows, data)
        with tempfile.TemporaryDirectory() as folder:
            tokens, spent = _timed(lambda stored=stored: tokenise_all(stored["text"]))
            index, built = _timed(lambda stored=stored: Index.build(stored["text"], stored["code"]))
            vectors, asked = _timed(lambda index=index, needs=needs: index.vectors_of(needs["text"], needs["code"]))
            index.save(Path(folder) / "index")
            np.savez(Path(folder) / "needs.npz", indptr=vectors.indptr, term=vectors.term, weight=vectors.weight)
            del index, vectors, tokens
            told = subprocess.run([sys.executable, "-m", "bench.whole", folder], check=True, capture_output=True)
        found[name] = {"rows": rows, "tokens_cpu_s": spent, "build_cpu_s": built, "vectors_cpu_s": asked,
                       **json.loads(told.stdout)}
        _say(f"{rows:,} × {rows:,}", found[name]["kernel_cpu_s"],
             f"CPU s, {1e6 * found[name]['kernel_cpu_s'] / rows:.1f} µs a need, peak {found[name]['peak_gb']:.2f} GB; "
             f"tokens {spent:.1f}, index {built:.1f}, vectors of needs {asked:.1f} CPU s")
    found["growth"] = found["whole"]["kernel_cpu_s"] / found["tenth"]["kernel_cpu_s"] / 10
    _say("growth per need", found["growth"], "times")
    return found


PARTS = {"ordinary": measure_ordinary, "adversarial": measure_adversarial, "engines": measure_engines,
         "char3": measure_char3, "whole": measure_whole}


def matrices(vectors: Vectors, index: Index) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """The vectors of needs and offers as sparse_dot_topn takes them; all values are exact in float32."""
    terms = len(index.terms)
    shape = len(vectors.indptr) - 1, terms
    asked = sp.csr_matrix((vectors.weight.astype(np.float32), vectors.term, vectors.indptr), shape)
    offers = sp.csr_matrix(
        (index.document_level.astype(np.float32), index.document_term, index.document_indptr), (len(index), terms))
    return asked, offers


def compare(ours: Candidates, theirs: sp.csr_matrix, needs: int) -> tuple[float, float]:
    """Share of the peer's scores that we found as high or higher, and the greatest difference of a score."""
    hits, whole, apart = 0, 0, 0.0
    for need in range(needs):
        our = ours.score[ours.indptr[need] : ours.indptr[need + 1]].astype(np.float64)
        their = np.sort(theirs.data[theirs.indptr[need] : theirs.indptr[need + 1]])[::-1] * SCORE_STEP
        whole += len(their)
        both = min(len(our), len(their))
        difference = np.abs(our[:both] - their[:both])
        hits += int((our[:both] >= their[:both] - 3e-5).sum())
        apart = max(apart, float(difference.max(initial=0.0)))
    return hits / max(whole, 1), apart


def _in_turns(ours: Any, our_needs: int, theirs: Any, their_needs: int) -> dict[str, Any]:
    """Both asked in turns; the first turn warms the caches and is not counted."""
    spent = [(ours() / our_needs, theirs() / their_needs) for _ in range(TURNS + 1)][1:]
    our, their = median(pair[0] for pair in spent), median(pair[1] for pair in spent)
    return {"ours_per_s": 1 / our, "theirs_per_s": 1 / their, "ratio": their / our,
            "turns": [{"ours_us": 1e6 * one, "theirs_us": 1e6 * two} for one, two in spent]}


def _timed(work: Any) -> tuple[Any, float]:
    began = time.process_time()
    return work(), time.process_time() - began


def _say(what: str, number: float, unit: str) -> None:
    print(f"  {what}: {number:,.1f} {unit}", flush=True)
