"""The year of a region: one page with every section, its files, the contracts behind each sum, the way to approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.errors import InputError
from smezhnik.messages import say
from smezhnik.papers.paper import runs
from smezhnik.papers.yearly import Told, year_lead, year_title
from smezhnik.papers.yearly_sums import money_item, numbered
from smezhnik.people.log import note
from smezhnik.promises.frozen import Difference, find_differences, to_plain
from smezhnik.promises.year import Money, opened_in, primary_of, signed_in, sum_of, touched_by, usual_day
from smezhnik.promises.year import delivered_in as delivered_rows
from smezhnik.records.access import KINDS
from smezhnik.registry.models import Organisation
from smezhnik.report.promises import progress_bar, states_bar
from smezhnik.strategy.access import may_edit, may_read, sees_rows, visible_reports
from smezhnik.strategy.actions import (
    STAGES,
    TOLD_IN,
    Step,
    add_task,
    bring_report,
    drop_task,
    explain,
    open_report,
)
from smezhnik.strategy.models import ReportTask, YearReport
from smezhnik.tables.column import LEAST_FIRMS
from smezhnik.web.exporting import FORMATS, as_file
from smezhnik.web.given import day_in, part_in
from smezhnik.web.limits import spend
from smezhnik.web.papers import PAPERS
from smezhnik.web.values import region_names, whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.workflows.year_files import FILES, Report, file_name, make_report
from smezhnik.workflows.year_records import Gathered

#: Rows of a sum on one page.
SHOWN = 100
_TYPES: Mapping[str, str] = {
    **PAPERS, "xlsx": FORMATS["xlsx"],
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation"}
_BARS = {"reached": "done", "missed": "late"}


def region_of(request: Any) -> str:
    """The region that is looked at: the viewer's own, or the one that the address names.

    Raises
    ------
    Http404 where nothing is kept of it.
    """
    viewer = request.user.viewer
    kept = regions_of(viewer)
    asked = request.GET.get("region") or request.POST.get("region") or (kept[0] if kept else "")
    if asked not in kept:
        raise Http404
    return str(asked)


def regions_of(viewer: Any) -> list[str]:
    """Regions whose year the viewer may open."""
    if viewer.region:
        return [viewer.region]
    return sorted(Organisation.objects.filter(archived=False).order_by().values_list("held_by", flat=True).distinct())


def day_asked(request: Any) -> dt.date:
    """The day of the report; till April the last day of the year before."""
    return day_in(request.GET, "on") or usual_day(timezone.localdate())


def _report(request: Any) -> Report:
    viewer = request.user.viewer
    return make_report(region_of(request), day_asked(request), Told(request.lang, sees_rows(viewer)),
                       edition=whole_number(request.GET.get("edition", "")) or None)


def year(request: Any) -> HttpResponse:
    """The year as of a day: all sections, what is missing, what to do next."""
    viewer = request.user.viewer
    if not may_read(viewer):
        return forbidden(request)
    found = _report(request)
    record = found.record
    may = may_edit(viewer, found.region)
    return render(request, "year.html", {
        "report": found, "record": record, "day": found.on, "region": found.region, "regions": regions_of(viewer),
        "names": region_names(request.lang), "title": year_title(found.year, request.lang),
        "lead": runs(year_lead(found.year, request.lang)), "sections": found.sections, "bars": _bars(found),
        "states": _states(found), "may_edit": may, "may_take": viewer.exports, "endings": tuple(FILES),
        "editions": list(visible_reports(viewer).filter(held_by=found.region, as_of=found.on).order_by("-edition")),
        "stages": STAGES[record.state] if record else (), "telling": record is not None and record.state in TOLD_IN,
        "differences": [_in_words(one, found) for one in _differences(found)], "missed": [
            one for one in found.year.readings if one.state == "missed"],
        "tasks": list(record.tasks.filter(archived=False)) if record else []})


def _differences(found: Report) -> list[Difference]:
    if found.record is None or found.record.content is None:
        return []
    return find_differences(found.year, found.gathered.year)


def _in_words(one: Difference, found: Report) -> tuple[str, str, str, str]:
    """What, which side of it, what the report said, what the records say; a sum as it may be told."""
    lang, values = found.lang, []
    for year_, value in ((found.year, one.before), (found.gathered.year, one.now)):
        if one.kind == "sum" and one.detail == "value":
            values.append(money_item(getattr(year_, str(one.name)), lang, found.told.sees).said(lang))
        elif one.kind == "promise":
            values.append(_state_word(value, lang))
        else:
            values.append(say("year.plain", lang, value=value))
    name = say(f"year.sum.{one.name}", lang) if one.kind == "sum" else say("year.plain", lang, value=one.name)
    return name, say(f"year.detail.{one.detail}", lang), values[0], values[1]


def _state_word(state: Any, lang: Any) -> str:
    if state is None:
        return "–"
    known = ("done", "on_the_way", "behind", "late", "cannot_say")
    return say(f"year.promise.{state}" if state in known else f"year.order.{state}", lang)


def _bars(found: Report) -> dict[str, Any]:
    """Name of an indicator → its bar, fact of plan."""
    made = {}
    for one in found.year.readings:
        if one.plan and one.fact is not None and one.fact.fact is not None and (
                one.firms is None or found.told.sees or one.firms >= LEAST_FIRMS):
            name = say("year.plain", found.lang, value=one.indicator.name)
            made[name] = progress_bar(one.fact.fact / one.plan, 1.0, _BARS[one.state], say(
                "year.bar", found.lang, fact=one.fact.fact, plan=one.plan))
    return made


def _states(found: Report) -> Any:
    counts = dict.fromkeys(("done", "on_the_way", "behind", "late", "cannot_say"), 0)
    for section in found.sections:
        if section.code == "promises" and section.total:
            for state, item in zip(counts, section.total[2:], strict=True):
                counts[state] = int(float(item.value))  # type: ignore[arg-type]
    return states_bar(counts)


def year_file(request: Any, ending: str) -> HttpResponse:
    """The report as a file to take away; that somebody took it is noted."""
    viewer = request.user.viewer
    if ending not in FILES:
        raise Http404
    if not (may_read(viewer) and viewer.exports):
        return forbidden(request)
    spend(viewer.login, "export")
    found = _report(request)
    note("exported", viewer.login, kind="year", of=found.number, rows=1, format=ending)
    return as_file(FILES[ending](found), _TYPES[ending], file_name(found, ending))


@dataclass(frozen=True)
class Opened:
    """The rows behind a sum. ``column``: what is summed; ``cases``: rows are cases, not contracts."""

    title: str
    rows: pl.DataFrame
    column: str
    money: Money
    cases: bool = False


def year_sum(request: Any) -> HttpResponse:
    """The contracts that make up one sum of the report, and exactly that sum."""
    viewer = request.user.viewer
    if not may_read(viewer):
        return forbidden(request)
    found = _report(request)
    what = request.GET.get("what", "total")
    opened = open_sum(found.gathered, what, found)
    page = max(whole_number(request.GET.get("page", "")), 1)
    some = opened.rows.slice((page - 1) * SHOWN, SHOWN).to_dicts()
    key = "case" if opened.cases else "contract"
    seen = set(KINDS[key].visible_to(viewer).filter(public_id__in=[row[key] for row in some]).values_list(
        "public_id", flat=True))
    shown = [row for row in some if row[key] in seen]
    sums = {name: sum_of(opened.rows, name) for name in ("potential", "signed", "delivered") if name in opened.rows}
    return render(request, "year_sum.html", {
        "report": found, "day": found.on, "region": found.region, "opened": opened, "what": what, "rows": shown,
        "sum": money_item(opened.money, request.lang, found.told.sees).said(request.lang),
        "totals": {name: money_item(money, request.lang, found.told.sees).said(request.lang)
                   for name, money in sums.items()},
        "page": page, "pages": -(-opened.rows.height // SHOWN), "closed": len(some) - len(shown),
        "sees": found.told.sees})


def open_sum(gathered: Gathered, what: str, report: Report) -> Opened:
    """The rows of a sum: total, delivered, imported, potential, or those of a promise.

    Raises
    ------
    Http404 where there is no such sum.
    """
    facts, lang = gathered.facts, report.lang
    signed = signed_in(facts.contracts, gathered.year.since, facts.on)
    names = {one.id: numbered(one) for one in facts.promises}
    kind, _, promise = what.partition(":")
    if kind in ("total", "imported"):
        column = "signed" if kind == "total" else "imported"
        rows = signed if kind == "total" else signed.filter(pl.col("imported").is_not_null())
        return _opened(f"year.sum.{column}", lang, rows, column)
    if kind == "delivered":
        return _opened("year.sum.delivered", lang, delivered_rows(facts.contracts), "delivered")
    if kind == "potential":
        rows = opened_in(facts.cases, gathered.year.since, facts.on)
        return Opened(say("year.sum.potential", lang), rows, "potential", sum_of(rows, "potential"), cases=True)
    if kind in ("primary", "touched") and (promise in names or (kind == "primary" and not promise)):
        promises = [one.id for one in facts.promises if one.kind != "goal"]
        rows = primary_of(signed, promise or None, promises) if kind == "primary" else touched_by(
            signed, promise, facts.parents)
        money = sum_of(rows, "signed")
        told = next((one for one in gathered.year.caused if one.promise == (promise or None)), None)
        if told is not None:  # a sum that is kept back to cover another one stays so here
            part = told.primary if kind == "primary" else told.touched
            money = Money(money.value, money.rows, money.firms, part.told)
        return Opened(names.get(promise) or say("year.caused.none", lang), rows, "signed", money)
    raise Http404


def _opened(code: str, lang: Any, rows: pl.DataFrame, column: str) -> Opened:
    return Opened(say(code, lang), rows, column, sum_of(rows, column))


@require_POST
def year_do(request: Any, what: str) -> HttpResponse:
    """Open a report, take it a step on, explain a miss, set a task or take it back."""
    viewer, given = request.user.viewer, request.POST
    if not (may_read(viewer) and viewer.region and may_edit(viewer, viewer.region)):
        return forbidden(request)
    on = day_in(given, "as_of")
    if on is None:
        raise InputError("year_no_day")
    if what == "open":
        open_report(viewer.region, on, viewer.login)
        return redirect(_address(on))
    record = part_in(visible_reports(viewer), given, "report")
    version = whole_number(given.get("version", ""))
    if what == "stage":
        _bring(record, given, viewer.login, version, request.lang)
    elif what == "explain":
        explain(record, given.get("indicator", "")[:200], given.get("why", "")[:2000], given.get("done", "")[:2000],
                viewer.login, expected=version)
    elif what == "task":
        add_task(ReportTask(held_by=record.held_by, report=record, text=given.get("text", "")[:2000],
                            executor=given.get("executor", "")[:300], controller=given.get("controller", "")[:300],
                            due=day_in(given, "due")), viewer.login)
    elif what == "drop-task":
        drop_task(part_in(record.tasks, given, "task"), viewer.login)
    else:
        raise Http404
    return redirect(_address(record.as_of))


def _bring(record: YearReport, given: Any, who: str, version: int, lang: Any) -> None:
    state = given.get("state", "")
    found = make_report(record.held_by, record.as_of, Told(lang, sees=True), edition=record.edition)
    to_explain = [one.indicator.code for one in found.year.readings if one.to_explain]
    bring_report(record, state, who, on=timezone.localdate(), expected=version, step=Step(
        to_plain(found.gathered.year) if state == "data_closed" else None, to_explain,
        given.get("approved_by", "")[:300], say("year.paper", lang, year=record.as_of.year)))


def _address(on: dt.date) -> str:
    return f"/year/?on={on.isoformat()}"
