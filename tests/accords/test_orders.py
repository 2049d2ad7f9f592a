"""Orders as people keep them: reports, more time, removal by the controller only, and what the data say beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from smezhnik.accords.models import Order
from smezhnik.accords.orders import (
    Told,
    ask_extension,
    decide_extension,
    put_in_force,
    remove_order,
    report,
    return_report,
    want_report,
)
from smezhnik.accords.queries import orders_due, orders_to_decide
from smezhnik.accords.rows import order_row
from smezhnik.errors import CannotSay, InputError
from smezhnik.promises.calendar import load_calendar
from smezhnik.promises.light import discipline, light
from smezhnik.records.access import Viewer
from smezhnik.records.actions import Stale
from smezhnik.records.models import Action
from smezhnik.registry.rows import frame_of
from smezhnik.workflows.promise_records import count_records, frozen
from smezhnik.workflows.today import tasks_of
from tests.accords.factories import make_order
from tests.workplace import HERE

pytestmark = pytest.mark.django_db
DAYS = load_calendar()
DONE = Told("Установить связи", "Проведены встречи", "remove")
AIMS = ({"measure": "links_new", "plan": 10.0, "due": dt.date(2026, 2, 27)},
        {"measure": "members_joined", "plan": 2.0, "counted": "in_scope", "due": dt.date(2026, 2, 27)})


def extend(order: Order, asked: dt.date, to: dt.date) -> None:
    wish = ask_extension(order, to, "tests", "исполнитель", on=asked, expected=order.version, days=DAYS)
    decide_extension(wish, True, "контролёр", on=asked)
    order.refresh_from_db()


def test_two_extensions_are_kept_in_term_and_not_in_the_first_one() -> None:
    order = make_order()
    extend(order, dt.date(2026, 2, 20), dt.date(2026, 3, 31))
    extend(order, dt.date(2026, 3, 26), dt.date(2026, 4, 30))
    assert (order.due_first, order.due, order.extensions) == (dt.date(2026, 2, 27), dt.date(2026, 4, 30), 2)
    report(order, DONE, "исполнитель", on=dt.date(2026, 4, 15), expected=order.version)
    remove_order(order, "done", "контролёр", on=dt.date(2026, 4, 16), expected=order.version)
    made = discipline(frame_of("orders", [order_row(order)]), since=dt.date(2026, 1, 1), until=dt.date(2027, 1, 1),
                      on=dt.date(2026, 5, 1))
    assert (made.share_in_first_term, made.share_in_term, made.alarms) == (0, 1, 0)
    assert light(order_row(order), on=dt.date(2026, 5, 1), days=DAYS) == "done_extended"


def test_the_third_extension_raises_the_alarm() -> None:
    order = make_order()
    for asked, to in (((2026, 2, 20), (2026, 3, 31)), ((2026, 3, 20), (2026, 4, 30)), ((2026, 4, 20), (2026, 5, 29))):
        extend(order, dt.date(*asked), dt.date(*to))
    made = discipline(frame_of("orders", [order_row(order)]), since=dt.date(2026, 1, 1), until=dt.date(2027, 1, 1),
                      on=dt.date(2026, 6, 1))
    assert made.alarms == 1


def test_an_extension_asked_the_day_before_is_taken_and_marked() -> None:
    order = make_order()
    asked = ask_extension(order, dt.date(2026, 3, 31), "tests", "исполнитель", on=dt.date(2026, 2, 26), expected=1,
                          days=DAYS)
    assert asked.late
    decide_extension(asked, False, "контролёр", on=dt.date(2026, 2, 27))
    order.refresh_from_db()
    assert (order.state, order.due, order.extensions) == ("in_work", dt.date(2026, 2, 27), 0)
    with pytest.raises(InputError):
        decide_extension(asked, True, "контролёр", on=dt.date(2026, 2, 27))
    in_time = ask_extension(order, dt.date(2026, 3, 31), "tests", "исполнитель", on=dt.date(2026, 2, 20),
                            expected=order.version, days=DAYS)
    assert not in_time.late


def test_the_data_answer_for_the_executor() -> None:
    order = make_order(*AIMS)
    (counted,) = count_records([order], HERE, on=dt.date(2026, 2, 26))
    told = report(order, DONE, "исполнитель", on=dt.date(2026, 2, 26), expected=1, computed=frozen(counted.parts))
    assert [one["value"] for one in told.computed] == [0, 0]
    with pytest.raises(InputError, match="differs"):
        remove_order(order, "done", "контролёр", on=dt.date(2026, 2, 27), expected=order.version, differs=True)
    return_report(told, "Не хватает 10 связей", "контролёр", on=dt.date(2026, 2, 27))
    order.refresh_from_db()
    assert order.state == "in_work"
    with pytest.raises(InputError, match="Nobody has reported"):
        remove_order(order, "done", "контролёр", on=dt.date(2026, 2, 27), expected=order.version, because="Верю")
    report(order, DONE, "исполнитель", on=dt.date(2026, 2, 27), expected=order.version)
    remove_order(order, "done", "контролёр", on=dt.date(2026, 2, 27), expected=order.version, differs=True,
                 because="Связи подтверждены письмом соседа")
    assert (order.state, order.differs_closed_by) == ("removed", "контролёр")
    assert Action.objects.get(what="accords.remove_order").reason == "Связи подтверждены письмом соседа"


def test_an_interim_report_removes_nothing() -> None:
    order = make_order()
    report(order, Told("Установить связи", "Половина пройдена", interim=True), "исполнитель",
           on=dt.date(2026, 2, 10), expected=1)
    assert order.state == "in_work"
    with pytest.raises(InputError):
        remove_order(order, "done", "контролёр", on=dt.date(2026, 2, 11), expected=order.version)
    assert list(orders_to_decide(Viewer("контролёр", "ministry", HERE))) == []


def test_only_the_controller_decides() -> None:
    order = make_order(controller_login="контролёр")
    report(order, DONE, "исполнитель", on=dt.date(2026, 2, 26), expected=1)
    for who in ("исполнитель", "аналитик"):
        with pytest.raises(InputError, match="controller"):
            remove_order(order, "done", who, on=dt.date(2026, 2, 27), expected=order.version)
        assert not orders_to_decide(Viewer(who, "ministry", HERE))
    assert list(orders_to_decide(Viewer("контролёр", "ministry", HERE))) == [order]


@pytest.mark.parametrize("values", [
    {"controller": "отдел  Кооперации"}, {"controller_login": "исполнитель"},
    {"due_first": dt.date(2026, 1, 1)},
])
def test_an_order_that_nobody_could_keep_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(InputError):
        make_order(**values)
    assert not Order.objects.exists()


@pytest.mark.parametrize("told", [
    Told("", "Сделано", "remove"), Told("Задача", " ", "remove"), Told("Задача", "Сделано"),
    Told("Задача", "Сделано", "move")])
def test_a_report_has_its_parts(told: Told) -> None:
    order = make_order()
    with pytest.raises(InputError):
        report(order, told, "исполнитель", on=dt.date(2026, 2, 26), expected=1)
    assert order.state == "in_work" and not order.reports.exists()


def test_what_lost_its_point_leaves_control_with_a_reason() -> None:
    order = make_order()
    with pytest.raises(InputError):
        remove_order(order, "lost_relevance", "контролёр", on=dt.date(2026, 2, 11), expected=1)
    remove_order(order, "lost_relevance", "контролёр", on=dt.date(2026, 2, 11), expected=1, because="Завод закрыт")
    assert light(order_row(order), on=dt.date(2026, 3, 1), days=DAYS) == "left_control"
    with pytest.raises(InputError):
        report(order, DONE, "исполнитель", on=dt.date(2026, 3, 1), expected=order.version)


def test_orders_come_into_force_with_their_protocol() -> None:
    orders = [make_order(state="unsigned"), make_order(state="unsigned")]
    viewer, day = Viewer("аналитик", "ministry", HERE), dt.date(2026, 2, 26)
    assert not orders_due(viewer, day)
    assert put_in_force(orders, "секретарь") == 2 and put_in_force([], "секретарь") == 0
    assert list(orders_due(viewer, day)) == orders


def test_who_was_slower_sees_what_stands() -> None:
    order = make_order()
    other = Order.objects.get(pk=order.pk)
    report(order, DONE, "исполнитель", on=dt.date(2026, 2, 26), expected=1)
    with pytest.raises(Stale):
        report(other, DONE, "исполнитель", on=dt.date(2026, 2, 26), expected=1)


PERIOD = Told("Направить сведения", "Сведения направлены")


def test_an_order_that_repeats_gets_its_next_deadline_with_each_report() -> None:
    order = make_order(every="month", rules="sverdlovsk-governor", due_first=dt.date(2026, 9, 10),
                       every_until=dt.date(2026, 11, 30))
    first = report(order, PERIOD, "исполнитель", on=dt.date(2026, 9, 9), expected=1, days=DAYS)
    assert (order.state, order.due_first, order.due) == ("in_work", dt.date(2026, 9, 10), dt.date(2026, 10, 9))
    assert (first.period_due, first.petition) == (dt.date(2026, 9, 10), "")
    return_report(first, "Нет сведений о двух заводах", "контролёр", on=dt.date(2026, 9, 11))
    assert order.due == dt.date(2026, 9, 10), "the period that was returned is open again"
    order.refresh_from_db()
    for day in ((2026, 9, 14), (2026, 10, 8), (2026, 11, 9)):
        report(order, PERIOD, "исполнитель", on=dt.date(*day), expected=order.version, days=DAYS)
    assert (order.state, order.due) == ("reported", dt.date(2026, 11, 10)), "no deadline follows the last one"
    remove_order(order, "done", "контролёр", on=dt.date(2026, 11, 12), expected=order.version)


def test_where_no_calendar_is_known_the_next_deadline_is_told_by_a_person() -> None:
    order = make_order(every="month", rules="sverdlovsk-governor", due_first=dt.date(2026, 12, 10))
    with pytest.raises(CannotSay, match="2027"):
        report(order, PERIOD, "исполнитель", on=dt.date(2026, 12, 9), expected=1, days=DAYS)
    assert not order.reports.exists()
    report(order, replace(PERIOD, until=dt.date(2027, 1, 11)), "исполнитель", on=dt.date(2026, 12, 9), expected=1,
           days=DAYS)
    assert order.due == dt.date(2027, 1, 11)


def test_a_pre_emptive_report_is_set_by_the_controller_and_closed_by_an_interim_one() -> None:
    order = make_order(due_first=dt.date(2026, 4, 30), controller_login="контролёр")
    with pytest.raises(InputError, match="controller"):
        want_report(order, dt.date(2026, 3, 30), "исполнитель", expected=1)
    for day in (dt.date(2026, 4, 30), dt.date(2026, 1, 1)):
        with pytest.raises(InputError, match="before its deadline"):
            want_report(order, day, "контролёр", expected=1)
    want_report(order, dt.date(2026, 3, 30), "контролёр", expected=1)
    viewer = Viewer("аналитик", "ministry", HERE)
    assert list(orders_due(viewer, dt.date(2026, 3, 20), within=10)) == [order]
    assert not orders_due(viewer, dt.date(2026, 3, 19), within=10)
    report(order, replace(DONE, interim=True, petition=""), "исполнитель", on=dt.date(2026, 3, 27),
           expected=order.version)
    assert (order.report_by, order.state) == (None, "in_work")
    assert not orders_due(viewer, dt.date(2026, 3, 30), within=10)


def test_the_red_list_stands_on_the_first_page_on_mondays_only() -> None:
    make_order(due_first=dt.date(2026, 2, 27))
    viewer = Viewer("аналитик", "ministry", HERE)
    said = {day: [task.why for task in tasks_of(viewer, dt.date(2026, 3, day)) if task.kind == "order"]
            for day in (9, 10)}
    assert said == {9: ["today.order.late", "today.order.red_list"], 10: ["today.order.late"]}
