"""Values on the command line: files and days, what is wrong with them, and the words that stand for them in help."""

from __future__ import annotations

import datetime as dt
import errno
import itertools
import math
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from smezhnik.cli.language import lang
from smezhnik.errors import InputError
from smezhnik.io.atomic import is_stream
from smezhnik.messages import say

#: Choices of a value that are written out in its place; longer ones stand behind the explanation.
_SHORT_CHOICES = 30
#: Fault of the system, by its name → the sentence of the catalogues that tells it.
_SYSTEM_FAULTS = {
    "ENOENT": "missing", "EACCES": "denied", "EPERM": "denied", "EISDIR": "folder", "ENOTDIR": "not_folder",
    "EEXIST": "not_folder", "ENOSPC": "full", "EDQUOT": "full", "EROFS": "read_only", "ENAMETOOLONG": "long_name",
    "EBUSY": "busy", "ETXTBSY": "busy", "EMFILE": "many_files", "ENFILE": "many_files",
}


def system_fault(code: int | None, file: object) -> str:
    """What the system refused to do with a file, and what to do about it; without a file it was the output."""
    name = _SYSTEM_FAULTS.get(errno.errorcode.get(code or 0, ""), "other")
    shown = say("cli.os.output", lang()) if file is None else str(file)
    return say(f"cli.os.{name}", lang(), file=shown, number=code)


class FilePath(click.Path):
    """A file to read or to write; what is wrong with it is told before the work and in words that help.

    ``-`` in place of a file to read is standard input, of any kind that files are read of.

    Parameters
    ----------
    to_write : the file will be made: its folder must be there and let it
    """

    def __init__(self, *, to_write: bool = False, exists: bool = False, allow_dash: bool = False) -> None:
        super().__init__(path_type=Path, dir_okay=False, writable=to_write, exists=exists, allow_dash=allow_dash)
        self.to_write = to_write

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if self.allow_dash and str(value) == "-":
            return STREAM
        if str(value) == "-" and not self.to_write and ctx is not None:
            return _spool(ctx)
        path = Path(value)
        if path.is_dir():
            self.fail(system_fault(errno.EISDIR, path), param, ctx)
        if self.exists and not path.exists():
            self.fail(system_fault(errno.ENOENT, path), param, ctx)
        folder = path.absolute().parent
        if self.to_write and not folder.exists() and _nearest(path).is_dir():  # a new folder may be a slip of the pen
            self.fail(say("cli.os.no_folder", lang(), file=str(path), folder=str(path.parent)), param, ctx)
        if self.to_write and not os.access(_nearest(path), os.W_OK):
            self.fail(system_fault(errno.EACCES, path), param, ctx)
        return path


class TablePath(FilePath):
    """A table to write; ``-`` is standard output and gets CSV for programs, ``-.json`` gets JSON."""

    def __init__(self) -> None:
        super().__init__(to_write=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return Path(value) if is_stream(value) else super().convert(value, param, ctx)


def shown(path: Path) -> str:
    """A file that was written, as a person knows it."""
    return say("cli.os.output", lang()) if is_stream(path) else str(path)


class ReadPath(click.Path):
    """A file or a folder to read, which must be there."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(value)
        if not path.exists():
            self.fail(system_fault(errno.ENOENT, path), param, ctx)
        return path


def _spool(ctx: click.Context) -> Path:
    """Standard input as a file that lasts as long as the command: its kind is told by content, from any place in it."""
    folder = tempfile.TemporaryDirectory(prefix="smezhnik-")
    ctx.call_on_close(folder.cleanup)
    path = Path(folder.name) / STDIN
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path


def keep_inputs(ctx: click.Context) -> None:
    """Refuse a line in which a file to write is a file to read, or is named twice: what it held would be lost.

    Raises InputError ``output_is_input`` or ``output_twice``; ``stdout_twice`` where totals would mix with a table.
    """
    read: list[Path] = []
    written: list[Path] = []
    for parameter in ctx.command.params:
        value = ctx.params.get(parameter.name or "")
        given = [item for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, Path)]
        to_write = isinstance(parameter.type, FilePath) and parameter.type.to_write
        (written if to_write else read).extend(given)
    if ctx.params.get("as_json") and any(map(is_stream, written)):
        raise InputError("stdout_twice")
    if sum(map(is_stream, written)) == 1:
        written = [item for item in written if not is_stream(item)]
    for output in written:
        if any(_is_same(output, path) for path in read):
            raise InputError("output_is_input", file=str(output))
    for output, other in itertools.combinations(written, 2):
        if _is_same(output, other):
            raise InputError("output_twice", file=str(output))


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names lead to one file, by links too."""
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))


class Finite(click.FloatRange):
    """A number within limits; ``nan`` and ``inf`` are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(str(value), param, ctx)
        return number


def _nearest(path: Path) -> Path:
    """The file if it is there, else the first folder above it that is."""
    return path if path.exists() else next((folder for folder in path.absolute().parents if folder.is_dir()), Path())


#: The name that means standard input or output.
STREAM = Path("-")
#: How standard input is called where a table needs a name.
STDIN = "stdin"
#: A file to read, a file to write, a table to write, a day.
FILE, OUT, TABLE = FilePath(), FilePath(to_write=True), TablePath()
DAY = click.DateTime(["%Y-%m-%d", "%d.%m.%Y"])


def day_or_today(given: dt.datetime | None) -> dt.date:
    """The day that was given, or the user's own calendar day."""
    return given.date() if given else dt.date.today()  # noqa: DTZ011 – the day on the user's wall is meant


def value_word(kind: click.ParamType[Any]) -> str:
    """What stands for a value in the line of help: ФАЙЛ, ЧИСЛО, ДАТА, or the choices where they are short."""
    match kind:
        case click.Choice(choices=choices) if len(shown := "|".join(map(str, choices))) <= _SHORT_CHOICES:
            return shown
        case click.Choice():
            word = "word"
        case click.Path(file_okay=False):
            word = "folder"
        case click.Path():
            word = "file"
        case click.DateTime():
            word = "date"
        case click.types.IntParamType() | click.types.FloatParamType():
            word = "number"
        case _:
            word = "text"
    return say(f"cli.value.{word}", lang())


def limits(kind: click.ParamType[Any]) -> list[str]:
    """Which values are taken, where the word for the value does not tell it."""
    match kind:
        case click.Choice(choices=choices) if len("|".join(map(str, choices))) > _SHORT_CHOICES:
            return [say("cli.one_of", lang(), choices=list(choices))]
        case click.IntRange(min=low, max=high) | click.FloatRange(min=low, max=high) if high is not None:
            return [say("cli.from_to", lang(), low=low, high=high)]
    return []
