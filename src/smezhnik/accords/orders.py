"""What people do with orders: give, report, ask for time, return, remove from control, close a difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from smezhnik.accords.actions import make_aim
from smezhnik.accords.models import Extension, Order, Report
from smezhnik.errors import CannotSay, InputError
from smezhnik.promises.calendar import Calendar, load_calendar
from smezhnik.promises.deadlines import last_to_ask, load_rules, next_due
from smezhnik.records.actions import act
from smezhnik.tables.promises import EXTENSION_REASONS, GROUNDS

#: Orders that somebody still answers for.
OPEN = ("in_work", "reported", "extension_asked")
#: The deadline rules of an order that names none.
RULES = "federal-agency"


@dataclass(frozen=True)
class Told:
    """A report in its parts.

    Attributes
    ----------
    task, done : what was to be done; what was done, by all executors
    petition : ``remove`` or ``move``, empty in an interim report and in that of a period
    until : the day asked for; of an order that repeats the next deadline, where it cannot be found
    interim : tells how it goes and asks for nothing
    """

    task: str
    done: str
    petition: str = ""
    until: dt.date | None = None
    interim: bool = False
    file: str = ""
    digest: str = ""


def give_order(order: Order, aims: Sequence[Mapping[str, Any]], who: str) -> Order:
    """Enter an order; it is in force at once unless its protocol is not signed yet.

    Raises
    ------
    InputError where the executor would control himself, or the deadline lies before the order.
    """
    order.due = order.due or order.due_first
    if order.report_by is not None:
        _check_report_by(order, order.report_by)
    order.extensions = order.extensions or 0
    with act(who, "accords.give_order", held_by=order.held_by) as made:
        made.create([order])
        made.create([make_aim(order, row) for row in aims])
    return order


def put_in_force(orders: Sequence[Order], who: str) -> int:
    """Orders of a protocol that was signed come into force together."""
    if not orders:
        return 0
    with act(who, "accords.put_in_force", held_by=orders[0].held_by) as made:
        return made.change_all([(order, {"state": "in_work"}) for order in orders if order.state == "unsigned"])


def report(order: Order, told: Told, who: str, *, on: dt.date, expected: int,
           computed: Sequence[Mapping[str, Any]] = (), days: Calendar | None = None) -> Report:
    """Report on an order; an interim report leaves it where it stands, and answers the pre-emptive one.

    An order that repeats asks for nothing: the report of a period gives it the deadline of the next, until the last.

    Parameters
    ----------
    computed : what the data say that day, kept as it is now
    days : working days of the years, by which the next deadline of an order that repeats is found

    Raises
    ------
    InputError where a part is empty, the day lies before the order, or the order is not in work; CannotSay where there
    is no calendar of the year of the next deadline and it is not told.
    """
    if order.state not in OPEN:
        raise InputError("order_not_open", state=order.state)
    if not told.task.strip() or not told.done.strip():
        raise InputError("report_without_text")
    if not told.interim and order.every and told.petition != "remove":
        return _report_period(order, told, who, on=on, expected=expected, computed=computed, days=days)
    if not told.interim and told.petition not in ("remove", "move"):
        raise InputError("report_without_petition")
    if told.petition == "move" and told.until is None:
        raise InputError("extension_nowhere")
    values: dict[str, Any] = {"state": "reported", "reported_on": on} if not told.interim else {}
    return _write_report(order, told, values, who, on=on, expected=expected, computed=computed)


def _report_period(order: Order, told: Told, who: str, *, on: dt.date, expected: int,
                   computed: Sequence[Mapping[str, Any]], days: Calendar | None) -> Report:
    """The report of one period; after the last one the order waits for its controller."""
    after = told.until or (next_due(load_rules(order.rules or RULES), order.every, order.due, days or load_calendar(),
                                    first=order.due_first) if order.due else None)
    if after is not None and order.due is not None and after <= order.due:
        raise InputError("extension_not_later", due=order.due)
    last = after is None or (order.every_until is not None and after > order.every_until)
    values = {"state": "reported" if last else "in_work", "reported_on": on, "due": order.due if last else after}
    return _write_report(order, replace(told, petition="", until=None), values, who, on=on, expected=expected,
                         computed=computed, period_due=order.due)


def _write_report(order: Order, told: Told, values: dict[str, Any], who: str, *, on: dt.date, expected: int,
                  computed: Sequence[Mapping[str, Any]], period_due: dt.date | None = None) -> Report:
    if order.given_on is not None and on < order.given_on:
        raise InputError("report_before", day=on, given=order.given_on)
    made_report = Report(
        held_by=order.held_by, order=order, on=on, who=who, interim=told.interim, task=told.task, done=told.done,
        petition="" if told.interim else told.petition, petition_until=told.until, computed=list(computed),
        file=told.file, digest=told.digest, period_due=period_due)
    with act(who, "accords.report", held_by=order.held_by, interim=told.interim) as made:
        made.create([made_report])
        made.change(order, {**values, "report_by": None}, expected=expected)
    return made_report


def want_report(order: Order, day: dt.date | None, who: str, *, expected: int) -> None:
    """Set the day of a pre-emptive report, or none; the controller's to say.

    Raises
    ------
    InputError where it lies before the order or not before its deadline, or who asks is not the controller.
    """
    check_controller(order, who)
    if order.state not in OPEN:
        raise InputError("order_not_open", state=order.state)
    if day is not None:
        _check_report_by(order, day)
    with act(who, "accords.want_report", held_by=order.held_by) as made:
        made.change(order, {"report_by": day}, expected=expected)


def _check_report_by(order: Order, day: dt.date) -> None:
    given = order.given_on or order.registered_on
    if (given is not None and day < given) or (order.due is not None and day >= order.due):
        raise InputError("report_by_outside", day=day, due=order.due)


def ask_extension(order: Order, to_due: dt.date, reason: str, who: str, *, on: dt.date, expected: int, days: Calendar,
                  words: str = "") -> Extension:
    """Ask for a later deadline; what is asked later than the rules want is taken and marked so.

    Raises
    ------
    InputError where the reason is none of those known, is «other» without words, or the day is not later.
    """
    if order.state not in OPEN:
        raise InputError("order_not_open", state=order.state)
    if reason not in EXTENSION_REASONS or (reason == "other" and not words.strip()):
        raise InputError("extension_reason")
    if order.due is None or to_due <= order.due:
        raise InputError("extension_not_later", due=order.due)
    asked = Extension(held_by=order.held_by, order=order, asked_on=on, asked_by=who, from_due=order.due, to_due=to_due,
                      reason=reason, words_of_reason=words, late=_asked_late(order, on, days))
    with act(who, "accords.ask_extension", held_by=order.held_by, reason=words) as made:
        made.create([asked])
        made.change(order, {"state": "extension_asked"}, expected=expected)
    return asked


def _asked_late(order: Order, on: dt.date, days: Calendar) -> bool:
    try:
        return on > last_to_ask(order.due, load_rules(order.rules or RULES), days)
    except CannotSay:  # without a calendar of the year only what is past is sure to be late
        return on > order.due


def decide_extension(asked: Extension, granted: bool, who: str, *, on: dt.date) -> None:
    """Grant or refuse more time; the first deadline stays what it was.

    Raises
    ------
    InputError where it was decided already, or who decides is not the controller.
    """
    order = asked.order
    check_controller(order, who)
    if asked.granted is not None:
        raise InputError("extension_decided")
    values: dict[str, Any] = {"state": "in_work"}
    if granted:
        values |= {"due": asked.to_due, "extensions": (order.extensions or 0) + 1}
    with act(who, "accords.decide_extension", held_by=order.held_by, granted=granted) as made:
        made.change(asked, {"granted": granted, "decided_on": on, "decided_by": who})
        made.change(order, values)


def return_report(told: Report, what: str, who: str, *, on: dt.date) -> None:
    """Give a report back: the order is in work again.

    Raises
    ------
    InputError without words of what is to be redone, or where who returns it is not the controller.
    """
    check_controller(told.order, who)
    if not what.strip():
        raise InputError("return_without_note")
    with act(who, "accords.return_report", held_by=told.held_by, reason=what) as made:
        made.change(told, {"returned_on": on, "returned_by": who, "returned_for": what})
        made.change(told.order, {"state": "in_work", **({"due": told.period_due} if told.period_due else {})})


def remove_order(order: Order, ground: str, who: str, *, on: dt.date, expected: int, differs: bool = False,
                 because: str = "", done_on: dt.date | None = None) -> None:
    """Take an order from control; only the controller does.

    Parameters
    ----------
    differs : the data do not say what the report says; the controller then closes that difference with a reason
    done_on : day on which it was done on the ground; the last report's by default

    Raises
    ------
    InputError where nobody reported that it was done, the ground is unknown, a difference has no reason, or who removes
    it is not the controller.
    """
    check_controller(order, who)
    if order.state not in OPEN:
        raise InputError("order_not_open", state=order.state)
    if ground not in GROUNDS:
        raise InputError("order_ground", found=ground)
    if ground == "done" and not order.reports.filter(archived=False, interim=False, returned_on=None).exists():
        raise InputError("order_without_report")
    if (ground != "done" or differs) and not because.strip():
        raise InputError("order_differs" if differs else "order_without_reason")
    values: dict[str, Any] = {"state": "removed", "removed_on": on, "removed_for": ground}
    if ground == "done":
        values["done_on"] = done_on or order.reported_on or on
    if differs:
        values |= {"differs_closed_on": on, "differs_closed_by": who, "differs_because": because}
    with act(who, "accords.remove_order", held_by=order.held_by, reason=because, ground=ground) as made:
        made.change(order, values, expected=expected)


def check_controller(order: Order, who: str) -> None:
    """Decisions are the controller's: of the one who is named, else of anybody who is not the executor.

    Raises
    ------
    InputError where it is somebody else.
    """
    if who == order.executor_login or (order.controller_login and who != order.controller_login):
        raise InputError("order_not_controller", controller=order.controller)
