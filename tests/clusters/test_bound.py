"""The bound is never below the best cluster, and settles nobody wrongly; the cut is the best of all sets."""

from __future__ import annotations

import numpy as np

from smezhnik.clusters.bound import find_bound
from smezhnik.clusters.cut import Pairs, push, widen
from tests.clusters.truth import all_subsets, feasible, random_problem, values


def test_worth_is_shared_until_the_bound_is_the_worth_of_the_best_set() -> None:
    draw = np.random.default_rng(1)
    for _ in range(60):
        one, other = np.triu_indices(8, 1)
        kept = draw.random(len(one)) < 0.5
        one, other = one[kept].astype(np.int64), other[kept].astype(np.int64)
        worth, cost = draw.integers(0, 20, len(one)).astype(float), draw.integers(-40, 20, 8).astype(float)
        graph = Pairs.of(8, one, other)
        shared = push(graph, draw.random(len(one)), worth, cost)
        sets = all_subsets(8)
        worths = (sets[:, one] & sets[:, other]) @ worth + sets @ cost
        assert np.isclose(np.maximum(shared.rest, 0).sum(), worths.max())
        assert np.isclose(worths[(sets == shared.chosen).all(1)][0], worths.max())
        amount = float(draw.integers(1, 30))
        paying, costing = widen(graph, shared.residual, shared.rest, amount)
        good = sets[worths > worths.max() - amount + 1e-6]
        assert good[:, paying].all() and not good[:, costing].any()


def test_no_cluster_passes_the_bound_and_the_best_keeps_who_is_settled() -> None:
    settled = 0
    for seed in range(200):
        problem = random_problem(seed)
        sets = all_subsets(problem.facts.count)
        able = feasible(problem, sets)
        if not able.any() or (problem.must & ~problem.peeled.kept).any():
            continue
        found = find_bound(problem, problem.peeled.kept & ~problem.must, problem.must)
        worth = values(problem, sets[able])
        assert found.value >= worth.max() - 1e-6
        for reached in (worth.max(), worth.max() * 0.8):
            free, inside = found.settle(found.value - reached)
            better = sets[able][worth >= reached]
            best = better[worth[worth >= reached] > reached + 1e-6]
            assert best[:, inside].all() and not best[:, ~free & ~inside].any(), seed
            settled += int((~free).sum())
    assert settled > 100
