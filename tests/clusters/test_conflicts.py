"""Conflicts and relaxations are all there are: checked against every set of rules and every set of members."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from smezhnik.clusters.conflicts import _Oracle, enumerate_conflicts
from smezhnik.clusters.problem import Problem
from smezhnik.solver import Watch
from tests.clusters.truth import all_subsets, random_problem, truths


def by_trial(problem: Problem) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    """Minimal conflicts and relaxations, by trying every set of rules on every set of members."""
    sets = all_subsets(problem.facts.count)
    sets = sets[~(sets & ~problem.allowed).any(1) & ~(problem.must & ~sets).any(1)]
    kept = {code: truths(form, problem.facts, sets) == 1 for code, form in problem.forms.items()}
    every = [frozenset(chosen) for size in range(len(kept) + 1) for chosen in itertools.combinations(kept, size)]
    possible = {chosen: bool(np.all([kept[code] for code in chosen] or [np.ones(len(sets), bool)], axis=0).any())
                for chosen in every}
    minimal = {chosen for chosen in every
               if not possible[chosen] and all(possible[chosen - {code}] for code in chosen)}
    relaxed = {frozenset(kept) - chosen for chosen in every
               if possible[chosen] and all(not possible[chosen | {code}] for code in set(kept) - chosen)}
    return minimal, relaxed - {frozenset()}


def test_all_conflicts_and_relaxations_are_found() -> None:
    some = 0
    for seed in range(150):
        problem = random_problem(seed, 7)
        problem = replace(problem, worth=np.zeros(len(problem.worth)), gain=np.zeros(7))
        minimal, relaxed, complete = enumerate_conflicts(_Oracle(problem, Watch(60.0)), tuple(problem.forms))
        expected = by_trial(problem)
        assert complete, seed
        assert ({frozenset(one) for one in minimal}, {frozenset(one) for one in relaxed}) == expected, seed
        some += bool(minimal)
    assert some > 30
