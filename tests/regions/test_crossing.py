"""Trade across the border a block at a time: the same as the matrix of all pairs gives."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import polars as pl
import pytest

from smezhnik.errors import Cancelled
from smezhnik.progress import CancelToken, Step
from smezhnik.regions import ComplementSettings, Gravity, LinkWeights, complement, load_input_output
from smezhnik.regions.activity import classes_of, industries_of
from smezhnik.regions.crossing import (
    BLOCK,
    Crossing,
    calc_crossing,
    calibrate_all,
    flow_of,
    log_strength,
    pair_terms,
    sum_industries,
)
from smezhnik.regions.gravity import TERMS, calc_terms, calc_trade, calibrate
from tests.regions.factories import plants

CODES = ("24.10", "28.41", "28.92", "25.62", "20.16", "22.21", "10.51", "23.11", "23.13", "17.21")


def many(count: int = 3 * BLOCK + 5, *, placed: bool = True) -> pl.DataFrame:
    """Plants of two regions, a third of them without a place, more than fit one block."""
    draw = np.random.default_rng(11)
    rows = [{"okved2": CODES[row % len(CODES)], "region": ("RU-BA", "RU-CHE")[int(draw.integers(2))],
             "output_th_rub": float(draw.lognormal(12, 1.5))} for row in range(count)]
    for row in rows if placed else []:
        if draw.random() < 0.67:
            row |= {"latitude": float(draw.uniform(53, 56)), "longitude": float(draw.uniform(54, 62))}
    table = load_input_output()
    frame = plants(*rows)
    classes = classes_of(frame)
    return frame.with_columns(classes, industries_of(classes, table).alias("industry"))


def crossing_of(frame: pl.DataFrame, gravity: Gravity | None = None) -> Crossing:
    return calc_crossing(frame, load_input_output(), gravity or Gravity())


@pytest.mark.parametrize("gravity", [Gravity(), Gravity(same_region=1.0, distance_power=1.5, distance_least_km=5.0)])
def test_what_crosses_is_what_the_whole_matrix_says(gravity: Gravity) -> None:
    crossing = crossing_of(many(), gravity)
    trade = calc_trade(crossing.plants, load_input_output(), gravity)
    for half in crossing.halves:
        assert half.flow == pytest.approx(trade.flow[half.sellers, half.buyers], rel=1e-9)
        industry = crossing.plants["industry"].to_numpy()
        wanted = np.zeros((len(load_input_output().industries),) * 2)
        np.add.at(wanted, np.ix_(industry[half.sellers], industry[half.buyers]), half.flow)
        assert sum_industries(crossing, half) == pytest.approx(wanted)


def test_the_order_of_the_plants_changes_nothing() -> None:
    frame = many(40)
    one, other = crossing_of(frame), crossing_of(frame.reverse())
    sums = [sorted(zip(one.plants["org_id"][half.sellers], half.flow.sum(axis=1), strict=True))
            for half in one.halves], [sorted(zip(other.plants["org_id"][half.sellers], half.flow.sum(axis=1),
                                                 strict=True)) for half in other.halves]
    for mine, theirs in zip(*sums, strict=True):
        assert [name for name, _ in mine] == [name for name, _ in theirs]
        assert [value for _, value in mine] == pytest.approx([value for _, value in theirs])


@pytest.mark.parametrize("weights", [LinkWeights(), LinkWeights(industry=0.4, use=1.7, size=0.8, distance=2.0)])
def test_a_strength_is_the_weighted_sum_of_its_terms(weights: LinkWeights) -> None:
    crossing = crossing_of(many(60))
    table = load_input_output()
    trade = calc_trade(crossing.plants, table, Gravity())
    terms = calc_terms(crossing.plants, table, trade, Gravity())
    for half in crossing.halves:
        strength = log_strength(crossing, half, weights)
        some = np.isfinite(strength)
        assert np.array_equal(some, half.flow > 0)
        wanted = sum(getattr(weights, code) * terms[code][half.sellers, half.buyers][some] for code in TERMS)
        assert strength[some] == pytest.approx(wanted, abs=1e-6)


def test_terms_of_single_pairs_are_those_of_the_matrix() -> None:
    crossing = crossing_of(many(60))
    table = load_input_output()
    terms = calc_terms(crossing.plants, table, calc_trade(crossing.plants, table, Gravity()), Gravity())
    half = crossing.halves[1]
    i, j = np.nonzero(half.flow)
    seller, buyer = i[:50] + half.sellers.start, j[:50] + half.buyers.start
    flow = flow_of(crossing, seller, buyer)
    found, km = pair_terms(crossing, seller, buyer, flow)
    assert np.isnan(km).any() and np.isfinite(km).any()
    for code in TERMS:
        assert found[code] == pytest.approx(terms[code][seller, buyer], abs=1e-6)


def test_classes_of_logarithms_calibrate_like_single_pairs() -> None:
    crossing = crossing_of(many())
    strengths = tuple(log_strength(crossing, half, LinkWeights()) for half in crossing.halves)
    every = np.concatenate([np.exp(one[np.isfinite(one)]) for one in strengths])
    assert calibrate_all(strengths, 40.0) == pytest.approx(calibrate(every, 40.0), abs=1e-6)


@pytest.mark.parametrize("per_plant", [1, 3, 10_000])
def test_the_list_is_the_same_however_many_pairs_are_looked_at_first(monkeypatch: pytest.MonkeyPatch,
                                                                     per_plant: int) -> None:
    frame, settings = many(60).drop("class", "industry"), ComplementSettings(per_plant=per_plant)
    wanted = complement(frame, "RU-BA", "RU-CHE", top=30, settings=settings).links
    monkeypatch.setattr(import_module("smezhnik.regions.complement"), "_LOOKED_AT", 1)
    assert complement(frame, "RU-BA", "RU-CHE", top=30, settings=settings).links.equals(wanted)
    seats = pl.concat([wanted["seller_id"], wanted["buyer_id"]]).value_counts()["count"]
    assert seats.max() <= per_plant
    assert len(wanted) == 30 or per_plant == 1


def test_the_work_stops_between_blocks() -> None:
    token = CancelToken()
    seen: list[Step] = []

    def stop(step: Step) -> None:
        seen.append(step)
        if len(seen) == 2:
            token.cancel()

    with pytest.raises(Cancelled):
        calc_crossing(many(), load_input_output(), Gravity(), progress=token.watch(stop))
    assert len(seen) <= 3
