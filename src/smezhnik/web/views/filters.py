"""Saved filters: keep a list under a name, open it again, take it away."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from smezhnik.registry.filters import asked_by, drop_filter, save_filter, visible_filters
from smezhnik.registry.queries import Asked, filters_of
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import PLURALS, chosen_columns, kind_of


@require_POST
def filter_new(request: Any, plural: str) -> HttpResponse:
    """Keep the list as it is asked for."""
    kind, viewer = kind_of(plural), request.user.viewer
    where = {name: request.POST[name] for name in filters_of(kind) if request.POST.get(name)}
    made = save_filter(kind, Asked(request.POST.get("q", "")[:200], where), request.POST.get("name", ""), viewer,
                       shared=request.POST.get("shared") == "1",
                       columns=chosen_columns(kind, viewer, request.POST.getlist("columns")))
    return redirect("filter", public_id=made.public_id)


def filter_open(request: Any, public_id: str) -> HttpResponse:
    """The list that a filter keeps, found anew."""
    saved = visible_filters(request.user.viewer).filter(public_id=public_id).first()
    if saved is None:
        raise Http404
    asked = asked_by(saved)
    plural = next(name for name, kind in PLURALS.items() if kind == saved.kind)
    query = {**asked.where, **({"q": asked.text} if asked.text else {}), "columns": list(saved.columns)}
    return redirect(f"/{plural}/?{urlencode(query, doseq=True)}")


@require_POST
def filter_drop(request: Any, public_id: str) -> HttpResponse:
    """Take one's own filter away."""
    viewer = request.user.viewer
    saved = visible_filters(viewer).filter(public_id=public_id).first()
    if saved is None:
        raise Http404
    if saved.owner != viewer.login:
        return forbidden(request)
    drop_filter(saved, viewer)
    return redirect(f"/{next(name for name, kind in PLURALS.items() if kind == saved.kind)}/")
