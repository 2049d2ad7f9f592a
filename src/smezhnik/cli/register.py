"""``smezhnik register``: the register of Russian industrial products."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from smezhnik.cli.base import Group, argument, common, option, progress, tell
from smezhnik.cli.base import command as make_command
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.values import DAY, FILE, TABLE, day_or_today, shown
from smezhnik.errors import Fault, describe_fault
from smezhnik.io import write_table
from smezhnik.io.atomic import is_stream
from smezhnik.io.cells import choice_word
from smezhnik.io.register import Register, day_of, diff_registers, read_register, register_offers
from smezhnik.messages import say

#: Faults and notes printed before the rest is only counted.
SHOWN = 10


@click.group(cls=Group, name="register", help="cli.register")
@common
def register() -> None:
    """See the catalogue entry ``cli.register``."""


@make_command("read", help="cli.register.read")
@argument("file", type=FILE, help="cli.argument.register")
@option("--output", "-o", type=TABLE, help="cli.register.output")
@option("--sites", type=TABLE, help="cli.register.sites")
@option("--on", type=DAY, help="cli.register.on")
@option("--json", "as_json", is_flag=True, help="cli.register.json")
def read(file: Path, output: Path | None, sites: Path | None, on: dt.datetime | None, as_json: bool) -> None:
    """See the catalogue entry ``cli.register.read``."""
    loaded = read_register(file, on=day_or_today(on), progress=progress())
    alike: dict[tuple[str, str | None, str], list[Fault]] = {}
    for fault in loaded.faults:
        alike.setdefault((fault.code, fault.column, repr(dict(fault.fields))), []).append(fault)
    for same in list(alike.values())[:SHOWN]:
        said = describe_fault(same[0], asked_lang())
        click.echo(say("cli.register.same", asked_lang(), fault=said, count=len(same) - 1) if same[1:] else said,
                   err=True)
    if (rest := sum(map(len, list(alike.values())[SHOWN:]))) > 0:
        tell("cli.register.more", count=rest)
    offers, places = register_offers(loaded)
    counts = _counts(loaded)
    if as_json:
        click.echo(json.dumps(counts, ensure_ascii=False, indent=2))
    else:  # standard output may be the table's
        click.echo(say("cli.register.counts", asked_lang(), **counts), err=any(
            path is not None and is_stream(path) for path in (output, sites)))
    if output is not None:
        write_table(offers, output, "offers", lang=asked_lang())
        tell("cli.register.written", count=offers.height, file=shown(output))
    if sites is not None:
        write_table(places, sites, "sites", lang=asked_lang())


def _counts(loaded: Register) -> dict[str, object]:
    entries = loaded.entries
    return {"file": loaded.file, "read": loaded.read, "refused": loaded.refused, "entries": entries.height,
            "valid": int(entries["valid"].sum()), "expired": loaded.expired.height,
            "inactive": int(entries["inactive"].sum())}


@make_command("diff", help="cli.register.diff")
@argument("old", type=FILE, help="cli.argument.old")
@argument("new", type=FILE, help="cli.argument.new")
@option("--output", "-o", type=TABLE, help="cli.register.output")
@option("--on", type=DAY, help="cli.register.on")
@option("--old-on", type=DAY, help="cli.register.old_on")
@option("--json", "as_json", is_flag=True, help="cli.register.json")
def diff(old: Path, new: Path, output: Path | None, on: dt.datetime | None, old_on: dt.datetime | None,
         as_json: bool) -> None:
    """See the catalogue entry ``cli.register.diff``."""
    after = read_register(new, on=day_or_today(on), progress=progress())
    before = read_register(old, on=day_or_today(on), progress=progress())
    changes = diff_registers(before, after, old_on=old_on.date() if old_on else None)
    counts = {kind: int((changes["change"] == kind).sum()) for kind in ("new", "expired", "lost", "points")}
    if as_json:
        click.echo(json.dumps({**counts, "changes": json.loads(changes.write_json())}, ensure_ascii=False, indent=2))
    elif output is None:
        for row in changes.iter_rows(named=True):
            kind = choice_word(row["change"], asked_lang())
            click.echo(f"{row['register_entry']}\t{kind}\t{row['text']}\t{row['seller'] or ''}")
    if old_on is None:
        tell("cli.register.old_day", day=day_of(before))
    if output is not None:
        write_table(changes, output, "register_changes", lang=asked_lang())
        tell("cli.register.written_changes", count=changes.height, file=shown(output))
    tell("cli.register.changes", **counts)


register.add_command(read)
register.add_command(diff)
