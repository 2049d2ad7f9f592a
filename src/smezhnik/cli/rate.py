"""``smezhnik rate``: a scheme and numbers in; places with intervals, what made them and what would move them out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from smezhnik.cli.base import EXIT_OK, Group, argument, command, common, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.paper import Paper, paper_options, refuse_alone
from smezhnik.cli.values import FILE, OUT
from smezhnik.errors import describe_fault
from smezhnik.io.book import write_book
from smezhnik.io.charts import Bars
from smezhnik.io.schemes import list_schemes, read_scheme
from smezhnik.messages import format_number, say
from smezhnik.regions.rating import (
    Composite,
    Plan,
    Sensitivity,
    Standing,
    Uncertainty,
    calc_plan,
    calc_sensitivity,
    calc_uncertainty,
    find_alike,
    find_peers,
    find_standings,
)
from smezhnik.regions.rating.frames import make_changes, make_dictionary, make_plan, make_ratings, make_scores, of
from smezhnik.regions.rating.scheme import INDEX
from smezhnik.types import Lang
from smezhnik.workflows.rating import (
    Rated,
    method_lines,
    rate_file,
    rating_data,
    records,
    rows_of,
    write_rating,
    write_template,
)
from smezhnik.workflows.rating_page import GAIN, report_rated, report_rated_region

#: Runs behind the intervals, and the seed of all draws.
RUNS, SEED = 10_000, 2026
#: Strong and weak sides, and effects, that are shown.
SHOWN = 5


class RateGroup(Group):
    """``rate SCHEME DATA`` is short for ``rate places SCHEME DATA``."""

    def resolve_command(self, ctx: click.Context, args: list[str]
                        ) -> tuple[str | None, click.Command | None, list[str]]:
        if len(args) > 1 and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            args = ["places", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=RateGroup, name="rate", help="cli.rate")
@common
def rate() -> None:
    """See the catalogue entry ``cli.rate``."""


@command("places", help="cli.rate.places")
@argument("scheme", help="cli.argument.scheme")
@argument("data", type=FILE, help="cli.argument.rating_data")
@option("--year", type=int, help="cli.rate.year")
@option("--since", type=int, help="cli.rate.since")
@option("--runs", type=click.IntRange(0, 1_000_000), default=RUNS, show_default=True, help="cli.rate.runs")
@option("--seed", type=int, default=SEED, show_default=True, help="cli.rate.seed")
@option("--sensitivity", is_flag=True, help="cli.rate.sensitivity")
@option("--output", "-o", type=OUT, help="cli.rate.output")
@option("--json", "as_json", is_flag=True, help="cli.rate.json")
@paper_options
def places(scheme: str, data: Path, year: int | None, since: int | None, runs: int, seed: int, sensitivity: bool,
           output: Path | None, as_json: bool, paper: Paper | None) -> int:
    """See the catalogue entry ``cli.rate.places``."""
    rated = rate_file(scheme, data, year=year, since=since)
    _tell_notes(rated)
    varied = runs > 0 and rated.composite.scheme.weighting.method != "envelopment"
    if runs > 0 and not varied:
        tell("error.rating.no_runs")
    spread = calc_uncertainty(rated.composite, runs=runs, seed=seed, progress=progress()) if varied else None
    effects = calc_sensitivity(rated.composite, seed=seed, progress=progress()) if sensitivity or (
        paper is not None and varied) else None
    if as_json:
        click.echo(json.dumps(rating_data(rated, asked_lang(), spread, effects), ensure_ascii=False, indent=1))
    else:
        _print_places(rated, spread, asked_lang())
        if effects is not None:
            _print_effects(effects, asked_lang())
    if output is not None:
        write_rating(rated, output, lang=asked_lang(), spread=spread, effects=effects)
        tell("cli.rate.written", file=str(output))
    if paper is not None:
        paper.write(report_rated(rated, lang=asked_lang(), spread=spread, effects=effects, made_at=paper.made_at,
                                 title=paper.title, issuer=paper.issuer))
    return EXIT_OK


@command("explain", help="cli.rate.explain")
@argument("region", help="cli.argument.rated_region")
@argument("scheme", help="cli.argument.scheme")
@argument("data", type=FILE, help="cli.argument.rating_data")
@option("--peer", "peers", multiple=True, help="cli.rate.peer")
@option("--nearest", type=click.IntRange(1), help="cli.rate.nearest")
@option("--year", type=int, help="cli.rate.year")
@option("--since", type=int, help="cli.rate.since")
@option("--gain", type=click.IntRange(1), help="cli.rate.gain.page")
@option("--output", "-o", type=OUT, help="cli.rate.output.explain")
@option("--json", "as_json", is_flag=True, help="cli.rate.json")
@paper_options
def explain(region: str, scheme: str, data: Path, peers: tuple[str, ...], nearest: int | None, year: int | None,
            since: int | None, gain: int | None, output: Path | None, as_json: bool, paper: Paper | None) -> int:
    """See the catalogue entry ``cli.rate.explain``."""
    if paper is None:
        refuse_alone(gain=gain)
    rated = rate_file(scheme, data, year=year, since=since)
    composite, lang = rated.composite, asked_lang()
    _tell_notes(rated)
    row = rows_of(rated, [region])[0]
    territory = composite.table.regions[row]
    beside = rows_of(rated, peers) or (find_peers(composite, territory, nearest) if nearest else ())
    envelops = composite.scheme.weighting.method == "envelopment"
    spread = None if envelops else calc_uncertainty(composite, runs=RUNS, seed=SEED, progress=progress())
    scores = make_scores(composite, lang, [territory], beside)
    changes = None if rated.change is None else make_changes(rated.change, rated.scheme, lang).filter(
        territory=territory)
    if as_json:
        shown = {"territory": territory, "name": composite.table.names[row], "year": composite.table.year,
                 "places": records(make_ratings(composite, spread).filter(territory=territory)),
                 "scores": records(scores), "peers": [composite.table.names[other] for other in beside],
                 "method": method_lines(rated.scheme, lang)}
        click.echo(json.dumps(shown | ({} if changes is None else {"changes": records(changes)}),
                              ensure_ascii=False, indent=1))
    else:
        _print_region(rated, row, spread, beside, lang)
    if output is not None:
        frames = {"rating_scores": scores} | ({} if changes is None else {"rating_changes": changes})
        write_book(frames, output, lang=lang, about=method_lines(rated.scheme, lang),
                   bars=Bars("title", "points", composite.table.names[row]))
        tell("cli.rate.written", file=str(output))
    if paper is not None:
        effects = None if envelops else calc_sensitivity(composite, seed=SEED, progress=progress())
        paper.write(report_rated_region(rated, row, lang=lang, spread=spread, effects=effects, beside=tuple(beside),
                                        gain=gain or GAIN, made_at=paper.made_at, title=paper.title,
                                        issuer=paper.issuer))
    return EXIT_OK


@command("plan", help="cli.rate.plan")
@argument("region", help="cli.argument.rated_region")
@argument("scheme", help="cli.argument.scheme")
@argument("data", type=FILE, help="cli.argument.rating_data")
@option("--gain", type=click.IntRange(1), required=True, help="cli.rate.gain")
@option("--limit", type=click.FloatRange(0, 1), default=0.9, show_default=True, help="cli.rate.limit")
@option("--peer", "peers", multiple=True, help="cli.rate.peer")
@option("--fixed", multiple=True, help="cli.rate.fixed")
@option("--year", type=int, help="cli.rate.year")
@option("--output", "-o", type=OUT, help="cli.rate.output.plan")
@option("--json", "as_json", is_flag=True, help="cli.rate.json")
def plan(region: str, scheme: str, data: Path, gain: int, limit: float, peers: tuple[str, ...],
         fixed: tuple[str, ...], year: int | None, output: Path | None, as_json: bool) -> int:
    """See the catalogue entry ``cli.rate.plan``."""
    rated = rate_file(scheme, data, year=year)
    _tell_notes(rated)
    territory = rated.composite.table.regions[rows_of(rated, [region])[0]]
    found = calc_plan(rated.composite, territory, gain=gain, limit=limit, peers=rows_of(rated, peers), fixed=fixed)
    frame = make_plan(found, asked_lang())
    if as_json:
        click.echo(json.dumps({"territory": found.region, "name": found.name, "place": found.place,
                               "target": found.target, "reached": found.reached, "score": found.score,
                               "needed": found.needed, "effort": found.effort, "limit": found.limit,
                               "moves": records(frame), "absent": [item.code for item in found.absent]},
                              ensure_ascii=False, indent=1))
    else:
        _print_plan(found, asked_lang())
    if output is not None:
        write_book({"rating_plan": frame}, output, lang=asked_lang(), about=method_lines(rated.scheme, asked_lang()),
                   bars=Bars("title", "gain", found.name))
        tell("cli.rate.written", file=str(output))
    return EXIT_OK


@command("schemes", help="cli.rate.schemes")
def schemes() -> None:
    """See the catalogue entry ``cli.rate.schemes``."""
    for name in list_schemes():
        found = read_scheme(name)
        click.echo(f"{name}  {of(found.title, asked_lang())}")


@command("show", help="cli.rate.show")
@argument("scheme", help="cli.argument.scheme")
@option("--output", "-o", type=OUT, help="cli.rate.output.show")
def show(scheme: str, output: Path | None) -> None:
    """See the catalogue entry ``cli.rate.show``."""
    found, lang = read_scheme(scheme), asked_lang()
    if output is not None:
        write_template(found, output, lang=lang)
        tell("cli.rate.written", file=str(output))
        return
    for line in method_lines(found, lang, sources=False):
        click.echo(line)
    block = None
    for row in make_dictionary(found, None, lang).iter_rows(named=True):
        if row["block"] != block:
            block = row["block"]
            click.secho(f"\n{block}", bold=True)
        click.echo(say(f"cli.rate.indicator.{row['better']}", lang, code=row["code"], title=row["title"],
                       unit=row["indicator_unit"], source=row["source"] or "–"))


for _command in (places, explain, plan, schemes, show):
    rate.add_command(_command)


def _tell_notes(rated: Rated) -> None:
    for note in rated.notes:
        tell("cli.rate.note", note=describe_fault(note, asked_lang()))
    if rated.ignored:
        tell("cli.rate.ignored", columns=list(rated.ignored))


def _interval(spread: Uncertainty, row: int, lang: Lang) -> str:
    low, high = int(np.floor(spread.low[row])), int(np.ceil(spread.high[row]))
    return say("cli.rate.interval.one" if low == high else "cli.rate.interval", lang, low=low, high=high)


def _place(value: float, lang: Lang) -> str:
    return format_number(value, lang)


def _print_places(rated: Rated, spread: Uncertainty | None, lang: Lang) -> None:
    composite = rated.composite
    click.secho(say("cli.rate.title", lang, title=rated.scheme.title, year=composite.table.year,
                    count=len(composite.places)), bold=True)
    order = sorted(range(len(composite.places)), key=lambda row: (composite.places[row], composite.table.names[row]))
    width = max(len(name) for name in composite.table.names)
    for row in order:
        line = (f"{_place(composite.places[row], lang):>5}  {composite.table.names[row]:{width}}  "
                f"{format_number(float(composite.index[row]), lang, 2):>8}")
        click.echo(line if spread is None else f"{line}  {_interval(spread, row, lang)}")
    if spread is not None:
        click.echo(say("cli.rate.interval_note", lang, runs=spread.runs, seed=spread.seed))
    if rated.scheme.note is not None:
        click.echo(of(rated.scheme.note, lang))


def _print_effects(effects: Sensitivity, lang: Lang) -> None:
    click.secho("\n" + say("cli.rate.effects", lang, runs=effects.runs, shift=effects.shift), bold=True)
    for item in sorted(effects.effects, key=lambda effect: -effect.total):
        click.echo("  " + say("cli.rate.effect", lang, factor=say(f"rating.factor.{item.factor}", lang),
                              total=item.total, low=item.total_interval[0], high=item.total_interval[1],
                              first=item.first))


def _print_region(rated: Rated, row: int, spread: Uncertainty | None, beside: Sequence[int], lang: Lang) -> None:
    composite = rated.composite
    name = composite.table.names[row]
    click.secho(say("cli.rate.region", lang, name=name, place=float(composite.places[row]),
                    count=len(composite.places), score=float(composite.index[row]), year=composite.table.year),
                bold=True)
    if spread is not None:
        click.echo(say("cli.rate.region_interval", lang, interval=_interval(spread, row, lang), runs=spread.runs))
        _print_alike(composite, spread, row, lang)
    standings = find_standings(composite, composite.table.regions[row], beside)
    click.echo(say("cli.rate.beside", lang, names=[composite.table.names[other] for other in beside])
               if beside else say("cli.rate.beside_all", lang))
    click.secho("\n" + say("cli.rate.blocks", lang), bold=True)
    for item in standings:
        if item.level and item.code != INDEX:
            click.echo("  " + _standing(item, lang))
    leaves = sorted((item for item in standings if not item.level and item.ahead is not None and not item.filled),
                    key=lambda item: -(item.ahead or 0) * item.weight)
    for title, shown in (("strong", [item for item in leaves[:SHOWN] if (item.ahead or 0) > 0]),
                         ("weak", [item for item in leaves[:-SHOWN - 1:-1] if (item.ahead or 0) < 0])):
        click.secho("\n" + say(f"cli.rate.{title}", lang), bold=True)
        for item in shown:
            click.echo("  " + _standing(item, lang))
    filled = [of(item.title, lang) or "" for item in standings if item.filled]
    if filled:
        click.echo("\n" + say("cli.rate.filled", lang, count=len(filled), titles=filled))
    if rated.change is not None:
        _print_change(rated, composite.table.regions[row], lang)


def _print_alike(composite: Composite, spread: Uncertainty, row: int, lang: Lang) -> None:
    """Regions whose interval holds this place, and whose place this interval holds."""
    if alike := find_alike(composite, spread, row):
        click.echo(say("cli.rate.alike", lang, names=sorted(composite.table.names[other] for other in alike)))


def _standing(item: Standing, lang: Lang) -> str:
    return say("cli.rate.standing", lang, title=item.title, points=item.points, place=item.place, ahead=item.ahead)


def _print_change(rated: Rated, region: str, lang: Lang) -> None:
    change = rated.change
    if change is None or region not in change.regions:
        click.echo("\n" + say("cli.rate.no_change", lang))
        return
    row = change.regions.index(region)
    click.secho("\n" + say("cli.rate.change", lang, since=change.years[0], year=change.years[1],
                           before=float(change.before[row]), after=float(change.after[row]),
                           place_before=float(change.places_before[row]),
                           place_after=float(change.places_after[row])), bold=True)
    shown = make_changes(change, rated.scheme, lang).filter(territory=region).head(2 * SHOWN)
    for item in shown.iter_rows(named=True):
        click.echo("  " + say("cli.rate.moved", lang, title=item["title"], effect=item["effect"],
                              value=item["value_effect"], scale=item["scale_effect"],
                              coverage=item["coverage_effect"]))


def _print_plan(found: Plan, lang: Lang) -> None:
    click.secho(say("cli.rate.plan_title", lang, name=found.name, place=found.place, target=found.target,
                    more=found.needed - found.score, count=len(found.moves)), bold=True)
    for move in found.moves:
        click.echo("  " + say("cli.rate.move", lang, title=move.indicator.title, now=move.now, needed=move.needed,
                              unit=move.indicator.unit, gain=move.gain, reached=move.reached_by))
    click.echo(say("cli.rate.plan_check", lang, reached=found.reached, limit=100 * found.limit, effort=found.effort))
    if found.absent:
        click.echo(say("cli.rate.plan_absent", lang, titles=[item.title for item in found.absent]))
