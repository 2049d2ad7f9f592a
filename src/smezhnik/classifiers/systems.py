"""The shipped classifications: what each is, of which edition, and how it is loaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import polars as pl

from smezhnik.classifiers.packaged import DATA, read_tsv
from smezhnik.classifiers.tree import Classifier
from smezhnik.errors import InputError, UnknownCode


@dataclass(frozen=True)
class System:
    """A classification and how its codes are built.

    Attributes
    ----------
    name : its name in commands and files
    short : how papers call it
    ru, en : title with the number of the official document
    edition : the day whose text the table holds
    widths : digits of the groups between dots; empty where codes have no dots but are often written in groups
    lengths : how many digits a code may have → name of that level (catalogue entry ``level.<name>``)
    filler : numbers of trailing zeros that only fill a code up to its full length: ``13.20.44.120`` stands for
        the category ``13.20.44.12`` with its subcategories, ``0101210000`` for the subheading ``010121``
    lang : language of the names
    """

    name: str
    short: str
    ru: str
    en: str
    edition: dt.date
    widths: tuple[int, ...]
    lengths: Mapping[int, str]
    filler: tuple[int, ...] = ()
    lang: str = "ru"


_ACTIVITY = {2: "class", 3: "subclass", 4: "group", 5: "subgroup", 6: "kind"}

SYSTEMS: Mapping[str, System] = {
    system.name: system
    for system in (
        System("okpd2", "ОКПД2", "ОКПД2, ОК 034-2014 (КПЕС 2008)", "OKPD2, OK 034-2014 (CPA 2008)",
               dt.date(2025, 12, 5), (2, 2, 2, 3), {**_ACTIVITY, 8: "category", 9: "subcategory"}, (1,)),
        System("okved2", "ОКВЭД2", "ОКВЭД2, ОК 029-2014 (КДЕС Ред. 2)", "OKVED2, OK 029-2014 (NACE Rev. 2)",
               dt.date(2023, 12, 1), (2, 2, 2), _ACTIVITY),
        System("tnved", "ТН ВЭД", "ТН ВЭД ЕАЭС", "Commodity nomenclature of the Eurasian Economic Union",
               dt.date(2023, 8, 9), (), {2: "chapter", 4: "heading", 6: "subheading", 8: "division", 10: "commodity"},
               (4, 2)),
        System("okei", "ОКЕИ", "ОКЕИ, ОК 015-94", "OKEI, OK 015-94 (units of measure)", dt.date(2020, 10, 8),
               (4,), {3: "unit", 4: "unit"}),
        System("hs2022", "HS 2022", "Гармонизированная система, 2022", "Harmonized System 2022",
               dt.date(2022, 1, 1), (), {2: "chapter", 4: "heading", 6: "subheading"}, lang="en"),
        System("nace2", "NACE 2", "КДЕС Ред. 2 (классы КПЕС)", "NACE Rev. 2 (classes of CPA)",
               dt.date(2008, 1, 1), (2, 2), {2: "class", 3: "subclass", 4: "group"}, lang="en"),
        System("isic4", "ISIC 4", "МСОК, редакция 4", "ISIC Rev. 4", dt.date(2008, 8, 11), (),
               {2: "class", 3: "subclass", 4: "group"}, lang="en"),
    )
}


def system_of(name: str) -> System:
    """The declared system; UnknownCode lists those that there are."""
    try:
        return SYSTEMS[name]
    except KeyError:
        raise UnknownCode("unknown_system", found=name, known=list(SYSTEMS)) from None


@cache
def load(system: str) -> Classifier:
    """The shipped classification of that name: one of ``SYSTEMS``; made once, then kept.

    Raises UnknownCode for a name that is not shipped.
    """
    return Classifier(system_of(system), read_tsv(DATA / f"{system}.tsv.gz"))


def load_edition(system: str, path: Path, edition: dt.date, *, earlier: Sequence[Classifier] = ()) -> Classifier:
    """A classification of another edition, from a file of its owner.

    Parameters
    ----------
    system : one of ``SYSTEMS``: the way its codes are built
    path : CSV, TSV (UTF-8, ``.gz`` too) or Parquet with the columns ``code`` and ``name``; ``section`` is optional
    edition : the day whose text the file holds
    earlier : other editions; a code that only they know is reported as theirs, not as unknown

    Raises
    ------
    InputError where a column is missing or a code stands twice.
    """
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
    else:
        separator = "\t" if ".tsv" in path.suffixes else ","
        frame = pl.read_csv(path, separator=separator, infer_schema=False)
    missing = [column for column in ("code", "name") if column not in frame.columns]
    if missing:
        raise InputError("edition_columns", file=path.name, missing=missing, found=frame.columns)
    frame = frame.with_columns(pl.col("code").cast(pl.String).str.strip_chars())
    twice = frame.filter(pl.col("code").is_duplicated())["code"].unique().sort().to_list()
    if twice:
        raise InputError("edition_twice", file=path.name, codes=twice[:5])
    return Classifier(replace(system_of(system), edition=edition), frame, earlier=earlier)
