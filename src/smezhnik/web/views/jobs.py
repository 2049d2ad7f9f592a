"""Work in the background: what runs, how far it is, stopping it and beginning it again."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
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
    return redirect(_within(request.POST.get("next", ""), reverse("jobs")))


def job_wait(request: Any, number: int) -> HttpResponse:
    """How far a job is, for a page that waits for it; once it has ended the page is asked for anew."""
    job = visible_jobs(request.user.viewer).filter(pk=number).first()
    if job is None:
        raise Http404
    back = _within(request.GET.get("next", ""), reverse("jobs"))
    if not request.htmx:
        return redirect(back)
    if job.state in ("ready", "running"):
        return render(request, "job_wait.html", {"job": job, "back": back})
    return HttpResponse(headers={"HX-Redirect": back})


def _within(address: str, otherwise: str) -> str:
    """An address of this site, or another one where it leads out of it."""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else otherwise
