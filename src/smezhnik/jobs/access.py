"""Who sees which jobs."""

from __future__ import annotations

from django.db.models import QuerySet

from smezhnik.jobs.models import Job
from smezhnik.records.access import Viewer


def visible_jobs(viewer: Viewer) -> QuerySet[Job]:
    """One's own jobs; ministry and administrator those of their region, an administrator without one all."""
    rows = Job.objects.order_by("-id")
    if viewer.role in ("administrator", "ministry") and viewer.region:
        return rows.filter(held_by=viewer.region)
    if viewer.role == "administrator":
        return rows
    return rows.filter(who=viewer.login)
