"""``smezhnik delegation``: candidates and conditions in, who goes out."""

from __future__ import annotations

from pathlib import Path

import click

from smezhnik.cli.base import EXIT_CANNOT_SAY, EXIT_OK, Group, argument, command, common, option, progress, stoppable
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.base import tell as told
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import FILE, OUT, Finite
from smezhnik.workflows.delegation import compose_files, delegation_lines, write_delegation
from smezhnik.workflows.reading import Reading

#: Exit code of what cannot be: as of a cluster that does not comply.
EXIT_IMPOSSIBLE = 4


@click.group(cls=Group, name="delegation", help="cli.delegation")
@common
def delegation() -> None:
    """See the catalogue entry ``cli.delegation``."""


@command("compose", help="cli.delegation.compose")
@argument("candidates", type=FILE, help="cli.argument.candidates")
@argument("rules", type=FILE, help="cli.argument.delegation_rules")
@option("--output", "-o", type=OUT, help="cli.delegation.output")
@option("--time-limit", type=Finite(0), default=10.0, show_default=True, help="cli.schedule.time_limit")
@reading_options()
def compose(candidates: Path, rules: Path, output: Path | None, time_limit: float, reading: Reading) -> int:
    """See the catalogue entry ``cli.delegation.compose``. Exit code: 0 proved, 3 not proved, 4 impossible."""
    lang = asked_lang()
    with stoppable(progress()) as watched:
        made = compose_files(candidates, rules, reading=reading, time_limit_s=time_limit, progress=watched)
    for loaded in made.loaded:
        tell_loaded(loaded)
    for seat in made.delegation.seats:
        click.echo(f"{seat.package}: {made.name(seat.candidate)}")
    for line in delegation_lines(made, lang):
        click.echo(line)
    if output is not None:
        write_delegation(made, output, lang=lang)
        told("cli.schedule.written", file=str(output))
    return {"proved": EXIT_OK, "impossible": EXIT_IMPOSSIBLE}.get(made.delegation.status, EXIT_CANNOT_SAY)


delegation.add_command(compose)
