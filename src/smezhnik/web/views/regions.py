"""Regions and ratings: what the records say, and the pages that reference tables give."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from smezhnik.activities.admissions import blocks_of_region
from smezhnik.errors import InputError
from smezhnik.io.schemes import list_schemes
from smezhnik.records.access import EDITORS
from smezhnik.registry.models import Reference
from smezhnik.registry.references import add_reference, visible_references
from smezhnik.tables import TABLES
from smezhnik.web.given import uploaded
from smezhnik.web.views.atlas import draw_region
from smezhnik.web.views.cooperation import as_page
from smezhnik.web.views.errors import forbidden
from smezhnik.workflows.region_records import (
    MOST_COMPARED,
    check_reference,
    compared,
    profile_page,
    rated_names,
    rating_page,
    region_rows,
    region_summary,
    scheme_titles,
)

#: What blocks the way to customers, as the page of a region shows it.
BLOCKS = 6
#: Columns of a structure that regions are compared by.
COMPARED = ("value", "activities", "herfindahl", "equivalent", "krugman", "hachman", "unrelated", "related")


def region_list(request: Any) -> HttpResponse:
    """Regions of which there are records, reference tables, and the form for another one."""
    viewer = request.user.viewer
    if viewer.role == "security":
        return forbidden(request)
    may = viewer.role in EDITORS and bool(viewer.region)
    if request.method == "POST":
        if not may:
            return forbidden(request)
        _add(request)
        return redirect("regions")
    return render(request, "regions.html", {"rows": region_rows(viewer, request.lang), "may": may,
                                            "references": visible_references(viewer),
                                            "schemes": scheme_titles(request.lang)})


def _add(request: Any) -> Reference:
    table, title = request.POST.get("table", ""), request.POST.get("title", "").strip()[:200]
    if "file" not in request.FILES or not title or table not in ("output", *list_schemes()):
        raise InputError("reference_lacks")
    with uploaded(request) as file:
        check_reference(file.path, table)
    return add_reference(Reference(held_by=request.user.region, title=title, table=table, file=file.name,
                                   digest=file.digest, size=file.size), request.user.login)


def region(request: Any, code: str) -> HttpResponse:
    """One region: its plants, what they make and need, cases, clusters, and the pages with its figures."""
    viewer = request.user.viewer
    if viewer.role == "security":
        return forbidden(request)
    references = visible_references(viewer)
    return render(request, "region.html", {"code": code, **region_summary(viewer, code, request.lang),
                                           **draw_region(viewer, code, request.lang),
                                           "blocks": blocks_of_region(viewer, code, timezone.localdate())[:BLOCKS],
                                           "references": [one for one in references if one.table == "output"],
                                           "ratings": [one for one in references if one.table != "output"]})


def region_profile(request: Any, code: str, public_id: str) -> HttpResponse:
    """The page of a region by a table of output."""
    found = _reference(request, public_id)
    if found.table != "output":
        raise Http404
    return as_page(profile_page(found, code, lang=request.lang, made_at=timezone.localtime()))


def compare(request: Any, public_id: str) -> HttpResponse:
    """Up to ten regions side by side."""
    found = _reference(request, public_id)
    if found.table != "output":
        raise Http404
    made = compared(found, request.GET.getlist("of"), lang=request.lang)
    return render(request, "compare.html", {"reference": found, "made": made, "most": MOST_COMPARED, "columns": {
        name: TABLES["structures"].columns[name] for name in COMPARED}})


def rating(request: Any, public_id: str) -> HttpResponse:
    """A rating: the page of all, or of one of the rated."""
    found = _reference(request, public_id)
    if found.table == "output":
        raise Http404
    return as_page(rating_page(found, request.GET.get("of", ""), lang=request.lang, made_at=timezone.localtime()))


def rated(request: Any, public_id: str) -> HttpResponse:
    """Who is rated: whose page to open."""
    found = _reference(request, public_id)
    if found.table == "output":
        raise Http404
    return render(request, "rated.html", {"reference": found, "names": rated_names(found, request.lang)})


def _reference(request: Any, public_id: str) -> Reference:
    found = visible_references(request.user.viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
