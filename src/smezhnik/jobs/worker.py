"""A worker: takes jobs one after another until it is told to stop."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, close_old_connections, connection, transaction

from smezhnik.errors import Cancelled, InputFaults, SmezhnikError
from smezhnik.jobs.actions import LEASE_S, ask_scheduled, beat, claim_end, end, take
from smezhnik.jobs.models import Job
from smezhnik.progress import CancelToken, Progress, Step
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
                except OperationalError:  # the database is busy with our own effect, or gone: the lease decides
                    log.warning("job %s: no heartbeat", self.job.pk)
        finally:
            connection.close()


def run_job(job: Job, works: Mapping[str, Work]) -> None:
    """Do one job: its effect whole and once, or a state that says why not."""
    try:
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
    except SmezhnikError as error:
        faults = [str(fault.code) for fault in error.faults[:20]] if isinstance(error, InputFaults) else []
        end(job, "failed", error={"code": error.code, "fields": _shown(error.fields), "faults": faults})
    except Exception as error:  # noqa: BLE001  a fault of ours ends this job, not the worker
        log.error("job %s failed\n%s", job.pk, traceback.format_exc())
        end(job, "failed", error={"code": "ours", "fields": {"kind": type(error).__name__, "what": job.kind}})


def _shown(fields: Mapping[str, object]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float | str | list) else str(value)
            for name, value in fields.items()}


def work(works: Mapping[str, Work], stop: threading.Event, *, until_idle: bool = False) -> int:
    """Take and do jobs until ``stop`` is set (or nothing waits); how many were done."""
    done = 0
    while not stop.is_set():
        close_old_connections()
        try:
            ask_scheduled()
            job = take()
        except OperationalError:
            log.warning("the database does not answer; trying again")
            job = None
            if until_idle:
                raise
        if job is not None:
            run_job(job, works)
            done += 1
        elif until_idle:
            return done
        else:
            stop.wait(LOOK_S)
    return done
