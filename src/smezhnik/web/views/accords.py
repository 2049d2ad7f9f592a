"""Agreements: the list, the card that counts itself, plans from a sheet, what both sides say, the paper, the chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.accords.access import may_edit, visible_agreements
from smezhnik.accords.actions import (
    STAGES,
    Edition,
    Signatories,
    bring_agreement,
    confirm,
    enter_agreement,
    load_plan,
    settle_commitment,
)
from smezhnik.accords.exchange import may_exchange
from smezhnik.accords.models import Agreement, Commitment, Parcel, Party, Plan
from smezhnik.accords.queries import commitments_of, standing_plan
from smezhnik.activities.access import visible_pairs
from smezhnik.classifiers.english import product_name
from smezhnik.cooperation.actions import attribute, claim, deliver
from smezhnik.cooperation.models import Case, Contract
from smezhnik.errors import InputError
from smezhnik.messages import say
from smezhnik.promises.evidence import prepare
from smezhnik.promises.target import MEASURES
from smezhnik.records.access import EDITORS, KINDS
from smezhnik.records.search import found as found_by
from smezhnik.registry.queries import Asked
from smezhnik.report.promises import states_bar
from smezhnik.tables import table
from smezhnik.tables.column import LEAST_FIRMS
from smezhnik.tables.promises import AGREEMENT_KINDS, RENEWALS
from smezhnik.types import Lang
from smezhnik.web.forms import read_value
from smezhnik.web.given import day_in, day_of, uploaded
from smezhnik.web.papers import answer_paper
from smezhnik.web.promised import amount, counts_of, initials, lines_of, open_line, worst_of
from smezhnik.web.promised_paper import agreement_paper
from smezhnik.web.values import region_names, settle, whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import visible
from smezhnik.workflows.brought import trace_contract, what_it_brought
from smezhnik.workflows.promise_records import count_records, gather, parents_of, targets_of
from smezhnik.workflows.promises import read_road_map

#: Kinds of evidence that say what an agreement brought.
_BROUGHT = ("contract", "delivery", "case", "membership", "event")
#: Fields of a new agreement, by the column of its table.
_FIELDS = ("title", "number", "kind", "state", "signed_on", "place", "in_force_from", "until", "renewal", "renew_years",
           "notice_months", "plan_due", "coordinator", "confidential", "source")


def agreement_list(request: Any) -> HttpResponse:
    """Agreements that the viewer may see, each with how far its promises are."""
    viewer, day = request.user.viewer, day_of(request)
    text = request.GET.get("q", "")[:200]
    agreements = list(found_by(visible_agreements(viewer), text).order_by("-signed_on", "-id"))
    plans = {plan.agreement_id: plan for plan in Plan.objects.filter(
        agreement__in=agreements, archived=False, replaced=False).order_by("edition")}
    items = list(commitments_of(plans.values()))
    counted = {one.record.pk: one for held_by in sorted({item.held_by for item in items}) for one in count_records(
        [item for item in items if item.held_by == held_by], held_by, on=day)}
    rows = []
    for agreement in agreements:
        plan = plans.get(agreement.pk)
        own = [counted[item.pk] for item in items if plan is not None and item.plan_id == plan.pk]
        counts = {state: sum(one.state == state for one in own) for state in ("done", "on_the_way", "behind", "late",
                                                                               "cannot_say")}
        rows.append({"record": agreement, "row": KINDS["agreement"].seen(viewer, agreement), "counts": counts,
                     "total": len(own), "bar": states_bar(counts, 160)})
    return render(request, "agreements.html", {
        "rows": rows, "day": day, "plural": "agreements", "asked": Asked(text),
        "may_enter": viewer.role in EDITORS and bool(viewer.region),
        "without_plan": sum(one["total"] == 0 and one["record"].state in ("signed", "in_force", "renewed")
                            for one in rows), "may_take": viewer.exports,
        "may_exchange": may_exchange(viewer, viewer.region)})


def agreement(request: Any, public_id: str) -> HttpResponse:
    """What was promised, how far it is by a day, what proves it, who has confirmed it, what it has brought."""
    viewer, found, day = request.user.viewer, _agreement(request, public_id), day_of(request)
    plan = standing_plan(found)
    items = list(commitments_of([plan])) if plan is not None else []
    targets = [target for item in items for target in targets_of(item)]
    kinds = {*_BROUGHT, *(kind for one in targets if one.measure and (kind := MEASURES[one.measure].kind))}
    frame, covers = gather(kinds, found.held_by, on=day)
    parents = parents_of(found.held_by)
    evidence = prepare(frame, covers, parents)
    lines = lines_of(count_records(items, found.held_by, on=day, evidence=evidence), viewer, request.lang)
    asked = request.GET.get("open", "")
    chosen = next((line for line in lines if line.record.public_id == asked), None) or next(
        (line for line in lines if line.counted), None)
    brought = what_it_brought(found, evidence, parents, on=day)
    above = {name: one for name in ("supersedes", "parent") if (one := getattr(found, name)) is not None
             and visible_agreements(viewer).filter(pk=one.pk).exists()}
    parties = [one for one in found.party_rows.all() if not one.archived]
    may = may_edit(viewer, found)
    counts = counts_of(lines)
    parcels = list(found.parcels.filter(archived=False).select_related("neighbour"))
    parcel = next((one for one in reversed(parcels) if one.neighbour_id is not None), None)
    return render(request, "agreement.html", {
        "agreement": found, "row": KINDS["agreement"].seen(viewer, found), "day": day, "plan": plan, "lines": lines,
        "counts": counts, "bar": states_bar(counts), "chosen": chosen, "parties": parties,
        "opened": open_line(chosen, evidence, viewer, on=day, most=None if request.GET.get("all") else 8)
        if chosen else None,
        "above": above, "brought": brought,
        "industries": [(one, product_name(one.code, request.lang) if one.code else None) for one in brought.industries],
        "sums_told": viewer.sees("confidential") or brought.firms >= LEAST_FIRMS, "firms": LEAST_FIRMS,
        "sees_cases": viewer.sees_cooperation, "may_edit": may,
        "stages": STAGES[found.state], "today": timezone.localdate(), "columns": table("agreements").columns,
        "plans": list(found.plans.filter(archived=False).order_by("-edition")), "plural": "agreements",
        "parcel": parcel, "theirs": _theirs(parcel, request.lang),
        "may_send": may_exchange(viewer, found.held_by) and viewer.exports and not found.confidential,
        "timeline": _timeline(found, items, parcels), "orders": [
            (one, KINDS["order"].seen(viewer, one)) for one in KINDS["order"].visible_to(viewer).filter(
                agreement=found)[:20]], "may_take": viewer.exports,
        "worst": worst_of(lines), "sides": _sides(parties, request.lang),
        "waits": [(side, count) for side in (1, 2) if (count := sum(side not in line.said for line in lines))]})


def _sides(parties: Sequence[Party], lang: Lang) -> list[tuple[str, str]]:
    """The two sides: short for a narrow column, and whole; by their regions, else by their place."""
    names = [region_names(lang).get(one.region, "") or say("web.accords.side", lang, number=one.side)
             for one in parties[:2]]
    return list(zip(initials(names), names, strict=True))


def _theirs(parcel: Parcel | None, lang: Lang) -> dict[str, str]:
    """Number of an item → what the neighbour's records say of its first measure, by the last package."""
    found: dict[str, str] = {}
    for one in reversed(parcel.values if parcel is not None else []):
        if one["value"] is not None and one["measure"] is not None:
            found[one["no"]] = amount(one["value"], MEASURES[one["measure"]].unit, lang)
    return found


