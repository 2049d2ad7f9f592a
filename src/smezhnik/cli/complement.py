"""``smezhnik complement``: a table of plants in; what two regions can give each other out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from smezhnik.cli.base import argument, command, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import DAY, FILE, OUT, TABLE, Finite, day_or_today, shown
from smezhnik.io import write_text
from smezhnik.regions import Complement
from smezhnik.report import report_links
from smezhnik.workflows.complement import complement_files, write_complement
from smezhnik.workflows.reading import Reading

#: Flows that are told on the screen for each direction.
SHOWN_FLOWS = 5


@command("complement")
@argument("organisations", type=FILE, help="cli.argument.plants")
@option("--a", "first", required=True, metavar="cli.value.region", help="cli.complement.a")
@option("--b", "second", required=True, metavar="cli.value.region", help="cli.complement.b")
@option("--output", "-o", type=TABLE, required=True, help="cli.complement.output")
@option("--contracts", type=FILE, help="cli.complement.contracts")
@option("--table", type=FILE, help="cli.complement.table")
@option("--top", type=click.IntRange(1), default=20, show_default=True, help="cli.complement.top")
@option("--links-total", type=Finite(0, min_open=True), help="cli.complement.links_total")
@option("--on", type=DAY, help="cli.complement.on")
@option("--report", type=OUT, help="cli.complement.report")
@option("--json", "as_json", is_flag=True, help="cli.complement.json")
@reading_options("organisations")
def complement(organisations: Path, first: str, second: str, output: Path, contracts: Path | None, table: Path | None,
               top: int, links_total: float | None, on: dt.datetime | None, report: Path | None, as_json: bool,
               reading: Reading) -> None:
    """See the catalogue entry ``cli.complement``."""
    day = day_or_today(on)
    done = complement_files(organisations, first, second, contracts=contracts, table=table, top=top,
                            links_total=links_total, as_of=day, lang=asked_lang(), reading=reading,
                            progress=progress())
    write_complement(done.complement, output, lang=asked_lang())
    for loaded in done.loaded:
        tell_loaded(loaded)
    tell_complement(done.complement)
    tell("cli.complement.file", file=shown(output))
    if report is not None:
        a, b = done.complement.plants
        page = report_links(done.complement.links, lang=asked_lang(), flows=done.complement.flows, as_of=day,
                            organisations=done.loaded[0].frame, pair=(a, b))
        write_text(report, page)
        tell("cli.complement.report_file", file=str(report))
    if as_json:
        click.echo(json.dumps(_figures(done.complement), ensure_ascii=False))


def tell_complement(found: Complement) -> None:
    """What goes each way, what the sums are, and who stayed outside."""
    a, b = found.plants
    sums = {a: found.a_to_b_th_rub, b: found.b_to_a_th_rub}
    for seller, buyer in ((a, b), (b, a)):
        tell("cli.complement.way", seller=seller, buyer=buyer, value=sums[seller] / 1000, plants=found.plants[seller])
        best = found.flows.filter(found.flows["seller_region"] == seller).head(SHOWN_FLOWS)
        for row in best.iter_rows(named=True):
            tell("cli.complement.flow", seller=row["seller_name"], buyer=row["buyer_name"],
                 value=row["value_th_rub"] / 1000)
    tell("cli.complement.links", count=len(found.links), expected=found.links_total, existing=found.existing)
    tell("cli.complement.potential", table=found.table)
    if found.without_activity or found.without_output or found.other_activity:
        tell("cli.complement.outside", activity=found.without_activity, output=found.without_output,
             other=found.other_activity)


def _figures(found: Complement) -> dict[str, object]:
    return {
        "plants": dict(found.plants), "a_to_b_th_rub": found.a_to_b_th_rub, "b_to_a_th_rub": found.b_to_a_th_rub,
        "links": len(found.links), "links_total": found.links_total, "existing": found.existing,
        "without_activity": found.without_activity, "without_output": found.without_output,
        "other_activity": found.other_activity, "table": found.table, "basis": "inferred",
        "flows": found.flows.to_dicts(),
    }
