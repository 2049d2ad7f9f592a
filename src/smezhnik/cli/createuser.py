"""``smezhnik createuser``: a user and the one-time link that lets it in."""

from __future__ import annotations

import click

from smezhnik.cli.base import argument, command, option, tell
from smezhnik.types import ROLES
from smezhnik.workflows.installation import opened


@command("createuser")
@argument("login", help="cli.argument.login")
@option("--role", type=click.Choice(ROLES), default="administrator", show_default=True, help="cli.createuser.role")
@option("--region", default="", help="cli.createuser.region")
@option("--organisation", default="", help="cli.createuser.organisation")
@option("--exports", is_flag=True, help="cli.createuser.exports")
@option("--again", is_flag=True, help="cli.createuser.again")
@option("--address", default="http://127.0.0.1:8000", show_default=True, help="cli.createuser.address")
def createuser(login: str, role: str, region: str, organisation: str, exports: bool, again: bool, address: str) -> None:
    """See the catalogue entry ``cli.createuser``."""
    opened("serving").upgrade(opened("backup").backup)
    secret = opened("users").make_user(login, role, region=region, organisation=organisation, exports=exports,
                                       again=again)
    tell("cli.createuser.link", login=login)
    click.echo(f"{address.rstrip('/')}/invitation/{secret}/")