def _timeline(found: Agreement, items: list[Commitment], parcels: list[Parcel]) -> list[tuple[dt.date, str, str]]:
    """Day, what happened, of what: the newest first."""
    days = [(found.signed_on, "signed", ""), (found.in_force_from, "in_force", ""), (found.ended_on, "ended", ""),
            (found.plan_due, "plan_due", ""), (found.until, "until", "")]
    days += [(plan.approved_on, "plan", plan.title) for plan in found.plans.filter(archived=False)]
    days += [(one.on, "came" if one.neighbour else "sent", one.neighbour.title if one.neighbour else "")
             for one in parcels]
    for item in items:
        days += [(one.on, "confirmed" if one.agrees else "disputed", item.no) for one in item.confirmations.all()]
    return sorted(((day, what, of) for day, what, of in days if day is not None), reverse=True)


def agreement_new(request: Any) -> HttpResponse:
    """Enter an agreement with its two sides; what it promises comes with its plan."""
    viewer = request.user.viewer
    if viewer.role not in EDITORS or not viewer.region:
        return forbidden(request)
    columns = table("agreements").columns
    if request.method != "POST":
        return render(request, "agreement_new.html", {
            "columns": columns, "kinds": AGREEMENT_KINDS, "renewals": RENEWALS, "plural": "agreements",
            "known": visible_agreements(viewer).order_by("title", "id")})
    given = request.POST
    values = {name: read_value(columns[name], given.get(name, "").strip()) for name in _FIELDS}
    if not values["title"] or not values["kind"]:
        raise InputError("agreement_lacks")
    known = {one.public_id: one for one in visible_agreements(viewer)}
    made = Agreement(held_by=viewer.region, **{**values, "state": values["state"] or "draft"},
                     supersedes=known.get(given.get("supersedes", "")), parent=known.get(given.get("parent", "")))
    made.index()
    parties = [{"body": body, "region": _region(given.get(f"region_{side}", "")), "post": given.get(f"post_{side}", "")}
               for side in (1, 2, 3) if (body := given.get(f"body_{side}", "").strip())]
    directions = [(text.strip(), ()) for text in given.get("directions", "").split(";") if text.strip()]
    enter_agreement(made, Signatories(parties, directions), viewer.login)
    return redirect("agreement", public_id=made.public_id)


