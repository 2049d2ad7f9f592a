"""``smezhnik template``: an empty form."""

from __future__ import annotations

from pathlib import Path

import click

from smezhnik.cli.base import argument, command, option, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.values import OUT
from smezhnik.errors import InputError
from smezhnik.io.atomic import readable_name
from smezhnik.io.template import FILLED, write_template
from smezhnik.tables import TABLES, table


@command("template")
@argument("name", type=click.Choice([name for name in TABLES if name in FILLED]), help="cli.argument.table")
@option("--output", "-o", type=OUT, help="cli.template.output")
def template(name: str, output: Path | None) -> None:
    """See the catalogue entry ``cli.template``."""
    path = output or Path(readable_name(getattr(table(name), asked_lang()), suffix=".xlsx"))
    if path.suffix.lower() != ".xlsx":
        raise InputError("ending_unknown", file=path.name, endings=[".xlsx"])
    write_template(name, path, lang=asked_lang())
    tell("cli.template.done", file=str(path), table=name)
