"""What every benchmark prints and writes: the machine, the versions, the numbers as JSON in ``bench/out``."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import time
from importlib import metadata
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent / "out"
PACKAGES = ("numpy", "numba", "polars", "highspy", "pystemmer", "scipy", "sparse-dot-topn", "bm25s",
            "tantivy", "duckdb", "lightgbm")


def machine() -> dict[str, Any]:
    """Cores, memory, system, versions of what is measured and of its peers."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {"cores": os.cpu_count(), "memory_gb": round(pages, 1), "system": platform.platform(),
            "processor": _processor(), "python": platform.python_version(), "versions": versions}


def describe_machine() -> str:
    """The machine in one line."""
    found = machine()
    return (f"{found['processor']}, {found['cores']} cores, {found['memory_gb']} GB, Python {found['python']}, "
            + ", ".join(f"{name} {version}" for name, version in found["versions"].items()))


def save(name: str, results: dict[str, Any]) -> Path:
    """Write ``bench/out/NAME.json``: machine and results."""
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{name}.json"
    path.write_text(json.dumps({"machine": machine(), **results}, ensure_ascii=False, indent=1), "utf-8")
    print(f"written: bench/out/{name}.json")
    return path


def run_timed(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a process."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"


def told(name: str, found: dict[str, Any]) -> dict[str, Any]:
    """Print what was counted, and give it on."""
    print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in found.items()), flush=True)
    return found
