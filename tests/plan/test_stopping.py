"""Who stops a plan gets the best found so far with its gap, and never a proof that was not made."""

from __future__ import annotations

import importlib
import signal
import sys
from pathlib import Path

import polars as pl
import pytest

from bench.plan import Tables, make_case
from smezhnik.cli import smezhnik
from smezhnik.cli.base import run
from smezhnik.errors import Cancelled
from smezhnik.io import read_table, write_table
from smezhnik.matching.plan import Plan, plan
from smezhnik.progress import Progress, Step


def hard_case() -> Tables:
    """Suppliers limited among many: not proven within half a minute on any machine."""
    return make_case(1_000, 500, 0.0)


def press_at(step_number: int) -> tuple[Progress, list[Step]]:
    """Ctrl-C at a known moment of the search for whom to let deliver: one by the clock could hit the test runner."""
    told: list[Step] = []

    def press(step: Step) -> None:
        if step.stage == "plan_lots":
            told.append(step)
            if len(told) == step_number:
                signal.raise_signal(signal.SIGINT)

    return press, told


def keeps_the_rules(made: Plan, tables: Tables, suppliers: int) -> bool:
    by_need = made.allocations.group_by("need_id").agg(pl.len(), pl.col("quantity").sum()).join(tables[1], on="need_id")
    by_offer = made.allocations.group_by("offer_id").agg(pl.col("quantity").sum()).join(tables[2], on="offer_id")
    return bool((by_need["len"] <= suppliers).all() and (by_need["quantity"] <= by_need["volume"] * 1.0001).all()
                and (by_offer["quantity"] * 1000 <= by_offer["capacity"] * 1.0001).all())


def test_an_interrupt_from_the_keyboard_gives_the_best_found() -> None:
    tables, (press, told) = hard_case(), press_at(4)
    made = plan(*tables, max_suppliers=3, time_limit_s=60.0, progress=press)
    free = plan(*tables)
    assert made.interrupted and made.status == "gap" and made.doubt == "imports"
    assert len(told) == 4, "nobody is told after the stop"
    assert free.imported_th_rub * (1 - made.gap) == pytest.approx(made.imported_th_rub, rel=1e-3)
    assert keeps_the_rules(made, tables, 3)


def test_a_time_limit_gives_the_best_found_and_is_told_from_a_stop() -> None:
    tables = hard_case()
    made = plan(*tables, max_suppliers=3, time_limit_s=1.0)
    assert made.late and not made.interrupted and made.status == "gap"
    assert keeps_the_rules(made, tables, 3)


def test_a_stop_before_any_decision_is_a_stop() -> None:
    def stop(step: Step) -> None:
        raise Cancelled("cancelled", stage=step.stage)

    with pytest.raises(Cancelled):
        plan(*hard_case(), max_suppliers=3, progress=stop)


def test_the_command_writes_the_best_found_and_says_that_it_was_stopped(
        monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables, (press, told) = hard_case(), press_at(3)
    files = []
    for name, frame in zip(("links", "needs", "offers"), tables, strict=True):
        filled = {"links": {"rank": 1, "probability": 0.5, "score": 0.0, "base": 0.0, "grade": "A",
                            "basis": "declared"}}.get(name, {"text": "швеллер"})
        files.append(tmp_path / f"{name}.parquet")
        write_table(frame.with_columns(**{column: pl.lit(value) for column, value in filled.items()}), files[-1], name)
    monkeypatch.setattr(importlib.import_module("smezhnik.cli.plan"), "progress", lambda: press)
    monkeypatch.setattr(sys, "argv", ["smezhnik", "plan", *map(str, files), "-o", str(tmp_path / "план.parquet"),
                                      "--max-suppliers", "3"])
    assert run(smezhnik) == 3
    assert len(read_table(tmp_path / "план.parquet", "allocations").frame) > 100
    assert len(told) == 3, "nobody is told after the stop"
    shown = capsys.readouterr().err
    assert "Поиск остановлен" in shown and "не доказан" in shown and "Traceback" not in shown
