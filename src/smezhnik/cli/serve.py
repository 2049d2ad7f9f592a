"""``smezhnik serve``: the workplace in a browser."""

from __future__ import annotations

import click

from smezhnik.cli.base import command, option, tell
from smezhnik.workflows.installation import opened


@command("serve")
@option("--host", default="127.0.0.1", show_default=True, help="cli.serve.host")
@option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="cli.serve.port")
@option("--processes", type=click.IntRange(1, 64), default=2, show_default=True, help="cli.serve.processes")
@option("--threads", type=click.IntRange(1, 64), default=2, show_default=True, help="cli.serve.threads")
@option("--no-worker", is_flag=True, help="cli.serve.no_worker")
def serve(host: str, port: int, processes: int, threads: int, no_worker: bool) -> int:
    """See the catalogue entry ``cli.serve``."""
    serving, backup = opened("serving"), opened("backup")
    done, kept = serving.upgrade(backup.backup)
    if kept is not None:
        tell("cli.serve.backup", file=str(kept))
    if done:
        tell("cli.serve.upgraded", count=len(done))
    serving.refuse_sample()
    tell("cli.serve.at", address=f"http://{host}:{port}/")
    code: int = serving.serve(host, port, processes=processes, threads=threads, jobs=not no_worker)
    return code
