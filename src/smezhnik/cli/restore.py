"""``smezhnik restore``: a backup brought back, with proof."""

from __future__ import annotations

from pathlib import Path

from smezhnik.cli.base import EXIT_INPUT, EXIT_OK, argument, command, option, tell
from smezhnik.cli.values import FILE
from smezhnik.workflows.installation import opened


@command("restore")
@argument("file", type=FILE, help="cli.argument.backup")
@option("--verify", is_flag=True, help="cli.restore.verify")
def restore(file: Path, verify: bool) -> int:
    """See the catalogue entry ``cli.restore``."""
    done = opened("backup").restore(file, only_verify=verify)
    tell("cli.restore.verified" if verify else "cli.restore.done", rows=sum(done.tables.values()),
         tables=len(done.tables), files=done.files)
    if done.breaks:
        tell("doctor.journal_broken", number=done.breaks[0].number, count=len(done.breaks))
        return EXIT_INPUT
    return EXIT_OK
