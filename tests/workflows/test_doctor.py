"""The doctor finds every fault that may be left behind, and says nothing bad of a sound installation."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from smezhnik.imports.actions import path_of, upload
from smezhnik.jobs.actions import ask, take
from smezhnik.jobs.models import Job
from smezhnik.messages import say
from smezhnik.records.models import Action
from smezhnik.workflows import doctor
from smezhnik.workflows.backup import backup
from smezhnik.workflows.doctor import Finding, examine
from tests.workplace import HERE, do_jobs, make_need

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = timezone.now() - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def sound(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation with a record, a file and a backup."""
    if connection.vendor != "sqlite":
        pytest.skip("faults are made in a file of SQLite")
    monkeypatch.setattr(doctor, "LEAST_FREE_MB", 1)
    settings.ALLOWED_HOSTS = ["localhost"]
    make_need()
    upload("а.csv", ["Что нужно\nБолты\n".encode()], "needs", "анна", HERE)
    do_jobs()
    backup()
    yield
    for folder in (settings.BACKUPS, settings.FILES):
        shutil.rmtree(folder, ignore_errors=True)


def faults() -> dict[str, Finding]:
    return {one.code: one for one in examine() if one.state != "ok"}


def sql(*statements: str) -> None:
    """What nobody can do through the program: straight into the database."""
    with sqlite3.connect(str(connection.settings_dict["NAME"])) as raw:
        for statement in statements:
            raw.execute(statement)
    raw.close()


def test_a_sound_installation_has_no_findings() -> None:
    assert faults() == {}


def leave_part(settings: Any) -> None:
    for item in (Path(settings.FILES) / "1-ab.part", Path(settings.BACKUPS) / ".x.zip.ab.part"):
        item.touch()
        os.utime(item, (1, 1))
    folder = Path(settings.HOME) / "aside-1"
    folder.mkdir()
    os.utime(folder, (1, 1))


def harm_backup(settings: Any) -> None:
    file = max(Path(settings.BACKUPS).glob("*.zip"), key=lambda item: item.stat().st_mtime)
    whole = bytearray(file.read_bytes())
    middle = len(whole) // 2
    whole[middle:middle + 256] = bytes(byte ^ 0xFF for byte in whole[middle:middle + 256])  # more than a stray header
    file.write_bytes(whole)


def fall_silent(settings: Any) -> None:
    ask("read_import", "анна")
    take()
    Job.objects.filter(state="running").update(beat_at=LONG_AGO)


FAULTS: list[tuple[str, Callable[[Any], object]]] = [
    ("files_lost", lambda settings: path_of("x").parent and [
        item.unlink() for item in Path(settings.FILES).glob("*/*")]),
    ("files_lost", lambda settings: [item.write_bytes(b"x") for item in Path(settings.FILES).glob("*/*")]),
    ("journal_broken", lambda settings: sql("DROP TRIGGER records_action_update",
                                            "UPDATE records_action SET who = 'кто-то'")),
    ("journal_broken", lambda settings: sql("UPDATE records_head SET number = 9")),
    ("references_lost", lambda settings: sql("PRAGMA foreign_keys=OFF",
                                             "UPDATE registry_need SET organisation_id = 99")),
    ("jobs_wait", lambda settings: Job.objects.update(state="ready", created_at=LONG_AGO)),
    ("jobs_failed", lambda settings: Job.objects.update(state="failed")),
    ("jobs_silent", fall_silent),
    ("leftovers", leave_part),
    ("backup_damaged", harm_backup),
    ("backup_old", lambda settings: [os.utime(item, (1, 1)) for item in Path(settings.BACKUPS).glob("*.zip")]),
    ("key_open", lambda settings: (Path(settings.HOME) / "secret_key").chmod(0o644)),
    ("no_https", lambda settings: setattr(settings, "ALLOWED_HOSTS", ["smezhnik.example"])),
    ("migrations_pending", lambda settings: sql("DELETE FROM django_migrations WHERE app = 'jobs'")),
]


@pytest.mark.parametrize(("code", "harm"), FAULTS, ids=[f"{at}-{code}" for at, (code, _) in enumerate(FAULTS)])
def test_each_fault_is_found_with_its_remedy(code: str, harm: Callable[[Any], object], settings: Any) -> None:
    try:
        harm(settings)
        found = faults()
        assert set(found) == {code}
        for lang in ("ru", "en"):
            assert say(f"doctor.{code}", lang, **found[code].fields)
    finally:
        (Path(settings.HOME) / "secret_key").chmod(0o600)
        shutil.rmtree(Path(settings.HOME) / "aside-1", ignore_errors=True)
        sql("UPDATE registry_need SET organisation_id = NULL",
            "INSERT INTO django_migrations (app, name, applied) SELECT 'jobs', '0001_first', '2026-01-01' "
            "WHERE NOT EXISTS (SELECT 1 FROM django_migrations WHERE app = 'jobs')",
            "CREATE TRIGGER IF NOT EXISTS records_action_update BEFORE UPDATE ON records_action "
            "BEGIN SELECT RAISE(ABORT, 'the journal takes new rows only'); END")


def test_a_clock_that_was_set_back_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() - dt.timedelta(hours=1))
    assert set(faults()) == {"clock_back"} and Action.objects.exists()


def test_little_room_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_MB", 1 << 40)
    assert set(faults()) == {"disk_low"}


def test_a_damaged_database_is_told_and_not_stumbled_over(settings: Any, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(str(connection.settings_dict["NAME"])) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    damaged = tmp_path / "x.sqlite3"
    whole = bytearray(Path(str(connection.settings_dict["NAME"])).read_bytes())
    whole[4096 * 3:4096 * 40] = bytes(4096 * 37)
    damaged.write_bytes(whole)
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(damaged))
    try:
        assert "database_damaged" in faults()
    finally:
        connection.close()
