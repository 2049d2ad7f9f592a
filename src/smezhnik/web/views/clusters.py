"""Clusters: the card with verdict, chain and what to do; members, facts; a cluster from a file; the page for paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from markupsafe import Markup

from smezhnik.cooperation.access import visible_links
from smezhnik.cooperation.actions import (
    add_document,
    found_cluster,
    join_cluster,
    leave_cluster,
    tell_fact,
    tell_member,
)
from smezhnik.cooperation.models import Cluster
from smezhnik.errors import InputError, InputFaults, SmezhnikError
from smezhnik.jobs.actions import ask
from smezhnik.jobs.models import Job
from smezhnik.messages import say
from smezhnik.records.access import EDITORS, KINDS, Viewer
from smezhnik.report.markup import element, joined
from smezhnik.rules.load import list_packs, load_pack
from smezhnik.tables import table
from smezhnik.tables.places import ROLES
from smezhnik.web.forms import read_value, text_of
from smezhnik.web.given import day_in, day_of, uploaded
from smezhnik.web.limits import spend
from smezhnik.web.values import whole_number
from smezhnik.web.views.cooperation import as_page
from smezhnik.web.views.errors import forbidden, sentence_of
from smezhnik.web.views.records import visible
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.cluster_card import cluster_card, repair_job
from smezhnik.workflows.cluster_records import PACK, Stored, asked_facts, cluster_page, read_into, stored

#: What a membership knows and the record of an organisation does not.
OF_MEMBER = ("since", "purchases_th_rub", "newcomer", "special_territory", "spic", "sok_founder", "source")


def cluster(request: Any, public_id: str) -> HttpResponse:
    """A cluster: what the law of a day says of it, what to do, who is in, what is known."""
    viewer, found = request.user.viewer, cluster_of(request, public_id)
    day, whole, kind = day_of(request), stored(found), KINDS["cluster"]
    may, inside = kind.may_edit(viewer, found), viewer.sees("internal")
    job = repair_job(found, viewer) if may else None
    context: dict[str, Any] = {
        "cluster": found, "row": kind.seen(viewer, found), "day": day, "card": None, "error": "", "faults": [],
        "job": job, "may_edit": may, "roles": ROLES, "members": [(one, one.organisation) for one in whole.members],
        "pack": pack_title(found, request.lang),
    }
    if inside:
        try:
            context["card"] = cluster_card(whole, viewer, on=day, lang=request.lang, job=job,
                                           acts=_acts(request, found, job, day) if may else {})
        except SmezhnikError as error:
            context["error"] = sentence_of(error, request.lang)
            context["faults"] = list(error.faults) if isinstance(error, InputFaults) else []
        context |= {"facts_known": whole.facts, "documents": _documents(whole, day, request.lang),
                    "facts_asked": asked_facts(found, day),
                    "documents_asked": _documents_asked(found, day, request.lang),
                    "contracts": contract_rows(whole, viewer)}
    return render(request, "cluster.html", context)


def contract_rows(whole: Stored, viewer: Viewer) -> list[tuple[Any, dict[str, Any]]]:
    """Contracts between members that the viewer may know of, as he may read them, the largest first."""
    kind = KINDS["contract"]
    inside = [member.organisation_id for member in whole.members]
    rows = kind.visible_to(viewer).filter(held_by=whole.cluster.held_by, seller__in=inside, buyer__in=inside)
    return sorted(((one, kind.seen(viewer, one)) for one in rows),
                  key=lambda item: (-(item[1]["value_th_rub"] or 0), item[0].pk))


def _documents(whole: Stored, day: dt.date, lang: Any) -> list[tuple[Any, str]]:
    """Documents with the titles that the law of the day gives them; of a kind that it does not know the plain word."""
    try:
        known = load_pack(whole.cluster.pack or PACK).on(day).law.documents
    except SmezhnikError:
        known = {}
    return [(one, known[one.document].title.of(lang) if one.document in known else
             say("web.cluster.waiver" if one.document == "waiver" else "web.cluster.document", lang))
            for one in whole.documents]


def _documents_asked(found: Cluster, day: dt.date, lang: Any) -> list[tuple[str, str]]:
    """Kinds of documents that the law of the day knows, with their titles."""
    try:
        known = load_pack(found.pack or PACK).on(day).law.documents
    except SmezhnikError:
        return []
    return [(code, one.title.of(lang)) for code, one in known.items()]


def pack_title(found: Cluster, lang: Any) -> str:
    """How the law that judges a cluster is called."""
    name = found.pack or PACK
    return load_pack(name).title.of(lang) if name in list_packs() else name


def _acts(request: Any, found: Cluster, job: Job | None, day: dt.date) -> Mapping[str, Markup]:
    """What may be done about what a repair asks: open a case for a link, take an organisation in, see who leaves."""
    if job is None or job.state != "done" or "repair" not in job.result:
        return {}
    kept = job.result["repair"]
    wanted = [item["link"] for item in kept["new_contracts"]]
    links = visible_links(request.user.viewer).filter(public_id__in=wanted) if wanted else ()
    token = {"csrfmiddlewaretoken": get_token(request)}
    acts = {link.public_id: _button(reverse("case_new"), {**token, "need": link.need.public_id,
                                                          "offer": link.offer.public_id},
                                    say("web.cluster.do.case", request.lang), main=link.public_id == wanted[0])
            for link in links}
    join = reverse("cluster_change", args=[found.public_id, "join"])
    acts |= {one: _button(join, {**token, "organisation": one, "since": day.isoformat(), "on": day.isoformat()},
                          say("web.cluster.do.join", request.lang)) for one in kept["added"]}
    return acts | {one: element("a", say("web.cluster.do.leave", request.lang), href="#members", class_="button")
                   for one in kept["removed"]}


def _button(address: str, values: Mapping[str, str], text: str, *, main: bool = False) -> Markup:
    fields = joined(Markup('<input type="hidden" name="{}" value="{}">').format(*pair) for pair in values.items())
    return element("form", fields, element("button", text, class_="main" if main else None), method="post",
                   action=address)


@require_POST
def cluster_change(request: Any, public_id: str, what: str) -> HttpResponse:
    """Take an organisation in, end a membership, say what is known of the cluster."""
    viewer, found = request.user.viewer, cluster_of(request, public_id)
    if not KINDS["cluster"].may_edit(viewer, found):
        return forbidden(request)
    given, columns = request.POST, table("members").columns
    day = day_in(given, "on")
    if what == "join":
        named = given.get("organisation", "").strip().upper()
        organisation = KINDS["organisation"].visible_to(viewer).filter(public_id=named).first()
        if organisation is None:
            raise InputError("organisation_absent", found=named)
        roles = [role for role in given.getlist("roles") if role in ROLES]
        join_cluster(found, organisation, viewer.login, roles=roles,
                     since=read_value(columns["since"], given.get("since", "")))
    elif what == "leave":
        member = found.member_rows.filter(public_id=given.get("member", ""), archived=False).first()
        if member is None:
            raise Http404
        leave_cluster(member, viewer.login, until=read_value(columns["until"], given.get("until", ""))
                      or timezone.localdate())
    elif what == "repair":
        spend(viewer.login, "compose")
        ask("repair_cluster", viewer.login, held_by=found.held_by, cluster=found.public_id,
            on=day.isoformat() if day else "", role=viewer.role)
    elif what == "fact":
        code = given.get("fact", "").strip()
        if not code:
            raise InputError("fact_without_code")
        tell_fact(found, code, given.get("value", "").strip() or None, viewer.login,
                  source=given.get("source", "").strip() or None)
    elif what == "document":
        _document(found, given, viewer.login)
    else:
        raise Http404
    # back to the day that was looked at: what was asked of it shows there only
    return redirect(reverse("cluster", args=[found.public_id], query={"on": day.isoformat()} if day else {}))


def _document(found: Cluster, given: Mapping[str, str], who: str) -> None:
    columns = table("cluster_documents").columns
    document = given.get("document", "").strip()
    if not document:
        raise InputError("document_without_kind")
    values = {name: read_value(columns[name], given.get(name, "").strip())
              for name in ("issued_by", "valid_from", "valid_until", "source")}
    add_document(found, document, who, own_id=given.get("number", "").strip() or None, **values)


def cluster_member(request: Any, public_id: str, member: str) -> HttpResponse:
    """What is known of a member besides the record of its organisation."""
    viewer, found = request.user.viewer, cluster_of(request, public_id)
    if not KINDS["cluster"].may_edit(viewer, found):
        return forbidden(request)
    one = found.member_rows.filter(public_id=member, archived=False).select_related("organisation").first()
    if one is None:
        raise Http404
    columns = {name: table("members").columns[name] for name in OF_MEMBER}
    texts = {name: text_of(getattr(one, name)) for name in OF_MEMBER}
    errors: dict[str, SmezhnikError] = {}
    if request.method == "POST":
        texts, values = {name: request.POST.get(name, "").strip() for name in OF_MEMBER}, {}
        for name, text in texts.items():
            try:
                values[name] = read_value(columns[name], text)
            except InputError as error:
                errors[name] = error
        if not errors:
            tell_member(one, viewer.login, whole_number(request.POST.get("version", "")), **values)
            return redirect("cluster", public_id=found.public_id)
    answer = render(request, "cluster_member.html", {
        "cluster": found, "member": one, "columns": columns, "texts": texts, "errors": errors})
    answer.status_code = 400 if errors else 200
    return answer


def cluster_paper(request: Any, public_id: str) -> HttpResponse:
    """The verdict as a page for paper, the same as ``smezhnik judge`` writes."""
    viewer, found = request.user.viewer, cluster_of(request, public_id)
    if not viewer.sees("internal"):
        return forbidden(request)
    return as_page(cluster_page(found, on=day_of(request), lang=request.lang, made_at=timezone.localtime(),
                                viewer=viewer))


def cluster_new(request: Any) -> HttpResponse:
    """Enter a cluster from a workbook or a file of its members."""
    viewer: Viewer = request.user.viewer
    if viewer.role not in EDITORS or not viewer.region:
        return forbidden(request)
    if request.method != "POST":
        return render(request, "cluster_new.html", {"packs": pack_titles(request.lang)})
    name, pack = request.POST.get("name", "").strip(), request.POST.get("pack", "")
    if not name or pack not in list_packs():
        raise InputError("cluster_lacks")
    made = Cluster(held_by=viewer.region, name=name, pack=pack, region=viewer.region)
    made.index()
    records: list[Any] = [made]
    if "file" in request.FILES:
        with uploaded(request) as file:
            records = read_into(made, read_cluster(file.path, on=timezone.localdate()).cluster)
    found_cluster(records, viewer.login)
    return redirect("cluster", public_id=made.public_id)


def pack_titles(lang: Any) -> Sequence[tuple[str, str]]:
    """Packs that are there, with their titles."""
    return [(name, load_pack(name).title.of(lang)) for name in list_packs()]


def cluster_of(request: Any, public_id: str) -> Cluster:
    """A cluster that the viewer may see."""
    found: Cluster = visible(KINDS["cluster"], request.user.viewer, public_id)
    return found
