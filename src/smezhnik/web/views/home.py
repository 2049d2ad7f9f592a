"""The first page: what needs me, by urgency; and what waits where, for the menu."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import dateformat, timezone

from smezhnik.cooperation.queries import board, signed_th_rub
from smezhnik.records.access import EDITORS, KINDS
from smezhnik.registry.queries import COUNTED
from smezhnik.types import Lang
from smezhnik.web.views.tour import steps_of
from smezhnik.workflows.task import Task
from smezhnik.workflows.today import KINDS_OF_TASK, MOST, counted, tasks_of

NBSP = "\u00a0"
#: Rows of the page: the rest waits behind the filters.
SHOWN = 40


def home(request: Any) -> HttpResponse:
    """One list of what waits: overdue, today, this week, later; beside it the cases by stage and how much there is."""
    viewer, today = request.user.viewer, timezone.localdate()
    tasks = tasks_of(viewer, today)
    counts, kind = counted(tasks), request.GET.get("kind", "")
    chosen = [task for task in tasks if task.kind == kind] if kind in counts else tasks
    groups = [(urgency, list(some)) for urgency, some in groupby(chosen[:SHOWN], key=lambda task: task.urgency)]
    brokers = viewer.role in EDITORS and bool(viewer.region)
    have = {one.table: min(one.visible_to(viewer).order_by()[:COUNTED + 1].count(), COUNTED + 1)
            for one in KINDS.values() if one.name != "site" and (one.name != "link" or brokers)}
    context = {
        "tour": steps_of(request),
        "groups": groups, "counts": counts, "kinds": KINDS_OF_TASK, "kind": kind if kind in counts else "",
        "waiting": len(tasks), "chosen": len(chosen), "shown": min(len(chosen), SHOWN), "today": today,
        "late": sum(task.urgency == "late" for task in tasks), "now": sum(task.urgency == "today" for task in tasks),
        "week": sum(task.urgency == "week" for task in tasks), "in_all": {
            urgency: sum(task.urgency == urgency for task in chosen) for urgency, _ in groups},
        "full": any(count >= MOST for count in counts.values()), "day": _in_words(today, request.lang),
        "have": have, "most": COUNTED, "page_of_task": page_of_task, "funnel": None,
    }
    if viewer.role in ("ministry", "cluster", "fund"):
        context["funnel"] = [(column.stage, column.count) for column in board(viewer)]
        context["signed_sum"] = signed_th_rub(viewer)
    return render(request, "home.html", context)


def waiting(request: Any) -> HttpResponse:
    """How much waits behind each entry of the menu: the numbers that stand beside them."""
    counts = counted(tasks_of(request.user.viewer, timezone.localdate()))
    places = {"/": sum(counts.values()), "/cases/board/": counts.get("case", 0), "/links/": counts.get("candidate", 0),
              "/imports/": counts.get("import", 0), "/jobs/": counts.get("job", 0),
              "/clusters/": counts.get("verdict", 0), "/orders/": counts.get("order", 0),
              "/agreements/": counts.get("agreement", 0)}
    answer = JsonResponse({place: count for place, count in places.items() if count})
    answer.headers["Cache-Control"] = "private, max-age=60"  # numbers alone, much the same for a while
    answer.headers["Vary"] = "Cookie"
    return answer


def page_of_task(task: Task) -> str:
    """Where the one verb of a task leads."""
    name, what = task.where
    return reverse(name) if name in ("jobs", "red_list") else reverse(name, args=[what])


def _in_words(day: dt.date, lang: Lang) -> str:
    """«Воскресенье, 22 ноября 2026 г.»"""
    text = dateformat.format(day, "l, j E Y")
    return f"{text[:1].upper()}{text[1:]}{NBSP}г." if lang == "ru" else text
