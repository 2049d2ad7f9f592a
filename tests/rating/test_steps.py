"""Each step of a rating by closed forms, hand-made cases and laws that hold for all values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kurtosis, qmc, skew

from smezhnik.errors import CannotSay, InputError
from smezhnik.places import calc_places
from smezhnik.regions.rating import calc_change, calc_uncertainty, rate
from smezhnik.regions.rating.aggregate import calc_join
from smezhnik.regions.rating.envelopment import calc_benefit_of_doubt
from smezhnik.regions.rating.missing import fill
from smezhnik.regions.rating.normalise import fit_scale
from smezhnik.regions.rating.outliers import calc_kurtosis, calc_skewness, treat
from smezhnik.regions.rating.scheme import (
    MISSING,
    NORMALS,
    Block,
    Choices,
    Indicator,
    Joining,
    Missing,
    Normalisation,
    Outliers,
    Scheme,
    Ties,
    Weighting,
)
from smezhnik.regions.rating.sequence import sobol_points
from smezhnik.regions.rating.weights import calc_component_weights, calc_hierarchy_weights
from tests.rating.factories import small_scheme, small_table, words

THREE = np.array([[1.0, 10.0, 5.0], [2.0, 40.0, 4.0], [4.0, 20.0, 1.0]])


def test_the_human_development_index_of_norway_is_the_published_one() -> None:
    """UNDP, Human Development Report 2021/2022, table 1: 83.2 years, 18.2 and 13.0 years of school, 64,660 USD."""
    def one(code: str, block: str, low: float, high: float) -> Indicator:
        return Indicator(code, words(code), block, words("t"), goalposts=(low, high))

    scheme = Scheme("hdi", words("hdi"), words("hdi"),
                    (one("life", "health", 20, 85), one("expected", "school", 0, 18), one("mean", "school", 0, 15),
                     one("income", "living", float(np.log(100)), float(np.log(75_000)))),
                    tuple(Block(code, words(code)) for code in ("health", "school", "living")),
                    normalisation=Normalisation("goalposts", 0, 1), weighting=Weighting("equal"),
                    joining=Joining("geometric", {"school": "arithmetic"}))
    table = small_table([[83.2, 18.2, 13.0, float(np.log(64_660))], [60, 10, 6, float(np.log(5_000))]])
    assert rate(table, scheme).index[0] == pytest.approx(0.961, abs=5e-4)


@given(st.lists(st.integers(-1000, 1000), min_size=4, max_size=40))
@settings(derandomize=True, deadline=None)
def test_skewness_and_kurtosis_are_those_of_a_sample(values: list[int]) -> None:
    sample = np.array(values, np.float64)
    if np.ptp(sample) == 0:
        assert calc_skewness(sample) == calc_kurtosis(sample) == 0
    else:
        assert calc_skewness(sample) == pytest.approx(skew(sample, bias=False), abs=1e-9)
        assert calc_kurtosis(sample) == pytest.approx(kurtosis(sample, bias=False), abs=1e-9)


@pytest.mark.parametrize("method", NORMALS)
def test_more_is_better_on_every_scale(method: str) -> None:
    indicators = tuple(replace(item, goalposts=(0.0, 50.0), target=0.5 if item.direction < 0 else 60.0)
                       for item in small_scheme().indicators)
    asked = Normalisation(method, *((10, 2) if method == "z_score" else (0, 100)))  # type: ignore[arg-type]
    points = fit_scale(THREE, indicators, asked).apply(THREE)
    assert np.isfinite(points).all()
    for column, item in enumerate(indicators):
        order = np.argsort(THREE[:, column] * item.direction)
        assert (np.diff(points[order, column]) >= 0).all()
        assert points[order[-1], column] > points[order[0], column]


@pytest.mark.parametrize("method", [method for method in NORMALS if method not in ("rank", "borda", "percentile")])
def test_points_lead_back_to_the_value(method: str) -> None:
    indicators = tuple(replace(item, goalposts=(0.0, 50.0), target=0.5 if item.direction < 0 else 60.0)
                       for item in small_scheme().indicators)
    asked = Normalisation(method, *((10, 2) if method == "z_score" else (0, 100)))  # type: ignore[arg-type]
    scale = fit_scale(THREE, indicators, asked)
    points = scale.apply(THREE)
    for row, column in np.argwhere(points < (100 if method != "z_score" else 1e9)):
        assert scale.invert(int(column), float(points[row, column])) == pytest.approx(THREE[row, column])


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("method", ["log", "box_cox", "winsorise", "winsorise_or_log"])
def test_a_long_tail_is_brought_nearer_on_either_side_and_the_order_stays(method: str, sign: int) -> None:
    values = sign * np.concatenate([np.arange(1.0, 30.0), [400.0, 900.0]])[:, None]
    treatment = treat(values, Outliers(method, points=5))  # type: ignore[arg-type]
    treated = treatment.apply(values)
    assert abs(calc_skewness(treated[:, 0])) < abs(calc_skewness(values[:, 0])) - 0.5
    assert (np.diff(treated[np.argsort(values[:, 0]), 0]) >= 0).all()
    for row in range(29):
        assert treatment.invert(0, float(treated[row, 0])) == pytest.approx(values[row, 0])


@pytest.mark.parametrize("method", MISSING[1:])
def test_a_filled_value_lies_among_the_known_ones_and_known_ones_stay(method: str) -> None:
    values = np.random.default_rng(1).normal(10, 2, (20, 4))
    values[:, 1] = 2 * values[:, 0] + 1
    holes = values.copy()
    holes[3, 1] = holes[7, 2] = np.nan
    filled = fill(holes, Missing(method), ["a", "b"] * 10)  # type: ignore[arg-type]
    assert (filled[~np.isnan(holes)] == values[~np.isnan(holes)]).all()
    for row, column in ((3, 1), (7, 2)):
        assert np.nanmin(holes[:, column]) <= filled[row, column] <= np.nanmax(holes[:, column])
    if method == "expectation":  # column 1 follows from column 0
        assert filled[3, 1] == pytest.approx(values[3, 1], abs=0.3)


def test_a_group_that_knows_nothing_takes_the_mean_of_all() -> None:
    values = np.array([[1.0], [3.0], [np.nan]])
    assert fill(values, Missing("group_mean"), ["a", "a", "b"])[2, 0] == 2.0


def test_means_are_the_closed_forms() -> None:
    parts = np.array([2.0, 8.0])[:, None, None]
    weights = np.array([[0.25], [0.75]])
    assert calc_join(parts, weights, "arithmetic")[0, 0] == 6.5
    assert calc_join(parts, weights, "geometric")[0, 0] == pytest.approx(2**0.25 * 8**0.75)
    assert calc_join(parts, weights, "harmonic")[0, 0] == pytest.approx(1 / (0.25 / 2 + 0.75 / 8))


@given(st.lists(st.tuples(st.floats(0.01, 100), st.floats(0.01, 10)), min_size=1, max_size=8))
@settings(derandomize=True, deadline=None)
def test_harmonic_is_below_geometric_is_below_arithmetic(pairs: list[tuple[float, float]]) -> None:
    parts, weights = (np.array(column) for column in zip(*pairs, strict=True))
    means = [calc_join(parts[:, None, None], weights[:, None], method)[0, 0]
             for method in ("harmonic", "geometric", "arithmetic")]  # type: ignore[arg-type]
    assert means[0] <= means[1] * (1 + 1e-12) and means[1] <= means[2] * (1 + 1e-12)


def test_zero_makes_strict_means_zero_and_below_zero_is_refused() -> None:
    parts = np.array([0.0, 8.0])[:, None, None]
    weights = np.ones((2, 1))
    assert calc_join(parts, weights, "geometric")[0, 0] == calc_join(parts, weights, "harmonic")[0, 0] == 0
    assert calc_join(parts, np.array([[0.0], [1.0]]), "geometric")[0, 0] == pytest.approx(8)
    with pytest.raises(InputError):
        calc_join(-parts, weights, "geometric")


def test_copeland_counts_who_beats_whom() -> None:
    """A beats B by two parts of three, B beats C, A beats C: +2, 0, −2."""
    parts = np.array([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [1.0, 2.0, 3.0]])[:, None, :]
    assert calc_join(parts, np.ones((3, 1)), "copeland")[0].tolist() == [2, 0, -2]
    assert calc_join(parts[[0, 2]], np.ones((2, 1)), "copeland")[0].tolist() == [0, 0, 0]


def test_ties_share_a_place_by_the_rule() -> None:
    scores = np.array([5.0, 7.0, 7.0, 3.0])
    assert calc_places(scores, "standard").tolist() == [3, 1, 1, 4]
    assert calc_places(scores, "dense").tolist() == [2, 1, 1, 3]
    assert calc_places(scores, "middle").tolist() == [3, 1.5, 1.5, 4]
    assert calc_places(np.array([61.04, 60.96, 61.2]), "dense", 1).tolist() == [2, 2, 1]
    assert calc_places(np.array([0.1 + 0.2, 0.3])).tolist() == [1, 1]


def test_the_region_of_the_rating_of_2020_shares_the_sixth_place() -> None:
    """Three regions share the 6th place: the next after them is 7th when ties are dense and 9th otherwise."""
    scores = np.array([66.5, 65, 64, 63, 62, 61, 61, 61, 60])
    assert calc_places(scores, "dense")[-1] == 7
    assert calc_places(scores, "standard")[-1] == 9


def test_consistent_comparisons_give_their_ratios_back() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    found, ratio = calc_hierarchy_weights(weights[:, None] / weights)
    assert found == pytest.approx(weights)
    assert ratio == pytest.approx(0, abs=1e-9)


def test_comparisons_that_contradict_are_told() -> None:
    circle = np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1.0]])
    assert calc_hierarchy_weights(circle)[1] > 1


def test_component_weights_are_shares_and_follow_what_moves_together() -> None:
    draw = np.random.default_rng(0)
    common = draw.normal(size=200)
    values = np.column_stack([common + draw.normal(0, 0.2, 200), common + draw.normal(0, 0.2, 200),
                              draw.normal(size=200)])
    weights = calc_component_weights(values)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    assert weights[:2] == pytest.approx(weights[0], rel=0.05)
    assert calc_component_weights(np.ones((5, 3))) == pytest.approx(1 / 3)


def test_benefit_of_the_doubt_with_equal_shares_is_what_limits_leave() -> None:
    """With both limits at one half the weights are 1 / (2 x): the score is the least of the peers' bounds."""
    parts = np.array([[4.0, 4.0], [2.0, 2.0], [4.0, 0.0]])
    scores, shares = calc_benefit_of_doubt(parts, (0.5, 0.5))
    assert scores == pytest.approx([1, 0.5, 0])
    assert shares[:2] == pytest.approx(np.full((2, 2), 0.5))


