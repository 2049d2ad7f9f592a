"""``smezhnik check``: what is in a file, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from smezhnik.cli.base import EXIT_INPUT, EXIT_OK, argument, command, option, progress, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.reading import parse_columns
from smezhnik.cli.values import FILE, OUT
from smezhnik.errors import Fault, InputFaults, describe_fault
from smezhnik.io import Loaded, check_table, read_recipe, recipe_of, write_faults
from smezhnik.io import save_recipe as write_recipe
from smezhnik.messages import say
from smezhnik.tables import TABLES

#: Notes printed before the rest is only counted.
SHOWN_NOTES = 20


@command("check")
@argument("table", type=click.Choice(list(TABLES)), help="cli.argument.table")
@argument("file", type=FILE, help="cli.argument.file")
@option("--columns", multiple=True, metavar="cli.value.columns", help="cli.option.columns")
@option("--sheet", help="cli.check.sheet")
@option("--recipe", type=FILE, help="cli.option.recipe")
@option("--save-recipe", type=OUT, help="cli.check.save_recipe")
@option("--skip-faulty", is_flag=True, help="cli.option.skip_faulty")
@option("--faults", type=OUT, help="cli.option.faults")
@option("--json", "as_json", is_flag=True, help="cli.check.json")
def check(table: str, file: Path, faults: Path | None, columns: tuple[str, ...], sheet: str | None,
          recipe: Path | None, save_recipe: Path | None, skip_faulty: bool, as_json: bool) -> int:
    """See the catalogue entry ``cli.check``."""
    loaded = check_table(file, table, sheet=sheet, columns=parse_columns(columns, main=table).get(table),
                         recipe=read_recipe(recipe) if recipe else None, progress=progress())
    if as_json:
        click.echo(json.dumps(_as_json(loaded), ensure_ascii=False, indent=2))
    elif loaded.read or loaded.mapping:  # nothing to count where the file could not be opened
        _print(loaded)
    if save_recipe is not None and loaded.mapping:
        _save(loaded, save_recipe, sheet)
    if faults is not None and (loaded.faults or loaded.notes):
        write_faults(file, [*loaded.faults, *loaded.notes], faults, lang=asked_lang())
        tell("cli.check.returned", file=str(faults))
    if not loaded.faults:
        tell("cli.check.fine")
        return EXIT_OK
    whole = any(fault.row is None for fault in loaded.faults)
    if skip_faulty and not whole:
        return EXIT_OK
    if as_json:
        return EXIT_INPUT
    raise InputFaults(loaded.faults, "file_refused" if whole else "input_faults", file=loaded.file)


def _save(loaded: Loaded, path: Path, sheet: str | None) -> None:
    write_recipe(recipe_of(loaded, sheet), path)
    tell("cli.check.recipe_saved", file=str(path), table=loaded.table)


def _print(loaded: Loaded) -> None:
    language = asked_lang()
    click.echo(say("cli.check.counts", language, file=loaded.file, read=loaded.read, accepted=loaded.accepted,
                   refused=loaded.refused, skipped=loaded.skipped))
    if loaded.mapping:
        about = TABLES[loaded.table].columns
        click.echo(say("cli.check.mapping", language))
        for header, column in loaded.mapping.items():
            click.echo(f"  {header} → {getattr(about[column], language)} ({column})")
        for header in loaded.ignored:
            click.echo(f"  {header} → {say('cli.check.unused', language)}")
    if loaded.notes:
        click.echo(say("cli.check.notes", language))
        for note in loaded.notes[:SHOWN_NOTES]:
            click.echo(f"  {describe_fault(note, language)}")
        if (rest := len(loaded.notes) - SHOWN_NOTES) > 0:
            click.echo("  " + say("cli.check.more_notes", language, count=rest))


def _as_json(loaded: Loaded) -> dict[str, Any]:
    return {"table": loaded.table, "file": loaded.file, "read": loaded.read, "accepted": loaded.accepted,
            "refused": loaded.refused, "skipped": loaded.skipped, "mapping": dict(loaded.mapping),
            "ignored": list(loaded.ignored), "sheets": list(loaded.sheets),
            "faults": [_fault(fault) for fault in loaded.faults], "notes": [_fault(note) for note in loaded.notes]}


def _fault(fault: Fault) -> dict[str, Any]:
    return {"severity": fault.severity, "code": fault.code, "sheet": fault.sheet, "row": fault.row,
            "column": fault.column, "cell": fault.cell, "ru": describe_fault(fault, "ru"),
            "en": describe_fault(fault, "en")}
