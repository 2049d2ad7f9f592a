"""Lists and cards of every kind of record: one view for all kinds, what differs stands in ``KINDS``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST
from markupsafe import escape

from smezhnik.errors import InputError, UnknownCode
from smezhnik.records.access import EDITORS, KINDS, Kind, Viewer, columns_up_to
from smezhnik.records.actions import Stale
from smezhnik.records.history import find_record, history_of
from smezhnik.records.ids import read_id
from smezhnik.records.told import told_changes
from smezhnik.registry.actions import archive, edit, enter, restore
from smezhnik.registry.bulk import changeable, may_bulk
from smezhnik.registry.filters import visible_filters
from smezhnik.registry.queries import Asked, access_page, filters_of, other_values, rows_of
from smezhnik.tables import table
from smezhnik.web.exporting import endings_of, exported, exported_card
from smezhnik.web.forms import read_form
from smezhnik.web.limits import spend
from smezhnik.web.papers import PAPERS, answer_paper, paper_of
from smezhnik.web.values import label_of, whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.organisations import sections
from smezhnik.web.views.stepup import ask, fresh
from smezhnik.workflows.verdicts import verdicts_on

PLURALS = {"organisations": "organisation", "sites": "site", "offers": "offer", "needs": "need", "links": "link",
           "cases": "case", "contracts": "contract", "clusters": "cluster",
           "agreements": "agreement", "orders": "order", "cycles": "cycle", "meetings": "meeting", "events": "event",
           "customers": "customer", "delegations": "delegation"}
#: Rows of a file from which on the password is asked for once more.
MASS = 1_000
#: Facets of a list that has them.
FACETS = ("region", "stage", "grade", "okved2", "okpd2", "basis", "import_substituting")
#: Most columns that a list shows: more are wider than a desk.
WIDEST = 12
#: Kinds whose record belongs to an organisation that the form asks for.
OWNED = ("site", "offer", "need")


def kind_of(plural: str) -> Kind:
    """The kind of a list; 404 where there is none."""
    if plural not in PLURALS:
        raise Http404
    return KINDS[PLURALS[plural]]


def asked_of(request: HttpRequest, kind: Kind) -> Asked:
    """What the address asks of the list."""
    where = {name: request.GET[name] for name in filters_of(kind) if request.GET.get(name)}
    after = request.GET.get("after", "")
    written, keyed, key = after.partition(":")
    pk = whole_number(written)
    return Asked(request.GET.get("q", "")[:200], where, (key if keyed else None, pk) if pk or keyed else None)


def choosable(kind: Kind, viewer: Viewer) -> tuple[str, ...]:
    """Columns that a list can show: those that the viewer's role may read, of a plant also those of its own."""
    columns = table(kind.table).columns
    known = columns_up_to(kind.table, viewer) if viewer.organisation is None else frozenset(columns)
    return tuple(name for name, about in columns.items() if name in known and about.kind != "records")


def chosen_columns(kind: Kind, viewer: Viewer, named: Sequence[str]) -> tuple[str, ...]:
    """The columns that the address names, as many as a list shows; none where it names none that may be shown."""
    known = choosable(kind, viewer)
    some = [name for name in dict.fromkeys(named) if name in known and name != kind.listed[0]]
    return (kind.listed[0], *some[:WIDEST - 1]) if some else ()


