"""``smezhnik schedule``: participants and wishes in, the schedule of pair meetings out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from smezhnik.cli.base import (
    EXIT_CANNOT_SAY,
    EXIT_OK,
    Group,
    argument,
    command,
    common,
    option,
    progress,
    stoppable,
    tell,
)
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.paper import Paper, paper_options
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import FILE, OUT, Finite
from smezhnik.errors import InputError
from smezhnik.messages import Words, say
from smezhnik.scheduling import make_slots
from smezhnik.workflows.reading import Reading
from smezhnik.workflows.schedule import Asked, Scheduled, schedule_files, schedule_page, write_schedule

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=Group, name="schedule", help="cli.schedule")
@common
def schedule() -> None:
    """See the catalogue entry ``cli.schedule``."""


@command("pair-meetings", help="cli.schedule.pair_meetings")
@argument("participants", type=FILE, help="cli.argument.participants")
@argument("wishes", type=FILE, help="cli.argument.wishes")
@option("--output", "-o", type=OUT, required=True, help="cli.schedule.output")
@option("--day", "days", type=DAY, multiple=True, required=True, help="cli.schedule.day")
@option("--hours", default="10:00-17:00", show_default=True, help="cli.schedule.hours")
@option("--lunch", default="13:00-14:00", show_default=True, help="cli.schedule.lunch")
@option("--minutes", type=click.IntRange(1), default=25, show_default=True, help="cli.schedule.minutes")
@option("--pause", type=click.IntRange(0), default=5, show_default=True, help="cli.schedule.pause")
@option("--tables", type=click.IntRange(1), help="cli.schedule.tables")
@option("--previous", type=FILE, help="cli.schedule.previous")
@option("--absent", multiple=True, help="cli.schedule.absent")
@option("--now", type=click.IntRange(1), default=1, show_default=True, help="cli.schedule.now")
@option("--time-limit", type=Finite(0), default=10.0, show_default=True, help="cli.schedule.time_limit")
@option("--json", "as_json", is_flag=True, help="cli.schedule.json")
@paper_options
@reading_options()
def pair_meetings(participants: Path, wishes: Path, output: Path, days: tuple[dt.datetime, ...], hours: str, lunch: str,
                  minutes: int, pause: int, tables: int | None, previous: Path | None, absent: tuple[str, ...],
                  now: int, time_limit: float, as_json: bool, paper: Paper | None, reading: Reading) -> int:
    """See the catalogue entry ``cli.schedule.pair_meetings``. Exit code 3 where the optimum was not proven in time."""
    opens, closes = _hours(hours)
    slots = make_slots([day.date() for day in days], opens, closes, minutes=minutes, pause_minutes=pause,
                       lunch=_hours(lunch) if lunch else None)
    if absent and previous is None:
        raise InputError("absent_without_previous")
    asked = Asked(slots, tables, dict(map(_absent, absent)), now, time_limit)
    with stoppable(progress()) as watched:
        made = schedule_files(participants, wishes, asked, previous=previous, reading=reading, progress=watched)
    write_schedule(made, output, lang=asked_lang())
    for loaded in made.loaded:
        tell_loaded(loaded)
    tell_schedule(made)
    tell("cli.schedule.written", file=str(output))
    if as_json:
        found = made.schedule
        click.echo(json.dumps({"status": found.status, "meetings": len(found.meetings), "mutual": found.mutual,
                               "mutual_met": found.mutual_met, "mutual_bound": found.mutual_bound,
                               "tables": found.tables, "slots": len(slots), "gap": round(found.gap, 6)}))
    if paper is not None:
        paper.write(schedule_page(made, lang=asked_lang(), title=paper.title, issuer=paper.issuer,
                                  made_at=paper.made_at))
    return EXIT_OK if made.schedule.status == "proved" else EXIT_CANNOT_SAY


def tell_schedule(made: Scheduled) -> None:
    """The schedule in sentences: what is met, what is left and why, how sure it is."""
    found = made.schedule
    tell("cli.schedule.met", count=len(found.meetings), mutual=found.mutual_met, of=found.mutual,
         slots=len(made.asked.slots), tables=found.tables)
    reasons: dict[str, list[int]] = {}
    for item in found.unmet:
        counted = reasons.setdefault(item.reason, [0, 0])
        counted[0] += 1
        counted[1] += item.wish.mutual
    for reason, (count, mutual) in sorted(reasons.items()):
        tell("cli.schedule.left", reason=_reason(reason), count=count, mutual=mutual)
    if found.status == "proved":
        tell("cli.schedule.proved")
    else:
        tell("cli.schedule.gap", most=found.mutual_bound, percent=100 * found.gap)


def _reason(code: str) -> Words:
    return Words(say(f"choice.{code}", "ru"), say(f"choice.{code}", "en"))


def _hours(text: str) -> tuple[dt.time, dt.time]:
    """``10:00-17:00`` → two moments of a day."""
    first, _, last = text.replace("–", "-").partition("-")
    try:
        return dt.time.fromisoformat(first.strip()), dt.time.fromisoformat(last.strip())
    except ValueError as error:
        raise InputError("hours_unread", found=text) from error


def _absent(text: str) -> tuple[str, int]:
    """``Завод=9`` → who, and from which slot; without a number from the first."""
    name, _, slot = text.rpartition("=")
    if not name:
        return text, 1
    if not slot.strip().isdecimal():
        raise InputError("absent_unread", found=text)
    return name, int(slot)


schedule.add_command(pair_meetings)
