"""Imports as work in the background: read and compare, load, undo. Each has one effect, written with its job's end."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone

from smezhnik.errors import Fault, InputError, describe_fault
from smezhnik.imports.actions import go, path_of, recalled, remember
from smezhnik.imports.models import REGISTER, Import
from smezhnik.io import Loaded, check_table, recipe_of, save_recipe, write_faults
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import Effect
from smezhnik.progress import Progress, no_progress
from smezhnik.records.actions import act
from smezhnik.records.chain import plain
from smezhnik.records.history import undo_within
from smezhnik.records.models import Action, Record
from smezhnik.registry.loading import Difference, find_difference, write_difference
from smezhnik.types import Lang
from smezhnik.workflows.register_import import end_lost, load_register

#: Faults and rows that a page shows; all faults go back in the user's own file.
SHOWN = 200
#: Bytes of a file name that every disk takes, with room for an ending.
MOST_BYTES = 240


def read_import(job: Job, progress: Progress) -> Effect:
    """Read an uploaded file and say what loading it would do; nothing is loaded."""
    item = Import.objects.get(pk=job.args["import_id"])
    loaded = load(item, progress)
    if not item.columns and (known := recalled(item.held_by, item.table, [*loaded.mapping, *loaded.ignored])):
        item.columns = known
        loaded = load(item, progress)
    found = compare(item, loaded, progress)
    faulty = bool(loaded.faults)
    values = {
        "read": loaded.read, "accepted": loaded.accepted,
        "refused": loaded.refused, "skipped": loaded.skipped, "mapping": dict(loaded.mapping),
        "ignored": list(loaded.ignored), "columns": dict(item.columns), "fault_count": len(loaded.faults),
        "faults": [*told(loaded.faults), *told(loaded.notes)][:SHOWN], "found": shown(found),
    }

    def write() -> None:
        go(item, "faulty" if faulty else "ready", **values)

    return Effect(write, {"import": item.pk})


def apply_import(job: Job, progress: Progress) -> Effect:
    """Load a file: one action, all of it or nothing; a file that was loaded already changes nothing."""
    item = Import.objects.get(pk=job.args["import_id"])
    loaded = load(item, progress)
    if loaded.faults and not item.skip_faulty:
        raise InputError("import_faulty", file=item.file, count=len(loaded.faults))
    found = compare(item, loaded, progress)

    def write() -> Mapping[str, Any]:
        go(item, "applied")
        with act(job.who, "imports.apply", held_by=item.held_by, file=item.file, digest=item.digest,
                 table=item.table) as made:
            done = write_difference(made, found, progress=progress)
            made.details |= done
        Import.objects.filter(pk=item.pk).update(done=done, action=made.action and made.action.number)
        remember(item)
        return done

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


def load(item: Import, progress: Progress) -> Loaded:
    """The file as its table, under the name that its owner gave it."""
    with _named(item) as path:
        if item.table == REGISTER:
            return load_register(path, item.held_by, on=timezone.localdate(), progress=progress)
        return check_table(path, item.table, columns=item.columns or None, progress=progress)


def marked_file(item: Import, folder: Path, lang: Lang) -> Path:
    """The user's own file with its faulty cells marked, in a folder."""
    with _named(item) as path:
        loaded = check_table(path, item.declared, columns=item.columns or None)
        out = folder / f"{path.stem}.xlsx"
        write_faults(path, [*loaded.faults, *loaded.notes], out, lang=lang)
    return out


def recipe_file(item: Import, folder: Path) -> Path:
    """How the headers of the file are understood, as ``smezhnik … --recipe`` reads it."""
    out = folder / f"{Path(item.file).stem}.json"
    save_recipe(recipe_of(load(item, no_progress)), out)
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


def compare(item: Import, loaded: Loaded, progress: Progress) -> Difference:
    """What its rows would change among the records of the region."""
    key = {"organisations": "org_id", "sites": "site_id", "offers": "offer_id", "needs": "need_id"}[item.declared]
    named = key in loaded.mapping.values()
    found = find_difference(item.declared, loaded.frame, item.held_by, source=item.file, named=named,
                            progress=progress)
    if item.table == REGISTER:
        end_lost(found, loaded, item.held_by, on=timezone.localdate())
    return found


def told(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Faults as sentences in both languages."""
    return [{"ru": describe_fault(fault, "ru"), "en": describe_fault(fault, "en"), "severity": fault.severity}
            for fault in faults]


def shown(found: Difference) -> dict[str, Any]:
    """Counts, and the first rows of what would be done: the preview of an import."""
    return {
        "created": len(found.created), "changed": len(found.changed), "same": found.same, "archived": found.archived,
        "new": [_titled(record) for record in found.created[:SHOWN]],
        "different": [{**_titled(record), "fields": {
            name: [plain(getattr(record, name)), plain(value)] for name, value in values.items()}}
            for record, values in found.changed[:SHOWN]],
    }


def _titled(record: Record) -> dict[str, str]:
    title = getattr(record, "name", None) or getattr(record, "text", None) or record.public_id
    return {"kind": record.KIND, "record": record.public_id if record.pk else "", "title": str(title)}
