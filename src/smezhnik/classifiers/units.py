"""Units of measure: ОКЕИ, how plants write its units, and what is convertible into what.

Factors and dimensions are not in ОКЕИ: ``data/units.tsv`` adds them for the units that plants use, each with its
source. Thousands and millions follow from the symbol («10³ т»). A unit without a row there is a dimension of its
own: it equals itself and its thousands only.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from smezhnik.classifiers.lookalikes import TO_CYRILLIC
from smezhnik.classifiers.packaged import DATA, read_tsv
from smezhnik.classifiers.search import stems
from smezhnik.errors import Fault, InputError, UnknownCode

#: Nearest units that a fault names.
NEAREST = 4
Amount = TypeVar("Amount", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    Attributes
    ----------
    symbol : how it is written, in Russian
    name : its name in ОКЕИ, else the symbol
    code : its code in ОКЕИ; None for a unit that ОКЕИ lacks
    dimension : what it measures (``mass``, ``area``, ``count``, ``money_rub`` …); only units of one dimension convert
    ratio : how many base units it holds, exactly. Base units: kg, m, m², m³, kW, kWh, Pa, h, piece, thousand roubles
    per : ``year``, ``quarter`` or ``month`` for «т/год», «т в месяц»: amounts of the product are yearly, so such a
        unit has the dimension of the unit itself, and a month counts twelve times
    """

    symbol: str
    name: str
    code: str | None
    dimension: str
    ratio: Fraction
    per: str | None = None

    @property
    def factor(self) -> float:
        """Base units in one unit."""
        return float(self.ratio)


def find_unit(text: object) -> Unit | None:
    """The unit that a text means; None where it is empty or unknown.

    Understands codes of ОКЕИ (``796``, ``055``), national and international symbols, names in any case and number,
    spellings of plants («тн», «кв.м», «п.м.», «тыс. шт.»), thousands and millions of any unit, «в год», «/мес», and
    Latin letters in Cyrillic symbols. Capitals do not count: «Мм» is a millimetre, as plants mean it.
    """
    return _find(str(text).strip()) if text is not None else None


def find_unit_fault(text: object) -> Fault | None:
    """``unknown_unit`` with the nearest units; None where the unit is known or the cell empty."""
    if text is None or not str(text).strip() or find_unit(text) is not None:
        return None
    near = difflib.get_close_matches(_fold(str(text)), list(_spellings()), n=3 * NEAREST, cutoff=0.6)
    symbols = dict.fromkeys(_spellings()[key].symbol for key in near)
    return Fault("unknown_unit", {"found": str(text).strip(), "nearest": list(symbols)[:NEAREST]})


def conversion(from_: Unit, to: Unit) -> float | None:
    """How many ``to`` are in one ``from_``; None where they measure different things."""
    return float(from_.ratio / to.ratio) if from_.dimension == to.dimension else None


def without_period(unit: Unit) -> tuple[Unit, int]:
    """The unit of the goods alone and how many periods a year has: «т/мес» → «т», 12; «т» → «т», 1."""
    plain = _find(unit.symbol.rpartition("/")[0]) if unit.per else None
    return (plain, round(unit.ratio / plain.ratio)) if plain and plain.dimension == unit.dimension else (unit, 1)


def split_multiplier(text: str) -> tuple[float, str]:
    """The multiplier before a unit, 1 where there is none, and the rest.

    Examples
    --------
    >>> split_multiplier("тыс. руб.")
    (1000.0, 'руб.')
    """
    match = _MULTIPLE_WORD.fullmatch(text.strip())
    return (float(_MULTIPLES[match[1].lower()]), match[2].strip()) if match else (1.0, text.strip())


def convert(value: Amount, from_: Unit | str, to: Unit | str) -> Amount:
    """``value`` of ``from_`` in ``to``; units may be given as texts.

    Raises UnknownCode for a unit that is not known, InputError where the two measure different things.
    """
    source, target = _known(from_), _known(to)
    factor = conversion(source, target)
    if factor is None:
        raise InputError("unit_dimension", found=source.symbol, wanted=target.symbol)
    return value * factor


