"""Who is peeled is in no cluster that complies, and nobody else is where only demands without exceptions count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from smezhnik.clusters.problem import Problem
from smezhnik.rules.facts import Facts
from smezhnik.rules.forms import EachShare
from tests.clusters.truth import all_subsets, feasible, random_facts, random_form, random_problem


@pytest.mark.parametrize("seed", range(40))
def test_peeling_leaves_the_union_of_all_sets_whose_members_have_enough(seed: int) -> None:
    draw = np.random.default_rng(seed)
    facts = random_facts(draw, 9)
    forms = {kind: random_form(draw, facts, kind) for kind in ("share", "linked")}
    forms["linked"] = replace(forms["linked"], exempt=0)
    nobody = np.zeros(9, np.bool_)
    problem = Problem(facts, forms, np.nan_to_num(facts.volume), np.zeros(9), ~nobody, nobody,
                      np.zeros(len(facts.seller), np.bool_))
    sets = all_subsets(9)
    assert (sets[feasible(problem, sets)].any(0) == problem.peeled.kept).all()


def test_who_is_peeled_is_in_no_set_that_keeps_all_rules() -> None:
    peeled = 0
    for seed in range(100):
        problem = random_problem(seed)
        sets = all_subsets(problem.facts.count)
        member = sets[feasible(problem, sets)].any(0)
        assert not (member & ~problem.peeled.kept).any(), seed
        peeled += int((~problem.peeled.kept).sum())
    assert peeled > 100


def test_a_chain_is_peeled_from_its_end() -> None:
    """Each sells to the next alone; when the last may not be a member, nobody can."""
    chain = Facts(ids=tuple("abcd"), seller=np.array([0, 1, 2]), buyer=np.array([1, 2, 3]), volume=np.full(3, 10.0),
                  kind=("supply",) * 3, possible=np.zeros(3, np.bool_))
    needs = EachShare(np.array([1.0, 1, 1, 0]), "seller", chain.volume, np.array([2.0, 2, 2, 0]), 0, np.zeros(4))
    nobody = np.zeros(4, np.bool_)
    whole = Problem(chain, {"share": needs}, chain.volume, np.zeros(4), ~nobody, nobody, np.zeros(3, np.bool_))
    assert whole.peeled.kept.all()
    without = replace(whole, allowed=np.array([True, True, True, False]))
    assert not without.peeled.kept.any()
    assert without.demands.owner[without.peeled.failed[[0, 1, 2]]].tolist() == [0, 1, 2]
