"""Work in the background: what runs, how far it is, stopping it and beginning it again."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from smezhnik.jobs.access import visible_jobs
from smezhnik.jobs.actions import cancel, retry


def job_list(request: Any) -> HttpResponse:
    """The latest jobs."""
    return render(request, "jobs.html", {"jobs": visible_jobs(request.user.viewer)[:50]})


@require_POST
def do_job(request: Any, number: int, what: str) -> HttpResponse:
    """Stop a job or begin it again."""
    job = visible_jobs(request.user.viewer).filter(pk=number).first()
    if job is None or what not in ("cancel", "retry"):
        raise Http404
    (cancel if what == "cancel" else retry)(job)
    return redirect("jobs")
