"""Five steps through the demo: what a ministry does with the workplace, on records that wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from smezhnik.workflows.demo import REGIONS
from smezhnik.workflows.demo_tour import landmarks

#: Step → the page that it is done on and the records that it is about.
STEPS = {"find": ("partners", ("need",)), "case": ("case", ("case",)), "cluster": ("cluster", ("cluster",)),
         "pair": ("pair", REGIONS), "region": ("region", REGIONS[:1])}
_SEEN = "tour"


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its name in the catalogue ``web.tour.<name>``, its number, whether the viewer has been there."""

    name: str
    number: int
    seen: bool


def steps_of(request: Any) -> list[Step]:
    """The steps for a ministry of the demo; none for anybody else, and outside the demo."""
    viewer = request.user.viewer
    if not settings.SAMPLE or viewer.role != "ministry" or viewer.region != REGIONS[0]:
        return []
    seen = request.session.get(_SEEN, [])
    return [Step(name, number, name in seen) for number, name in enumerate(STEPS, 1)]


def step(request: Any, name: str) -> HttpResponse:
    """Go to the page of a step and remember it; a step whose record is gone leads to where such records are."""
    if name not in {one.name for one in steps_of(request)}:
        raise Http404
    request.session[_SEEN] = sorted({*request.session.get(_SEEN, []), name})
    page, about = STEPS[name]
    found = landmarks()
    records = [found.get(one, one) for one in about]
    if set(records) & {"need", "case", "cluster"}:
        return redirect({"find": "/needs/", "case": "/cases/board/", "cluster": "/clusters/"}[name])
    return redirect(reverse(page, args=records))
