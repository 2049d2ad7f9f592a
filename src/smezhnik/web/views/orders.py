"""Orders: the list with its lights, the card with reports and decisions, a new order, the red list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from smezhnik.accords.access import may_edit, visible_agreements
from smezhnik.accords.models import Commitment, Order
from smezhnik.accords.orders import (
    OPEN,
    RULES,
    Told,
    ask_extension,
    decide_extension,
    give_order,
    remove_order,
    report,
    return_report,
    want_report,
)
from smezhnik.accords.queries import orders_of
from smezhnik.accords.rows import order_row
from smezhnik.classifiers.english import product_name
from smezhnik.errors import InputError
from smezhnik.imports.actions import keep
from smezhnik.messages import say
from smezhnik.promises.calendar import load_calendar
from smezhnik.promises.deadlines import find_due, list_rules, load_rules
from smezhnik.promises.light import ALARM, Discipline, Paper, discipline, light, papers, red_list
from smezhnik.promises.reminders import RED_LIST_DAY, reminders
from smezhnik.promises.target import MEASURES as MEASURES_OF
from smezhnik.records.access import EDITORS, KINDS
from smezhnik.records.search import found as found_by
from smezhnik.registry.queries import Asked
from smezhnik.registry.rows import frame_of
from smezhnik.tables import table
from smezhnik.tables.promises import EXTENSION_REASONS, GROUNDS, MEASURES, ORDER_BASES
from smezhnik.types import Lang
from smezhnik.web.aims import read_aims
from smezhnik.web.forms import read_value
from smezhnik.web.given import day_in, day_of
from smezhnik.web.papers import answer_paper
from smezhnik.web.promised import Line, amount, lines_of, open_line, unit_of
from smezhnik.web.promised_paper import red_list_paper
from smezhnik.web.values import region_names, whole_number
from smezhnik.web.views.errors import forbidden
from smezhnik.web.views.records import visible
from smezhnik.workflows.promise_records import Promised, count_records, evidence_for, frozen, targets_of
from smezhnik.workflows.promises import when_line
from smezhnik.workflows.shortfall import Shortfall, find_shortfalls

#: Light → the sign beside its word; shape first.
SIGNS = {"not_in_force": "unk", "in_time": "half", "soon": "warn", "overdue": "bad", "done_first_term": "ok",
         "done_extended": "ok", "left_control": "unk", "no_date": "unk"}
#: The order in which lights are listed: what burns comes first.
_URGENT = ("overdue", "soon", "in_time", "no_date", "not_in_force", "done_extended", "done_first_term", "left_control")
_FIELDS = ("number", "text", "protocol", "ground", "given_by", "given_on", "registered_on", "executor", "controller",
           "urgency", "every", "every_until", "report_by", "confidential", "source")
#: Measures that the form of an order has room for.
_AIMS = 2


@dataclass(frozen=True)
class Row:
    """An order as its list shows it. ``differs``: it was reported as done, and the data do not say so."""

    line: Line
    row: dict[str, Any]
    light: str
    sign: str
    days: int | None
    differs: bool


def order_list(request: Any) -> HttpResponse:
    """Orders that the viewer may see, the overdue first, or by paper; and how well they are kept."""
    viewer, day, by = request.user.viewer, day_of(request), request.GET.get("by", "light")
    where = {name: request.GET.get(name, "") for name in ("protocol", "executor")}
    where["state"] = request.GET.get("state", "all" if request.GET.get("q") else "open")
    text = request.GET.get("q", "")[:200]
    records = list(found_by(orders_of(viewer, {**where, "state": "" if where["state"] == "all" else where["state"]}),
                            text))
    rows = _rows(records, viewer, day, request.lang)
    groups: dict[str, list[Row]] = {}
    if by == "protocol":
        for one in sorted(rows, key=lambda one: (one.row["protocol"] or "", one.row["number"] or "")):
            groups.setdefault(one.row["protocol"] or "", []).append(one)
    else:
        for name in _URGENT:
            if some := [one for one in rows if one.light == name]:
                groups[name] = some
    return render(request, "orders.html", {
        "groups": groups, "by": by, "day": day, "where": where, "plural": "orders", "count": len(rows),
        "asked": Asked(text),
        "late": sum(one.light == "overdue" for one in rows), "differing": sum(one.differs for one in rows),
        "protocols": _choices(viewer, "protocol"), "executors": _choices(viewer, "executor"),
        "papers": {one.name: one for one in _papers(viewer, day)} if by == "protocol" else {},
        "kept": _kept(viewer, day), "alarm": ALARM, "may_take": viewer.exports,
        "may_enter": viewer.role in EDITORS and bool(viewer.region)})


def _rows(records: list[Order], viewer: Any, day: dt.date, lang: Lang) -> list[Row]:
    days = load_calendar()
    counted: dict[int, Promised] = {}
    for held_by in sorted({one.held_by for one in records}):
        own = [one for one in records if one.held_by == held_by]
        counted |= {one.record.pk: one for one in count_records(own, held_by, on=day)}
    promised = [counted[one.pk] for one in records]
    found = []
    for one, line in zip(promised, lines_of(promised, viewer, lang), strict=True):
        row = order_row(one.record)
        name = light(row, on=day, days=days)
        due = row["due"] or row["due_first"]
        found.append(Row(line, row, name, SIGNS[name], (day - due).days if due else None, differs(one)))
    return found


def differs(one: Promised) -> bool:
    """Whether an order was reported or removed as done while its measures do not say so, and nobody closed that."""
    order = one.record
    told = order.state == "reported" or (order.state == "removed" and order.removed_for == "done")
    return bool(told and one.parts and one.state != "done" and order.differs_closed_on is None)


def _choices(viewer: Any, column: str) -> list[str]:
    rows = KINDS["order"].visible_to(viewer).exclude(**{f"{column}__isnull": True}).order_by(column)
    return list(rows.values_list(column, flat=True).distinct()[:50])


def _papers(viewer: Any, day: dt.date) -> list[Paper]:
    """Papers as a whole, with all of their items, whatever the list is cut down to."""
    return papers(frame_of("orders", map(order_row, KINDS["order"].visible_to(viewer))), on=day)


def _kept(viewer: Any, day: dt.date) -> Discipline:
    """How orders of the year were kept, as of the day."""
    since, until = dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1)
    rows = KINDS["order"].visible_to(viewer).filter(due_first__gte=since, due_first__lt=until)
    return discipline(frame_of("orders", map(order_row, rows)), since=since, until=until, on=day)


def order(request: Any, public_id: str) -> HttpResponse:
    """One order: where it stands, what the data say, reports, wishes for time, what may be done now."""
    viewer, found, day = request.user.viewer, _order(request, public_id), day_of(request)
    (promised,) = count_records([found], found.held_by, on=day)
    (shown,) = _rows([found], viewer, day, request.lang)
    evidence = evidence_for(targets_of(found), found.held_by, on=day)
    short = find_shortfalls(promised.parts, found.agreement, evidence, on=day) if shown.differs else []
    may = may_edit(viewer, found)
    decides = may and viewer.login != found.executor_login and found.controller_login in ("", viewer.login)
    reports = list(found.reports.filter(archived=False).order_by("-on", "-id"))
    wishes = list(found.extension_rows.filter(archived=False).order_by("-asked_on", "-id"))
    return render(request, "order.html", {
        "order": found, "serves": _serves(viewer, found),
        "row": KINDS["order"].seen(viewer, found), "one": shown, "line": shown.line, "day": day,
        "short": [(one, _lacks(one, shown.line, request.lang)) for one in short], "unsure": _unsure(found, day),
        "opened": open_line(shown.line, evidence, viewer, on=day) if promised.parts else None,
        "columns": table("orders").columns, "reports": reports, "wishes": wishes, "may_edit": may, "decides": decides,
        "open": found.state in OPEN, "waiting": next((one for one in wishes if one.granted is None), None),
        "told": next((one for one in reports if not one.interim and one.returned_on is None), None),
        "reasons": EXTENSION_REASONS, "grounds": GROUNDS, "today": timezone.localdate(), "plural": "orders",
        "alarm": ALARM, "sibling": _siblings(viewer, found), "may_take": viewer.exports})


def _lacks(one: Shortfall, line: Line, lang: Lang) -> str:
    """«новые связи: не хватает 4 связей, Башкортостан → Челябинская область, машины»; less of a closed sum."""
    part = next(part for part in line.parts if part.progress.target == one.target)
    names = region_names(lang)
    places = [" → ".join(names.get(code, code) for code in some) for some in (
        (*one.target.from_regions, *one.target.to_regions),) if some]
    where = ", ".join([*places, *(product_name(code, lang) or code for code in one.target.industries)])
    unit = MEASURES_OF[str(one.target.measure)].unit
    told = one.missing is not None and part.told
    return say("web.orders.lacks" if told else "web.orders.lacks.unsaid", lang, measure=part.measure,
               count=amount(one.missing, unit, lang), unit=unit_of(one.missing, unit, lang),
               where=f", {where}" if where else "")


def _unsure(found: Order, day: dt.date) -> list[str]:
    """Years of its deadlines whose calendar nobody compared with the act."""
    days = load_calendar()
    return [str(year) for year in sorted({one.year for one in (found.due_first, found.due, day) if one is not None}
                                         & days.unverified)]


def _serves(viewer: Any, found: Order) -> Any:
    """The agreement that an order is about, where the viewer may know of it."""
    return visible_agreements(viewer).filter(pk=found.agreement_id).first() if found.agreement_id else None


def _siblings(viewer: Any, found: Order) -> tuple[int, int]:
    """Items of the same paper, and those that left control: the paper leaves it with the last of them."""
    if not found.protocol:
        return 0, 0
    states = list(KINDS["order"].visible_to(viewer).filter(
        protocol=found.protocol, held_by=found.held_by).order_by().values_list("state", flat=True))
    return len(states), states.count("removed")


def order_new(request: Any) -> HttpResponse:
    """Give an order: its deadline by a day, or by a word and the rules of an office."""
    viewer = request.user.viewer
    if viewer.role not in EDITORS or not viewer.region:
        return forbidden(request)
    columns = table("orders").columns
    if request.method != "POST":
        named = request.GET.get("commitment", "")
        return render(request, "order_new.html", {
            "columns": columns, "bases": ORDER_BASES, "rules": [load_rules(name) for name in list_rules()],
            "usual": RULES, "measures": MEASURES, "aims": range(1, _AIMS + 1), "commitment": _commitment(viewer, named),
            "plural": "orders", "items": table("commitments").columns})
    given = request.POST
    values = {name: read_value(columns[name], given.get(name, "").strip()) for name in _FIELDS}
    if not (values["text"] and values["executor"] and values["controller"]):
        raise InputError("order_lacks")
    rules = load_rules(given.get("rules") or RULES)
    due = day_in(given, "due_first") or find_due(
        rules, load_calendar(), word=values["urgency"], signed_on=values["given_on"],
        registered_on=values["registered_on"])
    if values["urgency"] and values["every"] is None:
        term = rules.terms.get(values["urgency"].strip().lower())
        values["every"] = term.every if term is not None else None
    item = _commitment(viewer, given.get("commitment", ""))
    made = Order(held_by=viewer.region, **values, due_first=due, rules=rules.name, commitment=item,
                 co_executors=[one.strip() for one in given.get("co_executors", "").split(";") if one.strip()] or None,
                 agreement=item.plan.agreement if item is not None else None,
                 state="unsigned" if given.get("unsigned") == "1" else "in_work",
                 executor_login=given.get("executor_login", "").strip(),
                 controller_login=given.get("controller_login", "").strip())
    made.index()
    give_order(made, read_aims(given, _AIMS, made.number or "", since=made.given_on or made.registered_on, due=due),
               viewer.login)
    return redirect("order", public_id=made.public_id)


def _commitment(viewer: Any, public_id: str) -> Commitment | None:
    """An item of a plan that the viewer may see, by its id."""
    if not public_id:
        return None
    seen = visible_agreements(viewer).values("pk")
    return Commitment.objects.filter(public_id=public_id.upper(), archived=False,
                                     plan__agreement__in=seen).select_related("plan__agreement").first()


@require_POST
def order_change(request: Any, public_id: str, what: str) -> HttpResponse:
    """Report, ask for time, decide, return, remove from control."""
    viewer, found = request.user.viewer, _order(request, public_id)
    if not may_edit(viewer, found):
        return forbidden(request)
    given, who = request.POST, viewer.login
    on, version = day_in(given, "on") or timezone.localdate(), whole_number(given.get("version", ""))
    note = given.get("note", "")[:2000]
    if what == "report":
        file = request.FILES.get("file")
        (counted,) = count_records([found], found.held_by, on=on)
        report(found, Told(
            given.get("task", "")[:4000], given.get("done", "")[:8000], given.get("petition", ""),
            day_in(given, "until"), given.get("interim") == "1", file.name[:255] if file else "",
            keep(file.chunks())[0] if file else ""), who, on=on, expected=version, computed=frozen(counted.parts),
            days=load_calendar())
    elif what == "want":
        want_report(found, day_in(given, "report_by"), who, expected=version)
    elif what == "extend":
        to_due = day_in(given, "to_due")
        if to_due is None:
            raise InputError("extension_nowhere")
        ask_extension(found, to_due, given.get("reason", ""), who, on=on, expected=version, days=load_calendar(),
                      words=note)
    elif what == "decide":
        wish = found.extension_rows.filter(public_id=given.get("extension", "")).first()
        if wish is None:
            raise Http404
        decide_extension(wish, given.get("granted") == "yes", who, on=on)
    elif what == "return":
        told = found.reports.filter(public_id=given.get("report", "")).first()
        if told is None:
            raise Http404
        return_report(told, note, who, on=on)
    elif what == "remove":
        (counted,) = count_records([found], found.held_by, on=on)
        wrong = given.get("ground") == "done" and bool(counted.parts) and counted.state != "done"
        remove_order(found, given.get("ground", ""), who, on=on, expected=version, differs=wrong, because=note,
                     done_on=day_in(given, "done_on"))
    else:
        raise Http404
    return redirect("order", public_id=found.public_id)


def remind(request: Any) -> HttpResponse:
    """Whom to remind of what on a day, person by person, to be printed; on Mondays with the red list."""
    viewer, day = request.user.viewer, day_of(request)
    if not viewer.sees("internal"):
        return forbidden(request)
    frame = frame_of("orders", map(order_row, orders_of(viewer, {"state": "open"})))
    people: dict[str, list[dict[str, Any]]] = {}
    for row in reminders(frame, on=day).iter_rows(named=True):
        people.setdefault(row["person"], []).append({**row, "when": when_line(row["days_over"], request.lang)})
    return render(request, "reminders.html", {
        "people": people, "day": day, "plural": "orders", "orders": len({
            row["order_id"] for some in people.values() for row in some}),
        "late": red_list(frame, on=day).height if day.weekday() == RED_LIST_DAY else 0})


def red(request: Any, ending: str = "") -> HttpResponse:
    """The red list of a day: a page, or a sheet for the leadership."""
    viewer, day = request.user.viewer, day_of(request)
    if ending and (ending not in ("pdf", "docx") or not viewer.exports):
        return forbidden(request)
    if not viewer.sees("internal"):
        return forbidden(request)
    shown = [one for one in _rows(list(orders_of(viewer, {"state": "open"})), viewer, day, request.lang)
             if one.light == "overdue"]
    said = {one.row["order_id"]: _data_say(one.line, request.lang) for one in shown}
    rows = red_list(frame_of("orders", [one.row for one in shown]), on=day, data_say=said)
    if ending:
        return answer_paper(request, red_list_paper(rows, day, viewer.region, request.lang), ending, kind="order")
    return render(request, "red_list.html", {"rows": rows.to_dicts(), "day": day, "plural": "orders",
                                             "columns": table("red_list").columns, "may_take": viewer.exports})


def _data_say(line: Line, lang: Lang) -> str:
    """«новые связи: 6 из 10 связей; …»"""
    return "; ".join(say("web.orders.data_say", lang, measure=part.measure, fact=part.fact, plan=part.plan,
                         unit=part.unit) for part in line.parts)


def _order(request: Any, public_id: str) -> Order:
    return visible(KINDS["order"], request.user.viewer, public_id)
