"""The API under made-up calls: every operation, every role, valid and invalid; no fault of ours, nothing undescribed.

    ./run bench api             20,000 calls and more, SQLite
    ./run bench api --calls 3   as many of each operation and role

What is measured: calls, how often each status, CPU seconds. A call whose answer is not described ends the run. The
time of 100,000 rows to XLSX, CSV, JSON and a map stands beside it.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from typing import Any

from bench.report import save

#: Calls of each operation by each role; 88 operations and 7 roles make more than 20,000.
CALLS = 33
ROWS = 100_000


def call_everything(calls: int) -> dict[str, Any]:
    """Every operation as every role."""
    from smezhnik.types import ROLES
    from tests.api.calls import call, operations
    from tests.api.conftest import caller
    from tests.workplace import HERE, make_need, make_offer, make_organisation, make_user

    plant = make_organisation()
    for number in range(30):
        make_need(f"Потребность {number}", organisation=plant, confidential=(None, True, False)[number % 3])
        make_offer(f"Предложение {number}", organisation=plant, confidential=number % 3 == 0)
    answered: Counter[int] = Counter()
    by_role: dict[str, int] = {}
    began = time.process_time()
    for place, role in enumerate(ROLES):
        user = make_user(role, role, region="" if role in ("administrator", "security") else HERE, exports=True,
                         organisation=plant if role == "plant" else None)
        headers = caller(user).headers
        made: Counter[int] = Counter()
        for number, operation in enumerate(operations()):
            made += call(operation, headers, calls, 1000 * place + number)
        by_role[role] = made.total()
        answered += made
        print(f"{role}: {made.total()} calls", dict(sorted(made.items())), flush=True)
    return {"calls": answered.total(), "by role": by_role, "cpu_s": round(time.process_time() - began, 1),
            "statuses": {str(code): count for code, count in sorted(answered.items())}, "faults": 0}


def export(rows: int) -> dict[str, Any]:
    """A long list as a file of each kind, as the page makes it."""
    from smezhnik.records.actions import act
    from smezhnik.registry.models import Need, Organisation
    from tests.workplace import HERE, body, make_user, signed_in

    with act("bench", "bench.fill", held_by=HERE) as made:
        plants = [Organisation(name=f"Завод {number}", held_by=HERE, region=HERE, inn=f"{7700000000 + number}")
                  for number in range(1000)]
        made.create(plants)
        made.create([Need(text=f"Лист стальной {number} мм, сталь 09Г2С", held_by=HERE, region=HERE, volume=number / 7,
                          unit="т", okpd2="24.10.51", organisation=plants[number % 1000], price=1.5 * number,
                          basis="declared", source="опрос", latitude=54 + number % 100 / 50, longitude=56.0)
                     for number in range(rows)])
    browser = signed_in(make_user("выгружает", "ministry", region=HERE, exports=True))
    taken = {}
    for ending in ("xlsx", "csv", "json", "geojson"):
        began = time.process_time()
        size = len(body(browser.get(f"/needs.{ending}")))
        taken[ending] = {"cpu_s": round(time.process_time() - began, 2), "bytes": size}
        print(ending, taken[ending], flush=True)
    return {"rows": rows, **taken, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def main() -> None:
    """Both parts on a database of their own, thrown away after."""
    calls = int(sys.argv[sys.argv.index("--calls") + 1]) if "--calls" in sys.argv else CALLS
    home = tempfile.mkdtemp(prefix="smezhnik-bench-")
    os.environ |= {"SMEZHNIK_HOME": home, "SMEZHNIK_LIMITS": "off", "DJANGO_SETTINGS_MODULE": "smezhnik.web.settings",
                   "SMEZHNIK_HOSTS": "testserver,localhost"}
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        called = call_everything(calls)  # before the long list: every call of a file would write it
        save("api", {"calls": called, "export": export(ROWS if calls >= CALLS else ROWS // 10)})
    finally:
        shutil.rmtree(home, ignore_errors=True)
