"""``smezhnik packs``: the law as data – list, show on a day, compare two days, check a pack of one's own."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from smezhnik.cli.base import EXIT_INPUT, EXIT_OK, Group, argument, command, common, option, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.values import DAY, OUT, day_or_today
from smezhnik.errors import InputError
from smezhnik.messages import format_date, say
from smezhnik.rules.data import difference_data, edition_data
from smezhnik.rules.differences import Difference, find_difference
from smezhnik.rules.load import list_packs, load_pack
from smezhnik.rules.pack import Edition
from smezhnik.rules.sentences import (
    amendment_line,
    checked_line,
    criterion_change_line,
    fact_word,
    source_line,
    term_change_line,
    term_line,
    term_lines,
    unread_line,
)
from smezhnik.rules.wanted import find_wanted
from smezhnik.types import Lang
from smezhnik.workflows.cases import run_cases
from smezhnik.workflows.packs import copy_pack, write_form


@click.group(cls=Group, name="packs", help="cli.packs")
@common
def packs() -> None:
    """See the catalogue entry ``cli.packs``."""


@command("list", help="cli.packs.list")
@option("--json", "as_json", is_flag=True, help="cli.packs.json")
def list_(as_json: bool) -> None:
    """See the catalogue entry ``cli.packs.list``."""
    found = [load_pack(name) for name in list_packs()]
    if as_json:
        click.echo(json.dumps([{"pack": item.name, "title": item.title.ru, "title_en": item.title.en,
                                "from": item.span.since.isoformat(), "editions": [str(day) for day in item.days],
                                "checked": item.checked.isoformat(), "criteria": len(item.criteria)}
                               for item in found], ensure_ascii=False, indent=1))
        return
    width = max(len(item.name) for item in found)
    for item in found:
        days = ", ".join(format_date(day, asked_lang()) for day in item.days)
        click.echo(f"{item.name:{width}}  {item.title.of(asked_lang())}")
        click.echo(f"{'':{width}}  {say('cli.packs.editions', asked_lang(), days=days, checked=item.checked)}")


@command("show", help="cli.packs.show")
@argument("pack", help="cli.argument.pack")
@option("--on", type=DAY, default=None, help="cli.packs.on")
@option("--json", "as_json", is_flag=True, help="cli.packs.json")
def show(pack: str, on: dt.datetime | None, as_json: bool) -> None:
    """See the catalogue entry ``cli.packs.show``."""
    day = day_or_today(on)
    edition = load_pack(pack).on(day)
    if as_json:
        click.echo(json.dumps(edition_data(edition), ensure_ascii=False, indent=2))
    else:
        _print_edition(edition, asked_lang())


@command("diff", help="cli.packs.diff")
@argument("pack", help="cli.argument.pack")
@argument("one", type=DAY, help="cli.argument.day_one")
@argument("other", type=DAY, help="cli.argument.day_other")
@option("--json", "as_json", is_flag=True, help="cli.packs.json")
def diff(pack: str, one: dt.datetime, other: dt.datetime, as_json: bool) -> None:
    """See the catalogue entry ``cli.packs.diff``."""
    rules = load_pack(pack)
    difference = find_difference(rules.on(one.date()), rules.on(other.date()))
    if as_json:
        click.echo(json.dumps(difference_data(difference), ensure_ascii=False, indent=2))
    else:
        _print_difference(difference, asked_lang())


@command("copy", help="cli.packs.copy")
@argument("pack", help="cli.argument.pack")
@argument("folder", type=click.Path(path_type=Path, file_okay=False), help="cli.argument.new_folder")
def copy(pack: str, folder: Path) -> None:
    """See the catalogue entry ``cli.packs.copy``."""
    files = copy_pack(pack, folder)
    click.echo(say("cli.packs.copied", asked_lang(), count=len(files), folder=str(folder)))


@command("form", help="cli.packs.form")
@argument("pack", help="cli.argument.pack")
@option("--on", type=DAY, default=None, help="cli.packs.on")
@option("--output", "-o", type=OUT, required=True, help="cli.packs.form.output")
def form(pack: str, on: dt.datetime | None, output: Path) -> None:
    """See the catalogue entry ``cli.packs.form``."""
    day = day_or_today(on)
    if output.suffix.lower() != ".xlsx":
        raise InputError("ending_unknown", file=output.name, endings=[".xlsx"])
    write_form(load_pack(pack).on(day), output, lang=asked_lang())
    tell("cli.packs.form.done", file=str(output))


@command("check", help="cli.packs.check")
@argument("pack", help="cli.argument.pack")
def check(pack: str) -> int:
    """See the catalogue entry ``cli.packs.check``."""
    rules = load_pack(pack)
    done = run_cases(rules, None if pack in list_packs() else Path(pack))
    for item in done:
        for found in item.differences:
            click.echo(say("cli.packs.case", asked_lang(), case=item.case.name, file=item.case.file,
                           line=item.case.line, day=item.case.on, what=found.what, expected=found.expected,
                           found=found.found))
    failed = sum(bool(item.differences) for item in done)
    click.echo(say("cli.packs.checked", asked_lang(), pack=rules.name, criteria=len(rules.criteria),
                   days=len(rules.days), cases=len(done), failed=failed))
    return EXIT_INPUT if failed else EXIT_OK


for _command in (list_, show, diff, form, check, copy):
    packs.add_command(_command)


def _print_edition(edition: Edition, lang: Lang) -> None:
    pack = edition.pack
    click.secho(say("cli.packs.title", lang, title=pack.title.of(lang), day=edition.day), bold=True)
    if pack.about is not None:
        click.echo(pack.about.of(lang))
    for line in (amendment_line(edition.amendment, lang), unread_line(edition.unread, lang),
                 checked_line(edition, lang), say("cli.packs.logic", lang)):
        if line:
            click.echo(line)
    for criterion in edition.criteria:
        click.echo()
        click.secho(f"{criterion.title.of(lang)} [{criterion.code}]", bold=True)
        click.echo(f"    {source_line(criterion.provenance, lang)}")
        for line in term_lines([edition.law.terms[code] for code in criterion.parameters()], lang,
                               criterion.provenance):
            click.echo(f"    {line}")
        if criterion.waivable_by:
            click.echo(f"    {say('cli.packs.waivable', lang, by=criterion.waivable_by)}")
    _print_rest(edition, lang)


def _print_rest(edition: Edition, lang: Lang) -> None:
    """Earlier decisions, obligations, amounts, and the facts that are asked."""
    for validity in edition.validities:
        term = edition.law.terms[validity.years]
        click.echo("\n" + say("cli.packs.validity", lang, term=term_line(term, lang)))
    for clause in edition.grandfathering:
        click.echo(f"{clause.title.of(lang)}: {source_line(clause.provenance, lang)}")
    for obligation in edition.obligations:
        click.echo(f"{obligation.title.of(lang)}: {source_line(obligation.provenance, lang)}")
    for item in edition.amounts:
        click.echo("\n" + say("cli.packs.amount", lang, title=item.title.of(lang)))
        for code in item.parameters():
            click.echo(f"    {term_line(edition.law.terms[code], lang)}")
    wanted = find_wanted(edition)
    if wanted.members:
        click.echo("\n" + say("cli.packs.member_facts", lang,
                              facts=[fact_word(fact, edition.law, lang) for fact in wanted.members]))
    if wanted.cluster:
        click.echo(say("cli.packs.cluster_facts", lang,
                       facts=[fact_word(fact, edition.law, lang) for fact in wanted.cluster]))


def _print_difference(found: Difference, lang: Lang) -> None:
    click.secho(say("cli.packs.diff_title", lang, title=found.before.pack.title.of(lang), one=found.before.day,
                    other=found.after.day), bold=True)
    for change in found.changes:
        click.echo("\n" + say("cli.packs.change", lang, day=change.on, area=change.area.of(lang),
                              text=change.text.of(lang), whom=change.whom.of(lang)))
    if found.criteria:
        click.secho("\n" + say("cli.packs.diff_criteria", lang), bold=True)
        for item in found.criteria:
            click.echo(f"  {criterion_change_line(item, lang)}")
    if found.terms:
        click.secho("\n" + say("cli.packs.diff_terms", lang), bold=True)
        for term in found.terms:
            click.echo(f"  {term_change_line(term, lang)}")
    if not (found.changes or found.criteria or found.terms):
        click.echo(say("cli.packs.no_difference", lang))
