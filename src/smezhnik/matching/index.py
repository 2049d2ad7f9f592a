"""The index of offers: build, save, open without reading, add, remove, ask with a mask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import InputError
from smezhnik.matching import kernel
from smezhnik.matching.bulk import tokenise_all
from smezhnik.matching.tokens import Kind
from smezhnik.matching.vectors import IDF_ONE, MAX_ASKED, SCORE_STEP, calc_idf, calc_levels, code_prefixes
from smezhnik.progress import Progress, Step, no_progress

FORMAT = 1
#: Needs asked in one call of the kernel: between calls progress is told and the work may be stopped.
BATCH = 4096
LOW = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """How evidence is weighed.

    Attributes
    ----------
    k1, b : saturation and length normalisation of BM25
    code_weight : weight of a shared code prefix relative to its rarity; learnt from confirmed links where there are any
    """

    k1: float = 1.2
    b: float = 0.75
    code_weight: float = 0.6


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best documents of each need: score descending, then the shorter text, then the position.

    Attributes
    ----------
    indptr : int64[needs + 1]
    document : int32[pairs], position of the document
    score : float32[pairs], sum of the contributions of the shared terms (no unit, > 0)
    """

    indptr: NDArray[np.int64]
    document: NDArray[np.int32]
    score: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vectors:
    """What needs ask, term by term.

    Attributes
    ----------
    indptr : int64[needs + 1]
    term : int32[asked], term of the index; each at most once a need, in ascending order
    weight : int32[asked], rarity × trust of the asking in steps of 1 / IDF_ONE
    surface : int32[asked], position in ``surfaces``: how the need spelled it
    corrected : bool[asked], the need wrote a word that no document has; this is its nearest neighbour
    surfaces : distinct spellings
    """

    indptr: NDArray[np.int64]
    term: NDArray[np.int32]
    weight: NDArray[np.int32]
    surface: NDArray[np.int32]
    corrected: NDArray[np.bool_]
    surfaces: list[str]


