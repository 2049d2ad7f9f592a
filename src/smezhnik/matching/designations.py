"""Designations made of numbers: a pump К 80-50-200, a glass unit СПО 4-16-4, a bearing 180205.

The words of a text are cut at every number, so these are read from the text itself. They tell what a pair states alike
or differently (``evidence``); the ranking does not ask for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.matching.normalise import STANDARDS, UNITS, fold
from smezhnik.matching.respell import respell
from smezhnik.matching.tokens import mark_letters

#: Letters, then numbers joined by hyphens, then a letter: К100-65-200а, ВЦ 14-46-4.
_CHAIN = re.compile(r"(?<![\d.,*:/-])(?<![a-zа-я])(?:([a-zа-я]{1,4})[ -]?)?(\d+(?:-\d+){2,4})([a-zа-я]?)"
                    r"(?![a-zа-я\d*:/-])(?![.,]\d)")
#: What opens a standard, whose numbers are no designation of a thing.
_STANDARD = re.compile(rf"(?<![a-zа-я])(?:{'|'.join(STANDARDS)})(?: [a-zа-я]{{1,3}})* ?$")
_DATE = re.compile(r"[0-3]?\d-[01]?\d-(?:19|20)\d\d|(?:19|20)\d\d-[01]?\d-[0-3]?\d")
_BEARING = re.compile(r"(?<![a-zа-я])подшипник")
#: The noun just before a number of three digits, which alone may be a diameter.
_NOUN = re.compile(r"подшипник[а-я]* $")
#: A number of a bearing: not part of a size, a chain or a quantity.
_BEARING_NUMBER = re.compile(r"(?<![\w.,*:/-])(\d{3,7})(?![\d*:/]|[.,]\d)(?: ?([a-zа-я]+))?")
_COUNTED = frozenset((*UNITS, "шт", "штук", "штуки", "x", "х", "руб", "год", "года", "г"))
#: Whether a text is worth the look.
_HINT = r"\d\s?[-–—−]\s?\d+\s?[-–—−]\s?\d|(?i:подшипник)"


@dataclass(frozen=True)
class Designations:
    """Designations by text, in order.

    Attributes
    ----------
    text : int64[found], position of the text, ascending
    key, group : what is stated and which question it answers: chains of as many numbers, bearing numbers of as many
        digits exclude each other
    shown : how each is shown to a person
    parts : (text, key of a token) of marks that are pieces of a designation: «К100» of К100-65-200
    """

    text: NDArray[np.int64]
    key: list[str]
    group: list[str]
    shown: list[str]
    parts: frozenset[tuple[int, str]]


def designations_of(texts: pl.Series) -> Designations:
    """The designations of each text."""
    likely = texts.str.contains(_HINT).fill_null(False)
    found = [(at, *item) for at in np.flatnonzero(likely.to_numpy()).tolist() for item in find_designations(texts[at])]
    return Designations(
        np.array([item[0] for item in found], np.int64), [item[1] for item in found], [item[2] for item in found],
        [item[3] for item in found], frozenset((item[0], part) for item in found for part in item[4]),
    )


def find_designations(text: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Key, group, shown text and marks that are pieces of it, of each designation in a text.

    >>> find_designations("Насос К100-65-200а")
    [('100-65-200a', 'chain:3', 'K100-65-200A', ('k100', '200a'))]
    >>> find_designations("Подшипник шариковый 180205, 20 шт")
    [('bearing:180205', 'bearing:6', '180205', ())]
    >>> find_designations("ТУ 14-3-1128-2000, 01-02-2025, тел. 8-800-100-20-30-40")
    []
    """
    folded = respell(" ".join(fold(text).split()))
    found: list[tuple[str, str, str, tuple[str, ...]]] = []
    for match in _CHAIN.finditer(folded):
        letters, numbers, last = match.groups()
        opened = folded[: match.start(2)].rstrip(" -")
        if letters in STANDARDS or _STANDARD.search(opened) or _DATE.fullmatch(numbers):
            continue
        letters, last = mark_letters(letters or ""), mark_letters(last)
        parts = numbers.split("-")
        named = letters.upper() + (" " if match[0].startswith(f"{match[1]} ") else "") if letters else ""
        pieces = ((letters + parts[0],) if letters else ()) + ((parts[-1] + last,) if last else ())
        found.append((numbers + last, f"chain:{len(parts)}", f"{named}{numbers}{last.upper()}", pieces))
    if _BEARING.search(folded):
        for match in _BEARING_NUMBER.finditer(folded):
            number, unit = match.groups()
            before = folded[: match.start()]
            short = len(number) < 4 and not _NOUN.search(before)
            if not short and unit not in _COUNTED and not _STANDARD.search(before):
                found.append((f"bearing:{number}", f"bearing:{len(number)}", number, ()))
    return found
