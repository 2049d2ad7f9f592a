"""More of ``bench faults``: many writers on few records, connections and servers that die, matching that is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from bench.killed import Forked, editing, kill_until_done, run_here, writing
from bench.load import Person, wait_for
from bench.report import told
from bench.web import HERE

WRITERS, RECORDS = 8, 50
PORT = 18_437
NEEDS, OFFERS = 300, 400


def contend(count: int) -> dict[str, Any]:
    """Eight processes edit fifty records: each edit adds one to what its writer read, so the sum tells every loss."""
    from smezhnik.records.journal import verify
    from smezhnik.registry.models import Need
    from tests.workplace import make

    records = [make(Need(text=f"спорная {number}", held_by=HERE, volume=0)) for number in range(RECORDS)]
    ids = [record.public_id for record in records]
    writers = [Forked(editing, str(number), str(count), *ids) for number in range(WRITERS)]
    said = [line.split() for writer in writers for line in writer.stdout]
    for writer in writers:
        writer.stdout.close()
        os.waitpid(writer.pid, 0)
    kept = sum(int(taken) for taken, _ in said)
    stale = sum(int(refused) for _, refused in said)
    volume = sum(Need.objects.filter(public_id__in=ids).values_list("volume", flat=True))
    return told("edits", {"writers": WRITERS, "edits": kept + stale, "taken": kept, "stale": stale,
                          "lost": int(kept - volume), "wrong": abs(kept + stale - WRITERS * count),
                          "breaks": len(verify())})


def lose_connections(count: int) -> dict[str, Any]:
    """PostgreSQL ends the connection of a writer at any moment; what it was told of is there, nothing by half."""
    from django.db import connection

    from smezhnik.records.journal import verify
    from smezhnik.records.models import Action
    from smezhnik.registry.models import Need

    draw, ended = random.Random(8), 0
    writer = Forked(writing, "связь", "again")
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(writer.stdout))
    reader.start()
    while ended < count:
        time.sleep(draw.uniform(0.02, 0.25))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                           "WHERE datname = current_database() AND pid <> pg_backend_pid()")
            ended += cursor.fetchone()[0]
    time.sleep(0.3)
    writer.kill()
    reader.join()
    writer.stdout.close()
    lost = sum(not acknowledged(line) for line in said[1:] if line.endswith("\n"))
    half = Need.objects.filter(text__startswith="связь ").count() % 5
    half += sum(action.rows.count() != action.changes for action in Action.objects.filter(what="bench.enter"))
    return told("connections", {"ended": ended, "acknowledged": len(said) - 1, "lost": lost, "half": half,
                                "breaks": len(verify())})


def acknowledged(line: str) -> bool:
    """Whether all that a line of ``writing`` was told is there."""
    from smezhnik.records.models import Action
    from smezhnik.registry.models import Need

    prefix, turn, kind, number = line.split()
    there = Need.objects.filter(text__startswith=f"{prefix} {turn} ")
    whole = there.count() == 5 and (kind == "0" or there.filter(volume=turn, version=2).count() == 2)
    return whole and Action.objects.filter(number=int(number)).exists()


def kill_servers(kills: int) -> dict[str, Any]:
    """SIGKILL ``smezhnik serve`` with all its processes while people enter records; what was answered is there."""
    from smezhnik.records.journal import verify
    from smezhnik.registry.models import Need
    from tests.workplace import PASSWORD, make_user

    draw, said = random.Random(9), list[str]()
    login = f"kills-{time.time_ns()}"
    make_user(login, "ministry", region=HERE)
    for number in range(kills):
        server = subprocess.Popen([sys.executable, "-m", "smezhnik", "serve", "--port", str(PORT)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        wait_for(PORT)
        stopped = threading.Event()
        typing = threading.Thread(target=_enter, args=(login, PASSWORD, number, said, stopped))
        before = len(said)
        typing.start()
        while len(said) == before and typing.is_alive():
            time.sleep(0.01)
        time.sleep(draw.uniform(0, 0.5))
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        stopped.set()
        typing.join()
    there = set(Need.objects.filter(text__startswith="сервер ").values_list("text", flat=True))
    twice = Need.objects.filter(text__startswith="сервер ").count() - len(there)
    return told("server", {"kills": kills, "acknowledged": len(said), "lost": len(set(said) - there), "double": twice,
                           "breaks": len(verify())})


def _enter(login: str, password: str, number: int, said: list[str], stopped: threading.Event) -> None:
    """Enter needs through the pages, one after another; note each that the server said it has."""
    person = Person(PORT, login, password, number, [])
    turn = 0
    try:
        person.sign_in()
        while not stopped.is_set():
            turn += 1
            text = f"сервер {number} {turn}"
            state, _ = person.ask("POST", "/needs/new/", {"text": text})
            if state == 302:
                said.append(text)
    except (OSError, ValueError, AssertionError):
        return  # the server is gone, as it should be
    except Exception as error:
        if type(error).__module__ != "http.client":
            raise


def kill_matching(kills: int) -> dict[str, Any]:
    """SIGKILL workers while they look for links: in the end the links are those of a run that nobody disturbed."""
    from smezhnik.cooperation.models import Link
    from smezhnik.jobs import actions
    from smezhnik.jobs.models import Job
    from smezhnik.records.actions import act
    from smezhnik.records.journal import verify
    from smezhnik.registry.models import Need, Offer

    held = "RU-CHE"  # a region of its own: nothing else there
    with act("писатель", "bench.enter", held_by=held) as made:
        made.create([Offer(text=text, held_by=held, region=held) for text in _texts(OFFERS, 10)])
        made.create([Need(text=text, held_by=held, region=held) for text in _texts(NEEDS, 11)])
    job = actions.ask("match_needs", "анна", held_by=held)
    began = time.monotonic()
    run_here()
    took = time.monotonic() - began
    wanted = set(Link.objects.filter(held_by=held, archived=False).values_list("need", "offer", "grade"))
    draw, done, wrong, runs = random.Random(12), 0, Job.objects.get(pk=job.pk).state != "done", 0
    while done < kills:
        job, runs = actions.ask("match_needs", "анна", held_by=held), runs + 1
        done += kill_until_done(job.pk, kills - done, lambda: draw.uniform(0, took))
        found = list(Link.objects.filter(held_by=held, archived=False).values_list("need", "offer", "grade"))
        wrong += Job.objects.get(pk=job.pk).state != "done" or set(found) != wanted or len(found) != len(wanted)
    return told("matching", {"kills": done, "runs": runs, "links": len(wanted), "wrong": int(wrong),
                             "breaks": len(verify())})


def _texts(count: int, seed: int) -> Iterator[str]:
    """Products of plausible words, the same for the same seed."""
    from bench.web import KINDS, NOUNS

    draw = random.Random(seed)
    for _ in range(count):
        yield f"{draw.choice(NOUNS[:40])} {draw.choice(KINDS[:20])} {draw.choice((4, 6, 8, 10, 12))} мм"
