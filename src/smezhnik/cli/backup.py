"""``smezhnik backup``: everything in one file, while people work."""

from __future__ import annotations

from pathlib import Path

import click

from smezhnik.cli.base import command, option, tell
from smezhnik.cli.values import OUT
from smezhnik.workflows.installation import opened


@command("backup")
@option("--output", "-o", type=OUT, help="cli.backup.output")
def backup(output: Path | None) -> None:
    """See the catalogue entry ``cli.backup``."""
    made = opened("backup").backup(output)
    tell("cli.backup.done", size_mb=made.stat().st_size / 2 ** 20)
    click.echo(str(made))