def _known(unit: Unit | str) -> Unit:
    found = find_unit(unit) if isinstance(unit, str) else unit
    if found is None:
        raise UnknownCode("unknown_unit", found=unit)
    return found


# -- how a unit is found

_POWERS = {"10³": "тыс", "10⁶": "млн", "10⁹": "млрд", "10¹²": "трлн", "10¹⁵": "квадрлн", "10^3": "тыс", "10^6": "млн"}
_MULTIPLES: Mapping[str, int] = {
    "тысяча": 10**3, "тысячи": 10**3, "тысяч": 10**3, "тыс": 10**3, "1000": 10**3, "thousand": 10**3, "th": 10**3,
    "миллион": 10**6, "миллиона": 10**6, "миллионов": 10**6, "млн": 10**6, "mln": 10**6, "mn": 10**6, "million": 10**6,
    "миллиард": 10**9, "миллиарда": 10**9, "миллиардов": 10**9, "млрд": 10**9, "bn": 10**9, "billion": 10**9,
    "трлн": 10**12, "триллион": 10**12, "квадрлн": 10**15, "100": 100, "сто": 100,
}
_LONGEST_FIRST = sorted(_MULTIPLES, key=len, reverse=True)
#: One of them as a word before a unit or alone; the dot may be missing.
_MULTIPLE_WORD = re.compile(rf"({'|'.join(filter(str.isalpha, _LONGEST_FIRST))})\b\.?\s*(.*)",
                            re.IGNORECASE | re.DOTALL)
_MULTIPLE = re.compile(rf"({'|'.join(_LONGEST_FIRST)})(.+)")
_MULTIPLE_SYMBOL = {100: "100", 10**3: "тыс.", 10**6: "млн", 10**9: "млрд", 10**12: "трлн", 10**15: "квадрлн"}
#: What parts a unit from its period, and how many periods a year has.
_PERIOD = re.compile(r"(.+?)(?:/|\sв\s|\sза\s)\s*(год|г|year|мес|месяц|month|квартал|кв)[\s.]*$")
_PERIODS = {"год": ("year", 1), "г": ("year", 1), "year": ("year", 1), "мес": ("month", 12), "месяц": ("month", 12),
            "month": ("month", 12), "квартал": ("quarter", 4), "кв": ("quarter", 4)}
_PERIOD_SYMBOL = {"year": "год", "month": "мес", "quarter": "квартал"}


def _fold(text: str) -> str:
    """Lower case, ё as е, powers as words or digits, no spaces, dots, dashes and signs of a product."""
    for power, word in _POWERS.items():
        text = text.replace(power, word)
    text = text.lower().replace("ё", "е").translate(str.maketrans("²³", "23"))
    return re.sub(r"[\s\u00a0\u202f.,;:·•*()_\"'«»^-]+", "", text)


@lru_cache(maxsize=1 << 14)
def _find(text: str) -> Unit | None:
    if re.fullmatch(r"\d{1,4}(\.0)?", text):
        return _by_code().get(text.removesuffix(".0").zfill(3))
    return _spelled(text) or _periodic(text) or _named(text)


def _spelled(text: str) -> Unit | None:
    """By a known spelling, or as thousands of one."""
    folded = _fold(text)
    for key in (folded, folded.translate(TO_CYRILLIC)):
        if (unit := _spellings().get(key)) is not None:
            return unit
        if (match := _MULTIPLE.fullmatch(key)) and (unit := _spellings().get(match[2])) is not None:
            return _multiple(unit, _MULTIPLES[match[1]])
    return None


def _multiple(unit: Unit, count: int) -> Unit:
    symbol = f"{_MULTIPLE_SYMBOL[count]} {unit.symbol}"
    official = _spellings().get(_fold(symbol))
    if official is not None and official.dimension == unit.dimension:
        return official
    return replace(unit, symbol=symbol, name=symbol, code=None, ratio=unit.ratio * count)


