"""Input–output tables: what an industry buys from which, directly and through others.

The table is an argument everywhere: any square table of any country or region serves. Belgium 2020 is shipped as the
default, because its industries are divisions of NACE Rev. 2, that is of ОКВЭД2, and its flows are total (made at home
and imported together), so that its coefficients tell technology rather than trade. No recent table of Russia of this
detail is free to ship; ``read_input_output`` takes one when somebody has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smezhnik.errors import Fault, InputFaults
from smezhnik.types import Lang

Floats = NDArray[np.float64]

#: Columns before and after those of the flows in a table of the declared shape.
HEAD, TAIL = ("industry", "name_ru", "name_en", "okved2"), "output"
#: The column that a table may lack.
IMPORTS = "imports"


@dataclass(frozen=True)
class Industry:
    """An industry of the table: its code there, names, and the prefixes of ОКВЭД2 that it holds."""

    code: str
    ru: str
    en: str
    prefixes: tuple[str, ...]

    def name(self, lang: Lang) -> str:
        return self.ru if lang == "ru" else self.en


@dataclass(frozen=True)
class InputOutput:
    """A square table of flows between industries.

    Attributes
    ----------
    title : what it is, in Russian and English: country and year
    industries : in the order of rows and columns
    flows : Z [n, n], money; Z[i, j] is what industry j bought of products of industry i in a year
    output : x [n], money, same unit; absent industries have 0
    imports : [n], money, same unit: what was brought in of the products of each industry; None where the table does
        not tell it
    """

    title: Mapping[Lang, str]
    industries: tuple[Industry, ...]
    flows: Floats
    output: Floats
    imports: Floats | None = None

    @cached_property
    def coefficients(self) -> Floats:
        """A = Z x̂⁻¹; see ``calc_coefficients``."""
        return calc_coefficients(self.flows, self.output)

    @cached_property
    def leontief(self) -> Floats:
        """L = (I − A)⁻¹; see ``calc_leontief``."""
        return calc_leontief(self.coefficients)

    @cached_property
    def input_shares(self) -> Floats:
        """[n, n] share of industry i in all that industry j buys from industries: Z[i, j] / Σ_i Z[i, j]."""
        return _divided(self.flows, self.flows.sum(axis=0))

    @cached_property
    def intermediate_shares(self) -> Floats:
        """[n] part of an industry's output that goes to industries rather than to final users, at most 1."""
        return np.minimum(_divided(self.flows.sum(axis=1), self.output), 1.0)

    def place_of(self, okved2: str | None) -> int | None:
        """Row of the industry that holds a code of ОКВЭД2 (the longest prefix wins); None where none does."""
        for size in range(len(okved2 or ""), 1, -1):
            if (place := self._places.get((okved2 or "")[:size])) is not None:
                return place
        return None

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {prefix: place for place, industry in enumerate(self.industries) for prefix in industry.prefixes}


def calc_coefficients(flows: Floats, output: Floats) -> Floats:
    """Technical coefficients: what one rouble of output needs of each product.

    A[i, j] = Z[i, j] / x[j]; a column of zeros where the industry makes nothing.

    References
    ----------
    Eurostat Manual of Supply, Use and Input-Output Tables (2008), ch. 15, formula 43; table 15.6.
    """
    return _divided(flows, output)


def calc_leontief(coefficients: Floats) -> Floats:
    """Direct and indirect output that one rouble of final use needs: L = (I − A)⁻¹.

    Raises numpy's LinAlgError where I − A has no inverse: the table then describes no productive economy.

    References
    ----------
    Eurostat Manual (2008), ch. 15, table 15.10.
    """
    return np.linalg.inv(np.eye(len(coefficients)) - coefficients).astype(np.float64)


def _divided(values: Floats, by: Floats) -> Floats:
    """Quotient; 0 where the divisor is 0."""
    return np.divide(values, by, out=np.zeros_like(values), where=np.broadcast_to(by, values.shape) > 0)


def read_input_output(frame: pl.DataFrame, *, title_ru: str, title_en: str) -> InputOutput:
    """A table of the declared shape, checked.

    Parameters
    ----------
    frame : one row an industry; columns ``industry`` (code), ``name_ru``, ``name_en``, ``okved2`` (prefixes parted by
        blanks, ``10 11 12`` or ``24.1 24.51``), one column per industry named by its code (what that industry bought
        of the row's products), ``output``, and ``imports`` where it is known. Money in any one unit; numbers or text
        with a decimal point

    Raises
    ------
    InputFaults
        All at once: missing columns, repeated codes, values that are no numbers or below zero, an industry that buys
        more than it makes, a prefix that two industries claim.
    """
    codes = frame["industry"].cast(pl.String).to_list() if "industry" in frame.columns else []
    missing = [column for column in (*HEAD, *codes, TAIL) if column not in frame.columns]
    if missing or not codes:
        raise InputFaults([Fault("io_columns", {"missing": missing or ["industry"]})], "io_table")
    known = [IMPORTS] if IMPORTS in frame.columns else []
    numbers = frame.select(pl.col(*dict.fromkeys(codes), TAIL, *known).cast(pl.Float64, strict=False))
    faults = _find_faults(frame, codes, numbers)
    if faults:
        raise InputFaults(faults, "io_table")
    industries = tuple(
        Industry(code, ru, en, tuple(prefixes.split()))
        for code, ru, en, prefixes in frame.select(pl.col(*HEAD).cast(pl.String)).iter_rows()
    )
    return InputOutput({"ru": title_ru, "en": title_en}, industries, numbers.select(codes).to_numpy(),
                       numbers[TAIL].to_numpy(), numbers[IMPORTS].to_numpy() if known else None)


def _find_faults(frame: pl.DataFrame, codes: list[str], numbers: pl.DataFrame) -> list[Fault]:
    faults = [Fault("io_repeated", {"code": code}) for code in dict.fromkeys(codes) if codes.count(code) > 1]
    for column in numbers.columns:
        for row, value in enumerate(numbers[column].to_list()):
            if value is None or not value >= 0:
                faults.append(Fault("io_number", {"found": frame[column][row]}, row=row + 2, column=column))
    claimed: dict[str, str] = {}
    for code, prefixes in zip(codes, frame["okved2"].cast(pl.String).to_list(), strict=True):
        faults += [Fault("io_prefix", {"prefix": prefix, "codes": [claimed[prefix], code]})
                   for prefix in (prefixes or "").split() if claimed.setdefault(prefix, code) != code]
    if not faults:
        bought, made = numbers.select(pl.col(codes).sum()).row(0), numbers[TAIL].to_list()
        faults += [Fault("io_balance", {"code": code, "bought": spent, "made": output})
                   for code, spent, output in zip(codes, bought, made, strict=True) if spent > output * (1 + 1e-6)]
    return faults


@cache
def load_input_output() -> InputOutput:
    """The shipped table: Belgium 2020, total flows, 50 industries (OECD via rOpenGov iotables, MIT)."""
    with resources.as_file(resources.files("smezhnik.regions") / "data" / "bel2020.csv") as path:
        frame = pl.read_csv(path, schema_overrides={"industry": pl.String, "okved2": pl.String})
    return read_input_output(frame, title_ru="Бельгия, 2020", title_en="Belgium 2020")
