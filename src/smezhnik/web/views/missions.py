"""Customers of missions with the readiness of plants; delegations with those who have no seat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.activities import missions as doing
from smezhnik.activities.access import visible_events
from smezhnik.activities.admissions import stages_of, what_blocks
from smezhnik.activities.delegations import move_delegation
from smezhnik.activities.models import Customer, Delegation, Nominee
from smezhnik.activities.queries import admissions_of, groups_of, readiness_of
from smezhnik.records.access import KINDS, Viewer
from smezhnik.tables import table
from smezhnik.tables.activities import DELEGATION_STATES
from smezhnik.web.given import day_in, day_of, needed_organisation, part_in, uploaded
from smezhnik.web.limits import spend
from smezhnik.web.values import whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import visible
from smezhnik.workflows.delegation_records import compose_stored, load_candidates, load_rules
from smezhnik.workflows.mission_papers import whom_to_take

#: What blocks, and missions, that the page of a customer shows.
BLOCKS, MISSIONS = 6, 10


def customer(request: Any, public_id: str) -> HttpResponse:
    """A customer: its steps, what each plant has of them on a day, products on their way."""
    viewer = request.user.viewer
    found = visible(KINDS["customer"], viewer, public_id)
    day = day_of(request)
    rows, plants = admissions_of(found), readiness_of(found, viewer, day)
    return render(request, "customer.html", {
        "customer": found, "row": KINDS["customer"].seen(viewer, found), "columns": table("customers").columns,
        "day": day, "steps": found.steps.filter(archived=False), "plants": plants,
        "taken": {one.organisation.pk for one in whom_to_take(plants)}, "may_take": viewer.exports,
        "admissions": rows, "stages": stages_of(rows, day), "blocks": what_blocks(viewer, [found], day)[:BLOCKS],
        "groups": groups_of(found, viewer), "missions": list(visible_events(viewer).filter(customer=found).order_by(
            "-starts_on", "-id")[:MISSIONS]), "all_stages": doing.STAGES,
        "all_refusals": doing.REFUSALS, "has": doing.HAS, "may_edit": KINDS["customer"].may_edit(viewer, found)})


@require_POST
def customer_do(request: Any, public_id: str, what: str) -> HttpResponse:
    """One thing done to a customer."""
    viewer = request.user.viewer
    found = visible(KINDS["customer"], viewer, public_id)
    if not KINDS["customer"].may_edit(viewer, found):
        return forbidden(request)
    if what not in _DONE:
        raise Http404
    _DONE[what](found, request.POST, viewer)
    return redirect("customer", public_id=found.public_id)


def _step(found: Customer, given: Mapping[str, str], viewer: Viewer) -> None:
    doing.add_step(found, given.get("name", "")[:300], viewer.login, paper=given.get("paper", "")[:300],
                   valid_months=whole_number(given.get("valid_months", "")) or None,
                   source=given.get("source", "")[:300], verified=bool(given.get("verified")),
                   checked_on=timezone.localdate() if given.get("verified") else None)


def _ready(found: Customer, given: Mapping[str, str], viewer: Viewer) -> None:
    step = part_in(found.steps, given, "step")
    doing.tell_readiness(step, needed_organisation(given, viewer), given.get("standing", ""), viewer.login,
                         paper=given.get("paper", "")[:300], issued_on=day_in(given, "issued_on"),
                         valid_until=day_in(given, "valid_until"))


def _propose(found: Customer, given: Mapping[str, str], viewer: Viewer) -> None:
    mission = part_in(visible_events(viewer).filter(customer=found), given, "event") if given.get("event") else None
    doing.propose(found, needed_organisation(given, viewer), given.get("product", "")[:300], viewer.login,
                  on=timezone.localdate(), okpd2=given.get("okpd2", "")[:12], event=mission)


def _advance(found: Customer, given: Mapping[str, str], viewer: Viewer) -> None:
    one = part_in(found.admissions, given, "admission")
    doing.move_admission(one, given.get("stage", ""), viewer.login, on=day_in(given, "on") or timezone.localdate(),
                         refusal=given.get("refusal", ""))


_DONE: Mapping[str, Callable[[Customer, Mapping[str, str], Viewer], None]] = {
    "step": _step, "ready": _ready, "propose": _propose, "advance": _advance,
}


def delegation(request: Any, public_id: str) -> HttpResponse:
    """A delegation: who goes, who does not and why, or which conditions exclude each other."""
    viewer = request.user.viewer
    found = visible(KINDS["delegation"], viewer, public_id)
    people = list(found.nominees.filter(archived=False))
    at = DELEGATION_STATES.index(found.standing)
    return render(request, "delegation.html", {
        "delegation": found, "row": KINDS["delegation"].seen(viewer, found), "columns": table("delegations").columns,
        "seated": sorted((one for one in people if one.package), key=lambda one: (one.package, one.organisation)),
        "papers": _papers(viewer, found, people), "losers": [one for one in people if not one.package],
        "rules": found.rules.filter(archived=False),
        "answer": found.answer, "may_edit": KINDS["delegation"].may_edit(viewer, found),
        "following": [state for state in DELEGATION_STATES[at + 1:at + 2] if state != "composed"]})


def _papers(viewer: Viewer, found: Delegation, people: Sequence[Nominee]) -> list[str]:
    """Papers that may be taken, of those that say something."""
    goes = any(one.package for one in people) and not found.answer.get("conflict")
    there = [("list", goes), ("programme", bool(found.programme)), ("dossiers", goes), ("report", True)]
    return [name for name, ready in there if ready and viewer.exports]


@require_POST
def delegation_do(request: Any, public_id: str, what: str) -> HttpResponse:
    """Candidates, conditions, a composition, approval."""
    viewer = request.user.viewer
    found = visible(KINDS["delegation"], viewer, public_id)
    if not KINDS["delegation"].may_edit(viewer, found):
        return forbidden(request)
    given = request.POST
    if what == "compose":
        spend(viewer.login, "compose")
        compose_stored(found, viewer.login)
    elif what in ("candidates", "rules"):
        _load(found, what, request, viewer)
    elif what == "move":
        move_delegation(found, given.get("standing", ""), viewer.login, expected=whole_number(given.get("version", "")),
                        on=timezone.localdate(), by=given.get("by", "")[:300])
    else:
        raise Http404
    return redirect("delegation", public_id=found.public_id)


def _load(found: Delegation, what: str, request: Any, viewer: Viewer) -> None:
    with uploaded(request) as file:
        (load_candidates if what == "candidates" else load_rules)(found, file.path, viewer.login)
