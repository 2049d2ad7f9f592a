"""``smezhnik orders``: the red list of a day, and what a word for a deadline means."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from smezhnik.cli.base import Group, argument, command, common, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import DAY, FILE, OUT, day_or_today
from smezhnik.io import write_table
from smezhnik.messages import say
from smezhnik.promises.calendar import load_calendar
from smezhnik.promises.deadlines import find_due, last_to_ask, list_rules, load_rules
from smezhnik.workflows.promises import find_red_list, find_reminders, when_line
from smezhnik.workflows.reading import Reading


@click.group(cls=Group, name="orders", help="cli.orders")
@common
def orders() -> None:
    """See the catalogue entry ``cli.orders``."""


@command("red-list", help="cli.orders.red_list")
@argument("orders", type=FILE, help="cli.argument.orders")
@option("--on", type=DAY, default=None, help="cli.promises.on")
@option("--output", "-o", type=OUT, help="cli.orders.output")
@reading_options("orders")
def red_list(orders: Path, on: dt.datetime | None, output: Path | None, reading: Reading) -> None:
    """See the catalogue entry ``cli.orders.red_list``."""
    day = day_or_today(on)
    rows, loaded = find_red_list(orders, on=day, reading=reading, progress=progress())
    tell_loaded(loaded)
    click.secho(say("cli.orders.overdue", asked_lang(), count=rows.height, day=day), bold=True)
    paper = None
    for row in rows.iter_rows(named=True):
        if row["protocol"] != paper:
            paper = row["protocol"]
            click.secho(paper or "–", bold=True)
        click.echo(say("cli.orders.row", asked_lang(), **{name: row[name] for name in (
            "number", "text", "executor", "due", "due_first", "days_over")}))
        if row["extensions"]:
            click.echo(say("cli.orders.extended", asked_lang(), count=row["extensions"]))
    if output is not None:
        write_table(rows, output, "red_list", lang=asked_lang())
        tell("cli.promises.written", file=str(output))


@command("remind", help="cli.orders.remind")
@argument("orders", type=FILE, help="cli.argument.orders")
@option("--on", type=DAY, default=None, help="cli.promises.on")
@option("--output", "-o", type=OUT, help="cli.orders.remind.output")
@reading_options("orders")
def remind(orders: Path, on: dt.datetime | None, output: Path | None, reading: Reading) -> None:
    """See the catalogue entry ``cli.orders.remind``."""
    day, lang = day_or_today(on), asked_lang()
    rows, loaded = find_reminders(orders, on=day, reading=reading, progress=progress())
    tell_loaded(loaded)
    click.secho(say("cli.orders.remind.whole", lang, count=rows.height, day=day), bold=True)
    person = None
    for row in rows.iter_rows(named=True):
        if row["person"] != person:
            person = row["person"]
            click.secho(person, bold=True)
        click.echo(say("cli.orders.remind.row", lang, number=row["number"], text=row["text"], date=row["day"],
                       of=say(f"choice.{row['of']}", lang), when=when_line(row["days_over"], lang)))
    if output is not None:
        write_table(rows, output, "reminders", lang=lang)
        tell("cli.promises.written", file=str(output))


@command("due", help="cli.orders.due")
@option("--rules", "named", type=click.Choice(list_rules()), required=True, help="cli.orders.rules")
@option("--word", default=None, help="cli.orders.word")
@option("--signed", type=DAY, default=None, help="cli.orders.signed")
@option("--registered", type=DAY, default=None, help="cli.orders.registered")
def due(named: str, word: str | None, signed: dt.datetime | None, registered: dt.datetime | None) -> None:
    """See the catalogue entry ``cli.orders.due``. The exit code is 3 where it cannot be said."""
    rules, days = load_rules(named), load_calendar()
    last = find_due(rules, days, word=word, signed_on=signed.date() if signed else None,
                    registered_on=registered.date() if registered else None)
    click.echo(say("cli.orders.due_on", asked_lang(), day=last, ask=last_to_ask(last, rules, days)))
    if last.year in days.unverified:
        tell("cli.orders.calendar_unsure", year=str(last.year))
    click.secho(say("cli.orders.rules_of", asked_lang(), rules=rules.title, source=rules.source,
                    status=say(f"promises.status.{rules.status}", asked_lang())), dim=True)


orders.add_command(red_list)
orders.add_command(remind)
orders.add_command(due)
