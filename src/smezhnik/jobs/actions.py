"""Asking for work, stopping it, taking it, ending it."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from smezhnik.jobs.models import Job, Schedule

#: A worker that has not shown itself for so long is taken for dead.
LEASE_S = 15.0
#: How often a job is begun before it counts as failed: one that kills its worker would kill every one.
ATTEMPTS = 5


def ask(kind: str, who: str, *, held_by: str = "", **args: Any) -> Job:
    """Ask for work; within a transaction it is asked for when that is committed."""
    return Job.objects.create(kind=kind, who=who, held_by=held_by, args=args)


def cancel(job: Job) -> None:
    """Stop a job: one that waits at once, one that runs at its next step."""
    if not Job.objects.filter(pk=job.pk, state="ready").update(state="cancelled", ended_at=timezone.now()):
        Job.objects.filter(pk=job.pk, state="running").update(cancel_asked=True)


def retry(job: Job) -> None:
    """Begin a failed or cancelled job anew."""
    Job.objects.filter(pk=job.pk, state__in=("failed", "cancelled")).update(
        state="ready", attempts=0, cancel_asked=False, error={}, ended_at=None, stage="", done=0, total=None)


def take(now: dt.datetime | None = None) -> Job | None:
    """The next job for a worker, with a lease; None where nothing waits.

    A job whose worker is dead waits again. One that was begun ``ATTEMPTS`` times has failed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        dead = Q(state="running", lease_until__lt=now)
        Job.objects.filter(dead, attempts__gte=ATTEMPTS).update(
            state="failed", ended_at=now, lease="", error={"code": "job_died", "fields": {"times": ATTEMPTS}})
        Job.objects.filter(dead, cancel_asked=True).update(state="cancelled", ended_at=now, lease="")
        waiting = Job.objects.filter(Q(state="ready", run_after__lte=now) | dead).order_by("run_after", "id")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        job = waiting.first()
        if job is None:
            return None
        job.state, job.lease, job.attempts = "running", secrets.token_hex(8), job.attempts + 1
        job.lease_until = now + dt.timedelta(seconds=LEASE_S)
        job.began_at = job.began_at or now
        job.save(update_fields=["state", "lease", "attempts", "lease_until", "began_at"])
        return job


def beat(job: Job, stage: str, done: int, total: int | None) -> bool:
    """Show that the worker lives and where it stands; False where it must stop: asked to, or the job is no longer its.

    Progress never goes back: another worker may have come further before it died.
    """
    now = timezone.now()
    mine = Job.objects.filter(pk=job.pk, lease=job.lease, state="running")
    alive = mine.update(lease_until=now + dt.timedelta(seconds=LEASE_S), stage=stage, done=done, total=total)
    return bool(alive) and not mine.filter(cancel_asked=True).exists()


def claim_end(job: Job, result: dict[str, Any]) -> bool:
    """Mark the job as done, as the first write of the transaction that holds its effect; False where it is not ours.

    Whoever could take it over waits for this row: the effect and the mark come together or not at all.
    """
    return bool(Job.objects.filter(pk=job.pk, lease=job.lease, state="running").update(
        state="done", result=result, ended_at=timezone.now(), lease_until=None))


def end(job: Job, state: str, *, error: dict[str, Any] | None = None) -> bool:
    """The job ended without an effect: ``failed`` or ``cancelled``."""
    return bool(Job.objects.filter(pk=job.pk, lease=job.lease, state="running").update(
        state=state, error=error or {}, ended_at=timezone.now(), lease_until=None))


def ask_scheduled(now: dt.datetime | None = None) -> int:
    """Ask for the jobs whose time has come, each once however many workers look; how many that were."""
    now, asked = now or timezone.now(), 0
    for item in Schedule.objects.filter(next_at__lte=now):
        with transaction.atomic():
            later = now + dt.timedelta(seconds=item.every_s)
            if Schedule.objects.filter(pk=item.pk, next_at=item.next_at).update(next_at=later):
                ask(item.kind, "system", **item.args)
                asked += 1
    return asked


def waiting_s(now: dt.datetime) -> float:
    """Seconds that the oldest waiting job has been waiting; 0 where none does."""
    oldest = Job.objects.filter(state="ready", run_after__lte=now).order_by(F("run_after")).first()
    return (now - oldest.run_after).total_seconds() if oldest else 0.0
