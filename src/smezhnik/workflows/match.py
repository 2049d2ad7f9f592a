"""Files of needs and offers in, a file of links out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.io import write_table
from smezhnik.io.loaded import Loaded
from smezhnik.matching.match import match
from smezhnik.matching.settings import MatchSettings
from smezhnik.progress import Progress, no_progress
from smezhnik.types import Lang
from smezhnik.workflows.enrich import enrich
from smezhnik.workflows.reading import Reading, read_all


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


def write_links(links: pl.DataFrame, path: Path, *, lang: Lang) -> None:
    """Write the links whole or not at all; the ending of ``path`` says how."""
    write_table(links, path, "links", lang=lang)
