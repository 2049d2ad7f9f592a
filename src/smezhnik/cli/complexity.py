"""``smezhnik complexity``: output or exports in; complexity of regions and activities, and how far it foretold, out."""

from __future__ import annotations

import json
from pathlib import Path

import click
import polars as pl

from smezhnik.cli.base import argument, command, lang, option, progress, tell
from smezhnik.cli.output import output_options
from smezhnik.cli.profile import tell_output
from smezhnik.cli.reading import reading_options
from smezhnik.cli.values import FILE, OUT, Finite
from smezhnik.messages import say
from smezhnik.workflows.complexity import complexity_files, write_complexity
from smezhnik.workflows.output import Asked
from smezhnik.workflows.reading import Reading

#: Regions and activities told on the screen.
SHOWN = 10
#: Activities below which complexity says little: rare and common things are mixed in each.
FEW = 50


@command("complexity")
@argument("output", type=FILE, help="cli.argument.output")
@output_options
@option("--threshold", type=Finite(0, min_open=True), default=1.0, show_default=True,
        help="cli.complexity.threshold")
@option("--continuous", is_flag=True, help="cli.complexity.continuous")
@option("--output", "-o", "out", type=OUT, help="cli.complexity.out")
@option("--json", "as_json", is_flag=True, help="cli.complexity.json")
@reading_options("output")
def complexity(output: Path, asked: Asked, threshold: float, continuous: bool, out: Path | None,
               as_json: bool, reading: Reading) -> None:
    """See the catalogue entry ``cli.complexity``."""
    made = complexity_files(output, asked, threshold=threshold, continuous=continuous, lang=lang(),
                            reading=reading, progress=progress())
    tell_output(made.output)
    for year, error in made.tables.refused.items():
        tell("cli.complexity.refused", year=year, reason=say(f"error.{error.code}", lang(), **error.fields))
    tell_coarse(len(made.output.panel.activities))
    regions, goods = (frame.filter(pl.col("year") == frame["year"].max())
                      for frame in (made.tables.regions, made.tables.activities))
    if as_json:
        tested = [] if made.tested is None else made.tested.to_dicts()
        click.echo(json.dumps({"regions": made.tables.regions.to_dicts(), "backtest": tested,
                               "activities": made.tables.activities.to_dicts()}, ensure_ascii=False))
    else:
        click.secho(say("cli.complexity.regions", lang(), year=regions["year"].max()), bold=True)
        for row in regions.head(SHOWN).iter_rows(named=True):
            click.echo(say("cli.complexity.region", lang(), **row))
        click.secho(say("cli.complexity.activities", lang()), bold=True)
        for row in goods.head(SHOWN).iter_rows(named=True):
            name = " ".join(filter(None, (row["activity"], row["activity_name"])))
            click.echo(say("cli.complexity.activity", lang(), name=name, pci=row["pci"], ubiquity=row["ubiquity"]))
        print_test(made.tested)
    if out is not None:
        tell("cli.profile.files", files=[str(file) for file in write_complexity(made, out, lang=lang())])


def tell_coarse(activities: int) -> None:
    """A caution where activities are too wide for complexity to mean much."""
    if activities < FEW:
        tell("cli.complexity.coarse", activities=activities, few=FEW)


def print_test(tested: pl.DataFrame | None) -> None:
    """How far density foretold what was taken up, over the longest span."""
    if tested is None:
        tell("cli.complexity.untested")
        return
    span = tested.filter(pl.col("kind") == "entry").sort(pl.col("last") - pl.col("first"), descending=True).row(
        0, named=True)
    if span["auc_density_within"] is None:
        tell("cli.complexity.no_events", first=span["first"], last=span["last"])
        return
    click.echo(say("cli.complexity.tested", lang(), **span))
