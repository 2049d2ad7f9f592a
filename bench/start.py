"""How long 200 needs × 2,000 offers take from the shell prompt to the file, with a warm cache.

    ./run bench start [--repeats 7]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import polars as pl

from bench.endtoend import write_tables
from bench.report import describe_machine, run_timed, save

TARGET_S = 1.5


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench start", description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        needs, offers = write_tables(Path(folder), 2_000)
        pl.read_parquet(needs).head(200).write_parquet(needs)
        runs = {}
        for ending in ("parquet", "xlsx"):
            links = Path(folder) / f"links.{ending}"
            command = [sys.executable, "-m", "smezhnik", "match", str(needs), str(offers), "-o", str(links)]
            run_timed(command)  # the first compiles what is not cached yet
            timed = [run_timed(command) for _ in range(repeats)]
            runs[ending] = {"wall_s": statistics.median(wall for wall, _ in timed),
                            "cpu_s": statistics.median(cpu for _, cpu in timed)}
            print(f"{ending}: wall {runs[ending]['wall_s']:.2f} s, CPU {runs[ending]['cpu_s']:.2f} s (medians)")
    save("start", {"runs": runs, "target_s": TARGET_S})


if __name__ == "__main__":
    main()
