"""What people do with the strategy and the year: set goals, enter and choose facts, explain, freeze and approve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from smezhnik.accords.actions import AIM_FIELDS
from smezhnik.accords.models import Order
from smezhnik.errors import InputError
from smezhnik.promises.indicators import usual_indicators
from smezhnik.records.actions import act
from smezhnik.strategy.models import Goal, GoalAim, Indicator, IndicatorValue, ReportTask, YearReport
from smezhnik.tables import table

#: State of a report → states that may follow: one step on, or back to where the data are open.
STAGES: Mapping[str, tuple[str, ...]] = {
    "open": ("data_closed",), "data_closed": ("comments_in", "open"), "comments_in": ("agreed", "open"),
    "agreed": ("approved", "open"), "approved": ()}
#: States in which explanations and tasks may still be changed.
TOLD_IN = ("open", "data_closed", "comments_in")
#: What together says that two values are the same one, told again.
_SAME = ("year", "part", "fact_kind", "published_on", "source")
_VALUE = tuple(name for name in table("indicator_values").columns if name != "indicator")


def set_goal(goal: Goal, aims: Sequence[Mapping[str, Any]], who: str) -> Goal:
    """Enter a goal with what it counts.

    Raises
    ------
    InputError where it counts nothing: a strategy that cannot be measured is none.
    """
    if not aims:
        raise InputError("goal_without_measure", no=goal.no)
    rows = [GoalAim(held_by=goal.held_by, goal=goal, **{name: value for name, value in row.items()
                                                        if name in AIM_FIELDS}) for row in aims]
    with act(who, "strategy.set_goal", held_by=goal.held_by) as made:
        made.create([goal])
        made.create(rows)
    return goal


def drop_goal(goal: Goal, who: str, *, because: str, expected: int) -> None:
    """Take a goal away; whoever does it says why.

    Raises
    ------
    InputError where there are no words.
    """
    if not because.strip():
        raise InputError("goal_without_reason")
    with act(who, "strategy.drop_goal", held_by=goal.held_by, reason=because) as made:
        made.change(goal, {"because": because}, expected=expected)
        made.archive(goal)


def take_usual(region: str, who: str) -> int:
    """Add the indicators of the shipped set that the region does not have; how many were added."""
    have = set(Indicator.objects.filter(held_by=region).values_list("code", flat=True))
    rows = [Indicator(held_by=region, code=one.code, name_ru=one.name.ru, name_en=one.name.en, unit_ru=one.unit.ru,
                      unit_en=one.unit.en, better=one.better, sort=one.sort, period=one.period, section=one.section,
                      head=one.head, own=one.own, source=one.source or None, place=place)
            for place, one in enumerate(usual_indicators()) if one.code not in have]
    if rows:
        with act(who, "strategy.take_usual", held_by=region, indicators=len(rows)) as made:
            made.create(rows)
    return len(rows)


def enter_indicator(indicator: Indicator, who: str) -> Indicator:
    """Add an indicator of the region's own.

    Raises
    ------
    InputError where the code is taken, also by one that was taken away.
    """
    if Indicator.objects.filter(held_by=indicator.held_by, code=indicator.code).exists():
        raise InputError("indicator_code_taken", found=indicator.code)
    last = Indicator.objects.filter(held_by=indicator.held_by).order_by("-place").first()
    indicator.place = (last.place + 1) if last else 0
    with act(who, "strategy.enter_indicator", held_by=indicator.held_by) as made:
        made.create([indicator])
    return indicator


def change_indicator(indicator: Indicator, values: Mapping[str, Any], who: str, *, expected: int) -> None:
    """Say who answers for an indicator and where it stands among the five; one place has one indicator."""
    with act(who, "strategy.change_indicator", held_by=indicator.held_by) as made:
        if values.get("head"):
            made.change_all([(one, {"head": None}) for one in Indicator.objects.filter(
                held_by=indicator.held_by, head=values["head"], archived=False).exclude(pk=indicator.pk)])
        made.change(indicator, values, expected=expected)


def assign_owners(posts: Mapping[Indicator, str], who: str) -> None:
    """Say of several indicators of a region who answers for them."""
    with act(who, "strategy.assign_owners", held_by=next(iter(posts)).held_by) as made:
        made.change_all([(one, {"owner": post}) for one, post in posts.items()])


def drop_indicator(indicator: Indicator, who: str, *, expected: int) -> None:
    """Take an indicator out of the reports to come; its values stay."""
    with act(who, "strategy.drop_indicator", held_by=indicator.held_by) as made:
        made.archive(indicator, expected=expected)


@dataclass(frozen=True)
class Loaded:
    """What became of the rows of a table: rows = added + changed + same."""

    added: int
    changed: int
    same: int


def set_values(region: str, rows: Sequence[Mapping[str, Any]], who: str, *, file: str = "") -> Loaded:
    """Keep plans and facts; a row of the same period, source, kind and day of publication is the same one, told again.

    Parameters
    ----------
    rows : of table ``indicator_values`` without faults, ``indicator`` a code of the region's dictionary
    """
    known = {one.code: one for one in Indicator.objects.filter(held_by=region, archived=False)}
    kept = IndicatorValue.objects.filter(held_by=region, archived=False, indicator__in=known.values())
    there = {(one.indicator.code, *(getattr(one, name) for name in _SAME)): one
             for one in kept.select_related("indicator")}
    new: dict[tuple[Any, ...], IndicatorValue] = {}
    changes: dict[int, tuple[IndicatorValue, dict[str, Any]]] = {}
    for row in rows:
        key = (row["indicator"], *(row[name] for name in _SAME))
        values = {name: row[name] for name in _VALUE} | {"chosen": bool(row["chosen"])}
        old = there.get(key) or new.get(key)
        if old is None:
            new[key] = IndicatorValue(held_by=region, indicator=known[row["indicator"]], **values)
        elif old.pk is None:
            for name, value in values.items():
                if value not in (None, False):
                    setattr(old, name, value)
        else:  # an empty cell erases nothing
            changes[old.pk] = (old, {name: value for name, value in values.items() if value not in (None, False)})
    with act(who, "strategy.set_values", held_by=region, file=file, values=len(rows)) as made:
        made.create(list(new.values()))
        changed = made.change_all(changes.values())
    return Loaded(len(new), changed, len(rows) - len(new) - changed)


def choose_fact(value: IndicatorValue, why: str, who: str, *, expected: int) -> None:
    """Believe this source of a period; the others stay beside it.

    Raises
    ------
    InputError where there is no reason, or no fact.
    """
    if not why.strip():
        raise InputError("indicator_no_reason")
    if value.fact is None:
        raise InputError("indicator_empty")
    others = IndicatorValue.objects.filter(indicator=value.indicator, year=value.year, part=value.part, archived=False,
                                           chosen=True).exclude(pk=value.pk)
    with act(who, "strategy.choose_fact", held_by=value.held_by, reason=why) as made:
        made.change_all([(one, {"chosen": False}) for one in others])
        made.change(value, {"chosen": True, "why": why.strip()}, expected=expected)


def open_report(region: str, as_of: dt.date, who: str) -> YearReport:
    """The report of a day that is still worked on; a new edition where the last one was approved."""
    last = YearReport.objects.filter(held_by=region, as_of=as_of, archived=False).order_by("-edition").first()
    if last is not None and last.state != "approved":
        return last
    report = YearReport(held_by=region, as_of=as_of, edition=last.edition + 1 if last else 1,
                        comments=dict(last.comments) if last else {})
    with act(who, "strategy.open_report", held_by=region, as_of=as_of.isoformat()) as made:
        made.create([report])
    return report


def explain(report: YearReport, indicator: str, why: str, done: str, who: str, *, expected: int) -> None:
    """Say why an indicator missed its plan and what is done; empty words take the explanation back.

    Raises
    ------
    InputError where the report is agreed already.
    """
    _told_still(report)
    comments = {**report.comments, indicator: {"why": why.strip(), "done": done.strip()}}
    if not why.strip() and not done.strip():
        del comments[indicator]
    with act(who, "strategy.explain", held_by=report.held_by, indicator=indicator) as made:
        made.change(report, {"comments": comments}, expected=expected)


def add_task(task: ReportTask, who: str) -> None:
    """Set a task for the next year.

    Raises
    ------
    InputError where a part is empty, the deadline lies before the report, or the report is agreed already.
    """
    _told_still(task.report)
    if not (task.text.strip() and task.executor.strip() and task.controller.strip() and task.due):
        raise InputError("report_task_lacks")
    if task.due <= task.report.as_of:
        raise InputError("report_task_due", due=task.due, day=task.report.as_of)
    with act(who, "strategy.add_task", held_by=task.held_by) as made:
        made.create([task])


def drop_task(task: ReportTask, who: str) -> None:
    """Take a task back; InputError where the report is agreed already."""
    _told_still(task.report)
    with act(who, "strategy.drop_task", held_by=task.held_by) as made:
        made.archive(task)


def _told_still(report: YearReport) -> None:
    if report.state not in TOLD_IN:
        raise InputError("report_closed")


@dataclass(frozen=True)
class Step:
    """What a step of a report brings with it.

    Attributes
    ----------
    content : the year that is frozen with ``data_closed``
    to_explain : indicators that missed their plan by much: each needs words before the explanations are in
    approved_by, paper : post of who approves; how the orders call the report
    """

    content: Mapping[str, Any] | None = None
    to_explain: Sequence[str] = ()
    approved_by: str = ""
    paper: str = ""


def bring_report(report: YearReport, state: str, who: str, *, on: dt.date, expected: int, step: Step) -> None:
    """Bring a report one step on: close its data, which freezes them; or open it again.

    With the approval its tasks become orders.

    Raises
    ------
    InputError where the step does not follow, a miss has no words, or nobody is named who approves.
    """
    if state not in STAGES[report.state]:
        raise InputError("report_stage")
    values: dict[str, Any] = {"state": state}
    if state == "data_closed":
        values |= {"content": step.content, "frozen_on": on}
    if state == "open":
        values |= {"content": None, "frozen_on": None}
    lacking = [one for one in step.to_explain if not report.comments.get(one, {}).get("why")]
    if state == "comments_in" and lacking:
        raise InputError("report_unexplained", count=len(lacking))
    if state == "approved":
        if not step.approved_by.strip():
            raise InputError("report_without_post")
        values |= {"approved_by": step.approved_by.strip(), "approved_on": on}
    with act(who, "strategy.bring_report", held_by=report.held_by, state=state) as made:
        made.change(report, values, expected=expected)
        if state == "approved":
            tasks = list(report.tasks.filter(archived=False))
            orders = [_order_of(task, report, f"{number}", step.paper) for number, task in enumerate(tasks, 1)]
            made.create(orders)
            made.change_all([(task, {"order_id": order.pk}) for task, order in zip(tasks, orders, strict=True)])


def _order_of(task: ReportTask, report: YearReport, number: str, paper: str) -> Order:
    """The order that a task becomes."""
    order = Order(held_by=report.held_by, text=task.text, number=f"{paper}, {number}", ground="act", protocol=paper,
                  given_by=report.approved_by, given_on=report.approved_on, registered_on=report.approved_on,
                  executor=task.executor, controller=task.controller, due_first=task.due, due=task.due, extensions=0,
                  state="in_work")
    order.index()
    return order