def visible(kind: Kind, viewer: Viewer, public_id: str) -> Any:
    """A record that the viewer may see; 404 for others, whether they exist or not. An alias leads to its record."""
    found = kind.visible_to(viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def record_list(request: Any, plural: str, ending: str = "") -> HttpResponse:
    """A page of the list, or all of it as a file."""
    kind, viewer = kind_of(plural), request.user.viewer
    asked = asked_of(request, kind)
    if ending:
        if ending not in endings_of(kind):
            raise Http404
        if not viewer.exports:
            return forbidden(request)
        many = rows_of(kind, viewer, asked).order_by()[:MASS + 1].count() > MASS
        return ask(request) if many and not fresh(request) else exported(request, kind, viewer, asked, ending)
    if asked.text:
        spend(viewer.login, "search")
    shown = [] if request.htmx else [name for name in FACETS if name in filters_of(kind)]
    listed = access_page(kind, viewer, asked, facets=shown)
    columns = table(kind.table).columns
    rows = [(record, kind.seen(viewer, record)) for record in listed.rows]
    chosen = chosen_columns(kind, viewer, request.GET.getlist("columns"))
    context = {
        "kind": kind, "plural": plural, "asked": asked, "listed": listed, "rows": rows,
        "columns": {name: columns[name] for name in chosen or kind.listed}, "chosen": chosen,
        # written once, since every cell has its own
        "heads": {name: escape(label_of(columns[name], request.lang)) for name in chosen or kind.listed},
        "choosable": {name: columns[name] for name in choosable(kind, viewer)},
        "facets": {name: other_values(kind, viewer, asked, name)
                   if name in asked.where and columns[name].kind != "code" else some
                   for name, some in listed.facets.items()},  # of a code the list goes back to all classes
        "bulk": {name: columns[name] for name in changeable(kind)} if may_bulk(kind, viewer) else {},
        "onward": urlencode({**asked.where, **({"q": asked.text} if asked.text else {}), "columns": list(chosen)},
                            doseq=True), "started": asked.after is not None,
        # a site is entered from the card of whose it is
        "may_enter": may_enter(kind, viewer) and kind.name != "site", "query": request.GET.urlencode(),
        "saved": visible_filters(viewer).filter(kind=kind.name)[:12],
        "may_take": viewer.exports,
        "formats": endings_of(kind), "judged_on": timezone.localdate(),
    }
    context["verdicts"] = verdicts_on([record for record, _ in rows], [context["judged_on"]]) \
        if kind.name == "cluster" else {}
    return render(request, "rows.html" if request.htmx else "list.html", context)


def card(request: Any, public_id: str) -> HttpResponse:
    """All that the viewer may know of one record."""
    kind, record = _found(request, public_id)
    viewer = request.user.viewer
    row, columns = kind.seen(viewer, record), table(kind.table).columns
    # its own id stands in the head; the id of an organisation is the link of its name
    links = {name: row[ids] for name in ("seller", "buyer") if row.get(name)
             for ids in (f"{name}_id", "organisation_id") if row.get(ids)}
    shown = {name: (columns[name], value) for name, value in row.items() if value is not None
             and value != record.public_id and value not in links.values()}
    hidden = [columns[name] for name in columns if name not in kind.visible_fields(viewer, record)]
    more = sections(viewer, record) if kind.name == "organisation" else {}
    return render(request, "card.html", {
        "kind": kind, "record": record, "row": row, "shown": shown, "links": links, "hidden": hidden, **more,
        "may_edit": kind.may_edit(viewer, record),
        "may_change": kind.entered and kind.may_edit(viewer, record), "may_take": viewer.exports,
        "own": [name for name in ("site", "offer", "need") if kind.name == "organisation"
                and may_enter(KINDS[name], viewer) and kind.may_edit(viewer, record)],
        "plural": next(name for name, one in PLURALS.items() if one == kind.name), "PLURALS": PLURALS,
    })


def may_enter(kind: Kind, viewer: Viewer) -> bool:
    """Who may enter a new record: ministry and cluster organisation; a plant what is its own."""
    if not kind.entered or not viewer.region:
        return False
    return viewer.role in EDITORS or (viewer.organisation is not None and kind.name in OWNED)


def card_file(request: Any, public_id: str, ending: str) -> HttpResponse:
    """The card as a file of one row, or as a paper."""
    kind, record = _found(request, public_id)
    if ending not in (*endings_of(kind), *PAPERS):
        raise Http404
    viewer = request.user.viewer
    if not viewer.exports:
        return forbidden(request)
    if ending in PAPERS:
        return answer_paper(request, paper_of(request, kind, record), ending, kind=kind.name)
    return exported_card(request, kind, viewer, record, ending)


def new(request: Any, plural: str) -> HttpResponse:
    """Enter a record; what belongs to an organisation belongs to a plant's own, or to the one that is named."""
    kind, viewer = kind_of(plural), request.user.viewer
    if not may_enter(kind, viewer):
        return forbidden(request)
    record = kind.model(held_by=viewer.region)
    whose = None
    if kind.name in OWNED:
        named = request.POST.get("organisation") or request.GET.get("organisation") or ""
        seen = KINDS["organisation"].visible_to(viewer)
        whose = seen.filter(pk=viewer.organisation).first() if viewer.role == "plant" else \
            seen.filter(public_id=named.strip().upper()).first()
        if named and whose is None:
            raise InputError("organisation_absent", found=named)
        if whose is None and kind.name == "site":
            raise InputError("site_of_nobody")
        record.organisation = whose
    form = read_form(kind, record, request.POST if request.method == "POST" else None, viewer)
    if form.given and not form.errors:
        for name, value in form.values.items():
            setattr(record, name, value)
        enter(record, viewer.login, reason=request.POST.get("reason", ""))
        return redirect("card", public_id=record.public_id)
    return render(request, "form.html", {"kind": kind, "plural": plural, "form": form, "record": None, "theirs": None,
                                         "owned": kind.name in OWNED and viewer.role != "plant", "whose": whose},
                  status=400 if form.errors else 200)


def change(request: Any, public_id: str) -> HttpResponse:
    """Edit a record; where somebody else was quicker, both versions stand side by side."""
    kind, record = _found(request, public_id)
    viewer = request.user.viewer
    if not (kind.entered and kind.may_edit(viewer, record)):
        return forbidden(request)
    form = read_form(kind, record, request.POST if request.method == "POST" else None, viewer)
    theirs: dict[str, Any] = {}
    if form.given and not form.errors:
        try:
            edit(record, form.values, viewer.login, expected=form.version, reason=request.POST.get("reason", ""))
            return redirect("card", public_id=record.public_id)
        except Stale as stale:
            now = kind.seen(viewer, visible(kind, viewer, stale.theirs.public_id))
            theirs = {name: now[name] for name in form.values if now.get(name) != form.values[name]}
            form.version = stale.theirs.version
    return render(request, "form.html", {
        "kind": kind, "record": record, "form": form, "theirs": theirs,
        "plural": next(name for name, one in PLURALS.items() if one == kind.name), "owned": False, "whose": None,
    }, status=409 if theirs else 400 if form.errors else 200)


@require_POST
def take_away(request: Any, public_id: str) -> HttpResponse:
    """Archive a record, or bring it back."""
    viewer = request.user.viewer
    back = request.POST.get("back") == "1"
    record = _any(request, public_id) if back else _found(request, public_id)[1]
    if not KINDS[record.KIND].may_edit(viewer, record):
        return forbidden(request)
    version = request.POST.get("version", "")
    (restore if back else archive)(record, viewer.login, expected=whole_number(version),
                                   reason=request.POST.get("reason", ""))
    return redirect("history", public_id=record.public_id)


def history(request: Any, public_id: str) -> HttpResponse:
    """What happened to a record, the newest first; only fields that the viewer may read."""
    record = _any(request, public_id)
    kind, viewer = KINDS[record.KIND], request.user.viewer
    fields, columns = kind.visible_fields(viewer, record), table(kind.table).columns
    told = told_changes(kind.model, history_of(record.public_id)[:200], fields & columns.keys())
    may = kind.may_edit(viewer, record)
    return render(request, "history.html", {
        "kind": kind, "record": record, "rows": told, "columns": columns, "row": kind.seen(viewer, record),
        "may_edit": may, "tells_who": may or viewer.sees("internal")})


def _any(request: Any, public_id: str) -> Any:
    """A record, also one that was taken away, where the viewer may edit it or sees it."""
    try:
        record = find_record(public_id)
    except UnknownCode as error:
        raise Http404 from error
    kind, viewer = KINDS.get(record.KIND), request.user.viewer
    if kind is None:
        raise Http404
    if record.archived:
        gone = visible(kind, replace(viewer, archived=True), record.public_id)
        if not kind.may_edit(viewer, gone):
            raise Http404
        return gone
    return visible(kind, viewer, record.public_id)


def _found(request: Any, public_id: str) -> tuple[Kind, Any]:
    viewer = request.user.viewer
    try:
        wanted = read_id(public_id)
        kind = next((one for one in KINDS.values() if wanted.startswith(one.model.PREFIX)), None)
        record = kind and kind.visible_to(viewer).filter(public_id=wanted).first()
        if kind is None or record is None:  # it may be an alias
            record = find_record(public_id)
            kind = KINDS.get(record.KIND)
            record = kind and visible(kind, viewer, record.public_id)
    except UnknownCode as error:
        raise Http404 from error
    if kind is None:
        raise Http404
    return kind, record