def _region(text: str) -> str:
    """The code of a region that is named in any usual way; empty for nothing.

    Raises
    ------
    InputFaults where there is no such region.
    """
    return settle("region", table("organisations").columns["region"], text.strip()) or ""


@require_POST
def agreement_change(request: Any, public_id: str, what: str) -> HttpResponse:
    """Bring to a stage, load a plan, note what a side says, move or drop an item."""
    viewer, found = request.user.viewer, _agreement(request, public_id)
    if not may_edit(viewer, found):
        return forbidden(request)
    given = request.POST
    on = day_in(given, "on") or timezone.localdate()
    if what == "stage":
        bring_agreement(found, given.get("stage", ""), viewer.login, on=on, note=given.get("note", "")[:2000],
                        expected=whole_number(given.get("version", "")), until=day_in(given, "until"))
    elif what == "plan":
        _load_plan(request, found)
    elif what in ("confirm", "settle"):
        item = Commitment.objects.filter(plan__agreement=found, public_id=given.get("commitment", ""),
                                         archived=False).prefetch_related("aims", "confirmations").first()
        if item is None:
            raise Http404
        if what == "confirm":
            value = read_value(table("promise_progress").columns["value"], given.get("value", "").strip())
            (counted,) = count_records([item], found.held_by, on=on)
            confirm(item, whole_number(given.get("side", "")), given.get("agrees") != "no", viewer.login, on=on,
                    value=value, note=given.get("note", "")[:2000],
                    computed=counted.parts[0].value if counted.parts else None)
        else:
            settle_commitment(item, given.get("state", ""), viewer.login, expected=item.version,
                              because=given.get("note", "")[:2000], due=day_in(given, "due"))
    else:
        raise Http404
    return redirect("agreement", public_id=found.public_id)


def _load_plan(request: Any, found: Agreement) -> None:
    """A road map from one file: all of it, or nothing and every fault with its cell."""
    given = request.POST
    with uploaded(request) as file:
        promises, _ = read_road_map(file.path)
    load_plan(found, promises, Edition(
        given.get("title", "").strip() or file.path.stem, day_in(given, "since"), day_in(given, "until"),
        given.get("approved_by", "").strip(), day_in(given, "approved_on"), file.name, file.digest),
        request.user.viewer.login)


def agreement_file(request: Any, public_id: str, ending: str) -> HttpResponse:
    """The progress of an agreement as a paper of two pages at most, PDF or DOCX."""
    viewer, found, day = request.user.viewer, _agreement(request, public_id), day_of(request)
    if ending not in ("pdf", "docx"):
        raise Http404
    if not viewer.exports:
        return forbidden(request)
    plan = standing_plan(found)
    items = list(commitments_of([plan])) if plan is not None else []
    lines = lines_of(count_records(items, found.held_by, on=day), viewer, request.lang)
    parties = [one for one in found.party_rows.all() if not one.archived]
    paper = agreement_paper(found, lines, day, request.lang, sides=_sides(parties, request.lang))
    return answer_paper(request, paper, ending, kind="agreement")