def _periodic(text: str) -> Unit | None:
    match = _PERIOD.match(text.lower().translate(TO_CYRILLIC) if re.search("[а-я]", text.lower()) else text.lower())
    unit = _find(match[1].strip()) if match else None
    if match is None or unit is None or unit.per is not None:
        return None
    per, times = _PERIODS[match[2]]
    symbol = f"{unit.symbol}/{_PERIOD_SYMBOL[per]}"
    return replace(unit, symbol=symbol, name=symbol, code=None, ratio=unit.ratio * times, per=per)


def _named(text: str) -> Unit | None:
    """By the words of its name in any order, case and number; thousands of a named unit too."""
    words = stems(re.sub(r"\(.*?\)", " ", text))
    if not words:
        return None
    if (unit := _names().get(frozenset(words))) is not None:
        return unit
    first, *rest = text.lower().split()
    unit = _find(" ".join(rest)) if rest else None
    count = _MULTIPLES.get(first.strip("."))
    return _multiple(unit, count) if unit and count and unit.per is None else None


# -- the table of units

@cache
def _spellings() -> Mapping[str, Unit]:
    """Folded spelling → unit. What comes first wins: the units of plants, then ОКЕИ in the order of codes."""
    found: dict[str, Unit] = {}
    for unit, spellings in _listed():
        for spelling in (unit.symbol, *spellings):
            if (key := _fold(spelling)) and not key.isdigit():
                found.setdefault(key, unit)
    return found


@cache
def _by_code() -> Mapping[str, Unit]:
    return {unit.code: unit for unit, _ in reversed(list(_listed())) if unit.code}


@cache
def _names() -> Mapping[frozenset[str], Unit]:
    found: dict[frozenset[str], Unit] = {}
    for unit, _ in _listed():
        for name in re.sub(r"\(.*?\)", " ", unit.name).split(";"):
            found.setdefault(frozenset(stems(name)), unit)
    return found


@cache
def _listed() -> tuple[tuple[Unit, tuple[str, ...]], ...]:
    return tuple(_read_units())


def _read_units() -> Iterator[tuple[Unit, tuple[str, ...]]]:
    """Units with their spellings: those of ``units.tsv``, then the rest of ОКЕИ."""
    okei = {row["code"]: row for row in read_tsv(DATA / "okei.tsv.gz").iter_rows(named=True)}
    known: dict[str, Unit] = {}
    done = set()
    for row in read_tsv(DATA / "units.tsv").iter_rows(named=True):
        official = okei.get(row["code"] or "", {})
        unit = Unit(row["symbol"], official.get("name") or row["symbol"], row["code"], row["dimension"],
                    Fraction(row["factor"]))
        known.setdefault(_fold(unit.symbol), unit)
        done.add(row["code"])
        extra = [official.get(column) or "" for column in ("symbol", "symbol_en", "alpha")]
        yield unit, tuple(part for text in (*extra, (row["spellings"] or "").replace("|", ";"))
                          for part in text.split(";"))
    for code, row in okei.items():
        if code not in done:
            yield _unit_of_okei(code, row, known), tuple(
                part for column in ("symbol", "symbol_en", "alpha") for part in (row[column] or "").split(";"))


def _unit_of_okei(code: str, row: Mapping[str, str], known: dict[str, Unit]) -> Unit:
    """A unit whose factor follows from its symbol, or a dimension of its own."""
    symbol = row["symbol"].split(";")[0].strip()
    folded, count = _fold(symbol), 1
    per, times = None, 1
    if (period := re.fullmatch(r"(.+)/год", folded)) is not None:
        folded, per = period[1], "year"
    if folded not in known and (match := _MULTIPLE.fullmatch(folded)) is not None and match[1] != "100":
        folded, count = match[2], _MULTIPLES[match[1]]
    base = known.setdefault(folded, Unit(symbol, row["name"], code, folded, Fraction(1)))
    readable = re.sub("10[³⁶⁹¹²⁵]+ ", lambda power: _MULTIPLE_SYMBOL[_MULTIPLES[_POWERS[power[0].strip()]]] + " ",
                      symbol)
    return Unit(readable, row["name"], code, base.dimension, base.ratio * count * times, per)
