"""Ranges that a text states: «4–10 мм», «DN 50-200», «М6-М12», «от 5 до 20 кВт», «до 300 кг»."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

from smezhnik.matching.background import hash_keys
from smezhnik.matching.normalise import ALIASES, STANDARDS, UNITS, fold, fold_number, scale_number
from smezhnik.matching.quantities import show_unit
from smezhnik.matching.respell import respell
from smezhnik.matching.tokens import mark_letters

_NUMBER = r"(\d+(?:[.,]\d+)?)"
#: A range is no piece of a longer chain of numbers: СПД 4-10-4-10-4, ТУ 14-3-1128.
_RANGE = re.compile(
    rf"(?<![\d.,*-])(?<!\d[xх])\b(?:от )?([a-zа-я]{{0,3}})( ?){_NUMBER} ?(?:-|до|\.\.+) ?([a-zа-я]{{0,3}}) ?{_NUMBER}"
    r"(?![\d.,]*[*-]? ?\d)(?: ?([a-zа-я]{1,4}))?(?![a-zа-я])"
)
_UP_TO = re.compile(rf"(?<![\d.,] )(?<![\d.,])\bдо {_NUMBER} ?([a-zа-я]{{1,4}})(?![a-zа-я])")
#: Marks whose letters are not repeated at the end of a range: DN 50–200, PN 10–40, М6–12.
_SCALES = frozenset((*ALIASES.values(), "m"))
#: Whether a text is worth the look.
_HINT = r"\d\s*(?:[-–—…]|\.\.)\s*[A-Za-zА-Яа-я]{0,3}\s?\d|(?i:до)\s+\d"


@dataclass(frozen=True)
class Ranges:
    """Ranges by text.

    Attributes
    ----------
    indptr : int64[texts + 1]
    group : uint64[ranges], what is measured: ``hash_keys`` of the scale (``quantities.scale_of``)
    low, high : float64[ranges], both ends count; in base units
    texts : String[ranges], how each is shown to a person
    """

    indptr: NDArray[np.int64]
    group: NDArray[np.uint64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    texts: pl.Series


def ranges_of(texts: pl.Series) -> Ranges:
    """The ranges of each text, in order."""
    likely = texts.str.contains(_HINT).fill_null(False)
    found = [(at, *item) for at in np.flatnonzero(likely.to_numpy()).tolist() for item in find_ranges(texts[at])]
    indptr = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.bincount([item[0] for item in found], minlength=len(texts)) if found else np.zeros(len(texts), int),
              out=indptr[1:])
    return Ranges(indptr, hash_keys([item[1] for item in found]), np.array([item[2] for item in found], float),
                  np.array([item[3] for item in found], float), pl.Series([item[4] for item in found], dtype=pl.String))


def find_ranges(text: str) -> list[tuple[str, float, float, str]]:
    r"""Group, low, high and shown text of each range in a text.

    >>> find_ranges("Лист 8-20 мм"), find_ranges("Болты М6-М12")
    ([('unit:м', 0.008, 0.02, '8–20\xa0мм')], [('mark:m', 6.0, 12.0, 'M6–12')])
    >>> find_ranges("Отливки до 300 кг")
    [('unit:г', 0.0, 300000.0, 'до 300\xa0кг')]
    >>> find_ranges("ТУ 14-3"), find_ranges("СПД 4-10-4-10-4"), find_ranges("i5-7200, DDR3-1333 MHz")
    ([], [], [])
    """
    folded = respell(" ".join(fold(text.replace("…", "-")).split()))
    found = []
    for match in _RANGE.finditer(folded):
        before, blank, low, again, high, unit = match.groups()
        before = "" if before == "от" else before
        if unit in UNITS and again in {"", unit} and (blank or not before):  # DDR3-1333 MHz is none
            base, power = UNITS[unit]
            ends = (float(scale_number(fold_number(low), power)), float(scale_number(fold_number(high), power)))
            found.append((f"unit:{base}", *ends, f"{low}–{high}\u00a0{show_unit(unit, base, power)}"))
        elif before and before not in STANDARDS and again in {"", before}:
            letters = mark_letters(before)
            if not again and letters not in _SCALES:  # i5-7200 is a model
                continue
            found.append((f"mark:{letters}", float(fold_number(low)), float(fold_number(high)),
                          f"{letters.upper()}{low}–{high}"))
    for match in _UP_TO.finditer(folded):
        high, unit = match.groups()
        if unit in UNITS:
            base, power = UNITS[unit]
            found.append((f"unit:{base}", 0.0, float(scale_number(fold_number(high), power)),
                          f"до {high}\u00a0{show_unit(unit, base, power)}"))
    return [item for item in found if item[1] < item[2]]


@njit("int64(uint64, float64, uint64[:], float64[:], float64[:], int64, int64)", cache=True, nogil=True)
def range_around(group: Any, value: Any, of: Any, low: Any, high: Any, first: Any, last: Any) -> Any:
    """Position of the last range of the group that holds the value; −1 if none does."""
    found = -1
    for place in range(first, last):
        if of[place] == group and low[place] <= value <= high[place]:
            found = place
    return found


@njit("int64(uint64, float64, float64, uint64[:], float64[:], float64[:], int64, int64)", cache=True, nogil=True)
def range_meeting(group: Any, least: Any, most: Any, of: Any, low: Any, high: Any, first: Any, last: Any) -> Any:
    """Position of the first range of the group that has a value in common with least … most; −1 if none has."""
    for place in range(first, last):
        if of[place] == group and low[place] <= most and least <= high[place]:
            return place
    return -1
