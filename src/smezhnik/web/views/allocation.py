"""The plan of who serves which need: asked for, waited for, read need by need, taken away as workbooks and papers.

Quantities and capacities of others are confidential: the pages are for who reads those.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from smezhnik.io import readable_name
from smezhnik.jobs.access import visible_jobs
from smezhnik.jobs.actions import ask
from smezhnik.jobs.models import Job
from smezhnik.papers import plan_paper
from smezhnik.records.access import KINDS
from smezhnik.tables import table
from smezhnik.types import GRADES
from smezhnik.web.exporting import as_table
from smezhnik.web.limits import spend
from smezhnik.web.papers import PAPERS, answer_paper
from smezhnik.web.values import whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.workflows.allocation import TABLES, day_of, frames_of, needs_of

#: Earlier plans that are listed; needs of the page.
LISTED, SHOWN = 12, 200


def plans(request: Any) -> HttpResponse:
    """What to plan, and the plans that were made."""
    viewer = request.user.viewer
    if not (viewer.sees("confidential") and viewer.region):
        return forbidden(request)
    if request.method == "POST":
        spend(viewer.login, "compose")
        grade = request.POST.get("min_grade", "")
        job = ask("plan_needs", viewer.login, held_by=viewer.region, role=viewer.role,
                  min_grade=grade if grade in GRADES else "C", inferred=request.POST.get("inferred") == "1",
                  max_suppliers=whole_number(request.POST.get("max_suppliers", "")) or None)
        return redirect("plan", number=job.pk)
    links = KINDS["link"].visible_to(viewer)
    return render(request, "plans.html", {"jobs": _plans(viewer)[:LISTED], "grades": GRADES[:3],
                                          "links": links.count(), "needs": KINDS["need"].visible_to(viewer).count()})


def plan(request: Any, number: int) -> HttpResponse:
    """How far a plan is; once it is made: needs with who serves them, what is left and why, what capacity is worth."""
    job = _plan(request, number)
    made = job.result if job.state == "done" else None
    needs = needs_of(made) if made else []
    return render(request, "plan.html", {
        "job": job, "made": made, "needs": needs[:SHOWN], "more": max(len(needs) - SHOWN, 0), "day": day_of(job),
        "may_take": request.user.viewer.exports, "names": TABLES,
        "reasons": _reasons(made["uncovered"]) if made else {}})


def plan_file(request: Any, number: int, name: str) -> HttpResponse:
    """A table of the plan as a workbook."""
    job, viewer = _plan(request, number), request.user.viewer
    if name not in TABLES or job.state != "done":
        raise Http404
    if not viewer.exports:
        return forbidden(request)
    title = readable_name(getattr(table(name), request.lang), day_of(job).isoformat(), suffix=".xlsx")
    return as_table(request, frames_of(job.result)[name], name, title, kind="plan", of=str(job.pk))


def plan_paper_file(request: Any, number: int, ending: str) -> HttpResponse:
    """The plan as PDF or DOCX."""
    job = _plan(request, number)
    if ending not in PAPERS or job.state != "done":
        raise Http404
    if not request.user.viewer.exports:
        return forbidden(request)
    paper = plan_paper(job.result, needs_of(job.result), job.args, on=day_of(job), lang=request.lang)
    return answer_paper(request, paper, ending, kind="plan")


def _reasons(uncovered: list[dict[str, Any]]) -> dict[str, int]:
    """Why needs are left, the most frequent first."""
    counts: dict[str, int] = {}
    for row in uncovered:
        counts[row["reason"]] = counts.get(row["reason"], 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _plans(viewer: Any) -> Any:
    return visible_jobs(viewer).filter(kind="plan_needs", held_by=viewer.region)


def _plan(request: Any, number: int) -> Job:
    viewer = request.user.viewer
    job = _plans(viewer).filter(pk=number).first() if viewer.sees("confidential") and viewer.region else None
    if job is None:
        raise Http404
    found: Job = job
    return found
