"""``smezhnik discover``: a network in, the clusters that could be formed in it out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from smezhnik.cli.asked import known_region, law_options, request_options
from smezhnik.cli.base import EXIT_CANNOT_SAY, EXIT_OK, argument, command, option, progress, stoppable
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import ReadPath
from smezhnik.clusters.asked import Request
from smezhnik.clusters.data import candidates_data
from smezhnik.clusters.discover import By
from smezhnik.clusters.discover import discover as find_clusters
from smezhnik.clusters.sentences import candidate_lines
from smezhnik.workflows.compose import read_given
from smezhnik.workflows.reading import Reading


@command("discover")
@argument("network", type=ReadPath(), help="cli.argument.network")
@law_options
@option("--by", type=click.Choice(["communities", "best", "product"]), default="communities", show_default=True,
        help="cli.discover.by")
@option("--region", "regions", multiple=True, help="cli.discover.region")
@option("--most", type=click.IntRange(1), default=10, show_default=True, help="cli.discover.most")
@request_options
@reading_options()
def discover(network: Path, pack: str, on: dt.date, by: By, regions: tuple[str, ...], most: int, request: Request,
             time_limit: float, as_json: bool, reading: Reading) -> int:
    """See the catalogue entry ``cli.discover``. Exit code: 0 some were found, 3 none."""
    lang, shown = asked_lang(), progress()
    given = read_given(network, pack, on=on, reading=reading, progress=shown)
    for loaded in given.loaded:
        tell_loaded(loaded)
    with stoppable(shown) as watched:
        found = find_clusters(given.network, given.pack, on=on, by=by, request=request,
                              regions=tuple(map(known_region, regions)), most=most, time_limit_s=time_limit,
                              progress=watched)
    if as_json:
        click.echo(json.dumps(candidates_data(found, given.names), ensure_ascii=False, indent=2))
    else:
        for line in candidate_lines(found, given.names, lang):
            click.echo(line)
    return EXIT_OK if found else EXIT_CANNOT_SAY
