"""Cases as a list by urgency and as a funnel; the board is in ``cooperation``."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from smezhnik.cooperation.pipeline import GROUPS, WAY, Row, cases_by_urgency, funnel
from smezhnik.messages import say
from smezhnik.records.access import KINDS, Viewer
from smezhnik.report.amounts import money_scale
from smezhnik.report.charts import bar
from smezhnik.report.territory import product_group, short_name
from smezhnik.types import Lang
from smezhnik.web.views.errors import forbidden

#: Groups of a funnel that are shown.
SHOWN = 50


def case_list(request: Any) -> HttpResponse:
    """Cases by urgency, the overdue first."""
    viewer, today = request.user.viewer, timezone.localdate()
    if viewer.role == "security":
        return forbidden(request)
    mine = request.GET.get("mine") == "1" and viewer.sees("internal")
    found = cases_by_urgency(viewer, today, whose=viewer.login if mine else "")
    kind = KINDS["case"]
    groups = {name: ([(case, kind.seen(viewer, case)) for case in cases], count)
              for name, (cases, count) in found.items()}
    going = sum(count for name, (_, count) in groups.items() if name != "ended")
    return render(request, "case_list.html", {
        "groups": groups, "today": today, "mine": mine, "going": going, "late": groups.get("late", ((), 0))[1],
        "soon": groups.get("soon", ((), 0))[1], "may_mine": viewer.sees("internal"),
        "scale": money_scale([seen[name] for rows, _ in groups.values() for _, seen in rows
                              for name in ("potential_th_rub", "signed_th_rub")], fine=True)})


def case_funnel(request: Any) -> HttpResponse:
    """How many cases come how far, by pair of regions, by product and by what they grew from."""
    viewer, lang = request.user.viewer, request.lang
    if viewer.role == "security":
        return forbidden(request)
    by = request.GET.get("by", GROUPS[0])
    by = by if by in GROUPS else GROUPS[0]
    found = funnel(viewer, by)
    whole = _shown(found.whole, viewer, "")
    rows = [_shown(row, viewer, _name(row, by, lang)) for row in found.rows[:SHOWN]]
    most = max(found.whole.reached.values())
    steps = [(stage, count, bar(count, most, str(count), width=220, height=12)) for stage, count in
             found.whole.reached.items()]
    return render(request, "case_funnel.html", {
        "by": by, "groups": GROUPS, "whole": whole, "rows": rows, "left": len(found.rows) - len(rows), "way": WAY,
        "steps": steps, "scale": money_scale([whole[name] for name in ("potential", "signed", "delivered")])})


def _shown(row: Row, viewer: Viewer, name: str) -> dict[str, Any]:
    return {"name": name, "reached": row.reached, "declined": row.declined, "key": row.key,
            "potential": row.potential.told_to(viewer), "signed": row.signed.told_to(viewer),
            "delivered": row.delivered.told_to(viewer)}


def _name(row: Row, by: str, lang: Lang) -> str:
    """A group in the reader's words."""
    if by == "product":
        return product_group(row.key, 2, lang) if row.key else say("web.funnel.no_code", lang)
    if by == "source":
        kind, name = row.key
        return say(f"web.funnel.source.{kind}", lang, name=name) if kind else say("web.funnel.source.none", lang)
    seller, buyer = (short_name(region, lang) if region else say("report.links.flows.no_region", lang)
                     for region in row.key)
    return f"{seller} → {buyer}"
