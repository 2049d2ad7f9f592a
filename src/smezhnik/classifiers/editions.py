"""Loading a classification: the shipped edition, or one from a file of its owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl

from smezhnik.classifiers.packaged import DATA, read_tsv
from smezhnik.classifiers.systems import system_of
from smezhnik.classifiers.tree import Classifier
from smezhnik.errors import InputError


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
