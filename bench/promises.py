"""How long it takes to say how far promises are: 2,000 targets over 200,000 cases, contracts and deliveries.

    ./run bench promises

Wall seconds of one process, the median of runs after the first one. «ready» makes the rows ready once for all targets;
«one» is a single target over rows that are ready, and with making them ready.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from smezhnik.promises.evidence import prepare
from smezhnik.promises.progress import progress, rows_of
from smezhnik.promises.target import Target
from smezhnik.tables import complete

ROWS, TARGETS, SEED, RUNS = 200_000, 2_000, 20261122, 5
DAY = dt.date(2026, 11, 22)
REGIONS = [f"RU-{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


def draw_evidence(rows: int = ROWS, promises: int = TARGETS, seed: int = SEED) -> pl.DataFrame:
    """Evidence by chance: a half contracts, a third of the rows without origin, a tenth without a sum."""
    draw = np.random.default_rng(seed)
    origins = draw.integers(0, promises, (rows, 2))
    return complete(pl.DataFrame({
        "evidence_id": [f"d{number}" for number in range(rows)],
        "kind": draw.choice(["contract", "case", "delivery", "membership"], rows, p=[0.5, 0.25, 0.2, 0.05]),
        "on": pl.Series(draw.integers(20_000, 20_800, rows)).cast(pl.Int32).cast(pl.Date),
        "from_org": draw.choice([f"s{number}" for number in range(5_000)], rows),
        "to_org": draw.choice([f"b{number}" for number in range(5_000)], rows),
        "from_region": draw.choice(REGIONS, rows), "to_region": draw.choice(REGIONS, rows),
        "okpd2": draw.choice([f"{a}.{b}" for a in range(10, 34) for b in range(11, 60)], rows),
        "value_th_rub": [None if draw.random() < 0.1 else float(value) for value in draw.lognormal(7, 1, rows)],
        "origins": [None if number % 3 == 0 else [f"p{one}" for one in pair] for number, pair in
                    enumerate(origins.tolist())],
        "basis": draw.choice(["declared", "inferred"], rows, p=[0.9, 0.1])}, strict=False), "evidence")


def draw_targets(count: int = TARGETS, seed: int = SEED) -> list[Target]:
    """Half of them count what names them, half all that fits their scope."""
    draw = np.random.default_rng(seed)
    measures = ["links_new", "contracts_sum", "contracts_count", "delivered_sum", "members_joined", "cases_opened"]
    return [Target(f"p{number}", str(draw.choice(measures)), 10.0, in_scope=number % 2 == 0,
                   from_regions=(str(draw.choice(REGIONS)),) if number % 5 else (),
                   to_regions=(str(draw.choice(REGIONS)),) if number % 3 else (), both_ways=number % 4 == 0,
                   industries=(str(draw.integers(10, 34)),) if number % 2 else (),
                   since=dt.date(2025, 1, 1), due=dt.date(2026, 12, 31)) for number in range(count)]


def median_s(work: Callable[[], object]) -> float:
    """Median of wall seconds; the first run warms up and is not counted."""
    work()
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    frame, targets = draw_evidence(), draw_targets()
    ready = prepare(frame)
    attributed, in_scope = targets[1], targets[0]
    print(f"{ROWS} rows, {TARGETS} targets, wall time, median of {RUNS}")
    print(f"ready                      {1000 * median_s(lambda: prepare(frame)):8.1f} ms")
    print(f"all targets                {1000 * median_s(lambda: progress(targets, ready, on=DAY)):8.1f} ms")
    whole = median_s(lambda: progress(targets, prepare(frame), on=DAY))
    print(f"ready and all targets      {1000 * whole:8.1f} ms")
    for name, target in (("attributed", attributed), ("in scope", in_scope)):
        print(f"one {name:22} {1000 * median_s(lambda one=target: progress([one], ready, on=DAY)):8.2f} ms")
        print(f"its rows, each with reason {1000 * median_s(lambda one=target: rows_of(one, ready, on=DAY)):8.2f} ms")


if __name__ == "__main__":
    main()
