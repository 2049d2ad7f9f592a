"""Taking files in: kept under the hash of their content, remembered recipes, states that only go forward."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.conf import settings

from smezhnik.errors import InputError
from smezhnik.imports.models import STATES, Import, KeptRecipe
from smezhnik.jobs.actions import ask
from smezhnik.jobs.models import Job


def path_of(digest: str) -> Path:
    """Where a file is kept: under its hash, never under a name that somebody gave it."""
    return Path(settings.FILES) / digest[:2] / digest


def keep(pieces: Iterable[bytes]) -> tuple[str, int]:
    """Keep a file whole or not at all; its hash and size.

    Raises
    ------
    InputError where it is larger than files may be.
    """
    folder = Path(settings.FILES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = folder / f"{os.getpid()}-{os.urandom(4).hex()}.part"
    made, size = hashlib.sha256(), 0
    try:
        with aside.open("wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > settings.MAX_UPLOAD_BYTES:
                    raise InputError("file_too_large", most=settings.MAX_UPLOAD_BYTES // 1024 ** 2)
                made.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        kept = path_of(made.hexdigest())
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        aside.replace(kept)
    finally:
        aside.unlink(missing_ok=True)
    return made.hexdigest(), size


def upload(name: str, pieces: Iterable[bytes], table: str, who: str, held_by: str, *,
           organisation: int | None = None) -> Import:
    """Take a file in and ask for it to be read and compared."""
    digest, size = keep(pieces)
    made = Import.objects.create(file=Path(name.replace("\\", "/")).name[:255] or "file", digest=digest, size=size,
                                 table=table, who=who, held_by=held_by, organisation=organisation)
    return ask_for(made, "read_import", who)


def settle(item: Import, columns: Mapping[str, str], *, skip_faulty: bool, who: str) -> Import:
    """Say how the headers are to be understood, and read the file again."""
    _go(item, "ready")
    item.columns, item.skip_faulty = dict(columns), skip_faulty
    item.save(update_fields=["columns", "skip_faulty"])
    return ask_for(item, "read_import", who)


def ask_for(item: Import, kind: str, who: str) -> Import:
    """Ask for work on an import, unless the same is under way: a button that is pressed twice asks once."""
    running: Job | None = item.job
    if running is not None:
        running.refresh_from_db()
        if running.state in ("ready", "running"):
            return item
    item.job = ask(kind, who, held_by=item.held_by, import_id=item.pk)
    item.save(update_fields=["job"])
    return item


def ask_to_apply(item: Import, who: str) -> Import:
    """Ask for the file to be loaded."""
    _go(item, "applied")
    if item.state == "faulty" and not item.skip_faulty:
        raise InputError("import_faulty", file=item.file, count=item.fault_count)
    return ask_for(item, "apply_import", who)


def ask_to_undo(item: Import, who: str) -> Import:
    """Ask for what the file did to be undone."""
    _go(item, "undone")
    return ask_for(item, "undo_import", who)


def headers_digest(headers: Iterable[str]) -> str:
    """By which a recipe is found again: the headers of a file, in any order."""
    return hashlib.sha256("\n".join(sorted(headers)).encode()).hexdigest()


def remember(item: Import) -> None:
    """Keep how the headers of a file were understood, for the next one of the same layout."""
    if item.columns:
        KeptRecipe.objects.update_or_create(held_by=item.held_by, table=item.table,
                                            headers=headers_digest([*item.mapping, *item.ignored]),
                                            defaults={"columns": item.columns})


def recalled(held_by: str, table: str, headers: Iterable[str]) -> dict[str, str]:
    """How such headers were understood last time; empty where never."""
    kept = KeptRecipe.objects.filter(held_by=held_by, table=table, headers=headers_digest(headers)).first()
    return dict(kept.columns) if kept else {}


def _go(item: Import, state: str) -> None:
    if state not in STATES[item.state] and not (state == "ready" and item.state == "ready"):
        raise InputError("import_state", file=item.file, state=item.state)
