"""Imports as work in the background: read and compare, load, undo. Each has one effect, written with its job's end."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from smezhnik.errors import Fault, InputError, UnknownCode, describe_fault
from smezhnik.imports.actions import go, path_of, recalled, remember
from smezhnik.imports.models import BOOK, REGISTER, Import
from smezhnik.io import Loaded, check_table, recipe_of, save_recipe, write_faults
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import Effect
from smezhnik.progress import Progress, no_progress
from smezhnik.records.actions import act
from smezhnik.records.bulk import refresh_statistics
from smezhnik.records.chain import plain
from smezhnik.records.history import undo_within
from smezhnik.records.models import Action, Record
from smezhnik.records.told import references_of
from smezhnik.registry.loading import Difference, Met, find_difference, write_difference
from smezhnik.tables import table
from smezhnik.types import Lang
from smezhnik.workflows.linked import read_linked
from smezhnik.workflows.register_import import end_lost, load_register

#: Faults and rows that a page shows; all faults go back in the user's own file.
SHOWN = 200
#: Bytes of a file name that every disk takes, with room for an ending.
MOST_BYTES = 240


def read_import(job: Job, progress: Progress) -> Effect:
    """Read an uploaded file and say what loading it would do; nothing is loaded."""
    item = Import.objects.get(pk=job.args["import_id"])
    loads = load(item, progress)
    if not item.columns and (known := _recalled(item, loads)):
        item.columns = known
        loads = load(item, progress)
    parts = [part_of(loaded, found) for loaded, found in zip(loads, compare(item, loads, progress), strict=True)]
    faults = [fault for loaded in loads for fault in loaded.faults]
    notes = [note for loaded in loads for note in loaded.notes]
    values = {
        **{name: sum(part[name] for part in parts) for name in ("read", "accepted", "refused", "skipped")},
        "found": {name: sum(part[name] for part in parts) for name in ("created", "changed", "same", "archived")},
        "parts": parts, "columns": item.columns, "fault_count": len(faults),
        "faults": [*told(faults), *told(notes)][:SHOWN],
    }

    def write() -> None:
        go(item, "faulty" if faults else "ready", **values)

    return Effect(write, {"import": item.pk})


def apply_import(job: Job, progress: Progress) -> Effect:
    """Load a file: one action, all of it or nothing; a file that was loaded already changes nothing."""
    item = Import.objects.get(pk=job.args["import_id"])
    loads = load(item, progress)
    if (count := sum(len(loaded.faults) for loaded in loads)) and not item.skip_faulty:
        raise InputError("import_faulty", file=item.file, count=count)
    differences = compare(item, loads, progress)

    def write() -> Mapping[str, Any]:
        go(item, "applied")
        done: Counter[str] = Counter()
        with act(job.who, "imports.apply", held_by=item.held_by, file=item.file, digest=item.digest,
                 table=item.table) as made:
            for found in differences:
                done.update(write_difference(made, found, progress=progress))
            made.details |= done
        Import.objects.filter(pk=item.pk).update(done=dict(done), action=made.action and made.action.number)
        remember(item)
        # afterwards: PostgreSQL keeps others from writing meanwhile; what is loaded is loaded, whatever becomes of it
        transaction.on_commit(refresh_statistics, robust=True)
        return dict(done)

    return Effect(write, {"import": item.pk})


def undo_import(job: Job, progress: Progress) -> Effect:
    """Take back what a file did; what others changed since stays, and is listed."""
    item = Import.objects.get(pk=job.args["import_id"])

    def write() -> Mapping[str, Any]:
        assert item.action is not None
        go(item, "undone")
        with act(job.who, "records.undo", held_by=item.held_by, reason=job.args.get("reason", ""),
                 undoes=item.action) as made:
            undone = undo_within(made, Action.objects.get(number=item.action))
        conflicts = [{"record": one.record, "field": one.field} for one in undone.conflicts[:SHOWN]]
        done = {**item.done, "undone": undone.records, "conflicts": conflicts,
                "conflict_count": len(undone.conflicts)}
        Import.objects.filter(pk=item.pk).update(done=done, undone_by=made.action and made.action.number)
        return {"undone": undone.records, "conflicts": len(undone.conflicts)}

    return Effect(write, {"import": item.pk})


def load(item: Import, progress: Progress) -> list[Loaded]:
    """The file as its tables, under the name that its owner gave it: one, or those of a workbook of linked sheets."""
    with _named(item) as path:
        if item.table == REGISTER:
            return [load_register(path, item.held_by, on=timezone.localdate(), progress=progress)]
        if item.table == BOOK:
            return read_linked(path, item.columns, item.held_by, progress)
        columns = item.columns.get(item.table) or None
        return [check_table(path, item.table, columns=columns, progress=progress)]


def _recalled(item: Import, loads: Iterable[Loaded]) -> dict[str, dict[str, str]]:
    """How headers like these were understood last time, by table."""
    found = {loaded.table: recalled(item.held_by, loaded.table, [*loaded.mapping, *loaded.ignored])
             for loaded in loads} if item.settled else {}
    return {table: columns for table, columns in found.items() if columns}


def marked_file(item: Import, folder: Path, lang: Lang) -> Path:
    """The user's own file with its faulty cells marked, in a folder."""
    loads = load(item, no_progress)
    with _named(item) as path:
        out = folder / f"{path.stem}.xlsx"
        write_faults(path, [fault for loaded in loads for fault in (*loaded.faults, *loaded.notes)], out, lang=lang)
    return out


