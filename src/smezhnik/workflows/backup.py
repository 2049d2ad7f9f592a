"""A backup while people work, and bringing it back with proof that nothing is missing."""

from __future__ import annotations

import hashlib
import json
import os
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
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from smezhnik import __version__
from smezhnik.errors import InputError
from smezhnik.io import atomic
from smezhnik.jobs.worker import is_full
from smezhnik.people.actions import end_all_visits
from smezhnik.people.log import note
from smezhnik.records.chain import Break
from smezhnik.records.journal import anchor, verify

_PIECE = 1 << 20
#: How the database is named in a backup; how the folders begin that are filled aside and go by themselves.
DATABASES, ASIDE = ("smezhnik.sqlite3", "smezhnik.dump"), "aside-"


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
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=ASIDE) as aside, atomic(out) as part:
            database = Path(aside) / _database_name()
            tables, end = _copy_database(database)
            kept = sorted(item for item in Path(settings.FILES).glob("*/*") if item.is_file())
            manifest = {
                "smezhnik": __version__, "made_at": made_at.isoformat(), "database": database.name,
                "vendor": connection.vendor, "tables": tables, "anchor": end,
                "files": {item.name: item.name for item in kept}, "sha256": file_hash(database),
            }
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
                packed.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
                packed.write(database, database.name)
                for item in kept:
                    packed.write(item, f"files/{item.name}")
    except (OSError, sqlite3.Error) as error:
        if is_full(error):
            raise InputError("disk_full") from error
        raise
    return out


def restore(file: Path, *, only_verify: bool = False) -> Restored:
    """Bring a backup back into an empty installation, or prove in a folder aside that it could be.

    An installation in which people work is never overwritten, by whomever it is asked: what stands there must be taken
    away by who keeps the machine, and a restore needs no password that the backup itself would bring. The security log
    tells of it, and the sessions of the backup's day end.

    Raises
    ------
    InputError where the file is no backup, was damaged, or there is something in the installation already.
    """
    if not only_verify and _has_records():
        raise InputError("restore_not_empty", folder=str(settings.HOME))
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=ASIDE) as folder:
        aside = Path(folder)
        manifest = _unpack(file, aside)
        if manifest["vendor"] != connection.vendor:
            raise InputError("backup_other_database", file=file.name, has=manifest["vendor"], needs=connection.vendor)
        database = aside / str(manifest["database"])
        if manifest["vendor"] != "sqlite":
            done = _restore_postgresql(database, manifest, aside, only_verify=only_verify)
            if not only_verify:
                _tell(file)
            return done
        breaks = _prove(database, manifest, file)
        if not only_verify:
            target = Path(str(connection.settings_dict["NAME"]))
            connections.close_all()
            for ending in ("", "-wal", "-shm"):
                Path(f"{target}{ending}").unlink(missing_ok=True)
            _place_files(aside)
            with database.open("rb+") as whole:
                os.fsync(whole.fileno())
            database.replace(target)
            _tell(file)
    return Restored(manifest["tables"], len(manifest["files"]), tuple(breaks))


def _tell(file: Path) -> None:
    """Note that a backup came back, and end the sessions of its day: who was signed in then is not let in by that."""
    end_all_visits(by="restore")
    note("backup_restored", "", file=file.name, number=anchor().number)


def _unpack(file: Path, aside: Path) -> dict[str, Any]:
    """The manifest of a backup whose every byte is what was written; its files lie in the folder then."""
    try:
        with zipfile.ZipFile(file) as packed:
            manifest: dict[str, Any] = json.loads(packed.read("manifest.json"))
            packed.extract(manifest["database"], aside)
            for name in manifest["files"]:
                packed.extract(f"files/{name}", aside)
        hashes = {f"files/{name}": name for name in manifest["files"]} | {manifest["database"]: manifest["sha256"]}
        whole = all(file_hash(aside / name) == wanted for name, wanted in hashes.items())
        whole = whole and {"vendor", "tables", "anchor"} <= manifest.keys() and manifest["database"] in DATABASES
    except OSError as error:
        if is_full(error):
            raise InputError("disk_full") from error
        raise InputError("backup_broken", file=file.name) from error
    except Exception as error:
        raise InputError("backup_broken", file=file.name) from error
    if not whole:
        raise InputError("backup_broken", file=file.name)
    return manifest


