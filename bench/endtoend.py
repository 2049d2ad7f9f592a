"""From Parquet to Parquet through the command line: tokens, top-k, ranking, reasons. Wall, CPU seconds, peak memory.

    ./run bench endtoend [--rows 1000000] [--threads 2] [--depth 20]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from bench.corpora import make_corpus
from bench.report import describe_machine, save

TARGET = {"wall_s": 600, "peak_gb": 6.0}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench endtoend", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--depth", type=int, default=20)
    given = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        small = measure(Path(folder), given.rows // 10, given.threads, given.depth)
        large = measure(Path(folder), given.rows, given.threads, given.depth)
    growth = (large["wall_s"] / large["rows"]) / (small["wall_s"] / small["rows"])
    print(f"growth per need from {small['rows']:,} to {large['rows']:,}: {growth:.2f}")
    save("endtoend", {"runs": [small, large], "growth": growth, "target": TARGET})


def measure(folder: Path, rows: int, threads: int, depth: int) -> dict[str, float]:
    """One run of ``smezhnik match`` on ``rows`` needs and as many offers."""
    needs, offers = write_tables(folder, rows)
    links = folder / "links.parquet"
    command = [sys.executable, "-m", "smezhnik", "match", str(needs), str(offers), "-o", str(links), "--on",
               "2026-11-22", "--threads", str(threads), "--depth", str(depth)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {
        "rows": rows, "links": pl.scan_parquet(links).select(pl.len()).collect().item(), "wall_s": wall,
        "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_gb": after.ru_maxrss / 2**20, "file_mb": links.stat().st_size / 2**20,
    }
    print(", ".join(f"{name} {value:,.1f}" for name, value in found.items()), flush=True)
    return found


def write_tables(folder: Path, rows: int) -> tuple[Path, Path]:
    """Tables like those of plants: text, code, amount, unit, price, region; a fifth without amounts."""
    random = np.random.default_rng(0)
    regions = np.array(["RU-BA", "RU-CHE", "RU-TA", "RU-SVE", "RU-SAM"])
    paths = []
    for name, frame, amount in zip(("needs", "offers"), make_corpus("ordinary", rows, rows), ("volume", "capacity"),
                                   strict=True):
        absent = random.random(rows) < 0.2
        path = folder / f"{name}.parquet"
        # words dropped at random may leave nothing, which no plant would write
        text = pl.when(pl.col("text").str.strip_chars() == "").then(pl.lit("изделие")).otherwise("text")
        frame.select(text.alias("text"), pl.col("code").alias("okpd2")).with_columns(
            pl.Series(amount, np.where(absent, np.nan, random.lognormal(5, 1, rows).round(1))).fill_nan(None),
            pl.Series("price", random.lognormal(3, 0.5, rows).round(2)),
            pl.Series("region", regions[random.integers(0, len(regions), rows)]),
            unit=pl.lit("т"),
        ).write_parquet(path)
        paths.append(path)
    return paths[0], paths[1]


if __name__ == "__main__":
    main()
