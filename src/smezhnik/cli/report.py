"""``smezhnik report``: links in, one self-contained page out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from smezhnik.cli.base import argument, command, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import DAY, FILE, FilePath
from smezhnik.workflows.reading import Reading
from smezhnik.workflows.report import ReportFiles, report_files, write_page

#: The name that means standard output.
_STDOUT = Path("-")


@command("report")
@argument("links", type=FILE, help="cli.argument.links")
@option("--output", "-o", type=FilePath(to_write=True, allow_dash=True), help="cli.report.output")
@option("--needs", type=FILE, help="cli.report.needs")
@option("--offers", type=FILE, help="cli.report.offers")
@option("--organisations", type=FILE, help="cli.report.organisations")
@option("--allocations", type=FILE, help="cli.report.allocations")
@option("--on", type=DAY, help="cli.report.on")
@option("--title", help="cli.report.title")
@option("--issuer", default="", help="cli.report.issuer")
@option("--sample", is_flag=True, help="cli.report.sample")
@option("--most-needs", type=click.IntRange(1), default=200, show_default=True, help="cli.report.most_needs")
@reading_options()
def report(links: Path, output: Path | None, needs: Path | None, offers: Path | None, organisations: Path | None,
           allocations: Path | None, on: dt.datetime | None, title: str | None, issuer: str, sample: bool,
           most_needs: int, reading: Reading) -> None:
    """See the catalogue entry ``cli.report``."""
    made = report_files(
        ReportFiles(links, needs, offers, organisations, allocations), lang=asked_lang(),
        made_at=dt.datetime.now().astimezone(), on=on.date() if on else None, title=title, issuer=issuer,
        sample=sample, most_needs=most_needs, reading=reading, progress=progress())
    if output == _STDOUT:
        click.echo(made.page, nl=False)
        return
    path = write_page(made, output)
    for loaded in made.loaded:
        tell_loaded(loaded)
    tell("cli.report.done", file=str(path), size=len(made.page.encode()) // 1024)
