"""A shadow price is what one more unit really brings: the plan is made again with it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from smezhnik.matching.plan import Plan, plan
from tests.plan.factories import links, needs, offers

#: So small a growth of a capacity that the same need takes all of it.
BIT = 1e-3


def grown(made: pl.DataFrame, offer: str, by: float) -> pl.DataFrame:
    return made.with_columns(
        pl.when(pl.col("offer_id") == offer).then(pl.col("capacity") + by).otherwise("capacity").alias("capacity"))


def random_tables(seed: int, lots: bool) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    draw = np.random.default_rng(seed)
    n, m = int(draw.integers(2, 9)), int(draw.integers(2, 7))
    wanted = needs(*({"volume": float(draw.integers(2, 12)), "price": float(draw.integers(1, 6)) * 1000,
                      "imported_th_rub": float(draw.integers(0, 4)) * 5} for _ in range(n)))
    made = offers(*({"capacity": float(draw.integers(1, 12)), "min_lot": 2.0 if lots else None} for _ in range(m)))
    pairs = [(f"N{i + 1}", f"O{j + 1}", float(draw.uniform(10, 500)))
             for i in range(n) for j in range(m) if draw.random() < 0.5]
    return links(*pairs), wanted, made


def gains(before: Plan, after: Plan) -> tuple[float, float]:
    return ((after.imported_th_rub - before.imported_th_rub) / BIT, (after.value_th_rub - before.value_th_rub) / BIT)


@pytest.mark.parametrize("block", range(4))
def test_equals_the_gain_when_the_plan_is_made_again_with_a_little_more(block: int) -> None:
    for seed in range(block * 15, block * 15 + 15):
        pairs, wanted, made = random_tables(seed, lots=False)
        before = plan(pairs, wanted, made)
        prices = {row[0]: row[1:3] for row in before.shadow_prices.iter_rows()}
        for offer in made["offer_id"]:
            after = plan(pairs, wanted, grown(made, offer, BIT))
            assert gains(before, after) == pytest.approx(prices.get(offer, (0.0, 0.0)), abs=1e-3), f"{seed} {offer}"


def test_one_more_tonne_brings_its_price_where_a_tonne_is_still_wanted() -> None:
    pairs, wanted, made = links(("N1", "O1")), needs({"imported_th_rub": 50.0}), offers({"capacity": 4.0})
    before = plan(pairs, wanted, made)
    price = before.shadow_prices.row(0, named=True)
    after = plan(pairs, wanted, grown(made, "O1", 1.0))
    assert price["imported_th_rub"] == pytest.approx(after.imported_th_rub - before.imported_th_rub)
    assert price["value_th_rub"] == pytest.approx(after.value_th_rub - before.value_th_rub)


def test_a_capacity_is_worth_what_it_sets_free_elsewhere() -> None:
    """O1 serves N1 only. More of it frees O2 for N2, which is the one that imports."""
    result = plan(links(("N1", "O1"), ("N1", "O2"), ("N2", "O2")),
                  needs({"imported_th_rub": 100.0}, {"imported_th_rub": 20.0}),
                  offers({"capacity": 4.0}, {"capacity": 8.0}))
    prices = dict(result.shadow_prices.select("offer_id", "imported_th_rub").iter_rows())
    assert prices == {"O1": pytest.approx(2.0), "O2": pytest.approx(2.0)}


def test_a_capacity_to_spare_has_no_price() -> None:
    assert plan(links(("N1", "O1")), needs({}), offers({"capacity": 11.0})).shadow_prices.is_empty()


def test_with_lots_a_little_more_brings_at_least_its_price() -> None:
    """The decisions stay as they are, so a new plan may only do better."""
    priced = 0
    for seed in range(40):
        pairs, wanted, made = random_tables(seed, lots=True)
        before = plan(pairs, wanted, made, max_suppliers=2)
        for offer, imported, *_ in before.shadow_prices.iter_rows():
            after = plan(pairs, wanted, grown(made, offer, BIT), max_suppliers=2)
            assert gains(before, after)[0] >= imported - 1e-2, f"{seed} {offer}"
            priced += 1
    assert priced > 40
