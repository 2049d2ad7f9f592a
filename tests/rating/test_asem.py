"""The ASEM index equals what COINr publishes, step by step; places under other choices lie where it says."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from smezhnik.regions.rating import Composite, calc_sensitivity, calc_uncertainty, rate
from smezhnik.regions.rating.runs import make_grid, places_of
from smezhnik.regions.rating.scheme import Joining, Ties, Weighting
from smezhnik.regions.rating.tree import Floats
from tests.rating.factories import GOLDEN, asem

#: Total effects as the uncertainty example of COINr publishes them, with its 95 % intervals (N = 100, 600 runs).
PUBLISHED = {"outliers": (0.033, 0.061), "normalisation": (0.186, 0.370), "weights": (0.141, 0.218),
             "joining": (0.407, 0.837)}


@pytest.fixture(scope="module")
def composite() -> Composite:
    scheme, table = asem()
    return rate(table, scheme)


def golden(step: str, columns: tuple[str, ...], regions: tuple[str, ...]) -> Floats:
    """[regions, columns] of a published step; NA is absent."""
    with (GOLDEN / f"{step}.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["UnitCode"]: row for row in csv.DictReader(stream)}
    return np.array([[float(rows[region][column]) if rows[region][column] not in ("", "NA") else np.nan
                      for column in columns] for region in regions])


@pytest.mark.parametrize("step", ["denominated", "imputed", "treated", "normalised"])
def test_every_published_step_is_reproduced(composite: Composite, step: str) -> None:
    published = golden(step, composite.scheme.codes, composite.table.regions)
    ours = getattr(composite, step)
    assert (np.isnan(published) == np.isnan(ours)).all()
    assert np.nanmax(np.abs(ours - published) / np.maximum(np.abs(published), 1)) <= 1e-10


def test_scores_and_places_of_all_levels_are_the_published_ones(composite: Composite) -> None:
    codes = tuple("Index" if code == "index" else code for code in composite.tree.codes[composite.tree.leaves:])
    scores = composite.scores[composite.tree.leaves:].T
    assert np.abs(scores - golden("aggregated", codes, composite.table.regions)).max() <= 1e-10
    # the published table ranks scores of two decimals: Luxembourg and Portugal share a place in one of the pillars
    scheme, table = asem()
    rounded = rate(table, replace(scheme, ties=Ties("standard", 2)))
    published = golden("ranks", codes, composite.table.regions)
    assert (published == rounded.node_places()[composite.tree.leaves:].T).all()
    assert (composite.places == published[:, -1]).all()


def test_65_absent_values_are_filled_and_15_indicators_treated(composite: Composite) -> None:
    assert composite.absent.sum() == 65
    assert sum(kind != "none" for kind in composite.treatment.kinds) == 15


def test_the_choice_of_the_mean_moves_places_most_as_published(composite: Composite) -> None:
    found = calc_sensitivity(composite)
    assert found.runs == 24_576
    totals = {effect.factor: effect.total for effect in found.effects}
    assert max(totals, key=totals.__getitem__) == "joining"
    for factor, (low, high) in PUBLISHED.items():
        assert low <= totals[factor] <= high, factor


def test_runs_depend_on_the_seed_alone(composite: Composite) -> None:
    one, same, other = (calc_uncertainty(composite, runs=500, seed=seed) for seed in (1, 1, 2))
    assert (one.mean == same.mean).all()
    assert (one.mean != other.mean).any()
    assert (one.low <= one.median).all() and (one.median <= one.high).all()


def test_a_few_runs_one_by_one_give_what_the_array_gives(composite: Composite) -> None:
    grid = make_grid(composite, None, seed=3, sets=4)
    picks = np.array([[0, point, normal, join, weight] for point in (0, 4) for normal in (0, 1) for join in (0, 1)
                      for weight in (0, 3)])
    together = places_of(grid, picks)
    for pick, places in zip(picks, together, strict=True):
        assert (places_of(grid, pick[None])[0] == places).all()
        choices = composite.scheme.choices
        slow = replace(composite.scheme, normalisation=choices.normalisations[pick[2]],
                       outliers=replace(composite.scheme.outliers, points=choices.points[pick[1]]),
                       joining=Joining(choices.joins[pick[3]]),
                       weighting=Weighting("given", relative=True),
                       blocks=tuple(replace(block, weight=weight_of(grid.weights, composite, block.code, pick[4]))
                                    for block in composite.scheme.blocks))
        assert (rate(composite.table, slow).places == places).all()


def weight_of(weights: tuple[Floats, ...], composite: Composite, code: str, number: int) -> float:
    tree = composite.tree
    place = tree.codes.index(code)
    children = list(tree.children[tree.parents[place]])
    return float(weights[tree.parents[place]][children.index(place), number])


def test_benefit_of_the_doubt_with_limits_keeps_few_regions_first(composite: Composite) -> None:
    scheme, table = asem()
    bounded = rate(table, replace(scheme, weighting=Weighting("envelopment", shares=(0.05, 0.3))))
    assert (bounded.index > 100 - 1e-6).sum() == 6
    assert np.corrcoef(bounded.places, composite.places)[0, 1] == pytest.approx(0.954, abs=0.005)
    assert bounded.shares is not None
    assert bounded.shares.min() >= 0.05 - 1e-7 and bounded.shares.max() <= 0.3 + 1e-7
