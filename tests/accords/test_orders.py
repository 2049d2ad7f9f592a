"""Orders as people keep them: reports, more time, removal by the controller only, and what the data say beside it."""

from __future__ import annotations

import datetime as dt

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
)
from smezhnik.accords.queries import orders_due, orders_to_decide
from smezhnik.accords.rows import order_row
from smezhnik.errors import InputError
from smezhnik.promises.calendar import load_calendar
from smezhnik.promises.light import discipline, light
from smezhnik.records.access import Viewer
from smezhnik.records.actions import Stale
from smezhnik.records.models import Action
from smezhnik.registry.rows import frame_of
from smezhnik.workflows.promise_records import count_records, frozen
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
