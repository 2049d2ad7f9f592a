"""Papers of events, customers and delegations, as DOCX or PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse

from smezhnik.activities.models import Delegation, Event
from smezhnik.papers import Paper
from smezhnik.records.access import KINDS, Viewer
from smezhnik.types import Lang
from smezhnik.web.given import day_of
from smezhnik.web.papers import PAPERS, answer_paper
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import visible
from smezhnik.workflows.delegation_papers import delegation_report, dossiers_paper, list_paper, programme_paper
from smezhnik.workflows.event_papers import cards_paper, catalogue_paper
from smezhnik.workflows.mission_papers import dossier_paper
from smezhnik.workflows.trip_report import report_paper

#: Papers of an event and of a delegation by their name in the address; those of an event that a plant may take, too.
_OF_EVENT: Mapping[str, Callable[[Event, Viewer, Lang], Paper]] = {
    "catalogue": catalogue_paper, "cards": cards_paper, "report": report_paper}
_OF_DELEGATION: Mapping[str, Callable[[Delegation, Viewer, Lang], Paper]] = {
    "list": list_paper, "programme": programme_paper, "dossiers": dossiers_paper, "report": delegation_report}
_OF_PLANT = ("catalogue", "cards")


def event_paper(request: Any, public_id: str, name: str, ending: str) -> HttpResponse:
    """The catalogue, the cards or the report of an event; a plant that takes part has the catalogue and its own."""
    viewer: Viewer = request.user.viewer
    found = visible(KINDS["event"], viewer, public_id)
    if name not in _OF_EVENT or ending not in PAPERS:
        raise Http404
    takes_part = viewer.organisation is not None and name in _OF_PLANT and found.participants.filter(
        organisation=viewer.organisation, archived=False).exists()
    if not (takes_part or viewer.sees_cooperation) or not viewer.exports:
        return forbidden(request)
    return answer_paper(request, _OF_EVENT[name](found, viewer, request.lang), ending, kind="event")


def customer_paper(request: Any, public_id: str, name: str, ending: str) -> HttpResponse:
    """The dossiers of the plants that are chosen (``?plant=``), else of those that lack nothing on the day."""
    viewer: Viewer = request.user.viewer
    found = visible(KINDS["customer"], viewer, public_id)
    if name != "dossier" or ending not in PAPERS:
        raise Http404
    if not viewer.exports:
        return forbidden(request)
    paper = dossier_paper(found, viewer, day_of(request), request.lang, chosen=request.GET.getlist("plant"))
    return answer_paper(request, paper, ending, kind="customer")


def delegation_paper(request: Any, public_id: str, name: str, ending: str) -> HttpResponse:
    """The list, the programme, the dossiers or the report of a delegation."""
    viewer: Viewer = request.user.viewer
    found = visible(KINDS["delegation"], viewer, public_id)
    if name not in _OF_DELEGATION or ending not in PAPERS:
        raise Http404
    if not viewer.exports:
        return forbidden(request)
    return answer_paper(request, _OF_DELEGATION[name](found, viewer, request.lang), ending, kind="delegation")
