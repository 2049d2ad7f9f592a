"""Plan: 100,000 candidate links to a proven optimum, beside scipy's linprog and milp on the same arrays, one run.

    ./run bench plan            all cases
    ./run bench plan --small    a tenth of the size

The case: needs with 10 candidates each, suppliers' popularity Pareto (a few are everybody's candidate), lognormal
volumes and capacities (70 % of all that is wanted), a fifth of the needs without a price, two fifths importing.
scipy solves the first goal alone (imports), by the same HiGHS; ours all four goals, the tables and the prices of
capacities.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
import polars as pl
import scipy.optimize
import scipy.sparse

from bench.report import save
from smezhnik.matching.plan import Plan, plan
from smezhnik.tables import complete

#: name, share of offers that sell in lots, the limit of suppliers
CASES = (("capacities", 0.0, None), ("at most 3 suppliers", 0.0, 3), ("lots at a tenth of the offers", 0.1, None),
         ("lots and at most 3 suppliers", 0.1, 3))

Tables = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]


def make_case(needs: int, offers: int, lots: float, seed: int = 0) -> Tables:
    """Links, needs and offers of the stated shape."""
    draw = np.random.default_rng(seed)
    need = np.repeat(np.arange(needs), 11)
    offer = (draw.pareto(1.2, len(need)) * offers / 50).astype(np.int64) % offers
    pairs = np.unique(need * offers + offer)
    need, offer = pairs // offers, pairs % offers
    volume = draw.lognormal(3, 1.5, needs)
    capacity = draw.lognormal(3, 1.5, offers)
    capacity *= 0.7 * volume.sum() / capacity.sum()
    price = np.round(draw.lognormal(5, 1, needs))
    imported = np.where(draw.random(needs) < 0.4, np.round(volume * price / 1000 * draw.random(needs), 3), 0.0)
    wanted = pl.DataFrame({
        "need_id": [f"N{row}" for row in range(needs)], "volume": volume, "unit": "т", "imported_th_rub": imported,
        "price": pl.Series(np.where(draw.random(needs) < 0.2, np.nan, price)).fill_nan(None)})
    lot = np.where(draw.random(offers) < lots, capacity * 0.05, 0.0)
    made = pl.DataFrame({"offer_id": [f"O{row}" for row in range(offers)], "capacity": capacity * 1000, "unit": "кг",
                         "min_lot": lot * 1000})
    links = pl.DataFrame({"need_id": [f"N{row}" for row in need], "offer_id": [f"O{row}" for row in offer],
                          "distance_km": np.round(draw.uniform(10, 2000, len(need)), 1)})
    return complete(links, "links"), complete(wanted, "needs"), complete(made, "offers")


def solve_with_scipy(tables: Tables, max_suppliers: int | None, time_limit_s: float) -> tuple[float, str]:
    """Imports replaced, thousand roubles, and scipy's word on it."""
    links, wanted, made = tables
    need = links["need_id"].str.slice(1).cast(pl.Int64).to_numpy()
    offer = links["offer_id"].str.slice(1).cast(pl.Int64).to_numpy()
    volume, capacity = wanted["volume"].to_numpy(), made["capacity"].to_numpy() / 1000
    lot, count = made["min_lot"].to_numpy()[offer] / 1000, len(links)
    worth = (wanted["imported_th_rub"].to_numpy() / volume)[need]
    rows = scipy.sparse.csr_matrix(
        (np.ones(2 * count), (np.concatenate([need, len(volume) + offer]), np.tile(np.arange(count), 2))),
        shape=(len(volume) + len(capacity), count))
    right = np.concatenate([volume, capacity])
    if max_suppliers is None and not lot.any():
        found = scipy.optimize.linprog(-worth, A_ub=rows, b_ub=right, method="highs")
        return -found.fun, found.message
    bound = np.minimum(volume[need], capacity[offer])
    every = scipy.sparse.identity(count, format="csr")
    limits = [
        scipy.optimize.LinearConstraint(scipy.sparse.hstack([rows, rows * 0]), ub=right),
        scipy.optimize.LinearConstraint(scipy.sparse.hstack([every, -every.multiply(bound[:, None])]), ub=0),
        scipy.optimize.LinearConstraint(scipy.sparse.hstack([every, -every.multiply(lot[:, None])]), lb=0),
    ]
    if max_suppliers is not None:
        limits.append(scipy.optimize.LinearConstraint(
            scipy.sparse.hstack([rows[: len(volume)] * 0, rows[: len(volume)]]), ub=max_suppliers))
    found = scipy.optimize.milp(
        np.concatenate([-worth, np.zeros(count)]), constraints=limits,
        integrality=np.repeat([0, 1], count), options={"time_limit": time_limit_s},
        bounds=scipy.optimize.Bounds(0, np.concatenate([np.full(count, np.inf), np.ones(count)])))
    return (-found.fun if found.x is not None else float("nan")), found.message


def describe(result: Plan) -> dict[str, object]:
    return {"status": result.status, "doubt": result.doubt,
            "gap": result.gap, "imported_th_rub": result.imported_th_rub,
            "allocations": len(result.allocations), "shadow_prices": len(result.shadow_prices)}


def run(needs: int, offers: int, time_limit_s: float) -> dict[str, Any]:
    """All cases, ours and scipy's in turn; CPU seconds."""
    plan(*make_case(50, 20, 0.1), max_suppliers=2)  # compiled kernels are read from their cache once
    found: dict[str, Any] = {}
    for name, lots, limit in CASES:
        tables = make_case(needs, offers, lots)
        began = time.process_time()
        result = plan(*tables, max_suppliers=limit, time_limit_s=time_limit_s)
        ours = time.process_time() - began
        began = time.process_time()
        imported, word = solve_with_scipy(tables, limit, time_limit_s)
        scipys = time.process_time() - began
        found[name] = {
            "links": len(tables[0]), "cpu_s": ours, **describe(result), "scipy_cpu_s": scipys,
            "scipy_imported_th_rub": imported, "scipy_says": word, "scipy_to_ours": scipys / ours}
        print(f"{name}: {len(tables[0])} links, {ours:.2f} CPU s, {result.status} "
              f"({result.doubt}, {result.gap:.4f}), imports "
              f"{result.imported_th_rub:,.1f}; scipy, first goal only: {scipys:.2f} CPU s, {imported:,.1f} ({word})",
              flush=True)
    return found


def main() -> None:
    small = "--small" in sys.argv
    save("plan", {"cases": run(1_000, 500, 30.0) if small else run(10_000, 5_000, 30.0)})


if __name__ == "__main__":
    main()