def case_origin(request: Any, public_id: str) -> HttpResponse:
    """Which item of a plan and which order a case came of: what they count, its contracts prove."""
    viewer = request.user.viewer
    found: Case = visible(KINDS["case"], viewer, public_id)
    if not KINDS["case"].may_edit(viewer, found):
        return forbidden(request)
    items = {one.public_id: one for one in Commitment.objects.filter(
        plan__agreement__in=visible_agreements(viewer).values("pk"), plan__replaced=False, archived=False
    ).select_related("plan__agreement").order_by("plan__agreement__title", "id")}
    orders = {one.public_id: one for one in KINDS["order"].visible_to(viewer).exclude(state="removed").order_by(
        "number", "id")}
    if request.method != "POST":
        return render(request, "case_origin.html", {"case": found, "row": KINDS["case"].seen(viewer, found),
                                                    "items": items.values(), "orders": orders.values()})
    given = {"commitment_id": request.POST.get("commitment", ""), "order_id": request.POST.get("order", "")}
    if (given["commitment_id"] or None) not in (None, *items) or (given["order_id"] or None) not in (None, *orders):
        raise Http404
    item = items.get(given["commitment_id"])
    given["agreement_id"] = item.plan.agreement.public_id if item is not None else found.agreement_id or ""
    attribute(found, given, viewer.login, expected=whole_number(request.POST.get("version", "")))
    return redirect("case", public_id=found.public_id)


def chain(request: Any, public_id: str) -> HttpResponse:
    """What caused a contract, step by step; a step that nobody noted is shown as missing."""
    viewer = request.user.viewer
    found: Contract = visible(KINDS["contract"], viewer, public_id)
    steps = [(cause, record, _reachable(viewer, cause.kind, record)) for cause, record in trace_contract(found)]
    row = KINDS["contract"].seen(viewer, found)
    return render(request, "chain.html", {
        "contract": found, "row": row, "steps": steps, "plural": "contracts", "today": timezone.localdate(),
        "may_edit": KINDS["contract"].may_edit(viewer, found),
        "told": _told(found) if row["value_th_rub"] is not None else []})


def _told(found: Contract) -> list[tuple[dt.date, str, float | None, str]]:
    """What was delivered, and what each side says: day, which of them, sum, paper; the newest first."""
    rows: list[tuple[dt.date, str, float | None, str]] = [
        (one.on, "delivery", one.value_th_rub, one.paper) for one in found.deliveries.filter(archived=False)]
    rows += [(one.on, one.side, one.value_th_rub, one.note) for one in found.claims.filter(archived=False)]
    return sorted(rows, key=lambda one: (one[0], one[1]), reverse=True)


def _reachable(viewer: Any, kind: str, record: Any) -> str:
    """The address of a step that the viewer may open; empty where he may not, or there is none."""
    if record is None:
        return ""
    if kind == "commitment":
        return f"/agreements/{record.plan.agreement.public_id}/?open={record.public_id}"
    if kind == "pair_meeting":
        seen = visible_pairs(viewer, record.event).filter(pk=record.pk).exists()
        return f"/events/{record.event.public_id}/#{record.public_id}" if seen else ""
    seen = KINDS[kind].visible_to(viewer).filter(pk=record.pk).exists()
    return {"contract": "/r/", "case": "/cases/", "order": "/orders/", "agreement": "/agreements/",
            "event": "/events/"}[kind] + f"{record.public_id}/" if seen else ""


@require_POST
def contract_tell(request: Any, public_id: str, what: str) -> HttpResponse:
    """Note a delivery under a contract, or what one of its sides says of it."""
    viewer = request.user.viewer
    found: Contract = visible(KINDS["contract"], viewer, public_id)
    if not KINDS["contract"].may_edit(viewer, found):
        return forbidden(request)
    given, on = request.POST, day_in(request.POST, "on") or timezone.localdate()
    value = read_value(table("contracts").columns["value_th_rub"], given.get("value_th_rub", "").strip())
    if what == "delivery":
        if value is None:
            raise InputError("delivery_lacks")
        deliver(found, viewer.login, on=on, value_th_rub=value, paper=given.get("note", "")[:200])
    elif what == "claim":
        claim(found, given.get("side", ""), viewer.login, on=on, value_th_rub=value, note=given.get("note", "")[:2000])
    else:
        raise Http404
    return redirect("chain", public_id=found.public_id)


def _agreement(request: Any, public_id: str) -> Agreement:
    return visible(KINDS["agreement"], request.user.viewer, public_id)
