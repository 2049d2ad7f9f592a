"""The index of offers: build, save, open without reading, add, remove, ask with a mask."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import InputError
from smezhnik.matching import kernel
from smezhnik.matching.asked import Vectors, find_different
from smezhnik.matching.bags import gather_bags
from smezhnik.matching.layout import lay_out
from smezhnik.matching.normalise import LATIN_LIKE, TO_CYRILLIC
from smezhnik.matching.rows import ask_bags, least_kinds, sort_rows
from smezhnik.matching.tokens import Kind, finish
from smezhnik.matching.typos import TRUST, Vocabulary
from smezhnik.matching.vectors import IDF_ONE, LEVEL_ONE, MAX_ASKED, SCORE_STEP, calc_idf, calc_levels
from smezhnik.progress import Progress, Step, no_progress

FORMAT = 2
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


class Index:
    """Offers ready to be asked. Made by ``build`` or ``open``; ``add`` and ``remove`` give a new one.

    Attributes
    ----------
    settings : IndexSettings
    terms : the keys, from the commonest to the rarest, then by alphabet; the position is the term
    term_kind : uint8[terms], a ``tokens.Kind``, the least that the term is in counted documents; 255 where in none
    document_frequency : int64[terms], counted documents that have the term
    idf : float64[terms]
    document_indptr, document_term, document_kind, document_repeats, document_level : terms of each document,
        ascending; level is the saturated frequency in steps of 1 / LEVEL_ONE
    document_length, document_size : tokens and characters of each text
    counted : bool[documents], whether a document enters the statistics (see ``build``)
    """

    term_kind: NDArray[np.uint8]
    document_frequency: NDArray[np.int64]
    idf: NDArray[np.float64]
    document_indptr: NDArray[np.int64]
    document_term: NDArray[np.int32]
    document_kind: NDArray[np.uint8]
    document_repeats: NDArray[np.uint8]
    document_level: NDArray[np.uint8]
    document_length: NDArray[np.int64]
    document_size: NDArray[np.int32]
    counted: NDArray[np.bool_]
    tie_rank: NDArray[np.int32]
    by_rank: NDArray[np.int32]
    order: NDArray[np.int32]
    group_bits: NDArray[np.int64]
    list_start: NDArray[np.int64]
    list_group: NDArray[np.uint32]
    list_levels: NDArray[np.uint32]
    levels: NDArray[np.uint16]

    def __init__(self, settings: IndexSettings, terms: Sequence[str], arrays: Mapping[str, NDArray[Any]]) -> None:
        self.settings = settings
        self.terms = terms
        self._names = sorted(arrays)
        for name, array in arrays.items():
            setattr(self, name, array)
        self._seen: tuple[bytes, Self] | None = None

    def __len__(self) -> int:
        return len(self.document_length)

    @classmethod
    def build(
        cls,
        texts: pl.Series,
        codes: pl.Series | None = None,
        *,
        counted: NDArray[np.bool_] | None = None,
        settings: IndexSettings = IndexSettings(),
        progress: Progress = no_progress,
    ) -> Self:
        """Index documents; the position in ``texts`` is a document's name.

        Parameters
        ----------
        texts : what is offered; absent and empty are never found by text
        codes : classification code of each (ОКПД2 with points, ТН ВЭД without), several parted by ``;``, absent where
            unknown
        counted : documents that enter the statistics (rarity, mean length, vocabulary of corrections); all if absent.
            Whoever may see all of these is answered by this index as it is; for anybody else ``query`` counts anew
        """
        bags = gather_bags(texts, codes, progress=progress)
        progress(Step("index", 0, 1))
        made = cls._assemble(settings, bags.keys, {
            "document_indptr": bags.indptr,
            "document_term": bags.key,
            "document_kind": bags.kind,
            "document_repeats": bags.repeats,
            "document_length": bags.length,
            "document_size": _sizes(texts),
            "counted": np.ones(len(texts), np.bool_) if counted is None else np.asarray(counted, np.bool_),
        })
        progress(Step("index", 1, 1))
        return made

    @classmethod
    def _assemble(
        cls, settings: IndexSettings, keys: Sequence[str], rows: Mapping[str, NDArray[Any]]
    ) -> Self:
        """An index of rows whose ``document_term`` points into ``keys``, in whatever order these come."""
        indptr, key, kind, repeats, length, counted = (
            rows[name] for name in
            ("document_indptr", "document_term", "document_kind", "document_repeats", "document_length", "counted")
        )
        holder = np.repeat(np.arange(len(length)), np.diff(indptr))
        everywhere = np.bincount(key, minlength=len(keys))
        sorted_keys = (
            pl.DataFrame({"key": pl.Series(keys, dtype=pl.String), "frequency": everywhere}).with_row_index("at")
            .filter(pl.col("frequency") > 0).sort("frequency", "key", descending=[True, False])
        )
        kept = sorted_keys["at"].to_numpy()
        number = np.full(len(keys), -1, np.int32)
        number[kept] = np.arange(len(kept))
        term, repeats, kind = sort_rows(indptr, number[key], repeats, kind)
        frequency = np.bincount(key[counted[holder]], minlength=len(keys))[kept]
        mean = float(length[counted].mean()) if counted.any() else 1.0
        level = calc_levels(repeats, length[holder], mean, settings.k1, settings.b)
        level[kind == Kind.CODE] = LEVEL_ONE
        size = rows["document_size"]
        by_rank = np.lexsort((np.arange(len(size)), size)).astype(np.int32)
        tie_rank = np.empty(len(size), np.int32)
        tie_rank[by_rank] = np.arange(len(size))
        arrays = {
            **rows,
            "document_indptr": indptr, "document_term": term, "document_kind": kind, "document_repeats": repeats,
            "document_level": level, "term_kind": least_kinds(indptr, term, kind, counted, len(kept)),
            "document_frequency": frequency, "idf": calc_idf(int(counted.sum()), frequency),
            "tie_rank": tie_rank, "by_rank": by_rank,
        }
        arrays |= lay_out(indptr, term, level, len(kept))
        return cls(settings, sorted_keys["key"].to_list(), arrays)

    def add(
        self,
        texts: pl.Series,
        codes: pl.Series | None = None,
        *,
        counted: NDArray[np.bool_] | None = None,
        progress: Progress = no_progress,
    ) -> Self:
        """An index with these documents after the present ones, equal to one built from all of them."""
        bags = gather_bags(texts, codes, progress=progress)
        place = dict(self._place)
        number = np.array([place.setdefault(key, len(place)) for key in bags.keys], np.int32)
        return self._assemble(self.settings, list(place), {
            "document_indptr": np.concatenate([self.document_indptr, self.document_indptr[-1] + bags.indptr[1:]]),
            "document_term": np.concatenate([self.document_term, number[bags.key]]),
            "document_kind": np.concatenate([self.document_kind, bags.kind]),
            "document_repeats": np.concatenate([self.document_repeats, bags.repeats]),
            "document_length": np.concatenate([self.document_length, bags.length]),
            "document_size": np.concatenate([self.document_size, _sizes(texts)]),
            "counted": np.concatenate([self.counted, np.ones(len(texts), np.bool_) if counted is None else counted]),
        })

    def remove(self, positions: Sequence[int] | NDArray[np.int64]) -> Self:
        """An index without these documents; the later ones move up, as in a fresh build."""
        kept = np.ones(len(self), np.bool_)
        kept[np.asarray(positions, np.int64)] = False
        of_term = np.repeat(kept, np.diff(self.document_indptr))
        indptr = np.zeros(int(kept.sum()) + 1, np.int64)
        np.cumsum(np.diff(self.document_indptr)[kept], out=indptr[1:])
        return self._assemble(self.settings, self.terms, {
            "document_indptr": indptr,
            **{name: getattr(self, name)[of_term] for name in ("document_term", "document_kind", "document_repeats")},
            **{name: getattr(self, name)[kept] for name in ("document_length", "document_size", "counted")},
        })

    def counting(self, counted: NDArray[np.bool_]) -> Self:
        """The same documents at the same places; only ``counted`` ones enter the statistics (see ``build``)."""
        names = ("document_indptr", "document_term", "document_kind", "document_repeats", "document_length",
                 "document_size")
        return self._assemble(self.settings, self.terms, {
            **{name: getattr(self, name) for name in names}, "counted": np.asarray(counted, np.bool_),
        })

    def save(self, path: Path) -> None:
        """Write plain arrays and a manifest into the folder ``path``; ``open`` maps them into memory.

        Written aside and moved: an index of that name that is there stays whole until the new one is.
        """
        aside, before = (path.with_name(f".{path.name}.{end}") for end in ("part", "before"))
        for left_over in (aside, before):
            shutil.rmtree(left_over, ignore_errors=True)
        aside.mkdir(parents=True)
        for name in self._names:
            np.save(aside / f"{name}.npy", getattr(self, name))
        np.save(aside / "terms.npy", np.frombuffer("\n".join(self.terms).encode(), np.uint8))
        manifest = {"format": FORMAT, "settings": asdict(self.settings), "arrays": self._names}
        (aside / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")
        if path.exists():
            path.rename(before)
        aside.rename(path)
        shutil.rmtree(before, ignore_errors=True)

    @classmethod
    def open(cls, path: Path) -> Self:
        """An index saved by ``save``, mapped, not read: processes on one machine share its pages."""
        manifest = json.loads((path / "manifest.json").read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise InputError("index_format", path=str(path), found=manifest["format"], expected=FORMAT)
        # copy on write: nothing is ever written, but read-only arrays would be another type to the compiled kernel
        arrays = {name: np.load(path / f"{name}.npy", mmap_mode="c") for name in manifest["arrays"]}
        terms = np.load(path / "terms.npy").tobytes().decode()
        return cls(IndexSettings(**manifest["settings"]), terms.split("\n") if terms else [], arrays)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.terms)}

    @cached_property
    def _words(self) -> NDArray[np.int32]:
        """Words to correct towards: of counted documents only, for a correction tells that the word is there."""
        return np.flatnonzero((self.term_kind == Kind.WORD) & (self.document_frequency > 0)).astype(np.int32)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary([self.terms[term] for term in self._words], self.document_frequency[self._words])

    def vectors_of(
        self, texts: pl.Series, codes: pl.Series | None = None, *, progress: Progress = no_progress
    ) -> Vectors:
        """What each need asks of this index: its terms, the neighbours of words that the index does not know."""
        bags = gather_bags(texts, codes, progress=progress)
        nowhere = float(calc_idf(int(self.counted.sum()), np.zeros(1, np.int64))[0])
        term = np.array([self._place.get(key, -1) for key in bags.keys], np.int32)
        rare = np.full(len(bags.keys), nowhere)
        rare[term >= 0] = self.idf[term[term >= 0]]
        seen = np.zeros(len(bags.keys), np.bool_)
        seen[term >= 0] = self.document_frequency[term[term >= 0]] > 0
        rare[np.unique(bags.key[bags.kind == Kind.CODE])] *= self.settings.code_weight
        is_word = bags.kind == Kind.WORD
        words = np.zeros(len(bags.keys), np.bool_)
        words[bags.key[is_word]] = True
        lost = np.flatnonzero(~seen & words)
        start, near, trust = self._corrections([bags.keys[key] for key in lost], lost, len(bags.keys))
        weight = np.maximum(np.rint(rare * IDF_ONE), 1).astype(np.int32)
        near_weight = np.maximum(np.rint(self.idf[near] * trust * IDF_ONE), 1).astype(np.int32)
        indptr, asked, asked_weight, spelling, corrected = ask_bags(
            bags.indptr, bags.key, is_word, bags.spelling, term, weight, start, near, near_weight, MAX_ASKED
        )
        return Vectors(indptr, asked, asked_weight, spelling, corrected, bags.spellings)

    def _corrections(
        self, words: list[str], lost: NDArray[np.int64], keys: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
        """Terms near each key of a need, with their trust; CSR over all keys of the needs."""
        start = np.zeros(keys + 1, np.int64)
        if not words or not len(self._words):
            return start, np.zeros(0, np.int32), np.zeros(0)
        near = self._vocabulary.neighbours(words)
        found = [self._words[near.word[one:two]] for one, two in pairwise(near.indptr)]
        trust = [np.array(TRUST)[near.edits[one:two]] for one, two in pairwise(near.indptr)]
        for at, word in enumerate(words):
            other = self._in_cyrillic(word)
            if other is not None:
                found[at], trust[at] = np.array([other], np.int32), np.ones(1)
        start[lost + 1] = [len(terms) for terms in found]
        return np.cumsum(start), np.concatenate(found), np.concatenate(trust)

    def _in_cyrillic(self, word: str) -> int | None:
        """The term of a Russian word typed with Latin look-alikes alone: HACOC."""
        if not all(char in LATIN_LIKE for char in word):
            return None
        token = finish(word.translate(TO_CYRILLIC), Kind.WORD)
        term = self._place.get(token.key) if token else None
        return term if term is not None and self.document_frequency[term] > 0 else None

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
        """The ``top`` best documents of each need, exactly; documents not ``allowed`` do not exist for it.

        They enter neither candidates nor counts nor scores nor corrections: where the statistics hold any of them, they
        are made anew of the allowed ones, once for needs asked one after another with one mask. That takes as long as
        laying the index out (2 CPU s for a million documents); an index that ``counted`` only what everybody may see
        is never made anew for those who may see all of it.
        """
        index = self if allowed is None else self.seen_by(np.asarray(allowed, np.bool_))
        vectors = index.vectors_of(texts, codes, progress=progress)
        return index.find(vectors, top=top, allowed=allowed, threads=threads, progress=progress)

    def seen_by(self, allowed: NDArray[np.bool_]) -> Self:
        """The index as it looks to one who may see the allowed documents only; its weights and terms are theirs."""
        if not (self.counted & ~allowed).any():
            return self
        name = allowed.tobytes()
        if self._seen is None or self._seen[0] != name:
            self._seen = name, self.counting(self.counted & allowed)
        return self._seen[1]

    def find(
        self,
        vectors: Vectors,
        *,
        top: int = 100,
        allowed: NDArray[np.bool_] | None = None,
        threads: int = 1,
        progress: Progress = no_progress,
    ) -> Candidates:
        """The best documents for vectors already made: ``allowed`` only filters, weights stay those of this index."""
        needs = len(vectors.indptr) - 1
        indptr, term, weight, number = find_different(vectors)
        rank, best_rank = self._ranks(allowed)
        unique = len(indptr) - 1
        progress(Step("search", 0, unique))

        def part(start: int) -> NDArray[np.uint64]:
            stop = min(start + BATCH, unique)
            found = kernel.find_top(
                indptr[start : stop + 1], term, weight, self.list_start, self.list_group, self.list_levels,
                self.levels, int(self.group_bits[0]), rank, best_rank, top, kernel.CHUNK,
            )
            progress(Step("search", stop, unique))
            return np.asarray(found)

        with ThreadPoolExecutor(threads) as pool:
            keys = np.concatenate([np.zeros((0, top), np.uint64), *pool.map(part, range(0, unique, BATCH))])
        found = keys > 0
        indptr = np.zeros(needs + 1, np.int64)
        np.cumsum(found.sum(axis=1)[number], out=indptr[1:])
        key = keys[number][found[number]]
        document = self.by_rank[(LOW - (key & np.uint64(LOW))).astype(np.int64)]
        score = ((key >> np.uint64(32)).astype(np.float64) * SCORE_STEP).astype(np.float32)
        return Candidates(indptr, document, score)

    def _ranks(self, allowed: NDArray[np.bool_] | None) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Place among equals of the document at each place, and the best of each group.

        −1 is a place without a document or with one that is not allowed, a group without any that is.
        """
        size = 1 << int(self.group_bits[0])
        rank = np.full(-(-len(self) // size) * size, -1, np.int32)
        rank[: len(self)] = self.tie_rank[self.order]
        if allowed is not None:
            rank[: len(self)][~np.asarray(allowed, np.bool_)[self.order]] = -1
        # as unsigned, −1 is the greatest
        return rank, rank.view(np.uint32).reshape(-1, size).min(axis=1, initial=LOW).view(np.int32)


def _sizes(texts: pl.Series) -> NDArray[np.int32]:
    return texts.cast(pl.String).str.len_chars().fill_null(0).cast(pl.Int32).to_numpy()
