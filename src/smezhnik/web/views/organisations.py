"""What the card of an organisation says beside its own columns, and the people to speak with."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from smezhnik.cooperation.access import visible_clusters
from smezhnik.cooperation.models import Member
from smezhnik.cooperation.queries import links_of
from smezhnik.errors import InputError
from smezhnik.records.access import KINDS, Viewer
from smezhnik.registry.access import visible_contacts
from smezhnik.registry.actions import archive, edit, enter
from smezhnik.registry.models import Contact, Fact, Organisation
from smezhnik.tables import table
from smezhnik.web.values import whole_number
from smezhnik.web.views.errors import forbidden

#: Rows of a section of the card; fields of a contact, and the most letters of one.
SHOWN, FIELDS, LONGEST = 20, ("person", "post", "phone", "mail"), 200


def sections(viewer: Viewer, record: Organisation) -> dict[str, Any]:
    """What it makes and needs, where, with whom: links, cases, contracts, clusters; facts with sources; contacts.

    Every section asks the one function of its kind who sees what.
    """
    related = {name: _seen(name, viewer, organisation=record) for name in ("offer", "need", "site")}
    # a blind need must not be found through its buyer's card
    related["need"] = [(item, seen) for item, seen in related["need"] if seen["org_id"] is not None]
    own = viewer.organisation == record.pk
    columns = table("organisations").columns
    readable = KINDS["organisation"].visible_fields(viewer, record)
    facts = Fact.objects.filter(organisation=record, archived=False, column__in=readable).order_by(
        "column", "-source_date") if viewer.sees("internal") else []
    members = Member.objects.filter(organisation=record, archived=False, cluster__in=visible_clusters(viewer)) \
        .select_related("cluster").order_by("cluster__sort_key") if viewer.sees("internal") or own else []
    links = links_of(viewer, record)[:SHOWN]
    return {
        "related": related, "facts": [(columns[fact.column], fact) for fact in facts], "members": list(members),
        "links": [(link, KINDS["link"].seen(viewer, link)) for link in links],
        **{name: _between(name, viewer, record) for name in ("case", "contract")},
        "contacts": list(visible_contacts(viewer).filter(organisation=record).order_by("person", "id")),
        "may_contact": may_contact(viewer, record),
    }


def may_contact(viewer: Viewer, record: Organisation) -> bool:
    """Who keeps the people to speak with: who sees them and may change the organisation."""
    sees = viewer.sees("confidential") or viewer.organisation == record.pk
    return sees and KINDS["organisation"].may_edit(viewer, record)


@require_POST
def contacts(request: Any, public_id: str) -> HttpResponse:
    """Enter a contact of an organisation, change it or take it away."""
    viewer = request.user.viewer
    record = KINDS["organisation"].visible_to(viewer).filter(public_id=public_id).first()
    if record is None:
        raise Http404
    if not may_contact(viewer, record):
        return forbidden(request)
    values = {name: request.POST.get(name, "").strip()[:LONGEST] or None for name in FIELDS}
    named = request.POST.get("contact", "")
    found = visible_contacts(viewer).filter(organisation=record, public_id=named).first() if named else None
    if named and found is None:
        raise Http404
    version = whole_number(request.POST.get("version", ""))
    if found is not None and request.POST.get("what") == "archive":
        archive(found, viewer.login, expected=version)
    elif values["person"] is None:
        raise InputError("contact_nameless")
    elif found is not None:
        edit(found, values, viewer.login, expected=version)
    else:
        enter(Contact(organisation=record, held_by=record.held_by, **values), viewer.login)
    return redirect("card", public_id=record.public_id)


def _between(name: str, viewer: Viewer, record: Organisation) -> list[tuple[Any, dict[str, Any]]]:
    """Cases or contracts in which it buys or sells, the latest first. Most organisations have none, which is asked
    first: the question for all that a case holds costs five times as much.
    """
    kind, sides = KINDS[name], Q(buyer=record) | Q(seller=record)
    if not kind.model._default_manager.filter(sides).exists():
        return []
    return [(item, kind.seen(viewer, item)) for item in kind.visible_to(viewer).filter(sides).order_by("-id")[:SHOWN]]


def _seen(name: str, viewer: Viewer, **where: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Records of a kind that the viewer may know of, as it may read them."""
    kind = KINDS[name]
    return [(item, kind.seen(viewer, item)) for item in kind.visible_to(viewer).filter(**where)[:SHOWN]]
