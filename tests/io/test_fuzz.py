"""A small share of ``scripts/fuzz_files.py``: damaged files give named faults and nothing else."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from tests.io.seeds import SEEDS, write_seeds


def fuzzer() -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / "fuzz_files.py"
    spec = importlib.util.spec_from_file_location("fuzz_files", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_seeds_and_damaged_files_are_read_or_refused_in_time_and_memory(tmp_path: Path) -> None:
    fuzz = fuzzer()
    seeds, scratch = tmp_path / "seeds", tmp_path / "scratch"
    seeds.mkdir()
    scratch.mkdir()
    write_seeds(seeds)
    outcomes = list(fuzz.run(fuzz.mutations(150, 1, seeds, ""), scratch, seconds=10, megabytes=512))
    assert len(SEEDS) >= 40
    assert len(outcomes) == len(SEEDS) + 150
    assert [outcome for outcome in outcomes if outcome.problem] == []
