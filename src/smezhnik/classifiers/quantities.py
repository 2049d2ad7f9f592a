"""Numbers and quantities as people write them: «1 234,5», «0,5 л», «12,5 тыс. т»."""

from __future__ import annotations

import re
from dataclasses import dataclass

from smezhnik.classifiers.units import Unit, find_unit, find_unit_fault
from smezhnik.errors import Fault

#: Spaces that part thousands: no-break, narrow no-break, thin, figure, apostrophes.
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007'’`]+")
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-"})
_NUMBER = r"[-+−–]?\d(?:[\d\s\u00a0\u202f\u2009\u2007.,'’`]*\d)?(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(rf"^\s*(?:~|≈|около|примерно|ок\.)?\s*({_NUMBER})\s*([^\d\s–—-].*)?$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount: ``value`` in ``unit``; the unit is None for a bare number."""

    value: float
    unit: Unit | None


def parse_number(text: str) -> float | None:
    """The number that a text is; None where it is none, or where it cannot be told what was meant.

    A decimal comma and a decimal point are both read. Spaces of any width and apostrophes part thousands, but only
    in groups of three («12 34» is not a number). A comma or a point that stands more than once parts thousands
    («1,234,567»); of a comma and a point together the last is the decimal one. «1,234» is 1.234: in Russian
    papers a single comma is decimal.
    """
    text = text.strip().translate(_MINUS)
    if not re.fullmatch(_NUMBER, text):
        return None
    mantissa, _, exponent = text.lower().partition("e")
    groups = _SPACES.split(mantissa)
    if len(groups) > 1 and not _thousands("s".join([*groups[:-1], re.sub(r"[.,].*", "", groups[-1])]), "s"):
        return None
    joined = "".join(groups)
    decimal = max(joined.rfind(","), joined.rfind("."))
    if decimal >= 0:
        mark = joined[decimal]
        other = "," if mark == "." else "."
        if joined.count(mark) > 1:  # the mark parts thousands
            if other in joined or not _thousands(joined, mark):
                return None
            joined = joined.replace(mark, "")
        else:
            if other in joined and not _thousands(joined[:decimal], other):
                return None
            joined = joined.replace(other, "").replace(mark, ".")
    return float(f"{joined}e{exponent}" if exponent else joined)


def _thousands(whole: str, mark: str) -> bool:
    first, *rest = whole.lstrip("+-").split(mark)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in rest)


def parse_quantity(text: str) -> Quantity | None:
    """Value and unit of «0,5 л», «1 200 тыс. шт.», «25»; None where it has a fault (see ``find_quantity_fault``)."""
    return _read(text)[0]


def find_quantity_fault(text: str) -> Fault | None:
    """What is wrong with a quantity: ``quantity_form`` or ``unknown_unit``; None where it is read or empty."""
    return _read(text)[1]


def _read(text: str) -> tuple[Quantity | None, Fault | None]:
    if not text.strip():
        return None, None
    match = _QUANTITY.match(text)
    value = parse_number(match[1]) if match else None
    if match is None or value is None:
        return None, Fault("quantity_form", {"found": text.strip()})
    if not match[2]:
        return Quantity(value, None), None
    unit = find_unit(match[2])
    if unit is None:
        return None, find_unit_fault(match[2])
    return Quantity(value, unit), None
