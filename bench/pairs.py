"""Two regions of thousands of plants: complementarity both ways, and the map of many flows.

    ./run bench pairs [--plants 5000] [--repeats 3]

Plants are drawn (seed 7) with the activity codes of the real ones in ``examples/demo``, log-normal outputs and places
all over their region: the least favourable case, since no two plants share a place. Seconds are wall and CPU, the best
of the repeats; megabytes are the peak of the process.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import polars as pl

from bench.report import describe_machine, save
from smezhnik.io import read_table
from smezhnik.regions import complement
from smezhnik.tables import complete
from smezhnik.workflows.demo import DATA

TARGETS = {"complement_s": 10}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench pairs", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plants", type=int, default=5_000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    print(describe_machine())
    frame = drawn(given.plants)
    taken = []
    for _ in range(given.repeats):
        began, used = time.perf_counter(), time.process_time()
        found = complement(frame, "RU-BA", "RU-CHE")
        taken.append((time.perf_counter() - began, time.process_time() - used))
        print(f"{given.plants} plants a region: {taken[-1][0]:.2f} s wall, {taken[-1][1]:.2f} s CPU, "
              f"{len(found.links)} links, {len(found.flows)} flows of industries")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    save("pairs", {"plants": given.plants, "wall_s": min(wall for wall, _ in taken),
                   "cpu_s": min(cpu for _, cpu in taken), "peak_mb": round(peak), "targets": TARGETS})


def drawn(count: int, seed: int = 7) -> pl.DataFrame:
    """Plants of two regions, ``count`` each."""
    draw = np.random.default_rng(seed)
    real = read_table(DATA / "organisations.csv", "organisations").frame
    codes = real.filter(pl.col("okved2").is_not_null() & (pl.col("output_th_rub") > 0))["okved2"].to_list()
    return complete(pl.DataFrame({
        "org_id": [f"P{row:06}" for row in range(2 * count)], "name": [f"Завод {row}" for row in range(2 * count)],
        "region": ["RU-BA"] * count + ["RU-CHE"] * count, "okved2": draw.choice(codes, 2 * count),
        "output_th_rub": np.round(np.exp(draw.normal(11, 1.6, 2 * count)), 1),
        "latitude": draw.normal(54.7, 0.9, 2 * count),
        "longitude": np.r_[draw.normal(56, 1, count), draw.normal(60.5, 1, count)],
    }), "organisations")
