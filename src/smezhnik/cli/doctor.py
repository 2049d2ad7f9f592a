"""``smezhnik doctor``: is the installation well."""

from __future__ import annotations

import json

import click

from smezhnik.cli.base import EXIT_INPUT, EXIT_OK, command, lang, option
from smezhnik.messages import say
from smezhnik.workflows.installation import opened


@command("doctor")
@option("--json", "as_json", is_flag=True, help="cli.option.json")
def doctor(as_json: bool) -> int:
    """See the catalogue entry ``cli.doctor``. Exit code: 0 well, 2 something needs doing."""
    found = list(opened("doctor").examine())
    if as_json:
        click.echo(json.dumps([{"code": one.code, "state": one.state, **one.fields} for one in found],
                              ensure_ascii=False, indent=2, default=str))
    else:
        for one in found:
            click.echo(f"{say('doctor.' + one.state, lang())}  {say('doctor.' + one.code, lang(), **one.fields)}")
    return EXIT_INPUT if any(one.state == "bad" for one in found) else EXIT_OK
