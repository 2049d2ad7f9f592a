"""Axes of a chart: where a value lies in px, and which values bear a tick."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Px between two ticks of a chart, at least.
APART = 30.0


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of a chart.

    Attributes
    ----------
    low, high : values at its ends, ``low`` < ``high``; what lies outside is drawn at the end
    start, end : px of the ends; for a vertical axis ``start`` is the lower edge, the greater number
    ratio : equal steps are equal ratios; all values above 0 then
    marks : values that may bear a tick; by default round ones
    """

    low: float
    high: float
    start: float
    end: float
    ratio: bool = False
    marks: tuple[float, ...] = ()

    def at(self, value: float) -> float:
        """Px of a value, kept between the ends."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        share = (self._scaled(min(max(value, self.low), self.high)) - low) / (high - low)
        return self.start + share * (self.end - self.start)

    def _scaled(self, value: float) -> float:
        return math.log(value) if self.ratio else value

    @property
    def ticks(self) -> list[float]:
        """Values with a tick: of ``marks`` those inside that stand far enough from each other, 1 before all."""
        if self.marks:
            return self._spaced()
        return even_ticks(self.low, self.high)


    def _spaced(self) -> list[float]:
        kept: list[float] = []
        for mark in sorted((mark for mark in self.marks if self.low <= mark <= self.high),
                           key=lambda mark: abs(self.at(mark) - self.at(1.0))):
            if all(abs(self.at(mark) - self.at(other)) >= APART for other in kept):
                kept.append(mark)
        return sorted(kept)


def even_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values between two ends, at most ``most`` + 1 of them: steps of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1, 2, 5, 10) if power * part >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [round(place * step, 12) + 0.0 for place in range(first, math.floor(high / step + 1e-9) + 1)]


def padded(values: Sequence[float], *, least: float, most: float, ratio: bool = False, room: float = 0.06
           ) -> tuple[float, float]:
    """Ends that hold the values with some room beside them, not beyond ``least`` and ``most``.

    Values outside these two are marked at the edge by who draws; with one value only the ends lie about it.
    """
    scale = math.log if ratio else float
    unscale = math.exp if ratio else float
    inside = [scale(min(max(value, least), most)) for value in values]
    low, high = min(inside), max(inside)
    gap = (high - low) * room or max(abs(high) * room, 0.5)
    return max(unscale(low - gap), least), min(unscale(high + gap), most)
