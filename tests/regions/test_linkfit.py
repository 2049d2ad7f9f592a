"""Weights from known links: right on a network whose rule is known, judged on firms never seen."""

from __future__ import annotations

import numpy as np
import pytest

from smezhnik.errors import CannotSay
from smezhnik.regions import refit
from smezhnik.regions.gravity import TERMS
from smezhnik.regions.linkfit import fit_logistic, precision_at


def network(plants: int = 400, seed: int = 5):
    """Terms drawn at random; links follow them with weights 0.5, 1.5, 1, 0, 2 and an intercept of −6."""
    draw = np.random.default_rng(seed)
    terms = {code: draw.normal(0, 1, (plants, plants)) for code in TERMS}
    logit = -6 + sum(weight * terms[code] for weight, code in zip((0.5, 1.5, 1.0, 0.0, 2.0), TERMS, strict=True))
    return terms, draw.random((plants, plants)) < 1 / (1 + np.exp(-logit))


def test_finds_the_weights_that_made_the_links() -> None:
    terms, linked = network()
    weights = refit(terms, linked).weights
    found = [getattr(weights, code) for code in TERMS] + [weights.intercept]
    assert found == pytest.approx([0.5, 1.5, 1.0, 0.0, 2.0, -6.0], abs=0.1)


def test_beats_the_stated_weights_on_firms_it_never_saw() -> None:
    terms, linked = network()
    outcome = refit(terms, linked)
    assert outcome.better
    assert outcome.precision > 3 * outcome.base_rate
    assert outcome.held_out_pairs == 200 * 200


def test_too_few_links_are_said_to_be_too_few() -> None:
    terms, linked = network(plants=60)
    with pytest.raises(CannotSay, match="500"):
        refit(terms, linked)


def test_the_mean_probability_is_the_share_of_links() -> None:
    draw = np.random.default_rng(2)
    features, truth = draw.normal(size=(3000, 3)), draw.random(3000) < 0.07
    weights = fit_logistic(features, truth)
    chance = 1 / (1 + np.exp(-(weights[0] + features @ weights[1:])))
    assert chance.mean() == pytest.approx(truth.mean(), abs=1e-9)


def test_precision_counts_the_first_k() -> None:
    assert precision_at(np.array([3.0, 1.0, 2.0, 2.0]), np.array([True, True, False, True]), 3) == pytest.approx(2 / 3)
    assert precision_at(np.array([1.0]), np.array([False]), 0) == 0.0
