"""Who sees which jobs."""

from __future__ import annotations

from django.db.models import QuerySet

from smezhnik.jobs.models import Job
from smezhnik.records.access import Viewer


def visible_jobs(viewer: Viewer) -> QuerySet[Job]:
    """One's own jobs; the ministry those of its region; the administrator all."""
    rows = Job.objects.order_by("-id")
    if viewer.role == "administrator":
        return rows
    if viewer.role == "ministry" and viewer.region:
        return rows.filter(held_by=viewer.region)
    return rows.filter(who=viewer.login)
