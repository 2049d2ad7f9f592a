"""The picture of the product space: the same every time, joined by a tree, kept and read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.errors import CannotSay, InputError
from smezhnik.io import read_table, write_table
from smezhnik.regions import make_panel, make_space_map, read_space_map, space_table
from smezhnik.regions.panel import Panel
from smezhnik.regions.spacemap import find_links


def drawn(regions: int = 12, activities: int = 20, seed: int = 3) -> Panel:
    draw = np.random.default_rng(seed)
    rows = [(f"R{region:02}", f"A{activity:02}", 2024, float(draw.lognormal(0, 2)))
            for region in range(regions) for activity in range(activities) if draw.random() < 0.7]
    return make_panel(pl.DataFrame(rows, schema=["territory", "activity", "year", "value"], orient="row"))


def test_the_same_table_gives_the_same_picture_whatever_the_order_of_its_rows() -> None:
    first, again = make_space_map(drawn()), make_space_map(drawn())
    assert np.array_equal(first.x, again.x) and np.array_equal(first.y, again.y) and first.links == again.links
    assert first.x.min() == first.y.min() == 0 and max(first.x.max(), first.y.max()) == 1


def test_related_activities_lie_nearer_than_others() -> None:
    found = make_space_map(drawn())
    places = np.column_stack([found.x, found.y])
    away = np.sqrt(np.square(places[:, None] - places[None]).sum(axis=2))
    linked = np.array([away[pair] for pair in found.links])
    assert linked.mean() < 0.6 * away[np.triu_indices(len(places), 1)].mean()


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(3, 25), st.integers(0, 2**31))
def test_the_links_join_everything_that_is_related_at_all(count: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    proximity = np.triu(draw.random((count, count)) * (draw.random((count, count)) < 0.3), 1)
    proximity = proximity + proximity.T
    linked = find_links(proximity)
    assert (linked == linked.T).all() and not linked.diagonal().any() and not (linked & (proximity == 0)).any()

    def parts(edges: np.ndarray) -> set[frozenset[int]]:
        reach = np.linalg.matrix_power(edges.astype(float) + np.eye(count), count) > 0
        return {frozenset(np.flatnonzero(row).tolist()) for row in reach}

    assert parts(linked) == parts(proximity > 0)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_picture_that_was_kept_is_read_back(tmp_path: Path, ending: str) -> None:
    found = make_space_map(drawn())
    write_table(space_table(found), tmp_path / f"s.{ending}", "product_space", lang="ru")
    back = read_space_map(read_table(tmp_path / f"s.{ending}", "product_space").frame, found.activities)
    assert back.activities == found.activities and back.links == found.links
    assert np.allclose(back.x, found.x, atol=1e-12) and np.allclose(back.y, found.y, atol=1e-12)


def test_a_picture_of_another_table_is_refused_by_name() -> None:
    with pytest.raises(InputError) as caught:
        read_space_map(space_table(make_space_map(drawn())), ["A01", "B77"])
    assert caught.value.code == "space_other" and caught.value.fields["missing"] == ["B77"]


def test_too_few_activities_make_no_picture() -> None:
    with pytest.raises(CannotSay) as caught:
        make_space_map(drawn(activities=2))
    assert caught.value.code == "space_size"
