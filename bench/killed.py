"""The processes that ``bench faults`` kills: writers, workers, backups, upgrades, and work on a disk that ends."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from bench.web import HERE


class Forked:
    """A copy of this process that does one thing; nothing has to be loaded again, so that a kill strikes work.

    Not for what reads files: the threads of the reader's library do not survive a fork.
    """

    def __init__(self, target: Callable[..., None], *arguments: str) -> None:
        from django.db import connections

        connections.close_all()
        ours, theirs = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(ours)
            os.dup2(theirs, 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            sys.stdout = os.fdopen(1, "w", encoding="utf-8")
            try:
                target(*arguments)
            finally:
                os._exit(1)
        os.close(theirs)
        self.stdout: IO[str] = os.fdopen(ours, encoding="utf-8")

    def kill(self) -> None:
        """SIGKILL, and wait for the end."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def child(what: str, *arguments: str, **more: Any) -> subprocess.Popen[str]:
    """A process of its own in the same installation."""
    return subprocess.Popen([sys.executable, "-m", "bench.killed", what, *arguments], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **more)


def kill_until_done(pk: int, kills: int, pause: Callable[[], float]) -> int:
    """SIGKILL worker after worker until a job is done, ``kills`` of them and the last at its end; how many were killed.

    ``pause``: seconds that a worker lives.
    """
    from smezhnik.jobs import actions
    from smezhnik.jobs.models import Job

    done = 0
    while Job.objects.get(pk=pk).state in ("ready", "running"):
        worker = child("work")
        assert worker.stdout is not None
        worker.stdout.readline()
        if done < kills and Job.objects.get(pk=pk).attempts < actions.ATTEMPTS - 1:
            time.sleep(pause())
        else:
            wait_for_end(pk)
        worker.kill()
        worker.wait()
        done += 1
        # nobody watches: what the dead worker had is given back at once, as after a lease
        Job.objects.filter(pk=pk, state="running").update(state="ready", lease="")
    return done


def wait_for_end(pk: int) -> None:
    """Until a job is done or has failed, two minutes at most."""
    from smezhnik.jobs.models import Job

    until = time.monotonic() + 120
    while Job.objects.get(pk=pk).state in ("ready", "running") and time.monotonic() < until:
        time.sleep(0.05)


def run_here() -> None:
    """Do what waits in this process."""
    from smezhnik.jobs.worker import work
    from smezhnik.workflows.works import WORKS

    work(WORKS, threading.Event(), until_idle=True)


def editing(name: str, count: str, *ids: str) -> None:
    """Add one to the volume of a record as it was read; in the end say how many were taken and how many refused."""
    from smezhnik.records.actions import Stale
    from smezhnik.registry.actions import edit
    from smezhnik.registry.models import Need

    draw, taken, refused = random.Random(int(name)), 0, 0
    for _ in range(int(count)):
        record = Need.objects.get(public_id=draw.choice(ids))
        try:
            edit(record, {"volume": record.volume + 1}, f"писатель {name}", expected=record.version)
            taken += 1
        except Stale:
            refused += 1
    print(taken, refused, flush=True)
    sys.stdout.flush()
    os._exit(0)


def writing(prefix: str, after_loss: str = "") -> None:
    """Enter and edit records; say each number of the journal that was acknowledged.

    ``after_loss``: «again» goes on with a new connection where the database ended the old one.
    """
    from django.db import DatabaseError, connections

    print("ready", flush=True)
    turn = 0
    while True:
        turn += 1
        try:
            _write(prefix, turn)
        except DatabaseError:
            if not after_loss:
                raise
            connections.close_all()


def _write(prefix: str, turn: int) -> None:
    from smezhnik.records.actions import act
    from smezhnik.records.journal import anchor
    from smezhnik.registry.actions import edit
    from smezhnik.registry.models import Need

    records = [Need(text=f"{prefix} {turn} {part}", held_by=HERE, volume=0) for part in range(5)]
    with act("писатель", "bench.enter", held_by=HERE, turn=turn) as made:
        made.create(records)
    print(f"{prefix} {turn} 0 {anchor().number}", flush=True)
    for record in records[:2]:
        edit(record, {"volume": turn}, "писатель", expected=1)
    print(f"{prefix} {turn} 1 {anchor().number}", flush=True)


def working(*_: str) -> None:
    """Do jobs until killed."""
    from smezhnik.jobs.worker import work
    from smezhnik.workflows.works import WORKS

    print("ready", flush=True)
    work({**WORKS, "bench": entering}, threading.Event())


def entering(job: Any, progress: Any) -> Any:
    """A work that enters one record."""
    from smezhnik.jobs.worker import Effect
    from smezhnik.records.actions import act
    from smezhnik.registry.models import Need

    def write() -> None:
        with act("работник", "bench.enter", held_by=HERE, job=job.pk) as made:
            made.create([Need(text=f"работа {job.args['number']}", held_by=HERE)])

    return Effect(write, {"number": job.args["number"]})


def filling(how: str, limit: str, what: str) -> None:
    """Do one piece of work on a disk that ends; exit code 3 where it was refused with a sentence."""
    import polars as pl
    from django.conf import settings
    from django.db import DatabaseError, connection

    from smezhnik.errors import InputError
    from smezhnik.io import write_table, write_text
    from smezhnik.jobs.actions import take
    from smezhnik.jobs.worker import is_full, run_job
    from smezhnik.tables import complete
    from smezhnik.workflows.backup import backup
    from smezhnik.workflows.works import WORKS

    if how == "pages":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + int(limit)}")
    else:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = Path(str(connection.settings_dict["NAME"])).stat().st_size if what == "import" else 0
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + int(limit), size + int(limit)))
    try:
        if what == "backup":
            backup()
        elif what == "export":
            frame = pl.DataFrame({"need_id": [str(number) for number in range(3_000)],
                                  "text": [f"труба {number}" for number in range(3_000)]})
            write_table(complete(frame, "needs"), Path(settings.FILES) / "out.xlsx", "needs", lang="ru")
        elif what == "report":
            write_text(Path(settings.FILES) / "out.html", "<p>труба</p>" * 40_000)
        else:
            job = take()
            assert job is not None
            run_job(job, WORKS)
            job.refresh_from_db()
            sys.exit({"done": 0, "failed": 3}.get(job.state, 4) if job.error.get("code") in (None, "disk_full") else 5)
    except InputError as error:
        sys.exit(3 if error.code == "disk_full" else 5)
    except (DatabaseError, OSError) as error:
        sys.exit(3 if is_full(error) else 5)
    sys.exit(0)


def backing(*_: str) -> None:
    """Write one backup after another."""
    from django.conf import settings

    from smezhnik.workflows.backup import backup

    print("ready", flush=True)
    for turn in range(10_000):
        backup(Path(settings.BACKUPS) / f"{os.getpid()}-{turn}.zip")


def migrating(*_: str) -> None:
    """Bring an empty installation to this version; exit code 0 where nothing is left to be done and all is sound."""
    print("ready", flush=True)
    from smezhnik.records.journal import verify
    from smezhnik.workflows.backup import backup
    from smezhnik.workflows.serving import pending, upgrade

    upgrade(backup)
    sys.exit(bool(pending() or verify()))


CHILDREN = {"work": working, "fill": filling, "migrate": migrating}

if __name__ == "__main__":
    import django

    django.setup()
    CHILDREN[sys.argv[1]](*sys.argv[2:])
