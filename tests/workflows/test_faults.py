"""A small part of ``bench faults``: kills, a full disk, a cut log, tampering; see there for the full counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

#: What must be nought in every part.
NOUGHT = ("lost", "half", "wrong", "double", "left", "not_done", "missed", "breaks")


@pytest.mark.slow
def test_kills_full_disks_and_tampering_lose_nothing(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    counts = {"kills": 4, "worker-kills": 3, "jobs": 40, "points": 10, "tamperings": 60, "wal": 30,
              "edits": 20, "lost": 5}
    on = os.environ.get("SMEZHNIK_TEST_ON", "sqlite")
    done = subprocess.run(
        [sys.executable, "-m", "bench", "faults", "--on", on, "--out", str(tmp_path / "found.json"),
         *(text for name, count in counts.items() for text in (f"--{name}", str(count)))],
        cwd=root, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads((tmp_path / "found.json").read_text("utf-8"))
    parts = {name: part for name, part in found.items() if isinstance(part, dict)}
    assert {"writer", "imports", "jobs", "tampering"} <= parts.keys()
    assert [(name, key, part[key]) for name, part in parts.items() for key in NOUGHT if part.get(key)] == []
    assert parts["jobs"]["effects"] == 40 and parts["writer"]["acknowledged"] > 0
