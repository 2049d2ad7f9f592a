"""Who stops a work of many searches gets what was found, and no other search is begun."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.conflicts import Conflicts, conflicts, conflicts_facts
from smezhnik.clusters.discover import discover
from smezhnik.clusters.sentences import conflict_lines
from smezhnik.errors import Cancelled
from smezhnik.progress import Step
from smezhnik.rules import Edition, Facts, load_pack
from smezhnik.workflows.cluster import read_cluster
from tests.rules.networks import network as plants
from tests.rules.packs import criterion, number, pack

ON = dt.date(2024, 6, 1)


@pytest.fixture(scope="module")
def network() -> Cluster:
    return read_cluster(Path(__file__).parent.parent.parent / "examples" / "network").cluster


class Stop:
    """Stops at a step for which ``when`` says so; remembers all steps."""

    def __init__(self, stage: str, done: int) -> None:
        self.stage, self.done, self.steps = stage, done, list[Step]()

    def __call__(self, step: Step) -> None:
        self.steps.append(step)
        if step.stage == self.stage and step.done is not None and step.done >= self.done:
            raise Cancelled("cancelled", stage=step.stage)


def test_discover_gives_the_candidates_found_and_begins_no_other(network: Cluster) -> None:
    whole = discover(network, "ru-779", on=ON, by="product")
    assert len(whole) >= 2
    stop = Stop("discover", 1)
    found = discover(network, "ru-779", on=ON, by="product", progress=stop)
    assert len(found) == 1 and max(step.done or 0 for step in stop.steps) == 1
    with pytest.raises(Cancelled):
        discover(network, "ru-779", on=ON, by="product", progress=Stop("discover", 0))


def test_discover_stops_within_a_composition(network: Cluster) -> None:
    steps: list[Step] = []

    def stop(step: Step) -> None:
        steps.append(step)
        if len(steps) == 3:
            raise KeyboardInterrupt

    request = Request(possible=True, most_size=16, new_volume_th_rub=90_000.0)
    try:
        discover(network, "ru-779", on=ON, by="product", request=request, progress=stop)
    except KeyboardInterrupt:
        pass
    assert len(steps) == 3


def test_conflicts_keeps_those_found(network: Cluster) -> None:
    request = Request(most_size=4)
    whole = conflicts(network, "ru-779", on=ON, request=request)
    counts = [len(conflicts(network, "ru-779", on=ON, request=request, progress=Stop("conflicts", number)).minimal)
              for number in range(max(whole.searches - 2, 3), whole.searches + 1) if number]
    assert any(count > 0 for count in counts)


def test_conflicts_says_who_ended_the_search(network: Cluster) -> None:
    """Somebody stopped it, or the time was over: each is told what to do, and only the second to give more time."""
    law, request = load_pack("ru-779").on(ON), Request(most_size=4)
    late = conflicts(network, "ru-779", on=ON, request=request, time_limit_s=0.0)
    assert not late.complete and not late.interrupted
    assert any(line.startswith("Время вышло") for line in conflict_lines(late, law, "ru"))
    searches = conflicts(network, "ru-779", on=ON, request=request).searches
    stopped = conflicts(network, "ru-779", on=ON, request=request, progress=Stop("conflicts", searches - 1))
    assert stopped.minimal and not stopped.complete and stopped.interrupted
    said = list(conflict_lines(stopped, law, "ru"))
    assert any(line.startswith("Поиск остановлен") for line in said)
    assert not any("Время вышло" in line for line in said)


def stopped_at(number: int, facts: Facts, law: Edition) -> Conflicts | None:
    """What is found where the search is stopped at that step; None where nothing is."""
    steps: list[Step] = []

    def stop(step: Step) -> None:
        steps.append(step)
        if len(steps) == number:
            raise Cancelled("cancelled", stage=step.stage)

    try:
        return conflicts_facts(facts, law, progress=stop)
    except Cancelled:
        return None


def test_conflicts_names_what_it_had_no_time_to_reach() -> None:
    """One rule that a plant can come near to; the search is stopped once the conflicts are known."""
    law = pack(number("two", 2), number("half", 0.5, "share"),
               criterion('kind = "count"\nleast = "two"', "members"),
               criterion('kind = "share_of_sum"\npart = "high_productivity_jobs"\nwhole = "jobs"\nleast = "half"',
                         "jobs")).on(ON)
    facts = plants({"id": "a", "jobs": 100, "high_productivity_jobs": 10},
                   {"id": "b", "jobs": 100, "high_productivity_jobs": 20},
                   {"id": "c", "jobs": 100, "high_productivity_jobs": 40})
    whole = conflicts_facts(facts, law)
    assert {item.code for item in whole.reaches} == {"jobs", "members"} and not whole.unreached
    assert all(item.proved for item in whole.reaches) and not whole.interrupted
    parts = [part for number in range(1, 12) if (part := stopped_at(number, facts, law)) is not None and part.complete]
    late = [part for part in parts if part.unreached]
    assert late and all(part.interrupted for part in late)
    for part in parts:
        assert {item.code for item in part.reaches} | set(part.unreached) == {"jobs", "members"}
        assert not part.unproved, "what nothing absent touches is settled without another search"
    said = list(conflict_lines(late[0], law, "ru"))
    assert any("посчитать не успели" in line for line in said) and not any("Время вышло" in line for line in said)
    unproved = replace(whole, reaches=tuple(replace(item, proved=False) for item in whole.reaches))
    assert any("не доказано" in line for line in conflict_lines(unproved, law, "ru"))
