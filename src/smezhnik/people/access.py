"""Who manages and watches which users."""

from __future__ import annotations

from django.db.models import QuerySet

from smezhnik.people.models import User
from smezhnik.records.access import Viewer


def managed_by(viewer: Viewer) -> QuerySet[User]:
    """The users whom an administrator manages and a security officer watches: those of its region, or all of them."""
    if viewer.role not in ("administrator", "security"):
        return User.objects.none()
    rows = User.objects.select_related("organisation").order_by("login")
    return rows.filter(region=viewer.region) if viewer.region else rows
