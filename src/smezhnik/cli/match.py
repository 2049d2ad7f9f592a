"""``smezhnik match``: needs and offers in, links out."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path

import click

from smezhnik.classifiers.regions import find_region
from smezhnik.cli.base import argument, command, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import DAY, FILE, TABLE, Finite, day_or_today, shown
from smezhnik.errors import InputError
from smezhnik.io.atomic import is_stream
from smezhnik.matching.settings import MatchSettings
from smezhnik.tables.trade import MARKS
from smezhnik.types import GRADES, Grade
from smezhnik.workflows.match import MatchFiles, match_files
from smezhnik.workflows.reading import Reading


def region_id(text: str) -> str:
    """The region that the person means; an error that names the remedy where there is none."""
    found = find_region(text)
    if found is None:
        raise InputError("unknown_region", found=text)
    return found


@command("match")
@argument("needs", type=FILE, help="cli.argument.needs")
@argument("offers", type=FILE, help="cli.argument.offers")
@option("--output", "-o", type=TABLE, required=True, help="cli.match.output")
@option("--top", type=click.IntRange(1), default=10, show_default=True, help="cli.match.top")
@option("--on", type=DAY, help="cli.match.on")
@option("--organisations", type=FILE, help="cli.match.organisations")
@option("--sites", type=FILE, help="cli.match.sites")
@option("--contracts", type=FILE, help="cli.match.contracts")
@option("--previous", type=FILE, help="cli.match.previous")
@option("--model", type=FILE, help="cli.match.model")
@option("--buyer-region", multiple=True, metavar="cli.value.region", help="cli.match.buyer_region")
@option("--seller-region", multiple=True, metavar="cli.value.region", help="cli.match.seller_region")
@option("--between", nargs=2, metavar="cli.value.two_regions", help="cli.match.between")
@option("--radius", type=Finite(0), help="cli.match.radius")
@option("--register-only", is_flag=True, help="cli.match.register_only")
@option("--mark", type=click.Choice(MARKS), multiple=True, help="cli.match.mark")
@option("--min-grade", type=click.Choice(GRADES), help="cli.match.min_grade")
@option("--exclude", multiple=True, metavar="cli.value.id", help="cli.match.exclude")
@option("--exclude-own-group", is_flag=True, help="cli.match.exclude_own_group")
@option("--max-asks", type=click.IntRange(1), help="cli.match.max_asks")
@option("--no-inferred", is_flag=True, help="cli.match.no_inferred")
@option("--depth", type=click.IntRange(1), default=100, show_default=True, help="cli.match.depth")
@option("--threads", type=click.IntRange(1), default=1, show_default=True, help="cli.match.threads")
@option("--json", "as_json", is_flag=True, help="cli.plan.json")
@reading_options()
def match(needs: Path, offers: Path, output: Path, top: int, on: dt.datetime | None, organisations: Path | None,
          sites: Path | None, contracts: Path | None, previous: Path | None, model: Path | None,
          buyer_region: tuple[str, ...], seller_region: tuple[str, ...], between: tuple[str, str] | None,
          radius: float | None, register_only: bool,
          mark: tuple[str, ...], min_grade: Grade | None, exclude: tuple[str, ...], exclude_own_group: bool,
          max_asks: int | None, no_inferred: bool, depth: int, threads: int, as_json: bool,
          reading: Reading) -> None:
    """See the catalogue entry ``cli.match``."""
    settings = MatchSettings(
        top=top, depth=depth, threads=threads,
        buyer_regions=frozenset(map(region_id, buyer_region)), seller_regions=frozenset(map(region_id, seller_region)),
        between=(region_id(between[0]), region_id(between[1])) if between else None,
        radius_km=radius, register_only=register_only, marks=mark, min_grade=min_grade, excluded=frozenset(exclude),
        exclude_own_group=exclude_own_group, max_asks=max_asks, include_inferred=not no_inferred,
    )
    day = day_or_today(on)
    matched = match_files(MatchFiles(needs, offers, organisations, sites, contracts, previous), output, on=day,
                          lang=asked_lang(), settings=settings, model=model, reading=reading, progress=progress())
    for loaded in matched.loaded:
        tell_loaded(loaded)
    if matched.strangers:
        tell("cli.match.strangers", ids=matched.strangers, count=len(matched.strangers))
    if matched.lost:
        tell("cli.match.lost", count=matched.lost)
    tell("cli.match.done", links=matched.tally.links, needs=matched.tally.matched, all_needs=matched.needs,
         grade_a=matched.tally.best, file=shown(output))
    if not matched.tally.links:
        tell("cli.match.none")
    elif not is_stream(output):
        tell("cli.match.next", file=str(output))
    if as_json:
        click.echo(json.dumps({"file": str(output), "needs": matched.needs, "strangers": matched.strangers,
                               **asdict(matched.tally)}, ensure_ascii=False))
