"""Reference tables: who sees them, and how a new one is taken in."""

from __future__ import annotations

from django.db.models import QuerySet

from smezhnik.records.access import SEES, Viewer
from smezhnik.records.actions import act
from smezhnik.registry.models import Reference


def visible_references(viewer: Viewer) -> QuerySet[Reference]:
    """The tables of the region: statistics and ratings are shown to everybody who sees its business data."""
    if SEES[viewer.role] is None:
        return Reference.objects.none()
    rows = Reference.objects.filter(archived=False).order_by("title", "id")
    return rows.filter(held_by=viewer.region) if viewer.region else rows


def add_reference(made: Reference, who: str) -> Reference:
    """Enter a table; one of the same title goes, its history stays."""
    with act(who, "registry.add_reference", held_by=made.held_by, file=made.file, table=made.table) as action:
        for old in Reference.objects.filter(held_by=made.held_by, title=made.title, archived=False):
            action.archive(old)
        action.create([made])
    return made