class Index:
    """Offers ready to be asked. Made by ``build`` or ``open``; immutable: ``add`` and ``remove`` give a new one.

    Attributes
    ----------
    settings : IndexSettings
    term_kind : uint8[terms], a ``Kind``
    document_frequency : int64[terms]
    idf : float64[terms]
    document_indptr, document_term, document_level : terms of each document in the order of the documents
    """

    def __init__(self, settings: IndexSettings, terms: pl.Series, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.settings = settings
        self.terms = terms
        self._arrays = dict(arrays)

    def __len__(self) -> int:
        return len(self.document_indptr) - 1

    def __getattr__(self, name: str) -> NDArray[Any]:
        arrays = self.__dict__.get("_arrays", {})
        if name in arrays:
            return arrays[name]  # type: ignore[no-any-return]
        raise AttributeError(name)

    @classmethod
    def build(
        cls,
        texts: pl.Series,
        codes: pl.Series | None = None,
        *,
        settings: IndexSettings = IndexSettings(),
        progress: Progress = no_progress,
    ) -> Index:
        """Index documents; position in ``texts`` is a document's name.

        Parameters
        ----------
        texts : what is offered; absent and empty are never found by text
        codes : classification code of each (ОКПД2 with points, ТН ВЭД without), absent where unknown
        """
        tokens = tokenise_all(texts, progress=progress)
        keys = [token.key for token in tokens.distinct]
        kinds = [int(token.kind) for token in tokens.distinct]
        document = np.repeat(np.arange(len(texts), dtype=np.int32), np.diff(tokens.indptr))
        lengths = np.diff(tokens.indptr)
        spelled = pl.DataFrame({"spelling": np.arange(len(keys), dtype=np.int32), "key": keys, "kind": kinds},
                               schema={"spelling": pl.Int32, "key": pl.String, "kind": pl.UInt8})
        found = pl.DataFrame({"document": document, "spelling": tokens.token}).join(spelled, on="spelling")
        if codes is not None:
            found = pl.concat([found.select("document", "key", "kind"), _code_tokens(codes)])
        counted = found.group_by("document", "key").agg(pl.len().cast(pl.Int32).alias("repeats"), pl.col("kind").min())
        terms = (counted.group_by("key").agg(pl.len().alias("frequency"), pl.col("kind").min())
                 .sort("frequency", "key", descending=[True, False]).with_row_index("term"))
        counted = counted.join(terms.select("key", pl.col("term").cast(pl.Int32)), on="key").sort("document", "term")
        holder = counted["document"].to_numpy()
        indptr = np.zeros(len(texts) + 1, np.int64)
        np.cumsum(np.bincount(holder, minlength=len(texts)), out=indptr[1:])
        mean = float(lengths.mean()) if len(lengths) else 1.0
        level = calc_levels(counted["repeats"].to_numpy(), lengths[holder], mean, settings.k1, settings.b)
        level[counted["kind"].to_numpy() == Kind.CODE] = 115
        frequency = terms["frequency"].to_numpy().astype(np.int64)
        arrays = {
            "term_kind": terms["kind"].to_numpy(),
            "document_frequency": frequency,
            "idf": calc_idf(len(texts), frequency),
            "document_indptr": indptr,
            "document_term": counted["term"].to_numpy(),
            "document_level": level,
        }
        text = texts.cast(pl.String).fill_null("")
        arrays["tie_rank"] = _rank(pl.DataFrame({"length": text.str.len_chars()}), "length")
        code = codes.cast(pl.String).fill_null("~") if codes is not None else pl.repeat("", len(texts), eager=True)
        place = _rank(pl.DataFrame({"code": code, "text": text.str.to_lowercase()}), "code", "text")
        arrays["order"] = np.argsort(place).astype(np.int32)
        progress(Step("index", 0, 1))
        return cls(settings, terms["key"], arrays | _blocks(arrays))

    def save(self, path: Path) -> None:
        """Write plain arrays and a manifest into the folder ``path``; ``open`` maps them into memory."""
        path.mkdir(parents=True, exist_ok=True)
        for name, array in self._arrays.items():
            np.save(path / f"{name}.npy", array)
        joined = "\n".join(self.terms).encode()
        np.save(path / "terms.npy", np.frombuffer(joined, np.uint8))
        manifest = {"format": FORMAT, "settings": asdict(self.settings), "arrays": sorted(self._arrays)}
        (path / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")

    @classmethod
    def open(cls, path: Path) -> Index:
        """An index saved by ``save``, mapped, not read: processes on one machine share its pages."""
        manifest = json.loads((path / "manifest.json").read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise InputError("index_format", path=str(path), found=manifest["format"], expected=FORMAT)
        arrays = {name: np.load(path / f"{name}.npy", mmap_mode="r") for name in manifest["arrays"]}
        terms = np.load(path / "terms.npy").tobytes().decode()
        return cls(IndexSettings(**manifest["settings"]), pl.Series(terms.split("\n") if terms else []), arrays)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.terms)}

    def vectors_of(self, texts: pl.Series, codes: pl.Series | None = None) -> Vectors:
        """What each need asks of this index."""
        tokens = tokenise_all(texts)
        term_of = np.array([self._place.get(token.key, -1) for token in tokens.distinct], np.int32)
        surfaces = [token.surface for token in tokens.distinct]
        need = np.repeat(np.arange(len(texts), dtype=np.int32), np.diff(tokens.indptr))
        term, surface = term_of[tokens.token], tokens.token
        asked = pl.DataFrame({"need": need, "term": term, "surface": surface})
        if codes is not None:
            code = _code_tokens(codes)
            code = code.with_columns(
                term=pl.col("key").replace_strict(self._place, default=-1, return_dtype=pl.Int32),
                surface=pl.int_range(len(surfaces), len(surfaces) + len(code), dtype=pl.Int32, eager=True),
            )
            surfaces = surfaces + [key[1:] for key in code["key"]]
            asked = pl.concat([asked, code.select(pl.col("document").alias("need"), "term", "surface")])
        trust = np.where(self.term_kind == Kind.CODE, self.settings.code_weight, 1.0)
        weights = np.maximum(np.rint(self.idf * trust * IDF_ONE), 1).astype(np.int32)
        asked = asked.filter(pl.col("term") >= 0).unique(["need", "term"], keep="first", maintain_order=True)
        asked = asked.with_columns(weight=pl.Series(weights[asked["term"].to_numpy()]))
        asked = (asked.sort("need", "weight", "term", descending=[False, True, False])
                 .filter(pl.int_range(pl.len()).over("need") < MAX_ASKED).sort("need", "term"))
        indptr = np.zeros(len(texts) + 1, np.int64)
        np.cumsum(np.bincount(asked["need"].to_numpy(), minlength=len(texts)), out=indptr[1:])
        return Vectors(indptr, asked["term"].to_numpy(), asked["weight"].to_numpy(), asked["surface"].to_numpy(),
                       np.zeros(len(asked), np.bool_), surfaces)

    def query(
        self,
        texts: pl.Series,
        codes: pl.Series | None = None,
        *,
        top: int = 100,
        allowed: NDArray[np.bool_] | None = None,
        threads: int = 1,
        progress: Progress = no_progress,
    ) -> Candidates:
        """The ``top`` best documents of each need, exactly; documents not ``allowed`` do not exist for it."""
        return self.find(self.vectors_of(texts, codes), top=top, allowed=allowed, threads=threads, progress=progress)

    def find(
        self,
        vectors: Vectors,
        *,
        top: int = 100,
        allowed: NDArray[np.bool_] | None = None,
        threads: int = 1,
        progress: Progress = no_progress,
    ) -> Candidates:
        """``query`` with vectors already made."""
        needs = len(vectors.indptr) - 1
        rank = np.full(-(-len(self) // kernel.BLOCK) * kernel.BLOCK, -1, np.int64)
        rank[: len(self)] = self.tie_rank[self.order]
        if allowed is not None:
            rank[: len(self)][~allowed[self.order]] = -1
        by_block = rank.reshape(-1, kernel.BLOCK)
        best_rank = np.where(by_block < 0, LOW, by_block).min(axis=1, initial=LOW)
        best_rank[best_rank == LOW] = -1

        def part(start: int) -> NDArray[np.uint64]:
            stop = min(start + BATCH, needs)
            progress(Step("search", start, needs))
            return np.asarray(kernel.find_top(
                vectors.indptr[start : stop + 1], vectors.term, vectors.weight, self.entries, self.entry_term,
                self.entry_level, self.lists, self.list_block, self.list_best, self.row_of, self.dense,
                rank, best_rank, top,
            ))

        with ThreadPoolExecutor(threads) as pool:
            keys = np.concatenate([np.zeros((0, top), np.uint64), *pool.map(part, range(0, needs, BATCH))])
        progress(Step("search", needs, needs))
        found = keys > 0
        indptr = np.zeros(needs + 1, np.int64)
        np.cumsum(found.sum(axis=1), out=indptr[1:])
        key = keys[found]
        by_rank = np.argsort(self.tie_rank)
        document = by_rank[(LOW - (key & np.uint64(LOW))).astype(np.int64)].astype(np.int32)
        score = ((key >> np.uint64(32)).astype(np.float64) * SCORE_STEP).astype(np.float32)
        return Candidates(indptr, document, score)


def _code_tokens(codes: pl.Series) -> pl.DataFrame:
    prefixes = codes.cast(pl.String).fill_null("").unique()
    known = {code: code_prefixes(code) for code in prefixes}
    frame = pl.DataFrame(
        {"document": np.arange(len(codes), dtype=np.int32), "key": [known[code or ""] for code in codes]},
        schema={"document": pl.Int32, "key": pl.List(pl.String)},
    )
    return frame.explode("key").drop_nulls("key").with_columns(kind=pl.lit(int(Kind.CODE), pl.UInt8))


def _rank(frame: pl.DataFrame, *by: str) -> NDArray[np.int64]:
    """Place of each row when sorted by the columns, then by position."""
    order = frame.with_row_index("position").sort(*by, "position")["position"].to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _blocks(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    indptr, term, level, order = (
        arrays[name] for name in ("document_indptr", "document_term", "document_level", "order")
    )
    terms = len(arrays["idf"])
    entries, lists = kernel.count_entries(indptr, term, order, terms)
    entry_term, entry_level, list_block, list_best = kernel.fill_entries(indptr, term, level, order, entries, lists)
    blocks = len(entries) - 1
    rows = np.flatnonzero(np.diff(lists) * kernel.DENSE > blocks).astype(np.int32)
    row_of = np.full(terms, -1, np.int32)
    row_of[rows] = np.arange(len(rows))
    return {
        "entries": entries, "lists": lists, "entry_term": entry_term, "entry_level": entry_level,
        "list_block": list_block, "list_best": list_best, "row_of": row_of,
        "dense": kernel.fill_rows(rows, lists, list_block, list_best, blocks),
    }
