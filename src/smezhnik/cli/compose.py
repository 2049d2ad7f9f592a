"""``smezhnik compose``: plants and contracts in, the best cluster that the law of the day allows out."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import click

from smezhnik.cli.asked import EXITS, law_options, request_options
from smezhnik.cli.base import argument, command, option, progress, stoppable, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import OUT, ReadPath
from smezhnik.clusters.asked import Request
from smezhnik.clusters.compose import compose as compose_cluster
from smezhnik.clusters.conflicts import conflicts as find_conflicts
from smezhnik.clusters.data import composition_data
from smezhnik.clusters.sentences import composition_lines, conflict_lines, outsider_line
from smezhnik.workflows.compose import Given, read_given, write_found
from smezhnik.workflows.reading import Reading


@command("compose")
@argument("network", type=ReadPath(), help="cli.argument.network")
@law_options
@request_options
@option("--output", "-o", type=OUT, help="cli.clusters.output")
@option("--outsiders", is_flag=True, help="cli.compose.outsiders")
@reading_options()
def compose(network: Path, pack: str, on: dt.date, request: Request, time_limit: float, output: Path | None,
            outsiders: bool, as_json: bool, reading: Reading) -> int:
    """See the catalogue entry ``cli.compose``. Exit code: 0 proved, 3 best found or nothing, 4 impossible."""
    lang, shown = asked_lang(), progress()
    given = read_given(network, pack, on=on, reading=reading, progress=shown)
    for loaded in given.loaded:
        tell_loaded(loaded)
    with stoppable(shown) as watched:
        made = compose_cluster(given.network, given.pack, on=on, request=request, time_limit_s=time_limit,
                               progress=watched)
    data = composition_data(made, given.names)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for line in composition_lines(made, given.names, lang):
            click.echo(line)
        for item in made.outsiders if outsiders else ():
            click.echo("  " + outsider_line(item, made.verdict.edition, given.names, lang))
    if made.status == "impossible" and request.new_volume_th_rub is None:
        tell_why(given, on, request, time_limit)
    if output is not None:
        write_found(output, data, members=made.members, given=given, verdict=made.verdict, lang=lang,
                    composition=made)
        tell("cli.clusters.written", file=str(output))
    return EXITS[made.status]


def tell_why(given: Given, on: dt.date, request: Request, time_limit: float) -> None:
    """One minimal conflict, on stderr; ``smezhnik conflicts`` tells them all."""
    found = find_conflicts(given.network, given.pack, on=on, request=request, time_limit_s=time_limit, first_only=True)
    for line in conflict_lines(replace(found, complete=True, beside=()), given.pack.on(on), asked_lang()):
        tell("cli.compose.why", line=line)
    tell("cli.compose.impossible")
