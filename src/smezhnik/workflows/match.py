"""Files of needs and offers in, a file of links out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from smezhnik.errors import Fault, InputFaults
from smezhnik.io import read_table, write_table
from smezhnik.io.loaded import Loaded
from smezhnik.io.recipe import Recipe
from smezhnik.matching import MatchSettings, match
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.types import Lang
from smezhnik.workflows.enrich import enrich


@dataclass(frozen=True)
class MatchFiles:
    """What to read. Only needs and offers are a must."""

    needs: Path
    offers: Path
    organisations: Path | None = None
    sites: Path | None = None
    contracts: Path | None = None
    previous: Path | None = None


@dataclass(frozen=True)
class Reading:
    """How to read: mappings of headers by table, saved recipes by table, what to do with faulty rows."""

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    skip_faulty: bool = False


@dataclass(frozen=True)
class Matched:
    """What came out: the tables as they were matched, and what there is to say of the files."""

    links: pl.DataFrame
    needs: pl.DataFrame
    offers: pl.DataFrame
    loaded: tuple[Loaded, ...]


def match_files(files: MatchFiles, *, on: dt.date, settings: MatchSettings = MatchSettings(),
                reading: Reading = Reading(), progress: Progress = no_progress) -> Matched:
    """Read the files, match, and give everything that the outputs need.

    Raises
    ------
    InputFaults with the faults of all files together.
    """
    loaded = read_all({"needs": files.needs, "offers": files.offers, "organisations": files.organisations,
                       "sites": files.sites, "contracts": files.contracts, "links": files.previous}, reading, progress)
    frames = {name: table.frame for name, table in loaded.items()}
    organisations, sites = frames.get("organisations"), frames.get("sites")
    needs = enrich(frames["needs"], "needs", "buyer", organisations, sites)
    offers = enrich(frames["offers"], "offers", "seller", organisations, sites)
    links = match(needs, offers, on=on, settings=settings, contracts=frames.get("contracts"),
                  previous=frames.get("links"), progress=progress)
    return Matched(links, needs, offers, tuple(loaded.values()))


def read_all(paths: Mapping[str, Path | None], reading: Reading, progress: Progress) -> dict[str, Loaded]:
    """Every given file as its table; the faults of all of them are raised at once."""
    loaded: dict[str, Loaded] = {}
    faults: list[Fault] = []
    given = {name: path for name, path in paths.items() if path is not None}
    for done, (name, path) in enumerate(given.items()):
        progress(Step("read", done, len(given)))
        try:
            loaded[name] = read_table(path, name, columns=reading.columns.get(name), recipe=reading.recipes.get(name),
                                      skip_faulty=reading.skip_faulty)
        except InputFaults as refused:
            faults.extend(refused.faults)
    progress(Step("read", len(given), len(given)))
    if faults:
        raise InputFaults(faults)
    return loaded


def write_links(links: pl.DataFrame, path: Path, *, lang: Lang) -> None:
    """Write the links whole or not at all; the ending of ``path`` says how."""
    write_table(links, path, "links", lang=lang)
