"""Who is reminded when, the deadlines of an order that repeats, a paper as a whole."""

from __future__ import annotations

import datetime as dt

import pytest

from smezhnik.errors import CannotSay
from smezhnik.promises.calendar import load_calendar
from smezhnik.promises.deadlines import load_rules, next_due
from smezhnik.promises.light import discipline, papers
from smezhnik.promises.reminders import read_rules, reminders
from tests.promises.factories import orders

DAYS = load_calendar()
GOVERNOR, FEDERAL = load_rules("sverdlovsk-governor"), load_rules("federal-agency")
DUE = dt.date(2026, 4, 20)
WHO = {"executor": "Отдел", "co_executors": ["Фонд", "Отдел"], "controller": "Министр"}


def reminded(after: int, **values: object) -> set[tuple[str, str]]:
    rows = reminders(orders({"due": DUE, **WHO, **values}), on=DUE + dt.timedelta(days=after))
    return set(rows.select("person", "of").rows())


@pytest.mark.parametrize(("after", "expected"), [
    (-11, set()), (-10, {"Отдел", "Фонд"}), (-9, set()), (-3, {"Отдел", "Фонд"}), (-1, {"Отдел", "Фонд"}),
    (0, {"Отдел", "Фонд"}), (1, {"Министр"}), (2, set()), (7, {"Отдел", "Фонд"}), (14, {"Отдел", "Фонд"}), (15, set()),
])
def test_executors_before_and_weekly_after_the_controller_once(after: int, expected: set[str]) -> None:
    assert reminded(after) == {(person, "due") for person in expected}


def test_a_pre_emptive_report_is_reminded_of_until_it_is_made() -> None:
    by = DUE - dt.timedelta(days=20)
    assert reminded(-20, report_by=by) == {("Отдел", "report_by")}
    assert reminded(-19, report_by=by) == {("Министр", "report_by")}
    assert reminded(-20) == set()


def test_nobody_is_reminded_of_what_is_not_in_force_or_gone() -> None:
    assert reminded(0, state="unsigned") == set()
    assert reminded(0, state="removed", removed_on=DUE) == set()
    assert reminded(0, state="removed", removed_on=DUE + dt.timedelta(days=1)) != set(), "it was there that day"
    assert reminded(0, due=None, due_first=None) == set()


def test_rules_are_data() -> None:
    rules = read_rules('[[rule]]\nof = "due"\nwhom = ["controller"]\ndays = [-2]')
    rows = reminders(orders({"due": DUE, **WHO}), on=DUE - dt.timedelta(days=2), rules=rules)
    assert rows.select("person", "role", "days_over").rows() == [("Министр", "controller", -2)]


@pytest.mark.parametrize(("rules", "every", "due", "first", "expected"), [
    (GOVERNOR, "month", (2026, 6, 10), None, (2026, 7, 10)),
    (GOVERNOR, "month", (2026, 9, 10), None, (2026, 10, 9)),  # the 10th is a Saturday
    (GOVERNOR, "month", (2026, 10, 9), None, (2026, 11, 10)),
    (GOVERNOR, "month", (2025, 12, 30), None, (2026, 2, 10)),  # the one of December was moved into December
    (GOVERNOR, "quarter", (2026, 4, 10), None, (2026, 7, 10)),
    (GOVERNOR, "year", (2025, 1, 20), None, (2026, 1, 20)),
    (FEDERAL, "month", (2026, 2, 27), (2026, 1, 30), (2026, 3, 30)),  # the day of the first one, not of the shorter
    (FEDERAL, "quarter", (2026, 1, 30), (2026, 1, 30), (2026, 4, 30)),
])
def test_a_deadline_that_repeats_comes_after_the_one_before(
        rules: object, every: str, due: tuple[int, int, int], first: tuple[int, int, int] | None,
        expected: tuple[int, int, int]) -> None:
    found = next_due(rules, every, dt.date(*due), DAYS, first=dt.date(*first) if first else None)  # type: ignore[arg-type]
    assert found == dt.date(*expected)


def test_a_deadline_in_a_year_without_a_calendar_is_not_guessed() -> None:
    with pytest.raises(CannotSay, match="2027"):
        next_due(GOVERNOR, "year", dt.date(2026, 1, 20), DAYS)


def test_a_paper_leaves_control_only_with_the_last_of_its_items() -> None:
    rows = orders({"protocol": "14-пр", "state": "removed", "removed_on": DUE},
                  {"protocol": "14-пр", "state": "removed", "removed_on": DUE + dt.timedelta(days=9)},
                  {"protocol": "2-пр", "state": "removed", "removed_on": DUE}, {"protocol": "2-пр"}, {})
    (first, second) = papers(rows, on=DUE)
    assert (first.name, first.items, first.gone, first.left_on) == ("14-пр", 2, 1, None)
    assert (second.gone, second.left_on) == (1, None)
    assert papers(rows, on=DUE + dt.timedelta(days=9))[0].left_on == DUE + dt.timedelta(days=9)


def test_what_repeats_is_in_no_share_of_discipline() -> None:
    made = discipline(orders({"due_first": DUE, "due": DUE, "every": "month"}), since=dt.date(2026, 1, 1),
                      until=dt.date(2027, 1, 1), on=dt.date(2026, 6, 1))
    assert made.orders == 0 and made.share_in_term is None