def _prove(database: Path, manifest: dict[str, Any], file: Path) -> list[Break]:
    """Compare a database aside with its manifest; the places where its journal does not hold."""
    try:
        if _rows_in(database) != manifest["tables"]:
            raise InputError("backup_broken", file=file.name)
        return _verify_in(database, manifest["anchor"])
    except (sqlite3.DatabaseError, DatabaseError, KeyError) as error:
        raise InputError("backup_broken", file=file.name) from error


def _database_name() -> str:
    return DATABASES[connection.vendor != "sqlite"]


def _copy_database(target: Path) -> tuple[dict[str, int], dict[str, Any]]:
    """A copy at one moment, while others read and write; rows of its tables and the end of its journal."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as source, \
                closing(sqlite3.connect(target)) as copy:
            source.backup(copy)  # all pages in one step: in smaller ones it would begin anew with every write
            copy.execute("PRAGMA journal_mode=DELETE")
        return _rows_in(target), _anchor_in(target)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        _run("pg_dump", "--format=custom", f"--snapshot={cursor.fetchone()[0]}", f"--file={target}", *_address())
        return _rows(), {"number": anchor().number, "hash": anchor().hash}


def _restore_postgresql(database: Path, manifest: dict[str, Any], aside: Path, *, only_verify: bool) -> Restored:
    if only_verify:
        _run("pg_restore", "--list", str(database))
        return Restored(manifest["tables"], len(manifest["files"]), ())
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error",
         *_address(), str(database))
    _place_files(aside)
    if _rows() != manifest["tables"]:
        raise InputError("backup_broken", file=database.name)
    end = manifest["anchor"]
    return Restored(manifest["tables"], len(manifest["files"]), tuple(verify(
        {end["number"]: end["hash"]} if end["number"] else {})))


def _run(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL; the password goes by the environment, where no list of processes shows it."""
    found = shutil.which(program)
    if found is None:
        raise InputError("program_absent", program=program)
    secret = connection.get_connection_params().get("password")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False,
                          env={**os.environ, **({"PGPASSWORD": str(secret)} if secret else {})})
    if done.returncode:
        raise InputError("program_failed", program=program, told=done.stderr.strip()[-500:])


def _address() -> list[str]:
    given = connection.get_connection_params()
    names = {"dbname": "dbname", "user": "username", "host": "host", "port": "port"}
    return [f"--{option}={given[name]}" for name, option in names.items() if given.get(name)]


def _models() -> list[Any]:
    return [model for model in apps.get_models() if model._meta.managed]


def _rows() -> dict[str, int]:
    return {model._meta.db_table: model._default_manager.count() for model in _models()}


def _rows_in(database: Path) -> dict[str, int]:
    """Rows of every table that the copy has."""
    with closing(sqlite3.connect(database)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise InputError("backup_broken", file=database.name)
        there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT "
                                                  "LIKE 'sqlite%' AND name NOT LIKE '%\\_words%' ESCAPE '\\'")}
        return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(there)}


def _anchor_in(database: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(database)) as copy:
        row = copy.execute("SELECT number, hash FROM records_head WHERE id = 1").fetchone() or (0, "0" * 64)
        return {"number": row[0], "hash": row[1]}


def _verify_in(database: Path, end: dict[str, Any]) -> list[Break]:
    """Verify the journal of a database aside, as it will be."""
    connections["aside"] = type(connections["default"])(
        {**connection.settings_dict, "NAME": str(database)}, "aside")
    try:
        return verify({end["number"]: end["hash"]} if end["number"] else {}, using="aside")
    finally:
        connections["aside"].close()
        del connections["aside"]


def _place_files(aside: Path) -> None:
    for item in sorted((aside / "files").glob("*")):
        place = Path(settings.FILES) / item.name[:2]
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(item, place / item.name)


def _has_records() -> bool:
    tables = connection.introspection.table_names()
    return "records_head" in tables and anchor().number > 0


def is_whole(file: Path) -> bool:
    """Whether a backup is what was written, byte for byte; nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = json.loads(packed.read("manifest.json"))
            wanted = {f"files/{name}": name for name in manifest["files"]} | {manifest["database"]: manifest["sha256"]}
            return all(_hash_in(packed, name) == digest for name, digest in wanted.items())
    except Exception:  # noqa: BLE001  see _unpack
        return False


def _hash_in(packed: zipfile.ZipFile, name: str) -> str:
    made = hashlib.sha256()
    with packed.open(name) as opened:
        while piece := opened.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


def file_hash(file: Path) -> str:
    """SHA-256 of a file."""
    made = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            made.update(piece)
    return made.hexdigest()
