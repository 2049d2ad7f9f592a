"""Partners of a need among the offers of a filled workplace: at once, and for many needs as a job (bench/web.py)."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from typing import Any

#: The day for which partners are asked; of the needs that the job matches, how many.
DAY, NEEDS = dt.date(2026, 11, 22), 2_000


def partners(region: str, repeats: int) -> dict[str, Any]:
    """Milliseconds of the page of partners of a need, once the process has its index, which the first one makes."""
    from smezhnik.records.access import KINDS, Viewer
    from smezhnik.registry.models import Need
    from tests.workplace import make_user, signed_in

    client = signed_in(make_user(f"partners-{time.time_ns()}", "ministry", region=region))
    needs = list(Need.objects.filter(held_by=region, archived=False).values_list("public_id", flat=True)[:repeats + 1])
    walls, cpus = [], []
    for need in needs:
        wall, cpu = time.perf_counter(), time.process_time()
        answer = client.get(f"/r/{need}/partners/")
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
        assert answer.status_code == 200, answer.status_code
    among = KINDS["offer"].visible_to(Viewer("", "ministry", region)).count()
    wall_ms, cpu_ms = _middle_and_high(walls[1:]), _middle_and_high(cpus[1:])
    print(f"partners of a need among {among} offers: wall p50 {wall_ms[0]:.0f} p95 {wall_ms[1]:.0f}  "
          f"CPU p50 {cpu_ms[0]:.0f} p95 {cpu_ms[1]:.0f} ms")
    return {"among": among, "wall_ms": wall_ms, "cpu_ms": cpu_ms}


def matching(region: str) -> dict[str, Any]:
    """Seconds of a job that matches needs to stored links, with the making of the index and the writing."""
    from smezhnik.cooperation.models import Link
    from smezhnik.jobs.actions import ask, take
    from smezhnik.jobs.worker import run_job
    from smezhnik.registry.models import Need
    from smezhnik.workflows.works import WORKS

    chosen = list(Need.objects.filter(held_by=region, archived=False).values_list("public_id", flat=True)[:NEEDS])
    ask("match_needs", "bench", held_by=region, needs=chosen)
    job = take()
    assert job is not None
    before, wall, cpu = Link.objects.count(), time.perf_counter(), time.process_time()
    run_job(job, WORKS)
    made = {"needs": len(chosen), "wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu,
            "new": Link.objects.count() - before}
    job.refresh_from_db()
    assert job.state == "done", job.error
    print(f"match of {made['needs']} needs: {made['new']} new links, {made['wall_s']:.1f} s, CPU {made['cpu_s']:.1f} s")
    return made | {"links": job.result["links"]}


def _middle_and_high(times: Sequence[float]) -> tuple[float, float]:
    ranked = sorted(times)
    return ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.95)]
