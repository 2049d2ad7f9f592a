"""The agenda: everything is heard or waits, the urgent before the less urgent, nobody's hour is overdrawn."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smezhnik.errors import InputError
from smezhnik.scheduling import Subject, write_agenda
from smezhnik.scheduling.agenda import KINDS

DAY = dt.date(2026, 11, 23)
days = st.none() | st.integers(-400, 400).map(lambda days: DAY + dt.timedelta(days=days))
subjects = st.lists(st.builds(Subject, st.sampled_from(sorted(KINDS)), st.uuids().map(str), st.just("о чём"), days,
                              days, st.just(""), st.none() | st.integers(1, 30)), max_size=40)


@given(subjects, st.integers(1, 120), st.randoms())
def test_every_subject_is_heard_or_waits_and_order_of_input_changes_nothing(some: list[Subject], length: int,
                                                                            random: object) -> None:
    made = write_agenda(some, on=DAY, length=length)
    assert sorted(line.subject.record for line in (*made.lines, *made.backlog)) == sorted(
        subject.record for subject in some)
    assert made.minutes == sum(line.minutes for line in made.lines) <= length
    assert all(made.minutes + line.minutes > length for line in made.backlog), "there was still room for it"
    order = list(KINDS)
    keys = [(order.index(line.subject.kind), line.subject.due or dt.date.max) for line in made.lines]
    assert keys == sorted(keys)
    random.shuffle(some)  # type: ignore[attr-defined]
    assert write_agenda(some, on=DAY, length=length) == made


def test_overdue_orders_leave_room_for_needs() -> None:
    late = [Subject("overdue_order", f"О-{n}", "Поручение", due=DAY - dt.timedelta(days=n + 1)) for n in range(20)]
    needs = [Subject("open_need", f"П-{n}", "Потребность", since=DAY - dt.timedelta(days=90 + n)) for n in range(5)]
    made = write_agenda([*late, *needs], on=DAY)
    kinds = [line.subject.kind for line in made.lines]
    assert kinds.count("overdue_order") == 7 and kinds.count("open_need") == 5 and made.minutes == 60
    assert [line.days for line in made.lines][:2] == [-20, -19]
    assert made.lines[7].days == 94, "the need that waits longest is heard first"


def test_a_sitting_without_length_and_a_kind_that_nobody_knows_are_refused() -> None:
    for given_ in ({"length": 0}, {"opening": 61}):
        with pytest.raises(InputError):
            write_agenda([], on=DAY, **given_)
    with pytest.raises(InputError):
        write_agenda([Subject("чай", "1", "Чай")], on=DAY)
