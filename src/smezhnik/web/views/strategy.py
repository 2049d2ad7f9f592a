"""Goals of the strategy that count themselves; indicators with plans and facts, by form and from a table."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.errors import InputError, InputFaults
from smezhnik.messages import say
from smezhnik.promises.indicators import MONTHS, find_value_faults, read_indicator
from smezhnik.promises.target import MEASURES
from smezhnik.promises.year import usual_day
from smezhnik.records.access import EDITORS
from smezhnik.report.promises import states_bar
from smezhnik.strategy.access import may_edit, may_read, visible_goals, visible_indicators, visible_values
from smezhnik.strategy.actions import (
    change_indicator,
    choose_fact,
    drop_goal,
    drop_indicator,
    enter_indicator,
    set_goal,
    set_values,
    take_usual,
)
from smezhnik.strategy.models import Goal, Indicator
from smezhnik.tables import complete, table
from smezhnik.tables.strategy import BETTER, FACT_KINDS, INDICATOR_KINDS, PERIODS
from smezhnik.web.aims import read_aims
from smezhnik.web.exporting import as_table
from smezhnik.web.forms import read_value
from smezhnik.web.given import day_in, day_of, part_in, uploaded
from smezhnik.web.promised import counts_of, lines_of, open_line
from smezhnik.web.values import whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.year import day_asked, region_of, regions_of
from smezhnik.workflows.promise_records import SOURCES, count_records, evidence_for, targets_of
from smezhnik.workflows.year_records import indicators_of, read_values, values_of

#: Measures that a goal may have: those that the records tell of.
_MEASURES = tuple(name for name, measure in MEASURES.items() if measure.kind in SOURCES)
_AIMS = 2
_GOAL = ("no", "text", "section", "document", "responsible")
_VALUE = ("indicator", "year", "part", "plan", "plan_source", "fact", "fact_kind", "published_on", "source")
_OWN = ("code", "name_ru", "name_en", "unit_ru", "unit_en", "better", "sort", "period", "owner", "source")


def strategy(request: Any) -> HttpResponse:
    """The goals, how far each is by a day, and what proves the one that is opened."""
    viewer, day = request.user.viewer, day_of(request)
    if not may_read(viewer):
        return forbidden(request)
    region = region_of(request)
    goals = list(visible_goals(viewer).filter(held_by=region))
    evidence = evidence_for([target for goal in goals for target in targets_of(goal)], region, on=day)
    lines = lines_of(count_records(goals, region, on=day, evidence=evidence), viewer, request.lang)
    chosen = next((line for line in lines if line.record.public_id == request.GET.get("open", "")), None) or next(
        (line for line in lines if line.counted), None)
    counts = counts_of(lines)
    return render(request, "strategy.html", {
        "lines": lines, "counts": counts, "bar": states_bar(counts), "day": day, "region": region,
        "regions": regions_of(viewer), "chosen": chosen, "may_edit": may_edit(viewer, region),
        "opened": open_line(chosen, evidence, viewer, on=day, most=None if request.GET.get("all") else 8)
        if chosen else None})


def goal_new(request: Any) -> HttpResponse:
    """Set a goal with what it counts."""
    viewer = request.user.viewer
    if not (may_read(viewer) and viewer.region and may_edit(viewer, viewer.region)):
        return forbidden(request)
    columns = table("goals").columns
    if request.method != "POST":
        return render(request, "goal_new.html", {
            "columns": columns, "items": table("commitments").columns, "measures": _MEASURES,
            "aims": range(1, _AIMS + 1), "year": usual_day(timezone.localdate()).year})
    given = request.POST
    values = {name: read_value(columns[name], given.get(name, "").strip()) for name in _GOAL}
    if not (values["no"] and values["text"]):
        raise InputError("goal_lacks")
    set_goal(Goal(held_by=viewer.region, **values), read_aims(
        given, _AIMS, values["no"], since=day_in(given, "since"), due=day_in(given, "due")), viewer.login)
    return redirect("strategy")


@require_POST
def goal_drop(request: Any, public_id: str) -> HttpResponse:
    """Take a goal away, with words."""
    viewer = request.user.viewer
    goal = visible_goals(viewer).filter(public_id=public_id).first()
    if goal is None:
        raise Http404
    if not may_edit(viewer, goal.held_by):
        return forbidden(request)
    drop_goal(goal, viewer.login, because=request.POST.get("note", "")[:2000],
              expected=whole_number(request.POST.get("version", "")))
    return redirect("strategy")


def indicators(request: Any) -> HttpResponse:
    """The dictionary with plan and fact by a day; the values of the indicator that is opened."""
    viewer = request.user.viewer
    if not may_read(viewer):
        return forbidden(request)
    region = region_of(request)
    day = day_asked(request)
    rows = list(visible_indicators(viewer).filter(held_by=region))
    values = values_of(region)
    readings = {one.code: read_indicator(one, values, on=day) for one in indicators_of(region)}
    chosen = next((one for one in rows if one.code == request.GET.get("open", "")), None)
    groups: dict[str, list[tuple[Indicator, Any]]] = {}
    for one in rows:
        groups.setdefault(one.section or "", []).append((one, readings[one.code]))
    return render(request, "indicators.html", {
        "groups": groups, "count": len(rows), "day": day, "region": region, "regions": regions_of(viewer),
        "lacking": sum(one.state == "cannot_say" and not one.indicator.own for one in readings.values()),
        "differing": sum(one.missing == "choice" for one in readings.values()), "chosen": chosen,
        "values": list(visible_values(viewer).filter(indicator=chosen, held_by=region).order_by(
            "-year", "-part", "id")) if chosen else [],
        "reading": readings.get(chosen.code) if chosen else None, "columns": table("indicator_values").columns,
        "own": table("indicators").columns, "choices": {"better": BETTER, "sort": INDICATOR_KINDS, "period": PERIODS},
        "kinds": FACT_KINDS, "months": MONTHS, "may_edit": may_edit(viewer, region), "may_take": viewer.exports})


@require_POST
def indicator_do(request: Any, what: str) -> HttpResponse:
    """Take the usual set, add an indicator, enter a value, load a table, choose a fact, say who answers."""
    viewer, given = request.user.viewer, request.POST
    if viewer.role not in EDITORS or not viewer.region or not may_edit(viewer, viewer.region):
        return forbidden(request)
    code = ""
    if what == "usual":
        take_usual(viewer.region, viewer.login)
    elif what == "own":
        code = _enter(viewer, given)
    elif what == "value":
        code = _set_value(viewer, given)
    elif what == "load":
        _load(request)
    elif what == "choose":
        value = part_in(visible_values(viewer), given, "value")
        code = value.indicator.code
        choose_fact(value, given.get("why", "")[:2000], viewer.login, expected=whole_number(given.get("version", "")))
    elif what in ("change", "drop"):
        code = _change(viewer, given, what)
    else:
        raise Http404
    on = given.get("on", "")
    return redirect("/indicators/" + "&".join(filter(None, (
        "?", f"open={code}" if code else "", f"on={on}" if on else ""))).replace("?&", "?"))


def _enter(viewer: Any, given: Any) -> str:
    columns = table("indicators").columns
    values = {name: read_value(columns[name], given.get(name, "").strip()) for name in _OWN}
    if not all(values[name] for name in _OWN[:8]):
        raise InputError("indicator_lacks")
    return str(enter_indicator(Indicator(held_by=viewer.region, **values), viewer.login).code)


def _change(viewer: Any, given: Any, what: str) -> str:
    found = visible_indicators(viewer).filter(code=given.get("indicator", "")).first()
    if found is None:
        raise Http404
    version = whole_number(given.get("version", ""))
    if what == "drop":
        drop_indicator(found, viewer.login, expected=version)
        return ""
    head = whole_number(given.get("head", ""))
    change_indicator(found, {"owner": given.get("owner", "").strip()[:300] or None, "head": head or None},
                     viewer.login, expected=version)
    return str(found.code)


def _set_value(viewer: Any, given: Any) -> str:
    """One plan or fact of a form, held to the same rules as those of a table."""
    columns = table("indicator_values").columns
    row = {**dict.fromkeys(columns), **{name: read_value(columns[name], given.get(name, "").strip())
                                        for name in _VALUE}}
    if row["year"] is None:
        raise InputError("indicator_lacks_year")
    known = {one.code: one for one in indicators_of(viewer.region)}
    if faults := [fault for _, fault in find_value_faults([row], known)]:
        raise InputFaults(faults)
    set_values(viewer.region, [row], viewer.login)
    return str(row["indicator"])


def _load(request: Any) -> None:
    """A table of plans and facts: all of it, or nothing and every fault with its cell."""
    viewer = request.user.viewer
    with uploaded(request) as file:
        rows = read_values(file.path, viewer.region)
        set_values(viewer.region, rows, viewer.login, file=file.name)


def indicator_file(request: Any) -> HttpResponse:
    """The values that there are as a sheet that can be filled in and loaded again."""
    viewer = request.user.viewer
    if not (may_read(viewer) and viewer.exports):
        return forbidden(request)
    region = region_of(request)
    rows = [{"indicator": one.indicator.code, **{name: getattr(one, name) for name in table(
        "indicator_values").columns if name not in ("indicator", "chosen")}, "chosen": one.chosen or None}
        for one in visible_values(viewer).filter(held_by=region)]
    frame = complete(pl.DataFrame(rows, infer_schema_length=None), "indicator_values")
    name = f"{say('year.values_file', request.lang)}_{region}_{timezone.localdate().isoformat()}.xlsx"
    return as_table(request, frame, "indicator_values", name, kind="indicator", of="")
