"""Units that stand in headers and beside numbers: what they make of the values of a column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from smezhnik.io.cells import Column, split_multiplier
from smezhnik.io.headers import Header

#: Columns whose unit stands in the column ``unit`` of the same row.
QUANTITIES = frozenset({"capacity", "volume", "min_lot", "quantity"})
_ROUBLE = re.compile(r"^(?:руб(?:л(?:ь|я|ей|ях))?|р|₽|rub|rur|rubles?|roubles?)\b\.?|^₽", re.IGNORECASE)
_CURRENCIES = (("USD", r"\$|usd|долл|дол\.? ?сша"), ("EUR", r"€|eur|евро"), ("CNY", r"¥|cny|юан"),
               ("BYN", r"byn|бел\.? ?руб"), ("KZT", r"₸|kzt|тенге"))
#: Unit of a declared column → words by which people write it → what one of them is in the declared unit.
_SCALES: Mapping[str, Mapping[str, float]] = {
    "share": {"%": 0.01, "процент": 0.01, "процентов": 0.01, "доля": 1.0, "share": 1.0, "доли": 1.0, "0–1": 1.0},
    "km": {"км": 1.0, "km": 1.0, "м": 0.001, "m": 0.001},
    "person": {"чел": 1.0, "человек": 1.0, "человека": 1.0, "person": 1.0, "people": 1.0, "persons": 1.0, "ед": 1.0,
               "мест": 1.0, "рабочих мест": 1.0},
    "degree": {"°": 1.0, "град": 1.0, "градусов": 1.0, "deg": 1.0},
}


@dataclass(frozen=True)
class Scale:
    """What a written unit makes of a number: the factor, and the currency that it names."""

    factor: float
    currency: str | None = None


def find_currency(text: str) -> str | None:
    """ISO 4217 code of the currency that a text names; None where it names none."""
    bare = text.strip()
    for code, pattern in _CURRENCIES:
        if re.search(pattern, bare, re.IGNORECASE):
            return code
    return "RUB" if _ROUBLE.search(bare) else None


def find_scale(declared: str, written: str) -> Scale | None:
    """Factor from the written unit to the declared one; None where they do not fit.

    Examples
    --------
    >>> find_scale("th_rub", "млн руб.").factor
    1000.0
    >>> find_scale("share", "%").factor
    0.01
    """
    multiplier, rest = split_multiplier(written)
    rest = rest.split("/")[0].strip(" .") if declared in ("th_rub", "price") else rest.strip(" .")
    if declared in ("th_rub", "price"):
        currency = find_currency(rest) if rest else None
        if rest and currency is None:
            return None
        if declared == "th_rub":
            return Scale(multiplier / 1000) if currency in (None, "RUB") else None
        return Scale(multiplier, currency)
    factor = _SCALES.get(declared, {}).get(rest.lower())
    return None if factor is None else Scale(multiplier * factor)


def apply_measures(parsed: Mapping[str, Column], header: Header, name: str) -> dict[str, Column]:
    return dict(parsed)
