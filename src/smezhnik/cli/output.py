"""Options of every command that takes a table of output: what its codes are and which of them are looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from smezhnik.cli.base import lang, option
from smezhnik.cli.values import FILE, OUT
from smezhnik.messages import say
from smezhnik.workflows.output import SYSTEMS, Asked
from smezhnik.workflows.region_page import RegionFiles

_DIVISIONS = re.compile(r"(\d\d)(?:[-–](\d\d))?$")


class Divisions(click.ParamType[tuple[int, int]]):
    """``10-33`` or ``24``: the first and the last two-digit code."""

    name = "divisions"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        found = _DIVISIONS.match(str(value))
        if found is None or int(found[1]) > int(found[2] or found[1]):
            self.fail(say("cli.profile.divisions.faulty", lang(), found=value), param, ctx)
        return int(found[1]), int(found[2] or found[1])


def output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--system``, ``--digits``, ``--divisions`` → the argument ``asked``."""

    @option("--system", type=click.Choice(SYSTEMS), default="okved2", show_default=True, help="cli.profile.system")
    @option("--digits", type=click.IntRange(2, 10), help="cli.profile.digits")
    @option("--divisions", type=Divisions(), metavar="cli.value.divisions", help="cli.profile.divisions")
    @wraps(function)
    def wrapped(*args: Any, system: str, digits: int | None, divisions: tuple[int, int] | None, **kwargs: Any) -> Any:
        return function(*args, asked=Asked(system, digits, divisions), **kwargs)

    return wrapped


@dataclass(frozen=True)
class PageAsked:
    """What the page of a region shows besides the output."""

    imports: Path | None = None
    organisations: Path | None = None
    table: Path | None = None
    space: Path | None = None
    unit: str = ""

    def files(self, output: Path) -> RegionFiles:
        """The files to read, with the table of output."""
        return RegionFiles(output, self.imports, self.organisations, self.table, self.space)


def page_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What the page of a region takes besides the output → the argument ``page``."""

    @option("--imports", type=FILE, help="cli.profile.imports")
    @option("--organisations", type=FILE, help="cli.profile.organisations")
    @option("--table", type=FILE, help="cli.profile.table")
    @option("--space", type=OUT, help="cli.profile.space")
    @option("--unit", default="", help="cli.profile.unit")
    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        page = PageAsked(**{field.name: kwargs.pop(field.name) for field in fields(PageAsked)})
        return function(*args, page=page, **kwargs)

    return wrapped