def test_the_sequence_is_that_of_joe_and_kuo_and_a_seed_shifts_it() -> None:
    plain = sobol_points(256, 13)
    assert (plain == qmc.Sobol(13, scramble=False, bits=32).random(256)).all()
    shifted = sobol_points(256, 13, seed=4)
    assert (np.sort((shifted * 256).astype(int), axis=0) == np.arange(256)[:, None]).all()
    assert (shifted != plain).any()


@given(st.integers(0, 10_000), st.sampled_from(["arithmetic", "geometric", "harmonic"]),
       st.sampled_from(["none", "mean"]))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_what_moved_the_index_adds_up(seed: int, method: str, filling: str) -> None:
    draw = np.random.default_rng(seed)
    first, second = draw.uniform(1, 9, (2, 6, 4))
    first[draw.random((6, 4)) < 0.1] = np.nan
    first[:2] = draw.uniform(1, 9, (2, 4))
    scheme = small_scheme((1, 1, -1, 1), joining=Joining(method, {"one": "arithmetic"}),
                          missing=Missing(filling, least_share=0.0))  # type: ignore[arg-type]
    try:
        before, after = rate(small_table(first), scheme), rate(small_table(second), scheme)
    except CannotSay:
        return
    change = calc_change(before, after)
    assert change.residual <= 1e-12
    assert np.isfinite(change.terms).all()


def test_a_value_that_stands_still_under_a_moving_scale_is_told_as_scale() -> None:
    before = rate(small_table([[1, 1, 1], [2, 2, 2], [3, 3, 3]]), small_scheme((1, 1, 1)))
    after = rate(small_table([[1, 1, 1], [2, 2, 2], [5, 3, 3]]), small_scheme((1, 1, 1)))
    change = calc_change(before, after)
    assert change.terms[1, 0, 0] == 0
    assert change.terms[1, 0, 1] == pytest.approx(-25 * 0.5 * 0.5)


def test_no_choice_no_spread() -> None:
    composite = rate(small_table(THREE.tolist()), small_scheme())
    found = calc_uncertainty(composite, runs=50, choices=Choices(block_noise=0.0))
    assert (found.low == composite.places).all() and (found.high == composite.places).all()
    assert (found.same == 1).all()


def test_the_order_of_the_rows_changes_nothing() -> None:
    scheme = small_scheme(ties=Ties("dense"))
    one, other = rate(small_table(THREE.tolist()), scheme), rate(small_table(THREE[::-1].tolist()), scheme)
    assert (one.places == other.places[::-1]).all()
    assert one.index == pytest.approx(other.index[::-1], abs=1e-12)
