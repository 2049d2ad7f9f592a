"""What the page of a rating is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from smezhnik.messages import format_number, say
from smezhnik.regions.rating import Change, Composite, Gap, Plan, Scheme, Sensitivity, Uncertainty
from smezhnik.regions.rating.frames import of
from smezhnik.types import Lang


@dataclass(frozen=True, eq=False)
class RatingFacts:
    """A rating of one year, and one of the rated in it where ``row`` names it.

    Attributes
    ----------
    scheme : as it was written; that of ``composite`` lacks the indicators left out
    spread, effects : intervals of places and what each choice does to them; None where the method has none
    alike : rows that cannot be told from ``row`` by place
    beside : rows of the peers; empty: all others
    change : from an earlier year; gap : beside the one who holds the place above, where there is no earlier year
    plan : the least effort that gains places; no_plan : why there is none, in words
    method : the method in words, a sentence each; file : the file of the data
    """

    scheme: Scheme
    composite: Composite
    row: int | None = None
    spread: Uncertainty | None = None
    effects: Sensitivity | None = None
    alike: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()
    change: Change | None = None
    gap: Gap | None = None
    plan: Plan | None = None
    no_plan: str = ""
    method: Sequence[str] = field(default=())
    file: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return self.composite.table.names

    @property
    def order(self) -> list[int]:
        """Rows in the order of their places, equal ones by name."""
        return sorted(range(len(self.names)), key=lambda row: (self.composite.places[row], self.names[row]))

    def ends(self, row: int) -> tuple[float, float]:
        """The interval of a place as whole places: nine runs of ten lie inside."""
        if self.spread is None:
            return float(self.composite.places[row]), float(self.composite.places[row])
        return float(np.floor(self.spread.low[row])), float(np.ceil(self.spread.high[row]))

    def interval(self, row: int, lang: Lang) -> str:
        """«7–12», or the one place."""
        low, high = self.ends(row)
        return place(low, lang) if low == high else f"{place(low, lang)}–{place(high, lang)}"

    def title_of(self, code: str, lang: Lang) -> str:
        """The name of an indicator or a block."""
        return of(self.composite.tree.titles[self.composite.tree.codes.index(code)], lang) or code

    def source(self, lang: Lang) -> str:
        """Where the numbers come from, a sentence; the scheme names its sources, else the file."""
        found = sorted({of(item.source, lang) or "" for item in self.scheme.indicators} - {""})
        year = self.composite.table.year
        told = ", ".join(found[:3]) + (f" {say('report.rating.source.more', lang, count=len(found) - 3)}"
                                       if len(found) > 3 else "")
        code = "report.rating.source" if year is None else "report.rating.source.year"
        return say(code, lang, sources=told or say("report.region.file", lang, file=self.file), year=year)


def place(value: float, lang: Lang) -> str:
    """A place; shared ones may lie between two."""
    return format_number(value, lang)


def figure(value: float | None, lang: Lang, decimals: int | None = None) -> str:
    """The number; without decimals given, with four figures that count; empty where it is absent."""
    if value is None:
        return ""
    return format_number(value if decimals is not None else float(f"{value:.4g}"), lang, decimals)


def sourced(source: str | None, year: int | None) -> str:
    """Where a figure is from and of which year, unless the source says it."""
    said = "" if year is None or str(year) in (source or "") else str(year)
    return ", ".join(part for part in (source or "", said) if part)
