"""Duplicates among organisations: what is suggested, and the merging of two."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from smezhnik.records.access import EDITORS, KINDS
from smezhnik.registry.actions import merge
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import visible
from smezhnik.web.views.stepup import step_up
from smezhnik.workflows.duplicates import find_duplicates

#: Suspicions of a page: the rest comes when these are dealt with.
SHOWN = 100


def duplicates(request: Any) -> HttpResponse:
    """Organisations that may be one."""
    viewer = request.user.viewer
    if viewer.role not in EDITORS or not viewer.region:
        return forbidden(request)
    return render(request, "duplicates.html", {"found": find_duplicates(viewer, lang=request.lang)[:SHOWN]})


@require_POST
def merge_two(request: Any) -> HttpResponse:
    """Merge two organisations; the journal takes it back."""
    viewer, kind = request.user.viewer, KINDS["organisation"]
    kept, other = (visible(kind, viewer, request.POST.get(name, "")) for name in ("kept", "other"))
    if not (kind.may_edit(viewer, kept) and kind.may_edit(viewer, other)):
        return forbidden(request)
    return _merge(request, kept, other)


@step_up
def _merge(request: Any, kept: Any, other: Any) -> HttpResponse:
    merge(kept, other, request.user.viewer.login, reason=request.POST.get("reason", ""))
    return redirect("duplicates")
