"""Story 8 of the notes: 17 clusters, 12 seats of two packages, each seat may stand for several clusters."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from smezhnik.activities.delegations import nominate, set_rules
from smezhnik.activities.models import Delegation
from smezhnik.errors import InputError
from smezhnik.workflows.delegation_papers import delegation_report, dossiers_paper, list_paper, programme_paper
from smezhnik.workflows.delegation_records import compose_stored
from tests.activities.test_event_papers import words
from tests.activities.test_events import DAY, WHO, make_event
from tests.workplace import HERE, make, make_offer, make_organisation

pytestmark = pytest.mark.django_db
CLUSTERS = [f"кластер {number:02}" for number in range(17)]
SEATS = ({"counted": "package", "value": "Premium", "most": 3}, {"counted": "package", "value": "Standard", "most": 9})


def make_delegation(people: list[dict[str, object]], seats: tuple[dict[str, object], ...] = SEATS,
                    clusters: list[str] | None = None) -> Delegation:
    """A delegation with candidates; every cluster is to be represented."""
    made = make(Delegation(name="Выставка", held_by=HERE, region=HERE, head="министр", event=make_event(),
                           starts_on=DAY, last_day=DAY + dt.timedelta(days=2), programme=["10:00 Стенд корпорации"]))
    nominate(made, [{"organisation": f"Завод {number:02}", "post": "директор", "roles": ["переговорщик"], **one}
                    for number, one in enumerate(people)], "м")
    set_rules(made, [*seats, *({"counted": "cluster", "value": name} for name in clusters or CLUSTERS)], "м")
    return made


def candidates() -> list[dict[str, object]]:
    """One for each cluster, and ten who stand for two."""
    one_each = [{"clusters": [name], "expected_meetings": float(at % 5), "packages": ["Standard"] if at % 2 else []}
                for at, name in enumerate(CLUSTERS)]
    pairs = [{"clusters": [CLUSTERS[at], CLUSTERS[(at + 7) % 17]], "expected_meetings": 3.0} for at in range(10)]
    return [*one_each, *pairs]


def test_twelve_seats_stand_for_seventeen_clusters_and_every_loser_is_told_why() -> None:
    delegation = make_delegation(candidates())
    found = compose_stored(delegation, "м").delegation
    assert found.status == "proved" and len(found.seats) <= 12
    assert [sum(seat.package == name for seat in found.seats) <= most for name, most in (
        ("Premium", 3), ("Standard", 9))] == [True, True]
    seated = list(delegation.nominees.exclude(package=""))
    assert {name for one in seated for name in one.clusters} == set(CLUSTERS)
    assert all(one.reason for one in delegation.nominees.filter(package=""))
    make_offer("Насосы", organisation=make_organisation(seated[0].organisation))
    told = words(list_paper(delegation, WHO, "ru"))
    assert all(one.organisation in told for one in seated) and "директор" in told and "переговорщик" in told
    assert "10:00 Стенд корпорации" in words(programme_paper(delegation, WHO, "ru"))
    assert "Насосы" in words(dossiers_paper(delegation, WHO, "ru"))
    report = delegation_report(delegation, WHO, "ru")
    assert len({block.title[:2] for block in report.blocks} & {f"{number}." for number in range(1, 9)}) == 8
    delegation.programme = None
    with pytest.raises(InputError, match="no programme"):
        programme_paper(delegation, WHO, "ru")


def test_a_must_have_displaces_somebody_and_the_cluster_that_lost_is_named() -> None:
    seats = ({"counted": "package", "value": "Standard", "most": 2},)
    people: list[dict[str, object]] = [
        {"clusters": ["сталь"], "expected_meetings": 5.0}, {"clusters": ["стекло"], "expected_meetings": 4.0},
        {"clusters": ["стекло", "сталь"], "expected_meetings": 1.0}, {"clusters": [], "must": True}]
    delegation = make_delegation(people, seats, ["сталь", "стекло"])
    made = compose_stored(delegation, "м").delegation
    assert made.status == "proved"
    lost = {one.organisation: (one.reason, one.by, one.alone_for) for one in delegation.nominees.filter(package="")}
    assert lost["Завод 00"] == ("displaced", ["Завод 03, директор"], ["сталь"])
    assert lost["Завод 01"] == ("displaced", ["Завод 03, директор"], ["стекло"])


def test_seventeen_clusters_of_one_plant_each_need_seventeen_seats_and_the_smallest_conflict_is_shown() -> None:
    delegation = make_delegation(candidates()[:17])
    made = compose_stored(delegation, "м").delegation
    assert (made.status, made.seats_needed, made.smallest) == ("impossible", 17, True)
    kinds = [condition.kind for condition in made.conflict]
    assert (kinds.count("seats"), kinds.count("cluster")) == (2, 13), "thirteen of one plant each for twelve seats"
    said = " ".join(delegation.answer["ru"])
    assert "доказано" in said and "17" in said
    with pytest.raises(InputError, match="nobody to print"):
        list_paper(delegation, WHO, "ru")


def test_small_delegations_are_what_trying_every_choice_gives() -> None:
    names = CLUSTERS[:4]
    people: list[dict[str, object]] = [
        {"clusters": [names[at % 4], names[at * 3 % 4]], "expected_meetings": float(1 + at * 5 % 7)} for at in range(7)]
    for seats in range(1, 5):
        delegation = make_delegation(people, ({"counted": "package", "value": "место", "most": seats},), names)
        made = compose_stored(delegation, "м").delegation
        good = [sum(float(str(people[at]["expected_meetings"])) for at in some) for count in range(seats + 1)
                for some in itertools.combinations(range(7), count)
                if {name for at in some for name in people[at]["clusters"]} == set(names)]  # type: ignore[attr-defined]
        assert (made.status, made.worth) == ("proved", max(good)) if good else made.status == "impossible"
