"""``smezhnik reconcile``: names in, ИНН candidates out."""

from __future__ import annotations

import json
from pathlib import Path

import click
import polars as pl

from smezhnik.cli.base import argument, command, lang, option, progress, tell
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import FILE, STDIN, TABLE, shown
from smezhnik.errors import InputError
from smezhnik.io import name_beside
from smezhnik.tables import table
from smezhnik.workflows.reading import Reading
from smezhnik.workflows.reconcile import reconcile_files


@command("reconcile")
@argument("names", type=FILE, help="cli.argument.names")
@option("--register", type=FILE, help="cli.reconcile.register")
@option("--top", type=click.IntRange(1, 30), default=5, show_default=True, help="cli.reconcile.top")
@option("--output", "-o", type=TABLE, help="cli.reconcile.output")
@option("--json", "as_json", is_flag=True, help="cli.plan.json")
@reading_options("organisations")
def reconcile(names: Path, register: Path | None, top: int, output: Path | None, as_json: bool,
              reading: Reading) -> None:
    """See the catalogue entry ``cli.reconcile``."""
    if register is None:
        raise InputError("no_register", file=names.name)
    beside = Path(STDIN) if names.name == STDIN else names  # standard input lies in no folder of the user
    out = output or name_beside(beside, getattr(table("identities"), lang()), ".xlsx")
    done = reconcile_files(names, register, out, top=top, reading=reading, lang=lang(), progress=progress())
    for loaded in done.loaded:
        tell_loaded(loaded)
    best = done.found.filter(pl.col("rank") == 1)
    asked = len(done.loaded[0].frame)
    count = {grade: len(best.filter(pl.col("grade") == grade)) for grade in ("accept", "ask")}
    counts = {"names": asked, **count, "rest": asked - count["accept"] - count["ask"], "file": shown(out)}
    tell("cli.reconcile.done", **counts)
    if as_json:
        click.echo(json.dumps(counts, ensure_ascii=False))
