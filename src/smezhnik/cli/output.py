"""Options of every command that takes a table of output: what its codes are and which of them are looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from smezhnik.cli.base import lang, option
from smezhnik.messages import say
from smezhnik.workflows.output import SYSTEMS, Asked

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
