"""``smezhnik conflicts``: why no cluster complies: what excludes what, what to give up, how far each can be reached."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from smezhnik.cli.asked import EXIT_IMPOSSIBLE, law_options, request_options
from smezhnik.cli.base import EXIT_CANNOT_SAY, EXIT_OK, argument, command, option, progress, stoppable
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import ReadPath
from smezhnik.clusters.asked import Request
from smezhnik.clusters.conflicts import conflicts as find_conflicts
from smezhnik.clusters.data import conflicts_data
from smezhnik.clusters.sentences import conflict_lines
from smezhnik.workflows.compose import read_given
from smezhnik.workflows.reading import Reading


@command("conflicts")
@argument("network", type=ReadPath(), help="cli.argument.network")
@law_options
@request_options
@option("--first", is_flag=True, help="cli.conflicts.first")
@reading_options()
def conflicts(network: Path, pack: str, on: dt.date, request: Request, time_limit: float, first: bool, as_json: bool,
              reading: Reading) -> int:
    """See the catalogue entry ``cli.conflicts``. Exit code: 0 no conflict, 3 not all found in time, 4 conflicts."""
    lang, shown = asked_lang(), progress()
    given = read_given(network, pack, on=on, reading=reading, progress=shown)
    for loaded in given.loaded:
        tell_loaded(loaded)
    with stoppable(shown) as watched:
        found = find_conflicts(given.network, given.pack, on=on, request=request, time_limit_s=time_limit,
                               first_only=first, progress=watched)
    if as_json:
        click.echo(json.dumps(conflicts_data(found, given.names), ensure_ascii=False, indent=2))
    else:
        for line in conflict_lines(found, given.pack.on(on), lang):
            click.echo(line)
    return EXIT_CANNOT_SAY if not found.complete else EXIT_IMPOSSIBLE if found.minimal else EXIT_OK
