"""Small ratings and the example of ASEM, as tests need them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from smezhnik.io.indicators import read_indicators
from smezhnik.io.schemes import read_scheme
from smezhnik.messages import Words
from smezhnik.regions.rating import IndicatorTable, Scheme, make_tables
from smezhnik.regions.rating.scheme import Block, Indicator, Missing, Weighting

ROOT = Path(__file__).parent.parent.parent
GOLDEN = Path(__file__).parent / "asem"


@cache
def asem() -> tuple[Scheme, IndicatorTable]:
    """The shipped scheme and the shipped data."""
    scheme = read_scheme("asem")
    read = read_indicators(ROOT / "examples" / "rating" / "asem.csv", scheme)
    return scheme, make_tables(read.frame, scheme, file=read.file, rows=read.rows, headers=read.headers,
                               found=read.faults)[0]


def words(text: str) -> Words:
    return Words(text, text)


def small_scheme(directions: Sequence[int] = (1, 1, -1), **changes: Any) -> Scheme:
    """Indicators a, b, c …, the first two in block one, the others in block two; equal weights."""
    indicators = tuple(Indicator(chr(97 + place), words(chr(97 + place)), "one" if place < 2 else "two", words("t"),
                                 direction) for place, direction in enumerate(directions))
    blocks = tuple(Block(code, words(code)) for code in ("one", "two"))
    return Scheme(**{"code": "small", "title": words("small"), "index": words("index"), "indicators": indicators,
                     "blocks": blocks, "missing": Missing(least_share=0.5), "weighting": Weighting("equal"),
                     **changes})


def small_table(values: Sequence[Sequence[float]], year: int | None = None, **groups: Sequence[str]) -> IndicatorTable:
    """Regions A, B, C … with these values."""
    names = tuple(chr(65 + row) for row in range(len(values)))
    return IndicatorTable(names, names, year, np.array(values, np.float64), np.zeros((len(values), 0)),
                          {name: tuple(column) for name, column in groups.items()})
