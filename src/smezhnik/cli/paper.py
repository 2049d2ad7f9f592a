"""Options of commands that may write a page: its title, who issues it; the page is asked for by ``-o NAME.html``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from smezhnik.cli.base import option, tell
from smezhnik.errors import InputError
from smezhnik.workflows.report import Reported, write_page


@dataclass(frozen=True)
class Paper:
    """What stands on the paper besides the result."""

    title: str | None = None
    issuer: str = ""
    made_at: dt.datetime | None = None

    def is_asked(self, output: Path | None) -> bool:
        """Whether the output is a page; InputError where it is none and something was said of it."""
        page = output is not None and output.suffix.lower() == ".html"
        given = [f"--{name}" for name in ("title", "issuer") if getattr(self, name)]
        if given and not page:
            raise InputError("page_only", options=given)
        return page


def paper_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--title``, ``--issuer`` → the argument ``paper``, with the moment at which it is made."""

    @option("--title", help="cli.report.title")
    @option("--issuer", default="", help="cli.report.issuer")
    @wraps(function)
    def wrapped(*args: Any, title: str | None, issuer: str, **kwargs: Any) -> Any:
        return function(*args, paper=Paper(title, issuer, dt.datetime.now().astimezone()), **kwargs)

    return wrapped


def tell_page(reported: Reported, output: Path) -> None:
    """Write the page and say where it is."""
    size = len(reported.page.encode()) // 1024
    tell("cli.report.done", file=str(write_page(reported, output)), size=size)
