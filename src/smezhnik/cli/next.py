"""``smezhnik next``: output of regions and a region in; what it could make next, and on what evidence, out."""

from __future__ import annotations

import json
from pathlib import Path

import click

from smezhnik.cli.base import argument, command, lang, option, progress, tell
from smezhnik.cli.complexity import print_test, tell_coarse
from smezhnik.cli.output import output_options
from smezhnik.cli.profile import tell_output
from smezhnik.cli.reading import reading_options
from smezhnik.cli.values import FILE, OUT
from smezhnik.messages import say
from smezhnik.workflows.complexity import next_files, write_next
from smezhnik.workflows.output import Asked
from smezhnik.workflows.reading import Reading


@command("next")
@argument("output", type=FILE, help="cli.argument.output")
@option("--region", required=True, metavar="cli.value.region", help="cli.next.region")
@option("--year", type=int, metavar="cli.value.number", help="cli.profile.year")
@output_options
@option("--top", type=click.IntRange(1), default=20, show_default=True, help="cli.next.top")
@option("--imports", type=FILE, help="cli.next.imports")
@option("--organisations", type=FILE, help="cli.next.organisations")
@option("--output", "-o", "out", type=OUT, help="cli.next.out")
@option("--json", "as_json", is_flag=True, help="cli.next.json")
@reading_options()
def next(output: Path, region: str, year: int | None, asked: Asked, top: int,
         imports: Path | None, organisations: Path | None, out: Path | None, as_json: bool, reading: Reading) -> None:
    """See the catalogue entry ``cli.next``."""
    made = next_files(output, region, asked, year=year, count=top, imports=imports,
                      organisations=organisations, lang=lang(), reading=reading, progress=progress())
    tell_output(made.output)
    tell_coarse(len(made.output.panel.activities))
    if as_json:
        tested = [] if made.tested is None else made.tested.to_dicts()
        click.echo(json.dumps({"region": made.region, "next": made.found.to_dicts(), "backtest": tested},
                              ensure_ascii=False))
    else:
        name = made.output.name_territories([made.region], lang())[made.region]
        click.secho(say("cli.next.title", lang(), name=name), bold=True)
        for row in made.found.iter_rows(named=True):
            print_candidate(row)
        print_test(made.tested)
        click.secho(say("cli.next.basis", lang()), dim=True)
    if out is not None:
        tell("cli.profile.files", files=[str(file) for file in write_next(made, out, lang=lang())])


def print_candidate(row: dict[str, object]) -> None:
    """One activity: why it is near and worthy, what stands behind, what is lacking."""
    name = " ".join(str(part) for part in (row["activity"], row["activity_name"]) if part)
    click.secho(say("cli.next.line", lang(), **{**row, "name": name}), bold=True)
    for field in ("near", "plants", "lacking"):
        if row[field]:
            click.echo(say(f"cli.next.{field}", lang(), what=row[field]))
