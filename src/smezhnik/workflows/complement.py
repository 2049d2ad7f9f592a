"""A table of plants in a file → what two regions can give each other, in a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.errors import InputError
from smezhnik.io import write_table
from smezhnik.io.loaded import Loaded
from smezhnik.matching.sentences import readable_columns
from smezhnik.progress import Progress, no_progress
from smezhnik.regions import (
    Complement,
    ComplementSettings,
    InputOutput,
    complement,
    load_input_output,
    read_input_output,
)
from smezhnik.types import Lang
from smezhnik.workflows.reading import Reading, read_all


@dataclass(frozen=True)
class Complemented:
    """The answer, and what there is to say of the files it was made from."""

    complement: Complement
    loaded: tuple[Loaded, ...]


def complement_files(organisations: Path, a: str, b: str, *, contracts: Path | None = None,
                     table: Path | None = None, top: int = 20, links_total: float | None = None,
                     as_of: dt.date | None = None, lang: Lang = "ru", reading: Reading = Reading(),
                     progress: Progress = no_progress) -> Complemented:
    """Read the plants, known contracts and another input–output table where given, and compare two regions."""
    loaded = read_all({"organisations": organisations, "contracts": contracts}, reading, progress)
    found = complement(
        loaded["organisations"].frame, a, b, table=load_input_output() if table is None else read_flows(table),
        contracts=loaded["contracts"].frame if contracts else None, top=top,
        settings=ComplementSettings(links_total=links_total), as_of=as_of, lang=lang, progress=progress)
    return Complemented(found, tuple(loaded.values()))


def read_flows(path: Path) -> InputOutput:
    """An input–output table of the declared shape from a CSV file; its name is its title."""
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise InputError("io_file", file=path.name) from error
    return read_input_output(frame, title_ru=path.stem, title_en=path.stem)


def write_complement(found: Complement, path: Path, *, lang: Lang) -> None:
    """Write the links whole or not at all; the ending of ``path`` says how."""
    write_table(found.links, path, "links", lang=lang, readable=readable_columns(lang))
