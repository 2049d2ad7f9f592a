"""What is known before drawing: how wide a text is, where its lines break, at which scale bars fit their room."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

#: Weight 600 is wider than weight 400 by about this much (measured on the alphabet).
_BOLDER = 1.045
#: A letter outside the table; the median of the Cyrillic lower case.
_USUAL = 590


@cache
def _advances() -> dict[str, int]:
    """Advance widths of Golos Text at weight 400, thousandths of the size (read from the packaged font)."""
    file = resources.files("smezhnik.report") / "assets" / "fonts" / "widths.json"
    found: dict[str, int] = json.loads(file.read_text("utf-8"))
    return found


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line in px at ``size`` px."""
    advances = _advances()
    units = sum(advances.get(letter, _USUAL) for letter in text)
    return units * size / 1000 * (_BOLDER if bold else 1.0)


def wrapped(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Lines not wider than ``width`` px, broken at spaces and after hyphens; a wider word has a line of its own."""
    lines: list[str] = []
    for word in re.findall(r"[^ -]*-|[^ -]+ ?| ", text):
        longer = lines[-1] + word if lines else word
        if lines and text_width(longer.rstrip(), size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line.rstrip() for line in lines] or [text]


def largest_scale(sizes: Sequence[float], least: Sequence[float], room: float) -> float:
    """The largest k for which Σ max(k · size, least) ≤ room; 0 where even the least sizes do not fit.

    Sizes and least sizes are of the same things, in the same order; at least one size is above zero,
    else the answer is 0.
    """
    if not any(sizes):
        return 0.0
    low, high = 0.0, room / max(sizes)
    for _ in range(48):  # halves the interval to below a millionth of a px
        middle = (low + high) / 2
        taken = sum(max(middle * size, floor) for size, floor in zip(sizes, least, strict=True))
        low, high = (middle, high) if taken <= room else (low, middle)
    return low
