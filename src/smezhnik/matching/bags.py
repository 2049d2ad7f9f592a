"""What each text and its code hold: different keys with how often, for offers and needs alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

from smezhnik.matching.bulk import tokenise_all
from smezhnik.matching.tokens import Kind
from smezhnik.matching.vectors import code_prefixes
from smezhnik.progress import Progress, no_progress


@dataclass(frozen=True, slots=True)
class Bags:
    """Different keys of each row, ascending within it.

    Attributes
    ----------
    keys : the different keys of all rows
    spellings : spellings as found; a key may have several
    indptr : int64[rows + 1]
    key : int32[nnz], position in ``keys``
    kind : uint8[nnz], what the key is in this row (``tokens.Kind``), the least of several; ``xy`` is a word in one text
        and a mark in another
    repeats : uint8[nnz], how often the row has it, 1…255; more counts as 255
    spelling : int32[nnz], position in ``spellings`` of the first
    length : int64[rows], tokens of the text, repeated ones counted, codes not
    """

    keys: list[str]
    spellings: list[str]
    indptr: NDArray[np.int64]
    key: NDArray[np.int32]
    kind: NDArray[np.uint8]
    repeats: NDArray[np.uint8]
    spelling: NDArray[np.int32]
    length: NDArray[np.int64]


def gather_bags(texts: pl.Series, codes: pl.Series | None, *, progress: Progress = no_progress) -> Bags:
    """Tokens of the texts and prefixes of the codes (several are parted by ``;``); an absent text or code has none."""
    tokens = tokenise_all(texts, progress=progress)
    place: dict[str, int] = {}
    key_of = np.array([place.setdefault(key, len(place)) for key in tokens.keys], np.int32)
    words = len(place)
    code_start, code_key, code_of = _code_keys(codes, len(texts), place)
    keys = list(place)
    kinds = np.concatenate([tokens.kinds, np.full(len(code_key), Kind.CODE, np.uint8)])
    first_code = len(tokens.raw)
    spellings = tokens.raw + [key[1:] for key in keys[words:]]
    spelling = np.concatenate([np.arange(first_code, dtype=np.int32), code_key - words + first_code], dtype=np.int32)
    indptr, key, kind, repeats, first = _count_repeats(
        tokens.indptr, tokens.token, np.concatenate([key_of, code_key]), kinds, spelling, code_start, code_of,
        first_code,
    )
    return Bags(keys, spellings, indptr, key, kind, repeats, first, np.diff(tokens.indptr))


def _code_keys(
    codes: pl.Series | None, rows: int, place: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Keys of each different code, flat with starts, and which code each row has (−1: none); fills ``place``."""
    if codes is None:
        return np.zeros(1, np.int64), np.zeros(0, np.int32), np.full(rows, -1, np.int32)
    frame = pl.DataFrame({"code": codes.cast(pl.String)})
    different = frame.drop_nulls().unique().sort("code").with_row_index("which")
    of_row = frame.join(different, on="code", how="left", maintain_order="left")["which"].cast(pl.Int32).fill_null(-1)
    keys = [[place.setdefault(key, len(place)) for code in codes.split(";") for key in code_prefixes(code)]
            for codes in different["code"]]
    start = np.zeros(len(keys) + 1, np.int64)
    np.cumsum([len(row) for row in keys], out=start[1:])
    return start, np.array([key for row in keys for key in row], np.int32), of_row.to_numpy()


@njit(cache=True, nogil=True)
def _count_repeats(
    token_start: Any, token: Any, key_of: Any, kind_of: Any, spelling_of: Any, code_start: Any, code_of: Any,
    first_code: int,
) -> tuple[Any, Any, Any, Any, Any]:
    """Different keys of each row, ascending, with their least kind, how often and which spelling came first."""
    rows = len(token_start) - 1
    room = len(token)
    widest = 0
    for row in range(rows):
        codes = code_start[code_of[row] + 1] - code_start[code_of[row]] if code_of[row] >= 0 else 0
        room += codes
        widest = max(widest, token_start[row + 1] - token_start[row] + codes)
    indptr = np.zeros(rows + 1, np.int64)
    key = np.empty(room, np.int32)
    kind = np.empty(room, np.uint8)
    repeats = np.empty(room, np.uint8)
    first = np.empty(room, np.int32)
    held = np.empty(widest, np.int64)
    end = 0
    for row in range(rows):
        size = 0
        for at in range(token_start[row], token_start[row + 1]):
            held[size] = (np.int64(key_of[token[at]]) << 32) | np.int64(token[at])
            size += 1
        if code_of[row] >= 0:
            for at in range(code_start[code_of[row]], code_start[code_of[row] + 1]):
                held[size] = (np.int64(key_of[first_code + at]) << 32) | np.int64(first_code + at)
                size += 1
        # insertion sort by key keeps the order of the text among equal keys: texts are short
        for one in range(1, size):
            moved = held[one]
            place = one
            while place and held[place - 1] >> 32 > moved >> 32:
                held[place] = held[place - 1]
                place -= 1
            held[place] = moved
        for one in range(size):
            if one and held[one] >> 32 == held[one - 1] >> 32:
                repeats[end - 1] += repeats[end - 1] < 255
                kind[end - 1] = min(kind[end - 1], kind_of[held[one] & 0xFFFFFFFF])
                continue
            key[end] = held[one] >> 32
            kind[end] = kind_of[held[one] & 0xFFFFFFFF]
            repeats[end] = 1
            first[end] = spelling_of[held[one] & 0xFFFFFFFF]
            end += 1
        indptr[row + 1] = end
    return indptr, key[:end].copy(), kind[:end].copy(), repeats[:end].copy(), first[:end].copy()
