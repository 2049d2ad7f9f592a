"""``smezhnik train``: fit the ranking model to one's own decisions."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from smezhnik.cli.base import argument, command, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import SHOWN, reading_options
from smezhnik.cli.values import FILE, OUT
from smezhnik.errors import CannotSay
from smezhnik.messages import say
from smezhnik.workflows.reading import Reading
from smezhnik.workflows.train import Method, save_model, train_files


@command("train")
@argument("links", type=FILE, help="cli.argument.decided")
@option("--output", "-o", type=OUT, required=True, help="cli.train.output")
@option("--needs", type=FILE, help="cli.train.needs")
@option("--offers", type=FILE, help="cli.train.offers")
@option("--model", type=FILE, help="cli.train.model")
@option("--method", type=click.Choice(["auto", "reasons", "trees"]), default="auto", show_default=True,
        help="cli.train.method")
@option("--json", "as_json", is_flag=True, help="cli.plan.json")
@reading_options()
def train(links: Path, output: Path, needs: Path | None, offers: Path | None, model: Path | None, method: Method,
          as_json: bool, reading: Reading) -> None:
    """See the catalogue entry ``cli.train``."""
    trained = train_files(links, needs=needs, offers=offers, model=model, method=method, reading=reading,
                          progress=progress())
    found = trained.comparison
    tell("cli.train.found", links=found.positive + found.negative, positive=found.positive, negative=found.negative,
         needs=found.needs, left_out=trained.left_out)
    if trained.unclear:
        tell("cli.train.unclear", reasons=list(trained.unclear[:SHOWN]), count=len(trained.unclear))
    tell("cli.train.compared", before=found.before, after=found.after, change=found.after - found.before,
         low=found.low, high=found.high)
    for reason, factor in trained.scale.items():
        tell("cli.train.reason", reason=say(f"train.reason.{reason}", asked_lang()), factor=factor)
    if as_json:
        click.echo(json.dumps({"method": trained.method, "left_out": trained.left_out, "better": found.better,
                               "scale": dict(trained.scale), **asdict(found)}, ensure_ascii=False))
    if not found.better:
        raise CannotSay("not_better", low=found.low, high=found.high)
    save_model(trained.ranker, output)
    tell("cli.train.kept", file=str(output))