def recipe_file(item: Import, folder: Path) -> Path:
    """How the headers of the file are understood, as ``smezhnik … --recipe`` reads it; UnknownCode for a workbook."""
    if item.table in (BOOK, REGISTER):
        raise UnknownCode("recipe_absent", found=item.file)
    out = folder / f"{Path(item.file).stem}.json"
    save_recipe(recipe_of(load(item, no_progress)[0]), out)
    return out


@contextmanager
def _named(item: Import) -> Iterator[Path]:
    """The kept file under its own name, since sentences name it; a name too long for a disk is cut, not its ending.

    Raises
    ------
    InputError where the file is gone, or is not the one that was uploaded.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / item.file
        while len(path.name.encode()) > MOST_BYTES:
            path = path.with_stem(path.stem[:-1])
        try:
            shutil.copyfile(path_of(item.digest), path)
        except FileNotFoundError as error:
            raise InputError("file_lost", file=item.file) from error
        with path.open("rb") as copy:
            if hashlib.file_digest(copy, "sha256").hexdigest() != item.digest:
                raise InputError("file_lost", file=item.file)
        yield path


def compare(item: Import, loads: Iterable[Loaded], progress: Progress) -> list[Difference]:
    """What the rows of each table would change among the records of the region; later ones know the earlier ones."""
    met, found = Met(), []
    for loaded in loads:
        key = table(loaded.table).key[0]
        found.append(find_difference(loaded.table, loaded.frame, item.held_by, source=item.file, met=met,
                                     named=key in loaded.mapping.values(), progress=progress))
        if item.table == REGISTER:
            end_lost(found[-1], loaded, item.held_by, on=timezone.localdate())
    return found


def told(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Faults as sentences in both languages."""
    return [{"ru": describe_fault(fault, "ru", page=True), "en": describe_fault(fault, "en", page=True),
             "severity": fault.severity}
            for fault in faults]


def part_of(loaded: Loaded, found: Difference) -> dict[str, Any]:
    """One table of an import as its page shows it: rows, columns, and what would be done with the first of them."""
    return {
        **{name: getattr(loaded, name) for name in ("table", "read", "accepted", "refused", "skipped")},
        "sheets": list(loaded.sheets), "mapping": dict(loaded.mapping), "ignored": list(loaded.ignored),
        "created": len(found.created), "changed": len(found.changed), "same": found.same,
        "archived": len(found.away), "away": [{"record": record, "title": title}
                                              for record, title in found.away[:SHOWN]],
        "new": [_titled(record) for record in found.created[:SHOWN]],
        "different": [{**_titled(record), "fields": _fields(record, values, found)}
                      for record, values in found.changed[:SHOWN]],
    }


def _fields(record: Any, values: Mapping[str, Any], found: Difference) -> dict[str, list[Any]]:
    """Column → was, becomes; a reference by the public id that it leads to, of a new record by its name."""
    leads = references_of(type(record))
    became = {**values, **{name: other for one, name, other in found.joined if one is record}}
    told: dict[str, list[Any]] = {}
    for name, value in became.items():
        if name not in leads:
            told[name] = [plain(getattr(record, name)), plain(value)]
            continue
        column, other = leads[name]
        was = getattr(record, name.removesuffix("_id"))
        then = value if isinstance(value, Record) else other._default_manager.get(pk=value)
        told[column] = [was and was.public_id, then.public_id if then.pk else _titled(then)["title"]]
    return told


def _titled(record: Record) -> dict[str, str]:
    title = getattr(record, "name", None) or getattr(record, "text", None) or record.public_id
    return {"kind": record.KIND, "record": record.public_id if record.pk else "", "title": str(title)}
