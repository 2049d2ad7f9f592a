"""``smezhnik config``: every setting, its value and where it comes from."""

from __future__ import annotations

import json
import os

import click

from smezhnik.cli.base import argument, command, option
from smezhnik.cli.base import lang as asked_lang
from smezhnik.messages import say

#: Environment variable → its value when it is not set. Nothing else outside the command line is read.
SETTINGS = {"SMEZHNIK_LANG": "ru", "NO_COLOR": "", "SMEZHNIK_HOME": "", "DATABASE_URL": "", "SMEZHNIK_HOSTS": "",
            "SMEZHNIK_HTTPS": "", "SMEZHNIK_SECURITY": "open", "SMEZHNIK_TIME_ZONE": "Europe/Moscow"}


#: Settings whose value may hold a password.
HIDDEN = frozenset({"DATABASE_URL"})


@command("config")
@argument("action", type=click.Choice(["show"]), default="show", help="cli.argument.action")
@option("--origin", is_flag=True, help="cli.config.origin")
@option("--json", "as_json", is_flag=True, help="cli.option.json")
def config(action: str, origin: bool, as_json: bool) -> None:
    """See the catalogue entry ``cli.config``."""
    rows = [
        {"name": name, "value": "***" if name in HIDDEN and name in os.environ else os.environ.get(name, default),
         "origin": "environment" if name in os.environ else "default"}
        for name, default in SETTINGS.items()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        told = f"  {say('cli.config.' + row['origin'], asked_lang())}" if origin else ""
        click.echo(f"{row['name']}={row['value']}{told}")
