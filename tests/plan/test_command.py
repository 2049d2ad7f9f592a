"""``smezhnik plan`` and ``smezhnik complement`` as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from smezhnik.cli.complement import complement as complement_command
from smezhnik.cli.plan import plan as plan_command
from smezhnik.errors import InputFaults
from smezhnik.io import read_table, write_table
from tests.plan.factories import links, needs, offers

DEMO = Path(__file__).parents[2] / "examples" / "demo"


@pytest.fixture(autouse=True)
def a_plain_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands look for --quiet and --lang on the line they were called with, which here is that of pytest."""
    monkeypatch.setattr("sys.argv", ["smezhnik"])


@pytest.fixture
def tables(tmp_path: Path) -> list[str]:
    given = {"links": links(("N1", "O1", 5.0), ("N2", "O1", 9.0), ("N2", "O2", 9.0)),
             "needs": needs({"imported_th_rub": 4.0}, {}, {}), "offers": offers({"capacity": 12.0}, {"capacity": None})}
    for name, frame in given.items():
        ranks = frame.with_columns(rank=1, probability=0.5, score=0.0, base=0.0, grade=pl.lit("A"),
                                   basis=pl.lit("declared")) if name == "links" else frame
        write_table(ranks, tmp_path / f"{name}.parquet", name)
    return [str(tmp_path / f"{name}.parquet") for name in given]


def test_plan_writes_three_tables_and_tells_the_totals(tables: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(plan_command, [*tables, "-o", str(tmp_path / "план.xlsx"), "--json"],
                              standalone_mode=False, catch_exceptions=False)
    assert done.return_value == 0
    figures = json.loads(done.stdout)
    assert [figures[name] for name in ("status", "needs", "served", "partly")] == ["proven", 3, 1, 1]
    assert figures["imported_th_rub"] == pytest.approx(4.0)
    allocations = read_table(tmp_path / "план.xlsx", "allocations").frame
    assert allocations["quantity"].to_list() == pytest.approx([10.0, 2.0, 8.0])
    uncovered = read_table(tmp_path / "план-незакрытые-потребности.xlsx", "uncovered").frame
    assert uncovered["reason"].to_list() == ["no_candidate"]
    assert (tmp_path / "план-теневые-цены.xlsx").exists()
    assert "Оптимум доказан" in done.stderr and "спросить заводы" in done.stderr


def test_plan_refuses_tables_that_do_not_fit_together(tables: list[str], tmp_path: Path) -> None:
    write_table(needs({}), tables[1], "needs")
    with pytest.raises(InputFaults):
        CliRunner().invoke(plan_command, [*tables, "-o", str(tmp_path / "план.xlsx")], standalone_mode=False,
                           catch_exceptions=False)
    assert not (tmp_path / "план.xlsx").exists()


def test_complement_writes_links_and_a_report(tmp_path: Path) -> None:
    out, report = tmp_path / "связи.csv", tmp_path / "отчёт.html"
    done = CliRunner().invoke(
        complement_command, [str(DEMO / "organisations.csv"), "--a", "Башкортостан", "--b", "RU-CHE", "-o", str(out),
                             "--report", str(report), "--on", "2026-11-22", "--json"],
        standalone_mode=False, catch_exceptions=False)
    figures = json.loads(done.stdout)
    assert figures["plants"] == {"RU-BA": 77, "RU-CHE": 103} and figures["basis"] == "inferred"
    assert len(read_table(out, "links").frame) == 20
    assert "Магнитогорский" in report.read_text("utf-8")
    assert "потенциал" in done.stderr
