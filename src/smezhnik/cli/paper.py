"""Options of commands that can also write a page: where to, its title, who issues it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from smezhnik.cli.base import option, tell
from smezhnik.cli.values import OUT
from smezhnik.errors import InputError
from smezhnik.workflows.report import Reported, write_page


@dataclass(frozen=True)
class Paper:
    """The page that was asked for: its file, and what stands on the paper besides the result."""

    file: Path
    title: str | None
    issuer: str
    made_at: dt.datetime

    def write(self, reported: Reported) -> None:
        """Write the page and say where it is."""
        size = len(reported.page.encode()) // 1024
        tell("cli.report.done", file=str(write_page(reported, self.file)), size=size)


def paper_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--report``, ``--title``, ``--issuer`` → the argument ``paper``, None where no page was asked for.

    Raises InputError where something was said of a page that nobody asked for.
    """

    @option("--report", type=OUT, help="cli.paper.report")
    @option("--title", help="cli.report.title")
    @option("--issuer", default="", help="cli.report.issuer")
    @wraps(function)
    def wrapped(*args: Any, report: Path | None, title: str | None, issuer: str, **kwargs: Any) -> Any:
        if report is None:
            refuse_alone(title=title, issuer=issuer)
            return function(*args, paper=None, **kwargs)
        return function(*args, paper=Paper(report, title, issuer, dt.datetime.now().astimezone()), **kwargs)

    return wrapped


def refuse_alone(**given: object) -> None:
    """Options that say something of a page do nothing without one: InputError ``page_only`` names them."""
    if named := [f"--{name}" for name, value in given.items() if value]:
        raise InputError("page_only", options=named)
