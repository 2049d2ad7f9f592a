"""``smezhnik plan``: links, needs and offers in; who serves whom and how much out."""

from __future__ import annotations

import json
from pathlib import Path

import click

from smezhnik.cli.base import EXIT_CANNOT_SAY, EXIT_OK, argument, command, option, progress, stoppable, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import reading_options, tell_loaded
from smezhnik.cli.values import FILE, OUT, Finite
from smezhnik.matching.plan import Plan
from smezhnik.matching.plan import plan as make_plan
from smezhnik.types import BASES, GRADES, Grade
from smezhnik.workflows.plan import write_plan
from smezhnik.workflows.reading import Reading, read_all

#: What ``--json`` prints of a plan besides its status.
FIGURES = ("needs", "served", "partly", "needs_without_price", "needs_without_volume", "imported_th_rub",
           "wanted_imported_th_rub", "value_th_rub", "wanted_value_th_rub", "ask_imported_th_rub", "ask_value_th_rub",
           "gap")


@command("plan")
@argument("links", type=FILE, help="cli.argument.links")
@argument("needs", type=FILE, help="cli.argument.needs")
@argument("offers", type=FILE, help="cli.argument.offers")
@option("--output", "-o", type=OUT, required=True, help="cli.plan.output")
@option("--max-suppliers", type=click.IntRange(1), help="cli.plan.max_suppliers")
@option("--min-grade", type=click.Choice(GRADES), default="C", show_default=True, help="cli.plan.min_grade")
@option("--no-inferred", is_flag=True, help="cli.plan.no_inferred")
@option("--time-limit", type=Finite(1), default=60.0, show_default=True, help="cli.plan.time_limit")
@option("--json", "as_json", is_flag=True, help="cli.plan.json")
@reading_options()
def plan(links: Path, needs: Path, offers: Path, output: Path, max_suppliers: int | None, min_grade: Grade | None,
         no_inferred: bool, time_limit: float, as_json: bool, reading: Reading) -> int:
    """See the catalogue entry ``cli.plan``. The exit code is 3 where the optimum was not proven in time."""
    bases, shown = tuple(basis for basis in BASES if not (no_inferred and basis == "inferred")), progress()
    read = read_all({"links": links, "needs": needs, "offers": offers}, reading, shown)
    with stoppable(shown) as watched:
        made = make_plan(read["links"].frame, read["needs"].frame, read["offers"].frame, max_suppliers=max_suppliers,
                         min_grade=min_grade, bases=bases, time_limit_s=time_limit, progress=watched)
    files = write_plan(made, output, lang=asked_lang())
    for loaded in read.values():
        tell_loaded(loaded)
    tell_plan(made)
    tell("cli.plan.files", files=[str(file) for file in files])
    if as_json:
        figures = {name: getattr(made, name) for name in FIGURES}
        status = {"status": made.status, "doubt": made.doubt, "interrupted": made.interrupted}
        click.echo(json.dumps({**status, **figures}, ensure_ascii=False))
    return EXIT_OK if made.proven else EXIT_CANNOT_SAY


def tell_plan(made: Plan) -> None:
    """The plan in sentences: what is covered, what it replaces, what must be asked, what is left, how sure it is."""
    tell("cli.plan.covered", served=made.served, needs=made.needs, value=made.value_th_rub / 1000,
         wanted=made.wanted_value_th_rub / 1000)
    if made.partly:
        tell("cli.plan.partly", count=made.partly)
    if made.wanted_imported_th_rub:
        tell("cli.plan.imports", imported=made.imported_th_rub / 1000, wanted=made.wanted_imported_th_rub / 1000)
    asked = int((~made.allocations["assured"]).sum())
    if asked:
        tell("cli.plan.asked", count=asked, value=made.ask_value_th_rub / 1000)
    if made.needs_without_price:
        tell("cli.plan.without_price", count=made.needs_without_price)
    for reason, count in made.uncovered.group_by("reason", maintain_order=True).len().sort("reason").iter_rows():
        tell(f"cli.plan.left.{reason}", count=count)
    if made.proven:
        tell("cli.plan.proven")
    else:
        if made.interrupted or made.late:
            tell("cli.plan.interrupted" if made.interrupted else "cli.plan.late")
        tell(f"cli.plan.gap.{made.doubt}", percent=100 * made.gap)
