"""Chains laid out in tiers: whatever the contracts, nothing overlaps and edges lead on."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.report.clusters.tiers import Tiers, crossings, find_tiers, lay_out

PLANTS = [f"P{number}" for number in range(9)]
EDGES = st.lists(st.tuples(st.sampled_from(PLANTS), st.sampled_from(PLANTS)), max_size=24, unique=True)
HEIGHTS = st.lists(st.floats(20, 60), min_size=9, max_size=9)
LAST = st.sets(st.sampled_from(PLANTS), max_size=3)


def laid(heights: list[float], edges: list[tuple[str, str]], last: set[str]) -> Tiers:
    return lay_out(dict(zip(PLANTS, heights, strict=True)), edges, last, gap=16.0, passing=12.0)


@settings(derandomize=True, deadline=None)
@given(HEIGHTS, EDGES, LAST)
def test_items_of_a_column_never_overlap_and_keep_their_gap(heights: list[float], edges: list[tuple[str, str]],
                                                            last: set[str]) -> None:
    tiers = laid(heights, edges, last)
    for column in tiers.columns:
        for above, below in itertools.pairwise(column):
            room = tiers.centre[below.key] - tiers.centre[above.key] - (above.height + below.height) / 2
            assert room >= 16.0 - 1e-6
    placed = [item for column in tiers.columns for item in column]
    assert sorted(item.plant for item in placed if item.plant) == PLANTS
    assert min(tiers.centre[item.key] - item.height / 2 for item in placed) >= -1e-6
    assert max(tiers.centre[item.key] + item.height / 2 for item in placed) <= tiers.height + 1e-6


@settings(derandomize=True, deadline=None)
@given(HEIGHTS, EDGES, LAST)
def test_every_edge_leads_on_but_for_those_that_close_a_circle(heights: list[float], edges: list[tuple[str, str]],
                                                               last: set[str]) -> None:
    tiers = laid(heights, edges, last)
    for start, end in edges:
        if start == end:
            continue
        step = tiers.tier[end] - tiers.tier[start]
        assert step < 0 if (start, end) in tiers.turned else step > 0
        assert len(tiers.routes[start, end]) == abs(step) + 1
    if len({start for start, _ in edges} & {end for _, end in edges}) == 0:
        assert tiers.turned == frozenset()


def test_makers_of_end_products_stand_last_and_suppliers_as_near_as_their_longest_way() -> None:
    edges = [("soda", "glass"), ("glass", "unit"), ("unit", "window"), ("profile", "window"), ("waste", "soda")]
    found = find_tiers(["soda", "glass", "unit", "window", "profile", "facade", "waste", "alone"], edges,
                       {"window", "facade"})
    assert found == {"waste": 0, "soda": 1, "glass": 2, "unit": 3, "profile": 3, "window": 4, "facade": 4, "alone": 0}


def test_who_sells_to_nobody_stands_behind_its_suppliers() -> None:
    found = find_tiers(["a", "b", "c", "end"], [("a", "end"), ("a", "b"), ("b", "c")], {"end"})
    assert found["b"] > found["a"]
    assert found["c"] > found["b"]
    assert found["end"] == max(found.values())


def test_a_crossing_that_can_be_avoided_is_avoided() -> None:
    tiers = laid([30.0] * 9, [("P0", "P5"), ("P1", "P4"), ("P2", "P3")], {"P3", "P4", "P5"})
    assert crossings(tiers.columns, list(tiers.routes.values())) == 0


def test_of_a_circle_the_lightest_edge_is_turned() -> None:
    tiers = laid([30.0] * 9, [("P0", "P1"), ("P1", "P2"), ("P2", "P0")], set())
    assert tiers.turned == {("P2", "P0")}


def test_nobody_at_all_is_an_empty_drawing() -> None:
    tiers = lay_out({}, [], set(), gap=16.0, passing=12.0)
    assert tiers.height == 0.0
