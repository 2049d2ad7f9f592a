"""A delegation: the best of all that keep the conditions, or the smallest conflict."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.errors import InputFaults
from smezhnik.scheduling import Candidate, Condition, Limit, compose_delegation

CLUSTERS = ("стекло", "насосы", "текстиль")


def keeps(going: Mapping[str, str], people: Sequence[Candidate], seats: Mapping[str, int], clusters: Sequence[str],
          limits: Sequence[Limit], only: Collection[Condition] | None = None) -> bool:
    """Whether a choice of packages keeps the conditions, written apart from the code under test."""
    there = [one for one in people if one.id in going]

    def asked(kind: str, name: str) -> bool:
        return only is None or Condition(kind, name) in only  # type: ignore[arg-type]

    counts = [sum(limit.value in one.of(limit.of) for one in there) for limit in limits]
    return all((
        all(not asked("seats", name) or list(going.values()).count(name) <= count for name, count in seats.items()),
        all(not asked("cluster", name) or any(name in one.clusters for one in there) for name in clusters),
        all(not asked("must", one.id) or one in there for one in people if one.must),
        all(not asked("must_not", one.id) or one not in there for one in people if one.must_not),
        all(not asked("least", str(at)) or limit.least is None or counts[at] >= limit.least
            for at, limit in enumerate(limits)),
        all(not asked("most", str(at)) or limit.most is None or counts[at] <= limit.most
            for at, limit in enumerate(limits))))


def choices(people: Sequence[Candidate], seats: Mapping[str, int]) -> list[dict[str, str]]:
    """Every way to give packages to people."""
    fits = [[None, *(name for name in seats if not one.packages or name in one.packages)] for one in people]
    return [{one.id: name for one, name in zip(people, row, strict=True) if name} for row in itertools.product(*fits)]


def conditions(people: Sequence[Candidate], seats: Mapping[str, int], clusters: Sequence[str],
               limits: Sequence[Limit]) -> list[Condition]:
    """Everything that is asked."""
    return [*(Condition("seats", name) for name in seats), *(Condition("cluster", name) for name in clusters),
            *(Condition("must", one.id) for one in people if one.must),
            *(Condition("must_not", one.id) for one in people if one.must_not),
            *(Condition("least", str(at)) for at, limit in enumerate(limits) if limit.least is not None),
            *(Condition("most", str(at)) for at, limit in enumerate(limits) if limit.most is not None)]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Candidate], dict[str, int], list[str], list[Limit]]:
    some = st.lists(st.sampled_from(CLUSTERS), unique=True, max_size=2).map(tuple)
    people = []
    for at in range(draw(st.integers(0, 5))):
        must = draw(st.sampled_from([None, None, None, True, False]))
        people.append(Candidate(f"к{at}", draw(st.sampled_from(["з1", "з2"])), draw(st.sampled_from(
            [(), ("премиум",), ("обычный",)])), draw(some), draw(st.sampled_from([(), ("глава",)])), (),
            draw(st.integers(0, 4)), must is True, must is False))
    seats = {"обычный": draw(st.integers(0, 2)), "премиум": draw(st.integers(0, 1))}
    clusters = draw(st.lists(st.sampled_from(CLUSTERS), unique=True))
    limits = draw(st.lists(st.sampled_from([Limit("role", "глава", 1), Limit("role", "глава", None, 1), Limit(
        "organisation", "з1", None, 1), Limit("cluster", "стекло", 2)]), unique=True, max_size=2))
    return people, seats, clusters, limits


@settings(max_examples=120, deadline=None)
@given(cases())
def test_nothing_is_better_and_a_conflict_has_nothing_to_spare(
        case: tuple[list[Candidate], dict[str, int], list[str], list[Limit]]) -> None:
    people, seats, clusters, limits = case
    made = compose_delegation(people, seats, clusters, limits)
    worth = {one.id: one.worth for one in people}
    every = choices(people, seats)
    good = [going for going in every if keeps(going, people, seats, clusters, limits)]
    going = {seat.candidate: seat.package for seat in made.seats}
    assert {loser.candidate for loser in made.losers} | set(going) == set(worth), "nobody disappears"
    if good:
        assert made.status == "proved" and going in good
        assert made.worth == max(sum(worth[who] for who in one) for one in good) == sum(worth[who] for who in going)
        for loser in made.losers:
            swaps = [other for other in going if not next(one for one in people if one.id == other).must and keeps(
                {loser.candidate if who == other else who: package for who, package in going.items()}, people, seats,
                clusters, limits) and going[other] in (next(
                    one for one in people if one.id == loser.candidate).packages or seats)]
            assert (loser.reason != "bound" or not swaps) and (loser.reason != "weaker" or swaps)
            if loser.reason == "weaker":
                assert loser.loss == min(worth[other] for other in swaps) - worth[loser.candidate] >= 0
        return
    assert made.status == "impossible" and made.conflict
    assert not [one for one in every if keeps(one, people, seats, clusters, limits, made.conflict)]
    assert made.smallest
    whole = conditions(people, seats, clusters, limits)
    assert set(made.conflict) <= set(whole)
    assert all(any(keeps(one, people, seats, clusters, limits, fewer) for one in every)
               for fewer in itertools.combinations(whole, len(made.conflict) - 1)), "none is smaller"
    for condition in made.conflict:
        fewer = [one for one in made.conflict if one != condition]
        assert [one for one in every if keeps(one, people, seats, clusters, limits, fewer)], condition
    wide = [one for one in every if keeps(one, people, dict.fromkeys(seats, 99), clusters, limits)]
    assert made.seats_needed == (min(map(len, wide)) if wide else None)
    rest = [one for one in every if keeps(one, people, seats, (), limits)]
    if rest:
        left = [sum(not any(name in one.clusters for one in people if one.id in going) for name in clusters)
                for going in rest]
        assert len(made.uncovered) == min(left)


def story(must: tuple[str, ...] = ()) -> list[Candidate]:
    """Seventeen clusters; ten people stand for two each, others for one."""
    names = [f"кластер {n:02}" for n in range(17)]
    both = [Candidate(f"пара {n}", f"завод {n}", (), (names[n], names[(n + 8) % 17]), worth=3, must=f"пара {n}" in must)
            for n in range(9)]
    return both + [Candidate(f"один {n:02}", f"завод {n + 9}", ("обычный",), (name,), worth=n % 4,
                             must=f"один {n:02}" in must) for n, name in enumerate(names)]


def test_twelve_seats_stand_for_seventeen_clusters() -> None:
    names = [f"кластер {n:02}" for n in range(17)]
    made = compose_delegation(story(), {"премиум": 3, "обычный": 9}, names)
    assert made.status == "proved" and len(made.seats) <= 12 and not made.uncovered
    stands = {seat.candidate for seat in made.seats}
    assert {name for one in story() if one.id in stands for name in one.clusters} >= set(names)


def test_eight_seats_do_not_and_the_conflict_says_so() -> None:
    names = [f"кластер {n:02}" for n in range(17)]
    made = compose_delegation(story(), {"премиум": 3, "обычный": 5}, names)
    assert made.status == "impossible"
    assert {condition.kind for condition in made.conflict} == {"seats", "cluster"}
    assert made.seats_needed == 9
    assert len(made.uncovered) == 1 and len(made.seats) == 8


def test_a_must_have_names_who_lost_the_seat_and_what_it_stood_for() -> None:
    people = [Candidate("а", clusters=("стекло",), worth=3), Candidate("б", clusters=("стекло",), worth=1),
              Candidate("в", clusters=("насосы",), worth=2), Candidate("г", clusters=("стекло",), worth=0, must=True)]
    made = compose_delegation(people, {"обычный": 2}, ("стекло", "насосы"))
    losers = {loser.candidate: loser for loser in made.losers}
    assert {seat.candidate for seat in made.seats} == {"в", "г"}
    assert (losers["а"].reason, losers["а"].by, losers["а"].clusters) == ("displaced", ("г",), ("стекло",))


@pytest.mark.parametrize(("people", "seats", "limits", "code"), [
    ([Candidate("а"), Candidate("а")], {}, [], "candidate_twice"),
    ([Candidate("а", must=True, must_not=True)], {}, [], "candidate_both_ways"),
    ([], {"обычный": -1}, [], "seats_negative"),
    ([], {}, [Limit("role", "глава", 3, 1)], "limit_turned"),
])
def test_what_contradicts_itself_is_named(people: list[Candidate], seats: dict[str, int], limits: list[Limit],
                                          code: str) -> None:
    with pytest.raises(InputFaults) as refused:
        compose_delegation(people, seats, (), limits)
    assert [fault.code for fault in refused.value.faults] == [code]
