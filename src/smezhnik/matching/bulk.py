"""Texts of a whole table to tokens: each distinct raw piece is finished once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.matching.normalise import fold
from smezhnik.matching.tokens import Kind, Token, finish, lex
from smezhnik.progress import Progress, Step, no_progress

BATCH = 50_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of many texts.

    Attributes
    ----------
    indptr : int64[texts + 1], where the tokens of each text begin
    token : int32[tokens], position in ``distinct``, in the order of the text, repeated ones repeated
    distinct : the different tokens; several surfaces may share one key
    """

    indptr: NDArray[np.int64]
    token: NDArray[np.int32]
    distinct: list[Token]


def tokenise_all(texts: pl.Series, *, progress: Progress = no_progress) -> Tokens:
    """Tokens of every text, equal to ``tokens.tokenise`` of each; an absent text has none."""
    place: dict[tuple[str, Kind], int] = {}
    distinct: list[Token] = []
    found: list[int] = []
    indptr = np.zeros(len(texts) + 1, np.int64)
    for at, text in enumerate(texts):
        if at % BATCH == 0:
            progress(Step("tokens", at, len(texts)))
        for raw in lex(fold(text)) if text else ():
            known = place.get(raw)
            if known is None:
                token = finish(*raw)
                known = place[raw] = -1 if token is None else len(distinct)
                if token is not None:
                    distinct.append(token)
            if known >= 0:
                found.append(known)
        indptr[at + 1] = len(found)
    progress(Step("tokens", len(texts), len(texts)))
    return Tokens(indptr, np.array(found, np.int32), distinct)
