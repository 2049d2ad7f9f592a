"""One process that only searches: maps an index, reads vectors of needs, tells CPU seconds and peak memory as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from smezhnik.matching.asked import Vectors
from smezhnik.matching.index import Index


def peak_gb() -> float:
    """Peak memory of this program; the usual ru_maxrss would also hold that of the process that started it."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 2**20


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    index = Index.open(folder / "index")
    with np.load(folder / "needs.npz") as stored:
        needs = len(stored["indptr"]) - 1
        empty = np.zeros(0, np.int32)
        vectors = Vectors(stored["indptr"], stored["term"], stored["weight"], empty, empty > 0, [])
    few = Vectors(vectors.indptr[:3], vectors.term, vectors.weight, empty, empty > 0, [])
    index.find(few, top=10)
    began, wall = time.process_time(), time.perf_counter()
    found = index.find(vectors, top=10)
    print(json.dumps({
        "kernel_cpu_s": time.process_time() - began, "kernel_wall_s": time.perf_counter() - wall,
        "links": len(found.document), "peak_gb": peak_gb(),
    }))
