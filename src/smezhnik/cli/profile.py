"""``smezhnik profile``: output of regions in; what each is strong in, how it differs and what changed out."""

from __future__ import annotations

import json
from pathlib import Path

import click

from smezhnik.cli.base import argument, command, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.output import PageAsked, output_options, page_options
from smezhnik.cli.paper import Paper, paper_options, refuse_alone
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import FILE, OUT
from smezhnik.errors import InputError
from smezhnik.messages import say
from smezhnik.types import Lang
from smezhnik.workflows.output import Asked, OutputRead
from smezhnik.workflows.profile import Profiled, calc_change, pick_region, profile_files, write_profile
from smezhnik.workflows.reading import Reading
from smezhnik.workflows.region_page import report_region_files

#: Activities of a region that are told on the screen.
SHOWN = 10


@command("profile")
@argument("output", type=FILE, help="cli.argument.output")
@option("--region", metavar="cli.value.region", help="cli.profile.region")
@option("--year", type=int, metavar="cli.value.number", help="cli.profile.year")
@output_options
@option("--public", is_flag=True, help="cli.profile.public")
@option("--output", "-o", "out", type=OUT, help="cli.profile.out")
@option("--json", "as_json", is_flag=True, help="cli.profile.json")
@page_options
@paper_options
@reading_options("output")
def profile(output: Path, region: str | None, year: int | None, asked: Asked, public: bool, out: Path | None,
            as_json: bool, page: PageAsked, paper: Paper | None, reading: Reading) -> None:
    """See the catalogue entry ``cli.profile``."""
    lang, shown = asked_lang(), None
    if paper is None:
        refuse_alone(**vars(page))
    elif region is None:
        raise InputError("profile_page_region")
    if paper is not None and region is not None:
        shown = report_region_files(
            page.files(output), region, asked, year=year, public=public, unit=page.unit, title=paper.title,
            issuer=paper.issuer, made_at=paper.made_at, lang=lang, reading=reading, progress=progress())
        made = shown.made
    else:
        made = profile_files(output, asked, public=public, lang=lang, reading=reading, progress=progress())
    tell_output(made.output)
    if made.hidden is not None:
        tell("cli.profile.hidden", few=made.hidden.filter(made.hidden["reason"] == "few").height,
             cover=made.hidden.filter(made.hidden["reason"] == "cover").height)
    if region is not None:
        print_profile(made, made.output.find_region(region), year, lang, as_json=as_json)
    elif as_json:
        click.echo(json.dumps(made.structures.to_dicts(), ensure_ascii=False))
    if out is not None:
        charted = None if region is None else made.output.find_region(region)
        tell("cli.profile.files", files=[str(file) for file in write_profile(made, out, lang=lang, region=charted)])
    elif region is None and not as_json:
        tell("cli.profile.hint")
    if paper is not None and shown is not None:
        paper.write(shown.reported)


def tell_output(read: OutputRead) -> None:
    """What was read, what was left out or parted, how much a bridge split."""
    for loaded in read.loaded.values():
        tell_loaded(loaded)
    panel = read.panel
    tell("cli.profile.panel", regions=len(panel.regions), activities=len(panel.activities),
         years=[str(year) for year in panel.years])
    if read.territories.totals:
        tell("cli.profile.totals", names=read.territories.totals)
    for whole, inside in read.territories.parted.items():
        tell("cli.profile.parted", whole=whole, inside=inside)
    if read.bridged is not None:
        for year, share in read.bridged.split_share.items():
            tell("cli.profile.bridged", year=year, split=100 * share, lost=100 * read.bridged.lost_share[year])
    for year, share in read.outside.items():
        tell("cli.profile.outside", year=year, share=100 * share)


def print_profile(made: Profiled, region: str, year: int | None, lang: Lang, *, as_json: bool) -> None:
    """One region: structure, specialisation, change, peers."""
    structure, cells = pick_region(made, region, year)
    if as_json:
        click.echo(json.dumps({"structure": structure, "cells": cells.to_dicts()}, ensure_ascii=False))
        return
    click.secho(say("cli.profile.title", lang, name=structure["territory_name"], year=structure["year"]), bold=True)
    if structure["krugman"] is None:
        click.echo(say("cli.profile.secret", lang))
    else:
        click.echo(say("cli.profile.structure", lang, **structure))
    if structure["unrelated"] is not None:
        click.echo(say("cli.profile.variety", lang, **structure))
    if structure["peers"]:
        click.echo(say("cli.profile.peers", lang, peers=structure["peers"]))
    click.echo(say("cli.profile.strong", lang))
    for row in cells.filter(cells["lq"].is_not_null()).head(SHOWN).iter_rows(named=True):
        name = " ".join(filter(None, (row["activity"], row["activity_name"])))
        line = say("cli.profile.line", lang, name=name, lq=row["lq"], share=100 * row["share"])
        if row["certain"] is not None:
            line += say(f"cli.profile.certain.{row['certain']}", lang, firms=row["firms"], low=row["lq_low"],
                        high=row["lq_high"])
        if row.get("growth") is not None:
            line += say("cli.profile.growth", lang, growth=100 * row["growth"])
        click.echo(line)
    if structure["year"] == made.output.panel.years[-1] and (change := calc_change(made, region)) is not None:
        click.echo(say("cli.profile.change", lang, **change))
    click.secho(say("cli.profile.formula", lang), dim=True)
