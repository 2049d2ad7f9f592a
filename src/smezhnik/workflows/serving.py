"""The database brought to this version, pages served, work done in the background."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import waitress
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from smezhnik.errors import InputError
from smezhnik.jobs.worker import LOOK_S, work
from smezhnik.records.bulk import refresh_statistics
from smezhnik.records.models import Installation
from smezhnik.workflows.following import PARENT, follow
from smezhnik.workflows.works import WORKS

#: Free room that an upgrade wants, in sizes of the database: for a backup, and for what it makes anew.
ROOM = 2
#: Seconds that the last job has to come to its end when the serving stops; it begins anew otherwise.
LAST_JOB_S = 60
APPLICATION = "smezhnik.web.wsgi:application"


def pending() -> list[str]:
    """Names of the migrations that the database has not had."""
    executor = MigrationExecutor(connection)
    return [f"{migration.app_label}.{migration.name}" for migration, _ in
            executor.migration_plan(executor.loader.graph.leaf_nodes())]


def upgrade(backup: Callable[[], Path]) -> tuple[list[str], Path | None]:
    """Bring the database to this version, a backup first.

    Returns
    -------
    the migrations that were done, and the backup made before them: None where there was nothing to lose.

    Raises
    ------
    InputError where the disk has not room enough for both.
    """
    waiting = pending()
    if not waiting:
        return [], None
    kept: Path | None = None
    if "records_head" in connection.introspection.table_names():
        file = Path(str(connection.settings_dict["NAME"]))
        size = file.stat().st_size if file.exists() else 0
        free = shutil.disk_usage(settings.HOME).free
        if free < ROOM * size:
            raise InputError("disk_full_for_upgrade", free_mb=free // 2 ** 20, need_mb=ROOM * size // 2 ** 20)
        kept = backup()
    call_command("migrate", interactive=False, verbosity=0)
    refresh_statistics()  # indexes may be new
    return waiting, kept


def refuse_sample() -> None:
    """InputError where the database was filled to be looked at: nobody should begin real work in it."""
    if Installation.objects.filter(sample=True).exists():
        raise InputError("sample_database", folder=str(settings.HOME))


def serve(host: str, port: int, *, processes: int, threads: int, jobs: bool) -> int:
    """Serve the pages until stopped, with a worker beside them unless told otherwise; the exit code.

    A worker that dies is started again. Whatever way this process ends, those it started end after it.
    """
    stop = threading.Event()
    beside = threading.Thread(target=_keep_worker, args=(stop,)) if jobs else None
    if beside is not None:
        beside.start()
    try:
        if not hasattr(os, "fork"):
            waitress.serve(_application(), host=host, port=port, threads=threads)
            return 0
        # a connection that is kept stays with the process that took it: one was seen to do all the work of eight
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", APPLICATION, "--bind", f"{host}:{port}", "--workers", str(processes),
             "--threads", str(threads), "--worker-class", "gthread", "--keep-alive", "0", "--timeout", "120",
             "--log-level", "warning", "--config", "python:smezhnik.workflows.following"], env=_followed())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.terminate())
        return server.wait()
    finally:
        stop.set()
        if beside is not None:
            beside.join()


def _keep_worker(stop: threading.Event) -> None:
    """Keep a worker running until told to stop; the job under way comes to its end."""
    while not stop.is_set():
        worker = subprocess.Popen([sys.executable, "-m", "smezhnik", "worker"], env=_followed())
        while worker.poll() is None and not stop.wait(LOOK_S):
            pass
        if worker.poll() is None:
            worker.terminate()
            try:
                worker.wait(timeout=LAST_JOB_S)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        else:
            stop.wait(LOOK_S)


def _followed() -> dict[str, str]:
    return {**os.environ, PARENT: str(os.getpid())}


def _application() -> Any:
    from django.core.wsgi import get_wsgi_application  # reads the settings when it is imported

    return get_wsgi_application()


def work_until_stopped(*, until_idle: bool = False) -> int:
    """Do jobs until a signal says stop, the one under way to its end; how many were done."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    follow()
    return work(WORKS, stop, until_idle=until_idle)
