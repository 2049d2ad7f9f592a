"""A public table keeps its secrets: no hidden cell can be found from totals or differences."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from smezhnik.regions.panel import make_panel
from smezhnik.regions.suppression import calc_suppression, suppress


def draw_table(seed: int, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    firms = draw.choice([0, 1, 2, 3, 8, 40], (rows, columns), p=[0.25, 0.15, 0.15, 0.15, 0.15, 0.15]).astype(float)
    return np.where(firms > 0, np.round(draw.lognormal(3, 2, (rows, columns))) + 1, 0.0), firms


def equations(values: np.ndarray, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a reader knows: every row and column sums to its total; unknown are the hidden cells."""
    whole = np.vstack([values, values.sum(axis=0)])
    whole = np.hstack([whole, whole.sum(axis=1, keepdims=True)])
    sign = np.ones_like(whole)
    sign[-1] *= -1
    sign[:, -1] *= -1
    cells = np.argwhere(hidden)
    lines = np.zeros((sum(whole.shape), len(cells)))
    for at, (row, column) in enumerate(cells):
        lines[row, at] = sign[row, column]
        lines[whole.shape[0] + column, at] = sign[row, column]
    shown = np.where(hidden, 0.0, whole * sign)
    return lines, -np.concatenate([shown.sum(axis=1), shown.sum(axis=0)])


@given(st.integers(0, 100_000), st.integers(2, 7), st.integers(2, 7))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_no_hidden_cell_can_be_solved_for(seed: int, rows: int, columns: int) -> None:
    values, firms = draw_table(seed, rows, columns)
    primary, cover = calc_suppression(values, firms)
    hidden = primary | cover
    assert not (primary & cover).any()
    lines, _ = equations(values, hidden)
    if lines.shape[1]:
        # a cell is known exactly where its unit vector lies in the row space of the equations
        _, sizes, basis = np.linalg.svd(lines)
        basis = basis[: int((sizes > 1e-9).sum())]
        assert (np.square(basis).sum(axis=0) < 1 - 1e-9).all()


@given(st.integers(0, 100_000))
@settings(derandomize=True, deadline=None, max_examples=12)
def test_knowing_that_nothing_is_negative_does_not_help(seed: int) -> None:
    values, firms = draw_table(seed, 4, 4)
    primary, cover = calc_suppression(values, firms)
    lines, sums = equations(values, primary | cover)
    for at in range(lines.shape[1]):
        aim = np.eye(lines.shape[1])[at]
        reach = [linprog(way * aim, A_eq=lines, b_eq=sums, bounds=(0, None)) for way in (1, -1)]
        assert reach[0].status == 0 and reach[1].status in (0, 3)
        assert reach[1].status == 3 or -reach[1].fun - reach[0].fun > 1e-6


def test_three_firms_may_be_told_and_two_may_not() -> None:
    values = np.array([[5.0, 6.0, 7.0], [4.0, 3.0, 9.0], [8.0, 2.0, 6.0]])
    primary, cover = calc_suppression(values, np.array([[3.0, 4, 3], [9, 2, 3], [3, 3, 5]]))
    assert np.argwhere(primary).tolist() == [[1, 1]]
    assert np.argwhere(cover).tolist() == [[1, 0], [2, 0], [2, 1]]  # 4 + 8 + 2, the least
    assert not calc_suppression(values, np.full((3, 3), 3.0))[0].any()


def test_an_unknown_number_of_firms_is_not_told_and_nought_is() -> None:
    values = np.array([[5.0, 0.0, 7.0], [4.0, 3.0, 9.0], [8.0, 2.0, 6.0]])
    firms = np.array([[np.nan, 0, 3], [9, 9, 3], [3, 3, 5]])
    primary, cover = calc_suppression(values, firms)
    assert primary[0, 0] and not (primary | cover)[0, 1]


def test_hidden_cells_are_named_with_the_reason() -> None:
    rows = [("A", "x", 1, 1.0), ("A", "y", 5, 9.0), ("A", "z", 5, 9.0), ("B", "x", 4, 5.0), ("B", "y", 5, 6.0),
            ("B", "z", 7, 6.0)]
    found = suppress(make_panel(pl.DataFrame(rows, schema=["territory", "activity", "firms", "value"], orient="row")))
    assert found.filter(reason="few").select("territory", "activity").rows() == [("A", "x")]
    assert found.filter(reason="cover").height == 3
