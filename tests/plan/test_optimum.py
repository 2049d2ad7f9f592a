"""The plan is the best of all plans: checked against every plan there is, on small cases."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest

from smezhnik.matching.plan import plan
from tests.plan.factories import links, needs, offers

Goals = tuple[float, float, float, float]


def random_case(seed: int):
    """Whole numbers throughout: then some best plan is whole, and trying all whole plans tries enough."""
    draw = np.random.default_rng(seed)
    n, m = int(draw.integers(1, 4)), int(draw.integers(1, 4))
    need_rows = [
        {"volume": float(draw.integers(1, 5)), "price": [None, 0.0, 1000.0, 2000.0][draw.integers(4)],
         "imported_th_rub": [None, 0.0, 6.0, 12.0][draw.integers(4)]} for _ in range(n)
    ]
    lots = seed % 2 == 1
    offer_rows = [
        {"capacity": float(draw.integers(0, 6)), "min_lot": float(draw.integers(0, 4)) if lots else None}
        for _ in range(m)
    ]
    pairs = [(f"N{i + 1}", f"O{j + 1}", float(draw.integers(1, 9)))
             for i in range(n) for j in range(m) if draw.random() < 0.7][:6]
    limit = [None, 1, 2][draw.integers(3)]
    return need_rows, offer_rows, pairs, limit


def best_of_all(need_rows, offer_rows, pairs, limit) -> Goals:
    """The four goals of the best plan, found by trying every whole plan that keeps the rules."""
    need = [int(pair[0][1:]) - 1 for pair in pairs]
    offer = [int(pair[1][1:]) - 1 for pair in pairs]
    choices = [
        [0, *(q for q in range(1, 6) if q <= need_rows[i]["volume"] and q <= offer_rows[j]["capacity"]
              and q >= (offer_rows[j]["min_lot"] or 0))]
        for i, j in zip(need, offer, strict=True)
    ]
    best: Goals = (0.0, 0.0, 0.0, 0.0)
    for flows in itertools.product(*choices):
        taken, given, count = np.zeros(len(need_rows)), np.zeros(len(offer_rows)), np.zeros(len(need_rows))
        for i, j, q in zip(need, offer, flows, strict=True):
            taken[i] += q
            given[j] += q
            count[i] += q > 0
        if any(taken[i] > row["volume"] for i, row in enumerate(need_rows)):
            continue
        if any(given[j] > row["capacity"] for j, row in enumerate(offer_rows)):
            continue
        if limit and count.max(initial=0) > limit:
            continue
        imported = sum((row["imported_th_rub"] or 0) / row["volume"] * taken[i] for i, row in enumerate(need_rows))
        value = sum((row["price"] or 0) / 1000 * taken[i] for i, row in enumerate(need_rows))
        unpriced = sum(taken[i] for i, row in enumerate(need_rows) if not row["price"])
        path = sum(pair[2] * q for pair, q in zip(pairs, flows, strict=True))
        best = max(best, (round(imported, 6), value, unpriced, -path))
    return best


def goals_of(result, need_rows, pairs) -> Goals:
    rows = result.allocations
    unpriced = [f"N{i + 1}" for i, row in enumerate(need_rows) if not row["price"]]
    return (
        round(result.imported_th_rub, 6), result.value_th_rub,
        rows.filter(pl.col("need_id").is_in(unpriced))["quantity"].sum(),
        -(rows["quantity"] * rows["distance_km"]).sum() if len(rows) else 0.0,
    )


@pytest.mark.parametrize("block", range(8))
def test_equals_the_best_of_all_plans_on_random_small_cases(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        need_rows, offer_rows, pairs, limit = random_case(seed)
        result = plan(links(*pairs), needs(*need_rows), offers(*offer_rows), max_suppliers=limit)
        assert result.proven
        assert goals_of(result, need_rows, pairs) == pytest.approx(
            best_of_all(need_rows, offer_rows, pairs, limit), abs=1e-4), f"seed {seed}"
