"""Links, cases and their board, contracts of a case, clusters and their verdict."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.cooperation.access import visible_links
from smezhnik.cooperation.actions import (
    found_cluster,
    join_cluster,
    leave_cluster,
    open_case,
    sign,
    step,
    tell_fact,
)
from smezhnik.cooperation.models import Case, Cluster
from smezhnik.cooperation.queries import best_links, board, due_cases
from smezhnik.errors import InputError, InputFaults, SmezhnikError
from smezhnik.imports.actions import keep
from smezhnik.jobs.actions import ask
from smezhnik.jobs.models import Job
from smezhnik.records.access import EDITORS, KINDS, Viewer
from smezhnik.rules.load import list_packs
from smezhnik.tables import table
from smezhnik.tables.links import DECISIONS, REFUSALS
from smezhnik.tables.places import ROLES
from smezhnik.web.forms import read_value
from smezhnik.web.limits import spend
from smezhnik.web.values import whole_number
from smezhnik.web.views.errors import forbidden, sentence_of
from smezhnik.web.views.records import visible
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.cluster_records import asked_facts, cluster_page, judge_cluster, read_into

_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')


def links(request: Any) -> HttpResponse:
    """The best links without a case, and finding them anew for all needs."""
    viewer = request.user.viewer
    if viewer.role not in EDITORS or not viewer.region:
        return forbidden(request)
    if request.method == "POST":
        spend(viewer.login, "match")
        ask("match_needs", viewer.login, held_by=viewer.region)
        return redirect("jobs")
    rows = [(link, KINDS["link"].seen(viewer, link)) for link in best_links(viewer)]
    return render(request, "links.html", {"rows": rows, "count": visible_links(viewer).count()})


@require_POST
def case_new(request: Any) -> HttpResponse:
    """Open a case for a need and an offer, or for an offer and what was asked in words; one that is declined at once
    says why.
    """
    viewer, given = request.user.viewer, request.POST
    if viewer.role not in EDITORS:
        return forbidden(request)
    need = visible(KINDS["need"], viewer, given["need"]) if given.get("need") else None
    offer = visible(KINDS["offer"], viewer, given.get("offer", ""))
    link = visible_links(viewer).filter(need=need, offer=offer).first() if need is not None else None
    today = timezone.localdate()
    case = open_case(need, offer, viewer.login, on=today, link=link, note=given.get("note", "")[:2000],
                     origins={name: given.get(name, "") for name in ("agreement_id", "order_id", "event_id")})
    if given.get("decline_reason"):
        step(case, "declined", viewer.login, on=today, expected=case.version, decline_reason=given["decline_reason"])
    return redirect("case", public_id=case.public_id)


def case_board(request: Any) -> HttpResponse:
    """All cases by stage, the overdue first."""
    viewer = request.user.viewer
    columns = board(viewer)
    rows = {column.stage: [(case, KINDS["case"].seen(viewer, case)) for case in column.cases] for column in columns}
    today = timezone.localdate()
    return render(request, "board.html", {"columns": columns, "rows": rows, "today": today,
                                          "due": due_cases(viewer, today - dt.timedelta(days=1)).count()})


def case(request: Any, public_id: str) -> HttpResponse:
    """One case: where it stands, its timeline, its contracts, the next step."""
    viewer, found = request.user.viewer, _case(request, public_id)
    kind = KINDS["case"]
    may = kind.may_edit(viewer, found)
    return render(request, "case.html", {
        "case": found, "row": kind.seen(viewer, found), "columns": table("cases").columns, "may_edit": may,
        "steps": found.steps.filter(archived=False).order_by("-id") if may or viewer.role == "fund" else [],
        "contracts": [(item, KINDS["contract"].seen(viewer, item)) for item in
                      KINDS["contract"].visible_to(viewer).filter(case=found)],
        "stages": DECISIONS, "refusals": REFUSALS, "today": timezone.localdate(),
        "overdue": bool(found.next_on and found.next_on < timezone.localdate()),
    })


@require_POST
def case_step(request: Any, public_id: str) -> HttpResponse:
    """Move a case on, or note something."""
    viewer, found = request.user.viewer, _case(request, public_id)
    if not KINDS["case"].may_edit(viewer, found):
        return forbidden(request)
    given, columns = request.POST, table("cases").columns
    file = request.FILES.get("file")
    step(found, given.get("stage", found.stage), viewer.login,
         on=read_value(columns["stage_on"], given.get("on", "")) or timezone.localdate(),
         expected=whole_number(given.get("version", "")), note=given.get("note", "")[:2000],
         next_on=read_value(columns["next_on"], given.get("next_on", "")),
         decline_reason=given.get("decline_reason", ""), more_asks=given.get("more_asks") == "1",
         file=(file.name[:255], keep(file.chunks())[0]) if file else None)
    return redirect("case", public_id=found.public_id)


@require_POST
def case_sign(request: Any, public_id: str) -> HttpResponse:
    """Enter the contract of a case."""
    viewer, found = request.user.viewer, _case(request, public_id)
    if not KINDS["case"].may_edit(viewer, found):
        return forbidden(request)
    if found.buyer is None or found.seller is None:
        raise InputError("case_one_sided")
    columns = table("contracts").columns
    names = ("value_th_rub", "volume", "unit", "signed_on", "starts_on", "ends_on", "imported_th_rub")
    values = {name: read_value(columns[name], request.POST.get(name, "").strip()) for name in names}
    if values["value_th_rub"] is None or values["signed_on"] is None:
        raise InputError("contract_lacks")
    sign(found, found.seller, found.buyer, viewer.login, own_id=request.POST.get("own_id", "").strip() or None,
         text=found.offer and found.offer.text, okpd2=found.need and found.need.okpd2, **values)
    return redirect("case", public_id=found.public_id)


def cluster(request: Any, public_id: str) -> HttpResponse:
    """A cluster: who is in, and what the law of a day says of it."""
    viewer, found = request.user.viewer, _cluster(request, public_id)
    day = _day(request)
    context: dict[str, Any] = {"cluster": found, "row": KINDS["cluster"].seen(viewer, found), "day": day,
                               "rows": [], "verdict": None, "error": "", "faults": []}
    if viewer.sees("internal"):
        try:
            context["verdict"], context["rows"] = judge_cluster(found, on=day, lang=request.lang)
        except SmezhnikError as error:
            context["error"] = sentence_of(error, request.lang)
            context["faults"] = list(error.faults) if isinstance(error, InputFaults) else []
    members = found.member_rows.filter(archived=False).select_related("organisation")
    context["members"] = [(member, member.organisation) for member in members]
    context["job"] = Job.objects.filter(kind="repair_cluster", held_by=found.held_by, args__cluster=found.public_id
                                        ).order_by("-id").first() if KINDS["cluster"].may_edit(viewer, found) else None
    context |= {"may_edit": KINDS["cluster"].may_edit(viewer, found), "roles": ROLES, "facts_known":
                found.fact_rows.filter(archived=False).order_by("fact") if viewer.sees("internal") else [],
                "facts_asked": asked_facts(found, day) if viewer.sees("internal") else []}
    return render(request, "cluster.html", context)


@require_POST
def cluster_change(request: Any, public_id: str, what: str) -> HttpResponse:
    """Take an organisation in, end a membership, say what is known of the cluster."""
    viewer, found = request.user.viewer, _cluster(request, public_id)
    if not KINDS["cluster"].may_edit(viewer, found):
        return forbidden(request)
    given, columns = request.POST, table("members").columns
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
        ask("repair_cluster", viewer.login, held_by=found.held_by, cluster=found.public_id, on=given.get("on", ""))
    elif what == "fact":
        code = given.get("fact", "").strip()
        if not code:
            raise InputError("fact_without_code")
        tell_fact(found, code, given.get("value", "").strip() or None, viewer.login,
                  source=given.get("source", "").strip() or None)
    else:
        raise Http404
    return redirect("cluster", public_id=found.public_id)


def cluster_paper(request: Any, public_id: str) -> HttpResponse:
    """The verdict as a page for paper, the same as ``smezhnik judge`` writes."""
    viewer, found = request.user.viewer, _cluster(request, public_id)
    if not viewer.sees("internal"):
        return forbidden(request)
    return as_page(cluster_page(found, on=_day(request), lang=request.lang, made_at=timezone.localtime()))


def as_page(page: str) -> HttpResponse:
    """A report as an answer: it is of one piece, its own policy names its style and script by their hashes."""
    answer = HttpResponse(page)
    policy = _POLICY.search(page)
    if policy is not None:
        answer.headers["Content-Security-Policy"] = policy[1].replace("&#39;", "'")
    return answer


def cluster_new(request: Any) -> HttpResponse:
    """Enter a cluster from a workbook or a file of its members."""
    viewer: Viewer = request.user.viewer
    if viewer.role not in EDITORS or not viewer.region:
        return forbidden(request)
    if request.method != "POST":
        return render(request, "cluster_new.html", {"packs": list_packs()})
    file = request.FILES.get("file")
    name, pack = request.POST.get("name", "").strip(), request.POST.get("pack", "")
    if not name or pack not in list_packs():
        raise InputError("cluster_lacks")
    made = Cluster(held_by=viewer.region, name=name, pack=pack, region=viewer.region)
    made.index()
    records: list[Any] = [made]
    if file is not None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(file.name).name
            with path.open("wb") as out:
                for piece in file.chunks():
                    out.write(piece)
            records = read_into(made, read_cluster(path, on=timezone.localdate()).cluster)
    found_cluster(records, viewer.login)
    return redirect("cluster", public_id=made.public_id)


def _day(request: Any) -> dt.date:
    given = request.GET.get("on", "")
    value = read_value(table("cases").columns["stage_on"], given) if given else None
    return value or timezone.localdate()


def _case(request: Any, public_id: str) -> Case:
    return visible(KINDS["case"], request.user.viewer, public_id)


def _cluster(request: Any, public_id: str) -> Cluster:
    return visible(KINDS["cluster"], request.user.viewer, public_id)
