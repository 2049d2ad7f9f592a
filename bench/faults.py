"""Kills, full disks and tampering: what was acknowledged is there, nothing is there by half, the journal is whole.

    ./run bench faults [--on postgresql] [--kills 1000] [--worker-kills 300] [--jobs 10000] [--points 200]
                       [--tamperings 2000] [--wal 500] [--edits 500] [--lost 200] [--only PART …]

A writer is a process that enters and edits records through actions and says which were acknowledged; a worker does
jobs each of which enters one record. They are killed by SIGKILL at moments that a seed draws. Then the database is
compared with what was acknowledged: nothing lost, nothing half done, nothing twice, the chain whole, no job stuck.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sqlite3
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.contested import acknowledged, contend, kill_matching, kill_servers, lose_connections
from bench.killed import Forked, backing, child, kill_until_done, run_here, working, writing
from bench.report import describe_machine, save, told
from bench.web import HERE, prepare

WORKERS = 4
#: What a database has no part in: files of SQLite, connections of PostgreSQL.
ONLY = {"sqlite": ("connections",), "postgresql": ("backups", "migrations", "full", "wal")}
#: How the disk ends, and in the midst of what.
ENDS = (("pages", "import"), ("bytes", "import"), ("bytes", "backup"), ("bytes", "export"), ("bytes", "report"))
COPIED_ACTION = ("INSERT INTO records_action SELECT number + 5000, at, who, what, held_by, record, reason, details, "
                 "changes, digest, previous, hash FROM records_action WHERE number = %s")
COPIED_CHANGE = ("INSERT INTO records_change (action_id, kind, record, verb, version, old, new) SELECT action_id, "
                 "kind, record, verb, version, old, new FROM records_change WHERE id = %s")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench faults", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    for name, count in (("kills", 1_000), ("worker-kills", 300), ("jobs", 10_000), ("points", 200),
                        ("tamperings", 2_000), ("wal", 500), ("edits", 500), ("lost", 200)):
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--only", nargs="*", default=(), help="these parts alone")
    parser.add_argument("--out", type=Path, help="write the counts there and not to bench/out")
    given = parser.parse_args()
    print(describe_machine())
    home = Path(tempfile.mkdtemp(prefix="smezhnik-faults-"))
    prepare(home, given.on)
    try:
        some = given.worker_kills // 3
        parts: dict[str, Callable[[], dict[str, Any]]] = {
            "writer": lambda: kill_writers(given.kills), "edits": lambda: contend(given.edits),
            "imports": lambda: kill_workers(given.worker_kills), "matching": lambda: kill_matching(some),
            "server": lambda: kill_servers(some), "backups": lambda: kill_backups(some),
            "migrations": lambda: kill_migrations(some), "jobs": lambda: many_jobs(given.jobs),
            "connections": lambda: lose_connections(given.lost), "full": lambda: fill_disk(given.points),
            "wal": lambda: cut_wal(given.wal), "tampering": lambda: tamper(given.tamperings)}
        results: dict[str, Any] = {"on": given.on}
        for name, part in parts.items():
            if name not in ONLY.get(given.on, ()) and (not given.only or name in given.only):
                results[name] = part()
        if given.out:
            given.out.write_text(json.dumps(results), "utf-8")
        else:
            save(f"faults_{given.on}", results)
    finally:
        from django.db import connections

        connections.close_all()
        shutil.rmtree(home, ignore_errors=True)


def kill_backups(kills: int) -> dict[str, Any]:
    """SIGKILL a process that writes backups: every file that bears the name of one is whole."""
    from django.conf import settings

    from smezhnik.workflows.backup import backup, is_whole

    draw, wrong, made, began = random.Random(6), 0, 0, time.monotonic()
    backup(Path(settings.BACKUPS) / "first.zip")
    took = time.monotonic() - began
    for _ in range(kills):
        writer = Forked(backing)
        writer.stdout.readline()
        time.sleep(draw.uniform(0, 2 * took))  # during the first or the second
        writer.kill()
        writer.stdout.close()
        files = list(Path(settings.BACKUPS).glob("*.zip"))
        made, wrong = made + len(files), wrong + sum(not is_whole(file) for file in files)
        shutil.rmtree(settings.BACKUPS, ignore_errors=True)
    return told("backups", {"kills": kills, "made": made, "wrong": wrong})


def kill_migrations(kills: int) -> dict[str, Any]:
    """SIGKILL an upgrade of an empty SQLite installation: begun again, it comes to its end."""
    draw, wrong = random.Random(7), 0
    for _ in range(kills):
        with tempfile.TemporaryDirectory() as home:
            place = {**os.environ, "SMEZHNIK_HOME": home}
            place.pop("DATABASE_URL", None)
            first = child("migrate", env=place)
            assert first.stdout is not None
            first.stdout.readline()
            time.sleep(draw.uniform(0, 1.2))
            first.kill()
            first.wait()
            wrong += child("migrate", env=place).wait() != 0
    return told("migrations", {"kills": kills, "wrong": wrong})


def kill_writers(kills: int) -> dict[str, Any]:
    """SIGKILL a writer again and again; compare with what it was told."""
    from smezhnik.records.journal import verify
    from smezhnik.records.models import Action, Change
    from smezhnik.registry.models import Need

    draw, lost, half, heard, done = random.Random(1), 0, 0, 0, 0
    began = time.process_time()
    while done < kills:
        writer = Forked(writing, f"п{done}")
        said: list[str] = []
        reader = threading.Thread(target=lambda lines=writer.stdout, to=said: to.extend(lines))
        reader.start()
        while not said:
            time.sleep(0.01)
        time.sleep(draw.uniform(0, 0.4))
        writer.kill()
        reader.join()
        writer.stdout.close()
        done += 1
        for line in said[1:]:
            if not line.endswith("\n"):
                continue
            heard += 1
            lost += not acknowledged(line)
    for action in Action.objects.filter(what="bench.enter"):
        ids = list(action.rows.values_list("record", flat=True))
        half += len(ids) != action.changes or Need.objects.filter(public_id__in=ids).count() != len(ids)
    half += Need.objects.count() != Change.objects.filter(verb="created", kind="need").count()
    return told("writer", {"kills": done, "acknowledged": heard, "lost": lost, "half": half,
                           "breaks": len(verify()), "cpu_s": time.process_time() - began})


def kill_workers(kills: int) -> dict[str, Any]:
    """SIGKILL workers while they read, load and undo a file; each step must end once."""
    from smezhnik.imports.actions import ask_to_apply, ask_to_undo, upload
    from smezhnik.imports.models import Import
    from smezhnik.jobs.models import Job
    from smezhnik.records.journal import verify
    from smezhnik.records.models import Action
    from smezhnik.registry.models import Need

    draw, done, wrong, files = random.Random(2), 0, 0, 0
    rows = "".join(f"болт {number};Завод {number % 20};{number};т\n" for number in range(1_500))
    while done < kills:
        files += 1
        text = "Что нужно;Покупатель;Объём в год;Единица\n" + rows.replace("болт", f"болт{files}")
        item = upload(f"{files}.csv", [text.encode()], "needs", "анна", HERE)
        for then in (None, ask_to_apply, ask_to_undo):
            item = Import.objects.get(pk=item.pk)
            if then is not None:
                item = then(item, "анна")
            assert item.job is not None
            pk = item.job_id
            done += kill_until_done(pk, kills - done, lambda: draw.uniform(0, 1.2))
            there = Need.objects.filter(text__startswith=f"болт{files} ", archived=False).count()
            wrong += Job.objects.get(pk=pk).state != "done" or there != (1_500 if then is ask_to_apply else 0)
        numbers = Import.objects.values_list("action", "undone_by").get(pk=item.pk)
        wrong += Action.objects.filter(number__in=numbers).count() != 2
    wrong += Action.objects.filter(what="imports.apply").count() != files
    return told("imports", {"kills": done, "files": files, "wrong": wrong, "breaks": len(verify())})


def many_jobs(count: int) -> dict[str, Any]:
    """Jobs for four workers, one of which is killed every half second; each effect once, none stuck."""
    from smezhnik.jobs.actions import LEASE_S, ask
    from smezhnik.jobs.models import Job
    from smezhnik.records.journal import verify
    from smezhnik.registry.models import Need

    draw, kills = random.Random(3), 0
    for number in range(count):
        ask("bench", "анна", number=number)
    workers = [Forked(working) for _ in range(WORKERS)]
    began = time.monotonic()
    slowest, quiet = 0.0, time.monotonic()
    left, mine = count, Job.objects.filter(kind="bench")
    while left and time.monotonic() - began < 120 + count * 0.2:
        time.sleep(0.5)
        now = mine.exclude(state__in=("done", "failed")).count()
        if now != left:
            quiet = time.monotonic()
        left, slowest = now, max(slowest, time.monotonic() - quiet)
        if mine.filter(state="ready").exists():
            at = draw.randrange(WORKERS)
            workers[at].kill()
            workers[at].stdout.close()
            workers[at] = Forked(working)
            kills += 1
    for worker in workers:
        worker.kill()
        worker.stdout.close()
    effects = list(Need.objects.filter(text__startswith="работа ").values_list("text", flat=True))
    return told("jobs", {"jobs": count, "kills": kills, "left": left, "effects": len(effects),
                         "double": len(effects) - len(set(effects)), "not_done": Job.objects.filter(
                             kind="bench").exclude(state="done").count(), "slowest_s": slowest,
                         "most_s": LEASE_S + 5, "breaks": len(verify())})


def fill_disk(points: int) -> dict[str, Any]:
    """Let the disk end at the n-th write of an import, a backup, an export, a report: refused, nothing by half."""
    from django.conf import settings

    from smezhnik.imports.actions import ask_to_apply, upload
    from smezhnik.imports.models import Import
    from smezhnik.jobs.models import Job
    from smezhnik.records.journal import anchor, verify
    from smezhnik.registry.models import Need
    from smezhnik.workflows.backup import is_whole

    rows = "".join(f"труба {number};Завод {number % 20};{number};т\n" for number in range(1_500))
    item = upload("труба.csv", [f"Что нужно;Покупатель;Объём в год;Единица\n{rows}".encode()], "needs", "анна", HERE)
    run_here()
    refused = done = wrong = 0
    for at in range(points):
        how, what = ENDS[at % len(ENDS)]
        if what == "import":
            item = Import.objects.get(pk=item.pk)
            if item.state == "applied":  # it came through: take it back and begin anew
                item = again(item)
            item = ask_to_apply(item, "анна")
        before, standing = anchor(), Need.objects.filter(archived=False).count()
        limit = str((at + 1) * (3 if how == "pages" else 5_000 if what in ("import", "backup") else 1_500))
        code = child("fill", how, limit, what).wait()
        refused, done = refused + (code == 3), done + (code == 0)
        now = Need.objects.filter(archived=False).count()
        whole = now == standing + (1_500 if code == 0 and what == "import" else 0)
        chained = anchor().number == before.number + (1 if code == 0 and what == "import" else 0)
        left = [one for one in Path(settings.BACKUPS).glob("*") if one.suffix != ".zip" or not is_whole(one)] \
            if Path(settings.BACKUPS).exists() else []
        left += [one for one in Path(settings.FILES).glob("*") if one.name.endswith(".part")]
        written = list(Path(settings.FILES).glob("out.*"))
        wrong += code not in (0, 3) or not whole or not chained or bool(left)
        wrong += what in ("export", "report") and (len(written) != (code == 0) or not all(map(is_readable, written)))
        for one in written:
            one.unlink()
        Job.objects.filter(state__in=("ready", "running")).update(state="cancelled", lease="")
        shutil.rmtree(settings.BACKUPS, ignore_errors=True)
    return told("full disk", {"points": points, "refused": refused, "done": done, "wrong": wrong,
                              "breaks": len(verify())})


def is_readable(file: Path) -> bool:
    """Whether a file that was written has its end."""
    if file.suffix == ".xlsx":
        return zipfile.ZipFile(file).testzip() is None
    return file.read_text("utf-8").count("</p>") == 40_000


def again(item: Any) -> Any:
    """Undo an import, and upload its file once more."""
    from smezhnik.imports.actions import ask_to_undo, path_of, upload

    ask_to_undo(item, "анна")
    run_here()
    made = upload(item.file, [path_of(item.digest).read_bytes()], item.table, "анна", HERE)
    run_here()
    return type(item).objects.get(pk=made.pk)


def cut_wal(cuts: int) -> dict[str, Any]:
    """Cut the write-ahead log anywhere, as a power cut may: what is left is whole and the journal holds."""
    from django.db import connection, connections

    from smezhnik.registry.models import Need
    from tests.workplace import make

    connections.close_all()
    for number in range(40):
        make(Need(text=f"журнал {number}", held_by=HERE))
    database = Path(str(connection.settings_dict["NAME"]))
    log = Path(f"{database}-wal").read_bytes()
    whole = database.read_bytes()
    draw, wrong = random.Random(4), 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "x.sqlite3"
        for _ in range(cuts):
            for ending in ("-wal", "-shm"):
                Path(f"{copy}{ending}").unlink(missing_ok=True)
            copy.write_bytes(whole)
            Path(f"{copy}-wal").write_bytes(log[:draw.randrange(len(log) + 1)])
            raw = sqlite3.connect(copy)
            rows = raw.execute("SELECT (SELECT count(*) FROM records_action), (SELECT max(number) FROM records_action),"
                               " (SELECT number FROM records_head), (SELECT count(*) FROM records_change),"
                               " (SELECT sum(changes) FROM records_action)").fetchone()
            head = raw.execute("SELECT h.hash = a.hash FROM records_head h JOIN records_action a USING (number)"
                               ).fetchone()
            wrong += len(set(rows[:3])) != 1 or rows[3] != rows[4] or head != (1,)
            raw.close()
    return told("cut log", {"cuts": cuts, "bytes": len(log), "wrong": wrong})


def tamper(count: int) -> dict[str, Any]:
    """Change a stored journal through SQL in every way; each must be found, against an anchor kept outside."""
    from django.db import connection, transaction

    from smezhnik.records.journal import anchor, verify
    from smezhnik.records.models import Action, Change
    from smezhnik.registry.models import Need
    from tests.workplace import make

    keep_only_last(30)
    for number in range(30 - Action.objects.count()):
        make(Need(text=f"правка {number}", held_by=HERE))
    end = anchor()
    assert verify({end.number: end.hash}) == []
    numbers = list(Action.objects.values_list("number", flat=True))
    rows = list(Change.objects.values_list("pk", flat=True))
    draw, missed, kinds = random.Random(5), [], {}
    refuse(connection, False)
    for _ in range(count):
        name, statement, values = draw_tampering(draw, numbers, rows)
        kinds[name] = kinds.get(name, 0) + 1
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(statement, values)
                    touched = cursor.rowcount
                if touched and not verify({end.number: end.hash}):
                    missed.append(name)
                transaction.set_rollback(True)
        except Exception as error:  # noqa: BLE001  the database itself refused it
            kinds[f"refused {type(error).__name__}"] = kinds.get(f"refused {type(error).__name__}", 0) + 1
    refuse(connection, True)
    return told("tampering", {"tamperings": count, "missed": len(missed), "which": missed[:10], "kinds": kinds})


def keep_only_last(count: int) -> None:
    """A short journal: verifying a long one two thousand times tells no more. Only in this installation of ours."""
    from django.db import connection

    from smezhnik.records.models import Action, Change, Head

    refuse(connection, False)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Change._meta.db_table}")
        cursor.execute(f"DELETE FROM {Action._meta.db_table}")
        cursor.execute(f"DELETE FROM {Head._meta.db_table}")
    refuse(connection, True)


def refuse(connection: Any, on: bool) -> None:
    """Turn the triggers that keep the journal off and on, as somebody with all rights could."""
    from importlib import import_module

    module = import_module("smezhnik.records.migrations.0002_append_only")
    with connection.schema_editor() as editor:
        (module.make if on else module.drop)(None, editor)


def draw_tampering(draw: random.Random, numbers: list[int], rows: list[int]) -> tuple[str, str, list[Any]]:
    """One change of the stored journal, by kind."""
    number, other, row = draw.choice(numbers), draw.choice(numbers), draw.choice(rows)
    column = draw.choice(["who", "what", "held_by", "record", "reason", "digest", "previous", "hash"])
    return draw.choice([
        (f"action.{column}", f"UPDATE records_action SET {column} = %s WHERE number = %s", [f"x{draw.random()}"[:16],
                                                                                        number]),
        ("action.at", "UPDATE records_action SET at = %s WHERE number = %s", ["2020-01-01 00:00:00+00", number]),
        ("action.details", "UPDATE records_action SET details = %s WHERE number = %s", ['{"x": 1}', number]),
        ("action.changes", "UPDATE records_action SET changes = changes + 1 WHERE number = %s", [number]),
        ("action.number", "UPDATE records_action SET number = number + 1000 WHERE number = %s", [number]),
        ("action deleted", "DELETE FROM records_action WHERE number = %s", [number]),
        ("tail deleted", "DELETE FROM records_action WHERE number >= %s", [number]),
        ("action copied", COPIED_ACTION, [number]),
        ("change.new", "UPDATE records_change SET new = %s WHERE id = %s", ['{"volume": 9}', row]),
        ("change.old", "UPDATE records_change SET old = %s WHERE id = %s", ['{"volume": 9}', row]),
        ("change.version", "UPDATE records_change SET version = version + 1 WHERE id = %s", [row]),
        ("change.record", "UPDATE records_change SET record = %s WHERE id = %s", ["N-0000-0000", row]),
        ("change.kind", "UPDATE records_change SET kind = %s WHERE id = %s", ["offer", row]),
        ("change.verb", "UPDATE records_change SET verb = %s WHERE id = %s", ["changed", row]),
        ("change moved", "UPDATE records_change SET action_id = %s WHERE id = %s AND action_id <> %s",
         [other, row, other]),
        ("change deleted", "DELETE FROM records_change WHERE id = %s", [row]),
        ("change copied", COPIED_CHANGE, [row]),
        ("head.number", "UPDATE records_head SET number = number - 1", []),
        ("head.hash", "UPDATE records_head SET hash = %s", ["0" * 64]),
        ("head deleted", "DELETE FROM records_head", []),
    ])
