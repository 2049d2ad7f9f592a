"""Scheduling: pair meetings, re-planning, a delegation, an agenda, at the sizes of the task; best of three runs.

    ./run bench scheduling

The cases are drawn: 60 suppliers and 20 buyers over two days of 25-minute slots, wishes 0 to 3 from both sides;
200 people for 15 seats and 30 clusters; 500 open subjects.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from bench.report import save
from smezhnik.scheduling import (
    Candidate,
    Limit,
    Person,
    Subject,
    Wish,
    compose_delegation,
    make_slots,
    plan_pairs,
    replan_pairs,
    write_agenda,
)
from smezhnik.scheduling.agenda import KINDS

DAY = dt.date(2026, 11, 24)
SLOTS = make_slots([DAY, DAY + dt.timedelta(days=1)], dt.time(9), dt.time(18), lunch=(dt.time(13), dt.time(14)))
#: Who does not come, from which slot on; the first slot that has not begun is the ninth.
ABSENT = {"guest 03": 9, "guest 17": 12, "host 05": 20}
#: name, share of pairs wished by each side, share of slots in which somebody is away, tables
SHAPES = (("all are there", 0.7, 0.0, None), ("all are there, 14 tables", 0.7, 0.0, 14),
          ("a seventh of slots away", 0.7, 0.15, None), ("few wishes, a seventh away", 0.4, 0.15, None),
          ("few wishes, a seventh away, 14 tables", 0.4, 0.15, 14), ("half of slots away", 0.7, 0.5, None))


def draw_event(wished: float, away: float, seed: int) -> tuple[list[Person], list[Wish]]:
    """Participants and wishes of the stated shape."""
    draw = np.random.default_rng(seed)
    people = [Person(f"{side} {n:02}", side, frozenset(  # type: ignore[arg-type]
        slot.number for slot in SLOTS if draw.random() >= away))
        for side, count in (("host", 20), ("guest", 60)) for n in range(count)]
    wish = draw.integers(1, 4, (20, 60, 2)) * (draw.random((20, 60, 2)) < wished)
    return people, [Wish(f"host {h:02}", f"guest {g:02}", int(wish[h, g, 0]), int(wish[h, g, 1]),
                         round(float(draw.random()), 2)) for h in range(20) for g in range(60)]


def draw_people(seed: int) -> list[Candidate]:
    """Two hundred who may go."""
    draw = np.random.default_rng(seed)
    return [Candidate(f"к{n:03}", f"завод {n % 120}", [("премиум", "обычный"), ("обычный",)][int(draw.random() < 0.7)],
                      tuple(f"кластер {c:02}" for c in draw.choice(30, int(draw.integers(1, 4)), replace=False)),
                      ("глава",) if draw.random() < 0.2 else (), (f"отрасль {draw.integers(0, 8)}",),
                      int(draw.integers(0, 12)), must=n in (7, 70)) for n in range(200)]


def best_of(work: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    """Seconds of the fastest run, and what it gave."""
    times, made = [], None
    for _ in range(runs):
        began = time.perf_counter()
        made = work()
        times.append(time.perf_counter() - began)
    return min(times), made


def main() -> None:
    """All of it."""
    found: dict[str, Any] = {"slots": len(SLOTS)}
    for name, wished, away, tables in SHAPES:
        people, wishes = draw_event(wished, away, 1)
        took, made = best_of(lambda p=people, w=wishes, t=tables: plan_pairs(p, w, SLOTS, tables=t))
        again, new = best_of(lambda p=people, w=wishes, m=made: replan_pairs(m, p, w, SLOTS, absent=ABSENT, now=9))
        found[name] = {"s": took, "status": made.status, "gap": made.gap, "meetings": len(made.meetings),
                       "mutual": made.mutual, "met": made.mutual_met, "at_most": made.mutual_bound,
                       "tables": made.tables, "replan_s": again, "replan_status": new.status,
                       "lost": len(set(made.meetings) - set(new.meetings)),
                       "filled": len(set(new.meetings) - set(made.meetings))}
        print(f"{name}: {took:.2f} s, {made.status}, {len(made.meetings)} meetings, mutual {made.mutual_met} of "
              f"{made.mutual} (at most {made.mutual_bound}), gap {made.gap:.4f}, {made.tables} tables; three no-shows "
              f"{again:.2f} s, {new.status}, {found[name]['lost']} lost, {found[name]['filled']} filled", flush=True)
    people_, clusters = draw_people(2), [f"кластер {c:02}" for c in range(30)]
    limits = [Limit("role", "глава", 2, 4), Limit("industry", "отрасль 0", None, 4)]
    for name, seats in (("delegation", {"премиум": 3, "обычный": 12}), ("impossible delegation", {"обычный": 9})):
        took, done = best_of(lambda s=seats: compose_delegation(people_, s, clusters, limits))
        reasons = {reason: sum(loser.reason == reason for loser in done.losers)
                   for reason in sorted({loser.reason for loser in done.losers})}
        found[name] = {"s": took, "status": done.status, "worth": done.worth, "losers": reasons,
                       "conflict": len(done.conflict), "smallest": done.smallest,
                       "seats_needed": done.seats_needed}
        print(f"{name}: {took:.2f} s, {done.status}, worth {done.worth}, losers {reasons}, conflict of "
              f"{len(done.conflict)}, seats needed {done.seats_needed}", flush=True)
    singles = [Candidate(f"з{n:02}", "", ("обычный",) if n % 2 else (), (clusters[n],)) for n in range(17)]
    took, done = best_of(lambda: compose_delegation(singles, {"премиум": 3, "обычный": 9}, clusters[:17]))
    found["seventeen of one plant"] = {"s": took, "conflict": len(done.conflict), "smallest": done.smallest}
    print(f"17 clusters of one plant each, 12 seats: {took:.2f} s, {done.status}, conflict of {len(done.conflict)}, "
          f"smallest {done.smallest}")
    subjects = [Subject(list(KINDS)[n % len(KINDS)], f"X{n}", "о чём", DAY - dt.timedelta(days=n % 300))
                for n in range(500)]
    took, _ = best_of(lambda: write_agenda([replace(one) for one in subjects], on=DAY), 20)
    found["agenda"] = {"s": took, "subjects": len(subjects)}
    print(f"agenda of 500 subjects: {1000 * took:.2f} ms")
    save("scheduling", found)


if __name__ == "__main__":
    main()
