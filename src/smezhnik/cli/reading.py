"""Options and words of every command that reads a user's tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from smezhnik.cli.base import option, tell
from smezhnik.cli.values import FILE, OUT
from smezhnik.errors import InputError, InputFaults
from smezhnik.io import read_recipe, write_faults
from smezhnik.io.loaded import Loaded
from smezhnik.tables import TABLES
from smezhnik.workflows.reading import Reading


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

    With ``--faults FILE`` the faulty files come back with their faults marked before the command refuses.

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
            try:
                return function(*args, reading=reading, **kwargs)
            except InputFaults as refused:
                if faults is not None:
                    give_back(refused, [value for value in kwargs.values() if isinstance(value, Path)], faults)
                raise

        return read

    return decorate


def give_back(refused: InputFaults, paths: list[Path], out: Path) -> None:
    """The user's own files with their faults marked; several files get their names before the ending."""
    faulty = [path for path in paths if any(fault.file == path.name for fault in refused.faults)]
    for path in faulty:
        target = out if len(faulty) == 1 else out.with_name(f"{out.stem}-{path.stem}{out.suffix}")
        write_faults(path, [fault for fault in refused.faults if fault.file == path.name], target)
        tell("cli.faults_written", file=str(target))


def tell_loaded(loaded: Loaded) -> None:
    """How many rows of the file were read, accepted, refused, skipped."""
    tell("cli.loaded", file=loaded.file, read=loaded.read, accepted=loaded.accepted, refused=loaded.refused,
         skipped=loaded.skipped)
