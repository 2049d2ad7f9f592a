"""The command line: one file per command group, loaded only when its command is called."""

from __future__ import annotations

from importlib import import_module

import click

from smezhnik.cli.base import Group, Option, common, lang, leave, run
from smezhnik.messages import say

#: Command → module of this package that holds it under the same name (``-`` becomes ``_``).
COMMANDS = {
    "match": "match",
    "plan": "plan",
    "complement": "complement",
    "profile": "profile",
    "complexity": "complexity",
    "next": "next",
    "rate": "rate",
    "judge": "judge",
    "packs": "packs",
    "compose": "compose",
    "repair": "repair",
    "conflicts": "conflicts",
    "discover": "discover",
    "what-if": "what_if",
    "promises": "promises",
    "orders": "orders",
    "exchange": "exchange",
    "year": "year",
    "schedule": "schedule",
    "delegation": "delegation",
    "report": "report",
    "check": "check",
    "template": "template",
    "tables": "tables",
    "codes": "codes",
    "reconcile": "reconcile",
    "register": "register",
    "train": "train",
    "demo": "demo",
    "config": "config",
    "serve": "serve",
    "worker": "worker",
    "createuser": "createuser",
    "doctor": "doctor",
    "backup": "backup",
    "restore": "restore",
    "audit": "audit",
}


class Smezhnik(Group):
    """The root command; a subcommand's module is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by their catalogue entries, without importing any of them."""
        with formatter.section(say("cli.commands", lang())):
            formatter.write_dl([(name, say(f"cli.{name}", lang()).strip().splitlines()[0]) for name in COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(
            import_module(f"smezhnik.cli.{COMMANDS[cmd_name]}"), cmd_name.replace("-", "_")
        )
        return found


@click.group(cls=Smezhnik, name="smezhnik", help="cli.smezhnik", invoke_without_command=False)
@common
@click.version_option(package_name="smezhnik", message="%(prog)s %(version)s", cls=Option,
                      help="cli.option.version")
def smezhnik() -> None:
    """See the catalogue entry ``cli.smezhnik``."""


def main() -> None:
    """Entry point of the command ``smezhnik``."""
    leave(run(smezhnik))
