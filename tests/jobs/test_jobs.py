"""Work in the background: taken once, done whole, never lost, whatever happens to worker, database and clock."""

from __future__ import annotations

import datetime as dt
import errno
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from smezhnik.errors import InputError
from smezhnik.jobs import actions, worker
from smezhnik.jobs.actions import (
    ATTEMPTS,
    Watch,
    ask,
    ask_scheduled,
    beat,
    cancel,
    claim_end,
    end,
    retry,
    take,
    waiting_s,
)
from smezhnik.jobs.models import Job, Schedule
from smezhnik.jobs.worker import Effect, is_full, run_job, work
from smezhnik.progress import Progress, Step
from smezhnik.records.actions import act
from smezhnik.records.journal import anchor
from smezhnik.registry.actions import edit
from smezhnik.registry.models import Need
from tests.workplace import HERE, make_need

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Two clocks: the one of the system, which somebody may set, and the one that only goes forward."""
    at = {"system": 0.0, "own": 1000.0}
    real = timezone.now
    monkeypatch.setattr(actions.timezone, "now", lambda: real() + dt.timedelta(seconds=at["system"]))
    monkeypatch.setattr(actions, "monotonic", lambda: at["own"])
    return at


def taken() -> Job:
    job = take()
    assert job is not None
    return job


def now(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def done(job: Job, effect: Callable[[Job, Progress], Effect]) -> Job:
    run_job(job, {job.kind: effect})
    return now(job)


def enter(text: str) -> Effect:
    def write() -> None:
        with act("анна", "registry.enter_need", held_by=HERE) as made:
            made.create([Need(text=text, held_by=HERE)])

    return Effect(write, {"text": text})


def test_jobs_are_taken_in_order_and_each_once() -> None:
    asked = [ask("a", "анна") for _ in range(3)]
    assert [taken().pk for _ in range(3)] == [job.pk for job in asked]
    assert take() is None


def test_a_job_of_a_dead_worker_is_taken_after_the_lease(clock: dict[str, float]) -> None:
    ask("a", "анна")
    first, watch = taken(), Watch()
    for seconds in (0, 8, 6):
        clock["own"] += seconds
        assert take(watch) is None, "the worker may still live"
    clock["own"] += 2
    second = take(watch)
    assert second is not None and second.pk == first.pk and second.attempts == 2
    assert not claim_end(first, {}) and not end(first, "failed") and not beat(first, "a", 1, 2)
    assert done(second, lambda job, progress: enter("Болты")).state == "done"


def test_a_worker_that_shows_itself_keeps_its_job(clock: dict[str, float]) -> None:
    ask("a", "анна")
    job, watch = taken(), Watch()
    for turn in range(10):
        clock["own"] += 10
        assert take(watch) is None
        assert beat(job, "stage", turn, 10)


@pytest.mark.parametrize("hours", [-1, 1, 24 * 400])
def test_a_clock_that_is_set_neither_keeps_a_dead_job_nor_takes_a_living_one(clock: dict[str, float],
                                                                                    hours: int) -> None:
    dead, alive = ask("a", "анна"), ask("a", "анна")
    assert taken().pk == dead.pk
    living, watch = taken(), Watch()
    take(watch)
    clock["system"] = hours * 3600
    later = ask("a", "анна")
    got = take(watch)
    assert got is not None and got.pk == later.pk, "a job that is asked for at once waits for no clock"
    clock["own"] += 16
    beat(living, "stage", 1, 2)
    beat(got, "stage", 1, 2)
    again = take(watch)
    assert again is not None and again.pk == dead.pk and take(watch) is None
    assert now(alive).lease == living.lease and waiting_s(actions.timezone.now()) == 0


def test_a_watcher_that_waited_for_the_database_gives_the_living_time_to_show_themselves(
        clock: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    ask("a", "анна")
    taken()
    watch = Watch()
    take(watch)
    clock["own"] += 16
    times = iter([clock["own"], clock["own"], clock["own"] + 9])  # reading, before and after the lock
    with monkeypatch.context() as patch:
        patch.setattr(actions, "monotonic", lambda: next(times))
        assert take(watch) is None
    assert take(watch) is None
    clock["own"] += 16
    assert take(watch) is not None


def test_a_job_that_kills_its_workers_fails_in_the_end(clock: dict[str, float]) -> None:
    job, watch = ask("a", "анна"), Watch()
    for attempt in range(1, ATTEMPTS + 1):
        clock["own"] += 16
        assert (take(watch) or take(watch)) is not None and now(job).attempts == attempt
        take(watch)
    clock["own"] += 16
    assert take(watch) is None
    assert (now(job).state, now(job).error["code"]) == ("failed", "job_died")
    retry(job)
    assert (now(job).state, now(job).attempts) == ("ready", 0)


def test_cancel_at_every_stage(clock: dict[str, float]) -> None:
    job = ask("a", "анна")
    cancel(job)
    assert now(job).state == "cancelled" and take() is None
    retry(job)
    running = taken()
    cancel(running)
    assert now(job).state == "running" and not beat(running, "stage", 1, 2)

    def stopped(job: Job, progress: Progress) -> Effect:
        while True:
            progress(Step("work"))
            time.sleep(0.01)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "LEASE_S", 0.05)
        assert done(running, stopped).state == "cancelled"
    retry(job)
    running, watch = taken(), Watch()
    cancel(running)
    take(watch)
    clock["own"] += 16
    assert take(watch) is None and now(job).state == "cancelled", "it died before it could stop"
    cancel(job)
    retry(job)
    finished = done(taken(), lambda job, progress: enter("Болты"))
    cancel(finished)
    retry(finished)
    assert now(job).state == "done"


def test_a_worker_that_loses_its_job_in_the_middle_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LEASE_S", 0.05)
    ask("a", "анна")
    job = taken()

    def robbed(job: Job, progress: Progress) -> Effect:
        Job.objects.filter(pk=job.pk).update(lease="other")
        for _ in range(200):
            progress(Step("work"))
            time.sleep(0.01)
        return enter("Болты")

    assert done(job, robbed).state == "running" and now(job).lease == "other" and anchor().number == 0

    def robbed_late(job: Job, progress: Progress) -> Effect:
        Job.objects.filter(pk=job.pk).update(lease="another")
        return enter("Болты")

    Job.objects.update(lease=job.lease)
    assert done(job, robbed_late).lease == "another" and not Need.objects.exists()


def test_an_effect_that_fails_leaves_nothing_and_says_why() -> None:
    def failing(error: Exception) -> Callable[[Job, Progress], Effect]:
        def effect(job: Job, progress: Progress) -> Effect:
            def write() -> None:
                made = enter("Болты")
                made.write()
                raise error

            return Effect(write, {"text": "x"})

        return effect

    cases: list[tuple[Exception, dict[str, Any]]] = [
        (InputError("import_state", file="а", state="undone"), {"code": "import_state", "faults": [],
                                                               "fields": {"file": "а", "state": "undone"}}),
        (ZeroDivisionError(), {"code": "ours", "fields": {"kind": "ZeroDivisionError", "what": "a"}}),
        (OSError(errno.ENOSPC, "full"), {"code": "disk_full", "fields": {}}),
        (OperationalError("database or disk is full"), {"code": "disk_full", "fields": {}}),
    ]
    for error, told in cases:
        ask("a", "анна")
        job = done(taken(), failing(error))
        assert (job.state, job.error, job.result) == ("failed", told, {})
    assert not Need.objects.exists() and anchor().number == 0


def test_a_lost_database_begins_the_job_anew() -> None:
    ask("a", "анна")

    def lost(job: Job, progress: Progress) -> Effect:
        raise OperationalError("server closed the connection unexpectedly")

    job = done(taken(), lost)
    assert job.state == "ready" and job.run_after > timezone.now()
    Job.objects.update(run_after=None, attempts=ATTEMPTS - 1)
    assert done(taken(), lost).state == "failed"


def test_records_that_moved_meanwhile_begin_the_job_anew() -> None:
    need = make_need(volume=1)
    ask("a", "анна")
    turns = []

    def slow(job: Job, progress: Progress) -> Effect:
        mine = Need.objects.get(pk=need.pk)
        turns.append(mine.version)
        if len(turns) == 1:
            edit(Need.objects.get(pk=need.pk), {"volume": 2}, "борис", expected=1)

        def write() -> None:
            edit(mine, {"price": 5}, "анна", expected=mine.version)

        return Effect(write)

    assert work({"a": slow}, threading.Event(), until_idle=True) == 2
    assert turns == [1, 2] and Job.objects.get().state == "done"
    assert Need.objects.values_list("volume", "price").get() == (2, 5)


def test_a_kind_that_nobody_knows_fails_with_a_sentence() -> None:
    ask("tomorrow", "анна")
    run_job(taken(), {})
    assert Job.objects.get().error == {"code": "job_kind", "fields": {"found": "tomorrow"}, "faults": []}


def test_a_schedule_asks_once_however_many_workers_look() -> None:
    Schedule.objects.create(kind="a", every_s=3600, next_at=timezone.now() - dt.timedelta(minutes=1))
    start = threading.Barrier(6)
    asked: list[int] = []

    def look() -> None:
        try:
            start.wait()
            asked.append(ask_scheduled())
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(asked) == [0, 0, 0, 0, 0, 1] and Job.objects.count() == 1


def test_a_schedule_reckoned_by_a_wrong_clock_is_reckoned_anew() -> None:
    item = Schedule.objects.create(kind="a", every_s=3600, next_at=timezone.now() + dt.timedelta(days=400))
    assert ask_scheduled() == 0
    item.refresh_from_db()
    assert item.next_at <= timezone.now() + dt.timedelta(hours=1)


def test_six_workers_share_jobs_and_do_each_once() -> None:
    for number in range(30):
        ask("a", "анна", number=number)
    stop = threading.Event()

    def run() -> None:
        try:
            work({"a": lambda job, progress: enter(f"Болты {job.args['number']}")}, stop, until_idle=True)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Need.objects.values_list("text", flat=True)) == sorted(f"Болты {number}" for number in range(30))
    assert not Job.objects.exclude(state="done", attempts=1).exists()


def test_a_locked_database_only_holds_the_heartbeat_up(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one writer")
    monkeypatch.setattr(worker, "LEASE_S", 0.05)
    refused: list[bool] = []

    def beaten(*_: Any) -> bool:
        refused.append(True)
        raise OperationalError("database is locked")

    monkeypatch.setattr(worker, "beat", beaten)
    ask("a", "анна")

    def slow(job: Job, progress: Progress) -> Effect:
        for _ in range(10):
            progress(Step("work"))
            time.sleep(0.02)
        return enter("Болты")

    assert done(taken(), slow).state == "done" and len(refused) > 1


def test_what_says_that_the_disk_is_full() -> None:
    full = [OSError(errno.EFBIG, ""), sqlite3.OperationalError("database or disk is full"),
            OperationalError('could not extend file "base/1": No space left on device'),
            OperationalError("disk I/O error")]
    assert all(map(is_full, full)) and not is_full(OperationalError("database is locked")) and not is_full(OSError())
