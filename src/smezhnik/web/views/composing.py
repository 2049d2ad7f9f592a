"""Clusters composed or discovered between regions: what to ask, waiting, variants side by side, founding one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.cooperation.actions import found_cluster
from smezhnik.errors import InputError, InputFaults, SmezhnikError
from smezhnik.jobs.access import visible_jobs
from smezhnik.jobs.actions import ask
from smezhnik.jobs.models import Job
from smezhnik.records.access import EDITORS, KINDS, Viewer
from smezhnik.rules.load import list_packs
from smezhnik.tables import table
from smezhnik.web.forms import read_value
from smezhnik.web.limits import spend
from smezhnik.web.values import whole_number
from smezhnik.web.views.clusters import pack_titles
from smezhnik.web.views.errors import forbidden, sentence_of
from smezhnik.web.views.what_if import named_organisations
from smezhnik.workflows.cluster_records import PACK
from smezhnik.workflows.compose_records import SEARCHES, VARIANTS, cluster_of, show_composition

#: Ways to look for clusters, candidates of a search at most, earlier searches that are listed.
WAYS, MOST, LISTED = ("communities", "product", "best"), 20, 12


def compose(request: Any) -> HttpResponse:
    """What to ask, and the searches that were made."""
    viewer = request.user.viewer
    if viewer.role not in EDITORS or not viewer.region:
        return forbidden(request)
    given: Any = request.POST
    error = ""
    if request.method == "POST":
        try:
            args = _asked(request, viewer)
        except SmezhnikError as refused:
            error = sentence_of(refused, request.lang)
        else:
            spend(viewer.login, "compose")
            job = ask("discover_clusters" if given.get("how") == "discover" else "compose_cluster", viewer.login,
                      held_by=viewer.region, **args)
            return redirect("composed", number=job.pk)
    regions = KINDS["organisation"].visible_to(viewer).exclude(region=None).order_by().values_list(
        "region", flat=True).distinct()
    answer = render(request, "compose.html", {
        "given": given, "error": error, "packs": pack_titles(request.lang), "pack": given.get("pack") or PACK,
        "day": given.get("on") or timezone.localdate().isoformat(), "regions": sorted(regions), "ways": WAYS,
        "variants": list(VARIANTS), "chosen": given.getlist("variants") or ["signed", "possible"],
        "jobs": _searches(viewer)[:LISTED]})
    answer.status_code = 400 if error else 200
    return answer


def _asked(request: Any, viewer: Viewer) -> dict[str, Any]:
    """Arguments of the job.

    Raises
    ------
    InputError that says what cannot be meant.
    """
    given = request.POST
    day: dt.date | None = read_value(table("cases").columns["stage_on"], given.get("on", ""))
    if given.get("pack") not in list_packs():
        raise InputError("compose_lacks")
    known = set(KINDS["organisation"].visible_to(viewer).values_list("region", flat=True).distinct())
    args: dict[str, Any] = {"pack": given["pack"], "on": (day or timezone.localdate()).isoformat(),
                            "role": viewer.role, "regions": [one for one in given.getlist("regions") if one in known]}
    if given.get("how") == "discover":
        if len(set(args["regions"])) < 2:
            raise InputError("compose_two_regions")
        return {**args, "by": given["by"] if given.get("by") in WAYS else WAYS[0],
                "possible": given.get("possible") == "1",
                "count": min(whole_number(given.get("count", "")) or 10, MOST)}
    around = named_organisations(viewer, given.get("around", ""))
    if len(around) > 1:
        raise InputError("compose_one_maker")
    return {**args, "around": around[0] if around else None, "must": named_organisations(viewer, given.get("must", "")),
            "industry": given.get("industry", "").strip(), "variants": given.getlist("variants"),
            **{name: whole_number(given.get(name, "")) or None for name in ("least", "most")}}


def composed(request: Any, number: int) -> HttpResponse:
    """How far a search is; once it is done its variants side by side, the chosen one in full."""
    job, viewer = _search(request, number), request.user.viewer
    found = job.result.get("found", []) if job.state == "done" else []
    at = min(whole_number(request.GET.get("of", "")) or 1, max(len(found), 1))
    context: dict[str, Any] = {"job": job, "found": found, "at": at, "chosen": found[at - 1] if found else None,
                               "shown": None, "error": "", "faults": []}
    if found and context["chosen"]["members"]:
        try:
            context["shown"] = show_composition(context["chosen"], job, viewer, request.lang)
        except SmezhnikError as error:
            context["error"] = sentence_of(error, request.lang)
            context["faults"] = list(error.faults) if isinstance(error, InputFaults) else []
    return render(request, "composed.html", context)


@require_POST
def compose_found(request: Any, number: int) -> HttpResponse:
    """Found the cluster of a variant."""
    job, viewer = _search(request, number), request.user.viewer
    found, name = job.result.get("found", []), request.POST.get("name", "").strip()[:300]
    at = whole_number(request.POST.get("of", ""))
    if not 1 <= at <= len(found):
        raise Http404
    if not name:
        raise InputError("cluster_lacks")
    records = cluster_of(found[at - 1], job, name, timezone.localdate())
    found_cluster(records, viewer.login)
    return redirect("cluster", public_id=records[0].public_id)


def _searches(viewer: Viewer) -> Any:
    """Searches that the viewer may look at: none that looked at more than he may know of."""
    rows = visible_jobs(viewer).filter(kind__in=SEARCHES, held_by=viewer.region)
    return rows if viewer.sees("confidential") else rows.filter(args__role=viewer.role)


def _search(request: Any, number: int) -> Job:
    viewer = request.user.viewer
    job = _searches(viewer).filter(pk=number).first() if viewer.role in EDITORS and viewer.region else None
    if job is None:
        raise Http404
    found: Job = job
    return found
