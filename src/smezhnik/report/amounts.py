"""Money and counts as a page shows them: one unit and one number of decimals per column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from smezhnik.messages import NBSP, format_number, say
from smezhnik.types import Lang


@dataclass(frozen=True, slots=True)
class Scale:
    """How a column of money is written.

    Attributes
    ----------
    unit : code of its unit, ``report.unit.<unit>``
    divisor : thousand roubles in one such unit
    decimals : digits after the comma, the same in the whole column
    """

    unit: str
    divisor: float
    decimals: int

    def value(self, th_rub: float | None) -> float | None:
        """The number that is shown, None where it is absent."""
        return None if th_rub is None else th_rub / self.divisor

    def text(self, th_rub: float | None, lang: Lang) -> str:
        """The number without its unit; «–» where it is absent."""
        return "–" if th_rub is None else format_number(th_rub / self.divisor, lang, self.decimals)

    def full(self, th_rub: float | None, lang: Lang) -> str:
        """The number with its unit."""
        return f"{self.text(th_rub, lang)}{NBSP}{self.name(lang)}"

    def name(self, lang: Lang) -> str:
        """The unit, kept together on one line."""
        return say(f"report.unit.{self.unit}", lang).replace(" ", NBSP)


def money_scale(values: Iterable[float | None], *, fine: bool = False) -> Scale:
    """Unit and decimals that suit the largest of yearly sums in thousand roubles.

    Below 1 million whole thousands; then millions, with one decimal below 100 of them (below 1,000 if ``fine``: rows
    that are compared); from 10 billion on billions with one decimal, but not where rows are compared.
    """
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    if largest < 1_000:
        return Scale("th_rub_year", 1.0, 0)
    if largest >= 10_000_000 and not fine:
        return Scale("bln_rub_year", 1_000_000.0, 1)
    return Scale("mln_rub_year", 1_000.0, 1 if largest < (1_000_000 if fine else 100_000) else 0)


COUNT = Scale("links", 1.0, 0)
