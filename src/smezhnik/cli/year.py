"""``smezhnik year``: the report of a year of a workplace as paper, slides and workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from smezhnik.cli.base import command, option
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.values import DAY, day_or_today
from smezhnik.workflows.installation import opened


@command("year")
@option("--on", type=DAY, default=None, help="cli.year.on")
@option("--region", default="", help="cli.year.region")
@option("--output", "-o", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="cli.year.output")
def year(on: dt.datetime | None, region: str, output: Path) -> None:
    """See the catalogue entry ``cli.year``."""
    day = day_or_today(on)
    files = opened("year_files")
    for path in files.write_year(output, files.find_region(region), day, asked_lang()):
        click.echo(str(path))
