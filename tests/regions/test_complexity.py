"""Complexity: the definition written out plainly, identities, the two ways of summing, and what cannot be said."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from smezhnik.errors import CannotSay
from smezhnik.regions.backtest import backtest, calc_auc
from smezhnik.regions.complexity import calc_complexity, calc_fitness, complexity
from smezhnik.regions.panel import Panel, make_panel
from smezhnik.regions.productspace import calc_proximity, make_space, sum_made, sum_proximity
from smezhnik.regions.specialisation import calc_location_quotient
from smezhnik.regions.whatnext import NextWeights, calc_proximity_to, score_parts, what_next

Floats = NDArray[np.float64]
#: The module: the package has a function of the same name.
module = import_module("smezhnik.regions.complexity")


def draw_values(seed: int, regions: int = 12, products: int = 60) -> Floats:
    """Output by chance: some regions make more and rarer things, a half of the cells is empty."""
    draw = np.random.default_rng(seed)
    skill, hard = draw.random(regions)[:, None], draw.random(products)[None, :]
    made = draw.random((regions, products)) < 0.2 + 0.6 * (skill > hard)
    return np.exp(draw.normal(0, 1.5, (regions, products))) * made + 1e-3 * np.ones((regions, 1))


def plain(values: Floats, continuous: bool) -> dict[str, Floats]:
    """The definitions word for word, with the matrix of all products: what a reader of the Atlas would write."""
    rca = (values / values.sum(axis=1, keepdims=True)) / (values.sum(axis=0) / values.sum())
    made = (rca >= 1).astype(float)
    chain = np.diag(1 / made.sum(axis=0)) @ made.T @ np.diag(1 / made.sum(axis=1)) @ made
    roots, vectors = np.linalg.eig(chain)
    pci = np.real(vectors[:, np.argsort(np.real(roots))[-2]])
    eci = made @ pci / made.sum(axis=1)
    sign = np.sign(np.corrcoef(eci, made.sum(axis=1))[0, 1])
    eci, pci = eci * sign, pci * sign
    both = made.T @ made
    near = (1 + np.corrcoef(rca.T)) / 2 if continuous else np.minimum(both / made.sum(axis=0),
                                                                     (both / made.sum(axis=0)).T)
    density = (rca if continuous else made) @ near / near.sum(axis=0)
    outlook = (density * (1 - made) * pci).sum(axis=1)
    gain = (1 - made) * (((1 - made) * (pci / near.sum(axis=0))) @ near)
    return {"eci": (eci - eci.mean()) / eci.std(), "pci": (pci - eci.mean()) / eci.std(), "density": density,
            "coi": (outlook - outlook.mean()) / outlook.std(), "cog": gain / eci.std()}


@pytest.mark.parametrize("continuous", [False, True])
@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_all_measures_are_those_of_the_definition(monkeypatch: pytest.MonkeyPatch, seed: int, dense: bool,
                                                  continuous: bool) -> None:
    monkeypatch.setattr(module, "is_dense_quicker", lambda regions, products: dense)
    values = draw_values(seed)
    found = calc_complexity(values, continuous=continuous)
    for name, expected in plain(values, continuous).items():
        assert np.abs(getattr(found, name) - expected).max() < 1e-11, name


def test_a_table_worked_by_hand() -> None:
    """Three regions with 3, 2 and 1 of three products, nested.

    k = (3, 2, 1) of both sides. D⁻¹MU⁻¹Mᵀ = [[11/18, 5/18, 2/18], [15/36, 15/36, 6/36], [1/3, 1/3, 1/3]] with
    the eigenvalues 1, λ, μ: λ + μ = 13/36, λμ = 1/36, so λ = 1/4 and μ = 1/9. The eigenvector of 1/4 is (2, −1, −4).
    """
    values = np.array([[4.0, 4.0, 4.0], [2.0, 1.5, 0.0], [4.0, 0.0, 0.0]])
    presence = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0]], bool)
    space = make_space(presence)
    mixed = space.makers.T @ (space.makers / space.ubiquity[:, None])
    regions, products = module._calc_indices(presence, space, mixed)
    assert regions / regions[0] * 2 == pytest.approx([2, -1, -4])
    assert products / products[2] == pytest.approx([-0.5, 0.25, 1.0])
    assert calc_proximity(presence) == pytest.approx(np.array([[1, 2 / 3, 1 / 3], [2 / 3, 1, 1 / 2],
                                                               [1 / 3, 1 / 2, 1]]))
    assert calc_location_quotient(values)[1, 0] == pytest.approx((2 / 3.5) / (10 / 19.5))


def test_complexity_of_a_region_is_the_mean_complexity_of_what_it_makes() -> None:
    found = calc_complexity(draw_values(7))
    assert (found.presence @ found.pci) / found.diversity == pytest.approx(found.eci, abs=1e-12)
    assert (found.eci.mean(), found.eci.std()) == pytest.approx((0, 1), abs=1e-12)
    assert np.corrcoef(found.eci, found.diversity)[0, 1] > 0


@given(st.integers(0, 10_000), st.integers(2, 9), st.integers(2, 40))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_sums_over_the_space_need_no_matrix_of_products(seed: int, regions: int, products: int) -> None:
    draw = np.random.default_rng(seed)
    presence = draw.random((regions, products)) < 0.4
    presence[draw.integers(0, regions, products), np.arange(products)] = True
    weights, near, space = draw.normal(size=products), calc_proximity(presence), make_space(presence)
    assert space.restore(sum_proximity(space, weights[space.order])) == pytest.approx(weights @ near, abs=1e-12)
    made = space.restore(sum_made(space, weights[space.order])).T
    assert made == pytest.approx((presence * weights) @ near, abs=1e-12)
    assert calc_proximity_to(presence, 1) == pytest.approx(near[1])


def test_the_order_of_regions_and_products_changes_nothing() -> None:
    values = draw_values(3)
    rows, columns = np.random.default_rng(1).permutation(12), np.random.default_rng(2).permutation(60)
    found, other = calc_complexity(values), calc_complexity(values[rows][:, columns])
    assert other.cog == pytest.approx(found.cog[rows][:, columns], abs=1e-11)


def test_what_nobody_makes_with_advantage_has_no_complexity_and_disturbs_nobody() -> None:
    values = draw_values(4)
    found = calc_complexity(np.hstack([values, np.zeros((12, 1))]))
    assert np.isnan(found.pci[-1]) and np.isnan(found.density[:, -1]).all()
    assert found.eci == pytest.approx(calc_complexity(values).eci)


def test_regions_without_anything_in_common_have_no_order() -> None:
    with pytest.raises(CannotSay, match="fall apart"):
        calc_complexity(np.kron(np.eye(2), draw_values(5)))


def test_regions_that_make_all_alike_have_no_order() -> None:
    """Every quotient is 1 up to rounding: everybody makes everything, and rounding must not decide who is complex."""
    with pytest.raises(CannotSay):
        calc_complexity(np.outer([1.0, 3.0, 7.0, 0.1], [0.3, 5.0, 7.7, 1.1, 2.0]))


def test_fitness_takes_the_weakest_maker() -> None:
    """One step from ones on the nested table: F = (3, 2, 1) / 2, Q = (1/3, 1/2, 1) / mean."""
    fitness, product = calc_fitness(np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0]], bool), 1)
    assert fitness == pytest.approx([1.5, 1.0, 0.5])
    assert product == pytest.approx(np.array([1 / 3, 1 / 2, 1]) * 18 / 11)


def panel_of(values: Floats, first: int = 2019) -> Panel:
    """Years × regions × activities as a panel R0, R1 … with codes 10.01, 10.02 …"""
    rows = [(f"R{region}", f"{10 + activity // 9}.{activity % 9 + 10}", first + year, values[year, region, activity])
            for year in range(len(values)) for region in range(values.shape[1]) for activity in range(values.shape[2])]
    return make_panel(pl.DataFrame(rows, schema=["territory", "activity", "year", "value"], orient="row"))


def test_every_year_stands_for_itself_and_a_year_that_cannot_be_told_says_why() -> None:
    years = np.stack([draw_values(1), draw_values(2)])
    years[0, 1:] = 0
    done = complexity(panel_of(years))
    assert list(done.refused) == [2019] and done.regions["year"].unique().to_list() == [2020]
    assert done.regions.sort("eci", descending=True)["eci_rank"].to_list()[:3] == [1, 2, 3]
    assert not any(frame.select(pl.col(pl.Float64).is_nan().any()).row(0).count(True)
                   for frame in (done.regions, done.activities, done.pairs))


def test_area_under_the_curve_counts_pairs() -> None:
    scores, events = np.array([3.0, 1.0, 2.0, 2.0]), np.array([True, False, True, False])
    pairs = [(3, 1), (3, 2), (2, 1), (2, 2)]
    assert calc_auc(scores, events) == sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs) / 4
    assert np.isnan(calc_auc(scores, np.ones(4, bool)))


def test_the_back_test_sees_what_density_could_know() -> None:
    """Regions take up what is nearest to what they make: density must rank it above chance and above size."""
    before = draw_values(11, regions=20, products=80)
    found = calc_complexity(before)
    taken = ~found.presence & (found.density > np.quantile(found.density, 0.85, axis=1, keepdims=True))
    after = before + taken * 30 * before.sum(axis=1, keepdims=True) / 80
    table = backtest(panel_of(np.stack([before, after])))
    entry = table.row(by_predicate=pl.col("kind") == "entry", named=True)
    assert entry["events"] > 20
    assert entry["auc_density_within"] > max(0.6, entry["auc_size_within"])
    assert entry["random_low"] < 0.5 < entry["random_high"] < entry["auc_density"]


def test_one_year_cannot_be_tested() -> None:
    with pytest.raises(CannotSay):
        backtest(panel_of(draw_values(1)[None]))


def test_what_next_names_the_near_and_worthy_with_its_evidence() -> None:
    panel = panel_of(np.stack([draw_values(1), draw_values(1) * 1.1]))
    plants = pl.DataFrame({"name": ["Завод А", "Завод Б"], "region": ["R3", "R4"], "okved2": ["10", "10"],
                           "output_th_rub": [1.0, 2.0]})
    imports = pl.DataFrame({"activity": ["10.11", "10.11"], "value": [5.0, 6.0]})
    found = what_next(panel, "R3", organisations=plants, imports=imports, count=100)
    made = complexity(panel).pairs.filter(pl.col("present"), territory="R3", year=2020)["activity"].to_list()
    assert not set(found["activity"]) & set(made)
    assert found["score"].is_sorted(descending=True) and found["place"].to_list() == list(range(1, len(found) + 1))
    assert found["basis"].unique().to_list() == ["inferred"]
    assert found.filter(activity="10.11")["imports"].to_list() in ([11.0], [])
    assert all(pair["activity"] in made for pairs in found["near"] for pair in pairs)
    assert all(pair["activity"] not in made for pairs in found["lacking"] for pair in pairs)
    assert "Завод Б" not in {name for names in found["plants"] for name in names}


def test_a_part_that_nobody_knows_takes_no_weight() -> None:
    near, unknown = np.array([0.1, 0.3, 0.2]), np.full(3, np.nan)
    assert score_parts({"near": near, "growth": unknown}, NextWeights()) == pytest.approx([1 / 6, 5 / 6, 0.5])
