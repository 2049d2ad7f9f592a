"""Many records of a list at once: choose, look at what would change, do it as one action."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from smezhnik.errors import InputError, InputFaults, SmezhnikError
from smezhnik.records.access import Kind, Viewer
from smezhnik.records.actions import Stale
from smezhnik.records.told import Told
from smezhnik.registry.bulk import KINDS, MOST, Plan, PlanOver, changeable, do_plan, find_plan, may_bulk
from smezhnik.registry.queries import Asked, filters_of, rows_of
from smezhnik.tables import table
from smezhnik.web.forms import read_value
from smezhnik.web.values import check_needed, settle
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import kind_of

#: Records that the preview shows; the rest is counted.
SHOWN = 100


@require_POST
def bulk(request: Any, plural: str) -> HttpResponse:
    """What would be done to the chosen records; once looked at, do it and show its row of the journal."""
    kind, viewer = kind_of(plural), request.user.viewer
    if kind.name not in KINDS:
        raise Http404
    if not may_bulk(kind, viewer):
        return forbidden(request)
    what = request.POST.get("what", "")
    if what != "archive" and what not in changeable(kind):
        raise InputError("bulk_nothing")
    records = _chosen(request, kind, viewer)
    values, error = ({}, None) if what == "archive" else _value(kind, what, request.POST.get("value"))
    told: SmezhnikError | None = None
    plan = find_plan(kind, viewer, records, values) if values is not None and error is None else None
    if plan is not None and plan.changes and "seen" in request.POST:
        try:
            action = do_plan(plan, kind, viewer, seen=request.POST["seen"], reason=request.POST.get("reason", ""))
            assert action is not None
            return _after(request, viewer, plural, action.number)
        except (PlanOver, Stale) as over:
            told = over
            plan = find_plan(kind, viewer, _chosen(request, kind, viewer), values or {})
    return render(request, "bulk.html", {
        "kind": kind, "plural": plural, "what": what, "count": len(records), "plan": plan, "error": error, "told": told,
        "about": table(kind.table).columns.get(what), "text": request.POST.get("value", ""),
        "shown": _shown(kind, viewer, plan), "ids": [record.public_id for record in records],
    }, status=409 if told else 400 if error else 200)


def _chosen(request: Any, kind: Kind, viewer: Viewer) -> list[Any]:
    """The records that were ticked, or all that the list finds; only those that the viewer sees.

    Raises
    ------
    InputError where there are none, or more than one action takes.
    """
    if request.POST.get("all") == "1":
        where = {name: request.POST[name] for name in filters_of(kind) if request.POST.get(name)}
        rows = rows_of(kind, viewer, Asked(request.POST.get("q", "")[:200], where))
    else:
        rows = kind.visible_to(viewer).filter(public_id__in=request.POST.getlist("id")[:MOST + 1]).order_by("id")
    records = list(rows[:MOST + 1])
    if not records:
        raise InputError("bulk_nothing")
    if len(records) > MOST:
        raise InputError("bulk_too_many", most=MOST)
    return records


def _value(kind: Kind, name: str, text: str | None) -> tuple[dict[str, Any] | None, SmezhnikError | None]:
    """The value that was typed; None where none was asked for yet, and what is wrong with it."""
    if text is None:
        return None, None
    about, declared = table(kind.table).columns[name], table(kind.table).schema.columns()[name]
    try:
        value = settle(name, about, read_value(about, text.strip()))
        if not declared.nullable:
            check_needed(about, value)
    except (InputError, InputFaults) as error:
        return None, error
    return {name: value}, None


def _shown(kind: Kind, viewer: Viewer, plan: Plan | None) -> list[tuple[Any, dict[str, Any], list[Told]]]:
    """The first records of a plan: what they say, what changes."""
    return [(record, kind.seen(viewer, record), [(name, getattr(record, name), value)
                                                 for name, value in values.items()])
            for record, values in (plan.changes[:SHOWN] if plan else ())]


def _after(request: Any, viewer: Viewer, plural: str, number: int) -> HttpResponse:
    """The row of the journal, where it can be undone; a plant, which has no journal, goes back to its list."""
    return redirect("action", number=number) if viewer.role == "ministry" else redirect("list", plural=plural)
