"""A small share of ``scripts/fuzz_files.py``: damaged files give named faults and nothing else."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tests.io.seeds import SEEDS, write_seeds


def test_seeds_and_damaged_files_are_read_or_refused_in_time_and_memory(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "scripts"))  # its worker processes import it by name
    fuzz = import_module("fuzz_files")
    seeds, scratch = tmp_path / "seeds", tmp_path / "scratch"
    seeds.mkdir()
    scratch.mkdir()
    write_seeds(seeds)
    outcomes = list(fuzz.run(fuzz.mutations(150, 1, seeds, ""), scratch, seconds=10, megabytes=512))
    assert len(SEEDS) >= 40
    assert len(outcomes) == len(SEEDS) + 150
    assert [outcome for outcome in outcomes if outcome.problem] == []
