"""What a plant does, as far as its activity code tells: class, industry of the table, typical buyers of the class."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import polars as pl

from smezhnik.classifiers import load
from smezhnik.classifiers.bridges import bridge
from smezhnik.regions.inputoutput import InputOutput

#: Digits of a class of ОКВЭД2 and ОКПД2: nothing finer is ever inferred for a real plant.
CLASS_LENGTH = len("23.11")
#: Divisions whose products are goods: farms, mines, manufacturing. Services are not offered as cooperation.
GOODS = range(1, 34)


def classes_of(organisations: pl.DataFrame) -> pl.Series:
    """Class of ОКПД2 that each plant's main activity makes; absent where no code is known.

    The class of ОКВЭД2 has the code of the class of its products in ОКПД2. A shorter code stays as short as it is; a
    code of ОКВЭД-2007 is bridged to the class that takes most of it.
    """
    known = organisations.select("okved2", "okved2007").unique()
    found = {(new, old): _class_of(new, old) for new, old in known.iter_rows()}
    rows = organisations.select("okved2", "okved2007").iter_rows()
    return pl.Series("class", [found[row] for row in rows], pl.String)


def _class_of(okved2: str | None, okved2007: str | None) -> str | None:
    if not okved2 and okved2007:
        bridged = bridge(okved2007, "okved2007", "okved2")
        okved2 = bridged["to"][0] if len(bridged) else None
    code = (okved2 or "")[:CLASS_LENGTH].rstrip(".")
    while code and code not in _product_codes():
        code = code[:-1].rstrip(".")
    return code if len(code) >= 2 else None


@cache
def _product_codes() -> frozenset[str]:
    return frozenset(load("okpd2").codes)


def makes_goods(code: str | None) -> bool:
    """Whether a code is of farming, mining or manufacturing."""
    return bool(code) and code[:2].isdigit() and int(code[:2]) in GOODS  # type: ignore[index]


def industries_of(classes: pl.Series, table: InputOutput) -> pl.Series:
    """Row of the table for each class; absent where the table has none."""
    found = {code: table.place_of(code) for code in classes.unique().to_list()}
    return pl.Series("industry", [found[code] for code in classes], pl.Int64)


@cache
def load_uses() -> Mapping[str, tuple[str, ...]]:
    """The shipped knowledge of who buys the products of a class: prefix of ОКПД2 → prefixes of ОКВЭД2.

    An input–output table parts no division: in it a refractory brick and a jar are one product. This list of ours
    says from the meaning of the classes that bricks go to furnaces and jars to food. ``*`` is everybody.
    """
    with resources.as_file(resources.files("smezhnik.regions") / "data" / "uses.csv") as path:
        frame = pl.read_csv(path, infer_schema=False)
    return {seller: tuple(buyers.split()) for seller, buyers in frame.iter_rows()}


def is_typical(seller: str, buyer: str, uses: Mapping[str, tuple[str, ...]]) -> bool | None:
    """Whether plants of the buyer's class usually buy what the seller's class makes; None where the list is silent.

    The longest prefix of the seller's class that the list knows decides.
    """
    for size in range(len(seller), 1, -1):
        if (buyers := uses.get(seller[:size])) is not None:
            return any(prefix == "*" or buyer.startswith(prefix) for prefix in buyers)
    return None
