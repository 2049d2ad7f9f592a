"""``smezhnik demo``: everything at once, on data that ships."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import click

from smezhnik.cli.base import EXIT_OK, command, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.workflows.demo import LOGINS, run_demo
from smezhnik.workflows.installation import opened


@command("demo")
@option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), default=Path("demo-out"),
        show_default=True, help="cli.demo.output")
@option("--reports", is_flag=True, help="cli.demo.reports")
@option("--fresh", is_flag=True, help="cli.demo.fresh")
@option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="cli.serve.port")
def demo(output: Path, reports: bool, fresh: bool, port: int) -> int:
    """See the catalogue entry ``cli.demo``."""
    if not reports:
        return _serve(output / "workplace", fresh=fresh, port=port)
    run_demo(output, lang=asked_lang(), made_at=dt.datetime.now().astimezone(), progress=progress(),
             told=lambda step, fields: tell(f"demo.{step}", **fields))
    return EXIT_OK


def _serve(home: Path, *, fresh: bool, port: int) -> int:
    """Fill a workplace on the first start, tell who may come in, serve it on this machine until stopped."""
    half = not (home / LOGINS).exists()  # a start that was broken off
    if (fresh or half) and (home / "secret_key").exists():  # only what a demo made
        shutil.rmtree(home)
    os.environ |= {"SMEZHNIK_HOME": str(home.resolve()), "SMEZHNIK_SAMPLE": "1"}
    os.environ.pop("DATABASE_URL", None)
    serving, backup, filling = opened("serving"), opened("backup"), opened("demo_workplace")
    serving.upgrade(backup.backup)
    filling.fill_workplace(home, progress=progress(),
                           told=lambda step, fields: tell(f"demo.workplace.{step}", **fields))
    tell("demo.workplace.at", address=f"http://127.0.0.1:{port}/")
    for login, password in filling.logins(home):
        tell("demo.workplace.login", login=login, password=password)
    code: int = serving.serve("127.0.0.1", port, processes=1, threads=4, jobs=True)
    return code
