"""``smezhnik report``: links or a cluster in, one self-contained page out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from smezhnik.cli.base import argument, command, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import DAY, FILE, STREAM, FilePath, ReadPath
from smezhnik.errors import InputError
from smezhnik.workflows.cluster_page import report_cluster_files
from smezhnik.workflows.reading import Reading
from smezhnik.workflows.report import Reported, ReportFiles, report_files, write_page


@command("report")
@argument("links", type=click.Path(path_type=Path), help="cli.argument.reported")
@option("--output", "-o", type=FilePath(to_write=True, allow_dash=True), help="cli.report.output")
@option("--needs", type=FILE, help="cli.report.needs")
@option("--offers", type=FILE, help="cli.report.offers")
@option("--organisations", type=FILE, help="cli.report.organisations")
@option("--allocations", type=FILE, help="cli.report.allocations")
@option("--pack", help="cli.report.pack")
@option("--network", type=ReadPath(), help="cli.report.network")
@option("--on", type=DAY, help="cli.report.on")
@option("--title", help="cli.report.title")
@option("--issuer", default="", help="cli.report.issuer")
@option("--sample", is_flag=True, help="cli.report.sample")
@option("--most-needs", type=click.IntRange(1), default=200, show_default=True, help="cli.report.most_needs")
@reading_options()
def report(links: Path, output: Path | None, needs: Path | None, offers: Path | None, organisations: Path | None,
           allocations: Path | None, pack: str | None, network: Path | None, on: dt.datetime | None,
           title: str | None, issuer: str, sample: bool, most_needs: int, reading: Reading) -> None:
    """See the catalogue entry ``cli.report``."""
    made_at, day = dt.datetime.now().astimezone(), on.date() if on else None
    if pack is not None:
        _refuse(needs=needs, offers=offers, organisations=organisations, allocations=allocations)
        made = report_cluster_files(
            links, pack, on=day or made_at.date(), lang=asked_lang(), network=network, made_at=made_at, title=title,
            issuer=issuer, sample=sample, reading=reading, progress=progress()).reported
    elif network is not None:
        raise InputError("report.without_pack")
    elif links.is_dir():
        raise InputError("report.folder", folder=str(links))
    else:
        made = report_files(
            ReportFiles(links, needs, offers, organisations, allocations), lang=asked_lang(), made_at=made_at, on=day,
            title=title, issuer=issuer, sample=sample, most_needs=most_needs, reading=reading, progress=progress())
    _give(made, output)


def _refuse(**given: Path | None) -> None:
    """Tables of links say nothing of a cluster: left unread they would mislead."""
    if named := [f"--{name}" for name, path in given.items() if path is not None]:
        raise InputError("report.with_pack", options=named)


def _give(made: Reported, output: Path | None) -> None:
    """The page to where it was asked, and what there is to say of the files read."""
    for loaded in made.loaded:
        tell_loaded(loaded)
    if output == STREAM:
        click.echo(made.page, nl=False)
        return
    path = write_page(made, output)
    tell("cli.report.done", file=str(path), size=len(made.page.encode()) // 1024)
