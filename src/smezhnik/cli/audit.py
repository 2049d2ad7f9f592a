"""``smezhnik audit``: the proof of the journal."""

from __future__ import annotations

import click

from smezhnik.cli.base import EXIT_INPUT, EXIT_OK, argument, command, option, tell
from smezhnik.errors import InputError
from smezhnik.workflows.installation import opened


@command("audit")
@argument("action", type=click.Choice(["verify", "head"]), default="verify", help="cli.argument.audit")
@option("--anchor", "anchors", multiple=True, help="cli.audit.anchor")
def audit(action: str, anchors: tuple[str, ...]) -> int:
    """See the catalogue entry ``cli.audit``. Exit code: 0 whole, 2 tampered with."""
    journal = opened("auditing")
    if action == "head":
        click.echo(str(journal.anchor()))
        return EXIT_OK
    breaks = journal.verify(dict(map(_parse, anchors)))
    for one in breaks:
        tell(f"cli.audit.{'anchor_lost' if one.code == 'anchor' else one.code}", number=one.number)
    if not breaks:
        tell("cli.audit.whole", head=str(journal.anchor()))
    return EXIT_INPUT if breaks else EXIT_OK


def _parse(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise InputError("anchor_wrong", found=text)
    return int(number), digest
