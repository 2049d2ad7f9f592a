"""What parts two of the rated, whose score moved a place, and who cannot be told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.errors import CannotSay
from smezhnik.regions.rating import calc_change, calc_gap, calc_uncertainty, find_alike, part_places, rate
from smezhnik.regions.rating.scheme import Joining, JoinMethod, Normalisation, Ties
from tests.rating.factories import asem, small_scheme, small_table

DRAWN = st.integers(0, 2**31)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(DRAWN, st.sampled_from(["arithmetic", "geometric", "harmonic"]))
def test_a_gap_is_shared_out_to_the_last_digit(seed: int, method: JoinMethod) -> None:
    draw = np.random.default_rng(seed)
    values = draw.random((6, 3))
    values[draw.random((6, 3)) < 0.1] = np.nan
    values[0] = 0.5
    scheme = small_scheme(joining=Joining(method), normalisation=Normalisation("min_max", 1.0, 100.0))
    try:
        made = rate(small_table(values.tolist()), scheme)
    except CannotSay:
        return  # too little is known to rate anybody
    for row in range(len(made.places)):
        for other in range(len(made.places)):
            gap = calc_gap(made, row, other)
            assert gap.terms.sum() == pytest.approx(made.index[row] - made.index[other], abs=1e-11)
            assert np.isfinite(gap.terms).all()


def test_a_gap_of_places_alone_is_refused() -> None:
    made = rate(small_table([[1, 2, 3], [2, 3, 1], [3, 1, 2]]), small_scheme(normalisation=Normalisation("rank")))
    with pytest.raises(CannotSay):
        calc_gap(made, 0, 1)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(DRAWN, st.sampled_from(["dense", "standard", "middle"]))
def test_a_change_of_place_is_what_the_own_score_did_and_what_those_of_others_did(seed: int, rule: str) -> None:
    draw = np.random.default_rng(seed)
    scheme = small_scheme(ties=Ties(rule, 1))  # type: ignore[arg-type]
    before, after = (rate(small_table(np.round(draw.random((7, 3)), 1).tolist(), year), scheme)
                     for year in (2023, 2024))
    change = calc_change(before, after)
    for row in range(len(change.regions)):
        own, others = part_places(change, row, scheme.ties)
        assert own + others == change.places_before[row] - change.places_after[row]


def test_who_stays_while_the_others_fall_rises_by_the_others() -> None:
    scheme = small_scheme((1, 1, 1), normalisation=Normalisation("share_of_best"))
    first = rate(small_table([[5, 5, 5], [6, 6, 6], [10, 10, 10]], 2023), scheme)
    second = rate(small_table([[5, 5, 5], [4, 4, 4], [10, 10, 10]], 2024), scheme)
    assert part_places(calc_change(first, second), 0, scheme.ties) == (0.0, 1.0)


def test_alike_is_mutual_and_nobody_is_alike_to_itself() -> None:
    scheme, table = asem()
    made = rate(table, scheme)
    spread = calc_uncertainty(made, runs=200, seed=3)
    found = [find_alike(made, spread, row) for row in range(len(made.places))]
    for row, alike in enumerate(found):
        assert row not in alike and all(row in found[other] for other in alike)
        assert list(made.places[list(alike)]) == sorted(made.places[list(alike)])
    same = replace(spread, low=made.places, high=made.places)
    assert not any(find_alike(made, same, row) for row in range(len(made.places)))
