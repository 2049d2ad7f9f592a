"""Links, cases and their board, contracts of a case."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.cooperation.access import visible_links
from smezhnik.cooperation.actions import ORIGINS, open_case, open_cases, sign, step
from smezhnik.cooperation.models import Case
from smezhnik.cooperation.queries import best_links, board, due_cases
from smezhnik.errors import InputError
from smezhnik.imports.actions import keep
from smezhnik.jobs.actions import ask
from smezhnik.records.access import EDITORS, KINDS
from smezhnik.tables import table
from smezhnik.tables.links import DECISIONS, REFUSALS
from smezhnik.web.forms import read_value
from smezhnik.web.limits import spend
from smezhnik.web.values import whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import visible

#: Links that are ticked at once, as many as the page shows.
MOST_OPENED = 200
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
                     origins={name: given.get(name, "") for name in ORIGINS})
    if given.get("decline_reason"):
        step(case, "declined", viewer.login, on=today, expected=case.version, decline_reason=given["decline_reason"])
    return redirect("case", public_id=case.public_id)


@require_POST
def cases_open(request: Any) -> HttpResponse:
    """What would be opened for the ticked links; once looked at, open a case for each as one action."""
    viewer, today = request.user.viewer, timezone.localdate()
    if viewer.role not in EDITORS or not viewer.region:
        return forbidden(request)
    ticked = set(request.POST.getlist("id")[:MOST_OPENED])
    chosen = [link for link in best_links(viewer) if link.public_id in ticked]
    if not chosen:
        raise InputError("bulk_nothing")
    if request.POST.get("seen") == "1":
        action = open_cases(chosen, viewer.login, on=today)
        return redirect("action", number=action.number) if action is not None and viewer.role == "ministry" \
            else redirect("case_board")
    rows = [(link, KINDS["link"].seen(viewer, link)) for link in chosen]
    sums = [seen["value_th_rub"] for _, seen in rows if seen["value_th_rub"] is not None]
    return render(request, "cases_open.html", {"rows": rows, "gone": len(ticked) - len(chosen), "sum": sum(sums),
                                               "unpriced": len(rows) - len(sums), "today": today})


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


def as_page(page: str) -> HttpResponse:
    """A report as an answer: it is of one piece, its own policy names its style and script by their hashes."""
    answer = HttpResponse(page)
    policy = _POLICY.search(page)
    if policy is not None:
        answer.headers["Content-Security-Policy"] = policy[1].replace("&#39;", "'")
    return answer


def _case(request: Any, public_id: str) -> Case:
    return visible(KINDS["case"], request.user.viewer, public_id)
