"""``smezhnik codes``: show, find, bridge; ``suggest`` has a module of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from smezhnik.classifiers import SYSTEMS, Classifier, bridges, load
from smezhnik.cli.base import Group, argument, command, common, lang, option, tell
from smezhnik.cli.values import FilePath
from smezhnik.errors import InputFaults
from smezhnik.messages import format_number, say

#: Subcommand → module of this package and its name there; imported when asked for.
COMMANDS = {
    "show": ("codes", "show"),
    "find": ("codes", "find"),
    "bridge": ("codes", "bridge"),
    "suggest": ("codes_suggest", "suggest"),
}
#: Where a code is looked up when no system is named.
USUAL = ("okpd2", "okved2", "tnved", "okei")
BRIDGED = ("okpd2", "okved2", "tnved", "hs2022", "nace2")


class Codes(Group):
    """The group; its subcommands are loaded one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands by their catalogue entries, without importing them."""
        with formatter.section(say("cli.commands", lang())):
            formatter.write_dl([(name, say(f"cli.codes.{name}", lang()).splitlines()[0]) for name in COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        found: click.Command = getattr(import_module(f"smezhnik.cli.{module}"), name)
        return found


@click.group(cls=Codes, name="codes", help="cli.codes")
@common
def codes() -> None:
    """See the catalogue entry ``cli.codes``."""


@command("show", help="cli.codes.show")
@argument("code", help="cli.argument.code")
@option("--system", type=click.Choice(list(SYSTEMS)), help="cli.codes.system")
@option("--json", "as_json", is_flag=True, help="cli.codes.json")
def show(code: str, system: str | None, as_json: bool) -> None:
    """See the catalogue entry ``cli.codes.show``."""
    systems = [system] if system else list(USUAL)
    found = [(classifier, meant) for name in systems
             if (meant := (classifier := load(name)).normalise(code)) is not None and meant in classifier]
    if not found:
        fault = load(system or _likely_system(code)).find_code_fault(code)
        raise InputFaults([fault] if fault else [], "no_code", found=code)
    if as_json:
        click.echo(json.dumps([_card(*item) for item in found], ensure_ascii=False, indent=1))
        return
    for place, (classifier, meant) in enumerate(found):
        if place:
            click.echo()
        _print_card(classifier, meant)


@command("find", help="cli.codes.find")
@argument("text", help="cli.argument.words")
@option("--system", type=click.Choice(list(SYSTEMS)), default="okpd2", show_default=True, help="cli.codes.system")
@option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="cli.codes.top")
@option("--json", "as_json", is_flag=True, help="cli.codes.json")
def find(text: str, system: str, top: int, as_json: bool) -> None:
    """See the catalogue entry ``cli.codes.find``."""
    classifier = load(system)
    found = classifier.find(text, top)
    if as_json:
        click.echo(json.dumps([{"system": system, "code": item.code, "name": item.name,
                                "full_name": classifier.full_name(item.code), "score": round(item.score, 4)}
                               for item in found], ensure_ascii=False, indent=1))
        return
    _print_rows([(item.code, _named(classifier, item.code)) for item in found])
    if found:
        tell("cli.codes.find.next", code=found[0].code, system=system)
    else:
        tell("cli.codes.find.none", found=text, system=SYSTEMS[system].called)


@command("bridge", help="cli.codes.bridge")
@argument("code", help="cli.argument.code")
@option("--to", required=True, type=click.Choice(BRIDGED), help="cli.codes.to")
@option("--from", "from_", type=click.Choice([*BRIDGED, "okved2007"]), help="cli.codes.from")
@option("--table", type=FilePath(exists=True), help="cli.codes.table")
@option("--json", "as_json", is_flag=True, help="cli.codes.json")
def bridge(code: str, to: str, from_: str | None, table: Path | None, as_json: bool) -> None:
    """See the catalogue entry ``cli.codes.bridge``."""
    from_ = from_ or _likely_system(code, to)
    if from_ in SYSTEMS:
        meant, fault = load(from_).read(code)
        if fault is not None and fault.severity == "refused":
            raise InputFaults([fault], "no_code", found=code)
        code = meant or code
    frame = bridges.bridge(code, from_, to, table=bridges.load_table(table) if table else None)
    target = load(to)
    if as_json:
        rows = [row | {"name": target.name(row["to"]) if row["to"] in target else None}
                for row in frame.iter_rows(named=True)]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    _print_rows([(row["to"], _share(row["weight"]), say(f"cli.codes.quality.{row['quality']}", lang()),
                  _named(target, row["to"]) if row["to"] in target else "") for row in frame.iter_rows(named=True)])
    if frame.is_empty():
        tell("cli.codes.bridge.none", found=code, system=SYSTEMS[to].called)
    elif set(frame["quality"]) - {"exact"}:
        tell("cli.codes.bridge.quality")


def _likely_system(code: str, to: str | None = None) -> str:
    """The system that the shape of a code tells: dots are of products and activities, bare digits of commodities."""
    bare = code.replace(" ", "").isdigit()
    if bare and to != "tnved" and len(code.replace(" ", "")) > 4:
        return "tnved"
    return "okved2" if to == "okpd2" else "okpd2"


def _share(weight: float) -> str:
    return "< 1 %" if weight < 0.005 else format_number(100 * weight, lang(), 0) + " %"


def _named(classifier: Classifier, code: str) -> str:
    """The name; with the names above it where commodities are listed by «прочие»."""
    name = classifier.full_name(code) if classifier.system.name == "tnved" else classifier.name(code)
    mark = classifier.show(code).mark
    return f"{name} [{say(f'cli.codes.mark.{mark}', lang())}]".strip() if mark else name


def _own_name(classifier: Classifier, code: str) -> str:
    entry = classifier.show(code)
    note = f"[{say(f'cli.codes.mark.{entry.mark}', lang())}]" if entry.mark else ""
    return f"{entry.name} {note}".strip()


def _card(classifier: Classifier, code: str) -> dict[str, object]:
    entry = classifier.show(code)
    return {
        "system": classifier.system.name, "edition": classifier.system.edition.isoformat(), "code": code,
        "name": entry.name, "level": entry.level, "mark": entry.mark or None,
        "path": [{"code": step, "name": classifier.name(step)} for step in classifier.path(code)[:-1]],
        "children": [{"code": step, "name": classifier.name(step)} for step in classifier.children(code)],
    }


def _print_card(classifier: Classifier, code: str) -> None:
    system = classifier.system
    click.secho(say("cli.codes.title", lang(), system=system.en if lang() == "en" else system.ru,
                    edition=system.edition), bold=True)
    _print_rows([(step, say(f"level.{system.name}.{classifier.level(step)}", lang()), _own_name(classifier, step))
                 for step in classifier.path(code)])
    children = classifier.children(code)
    if children:
        click.echo(say("cli.codes.children", lang(), count=len(children)))
        _print_rows([(f"  {child}", _own_name(classifier, child)) for child in children])


def _print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Columns side by side, the last one as it is."""
    if not rows:
        return
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]) - 1)]
    for row in rows:
        head = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        click.echo(f"{head}  {row[-1]}".rstrip())
