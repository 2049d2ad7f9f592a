"""The plan is the least effort, keeps its limits, and holds when everything is rated again."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from smezhnik.errors import CannotSay, InputError
from smezhnik.regions.rating import calc_plan, find_peers, find_standings, rate
from smezhnik.regions.rating.scheme import Joining, JoinMethod, Normalisation, Ties
from tests.rating.factories import asem, small_scheme, small_table


def test_poland_gains_five_places_by_two_indicators() -> None:
    scheme, table = asem()
    plan = calc_plan(rate(table, scheme), "poland", gain=5)
    assert (plan.place, plan.target, plan.reached) == (26, 21, 21)
    assert plan.needed - plan.score == pytest.approx(1.34, abs=0.005)
    assert plan.effort == pytest.approx(40.3, abs=0.05)
    assert [move.indicator.code for move in plan.moves] == ["RDExp", "NEET"]
    assert sum(move.gain for move in plan.moves) == pytest.approx(plan.needed - plan.score, abs=1e-5)


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic"])
def test_no_cheaper_way_is_found_by_trying_many(method: JoinMethod) -> None:
    draw = np.random.default_rng(5)
    scheme = small_scheme(joining=Joining(method), normalisation=Normalisation("min_max", 1, 100))
    composite = rate(small_table(draw.uniform(1, 10, (12, 3)).tolist()), scheme)
    # a region that is last in nothing: raising it leaves the scale where it is
    within = [row for row in np.argsort(composite.places)[3:] if composite.normalised[row].min() > 2]
    region = composite.table.regions[within[0]]
    plan = calc_plan(composite, region, gain=2, limit=0.9)
    row = composite.row(region)
    others = [other for other in range(12) if other != row]
    room = np.maximum(np.quantile(composite.normalised[others], 0.9, axis=0) - composite.normalised[row], 0)
    cheapest = np.inf
    for shares in product(np.linspace(0, 1, 60), repeat=3):
        effort = np.array(shares) * room
        if effort.sum() < cheapest and index_of(composite.normalised[row] + effort, method) >= plan.needed:
            cheapest = effort.sum()
    assert plan.effort <= cheapest + 1e-6
    assert plan.reached <= plan.target
    assert all(move.points <= room[ord(move.indicator.code) - 97] + 1e-9 for move in plan.moves)


def index_of(points: np.ndarray, method: JoinMethod) -> float:
    """Blocks of small_scheme, joined in the plain way."""
    def mean(values: list[float]) -> float:
        if method == "arithmetic":
            return sum(values) / len(values)
        if method == "geometric":
            return float(np.prod(values)) ** (1 / len(values))
        return len(values) / sum(1 / value for value in values)

    return mean([mean([points[0], points[1]]), points[2]])


def test_fixed_indicators_stay_and_what_is_out_of_reach_says_how_far_it_goes() -> None:
    scheme, table = asem()
    composite = rate(table, scheme)
    plan = calc_plan(composite, "Poland", gain=5, fixed=("RDExp",))
    assert "RDExp" not in [move.indicator.code for move in plan.moves]
    assert plan.effort > calc_plan(composite, "Poland", gain=5).effort
    with pytest.raises(CannotSay) as refused:
        calc_plan(composite, "Poland", gain=25, limit=0.3)
    assert 1 < refused.value.fields["best"] <= 26
    with pytest.raises(InputError):
        calc_plan(composite, "Switzerland", gain=1)


def test_dense_places_and_rounded_scores_are_reached_too() -> None:
    scheme, table = asem()
    composite = rate(table, replace(scheme, ties=Ties("dense", 0)))
    row = int(np.argmax(composite.places))
    plan = calc_plan(composite, composite.table.regions[row], gain=2)
    assert plan.reached <= plan.target


def test_absent_values_are_named_and_not_raised() -> None:
    scheme, table = asem()
    composite = rate(table, scheme)
    row = int(np.flatnonzero(composite.absent.sum(axis=1) > 3)[0])
    if composite.places[row] < 4:
        row = int(np.flatnonzero(composite.absent.sum(axis=1) > 3)[1])
    plan = calc_plan(composite, composite.table.regions[row], gain=2)
    absent = {item.code for item in plan.absent}
    assert absent and not absent & {move.indicator.code for move in plan.moves}


def test_standings_compare_with_the_peers_that_were_asked_for() -> None:
    scheme, table = asem()
    composite = rate(table, scheme)
    peers = [composite.row(name) for name in ("Hungary", "Romania")]
    index = next(item for item in find_standings(composite, "POL", peers) if item.code == "index")
    assert index.median == pytest.approx(composite.index[peers].mean())
    assert index.place == composite.places[composite.row("POL")]
    assert composite.row("POL") not in find_peers(composite, "POL", 60)
