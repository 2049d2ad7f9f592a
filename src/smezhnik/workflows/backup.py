"""A backup while people work, and bringing it back with proof that nothing is missing."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from smezhnik import __version__
from smezhnik.errors import InputError
from smezhnik.io import atomic
from smezhnik.records.chain import Break
from smezhnik.records.journal import anchor, verify

_PIECE = 1 << 20


@dataclass(frozen=True)
class Restored:
    """What came back.

    Attributes
    ----------
    tables : table → rows
    files : uploaded files
    breaks : where the journal does not hold; empty where it is whole up to the anchor of the backup
    """

    tables: dict[str, int]
    files: int
    breaks: tuple[Break, ...]


def backup(out: Path | None = None) -> Path:
    """Write one file with database, uploaded files and manifest; the secret key stays where it is.

    The manifest holds the number of rows of each table, the hash of each file and the end of the journal, so that
    a restore can prove itself, and a journal whose end was cut shows.
    """
    folder = Path(settings.BACKUPS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made_at = timezone.now()
    out = out or folder / f"smezhnik-{made_at:%Y-%m-%dT%H-%M-%S}.zip"
    with tempfile.TemporaryDirectory(dir=folder) as aside, atomic(out) as part:
        database = Path(aside) / _database_name()
        _copy_database(database)
        kept = sorted(item for item in Path(settings.FILES).glob("*/*") if item.is_file())
        manifest = {
            "smezhnik": __version__, "made_at": made_at.isoformat(), "database": database.name,
            "vendor": connection.vendor, "tables": _rows_in(database) if connection.vendor == "sqlite" else _rows(),
            "anchor": {"number": anchor().number, "hash": anchor().hash},
            "files": {item.name: item.name for item in kept}, "sha256": file_hash(database),
        }
        if connection.vendor == "sqlite":  # the end of the journal in the copy, not in what went on meanwhile
            manifest["anchor"] = _anchor_in(database)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            packed.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
            packed.write(database, database.name)
            for item in kept:
                packed.write(item, f"files/{item.name}")
    return out


def restore(file: Path, *, only_verify: bool = False) -> Restored:
    """Bring a backup back into an empty installation, or prove in a folder aside that it could be.

    Raises
    ------
    InputError where the file is no backup, was damaged, or there is something in the installation already.
    """
    try:
        packed = zipfile.ZipFile(file)
        manifest = json.loads(packed.read("manifest.json"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise InputError("backup_broken", file=file.name) from error
    if manifest["vendor"] != connection.vendor:
        raise InputError("backup_other_database", file=file.name, has=manifest["vendor"], needs=connection.vendor)
    with packed, tempfile.TemporaryDirectory(dir=settings.HOME) as aside:
        try:
            packed.extract(manifest["database"], aside)
            for name in manifest["files"]:
                packed.extract(f"files/{name}", aside)
        except (KeyError, OSError, zipfile.BadZipFile) as error:
            raise InputError("backup_broken", file=file.name) from error
        database = Path(aside) / manifest["database"]
        wrong = [name for name in manifest["files"] if file_hash(Path(aside) / "files" / name) != name]
        if file_hash(database) != manifest["sha256"] or wrong:
            raise InputError("backup_broken", file=file.name)
        if manifest["vendor"] != "sqlite":
            return _restore_postgresql(database, manifest, Path(aside), only_verify=only_verify)
        if _rows_in(database) != manifest["tables"]:
            raise InputError("backup_broken", file=file.name)
        breaks = _verify_in(database, manifest["anchor"])
        if not only_verify:
            target = Path(str(connection.settings_dict["NAME"]))
            if target.exists() and _has_records():
                raise InputError("restore_not_empty", folder=str(settings.HOME))
            connections.close_all()
            for ending in ("", "-wal", "-shm"):
                Path(f"{target}{ending}").unlink(missing_ok=True)
            _place_files(Path(aside))
            shutil.move(database, target)
    return Restored(manifest["tables"], len(manifest["files"]), tuple(breaks))


def _database_name() -> str:
    return "smezhnik.sqlite3" if connection.vendor == "sqlite" else "smezhnik.dump"


def _copy_database(target: Path) -> None:
    """A copy at one moment, while others read and write."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as source, \
                closing(sqlite3.connect(target)) as copy:
            source.backup(copy, pages=4_096)
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    _run("pg_dump", "--format=custom", f"--file={target}", f"--dbname={_address()}")


def _restore_postgresql(database: Path, manifest: dict[str, Any], aside: Path, *, only_verify: bool) -> Restored:
    if only_verify:
        _run("pg_restore", "--list", str(database))
        return Restored(manifest["tables"], len(manifest["files"]), ())
    if _has_records():
        raise InputError("restore_not_empty", folder=str(settings.HOME))
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", f"--dbname={_address()}", str(database))
    _place_files(aside)
    if _rows() != manifest["tables"]:
        raise InputError("backup_broken", file=database.name)
    return Restored(manifest["tables"], len(manifest["files"]), tuple(verify({
        manifest["anchor"]["number"]: manifest["anchor"]["hash"]})))


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise InputError("program_absent", program=program)
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise InputError("program_failed", program=program, told=done.stderr.strip()[-500:])


def _address() -> str:
    given = connection.get_connection_params()
    names = {"dbname": "dbname", "user": "user", "password": "password", "host": "host", "port": "port"}
    return " ".join(f"{name}={given[name]}" for name in names if given.get(name))


def _models() -> list[Any]:
    return [model for model in apps.get_models() if model._meta.managed]


def _rows() -> dict[str, int]:
    return {model._meta.db_table: model._default_manager.count() for model in _models()}


def _rows_in(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise InputError("backup_broken", file=database.name)
        there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return {name: copy.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
                for name in (model._meta.db_table for model in _models()) if name in there}


def _anchor_in(database: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(database)) as copy:
        row = copy.execute("SELECT number, hash FROM records_head WHERE id = 1").fetchone() or (0, "0" * 64)
        return {"number": row[0], "hash": row[1]}


def _verify_in(database: Path, end: dict[str, Any]) -> list[Break]:
    """Verify the journal of a database aside, as it will be."""
    settings_ = {**connections.settings["default"], "NAME": str(database)}
    connections.settings["aside"] = settings_
    try:
        return verify({end["number"]: end["hash"]} if end["number"] else {}, using="aside")
    finally:
        connections["aside"].close()
        del connections["aside"]
        del connections.settings["aside"]


def _place_files(aside: Path) -> None:
    for item in sorted((aside / "files").glob("*")):
        place = Path(settings.FILES) / item.name[:2]
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(item, place / item.name)


def _has_records() -> bool:
    tables = connection.introspection.table_names()
    return "records_head" in tables and anchor().number > 0


def file_hash(file: Path) -> str:
    made = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            made.update(piece)
    return made.hexdigest()
