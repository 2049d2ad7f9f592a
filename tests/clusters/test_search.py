"""The best cluster is the best of all sets of members: checked against every set there is, on small cases."""

from __future__ import annotations

import numpy as np
import pytest

from smezhnik.clusters import search
from smezhnik.clusters.problem import Problem
from smezhnik.clusters.search import Found, Search
from smezhnik.rules.forms import decide
from smezhnik.solver import Watch
from tests.clusters.truth import KINDS, all_subsets, feasible, random_facts, random_form, random_problem, truths, values


def seek(problem: Problem) -> Found:
    return Search(problem, Watch(60.0), gap=0.0).run()


@pytest.mark.parametrize("small", [0, 300])
def test_the_best_cluster_is_the_best_of_all_sets(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """``small`` = 0: as large networks are searched, case by case with many cuts of the bound."""
    monkeypatch.setattr(search, "SMALL", small)
    differences, none = [], 0
    for seed in range(small, small + (60 if small == 0 else 200)):
        problem = random_problem(seed)
        sets = all_subsets(problem.facts.count)
        able = feasible(problem, sets)
        best = values(problem, sets[able]).max() if able.any() else None
        found = seek(problem)
        none += best is None
        value = None if found.answer is None else problem.value(found.answer.member)
        if not found.proven or (value is None) != (best is None) or (
                best is not None and abs(value - best) > 1e-6 * max(1, best)):
            differences.append((seed, list(problem.forms), best, value, found.bound))
    assert differences == []
    assert none > 5


def test_the_truth_means_what_the_rules_mean() -> None:
    draw = np.random.default_rng(5)
    word = {1: True, 0: None, -1: False}
    for kind in KINDS:
        for _ in range(12):
            facts = random_facts(draw, 7)
            form = random_form(draw, facts, kind)
            sets = all_subsets(7)[draw.permutation(128)[:40]]
            meant = [word[met] for met in truths(form, facts, sets).tolist()]
            assert [decide(form, facts, row) for row in sets] == meant
