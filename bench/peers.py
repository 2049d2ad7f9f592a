"""Other ways to the ten best offers of each need, each on one thread: sparse_dot_topn, bm25s, tantivy, DuckDB.

Every function gets a peer ready and returns ``ask(needs) -> CPU seconds``: only the asking is measured. None of them
is imported by the package.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import polars as pl
import scipy.sparse as sp

from smezhnik.matching.bulk import Tokens

TOP = 10
Ask = Callable[[int], float]


def ask_sparse_dot_topn(asked: sp.csr_matrix, offers: sp.csr_matrix) -> tuple[Ask, list[sp.csr_matrix]]:
    """Exhaustive sparse products on given vectors; the second value collects what was found."""
    from sparse_dot_topn import sp_matmul_topn

    flipped = offers.T.tocsr()
    flipped.indices, flipped.indptr = flipped.indices.astype(np.int32), flipped.indptr.astype(np.int32)
    results: list[sp.csr_matrix] = []

    def ask(needs: int) -> float:
        part = asked[:needs]
        part.indices, part.indptr = part.indices.astype(np.int32), part.indptr.astype(np.int32)
        began = time.process_time()
        results.append(sp_matmul_topn(part, flipped, top_n=TOP, n_threads=1, sort=True))
        return time.process_time() - began

    return ask, results


def char_vectors(needs: pl.Series, offers: pl.Series) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """TF-IDF of three letters in a row: what is commonly fed to sparse_dot_topn for names."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), dtype=np.float32)
    stored = vectorizer.fit_transform(offers.fill_null("").to_list())
    return vectorizer.transform(needs.fill_null("").to_list()), stored


def ask_bm25s(needs: Tokens, offers: Tokens) -> Ask:
    """bm25s with its numba backend, on the same tokens."""
    import bm25s

    place = {key: at for at, key in enumerate(dict.fromkeys(offers.keys))}
    model = bm25s.BM25(k1=1.2, b=0.75, backend="numba")
    model.index((_rows(offers, place), place), show_progress=False)
    asked = [[token for token in row if token >= 0] for row in _rows(needs, place)]
    asked = [row for row in asked if row]
    model.retrieve(asked[:2], k=TOP, n_threads=1, show_progress=False)

    def ask(count: int) -> float:
        began = time.process_time()
        model.retrieve(asked[:count], k=TOP, n_threads=1, show_progress=False)
        return time.process_time() - began

    return ask


def _rows(tokens: Tokens, place: dict[str, int]) -> list[list[int]]:
    known = np.array([place.get(key, -1) for key in tokens.keys], np.int64)[tokens.token].tolist()
    return [known[first:last] for first, last in zip(tokens.indptr.tolist(), tokens.indptr[1:].tolist(), strict=False)]


def ask_tantivy(needs: pl.Series, offers: pl.Series) -> Ask:
    """tantivy, one segment, Russian stems, asked in a loop; the texts hold no signs of its query language."""
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="ru").build()
    index = tantivy.Index(schema)
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"[0-9a-zа-яё]+")).filter(tantivy.Filter.lowercase())
    index.register_tokenizer("ru", analyzer.filter(tantivy.Filter.stemmer("russian")).build())
    writer = index.writer(heap_size=1_000_000_000, num_threads=1)
    for text in offers.fill_null("").str.to_lowercase():
        writer.add_document(tantivy.Document(text=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    clean = needs.fill_null("").str.to_lowercase().str.replace_all(r"[^0-9a-zа-яё ]", " ")
    queries = [index.parse_query(text, ["text"]) for text in clean.head(20_000)]

    def ask(count: int) -> float:
        began = time.process_time()
        for query in queries[:count]:
            searcher.search(query, TOP)
        return time.process_time() - began

    return ask


def ask_duckdb(asked: sp.csr_matrix, offers: sp.csr_matrix) -> Ask:
    """A join of needs and offers by token in DuckDB, weights summed, the best ten kept."""
    import duckdb

    base = duckdb.connect()
    base.execute("SET threads = 1; SET enable_progress_bar = false")
    tables = {}
    for name, matrix in (("offers", offers), ("needs", asked)):
        row = np.repeat(np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr))
        tables[name] = pl.DataFrame({"row": row, "term": matrix.indices.astype(np.int32), "weight": matrix.data})
    base.register("offers_frame", tables["offers"].to_arrow())
    base.execute("CREATE TABLE offers AS SELECT * FROM offers_frame ORDER BY term")
    base.register("needs_frame", tables["needs"].to_arrow())
    base.execute("CREATE TABLE needs AS SELECT * FROM needs_frame")

    def ask(count: int) -> float:
        began = time.process_time()
        base.execute(
            """
            SELECT need, max_by(offer, score, $top) FROM (
                SELECT needs.row AS need, offers.row AS offer, sum(needs.weight * offers.weight) AS score
                FROM needs JOIN offers USING (term) WHERE needs.row < $count GROUP BY ALL
            ) GROUP BY need
            """,
            {"top": TOP, "count": count},
        ).fetchall()
        return time.process_time() - began

    return ask
