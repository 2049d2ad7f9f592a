"""A table of output, and what else is known, → the page of one region."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from smezhnik.errors import CannotSay
from smezhnik.io import read_table, readable_name, write_table
from smezhnik.messages import say
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.regions import (
    SpaceMap,
    complexity,
    find_peers,
    growth_shares,
    load_input_output,
    make_space_map,
    read_space_map,
    region_chain,
    space_table,
)
from smezhnik.regions.panel import Panel
from smezhnik.regions.specialisation import calc_location_quotient
from smezhnik.report import report_region
from smezhnik.report.regions import RegionFacts
from smezhnik.types import Lang
from smezhnik.workflows.complement import read_flows
from smezhnik.workflows.complexity import find_next
from smezhnik.workflows.output import Asked, OutputRead, read_output
from smezhnik.workflows.profile import Profiled, calc_change, make_profile, pick_region
from smezhnik.workflows.reading import Reading
from smezhnik.workflows.report import Reported

#: Peers that the page names.
PEERS = 4
#: Classifications whose codes the industries of an input–output table hold.
BY_INDUSTRY = ("okved2", "okved2007", "okpd2")


@dataclass(frozen=True)
class RegionFiles:
    """What to read. Only the output is a must.

    Attributes
    ----------
    imports : a table of output: what is imported; organisations : who makes what, by name
    table : another input–output table of the declared shape
    space : the kept map of the product space; made where the file is not there yet
    """

    output: Path
    imports: Path | None = None
    organisations: Path | None = None
    table: Path | None = None
    space: Path | None = None


@dataclass(frozen=True)
class RegionPage:
    """The page with the profile it shows."""

    reported: Reported
    made: Profiled
    facts: RegionFacts


def report_region_files(files: RegionFiles, region: str, asked: Asked = Asked(), *, year: int | None = None,
                        public: bool = False, unit: str = "", title: str | None = None, issuer: str = "",
                        made_at: dt.datetime | None = None, lang: Lang = "ru", reading: Reading = Reading(),
                        progress: Progress = no_progress) -> RegionPage:
    """Read the files and make the page of a region.

    Parameters
    ----------
    year : the last by default
    public : as ``profile_files``: what would tell of fewer than three firms is left out, and with it everything that is
        not protected cell by cell
    unit : what the values are counted in, as the page writes it

    Raises
    ------
    InputFaults with the faults of all files; InputError where the region, the year or the map does not fit.
    """
    read = read_output(files.output, asked, beside={"organisations": files.organisations}, reading=reading,
                       progress=progress)
    made = make_profile(read, public=public, lang=lang)
    place = read.find_region(region)
    progress(Step("report", 0, 1))
    facts = make_facts(made, files, place, year, unit=unit, lang=lang, reading=reading, progress=progress)
    page = report_region(facts, lang=lang, made_at=made_at, title=title, issuer=issuer)
    progress(Step("report", 1, 1))
    name = readable_name(say("report.file.region", lang), facts.region, str(facts.year), suffix=".html")
    return RegionPage(Reported(page, name, tuple(read.loaded.values())), made, facts)


def make_facts(made: Profiled, files: RegionFiles, region: str, year: int | None, *, unit: str, lang: Lang,
               reading: Reading = Reading(), progress: Progress = no_progress) -> RegionFacts:
    """The figures of the page; in the public view only those that are protected cell by cell."""
    read, panel = made.output, made.output.panel
    place = panel.year(year)
    whole, cells = pick_region(made, region, year)
    shown = panel.years[place]
    names = read.name_activities(panel.activities, lang)
    territories = read.name_territories(panel.regions, lang)
    facts: dict[str, Any] = {}
    if made.hidden is None:
        values, _, own = panel.flat_of(region, place)
        quotients = calc_location_quotient(values)[own]
        facts = {"positions": growth_shares(panel, region, year=shown),
                 "made": frozenset(np.array(panel.activities)[quotients >= 1].tolist()),
                 "sizes": dict(zip(panel.activities, values.sum(axis=0).tolist(), strict=True)),
                 **_chain(read, files.table, region, shown, lang)}
        facts |= _next(read, files, region, shown, lang, reading, progress)
        facts["eci"] = _complexity(panel, region, shown)
    if whole["peers"] is not None:
        facts["peers"] = find_peers(panel, region, year=shown, count=PEERS)
    return RegionFacts(
        region=region, name=territories[region], year=shown, years=panel.years, unit=unit, whole=whole,
        wholes=made.structures.filter(pl.col("year") == shown), cells=cells, activities=names, territories=territories,
        public=made.hidden is not None, hidden=cells["hidden"].drop_nulls().len() if "hidden" in cells.columns else 0,
        change=calc_change(made, region) if shown == panel.years[-1] and len(panel.years) > 1 else None,
        sources=_sources(read, files, lang), caveats=_caveats(read, shown, lang), more=say("report.region.more", lang),
        **facts)


def _next(read: OutputRead, files: RegionFiles, region: str, year: int, lang: Lang, reading: Reading,
          progress: Progress) -> dict[str, Any]:
    """Candidates, their test and the map; nothing of it where complexity cannot be said."""
    try:
        found, tested = find_next(read, region, year=year, count=len(read.panel.activities), imports=files.imports,
                                  reading=reading, progress=progress)
    except CannotSay:
        return {}
    span = None
    if tested is not None:
        span = tested.filter(pl.col("kind") == "entry").sort(pl.col("last") - pl.col("first"), descending=True).row(
            0, named=True)
    return {"candidates": found, "tested": span, "space": keep_space_map(read, files.space, lang)}


def keep_space_map(read: OutputRead, path: Path | None, lang: Lang) -> SpaceMap | None:
    """The map that is kept in the file; laid out now where there is none, and kept where a file is named.

    None where the table has too few or too many activities for a picture.
    """
    if path is not None and path.exists():
        kept = read_table(path, "product_space").frame
        needed = calc_location_quotient(read.panel.values.sum(axis=0)).max(axis=0) >= 1
        return read_space_map(kept, [name for name, made in zip(read.panel.activities, needed, strict=True) if made])
    try:
        found = make_space_map(read.panel)
    except CannotSay:
        return None
    if path is not None:
        names = read.name_activities(found.activities, lang)
        write_table(space_table(found).with_columns(activity_name=pl.col("activity").replace_strict(
            names, return_dtype=pl.String)), path, "product_space", lang=lang)
    return found


def _complexity(panel: Panel, region: str, year: int) -> Mapping[str, Any] | None:
    try:
        regions = complexity(panel).regions.filter(pl.col("year") == year)
    except CannotSay:
        return None
    row = regions.filter(pl.col("territory") == region)
    return {**row.row(0, named=True), "count": regions["eci_rank"].drop_nulls().len()} if row.height else None


def _chain(read: OutputRead, path: Path | None, region: str, year: int, lang: Lang) -> dict[str, Any]:
    """Purchases of the region's main industry and linkages of its industries; empty where codes are of no industry.

    Imports are told only by a table that was given: those of the packaged one pass through its country.
    """
    table = replace(load_input_output(), imports=None) if path is None else read_flows(path)
    if read.asked.system not in BY_INDUSTRY:
        return {}
    try:
        found = region_chain(table, read.panel, region, year=year, lang=lang)
    except CannotSay:
        return {}
    return {"chain": found.purchases, "links": found.links, "industry": found.industry, "table": table.title[lang]}


def _sources(read: OutputRead, files: RegionFiles, lang: Lang) -> list[str]:
    """What the table says of its own source, else the name of the file."""
    frame = read.loaded["output"].frame
    told: list[str] = sorted(frame["source"].drop_nulls().unique()) if "source" in frame.columns else []
    return told[:3] or [say("report.region.file", lang, file=files.output.name)]


def _caveats(read: OutputRead, year: int, lang: Lang) -> list[str]:
    """What was done to the table on the way."""
    said = []
    if read.bridged is not None:
        said.append(say("report.region.bridged", lang, year=year, split=100 * read.bridged.split_share.get(year, 0.0)))
    if read.asked.divisions is not None:
        first, last = read.asked.divisions
        said.append(say("report.region.outside", lang, first=first, last=last))
    names = read.name_territories([*read.territories.parted, *(item for inside in read.territories.parted.values()
                                                              for item in inside)], lang)
    said += [say("report.region.parted", lang, whole=names[whole], inside=[names[item] for item in inside])
             for whole, inside in read.territories.parted.items()]
    return said
