"""Words for a deadline become days: the vectors of the notes, and what is not known is said."""

from __future__ import annotations

import datetime as dt

import pytest

from smezhnik.errors import CannotSay, UnknownCode
from smezhnik.promises.calendar import Calendar, load_calendar, read_calendar
from smezhnik.promises.deadlines import find_due, last_to_ask, list_rules, load_rules

FEDERAL, GOVERNOR = load_rules("federal-agency"), load_rules("sverdlovsk-governor")
DAYS = load_calendar()
#: 2026 without any day off on a weekday.
PLAIN = Calendar(frozenset({2026}), frozenset(), frozenset())


def test_a_month_from_the_thirtieth_of_january_ends_before_the_weekend() -> None:
    assert find_due(FEDERAL, DAYS, signed_on=dt.date(2026, 1, 30)) == dt.date(2026, 2, 27)


def test_ten_working_days_go_round_a_day_off() -> None:
    monday = dt.date(2026, 3, 2)
    assert find_due(GOVERNOR, DAYS, word="оперативно", registered_on=monday) == dt.date(2026, 3, 17)
    assert find_due(GOVERNOR, PLAIN, word="оперативно", registered_on=monday) == dt.date(2026, 3, 16)


@pytest.mark.parametrize(("rules", "word", "day", "due"), [
    (FEDERAL, "срочно", (2026, 3, 2), (2026, 3, 5)),
    (FEDERAL, "срочно", (2026, 3, 4), (2026, 3, 6)),       # the 7th is a Saturday
    (FEDERAL, "Оперативно ", (2026, 4, 20), (2026, 4, 30)),
    (GOVERNOR, "весьма срочно", (2026, 3, 6), (2026, 3, 10)),
    (GOVERNOR, "вручить немедленно", (2026, 3, 2), (2026, 3, 3)),
    (GOVERNOR, "незамедлительно", (2026, 12, 28), None),    # the third working day lies in a year without a calendar
    (GOVERNOR, "ежемесячно", (2026, 3, 2), (2026, 4, 10)),
    (GOVERNOR, "ежемесячно", (2026, 9, 30), (2026, 10, 9)),  # the 10th is a Saturday
    (GOVERNOR, "ежеквартально", (2026, 5, 5), (2026, 7, 10)),
    (GOVERNOR, "постоянно", (2025, 5, 5), (2026, 1, 20)),
])
def test_a_word_is_worth_its_days(rules: object, word: str, day: tuple[int, int, int],
                                  due: tuple[int, int, int] | None) -> None:
    given = dt.date(*day)
    if due is None:
        with pytest.raises(CannotSay, match="2027"):
            find_due(rules, DAYS, word=word, signed_on=given, registered_on=given)  # type: ignore[arg-type]
    else:
        assert find_due(rules, DAYS, word=word, signed_on=given, registered_on=given) == dt.date(*due)  # type: ignore[arg-type]


def test_what_is_not_known_is_said_and_not_guessed() -> None:
    with pytest.raises(CannotSay, match="2031"):
        find_due(FEDERAL, DAYS, signed_on=dt.date(2031, 1, 30))
    with pytest.raises(CannotSay, match="registration"):
        find_due(GOVERNOR, DAYS, word="срочно", signed_on=dt.date(2026, 3, 2))
    with pytest.raises(CannotSay, match="без спешки"):
        find_due(FEDERAL, DAYS, word="без спешки", signed_on=dt.date(2026, 3, 2))
    with pytest.raises(CannotSay, match="deadline"):
        find_due(GOVERNOR, DAYS, registered_on=dt.date(2026, 3, 2))
    with pytest.raises(UnknownCode, match="absent-office"):
        load_rules("absent-office")


def test_an_extension_is_asked_for_three_working_days_before() -> None:
    assert last_to_ask(dt.date(2026, 5, 12), FEDERAL, DAYS) == dt.date(2026, 5, 6)


def test_the_calendar_of_a_year_is_that_of_the_act() -> None:
    working = {year: sum(DAYS.is_working(dt.date(year, 1, 1) + dt.timedelta(days=n)) for n in range(365))
               for year in (2025, 2026)}
    assert working == {2025: 247, 2026: 247}, "as production calendars of the two years count them"
    assert DAYS.is_working(dt.date(2025, 11, 1)) and not DAYS.is_working(dt.date(2025, 12, 31))
    assert read_calendar([]).years == frozenset()
    assert DAYS.unverified == frozenset(), "both were compared with what retells their acts"
    moved = {(2025, 5, 2), (2025, 5, 8), (2025, 6, 13), (2025, 11, 3), (2025, 12, 31)}
    assert not [day for day in moved if DAYS.is_working(dt.date(*day))]


def test_a_calendar_that_nobody_compared_says_so() -> None:
    text = 'year = 2027\nsource = "проект"\nstatus = "unverified"\noff = []\nworked = []'
    assert read_calendar([text]).unverified == {2027}


@pytest.mark.parametrize("name", list_rules())
def test_every_rule_set_names_its_source_and_how_sure_it_is(name: str) -> None:
    rules = load_rules(name)
    assert rules.source.startswith("https://") and rules.status in ("confirmed", "unverified")
    assert rules.start in ("signing", "registration") and rules.terms and rules.ask_before > 0
