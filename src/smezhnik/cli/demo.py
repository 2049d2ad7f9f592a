"""``smezhnik demo``: everything at once, on data that ships."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from smezhnik.cli.base import command, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.workflows.demo import run_demo


@command("demo")
@option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), default=Path("demo-out"),
        show_default=True, help="cli.demo.output")
def demo(output: Path) -> None:
    """See the catalogue entry ``cli.demo``."""
    run_demo(output, lang=asked_lang(), made_at=dt.datetime.now().astimezone(), progress=progress(),
             told=lambda step, fields: tell(f"demo.{step}", **fields))
