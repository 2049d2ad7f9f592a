"""Classifications as trees that one opens branch by branch, with their bridges and what bears their codes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from smezhnik.classifiers.editions import load
from smezhnik.classifiers.systems import SYSTEMS
from smezhnik.errors import UnknownCode
from smezhnik.workflows.classifier_pages import above, borne, branch_of, branches, counterparts, searched


def classifiers(request: Any) -> HttpResponse:
    """What is loaded: title, edition, number of codes."""
    return render(request, "classifiers.html", {"rows": [(one, len(load(one.name))) for one in SYSTEMS.values()]})


def classifier(request: Any, system: str) -> HttpResponse:
    """The top of a tree, or what is found in it by words; one code that is found is opened."""
    if system not in SYSTEMS:
        raise Http404
    text = request.GET.get("q", "").strip()[:200]
    found = searched(system, text, request.lang) if text else []
    if len(found) == 1 and text[:1].isdigit():
        return redirect("code_card", system=system, code=found[0].code)
    return render(request, "classifier.html", {"system": SYSTEMS[system], "text": text, "found": found,
                                               "rows": [] if text else branches(system, request.lang)})


def code_card(request: Any, system: str, code: str) -> HttpResponse:
    """A code: what stands above and below it, its counterparts, the records that bear it."""
    viewer = request.user.viewer
    if system not in SYSTEMS:
        raise Http404
    try:
        one = branch_of(system, code, request.lang)
    except UnknownCode as error:
        raise Http404 from error
    below = branches(system, request.lang, code)
    if request.htmx:
        return render(request, "branches.html", {"system": SYSTEMS[system], "rows": below})
    return render(request, "code_card.html", {
        "system": SYSTEMS[system], "one": one, "way": above(system, code, request.lang)[:-1], "rows": below,
        "bridges": list(counterparts(system, code, request.lang)),
        "borne": borne(viewer, system, code) if viewer.role != "security" else []})
