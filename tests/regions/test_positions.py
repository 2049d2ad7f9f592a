"""Beside the strongest of each activity, and the choices that no other beats."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from smezhnik.errors import InputError
from smezhnik.regions import find_frontier, growth_shares, make_panel

ROWS = [("Ural", "steel", 2020, 60.0), ("Ural", "glass", 2020, 10.0), ("Volga", "steel", 2020, 20.0),
        ("Volga", "glass", 2020, 30.0), ("Ural", "steel", 2024, 90.0), ("Ural", "glass", 2024, 5.0),
        ("Volga", "steel", 2024, 30.0), ("Volga", "glass", 2024, 15.0), ("Ural", "salt", 2024, 2.0)]
PANEL = make_panel(pl.DataFrame(ROWS, schema=["territory", "activity", "year", "value"], orient="row"))


def test_a_region_is_set_beside_the_largest_of_the_others() -> None:
    found = growth_shares(PANEL, "Ural")
    assert found["activity"].to_list() == ["steel", "glass", "salt"]
    assert found["relative"].to_list() == [3.0, pytest.approx(1 / 3), None]
    assert found["share"].to_list() == [0.75, 0.25, 1.0]
    assert found["leader"].to_list() == ["Volga", "Volga", None]
    assert found["growth"].to_list() == [0.5, -0.5, None]


def test_the_first_year_has_no_growth_and_unknown_regions_are_refused() -> None:
    assert growth_shares(PANEL, "Ural", year=2020)["growth"].null_count() == 2
    with pytest.raises(InputError):
        growth_shares(PANEL, "Don")


@settings(derandomize=True, deadline=None, max_examples=80)
@given(arrays(np.float64, st.tuples(st.integers(1, 12), st.just(2)),
              elements=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, np.nan])))
def test_the_frontier_holds_just_what_nothing_beats(points: np.ndarray) -> None:
    def beaten(place: int) -> bool:
        return any(bool((other >= points[place]).all() and (other > points[place]).any()) for other in points)

    wanted = [not np.isnan(points[place]).any() and not beaten(place) for place in range(len(points))]
    assert find_frontier(points[:, 0], points[:, 1]).tolist() == wanted
