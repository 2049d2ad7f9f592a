"""The journal: who did what, when; its proof; undoing an action."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from smezhnik.people.access import managed_by
from smezhnik.records.access import EDITORS, KINDS, Viewer
from smezhnik.records.history import find_record, find_undo, undo
from smezhnik.records.journal import anchor, visible_actions
from smezhnik.records.models import Action
from smezhnik.records.told import told_changes
from smezhnik.tables import table
from smezhnik.web.values import whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.stepup import step_up

#: Actions of a page; changes of an action that are shown.
PAGE, SHOWN = 50, 100


def journal(request: Any) -> HttpResponse:
    """The latest actions that the viewer may read, the newest first."""
    rows = visible_actions(request.user.viewer)
    before = request.GET.get("before", "")
    if whole_number(before):
        rows = rows.filter(number__lt=whole_number(before))
    page = list(rows[:PAGE + 1])
    known = _known(request.user.viewer, {item.record for item in page if item.record})
    return render(request, "journal.html", {"actions": page[:PAGE], "anchor": anchor(), "known": known,
                                            "more": page[PAGE - 1].number if len(page) > PAGE else None})


def action(request: Any, number: int) -> HttpResponse:
    """One action: what it changed, as far as the viewer may read it, and whether it can be undone."""
    viewer, found = request.user.viewer, _action(request, number)
    rows: list[tuple[Any, Any, list[Any]]] = []
    changes = list(found.rows.all()[:SHOWN])
    known = _known(viewer, {change.record for change in changes})
    told = {change.pk: some for name in {change.kind for change in changes} & KINDS.keys() for change, some in
            told_changes(KINDS[name].model, [change for change in changes if change.kind == name],
                         table(KINDS[name].table).columns)}
    for change in changes:
        kind, record = KINDS.get(change.kind), known.get(change.record)
        if kind is None or record is None:
            rows.append((change, None, []))
            continue
        fields, columns = kind.visible_fields(viewer, record), table(kind.table).columns
        rows.append((change, record, [(name, columns[name], was, became) for name, was, became in told[change.pk]
                                      if name in fields]))
    may = _may_undo(viewer, found)
    return render(request, "action.html", {"action": found, "rows": rows, "may_undo": may,
                                           "conflicts": find_undo(found)[1][:SHOWN] if may else []})


@require_POST
def undo_action(request: Any, number: int) -> HttpResponse:
    """Undo an action; what others changed since stays."""
    viewer, found = request.user.viewer, _action(request, number)
    if not _may_undo(viewer, found):
        return forbidden(request)
    return _undo(request, number)


@step_up
def _undo(request: Any, number: int) -> HttpResponse:
    undo(number, request.user.login, reason=request.POST.get("reason", ""))
    return redirect("journal")


def _may_undo(viewer: Any, found: Action) -> bool:
    """Who may change the records of a region may take back what was done to them."""
    return viewer.role in EDITORS and viewer.region == found.held_by and found.changes > 0


def _known(viewer: Viewer, ids: Iterable[str]) -> dict[str, Any]:
    """Of these records those that the viewer may know of; also what was taken away, for who may bring it back."""
    wanted = list(ids)
    found: dict[str, Any] = {}
    for kind in KINDS.values():
        mine = [public_id for public_id in wanted if public_id.startswith(kind.model.PREFIX)]
        if mine:
            found |= {record.public_id: record for record in kind.visible_to(viewer).filter(public_id__in=mine)}
            found |= {record.public_id: record for record in kind.model.objects.filter(
                public_id__in=mine, archived=True) if kind.may_edit(viewer, record)}
    return found


def _action(request: Any, number: int) -> Action:
    found = visible_actions(request.user.viewer).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def why(request: Any, public_id: str) -> HttpResponse:
    """For the administrator: why a user sees or does not see a record, and which of its fields."""
    asks = request.user.viewer
    if asks.role != "administrator":
        return forbidden(request)
    record: Any = find_record(public_id)
    kind = KINDS.get(record.KIND)
    if kind is None or asks.region not in ("", record.held_by):
        raise Http404
    rows = []
    known: dict[Viewer, bool] = {}
    for user in managed_by(asks):
        viewer = user.viewer
        like = replace(viewer, login="", exports=False)  # who is alike sees alike: asked once
        if like not in known:
            known[like] = kind.visible_to(viewer).filter(pk=record.pk).exists()
        sees = known[like]
        fields = kind.visible_fields(viewer, record) if sees else frozenset()
        own = viewer.organisation is not None and getattr(record, "organisation_id", record.pk) == viewer.organisation
        reason = ("archived" if record.archived else "no_business" if viewer.role == "security" else
                  "other_region" if viewer.region and viewer.region != record.held_by else
                  "own" if own else "role" if sees else "confidential")
        rows.append((user, sees, reason, len(fields), kind.may_edit(viewer, record) and sees))
    return render(request, "why.html", {"record": record, "kind": kind, "rows": rows,
                                        "total": len(table(kind.table).columns)})
