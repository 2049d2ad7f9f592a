"""Texts of a whole table to tokens: each different piece is finished once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

from smezhnik.matching.lexer import lex_lines
from smezhnik.matching.lexicon import as_bytes, dictionary
from smezhnik.matching.pool import empty_pool
from smezhnik.matching.tokens import Kind, finish
from smezhnik.progress import Progress, Step, no_progress

#: Texts lexed in one call: between calls progress is told and the work may be stopped.
BATCH = 65_536


@dataclass(frozen=True)
class Tokens:
    """Tokens of many texts.

    Attributes
    ----------
    indptr : int64[texts + 1], where the tokens of each text begin
    token : int32[tokens], position in ``keys``, in the order of the text, repeated ones repeated
    keys, kinds : of the different tokens; one key may occur with several spellings
    raw : their spellings, quantities with a leading sign
    """

    indptr: NDArray[np.int64]
    token: NDArray[np.int32]
    keys: list[str]
    kinds: NDArray[np.uint8]
    raw: list[str]

    @cached_property
    def surfaces(self) -> list[str]:
        """Spellings for people."""
        return [raw.removeprefix("=") for raw in self.raw]


def tokenise_all(texts: pl.Series, *, progress: Progress = no_progress) -> Tokens:
    """Tokens of every text, equal to ``tokens.tokenise`` of each; an absent text has none."""
    pool = empty_pool()
    starts, pieces, shift = [np.zeros(1, np.int64)], [np.zeros(0, np.int32)], 0
    whole = texts.cast(pl.String).fill_null("")
    for first in range(0, len(texts), BATCH):
        progress(Step("tokens", first, len(texts)))
        part = whole.slice(first, BATCH)
        data = as_bytes(part.str.join("").item().encode())
        offsets = np.zeros(len(part) + 1, np.int64)
        np.cumsum(part.str.len_bytes().to_numpy(), out=offsets[1:])
        indptr, piece, pool = lex_lines(data, offsets, dictionary(), pool)
        starts.append(indptr[1:] + shift)
        pieces.append(piece)
        shift += len(piece)
    progress(Step("tokens", len(texts), len(texts)))
    joined = pool.text[: pool.start[pool.pieces]].tobytes().decode("cp1251")
    cuts = pool.start[: pool.pieces + 1].tolist()
    raw = [joined[first:last] for first, last in pairwise(cuts)]
    kinds = pool.kind[: pool.pieces]
    keys: list[str | None] = list(raw)
    for at in np.flatnonzero(kinds == Kind.WORD).tolist():
        token = finish(raw[at], Kind.WORD)
        keys[at] = token.key if token else None
    number, kept = np.full(len(raw), -1, np.int32), [at for at, key in enumerate(keys) if key is not None]
    number[kept] = np.arange(len(kept))
    indptr, token_of = _renumber(np.concatenate(starts), np.concatenate(pieces), number)
    return Tokens(
        indptr, token_of, [key for key in keys if key is not None], kinds[kept], [raw[at] for at in kept]
    )


@njit(cache=True, nogil=True)
def _renumber(indptr: Any, piece: Any, number: Any) -> tuple[Any, Any]:
    """Pieces under their new numbers, those with −1 left out."""
    start = np.zeros(len(indptr), np.int64)
    kept = np.empty(len(piece), np.int32)
    end = 0
    for row in range(len(indptr) - 1):
        for at in range(indptr[row], indptr[row + 1]):
            if number[piece[at]] >= 0:
                kept[end] = number[piece[at]]
                end += 1
        start[row + 1] = end
    return start, kept[:end].copy()
