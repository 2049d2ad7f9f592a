"""A file comes in whole, once, and can be taken back; whatever happens to it, to its worker or to the disk."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from smezhnik.errors import InputError
from smezhnik.imports.actions import ask_to_apply, ask_to_undo, keep, path_of, settle, upload
from smezhnik.imports.models import Import
from smezhnik.io import write_table
from smezhnik.jobs.actions import cancel
from smezhnik.jobs.models import Job
from smezhnik.records.journal import anchor, verify
from smezhnik.registry.actions import archive, edit
from smezhnik.registry.models import Need, Organisation
from smezhnik.registry.rows import frame_of, need_row
from smezhnik.workflows.imports import marked_file
from tests.workplace import HERE, do_jobs, make_need

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "Что нужно;Покупатель;Объём в год;Единица;Код ОКПД2\n"
NEEDS = HEAD + "Стекло листовое М1 4 мм;Окна Идель;420000;м²;23.11.12\nБолты М12×60;Метиз-Уфа;12,5;т;25.94.11\n"


def taken_in(text: str = NEEDS, name: str = "потребности.csv") -> Import:
    item = upload(name, [text.encode()], "needs", "анна", HERE)
    do_jobs()
    return now(item)


def now(item: Import) -> Import:
    return Import.objects.get(pk=item.pk)


def loaded(text: str = NEEDS) -> Import:
    item = ask_to_apply(taken_in(text), "анна")
    do_jobs()
    return now(item)


def job_error(item: Import) -> str:
    job = now(item).job
    assert job is not None and job.state == "failed"
    return str(job.error["code"])


def test_rows_are_read_accepted_refused_or_skipped_and_none_is_lost() -> None:
    item = taken_in(NEEDS + "Гайки;Метиз;много;т;25.94.11\n;;;;\nИтого;;432,5;;\n")
    assert item.read == item.accepted + item.refused + item.skipped and item.refused == 1
    with pytest.raises(InputError):
        ask_to_apply(item, "анна")
    settle(item, item.columns, skip_faulty=True, who="анна")
    do_jobs()
    done = now(ask_to_apply(now(item), "анна"))
    do_jobs()
    done = now(done)
    assert done.state == "applied"
    assert done.accepted == done.done["created"] + done.done["changed"] + done.done["same"] + done.done["archived"]


def test_a_button_pressed_twice_and_by_two_people_at_once_loads_once() -> None:
    item = taken_in()
    start = threading.Barrier(4)

    def press() -> None:
        try:
            start.wait()
            ask_to_apply(now(item), "анна")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    do_jobs()
    assert Job.objects.filter(kind="apply_import").count() == 1 and Need.objects.count() == 2


def test_a_second_job_for_the_same_step_has_no_effect() -> None:
    item = ask_to_apply(taken_in(), "анна")
    Job.objects.create(kind="apply_import", who="анна", args={"import_id": item.pk})
    do_jobs()
    assert sorted(Job.objects.filter(kind="apply_import").values_list("state", flat=True)) == ["done", "failed"]
    number = now(item).action
    assert number == anchor().number == 1
    ask_to_undo(now(item), "анна")
    Job.objects.create(kind="undo_import", who="анна", args={"import_id": item.pk})
    do_jobs()
    assert anchor().number == 2 and now(item).state == "undone" and not Need.objects.filter(archived=False).exists()
    with pytest.raises(InputError):
        ask_to_undo(now(item), "анна")


def test_two_files_that_name_the_same_load_at_once_without_doubles() -> None:
    """Their differences are found at the same time; the second one sees the first and is compared anew."""
    from smezhnik.jobs.actions import take
    from smezhnik.workflows.imports import apply_import

    first, second = taken_in(), taken_in(NEEDS + "Гайки;Метиз-Уфа;1;т;25.94.11\n", "ещё.csv")
    for item in (first, second):
        ask_to_apply(item, "анна")
    one, two = take(), take()
    assert one is not None and two is not None
    from smezhnik.jobs.worker import run_job

    held = apply_import(two, lambda step: None)
    run_job(one, {"apply_import": apply_import})
    run_job(two, {"apply_import": lambda job, progress: held})
    assert Job.objects.get(pk=two.pk).state == "ready"
    do_jobs()
    assert (Need.objects.count(), Organisation.objects.count()) == (3, 2)
    assert {now(item).state for item in (first, second)} == {"applied"} and verify() == []


def test_a_file_that_vanished_or_was_changed_is_told_and_changes_nothing() -> None:
    item = taken_in()
    path = path_of(item.digest)
    path.write_bytes(path.read_bytes() + "Гайки;Метиз;1;т;25.94.11\n".encode())
    ask_to_apply(item, "анна")
    do_jobs()
    assert job_error(item) == "file_lost"
    path.unlink()
    ask_to_apply(now(item), "анна")
    do_jobs()
    assert job_error(item) == "file_lost" and anchor().number == 0 and now(item).state == "ready"
    with pytest.raises(InputError):
        marked_file(item, path.parent, "ru")
    taken_in()
    ask_to_apply(now(item), "анна")
    do_jobs()
    assert now(item).state == "applied", "uploaded again, it is there again"


def test_a_job_that_is_stopped_can_be_begun_again() -> None:
    item = ask_to_apply(taken_in(), "анна")
    assert item.job is not None
    cancel(item.job)
    do_jobs()
    assert now(item).state == "ready" and not Need.objects.exists()
    ask_to_apply(now(item), "анна")
    do_jobs()
    assert now(item).state == "applied"


def test_undo_keeps_what_others_did_and_a_second_load_brings_the_rest_back() -> None:
    item = loaded()
    glass = Need.objects.get(text__startswith="Стекло")
    edit(glass, {"volume": 7}, "борис", expected=1)
    ask_to_undo(item, "анна")
    do_jobs()
    item = now(item)
    assert item.done["undone"] == 2, "bolts and their buyer; the other buyer is referred to"
    assert {(one["record"], one["field"]) for one in item.done["conflicts"]} == {
        (glass.public_id, "volume"), (Organisation.objects.get(name="Окна Идель").public_id, "need")}
    again = loaded(NEEDS)
    assert (again.done["created"], again.done["changed"]) == (1, 1)
    assert Need.objects.filter(archived=False).count() == 2 and verify() == []


def test_rows_of_records_that_were_taken_away_are_counted() -> None:
    need = make_need()
    archive(need, "анна", expected=1)
    folder = Path(os.environ["SMEZHNIK_HOME"])
    write_table(frame_of("needs", [need_row(need)]), folder / "n.csv", "needs", lang="ru")
    item = taken_in((folder / "n.csv").read_text("utf-8-sig"))
    assert item.found["archived"] == 1 and item.found["created"] == 0


@pytest.mark.parametrize(("given", "kept"), [
    ("../../etc/passwd.csv", "passwd.csv"), ("C:\\файлы\\план.csv", "план.csv"), ("..", "file"), ("", "file"),
    ("а\x00б\n.csv", "аб.csv"), ("я" * 300 + ".csv", "я" * 251 + ".csv")])
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    item = taken_in(name=given)
    assert item.file == kept and item.state in ("ready", "faulty")


def parts() -> list[Path]:
    return list((Path(os.environ["SMEZHNIK_HOME"]) / "files").glob("*.part"))


def test_a_file_that_is_too_large_leaves_nothing(settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    with pytest.raises(InputError) as raised:
        keep([b"123456", b"7890ab"])
    assert raised.value.code == "file_too_large" and not parts()


def test_a_full_disk_leaves_nothing_and_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError) as raised:
        upload("а.csv", [b"1"], "needs", "анна", HERE)
    assert raised.value.code == "disk_full" and not parts() and not Import.objects.exists()


@pytest.mark.parametrize(("code", "told"), [("0", None), ("1", "file_infected"), ("2", "scan_failed")])
def test_a_scanner_lets_a_file_in_or_refuses_it(settings: Any, code: str, told: str | None) -> None:
    settings.SCAN = [sys.executable, "-c", f"import sys; open(sys.argv[1]).read(); sys.exit({code})"]
    if told is None:
        assert keep([b"1"])[1] == 1
        return
    with pytest.raises(InputError) as raised:
        keep([f"new {code}".encode()])
    assert raised.value.code == told and not parts()
    settings.SCAN = ["/nowhere"]
    with pytest.raises(InputError) as raised:
        keep([b"1"])
    assert raised.value.code == "scan_failed"
