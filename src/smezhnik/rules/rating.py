"""A rating method as data: blocks, indicators, weights, and what equal scores share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from smezhnik.places import TIES, TieRule, calc_places
from smezhnik.rules.cursor import Cursor
from smezhnik.rules.provenance import Provenance, References, Title, read_provenance, read_title


@dataclass(frozen=True)
class Indicator:
    """An indicator of a block; ``direction`` 1: more is better, −1: less is better."""

    code: str
    title: Title
    weight: float
    direction: int


@dataclass(frozen=True)
class Block:
    """A block of a rating with its weight."""

    code: str
    title: Title
    weight: float
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Rating:
    """A method of rating."""

    blocks: tuple[Block, ...]
    ties: TieRule
    provenance: Provenance

    def score(self, indicators: Mapping[str, float | None]) -> float | None:
        """Σ block weight · Σ weight · value / Σ weights, values from 0 to 1; None where a value is absent.

        A value of an indicator with direction −1 counts as 1 − value.
        """
        total = weights = 0.0
        for block in self.blocks:
            inner = sum(item.weight for item in block.indicators)
            for item in block.indicators:
                value = indicators.get(item.code)
                if value is None:
                    return None
                total += block.weight * item.weight / inner * (value if item.direction > 0 else 1 - value)
            weights += block.weight
        return total / weights if weights else None

    def places(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Place of everyone, from 1, highest score first; who shares one is said by ``ties``."""
        found = calc_places(np.array(list(scores.values()), np.float64), self.ties) if scores else ()
        return dict(zip(scores, map(float, found), strict=True))


def read_rating(cursor: Cursor, references: References) -> Rating | None:
    """``[rating]`` with its ``[[rating.blocks]]`` and their ``indicators``."""
    ties, provenance = cursor.choice("ties", TIES), read_provenance(cursor, references)
    blocks = []
    for inner in cursor.tables("blocks", need=True):
        code, title, weight = inner.text("code"), read_title(inner), inner.number("weight")
        indicators = tuple(item for one in inner.tables("indicators", need=True) if (item := _read_indicator(one)))
        inner.done()
        if code is not None and title is not None and weight is not None:
            blocks.append(Block(code, title, weight, indicators))
    cursor.done()
    return None if ties is None or provenance is None else Rating(tuple(blocks), cast(TieRule, ties), provenance)


def _read_indicator(cursor: Cursor) -> Indicator | None:
    code, title, weight = cursor.text("code"), read_title(cursor), cursor.number("weight")
    less = cursor.flag("less_is_better")
    cursor.done()
    if code is None or title is None or weight is None:
        return None
    return Indicator(code, title, weight, -1 if less else 1)
