"""``smezhnik promises``: a road map and what proves it in; how far each commitment is by a day out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from smezhnik.cli.base import EXIT_CANNOT_SAY, EXIT_OK, Group, argument, command, common, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import DAY, FILE, OUT, day_or_today
from smezhnik.io import write_table
from smezhnik.messages import format_number, say
from smezhnik.promises.progress import Progress
from smezhnik.promises.target import MEASURES
from smezhnik.tables.promises import PROGRESS_STATES
from smezhnik.types import Lang
from smezhnik.workflows.promises import Status, find_status, status_rows, why_line
from smezhnik.workflows.reading import Reading

COLOURS = {"done": "green", "on_the_way": "blue", "behind": "yellow", "late": "red", "cannot_say": None}


@click.group(cls=Group, name="promises", help="cli.promises")
@common
def promises() -> None:
    """See the catalogue entry ``cli.promises``."""


@command("status", help="cli.promises.status")
@argument("plan", type=FILE, help="cli.argument.road_map")
@argument("evidence", type=FILE, help="cli.argument.evidence")
@option("--on", type=DAY, default=None, help="cli.promises.on")
@option("--output", "-o", type=OUT, help="cli.promises.output")
@reading_options()
def status(plan: Path, evidence: Path, on: dt.datetime | None, output: Path | None, reading: Reading) -> int:
    """See the catalogue entry ``cli.promises.status``. The exit code is 3 where something cannot be said."""
    day = day_or_today(on)
    found = find_status(plan, evidence, on=day, reading=reading, progress=progress())
    for loaded in found.loaded:
        tell_loaded(loaded)
    print_status(found, asked_lang())
    if output is not None:
        write_table(status_rows(found.promises, asked_lang()), output, "promise_progress", lang=asked_lang())
        tell("cli.promises.written", file=str(output))
    return EXIT_CANNOT_SAY if any(one.state == "cannot_say" for one in found.promises) else EXIT_OK


def print_status(found: Status, lang: Lang) -> None:
    """The whole first, then every commitment with each of its measures."""
    counts = {state: sum(one.state == state for one in found.promises) for state in PROGRESS_STATES}
    click.secho(say("cli.promises.whole", lang, day=found.on, count=len(found.promises), **counts), bold=True)
    for one in found.promises:
        mark = click.style(f"[{say(f'choice.{one.state}', lang)}]", fg=COLOURS[one.state])
        click.echo(f"{mark} {one.promise.no} {one.promise.text}")
        for part in one.parts:
            click.echo(f"    {part_line(part, lang)}")
            if why := why_line(part, lang):
                click.secho(f"    {why}", dim=True)


def part_line(part: Progress, lang: Lang) -> str:
    """«Новые связи: 4 из 12 связей, ожидалось 8,4 · до 31.12.2026»"""
    target = part.target
    measure = say(f"choice.{target.measure}", lang) if target.measure else "–"
    if part.value is None or target.plan is None:
        return say("cli.promises.unknown", lang, measure=measure, due=target.due)
    unit = MEASURES[str(target.measure)].unit
    expected = "–" if part.expected is None else format_number(round(part.expected, 1), lang)
    return say("cli.promises.part", lang, measure=measure, value=part.value, plan=target.plan, expected=expected,
               unit=say(f"promises.unit.{unit}", lang, count=target.plan) if unit else "", due=target.due)


promises.add_command(status)
