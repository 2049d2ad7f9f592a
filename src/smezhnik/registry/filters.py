"""Saved filters: a question with a permanent id, whose answer is counted anew whenever somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from smezhnik.errors import InputError
from smezhnik.records.access import KINDS, Kind, Viewer
from smezhnik.records.actions import act
from smezhnik.registry.models import SavedFilter
from smezhnik.registry.queries import Asked, filters_of, rows_of


def visible_filters(viewer: Viewer) -> QuerySet[SavedFilter]:
    """One's own, and those that others of the region share."""
    rows = SavedFilter.objects.filter(archived=False, held_by=viewer.region)
    return rows.filter(Q(owner=viewer.login) | Q(shared=True)).order_by("name", "id")


def save_filter(kind: Kind, asked: Asked, name: str, viewer: Viewer, *, shared: bool = False,
                columns: Sequence[str] = ()) -> SavedFilter:
    """Keep what is asked under a name, with the columns in which it is shown.

    Raises
    ------
    InputError where it has no name, or asks for everything.
    """
    where = {column: value for column, value in asked.where.items() if column in filters_of(kind)}
    if not name.strip() or not (asked.text.strip() or where):
        raise InputError("filter_empty")
    made = SavedFilter(held_by=viewer.region, name=name.strip()[:200], kind=kind.name, owner=viewer.login,
                       shared=shared, text=asked.text, where=where, columns=list(columns))
    with act(viewer.login, "registry.save_filter", held_by=viewer.region) as action:
        action.create([made])
    return made


def drop_filter(saved: SavedFilter, viewer: Viewer) -> None:
    """Take one's own filter away."""
    with act(viewer.login, "registry.drop_filter", held_by=saved.held_by) as action:
        action.archive(saved)


def asked_by(saved: SavedFilter) -> Asked:
    """The question that a filter keeps."""
    return Asked(saved.text, dict(saved.where))


def found_by(saved: SavedFilter, viewer: Viewer) -> QuerySet[Any]:
    """What the filter finds now, of what the viewer may see."""
    return rows_of(KINDS[saved.kind], viewer, asked_by(saved))
