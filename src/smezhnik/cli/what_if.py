"""``smezhnik what-if``: a cluster and a change in, both verdicts out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from smezhnik.cli.asked import law_options
from smezhnik.cli.base import argument, command, option, progress
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.judge import EXITS
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import ReadPath
from smezhnik.clusters.data import what_if_data
from smezhnik.clusters.sentences import what_if_lines
from smezhnik.clusters.whatif import what_if as try_change
from smezhnik.workflows.compose import read_given
from smezhnik.workflows.reading import Reading


@command("what-if")
@argument("cluster", type=ReadPath(), help="cli.argument.cluster")
@option("--network", type=ReadPath(), help="cli.repair.network")
@law_options
@option("--add", multiple=True, help="cli.what-if.add")
@option("--remove", multiple=True, help="cli.what-if.remove")
@option("--sign", multiple=True, help="cli.what-if.sign")
@option("--end", multiple=True, help="cli.what-if.end")
@reading_options()
def what_if(cluster: Path, network: Path | None, pack: str, on: dt.date, add: tuple[str, ...],
            remove: tuple[str, ...], sign: tuple[str, ...], end: tuple[str, ...], as_json: bool,
            reading: Reading) -> int:
    """See the catalogue entry ``cli.what-if``. The exit code is that of the verdict after the change."""
    lang = asked_lang()
    given = read_given(cluster, pack, on=on, network=network, reading=reading, progress=progress())
    for loaded in given.loaded:
        tell_loaded(loaded)
    found = try_change(given.cluster, given.pack, on=on, network=given.network, add=add, remove=remove, sign=sign,
                       end=end)
    if as_json:
        click.echo(json.dumps(what_if_data(found, given.names), ensure_ascii=False, indent=2))
    else:
        for line in what_if_lines(found, given.names, lang):
            click.echo(line)
    return EXITS[found.after.state]
