"""Pair meetings: the best schedule that any search could find, kept small enough to look through all of them."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.errors import InputError, InputFaults
from smezhnik.scheduling import Person, Schedule, Slot, Wish, make_slots, plan_pairs, replan_pairs
from smezhnik.scheduling.colouring import colour_pairs

DAY = dt.date(2026, 11, 24)


START = dt.datetime.combine(DAY, dt.time(9))


def slots(count: int) -> tuple[Slot, ...]:
    return tuple(Slot(number, START + number * dt.timedelta(minutes=30),
                      START + number * dt.timedelta(minutes=30) + dt.timedelta(minutes=25))
                 for number in range(1, count + 1))


def brute(people: list[Person], wishes: list[Wish], count: int, tables: int) -> tuple[int, float]:
    """Mutual wishes met and the worth of the best schedule, by trying every one."""
    every = frozenset(range(1, count + 1))
    free = {person.id: every if person.free is None else person.free for person in people}
    most = {person.id: count if person.most is None else person.most for person in people}
    best = (0, 0.0)

    def go(at: int, taken: frozenset[tuple[str, int]], full: Counter[int], met: Counter[str], sums: tuple[int, float]
           ) -> None:
        nonlocal best
        best = max(best, sums)
        if at == len(wishes):
            return
        wish = wishes[at]
        go(at + 1, taken, full, met, sums)
        if met[wish.host] >= most[wish.host] or met[wish.guest] >= most[wish.guest]:
            return
        for slot in free[wish.host] & free[wish.guest]:
            if (wish.host, slot) in taken or (wish.guest, slot) in taken or full[slot] >= tables:
                continue
            go(at + 1, taken | {(wish.host, slot), (wish.guest, slot)}, full + Counter([slot]),
               met + Counter([wish.host, wish.guest]), (sums[0] + wish.mutual, round(sums[1] + wish.worth, 2)))

    go(0, frozenset(), Counter(), Counter(), (0, 0.0))
    return best


def check(made: Schedule, people: list[Person], wishes: list[Wish], count: int, tables: int | None) -> None:
    """What holds of every schedule, the best one or not."""
    seats = [(meeting.slot, who) for meeting in made.meetings for who in (meeting.host, meeting.guest)]
    assert len(seats) == len(set(seats)), "somebody sits at two tables"
    places = [(meeting.slot, meeting.table) for meeting in made.meetings]
    assert len(places) == len(set(places)), "two meetings at one table"
    free = {person.id: person.free for person in people}
    assert all(free[who] is None or slot in free[who] for slot, who in seats)
    pairs = [(meeting.host, meeting.guest) for meeting in made.meetings]
    assert len(pairs) == len(set(pairs))
    wanted = {(wish.host, wish.guest) for wish in wishes if wish.worth > 0}
    assert set(pairs) | {(item.wish.host, item.wish.guest) for item in made.unmet} == wanted, "no wish disappears"
    assert made.tables >= max((meeting.table for meeting in made.meetings), default=0)
    assert tables is None or made.tables <= max(tables, math.ceil(len(pairs) / count * 1.15))


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Person], list[Wish], int, int | None]:
    count = draw(st.integers(1, 3))
    free = st.none() | st.frozensets(st.integers(1, count))
    most = st.none() | st.integers(0, count)
    hosts = [Person(f"h{n}", "host", draw(free), draw(most)) for n in range(draw(st.integers(1, 3)))]
    guests = [Person(f"g{n}", "guest", draw(free), draw(most)) for n in range(draw(st.integers(1, 3)))]
    pairs = draw(st.lists(st.sampled_from([(h.id, g.id) for h in hosts for g in guests]), unique=True, max_size=7))
    wish = st.integers(0, 3)
    wishes = [Wish(host, guest, draw(wish), draw(wish), draw(st.sampled_from([0.0, 0.25, 1.0])))
              for host, guest in pairs]
    return [*hosts, *guests], wishes, count, draw(st.none() | st.integers(1, 2))


@settings(max_examples=150, deadline=None)
@given(cases(), st.randoms())
def test_nothing_is_better_and_order_changes_nothing(case: tuple[list[Person], list[Wish], int, int | None],
                                                     random: object) -> None:
    people, wishes, count, tables = case
    made = plan_pairs(people, wishes, slots(count), tables=tables)
    check(made, people, wishes, count, tables)
    best = brute(people, [wish for wish in wishes if wish.worth > 0], count, tables if tables is not None else 9)
    assert (made.mutual_met, round(made.worth, 2)) == best
    assert (made.status, made.gap, made.mutual_bound) == ("proved", 0.0, made.mutual_met)
    random.shuffle(people)  # type: ignore[attr-defined]
    random.shuffle(wishes)  # type: ignore[attr-defined]
    assert plan_pairs(people, wishes, slots(count), tables=tables) == made


@settings(max_examples=80, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=30), st.integers(0, 3))
def test_colours_are_as_few_as_the_busiest_needs_and_equally_used(pairs: set[tuple[int, int]], more: int) -> None:
    given_pairs = sorted(pairs)
    most = max([*Counter(left for left, _ in pairs).values(), *Counter(right for _, right in pairs).values(), 1])
    made = colour_pairs(given_pairs, most + more)
    for (one, first), (other, second) in itertools.combinations(zip(given_pairs, made, strict=True), 2):
        assert first != second or (one[0] != other[0] and one[1] != other[1])
    sizes = Counter(made)
    assert max((sizes[colour] for colour in range(most + more)), default=0) - min(
        (sizes[colour] for colour in range(most + more)), default=0) <= 1


def everybody(hosts: int, guests: int) -> tuple[list[Person], list[Wish]]:
    people = [*(Person(f"покупатель {n}", "host") for n in range(hosts)),
              *(Person(f"поставщик {n}", "guest") for n in range(guests))]
    return people, [Wish(f"покупатель {h}", f"поставщик {g}", 1 + (h + g) % 3, (h * g) % 3, ((h * 7 + g) % 10) / 10)
                    for h in range(hosts) for g in range(guests)]


def test_tables_are_meetings_by_slots_with_room_to_spare() -> None:
    people, wishes = everybody(12, 40)
    made = plan_pairs(people, wishes, slots(28))
    assert len(made.meetings) == 12 * 28
    assert made.tables == math.ceil(12 * 28 / 28 * 1.15) == 14
    assert {item.reason for item in made.unmet} == {"host_full"}
    met = [sum(wish.mutual for wish in wishes if wish.host == host) for host in {wish.host for wish in wishes}]
    assert made.mutual_met == sum(min(count, 28) for count in met)


def test_those_who_did_not_come_leave_the_rest_where_it_was() -> None:
    people, wishes = everybody(6, 12)
    before = plan_pairs(people, wishes, slots(8))
    after = replan_pairs(before, people, wishes, slots(8), absent={"поставщик 1": 3, "покупатель 2": 5}, now=3)
    stays = {meeting for meeting in before.meetings if meeting.slot < 3 or not (
        meeting.guest == "поставщик 1" or (meeting.host == "покупатель 2" and meeting.slot >= 5))}
    assert stays <= set(after.meetings)
    new = set(after.meetings) - stays
    assert new
    assert all(meeting.slot >= 3 and meeting.guest != "поставщик 1" for meeting in new)
    assert not [meeting for meeting in new if meeting.host == "покупатель 2" and meeting.slot >= 5]
    check(after, people, wishes, 8, None)


def test_every_wish_without_a_meeting_has_its_reason() -> None:
    people = [Person("h", "host", frozenset({1, 2})), Person("away", "guest", frozenset({3})),
              Person("a", "guest"), Person("b", "guest"), Person("c", "guest")]
    wishes = [Wish("h", guest, 1, 1) for guest in ("away", "a", "b")] + [Wish("h", "c", 0, 1)]
    made = plan_pairs(people, wishes, slots(3))
    assert {(item.wish.guest, item.reason) for item in made.unmet} == {("away", "away"), ("c", "host_full")}
    few = plan_pairs([*people, Person("h2", "host")], [*wishes, Wish("h2", "c", 1, 1), Wish("h2", "b", 1, 1),
                                                       Wish("h2", "a", 1, 1)], slots(3), tables=1)
    assert ("tables" in {item.reason for item in few.unmet}) and len(few.meetings) == 3


def test_a_search_without_time_says_what_it_could_not_prove() -> None:
    people, wishes = everybody(20, 60)
    away = [replace(person, free=frozenset(n for n in range(1, 33) if (n * 7 + at * 3) % 11)) for at, person in
            enumerate(people)]
    made = plan_pairs(away, wishes, slots(32), time_limit_s=0.0)
    check(made, away, wishes, 32, None)
    assert made.status in ("found", "unknown")
    assert made.mutual_bound >= made.mutual_met
    assert made.meetings, "what has room is placed even then"


@pytest.mark.parametrize(("people", "wishes", "code"), [
    ([Person("h", "host"), Person("h", "host")], [], "participant_twice"),
    ([Person("h", "host")], [Wish("h", "nobody", 1, 1)], "wish_of_unknown"),
    ([Person("h", "host"), Person("g", "guest")], [Wish("g", "h", 1, 1)], "wish_one_side"),
    ([Person("h", "host"), Person("g", "guest")], [Wish("h", "g", 1), Wish("h", "g", 2)], "wish_twice"),
    ([Person("h", "host", frozenset({9}))], [], "participant_slots"),
])
def test_what_cannot_be_scheduled_is_named(people: list[Person], wishes: list[Wish], code: str) -> None:
    with pytest.raises(InputFaults) as refused:
        plan_pairs(people, wishes, slots(2))
    assert code in [fault.code for fault in refused.value.faults]


def test_a_day_is_cut_into_slots_around_lunch() -> None:
    made = make_slots([DAY, DAY + dt.timedelta(days=1), DAY], dt.time(10), dt.time(17),
                      lunch=(dt.time(13), dt.time(14)))
    assert len(made) == 24
    assert [slot.number for slot in made] == list(range(1, 25))
    assert not [slot for slot in made if slot.starts.hour == 13]
    assert made[-1].ends <= dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time(17))
    for minutes, opens in ((0, 9), (25, 18)):
        with pytest.raises(InputError):
            make_slots([DAY], dt.time(opens), dt.time(17), minutes=minutes)
