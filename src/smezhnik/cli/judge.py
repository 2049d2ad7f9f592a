"""``smezhnik judge``: a cluster in files and a pack in; what the law of the day says of it out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import click

from smezhnik.cli.base import EXIT_CANNOT_SAY, EXIT_OK, argument, command, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import DAY, OUT, ReadPath, day_or_today
from smezhnik.errors import Fault, describe_fault
from smezhnik.messages import say
from smezhnik.rules.criterion import Finding
from smezhnik.rules.data import verdict_data
from smezhnik.rules.judge import Verdict
from smezhnik.rules.sentences import (
    amendment_line,
    amount,
    checked_line,
    concerned_line,
    lacking_lines,
    list_lines,
    measure_line,
    missing_lines,
    shortfall_line,
    source_line,
    standing_line,
    term_lines,
    unread_line,
    verdict_line,
)
from smezhnik.types import Lang
from smezhnik.workflows.judge import Judged, judge_files, write_verdict
from smezhnik.workflows.reading import Reading

#: The cluster does not comply. Not a fault: the command did what it was asked.
EXIT_NOT_MET = 4
EXITS = {"met": EXIT_OK, "not_met": EXIT_NOT_MET, "unknown": EXIT_CANNOT_SAY}
#: Notes on rows that do not count, shown before the rest is only counted.
SHOWN_NOTES = 20
COLOURS = {"met": "green", "not_met": "red", "unknown": "yellow"}


@command("judge")
@argument("cluster", type=ReadPath(), help="cli.argument.cluster")
@option("--pack", required=True, help="cli.judge.pack")
@option("--on", type=DAY, default=None, help="cli.judge.on")
@option("--output", "-o", type=OUT, help="cli.judge.output")
@option("--members", is_flag=True, help="cli.judge.members")
@option("--json", "as_json", is_flag=True, help="cli.judge.json")
@reading_options()
def judge(cluster: Path, pack: str, on: dt.datetime | None, output: Path | None, members: bool, as_json: bool,
          reading: Reading) -> int:
    """See the catalogue entry ``cli.judge``. The exit code is 0 met, 3 cannot say, 4 not met."""
    day = day_or_today(on)
    judged = judge_files(cluster, pack, on=day, reading=reading, progress=progress())
    for loaded in judged.loaded:
        tell_loaded(loaded)
    tell_notes(judged.notes)
    if as_json:
        click.echo(json.dumps(verdict_data(judged.verdict, judged.names), ensure_ascii=False, indent=2))
    else:
        print_verdict(judged, asked_lang(), members=members)
    if output is not None:
        write_verdict(judged, output, lang=asked_lang())
        tell("cli.judge.written", file=str(output))
    return EXITS[judged.verdict.state]


def tell_notes(notes: tuple[Fault, ...]) -> None:
    """Rows that do not count on the day, on stderr."""
    for note in notes[:SHOWN_NOTES]:
        tell("cli.judge.note", note=describe_fault(note, asked_lang()))
    if len(notes) > SHOWN_NOTES:
        tell("cli.judge.more_notes", count=len(notes) - SHOWN_NOTES)


def print_verdict(judged: Judged, lang: Lang, *, members: bool = False) -> None:
    """The verdict as text: the whole first, then every criterion with what it rests on."""
    verdict = judged.verdict
    click.secho(say("cli.judge.title", lang, name=judged.title or say("cli.judge.unnamed", lang), day=verdict.day),
                bold=True)
    click.echo(verdict.edition.pack.title.of(lang))
    click.echo(amendment_line(verdict.edition.amendment, lang))
    click.secho(verdict_line(verdict, lang), fg=COLOURS[verdict.state], bold=True)
    if verdict.standing is not None:
        click.echo(standing_line(verdict.standing, lang))
    for line in (unread_line(verdict.unread, lang), checked_line(verdict.edition, lang)):
        if line:
            click.echo(line)
    for finding in sorted(verdict.findings, key=lambda item: item.criterion.informative):
        click.echo()
        _print_finding(finding, judged, lang, members=members)


def _print_finding(finding: Finding, judged: Judged, lang: Lang, *, members: bool) -> None:
    verdict = judged.verdict
    mark = click.style(f"[{say(f'choice.{finding.state}', lang)}]", fg=COLOURS[finding.state])
    measured = "; ".join(part for part in (measure_line(finding, lang), shortfall_line(finding, lang)) if part)
    click.echo(f"{mark} {finding.criterion.title.of(lang)}" + (f": {measured}" if measured else ""))
    for line in (concerned_line(finding, verdict.ids, judged.names, lang),
                 *lacking_lines(finding, verdict.edition.law, lang),
                 *missing_lines(finding.missing, verdict.edition.law, judged.names, lang)):
        if line:
            click.echo(f"    {line}")
    if members:
        for line in _each_lines(finding, verdict, judged, lang):
            click.echo(f"    {line}")
    rule = finding.criterion.provenance
    for line in (source_line(rule, lang), *term_lines(finding.uses, lang, rule),
                 *list_lines(finding.lists, lang)):
        click.secho(f"    {line}", dim=True)


def _each_lines(finding: Finding, verdict: Verdict, judged: Judged, lang: Lang) -> Iterator[str]:
    """Every member's own standing, worst first."""
    for item in sorted(finding.each, key=lambda each: (each.found is not None, each.found or 0.0)):
        own = verdict.ids[item.position]
        state = {True: "met", False: "excused" if item.excused else "not_met", None: "unknown"}[item.truth]
        yield say(f"cli.judge.each.{state}", lang, name=judged.names.get(own, own),
                  found=amount(item.found, "share", lang), needed=amount(item.needed, "share", lang))
