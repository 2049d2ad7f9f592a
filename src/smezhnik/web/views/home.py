"""The first page: what needs me."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import dateformat, timezone

from smezhnik.cooperation.queries import due_cases, needs_without_candidates
from smezhnik.imports.access import visible_imports
from smezhnik.jobs.access import visible_jobs
from smezhnik.records.access import EDITORS, KINDS
from smezhnik.registry.queries import COUNTED
from smezhnik.types import Lang

NBSP = "\u00a0"
#: Rows of each kind on the page: the rest waits behind its own list.
SHOWN = 8
#: Facts and entries that end within so many days are told.
SOON = dt.timedelta(days=60)


def home(request: Any) -> HttpResponse:
    """Imports that wait, jobs that failed, offers and register entries that end soon, how much there is."""
    viewer, today = request.user.viewer, timezone.localdate()
    brokers = viewer.role in EDITORS and bool(viewer.region)
    counts = {kind.table: min(kind.visible_to(viewer).order_by()[:COUNTED + 1].count(), COUNTED + 1)
              for kind in KINDS.values() if kind.name != "site" and (kind.name != "link" or brokers)}
    offers = KINDS["offer"].visible_to(viewer)
    expiring = list(offers.filter(register_until__gte=today, register_until__lte=today + SOON)
                    .order_by("register_until")[:10])
    due = list(due_cases(viewer, today)[:SHOWN])
    bare = list(needs_without_candidates(viewer)[:SHOWN])
    return render(request, "home.html", {
        "due": [(case, KINDS["case"].seen(viewer, case)) for case in due],
        "bare": [(need, KINDS["need"].seen(viewer, need)) for need in bare],
        "counts": counts, "most": COUNTED, "today": today, "day": _in_words(today, request.lang),
        "waiting": list(visible_imports(viewer).filter(state__in=("ready", "faulty"))[:10]),
        "failed": list(visible_jobs(viewer).filter(state="failed")[:5]), "expiring": expiring,
    })


def _in_words(day: dt.date, lang: Lang) -> str:
    """«Воскресенье, 22 ноября 2026 г.»"""
    text = dateformat.format(day, "l, j E Y")
    return f"{text[:1].upper()}{text[1:]}{NBSP}г." if lang == "ru" else text
