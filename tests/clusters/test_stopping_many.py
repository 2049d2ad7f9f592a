"""Who stops a work of many searches gets what was found, and no other search is begun."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.conflicts import conflicts
from smezhnik.clusters.discover import discover
from smezhnik.errors import Cancelled
from smezhnik.progress import Step
from smezhnik.workflows.cluster import read_cluster

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
