"""Two regions: complementarity both ways, the best links that do not exist yet, what exists; the annex on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.classifiers.regions import load_regions
from smezhnik.errors import CannotSay
from smezhnik.jobs.actions import ask
from smezhnik.messages import say
from smezhnik.papers import Between, ways
from smezhnik.papers import pair_paper as paper_of_pair
from smezhnik.records.access import EDITORS, KINDS, Viewer
from smezhnik.report import report_links
from smezhnik.report.amounts import money_scale
from smezhnik.report.links.build import flow_title
from smezhnik.report.links.counted import Counted, count
from smezhnik.report.links.flows import Flows, draw_flows, find_flows, given_flows
from smezhnik.report.links.view import View
from smezhnik.report.links.where import draw_links_map
from smezhnik.report.map import COUNT
from smezhnik.report.territory import region_name, short_name
from smezhnik.types import Lang
from smezhnik.web.limits import spend
from smezhnik.web.papers import PAPERS, answer_paper
from smezhnik.web.views.cooperation import as_page
from smezhnik.web.views.errors import forbidden
from smezhnik.workflows.atlas import pairs_joined
from smezhnik.workflows.pairs import (
    KIND,
    SHOWN,
    Trade,
    existing,
    latest_trade,
    lead_inferred,
    pair_links,
    trade_jobs,
)
from smezhnik.workflows.region_records import region_rows


def pairs(request: Any) -> HttpResponse:
    """Choose two regions."""
    viewer = request.user.viewer
    if not _may(viewer):
        return forbidden(request)
    a, b = request.GET.get("a", ""), request.GET.get("b", "")
    rows = region_rows(viewer, request.lang)
    known = {row.code for row in rows}
    if a in known and b in known and a != b:
        return redirect("pair", a=a, b=b)
    joined = pairs_joined(viewer)
    return render(request, "pairs.html", {"rows": rows, "a": a or viewer.region, "b": b, "same": bool(a) and a == b,
                                          "joined": joined, "scale": money_scale([one.value_th_rub for one in joined])})


def pair(request: Any, a: str, b: str) -> HttpResponse:
    """All that two regions could give each other, and what they do."""
    viewer, lang = request.user.viewer, request.lang
    _check(a, b)
    if not _may(viewer):
        return forbidden(request)
    there = existing(viewer, a, b)
    links = pair_links(viewer, a, b)
    counted = count(links, needs=None, allocations=None)
    trade = latest_trade(viewer, a, b, lang, there.pairs)
    latest = trade_jobs(viewer, a, b).first()
    tones = {a: "a", b: "b"}
    context: dict[str, Any] = {
        "a": a, "b": b, "names": {region: region_name(region, lang) for region in (a, b)},
        "shorts": {region: short_name(region, lang) for region in (a, b)}, "there": there, "counted": counted,
        "scale": money_scale([counted.potential, there.signed.value_th_rub, there.delivered.value_th_rub]),
        "ways": ways(counted, (a, b)), "trade": trade, "latest": latest,
        "may_take": viewer.exports and (counted.best.height or trade or there.cases or there.signed.count),
        "busy": latest is not None and latest.state in ("ready", "running"),
        "may_lead": viewer.role in EDITORS and bool(viewer.region), "tones": tones,
    }
    context["declared"] = _part(viewer, counted, None, tones, (a, b), lang)
    if trade is not None:
        best = trade.links.head(SHOWN)  # a calculation grades low; it is asked about all the same
        inferred = replace(count(best, needs=None, allocations=None, every_link=True), best=best)
        context["inferred"] = _part(viewer, inferred, trade, tones, (a, b), lang)
        context["trade_scale"] = money_scale([trade.told["a_to_b_th_rub"], trade.told["b_to_a_th_rub"]])
    return render(request, "pair_trade.html" if request.htmx else "pair.html", context)


@require_POST
def pair_calc(request: Any, a: str, b: str) -> HttpResponse:
    """Ask for the calculation of the trade that activities let expect."""
    viewer = request.user.viewer
    _check(a, b)
    if not _may(viewer):
        return forbidden(request)
    spend(viewer.login, "compose")
    if not trade_jobs(viewer, a, b).filter(state__in=("ready", "running")).exists():
        ask(KIND, viewer.login, held_by=viewer.region, a=a, b=b)
    return redirect("pair", a=a, b=b)


@require_POST
def pair_lead(request: Any, a: str, b: str) -> HttpResponse:
    """Open a case for an inferred link."""
    viewer = request.user.viewer
    _check(a, b)
    if viewer.role not in EDITORS or not viewer.region:
        return forbidden(request)
    trade = latest_trade(viewer, a, b, "ru", frozenset())  # records speak Russian, whoever enters them
    if trade is None:
        raise Http404
    case = lead_inferred(viewer, trade, request.POST.get("seller", ""), request.POST.get("buyer", ""),
                         on=timezone.localdate())
    return redirect("case", public_id=case.public_id)


def pair_paper(request: Any, a: str, b: str) -> HttpResponse:
    """The annex to an agreement: the same as a page for paper, with its frame, its number and its sources."""
    viewer, lang = request.user.viewer, request.lang
    _check(a, b)
    if not _may(viewer):
        return forbidden(request)
    there = existing(viewer, a, b)
    links, trade = pair_links(viewer, a, b), latest_trade(viewer, a, b, lang, there.pairs)
    flows = None
    if links.is_empty() and trade is not None:
        links, flows = trade.links.head(SHOWN), trade.flows
    if links.is_empty():
        raise CannotSay("pair_empty")
    return as_page(report_links(links, lang=lang, flows=flows, pair=(a, b), as_of=timezone.localdate(),
                                made_at=timezone.localtime(), most_needs=20))


def pair_file(request: Any, a: str, b: str, ending: str) -> HttpResponse:
    """The annex as PDF or DOCX: all that the page says, what is inferred apart and marked."""
    viewer, lang = request.user.viewer, request.lang
    _check(a, b)
    if ending not in PAPERS:
        raise Http404
    if not (_may(viewer) and viewer.exports):
        return forbidden(request)
    there = existing(viewer, a, b)
    counted = count(pair_links(viewer, a, b), needs=None, allocations=None)
    trade = latest_trade(viewer, a, b, lang, there.pairs)
    if counted.best.is_empty() and trade is None and not (there.cases or there.signed.count):
        raise CannotSay("pair_empty")
    cases = [{**seen, "stage": case.stage, "next_on": case.next_on} for case, seen in there.cases]
    between = Between((a, b), counted, there.signed, there.delivered, cases, trade)
    paper = paper_of_pair(between, on=timezone.localdate(), lang=lang)
    return answer_paper(request, paper, ending, kind="pair")


def _part(viewer: Viewer, counted: Counted, trade: Trade | None, tones: Mapping[str, str], pair: tuple[str, str],
          lang: Lang) -> dict[str, Any]:
    """Chart, map and table of links: of the register, or of the calculated trade."""
    flows = given_flows(trade.flows, tones, lang) if trade is not None else find_flows(
        counted, tones, lang=lang, industries=_industries(viewer, counted))
    best = counted.best.head(SHOWN)
    drawing, beside, centres = draw_links_map(best, tones, say("report.links.map", lang, count=best.height), lang)
    money = flows.scale.name(lang) if flows is not None and flows.money else ""
    return {"flows": flows, "title": flow_title(flows, pair, lang), "drawing": _drawn(flows, pair, lang),
            "map": drawing, "beside": beside, "centres": centres, "counts": f'class="{COUNT}"' in drawing,
            "money": money, "best": View(lang, counted, [], tones, pair).best_rows()}


def _drawn(flows: Flows | None, pair: tuple[str, str], lang: Lang) -> str:
    return "" if flows is None else draw_flows(flows, flow_title(flows, pair, lang), lang)


def _industries(viewer: Viewer, counted: Counted) -> dict[str, str]:
    """Activity of each buyer that the viewer sees."""
    buyers = counted.best["buyer_id"].drop_nulls().unique().to_list()
    rows = KINDS["organisation"].visible_to(viewer).filter(public_id__in=buyers).exclude(okved2=None)
    return dict(rows.values_list("public_id", "okved2"))


def _may(viewer: Viewer) -> bool:
    """Who reads the internal columns of one region: what a plant makes is one of them."""
    return viewer.sees("internal") and bool(viewer.region)


def _check(a: str, b: str) -> None:
    known = set(load_regions()["region"])
    if a == b or a not in known or b not in known:
        raise Http404
