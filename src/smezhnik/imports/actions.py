"""Taking files in: kept under the hash of their content, remembered recipes, states that only go forward."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from smezhnik.errors import InputError
from smezhnik.imports.models import STATES, Import, KeptRecipe
from smezhnik.jobs.actions import ask
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import is_full

#: Seconds that the scanner of the installation may take over a file.
SCAN_S = 120


def path_of(digest: str) -> Path:
    """Where a file is kept: under its hash, never under a name that somebody gave it."""
    return Path(settings.FILES) / digest[:2] / digest


def keep(pieces: Iterable[bytes]) -> tuple[str, int]:
    """Keep a file whole or not at all; its hash and size.

    Raises
    ------
    InputError where it is larger than files may be, the scanner of the installation refuses it, or the disk is full.
    """
    folder = Path(settings.FILES)
    made, size = hashlib.sha256(), 0
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = folder / f"{os.getpid()}-{os.urandom(4).hex()}.part"
    except OSError as error:
        raise _refused(error) from error
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
        _scan(aside)
        kept = path_of(made.hexdigest())
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        aside.replace(kept)
        for place in (kept.parent, folder):
            _flush(place)
    except OSError as error:
        raise _refused(error) from error
    finally:
        aside.unlink(missing_ok=True)
    return made.hexdigest(), size


def _scan(file: Path) -> None:
    """Ask the scanner of the installation: code 0 lets the file in, 1 says that it is infected."""
    command = list(getattr(settings, "SCAN", ()))
    if not command:
        return
    try:
        code = subprocess.run([*command, str(file)], capture_output=True, timeout=SCAN_S, check=False).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError("scan_failed", program=command[0]) from error
    if code:
        raise InputError("file_infected" if code == 1 else "scan_failed", program=command[0])


def _refused(error: OSError) -> Exception:
    return InputError("disk_full") if is_full(error) else error


def _flush(folder: Path) -> None:
    """Bring the names of a folder to the disk; Windows does it by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def upload(name: str, pieces: Iterable[bytes], table: str, who: str, held_by: str, *,
           organisation: int | None = None) -> Import:
    """Take a file in and ask for it to be read and compared."""
    digest, size = keep(pieces)
    with transaction.atomic():
        made = Import.objects.create(file=plain_name(name), digest=digest, size=size,
                                     table=table, who=who, held_by=held_by, organisation=organisation)
        return ask_for(made, "read_import", who)


def plain_name(name: str) -> str:
    """The name without folders and control characters; never empty or a folder itself."""
    bare = "".join(sign for sign in Path(name.replace("\\", "/")).name if sign.isprintable())
    return bare[-255:] if bare.strip(". ") else "file"


def settle(item: Import, columns: Mapping[str, Mapping[str, str]], *, skip_faulty: bool, who: str) -> Import:
    """Say how the headers of each table are to be understood, and read the file again."""
    _go(item, "ready")
    item.columns, item.skip_faulty = {table: dict(some) for table, some in columns.items()}, skip_faulty
    with transaction.atomic():
        item.save(update_fields=["columns", "skip_faulty"])
        return ask_for(item, "read_import", who)


def ask_for(item: Import, kind: str, who: str) -> Import:
    """Ask for work on an import, unless some is under way: a button that is pressed twice asks once."""
    with transaction.atomic():
        standing = Import.objects.select_for_update().get(pk=item.pk)
        job = Job.objects.filter(pk=standing.job_id, state__in=("ready", "running")).first()
        item.job = job or ask(kind, who, held_by=item.held_by, import_id=item.pk)
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


def go(item: Import, state: str, **values: Any) -> None:
    """Bring an import to a state, as a part of the transaction that does what the state says.

    Raises
    ------
    InputError where the import stands elsewhere by now: somebody was quicker, and this has no effect twice.
    """
    before = [old for old, then in STATES.items() if state in then]
    if not Import.objects.filter(pk=item.pk, state__in=before).update(state=state, **values):
        raise InputError("import_state", file=item.file, state=item.state)


def headers_digest(headers: Iterable[str]) -> str:
    """By which a recipe is found again: the headers of a file, in any order."""
    return hashlib.sha256("\n".join(sorted(headers)).encode()).hexdigest()


def remember(item: Import) -> None:
    """Keep how the headers of a file were understood, for the next one of the same layout."""
    for part in item.parts:
        if settled := item.columns.get(part["table"]):
            headers = headers_digest([*part["mapping"], *part["ignored"]])
            KeptRecipe.objects.update_or_create(held_by=item.held_by, table=part["table"], headers=headers,
                                                defaults={"columns": settled})


def recalled(held_by: str, table: str, headers: Iterable[str]) -> dict[str, str]:
    """How such headers were understood last time; empty where never."""
    kept = KeptRecipe.objects.filter(held_by=held_by, table=table, headers=headers_digest(headers)).first()
    return dict(kept.columns) if kept else {}


def _go(item: Import, state: str) -> None:
    if state not in STATES[item.state]:
        raise InputError("import_state", file=item.file, state=item.state)
