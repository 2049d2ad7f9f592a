"""``smezhnik repair``: a cluster that does not comply in, the least change that makes it comply out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from smezhnik.cli.asked import EXITS, law_options, request_options
from smezhnik.cli.base import argument, command, option, progress, stoppable, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import OUT, ReadPath
from smezhnik.clusters.asked import Request
from smezhnik.clusters.data import repair_data
from smezhnik.clusters.repair import repair as repair_cluster
from smezhnik.clusters.sentences import repair_lines
from smezhnik.workflows.compose import read_given, write_found
from smezhnik.workflows.reading import Reading


@command("repair")
@argument("cluster", type=ReadPath(), help="cli.argument.cluster")
@option("--network", type=ReadPath(), help="cli.repair.network")
@law_options
@request_options
@option("--output", "-o", type=OUT, help="cli.clusters.output")
@reading_options()
def repair(cluster: Path, network: Path | None, pack: str, on: dt.date, request: Request, time_limit: float,
           output: Path | None, as_json: bool, reading: Reading) -> int:
    """See the catalogue entry ``cli.repair``. Exit code: 0 complies or proved, 3 best found, 4 impossible."""
    lang, shown = asked_lang(), progress()
    given = read_given(cluster, pack, on=on, network=network, reading=reading, progress=shown)
    for loaded in given.loaded:
        tell_loaded(loaded)
    with stoppable(shown) as watched:
        made = repair_cluster(given.cluster, given.pack, on=on, network=given.network, request=request,
                              time_limit_s=time_limit, progress=watched)
    data = repair_data(made, given.names)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for line in repair_lines(made, given.names, lang):
            click.echo(line)
    if output is not None:
        write_found(output, data, members=(*made.kept, *made.added), given=given, verdict=made.verdict, lang=lang,
                    repair=made)
        tell("cli.clusters.written", file=str(output))
    return EXITS[made.status]
