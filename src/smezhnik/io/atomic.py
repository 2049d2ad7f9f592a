"""Files appear whole or not at all: written aside in the same folder, flushed to the disk, then renamed."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

#: Characters that Windows or a shell would not take in a file name.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


#: Files aside that this process is writing.
_UNFINISHED: set[Path] = set()


@contextlib.contextmanager
def atomic(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A path aside to write to; when the block ends well the file takes its place, otherwise nothing changes.

    A kill at any moment leaves the old file or the new one, never half of one. The file aside is hidden
    (``.name.….part``) and lies in the same folder, because a rename is only atomic within one disk. Standard output
    (``is_stream``) gets the whole file at the end, or nothing.
    """
    target = Path(path)
    if is_stream(target):
        with _spooled() as aside:
            yield aside
        return
    aside = target.with_name(f".{target.name[:40]}.{secrets.token_hex(6)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.touch(exist_ok=False)
        _UNFINISHED.add(aside)
        if target.exists():
            aside.chmod(target.stat().st_mode & 0o777)
        yield aside
        with aside.open("rb+") as written:
            os.fsync(written.fileno())
        aside.replace(target)
        _sync_folder(target.parent)
    except OSError as refused:
        if refused.filename == str(aside):  # its user knows the file by its own name
            refused.filename, refused.filename2 = str(target), None
        raise
    finally:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            aside.unlink()
        _UNFINISHED.discard(aside)


def is_stream(path: str | os.PathLike[str]) -> bool:
    """Whether a name means standard output: ``-``, or ``-.json`` where the ending says what is to be written."""
    name = Path(path)
    return name.stem == "-" and name.parent == Path()


@contextlib.contextmanager
def _spooled() -> Iterator[Path]:
    """A file to write to whose bytes go to standard output when the block ends well."""
    handle, name = tempfile.mkstemp(prefix="smezhnik-")
    os.close(handle)
    aside = Path(name)
    _UNFINISHED.add(aside)
    try:
        yield aside
        with aside.open("rb") as written:
            shutil.copyfileobj(written, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    finally:
        aside.unlink(missing_ok=True)
        _UNFINISHED.discard(aside)


def discard_unfinished() -> None:
    """Remove what is being written aside: for a process that ends at once, without unwinding."""
    for aside in list(_UNFINISHED):
        aside.unlink(missing_ok=True)


def write_text(path: str | os.PathLike[str], text: str, *, encoding: str = "utf-8") -> None:
    """Write a text file whole."""
    with atomic(path) as aside:
        aside.write_text(text, encoding=encoding, newline="")


def write_once(path: Path, make: Callable[[], str]) -> str:
    """The text of a secret that is made at first use and never again; its owner alone reads the file.

    Whole or not at all, and never over one that another process has made meanwhile: who comes second reads that.
    """
    if not path.exists():
        aside = path.with_name(f"{path.name}.{os.getpid()}.part")
        aside.touch(mode=0o600)
        aside.write_text(make(), "ascii")
        try:
            path.hardlink_to(aside)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return path.read_text("ascii")


def name_beside(path: Path, title: str, suffix: str | None = None) -> Path:
    """``план.xlsx`` and «Теневые цены» → ``план-теневые-цены.xlsx``: a file that belongs to another.

    Every file that a command adds by itself is named so: the name that its user gave, then what the file holds.
    """
    held = "-".join(_FORBIDDEN.sub(" ", title).lower().split())
    return path.with_name(f"{path.stem}-{held}{path.suffix if suffix is None else suffix}")


def readable_name(title: str, *parts: str, suffix: str) -> str:
    """``Потребности_RU-BA_2026-11-22.xlsx``: a file name that a person can read and every system can store."""
    words = (_FORBIDDEN.sub(" ", part).strip(" .") for part in (title, *parts))
    stem = "_".join("-".join(word.split()) for word in words if word)
    # 255 bytes is what file systems allow; Cyrillic letters take two.
    while len((stem + suffix).encode()) > 200:
        stem = stem[:-1]
    return stem + suffix


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder to flush it
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
