"""Files of links and of what stands behind them in, one page out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.io import readable_name, write_text
from smezhnik.io.loaded import Loaded
from smezhnik.messages import say
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.report import report_links
from smezhnik.types import Lang
from smezhnik.workflows.reading import Reading, read_all


@dataclass(frozen=True)
class ReportFiles:
    """What to read. Only links are a must; the others add what ``report_links`` says of them."""

    links: Path
    needs: Path | None = None
    offers: Path | None = None
    organisations: Path | None = None
    allocations: Path | None = None


@dataclass(frozen=True)
class Reported:
    """The page, a telling name for its file, and what there is to say of the files read."""

    page: str
    name: str
    loaded: tuple[Loaded, ...]


def report_files(files: ReportFiles, *, lang: Lang, made_at: dt.datetime, on: dt.date | None = None,
                 title: str | None = None, issuer: str = "", sample: bool = False, most_needs: int = 200,
                 reading: Reading | None = None, progress: Progress = no_progress) -> Reported:
    """Read the files and make the page of links.

    Raises
    ------
    InputFaults with the faults of all files together.
    """
    paths = {"links": files.links, "needs": files.needs, "offers": files.offers,
             "organisations": files.organisations, "allocations": files.allocations}
    loaded = read_all(paths, reading or Reading(), progress)
    frames = {name: table.frame for name, table in loaded.items()}
    links = frames["links"]
    progress(Step("report", 0, 1))
    page = report_links(links, lang=lang, as_of=on, made_at=made_at, title=title, issuer=issuer, sample=sample,
                        most_needs=most_needs, needs=frames.get("needs"), offers=frames.get("offers"),
                        organisations=frames.get("organisations"), allocations=frames.get("allocations"))
    progress(Step("report", 1, 1))
    return Reported(page, page_name(links, on, lang), tuple(loaded.values()))


def write_page(reported: Reported, output: Path | None) -> Path:
    """Write the page whole or not at all; without a path under its telling name in this folder."""
    path = output or Path(reported.name)
    write_text(path, reported.page)
    return path


def page_name(links: pl.DataFrame, on: dt.date | None, lang: Lang) -> str:
    """``Связи_RU-BA_RU-CHE_2026-11-22.html``: kind, regions if there are one or two, day."""
    regions = sorted({*links["seller_region"].drop_nulls(), *links["buyer_region"].drop_nulls()})
    day = on or links["as_of"].max()
    return readable_name(say("report.file.links", lang), *(regions if len(regions) <= 2 else ()),
                         str(day) if day else "", suffix=".html")
