"""A worker: takes jobs one after another until it is told to stop."""

from __future__ import annotations

import errno
import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import (
    Error,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)

from smezhnik.errors import Cancelled, InputFaults, SmezhnikError, UnknownCode
from smezhnik.jobs.actions import LEASE_S, Watch, again, ask_scheduled, beat, claim_end, end, take
from smezhnik.jobs.models import Job
from smezhnik.progress import CancelToken, Progress, Step
from smezhnik.records.actions import Stale
from smezhnik.records.chain import plain

log = logging.getLogger(__name__)
#: Seconds between two looks for work.
LOOK_S = 0.5


@dataclass
class Effect:
    """What a job will write, and what a page shows of it; computed before anything is written.

    ``write`` runs in the transaction that also marks the job as done; what it returns is added to ``result``.
    """

    write: Callable[[], Mapping[str, Any] | None] = lambda: None
    result: dict[str, Any] = field(default_factory=dict)


#: A kind of work: the job and where to tell its progress → its effect.
Work = Callable[[Job, Progress], Effect]


class _Lost(Exception):
    """The job is another worker's."""


class _Heart:
    """Renews the lease of a job in a thread of its own, with the latest progress."""

    def __init__(self, job: Job) -> None:
        self.job, self.token, self.step = job, CancelToken(), Step("begun")
        self._rest = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Progress:
        self._thread.start()
        return self.token.watch(self._note)

    def __exit__(self, *_: object) -> None:
        self._rest.set()
        self._thread.join()

    def _note(self, step: Step) -> None:
        self.step = step

    def _run(self) -> None:
        try:
            while not self._rest.wait(LEASE_S / 5):
                try:
                    if not beat(self.job, self.step.stage, self.step.done, self.step.total):
                        self.token.cancel()
                except Error:  # busy with our own effect, or gone: whoever watches us decides
                    log.warning("job %s: no heartbeat", self.job.pk)
                    connection.close()
        finally:
            connection.close()


def run_job(job: Job, works: Mapping[str, Work]) -> None:
    """Do one job: its effect whole and once, or a state that says why not.

    Where the database was lost, or records moved under the job, it begins anew, up to ``ATTEMPTS`` times.
    """
    try:
        if job.kind not in works:
            raise UnknownCode("job_kind", found=job.kind)
        with _Heart(job) as progress:
            effect = works[job.kind](job, progress)
            with transaction.atomic():
                if not claim_end(job, plain(effect.result)):
                    raise _Lost
                if more := effect.write():
                    Job.objects.filter(pk=job.pk).update(result=plain({**effect.result, **more}))
    except _Lost:
        log.warning("job %s: another worker has it", job.pk)
    except Cancelled:
        end(job, "cancelled")
    except Stale as error:
        if not again(job):
            _fail(job, error)
    except (OSError, OperationalError, InterfaceError) as error:
        connection.close()
        log.warning("job %s: %s", job.pk, error)
        if is_full(error):
            end(job, "failed", error={"code": "disk_full", "fields": {}})
        elif isinstance(error, OSError) or not again(job, after_s=1.0):
            _fail(job, error)
    except Exception as error:  # noqa: BLE001  a fault of ours ends this job, not the worker
        log.error("job %s failed\n%s", job.pk, traceback.format_exc())
        _fail(job, error)


def is_full(error: BaseException) -> bool:
    """Whether there was no room on the disk, or no file may grow any more."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
    told = str(error).lower()
    return any(part in told for part in ("disk is full", "disk i/o error", "no space left", "could not extend file"))


def _fail(job: Job, error: Exception) -> None:
    faults = [str(fault.code) for fault in error.faults[:20]] if isinstance(error, InputFaults) else []
    told = {"code": error.code, "fields": _shown(error.fields), "faults": faults} if isinstance(error, SmezhnikError) \
        else {"code": "ours", "fields": {"kind": type(error).__name__, "what": job.kind}}
    end(job, "failed", error=told)


def _shown(fields: Mapping[str, object]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float | str | list) else str(value)
            for name, value in fields.items()}


def work(works: Mapping[str, Work], stop: threading.Event, *, until_idle: bool = False) -> int:
    """Take and do jobs until ``stop`` is set (or nothing waits); how many were done."""
    done, watch = 0, Watch()
    while not stop.is_set():
        close_old_connections()
        job = None
        try:
            ask_scheduled()
            job = take(watch)
            if job is not None:
                run_job(job, works)
                done += 1
        except Error as error:  # a job at work goes to whoever sees that nobody beats for it
            log.warning("the database does not answer (%s); trying again", error)
            connection.close()
            if until_idle:
                raise
        if job is None:
            if until_idle:
                return done
            stop.wait(LOOK_S)
    return done
