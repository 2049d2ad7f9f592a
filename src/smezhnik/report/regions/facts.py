"""What the page of a region is made from, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from smezhnik.messages import NBSP, format_number, say
from smezhnik.regions import SpaceMap
from smezhnik.types import Lang

#: Names are cut at a comma where they are longer than the first, never shorter than the second.
_LONG, _SHORT = 60, 28


@dataclass(frozen=True)
class RegionFacts:
    """Figures of one region in one year; what is None is not known or not for the public.

    Attributes
    ----------
    region, name : id, and the name in the language of the page
    year, years : the year shown, and all years of the table
    unit : what the values are counted in; empty where nobody said it
    whole : row of the table ``structures``; ``wholes`` those of all territories in the year
    cells : rows of the table ``profile`` for this region and year, hidden ones included
    activities, territories : id or code → name; an activity without one is told by its code
    public : small cells are hidden; ``hidden`` how many of this region
    peers : ``find_peers``; positions : ``growth_shares``; change : sums of ``shift_share`` with ``first`` and ``last``
    eci : row of the table ``region_complexity`` with ``count``, how many territories have a place
    candidates : rows of the table ``next``, all of them, with ``near`` and ``lacking`` as pairs; tested : ``backtest``
    space : the map, with the activities that the region ``made`` with advantage and the ``sizes`` of all
    chain : purchases of the main industry (``industry``) and ``links`` of all, of the table named ``table``
    sources : where the output comes from; caveats : what else a reader has to know of the table
    more : what stands for the rest of a name that was cut
    """

    region: str
    name: str
    year: int
    years: tuple[int, ...]
    unit: str
    whole: Mapping[str, Any]
    wholes: pl.DataFrame
    cells: pl.DataFrame
    activities: Mapping[str, str | None]
    territories: Mapping[str, str]
    public: bool = False
    hidden: int = 0
    peers: pl.DataFrame | None = None
    positions: pl.DataFrame | None = None
    change: Mapping[str, float] | None = None
    eci: Mapping[str, Any] | None = None
    candidates: pl.DataFrame | None = None
    tested: Mapping[str, Any] | None = None
    space: SpaceMap | None = None
    made: frozenset[str] = frozenset()
    sizes: Mapping[str, float] = field(default_factory=dict)
    industry: str = ""
    chain: pl.DataFrame | None = None
    links: pl.DataFrame | None = None
    table: str = ""
    sources: Sequence[str] = field(default=())
    caveats: Sequence[str] = field(default=())
    more: str = ""

    @property
    def span(self) -> bool:
        """Whether there is an earlier year to compare with."""
        return self.year > self.years[0]

    def activity(self, code: str) -> str:
        """The name, or the code where there is none."""
        return self.activities.get(code) or code

    def brief(self, code: str) -> str:
        """The name as a chart or a row writes it, without all that the activity includes and leaves out."""
        whole = self.activity(code)
        name = whole
        for end in (";", " (", ", не включ", ", кроме", ", except", ", n.e.c", " n.e.c"):
            cut = name.split(end)[0]
            name = cut if len(cut) >= _SHORT else name
        parts = name.split(", ")
        while len(", ".join(parts)) > _LONG and len(parts) > 1:
            parts.pop()
        return ", ".join(parts) + (f" {self.more}" if len(parts) < len(name.split(", ")) else "")

    def lower(self, code: str) -> str:
        """The brief name inside a sentence."""
        name = self.brief(code)
        return name if name == code else name[:1].lower() + name[1:]

    def strongest(self) -> Mapping[str, Any] | None:
        """The activity that takes up most more of the region than of the country; None where shares are hidden."""
        known = self.cells.filter(pl.col("lq").is_not_null() & pl.col("share").is_not_null()
                                  & pl.col("country_share").is_not_null())
        if not known.height:
            return None
        return known.sort([pl.col("share") - pl.col("country_share"), pl.col("activity")],
                          descending=[True, False]).row(0, named=True)

    def source(self, lang: Lang) -> str:
        """Where the output comes from and of which year, a sentence."""
        code = "report.region.source.span" if self.span else "report.region.source"
        return say(code, lang, sources=", ".join(self.sources), year=self.year, first=self.years[0])


def amount(value: float | None, lang: Lang, decimals: int = 0) -> str:
    """A value of the table without its unit; empty where it is absent."""
    return "" if value is None else format_number(value, lang, decimals)


def decimals_of(values: Sequence[float | None]) -> int:
    """Decimals of a column of values: none for large ones, one for small ones."""
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    whole = all(value == int(value) for value in values if value is not None)
    return 0 if whole or largest >= 1_000 else 1


def percent(share: float | None, lang: Lang, *, sign: bool = False, decimals: int = 1) -> str:
    """A share as «18,7 %»; empty where it is absent."""
    return "" if share is None else f"{format_number(100 * share, lang, decimals, sign=sign)}{NBSP}%"


def small_percent(share: float, lang: Lang) -> str:
    """A share as «18,7 %», one below a tenth of a per cent with more decimals."""
    return percent(share, lang, decimals=1 if share >= 0.001 or share == 0 else 3)


def number(value: float | None, lang: Lang, decimals: int = 2, *, sign: bool = False) -> str:
    """A number with fixed decimals; empty where it is absent."""
    return "" if value is None else format_number(value, lang, decimals, sign=sign)
