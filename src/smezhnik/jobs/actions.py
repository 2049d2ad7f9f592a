"""Asking for work, stopping it, taking it, ending it."""

from __future__ import annotations

import datetime as dt
import math
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from smezhnik.jobs.models import Job, Schedule

#: A worker that has not shown itself for so long is taken for dead.
LEASE_S = 15.0
#: How often a job is begun before it counts as failed: one that kills its worker would kill every one.
ATTEMPTS = 5
#: A database that let us wait for longer may have let the beat of a living worker wait too.
_WAITED_S = 1.0


@dataclass
class Watch:
    """What a worker has seen of the work of others: a job without a new beat for ``LEASE_S`` has no worker any more.

    It is seen on the watcher's own clock that only goes forward, or told by the moment of the last beat, since
    a watcher may be younger than the silence. Once the time of the system was set, that moment says nothing for
    ``LEASE_S``: whoever sets it back or forth neither keeps a dead job nor takes a living one away.

    Attributes
    ----------
    seen : job → its lease and beats, and when they were first seen so
    offset, set_at : how far the two clocks are apart, and when that last changed
    """

    seen: dict[int, tuple[str, int, float]] = field(default_factory=dict)
    offset: float | None = None
    set_at: float = -math.inf

    def dead(self, running: Iterable[tuple[int, str, int, dt.datetime | None]], own: float, now: dt.datetime
             ) -> dict[int, tuple[str, int]]:
        """Jobs whose worker is gone, with their lease and beats; ``own``: monotonic seconds, ``now``: of the system."""
        offset = now.timestamp() - own
        if self.offset is not None and abs(offset - self.offset) > _WAITED_S:
            self.set_at = own
        self.offset = offset
        before, self.seen, gone = self.seen, {}, {}
        for pk, lease, beats, at in running:
            told = before.get(pk)
            self.seen[pk] = told = told if told is not None and told[:2] == (lease, beats) else (lease, beats, own)
            late = at is not None and own - self.set_at > LEASE_S and (now - at).total_seconds() > LEASE_S
            if late or own - told[2] > LEASE_S:
                gone[pk] = told[:2]
        return gone


def ask(kind: str, who: str, *, held_by: str = "", **args: Any) -> Job:
    """Ask for work; within a transaction it is asked for when that is committed."""
    return Job.objects.create(kind=kind, who=who, held_by=held_by, args=args)


def cancel(job: Job) -> None:
    """Stop a job: one that waits at once, one that runs at its next step; one that has ended stays as it is."""
    if not Job.objects.filter(pk=job.pk, state="ready").update(state="cancelled", ended_at=timezone.now()):
        Job.objects.filter(pk=job.pk, state="running").update(cancel_asked=True)


def retry(job: Job) -> None:
    """Begin a failed or cancelled job anew."""
    Job.objects.filter(pk=job.pk, state__in=("failed", "cancelled")).update(
        state="ready", attempts=0, cancel_asked=False, error={}, ended_at=None, stage="", done=0, total=None,
        run_after=None)


def take(watch: Watch | None = None) -> Job | None:
    """The next job for a worker, with a lease; None where nothing waits.

    A job whose worker is dead, as ``watch`` has seen, waits again. One that was begun ``ATTEMPTS`` times has failed.
    """
    watch = watch or Watch()
    now = timezone.now()
    running = Job.objects.filter(state="running").values_list("pk", "lease", "beats", "beat_at")
    dead = watch.dead(running, monotonic(), now)
    waiting = Job.objects.filter(state="ready").filter(Q(run_after=None) | Q(run_after__lte=now)).order_by("id")
    if not dead and not waiting.exists():
        return None
    began = monotonic()
    with transaction.atomic():
        if monotonic() - began > _WAITED_S:
            watch.seen.clear()
        else:
            _give_back(dead, now)
        job = _locked(waiting).first()
        if job is None:
            return None
        job.state, job.lease, job.attempts = "running", secrets.token_hex(8), job.attempts + 1
        job.began_at, job.beat_at = job.began_at or now, now
        job.save(update_fields=["state", "lease", "attempts", "began_at", "beat_at"])
        return job


def beat(job: Job, stage: str, done: int, total: int | None) -> bool:
    """Show that the worker lives and where it stands; False where it must stop: it is asked to, or lost the job."""
    mine = Job.objects.filter(pk=job.pk, lease=job.lease, state="running")
    alive = mine.update(beats=F("beats") + 1, beat_at=timezone.now(), stage=stage, done=done, total=total)
    return bool(alive) and not mine.filter(cancel_asked=True).exists()


def claim_end(job: Job, result: dict[str, Any]) -> bool:
    """Mark the job as done, as the first write of the transaction that holds its effect; False where it is not ours.

    Whoever could take it over waits for this row: the effect and the mark come together or not at all.
    """
    return bool(Job.objects.filter(pk=job.pk, lease=job.lease, state="running").update(
        state="done", result=result, ended_at=timezone.now()))


def end(job: Job, state: str, *, error: dict[str, Any] | None = None) -> bool:
    """The job ended without an effect: ``failed`` or ``cancelled``."""
    return bool(Job.objects.filter(pk=job.pk, lease=job.lease, state="running").update(
        state=state, error=error or {}, ended_at=timezone.now()))


def again(job: Job, *, after_s: float = 0.0) -> bool:
    """Let the job begin anew, what it stood on having moved; False where it was begun too often, or is not ours."""
    mine = Job.objects.filter(pk=job.pk, lease=job.lease, state="running", attempts__lt=ATTEMPTS)
    later = timezone.now() + dt.timedelta(seconds=after_s) if after_s else None
    return bool(mine.update(state="ready", lease="", run_after=later))


def ask_scheduled(now: dt.datetime | None = None) -> int:
    """Ask for the jobs whose time has come, each once however many workers look; how many that were.

    A time further ahead than a whole period was reckoned by a clock that was wrong: it is reckoned anew.
    """
    now, asked = now or timezone.now(), 0
    for item in Schedule.objects.all():
        later = now + dt.timedelta(seconds=item.every_s)
        if now < item.next_at <= later:
            continue
        with transaction.atomic():
            if Schedule.objects.filter(pk=item.pk, next_at=item.next_at).update(next_at=later) and item.next_at <= now:
                ask(item.kind, "system", **item.args)
                asked += 1
    return asked


def waiting_s(now: dt.datetime) -> float:
    """Seconds that the oldest waiting job has been waiting; 0 where none does."""
    due = Job.objects.filter(state="ready").filter(Q(run_after=None) | Q(run_after__lte=now)).order_by("id").first()
    return (now - (due.run_after or due.created_at)).total_seconds() if due else 0.0


def _give_back(dead: dict[int, tuple[str, int]], now: dt.datetime) -> None:
    """Let the jobs of dead workers wait again, or end them."""
    for job in _locked(Job.objects.filter(pk__in=dead, state="running")):
        if (job.lease, job.beats) != dead[job.pk]:
            continue
        job.lease = ""
        if job.cancel_asked:
            job.state, job.ended_at = "cancelled", now
        elif job.attempts >= ATTEMPTS:
            job.state, job.ended_at = "failed", now
            job.error = {"code": "job_died", "fields": {"times": ATTEMPTS}}
        else:
            job.state = "ready"
        job.save(update_fields=["lease", "state", "ended_at", "error"])


def _locked(rows: QuerySet[Job]) -> QuerySet[Job]:
    """The rows locked; those that somebody else holds are passed over."""
    skips = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=True) if skips else rows
