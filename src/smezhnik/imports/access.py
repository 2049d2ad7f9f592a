"""Who sees which imports."""

from __future__ import annotations

from django.db.models import QuerySet

from smezhnik.imports.models import Import
from smezhnik.records.access import EDITORS, Viewer


def visible_imports(viewer: Viewer) -> QuerySet[Import]:
    """Imports of the region to those who may enter records there; others see none: a file holds everything."""
    if viewer.role not in EDITORS or not viewer.region:
        return Import.objects.none()
    return Import.objects.filter(held_by=viewer.region)
