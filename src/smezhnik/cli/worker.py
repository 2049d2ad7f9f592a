"""``smezhnik worker``: work in the background."""

from __future__ import annotations

from smezhnik.cli.base import command, option, tell
from smezhnik.workflows.installation import opened


@command("worker")
@option("--until-idle", is_flag=True, help="cli.worker.until_idle")
def worker(until_idle: bool) -> None:
    """See the catalogue entry ``cli.worker``."""
    tell("cli.worker.done", count=opened("serving").work_until_stopped(until_idle=until_idle))
