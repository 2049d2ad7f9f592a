"""Whatever the scheme and the gaps: every figure is finite, or what cannot be said is refused in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from smezhnik.errors import SmezhnikError
from smezhnik.places import TIES
from smezhnik.regions.rating import (
    Composite,
    calc_change,
    calc_plan,
    calc_sensitivity,
    calc_uncertainty,
    describe_indicators,
    find_standings,
    rate,
)
from smezhnik.regions.rating.scheme import (
    JOINS,
    MISSING,
    NORMALS,
    OUTLIERS,
    WEIGHTS,
    Choices,
    Joining,
    Missing,
    Normalisation,
    Outliers,
    Scheme,
    Ties,
    Weighting,
)
from smezhnik.regions.rating.tree import Floats
from tests.rating.factories import small_scheme, small_table

CHOICES = Choices(missing=(Missing("median"), Missing("none")), points=(1, 3), joins=("arithmetic", "copeland"),
                  normalisations=(Normalisation("min_max", 1, 100), Normalisation("rank")), indicator_noise=0.2,
                  weight_sets=8)


def draw_case(draw: np.random.Generator) -> tuple[Scheme, Floats]:
    """Any methods together; long tails, few distinct values, values below zero, gaps."""
    size = (int(draw.integers(2, 9)), 5)
    values = draw.lognormal(0, 2, size) if draw.random() < 0.6 else draw.integers(0, 3, size).astype(float)
    values -= draw.choice([0.0, 0.0, 2.0])
    values[draw.random(size) < draw.choice([0.0, 0.1, 0.4])] = np.nan
    method = draw.choice(NORMALS)
    scheme = small_scheme(
        (1, 1, -1, 1, -1), groups=("g",), choices=CHOICES, ties=Ties(draw.choice(TIES)),
        missing=Missing(draw.choice(MISSING), "g", 2, float(draw.choice([0, 0.5]))),
        outliers=Outliers(draw.choice(OUTLIERS), 0.5, 0.5, int(draw.integers(0, 6))),
        normalisation=Normalisation(method, *((10, 2) if method == "z_score" else (float(draw.integers(2)), 100))),
        weighting=Weighting(draw.choice(WEIGHTS), shares=(0.1, 0.9), relative=True),
        joining=Joining(draw.choice(JOINS), {"one": draw.choice(JOINS)}))
    return replace(scheme, indicators=tuple(replace(item, goalposts=(0.0, 5.0), target=1.0)
                                            for item in scheme.indicators)), values


def figures(composite: Composite, scheme: Scheme, later: Floats, groups: tuple[str, ...]) -> None:
    """Everything that can be asked of a rating."""
    last = composite.table.regions[int(np.argmax(composite.places))]

    def change() -> None:
        found = calc_change(composite, rate(small_table(later.tolist(), g=groups), scheme))
        assert np.isfinite(found.terms).all()
        assert found.residual <= 1e-11

    def plan() -> None:
        found = calc_plan(composite, last, gain=1)
        assert found.reached <= found.target
        assert np.isfinite([(move.needed, move.gain) for move in found.moves]).all()

    def spread() -> None:
        found = calc_uncertainty(composite, runs=20)
        assert np.isfinite([found.low, found.high, found.mean]).all()
        assert all(np.isfinite(item.total) for item in calc_sensitivity(composite, size=8, resamples=5).effects)

    def words() -> None:
        points = [item.points for item in find_standings(composite, last) if item.points is not None]
        assert np.isfinite(points).all()
        assert np.isfinite([item.median for item in describe_indicators(composite)]).all()

    for ask in (change, plan, spread, words):
        try:
            ask()
        except SmezhnikError as refused:
            assert str(refused)


@pytest.mark.parametrize("seed", range(12))
def test_no_nan_travels_on(seed: int) -> None:
    draw = np.random.default_rng(seed)
    rated = 0
    for _ in range(20):
        scheme, values = draw_case(draw)
        groups = tuple(str(number) for number in draw.integers(0, 2, len(values)))
        try:
            composite = rate(small_table(values.tolist(), g=groups), scheme)
        except SmezhnikError as refused:
            assert str(refused)
            continue
        rated += 1
        assert np.isfinite(composite.index).all() and np.isfinite(composite.places).all()
        figures(composite, scheme, values * 1.1, groups)
    assert rated > 5
