"""Options and words of every command that reads a user's tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from smezhnik.cli.base import lang, option, tell
from smezhnik.cli.values import FILE, OUT
from smezhnik.errors import Fault, InputError, InputFaults, describe_fault
from smezhnik.io import read_recipe, write_faults
from smezhnik.io.loaded import Loaded
from smezhnik.tables import TABLES
from smezhnik.workflows.reading import Reading

#: Faults, and notes, of one file that are told before the rest is only counted.
SHOWN = 20
#: Where the faults of rows that were passed over wait until the command is done.
_PASSED = "smezhnik.faults_passed"


def parse_columns(given: tuple[str, ...], *, main: str | None = None) -> dict[str, dict[str, str]]:
    """``needs.Товар=text`` → {"needs": {"Товар": "text"}}.

    Parameters
    ----------
    main : the table that is meant where none is named; None where a command reads several alike. The last ``=`` parts
        header and column, since headers may hold one; a dot after no name of a table belongs to the header

    Raises
    ------
    InputError where the form, the table or the column is not known.
    """
    parsed: dict[str, dict[str, str]] = {}
    for item in given:
        shown, equals, column = item.rpartition("=")
        named, _, rest = shown.partition(".")
        table, header = (named, rest) if named in TABLES else (main, shown)
        if not (equals and header and column and table):
            raise InputError("bad_columns", found=item)
        if column not in TABLES[table].columns:
            raise InputError("bad_column", found=item, column=column, table=table, columns=list(TABLES[table].columns))
        parsed.setdefault(table, {})[header] = column
    return parsed


def reading_options(main: str | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--columns``, ``--recipe``, ``--skip-faulty``, ``--faults`` → the argument ``reading``.

    With ``--faults FILE`` the faulty files come back with their faults marked: before the command refuses, and with
    ``--skip-faulty`` when it is done.

    Parameters
    ----------
    main : the table of a command that reads one: ``--columns`` needs no name of a table then
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @option("--columns", multiple=True, metavar="cli.value.columns",
                help="cli.option.columns" if main else "cli.option.columns.several")
        @option("--recipe", type=FILE, multiple=True, help="cli.option.recipe")
        @option("--skip-faulty", is_flag=True, help="cli.option.skip_faulty")
        @option("--faults", type=OUT, help="cli.option.faults")
        @wraps(function)
        def read(*args: Any, columns: tuple[str, ...], recipe: tuple[Path, ...], skip_faulty: bool,
                 faults: Path | None, **kwargs: Any) -> Any:
            recipes = {found.table: found for found in map(read_recipe, recipe)}
            reading = Reading(parse_columns(columns, main=main), recipes, skip_faulty)
            paths = [value for value in kwargs.values() if isinstance(value, Path)]
            try:
                done = function(*args, reading=reading, **kwargs)
            except InputFaults as refused:
                if faults is not None:
                    give_back(refused.faults, paths, faults)
                raise
            if faults is not None:
                give_back(click.get_current_context().meta.get(_PASSED, ()), paths, faults)
            return done

        return read

    return decorate


def give_back(faults: Sequence[Fault], paths: Sequence[Path], out: Path) -> None:
    """The user's own files with their faults marked; several files get their names before the ending."""
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    faulty = [file for file in files if any(fault.file == file.name for fault in faults)]
    for file in faulty:
        target = out if len(faulty) == 1 else out.with_name(f"{out.stem}-{file.stem}{out.suffix}")
        write_faults(file, [fault for fault in faults if fault.file == file.name], target, lang=lang())
        tell("cli.faults_written", file=str(target))


def tell_loaded(loaded: Loaded) -> None:
    """How many rows of the file were read, accepted, refused, skipped; which were not used, and what was assumed.

    ``SHOWN`` faults and as many notes are told; the rest is counted.
    """
    tell("cli.loaded", file=loaded.file, read=loaded.read, accepted=loaded.accepted, refused=loaded.refused,
         skipped=loaded.skipped)
    click.get_current_context().meta.setdefault(_PASSED, []).extend(loaded.faults)
    for faults in (loaded.faults, loaded.notes):
        for fault in faults[:SHOWN]:
            tell("cli.loaded.fault", fault=describe_fault(replace(fault, file=None), lang()))
    if (rest := sum(max(len(faults) - SHOWN, 0) for faults in (loaded.faults, loaded.notes))) > 0:
        tell("cli.loaded.more", count=rest, table=loaded.table, file=loaded.file)
