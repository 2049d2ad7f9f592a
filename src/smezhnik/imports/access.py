"""Who sees which imports."""

from __future__ import annotations

from django.db.models import QuerySet

from smezhnik.imports.models import Import
from smezhnik.records.access import Viewer


def may_import(viewer: Viewer) -> bool:
    """Whether the viewer may load files: they are compared with all that the region has, closed fields too, so only
    who reads these may. Others enter and change records one at a time.
    """
    return viewer.sees("confidential") and bool(viewer.region)


def visible_imports(viewer: Viewer) -> QuerySet[Import]:
    """Imports of the region to those who may load files there; others see none: a file holds everything."""
    return Import.objects.filter(held_by=viewer.region) if may_import(viewer) else Import.objects.none()
