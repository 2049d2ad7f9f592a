"""Agreements between two installations: neighbours and their keys, a package for one, a package of one."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.accords.access import visible_agreements
from smezhnik.accords.exchange import distrust, may_exchange, trust, visible_neighbours
from smezhnik.accords.models import Agreement
from smezhnik.accords.sealed import LARGEST, fingerprint
from smezhnik.errors import InputError
from smezhnik.imports.actions import keep, path_of
from smezhnik.io import readable_name
from smezhnik.messages import say
from smezhnik.people.log import note
from smezhnik.records.access import KINDS
from smezhnik.tables import table
from smezhnik.web.exporting import FORMATS, as_file
from smezhnik.web.limits import spend
from smezhnik.web.values import check_needed, settle
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import visible
from smezhnik.web.views.stepup import step_up
from smezhnik.workflows.parcels import look, own_public, send, take


def neighbours(request: Any) -> HttpResponse:
    """Our key with its fingerprint, the neighbours whose keys we believe, and the form for the next."""
    viewer = request.user.viewer
    if not may_exchange(viewer, viewer.region):
        return forbidden(request)
    if request.method == "POST":
        return _trust(request)
    own = own_public()
    return render(request, "neighbours.html", {
        "own": own, "fingerprint": fingerprint(own), "plural": "agreements", "region": table("organisations").columns[
            "region"],
        "rows": [(one, fingerprint(one.key), one.parcels.filter(archived=False).count())
                 for one in visible_neighbours(viewer)]})


@step_up
def _trust(request: Any) -> HttpResponse:
    given, viewer = request.POST, request.user.viewer
    about = table("organisations").columns["region"]
    region = settle("region", about, given.get("region", ""))
    check_needed(about, region)
    trust(viewer.region, region, given.get("key", "")[:400], given.get("told", "")[:400], viewer.login,
          own=own_public(), title=given.get("title", "").strip()[:300])
    return redirect("neighbours")


@require_POST
def neighbour_drop(request: Any, public_id: str) -> HttpResponse:
    """Believe a key no more."""
    viewer = request.user.viewer
    if not may_exchange(viewer, viewer.region):
        return forbidden(request)
    found = next((one for one in visible_neighbours(viewer) if one.public_id == public_id), None)
    if found is None:
        raise Http404
    distrust(found, viewer.login)
    return redirect("neighbours")


@require_POST
def parcel_send(request: Any, public_id: str) -> HttpResponse:
    """A signed package of an agreement, for the neighbour."""
    viewer = request.user.viewer
    found: Agreement = visible(KINDS["agreement"], viewer, public_id)
    if not may_exchange(viewer, found.held_by) or not viewer.exports:
        return forbidden(request)
    return _send(request, found)


@step_up
def _send(request: Any, found: Agreement) -> HttpResponse:
    viewer, day = request.user.viewer, timezone.localdate()
    spend(viewer.login, "export")
    file = send(found, viewer.login, on=day)
    note("exported", viewer.login, kind="agreement_package", of=found.public_id, rows=1, format="json")
    name = readable_name(say("web.parcel.file", request.lang), found.number or found.public_id, day.isoformat(),
                         suffix=".json")
    return as_file(file, FORMATS["json"], name)


def parcel_take(request: Any) -> HttpResponse:
    """A package of a neighbour: first what it would change, then, by a second button, the change."""
    viewer, day = request.user.viewer, timezone.localdate()
    if not may_exchange(viewer, viewer.region):
        return forbidden(request)
    if request.method != "POST":
        return render(request, "parcel.html", {"seen": None, "plural": "agreements"})
    given, file = request.POST, request.FILES.get("file")
    raw = _kept(given.get("digest", "")) if file is None else file.read(LARGEST + 1)
    own = _by_hand(viewer).filter(public_id=given.get("into", "")).first()
    if file is None and given.get("do") == "take":
        found = take(raw, viewer.region, viewer.login, on=day, into=own)
        return redirect("agreement", public_id=found.public_id)
    seen = look(raw, viewer.region, on=day, into=own)
    keep([raw])
    same = [one for one in _by_hand(viewer).filter(party_rows__region=seen.neighbour.region).distinct()
            if not one.parcels.filter(archived=False).exists()]
    return render(request, "parcel.html", {
        "seen": seen, "plural": "agreements", "columns": table("agreements").columns, "into": own,
        "fingerprint": fingerprint(seen.neighbour.key), "same": same if seen.agreement in (None, own) else [],
        "changes": [one for one in seen.differences if one.taken],
        "apart": [one for one in seen.differences if not one.taken]})


def _by_hand(viewer: Any) -> Any:
    """Agreements that no neighbour has sent."""
    return visible_agreements(viewer).filter(Q(shared_id=None), held_by=viewer.region).order_by("title", "id")


def _kept(digest: str) -> bytes:
    """The file that was looked at before; it is opened and checked anew.

    Raises
    ------
    InputError where there is none.
    """
    named = len(digest) == 64 and all(sign in "0123456789abcdef" for sign in digest)
    if not named or not path_of(digest).is_file():
        raise InputError("upload_nothing")
    with path_of(digest).open("rb") as file:
        return file.read(LARGEST + 1)
