"""Is the installation well: every finding with where, why it matters, and what to do."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from smezhnik.imports.actions import path_of
from smezhnik.imports.models import Import
from smezhnik.jobs.actions import waiting_s
from smezhnik.jobs.models import Job
from smezhnik.people.actions import unreadable_factors
from smezhnik.records.journal import verify
from smezhnik.records.models import Action
from smezhnik.workflows.backup import ASIDE, file_hash, is_whole
from smezhnik.workflows.serving import pending

#: Free disk below which a finding is made; seconds that a job may wait; days without a backup.
LEAST_FREE_MB, LONGEST_WAIT_S, BACKUP_DAYS = 1_024, 120.0, 8
#: Seconds after which a file aside belongs to nobody any more.
LEFTOVER_S = 3_600


@dataclass(frozen=True)
class Finding:
    """One thing: ``code`` is a key ``doctor.<code>`` of the catalogues."""

    code: str
    state: Literal["ok", "warn", "bad"]
    fields: dict[str, Any] = field(default_factory=dict)


def examine() -> Iterator[Finding]:
    """All findings, the good ones too: what was looked at is told."""
    try:
        waiting = pending()
        yield Finding("migrations", "ok") if not waiting else Finding("migrations_pending", "bad", {"names": waiting})
        yield from _database()
        if not waiting:  # else the tables may not be there yet
            yield from _journal()
            yield from _jobs()
            yield from _files()
            yield from _people()
    except DatabaseError as error:
        yield Finding("database_damaged", "bad", {"told": [str(error)]})
    yield from _machine()
    yield from _backups()


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SHOW server_version")
            yield Finding("postgresql", "ok", {"version": cursor.fetchone()[0]})
            return
        cursor.execute("PRAGMA quick_check(5)")
        told = [row[0] for row in cursor.fetchall()]
        yield Finding("database", "ok") if told == ["ok"] else Finding("database_damaged", "bad", {"told": told})
        cursor.execute("PRAGMA foreign_key_check")
        if astray := sorted({row[0] for row in cursor.fetchall()}):
            yield Finding("references_lost", "bad", {"tables": astray})
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        for name, value in wanted.items():
            cursor.execute(f"PRAGMA {name}")
            if (found := cursor.fetchone()[0]) != value:
                yield Finding("pragma", "bad", {"name": name, "found": found, "wanted": value})


def _journal() -> Iterator[Finding]:
    breaks = verify()
    count = Action.objects.count()
    yield Finding("journal", "ok", {"count": count}) if not breaks else Finding(
        "journal_broken", "bad", {"number": breaks[0].number, "count": len(breaks)})
    last = Action.objects.order_by("-number").first()
    if last is not None and last.at > timezone.now():
        yield Finding("clock_back", "bad", {"last": last.at})


def _jobs() -> Iterator[Finding]:
    now = timezone.now()
    waits = waiting_s(now)
    yield Finding("jobs", "ok") if waits < LONGEST_WAIT_S else Finding("jobs_wait", "warn", {"minutes": waits / 60})
    silent = Job.objects.filter(state="running", beat_at__lt=now - dt.timedelta(seconds=LONGEST_WAIT_S)).count()
    if silent:
        yield Finding("jobs_silent", "warn", {"count": silent})
    if failed := Job.objects.filter(state="failed").count():
        yield Finding("jobs_failed", "warn", {"count": failed})


def _files() -> Iterator[Finding]:
    lost, damaged = [], []
    for digest, name in Import.objects.values_list("digest", "file").distinct():
        path = path_of(digest)
        if not path.exists():
            lost.append(name)
        elif file_hash(path) != digest:
            damaged.append(name)
    if lost or damaged:
        yield Finding("files_lost", "bad", {"names": [*lost, *damaged]})
    else:
        yield Finding("files", "ok")


def _people() -> Iterator[Finding]:
    if unreadable := unreadable_factors():
        yield Finding("factors_unreadable", "bad", {"names": unreadable, "count": len(unreadable)})


def _machine() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.HOME).free // 2 ** 20
    yield Finding("disk", "ok", {"free_mb": free}) if free >= LEAST_FREE_MB else Finding(
        "disk_low", "bad", {"free_mb": free, "least_mb": LEAST_FREE_MB})
    key = Path(settings.HOME) / "secret_key"
    if key.stat().st_mode & 0o077:
        yield Finding("key_open", "bad", {"file": str(key)})
    if not settings.SESSION_COOKIE_SECURE and set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"}:
        yield Finding("no_https", "warn", {"hosts": settings.ALLOWED_HOSTS})
    old = timezone.now().timestamp() - LEFTOVER_S
    folders = (Path(settings.HOME), Path(settings.FILES), Path(settings.BACKUPS))
    left = sorted({str(item) for folder in folders for pattern in (f"{ASIDE}*", "*.part", ".*.part")
                   for item in folder.glob(pattern) if item.stat().st_mtime < old})
    if left:
        yield Finding("leftovers", "warn", {"names": left})


def _backups() -> Iterator[Finding]:
    made = sorted(Path(settings.BACKUPS).glob("*.zip"), key=lambda item: item.stat().st_mtime)
    age = (timezone.now().timestamp() - made[-1].stat().st_mtime) / 86_400 if made else None
    if age is None or age > BACKUP_DAYS:
        yield Finding("backup_old", "warn", {"days": BACKUP_DAYS})
    elif not is_whole(made[-1]):
        yield Finding("backup_damaged", "bad", {"file": made[-1].name})
    else:
        yield Finding("backup", "ok", {"file": made[-1].name})
