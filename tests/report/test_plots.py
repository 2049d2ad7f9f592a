"""The kit of drawings: ticks, labels, bubbles, waterfalls, the product space."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smezhnik.report.axes import Axis, even_ticks, padded
from smezhnik.report.graph import Node, draw_space
from smezhnik.report.labels import Box, Spot, box_of, draw_labels
from smezhnik.report.rating.places import runs_of
from smezhnik.report.rowcharts import make_steps, waterfall_axis, waterfall_bar
from smezhnik.report.scatter import Bubble, Plot, draw_scatter
from tests.report.markup_of import Page

NUMBER = st.floats(-1e6, 1e6, allow_nan=False)


@settings(derandomize=True, deadline=None)
@given(NUMBER, st.floats(1e-3, 1e6))
def test_even_ticks_are_round_inside_and_evenly_apart(low: float, width: float) -> None:
    high = low + width
    assume(high > low)
    ticks = even_ticks(low, high)
    assert 2 <= len(ticks) <= 7
    assert all(low - 1e-6 * width <= tick <= high + 1e-6 * width for tick in ticks)
    steps = [after - before for before, after in itertools.pairwise(ticks)]
    assert max(steps) - min(steps) <= 1e-9 * max(abs(low), abs(high), 1.0)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=20), st.booleans())
def test_an_axis_keeps_every_value_between_its_ends(values: list[float], ratio: bool) -> None:
    axis = Axis(*padded(values, least=0.01, most=100.0, ratio=ratio), 10.0, 200.0, ratio)
    assert axis.low < axis.high
    assert all(10.0 <= axis.at(value) <= 200.0 for value in (*values, 1e-9, 1e9))
    ordered = sorted(values)
    assert [axis.at(value) for value in ordered] == sorted(axis.at(value) for value in ordered)


def test_marks_of_an_axis_keep_their_distance_and_one_goes_first() -> None:
    axis = Axis(0.5, 2.0, 0.0, 100.0, True, (0.6, 0.8, 0.95, 1.0, 1.05, 1.5, 1.9))
    places = [axis.at(tick) for tick in axis.ticks]
    assert 1.0 in axis.ticks and all(after - before >= 30 for before, after in itertools.pairwise(places))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200), st.floats(2, 15)), min_size=1, max_size=12))
def test_labels_meet_neither_each_other_nor_marks_nor_edges(marks: list[tuple[float, float, float]]) -> None:
    spots = [Spot(x, y, radius, f"Производство {place}") for place, (x, y, radius) in enumerate(marks)]
    bounds = Box(-20, -20, 320, 220)
    taken = [Box(0, 0, 40, 20)]
    drawing, boxes = draw_labels(spots, spots, bounds, room=90, taken=taken)
    assert drawing.count("<text") == len(boxes)
    for place, box in enumerate(boxes):
        assert box.inside(bounds) and not box.meets(taken[0])
        assert not any(box.meets(other) for other in boxes[place + 1:])
        assert len({(spot.x, spot.y) for spot in spots if box.meets(box_of(spot))}) <= 1  # its own mark at most


def plot(**changes: object) -> Plot:
    return Plot(**{"title": "t", "desc": "d", "across": "x", "down": "y", "x_text": str, "y_text": str,  # type: ignore[arg-type]
                   **changes})


def test_larger_bubbles_lie_below_smaller_ones_and_areas_follow_sizes() -> None:
    bubbles = [Bubble(0.1, 0.1, 1.0, "a", "a"), Bubble(0.5, 0.5, 4.0, "b", "b"), Bubble(0.9, 0.9, 0.0, "c", "c")]
    page = Page(str(draw_scatter(bubbles, (0.0, 1.0), (0.0, 1.0), plot(), width=400, height=300, class_="wide")))
    circles = page.root.find("circle")
    assert [item.parent.find("title")[0].text for item in circles] == ["b", "a", "c"]  # type: ignore[union-attr]
    radii = [float(item.attributes["r"]) for item in circles]
    assert radii[0] == pytest.approx(2 * radii[1]) and radii[2] == 3.5


def test_what_lies_beyond_the_axes_is_drawn_at_the_edge() -> None:
    page = Page(str(draw_scatter([Bubble(9.0, -9.0, 1.0, "", "far"), Bubble(0.5, 0.5, 1.0, "", "near")], (0.0, 1.0),
                                 (0.0, 1.0), plot(), width=400, height=300, class_="wide")))
    far = next(item for item in page.root.find("circle") if item.parent and item.parent.find("title")[0].text == "far")
    assert (float(far.attributes["cx"]), float(far.attributes["cy"])) == (386.0, 260.0)


@settings(derandomize=True, deadline=None)
@given(st.floats(-100, 1000), st.lists(st.floats(-300, 300), max_size=6))
def test_a_waterfall_leads_from_the_first_total_to_the_last(first: float, terms: list[float]) -> None:
    last = first + sum(terms)
    steps = make_steps(first, terms, last)
    axis = waterfall_axis(steps, 200)
    assert steps[-2].end == pytest.approx(last, abs=1e-6)
    for before, after in itertools.pairwise(steps[:-1]):
        assert after.start == before.end
    for place, step in enumerate(steps):
        page = Page(str(waterfall_bar(step, axis, 200, last=place == len(steps) - 1)))
        shape = page.root.find("rect")[0]
        left, wide = float(shape.attributes["x"]), float(shape.attributes["width"])
        assert left >= 0 and left + wide <= 203
        if step.total:
            assert shape.attributes["class"] == "bar-t"
        elif abs(axis.at(step.end) - axis.at(step.start)) > 2:
            assert wide == pytest.approx(abs(axis.at(step.end) - axis.at(step.start)), abs=0.02)


def test_a_cut_axis_begins_below_the_least_total_and_else_at_zero() -> None:
    assert waterfall_axis(make_steps(50.0, [3.0, -1.0], 52.0), 200).low == pytest.approx(50 - 0.2 * 3)
    assert waterfall_axis(make_steps(50.0, [40.0], 90.0), 200).low > 0
    assert waterfall_axis(make_steps(10.0, [90.0], 100.0), 200).low == 0.0
    assert waterfall_axis(make_steps(-5.0, [15.0], 10.0), 200).low == -5.0


def test_links_between_what_is_made_are_dark_and_candidates_bear_their_numbers() -> None:
    nodes = [Node(0.0, 0.0, 4.0, "a", "a", "made"), Node(1.0, 0.0, 1.0, "b", "b", "made"),
             Node(0.5, 1.0, 1.0, "c", "c", "next", "7"), Node(0.2, 0.8, 0.0, "d", "d")]
    page = Page(str(draw_space(nodes, [(0, 1), (0, 2), (2, 3)], title="t", desc="d", width=400, height=300,
                               class_="wide", named=5)))
    assert len(page.root.find("path", class_="both")) == 1 and len(page.root.find("path", class_="tie")) == 3
    ringed = page.root.find("g", class_="next")
    assert len(ringed) == 1 and ringed[0].find("text")[0].text == "7"
    xs = [float(item.attributes["cx"]) for item in page.root.find("circle")]
    assert min(xs) >= 20 and max(xs) <= 380


def test_places_next_to_each_other_are_told_as_a_run() -> None:
    assert runs_of([26.0, 22.0, 25.0], "ru") == "22, 25–26"
    assert runs_of([3.0, 4.0, 5.0], "en") == "3–5"
