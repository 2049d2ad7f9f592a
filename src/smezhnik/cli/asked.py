"""Options of the commands that search for clusters: the law, the day, what is asked besides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from smezhnik.classifiers.regions import find_region
from smezhnik.cli.base import EXIT_CANNOT_SAY, EXIT_OK, option
from smezhnik.cli.values import DAY, day_or_today
from smezhnik.clusters.asked import Request
from smezhnik.errors import InputError

#: No cluster keeps everything asked: proven. Not a fault: the command did what it was asked.
EXIT_IMPOSSIBLE = 4
EXITS = {"proved": EXIT_OK, "complies": EXIT_OK, "impossible": EXIT_IMPOSSIBLE, "best_found": EXIT_CANNOT_SAY,
         "cannot_say": EXIT_CANNOT_SAY, "nothing_found": EXIT_CANNOT_SAY}


def law_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--pack``, ``--on``, ``--json`` → ``pack``, ``on`` (a date, today where none is given), ``as_json``."""

    @option("--pack", required=True, help="cli.judge.pack")
    @option("--on", type=DAY, default=None, help="cli.clusters.on")
    @option("--json", "as_json", is_flag=True, help="cli.clusters.json")
    @wraps(function)
    def asked(*args: Any, on: dt.datetime | None, **kwargs: Any) -> Any:
        day = day_or_today(on)
        return function(*args, on=day, **kwargs)

    return asked


def request_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Everything of ``Request`` and ``--time-limit`` → ``request``, ``time_limit``."""

    @option("--must", multiple=True, help="cli.clusters.must")
    @option("--never", multiple=True, help="cli.clusters.never")
    @option("--seed", default=None, help="cli.clusters.seed")
    @option("--least-size", type=click.IntRange(1), help="cli.clusters.least_size")
    @option("--most-size", type=click.IntRange(1), help="cli.clusters.most_size")
    @option("--least-regions", type=click.IntRange(1), help="cli.clusters.least_regions")
    @option("--from-region", multiple=True, help="cli.clusters.from_region")
    @option("--possible", is_flag=True, help="cli.clusters.possible")
    @option("--new-volume", type=click.FloatRange(0), help="cli.clusters.new_volume")
    @option("--objective", type=click.Choice(["volume", "imports"]), default="volume", show_default=True,
            help="cli.clusters.objective")
    @option("--time-limit", type=click.FloatRange(1), default=60.0, show_default=True, help="cli.clusters.time_limit")
    @wraps(function)
    def asked(*args: Any, must: tuple[str, ...], never: tuple[str, ...], seed: str | None, least_size: int | None,
              most_size: int | None, least_regions: int | None, from_region: tuple[str, ...], possible: bool,
              new_volume: float | None, objective: Any, **kwargs: Any) -> Any:
        request = Request(must, never, seed, least_size, most_size, least_regions, _by_region(from_region),
                          possible or new_volume is not None, new_volume, objective)
        return function(*args, request=request, **kwargs)

    return asked


def _by_region(given: tuple[str, ...]) -> dict[str, int]:
    """``Ульяновская область=2`` → {"RU-ULY": 2}; a region alone asks for one."""
    found = {}
    for item in given:
        region, _, least = item.partition("=")
        if least and not least.strip().isdigit():
            raise InputError("clusters.from_region", found=item)
        found[known_region(region)] = int(least or 1)
    return found


def known_region(text: str) -> str:
    """The code of a region that is named in any usual way; the text itself where it is none of ours."""
    return find_region(text) or text.strip()
