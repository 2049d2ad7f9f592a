"""The least change is the least of all changes; links that are signed in part are never worse than signed whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from smezhnik.clusters import search
from smezhnik.clusters.problem import Problem
from smezhnik.clusters.search import Search
from smezhnik.rules.facts import Bools
from smezhnik.solver import Watch
from tests.clusters.truth import all_subsets, feasible, random_problem, values


def changing(problem: Problem, draw: np.random.Generator) -> tuple[Problem, Bools]:
    """The same rules, sought with the least change of a cluster."""
    inside = draw.random(problem.facts.count) < 0.5
    return replace(problem, worth=np.zeros(len(problem.worth)), gain=np.where(inside, 1.0, -1.0), step=1.0), inside


@pytest.mark.parametrize("small", [0, 300])
def test_the_least_change_is_the_least_of_all_changes(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """``small`` = 0: as large networks are searched, step by step from the bound."""
    monkeypatch.setattr(search, "SMALL", small)
    differences = []
    for seed in range(1000 + small, 1040 + small):
        problem, inside = changing(random_problem(seed), np.random.default_rng(seed))
        sets = all_subsets(problem.facts.count)
        able = feasible(problem, sets)
        least = (sets[able] != inside).sum(1).min() if able.any() else None
        found = Search(problem, Watch(30.0), gap=0.0).run()
        changes = None if found.answer is None else int((found.answer.member != inside).sum())
        if changes != least or not found.proven:
            differences.append((seed, list(problem.forms), least, changes, found.bound))
    assert differences == []


def test_links_that_may_be_signed_are_signed_as_well_as_whole_ones_could_be() -> None:
    used = 0
    for seed in range(40):
        draw = np.random.default_rng(seed)
        problem = random_problem(seed, 7)
        decided = (draw.random(len(problem.worth)) < 0.2) & (problem.facts.seller != problem.facts.buyer)
        decided &= np.cumsum(decided) <= 5
        volume = np.nan_to_num(problem.facts.volume)
        problem = replace(problem, decided=decided, new_volume=float(volume[decided].sum()) * 0.6)
        if not problem.linear:
            continue
        best = -np.inf
        sets, links = all_subsets(7), np.flatnonzero(decided)
        for chosen in all_subsets(len(links)):
            signed = np.zeros(len(decided), np.bool_)
            signed[links[chosen]] = True
            if volume[signed].sum() > problem.new_volume:
                continue
            part = signed.astype(float)
            both = (sets[:, problem.facts.seller] & sets[:, problem.facts.buyer]) | ~signed
            able = np.array([bool(whole) and problem.complies(row, part, signed)
                             for row, whole in zip(sets, both.all(1), strict=True)])
            best = max([best, *(problem.value(row, part, signed) for row in sets[able])])
        found = Search(problem, Watch(30.0), gap=0.0).run()
        assert found.proven, seed
        if found.answer is None:
            assert best == -np.inf, seed
            continue
        answer = found.answer
        assert problem.complies(answer.member, answer.part, answer.signed)
        assert answer.value >= best - 1e-6, seed
        free = values(replace(problem, decided=np.zeros_like(decided)), sets)
        assert answer.value <= free.max() + 1e-6, seed  # as if every link were signed whole, and no rule asked
        assert ((answer.part >= 0) & (answer.part <= 1)).all() and not answer.part[~answer.signed].any(), seed
        assert float(volume[decided] @ answer.part[decided]) <= problem.new_volume + 1e-6, seed
        used += int((answer.part > 0).any())
    assert used > 5


def test_the_values_of_sets_agree_with_the_problem() -> None:
    for seed in range(5):
        problem = random_problem(seed)
        sets = all_subsets(problem.facts.count)[::17]
        assert np.allclose([problem.value(row) for row in sets], values(problem, sets))
