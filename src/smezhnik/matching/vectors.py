"""Texts and codes as sparse vectors of whole numbers, so that every sum is exact and ties are real.

The weight of term t in document d is BM25 with its two factors apart::

    w[t, d] = idf[t] · level[t, d] / LEVEL_ONE
    idf[t]  = ln(1 + (N − df[t] + ½) / (df[t] + ½)),   kept in steps of 1 / IDF_ONE
    level   = tf (k1 + 1) / (tf + k1 (1 − b + b · length / mean length)),   kept in steps of 1 / LEVEL_ONE, 1…255

A need asks each of its terms once; its score of d is the sum over shared terms of asked[t] · w[t, d], a whole number
of steps of ``SCORE_STEP``, the same in whatever order it is added up.

Source: Robertson, Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, (3.15) with idf of Lucene.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

IDF_ONE = 1024
LEVEL_ONE = 115
#: One step of a score.
SCORE_STEP = 1.0 / (IDF_ONE * LEVEL_ONE)
#: A need asks at most so many terms, the heaviest; keeps every sum below 2³¹.
MAX_ASKED = 255
#: Signs of a code that make its prefix tokens: class, group, kind, item of ОКПД2 and ОКВЭД2.
DOTTED_SIGNS = (2, 5, 8, 12)
#: The same for codes without points: ТН ВЭД and HS.
PLAIN_SIGNS = (2, 4, 6, 10)
_CODE = re.compile(r"[0-9]{2}(?:\.?[0-9]+)*")


def calc_idf(document_count: int, frequency: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rarity of terms found in ``frequency`` of ``document_count`` documents (no unit, > 0)."""
    return np.asarray(np.log1p((document_count - frequency + 0.5) / (frequency + 0.5)))


def calc_levels(
    repeats: NDArray[np.int32], lengths: NDArray[np.int64], mean_length: float, k1: float, b: float
) -> NDArray[np.uint8]:
    """Saturated frequency of terms repeated ``repeats`` times in documents of ``lengths`` terms, in steps."""
    shape = 1 - b + b * lengths / max(mean_length, 1e-9)
    level = repeats * (k1 + 1) / (repeats + k1 * shape)
    return np.clip(np.rint(level * LEVEL_ONE), 1, 255).astype(np.uint8)


def code_prefixes(code: str) -> list[str]:
    """Prefix tokens of a classification code, shortest first; none where it is no code.

    >>> code_prefixes("23.12.13.110")
    ['#23', '#23.12', '#23.12.13', '#23.12.13.110']
    >>> code_prefixes("7003 12")
    ['#70', '#7003', '#700312']
    """
    code = code.replace(" ", "").rstrip(".")
    if not _CODE.fullmatch(code):
        return []
    signs = DOTTED_SIGNS if "." in code or len(code) <= DOTTED_SIGNS[0] else PLAIN_SIGNS
    lengths = [length for length in signs if length < len(code)]
    return ["#" + code[:length].rstrip(".") for length in [*lengths, len(code)]]
