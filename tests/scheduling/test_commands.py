"""Files in, schedule and delegation out: rows kept, unknown names told at once, exit codes that say how sure."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from smezhnik.io import read_table
from smezhnik.workflows.schedule import read_slots

ROOT = Path(__file__).parents[2]
EVENT = ROOT / "examples" / "event"


def run(*words: object, lang: str = "ru") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "smezhnik", "--lang", lang, *map(str, words)], capture_output=True,
                          text=True, timeout=120, check=False)


def test_a_schedule_is_made_printed_and_made_again_without_who_did_not_come(tmp_path: Path) -> None:
    ask = ("schedule", "pair-meetings", EVENT / "participants.csv", EVENT / "wishes.csv", "--day", "2026-11-24")
    made = run(*ask, "-o", tmp_path / "встречи.xlsx", "--report", tmp_path / "карточки.html", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout) == {"status": "proved", "meetings": 6, "mutual": 5, "mutual_met": 4,
                                       "mutual_bound": 4, "tables": 1, "slots": 12, "gap": 0.0}
    page = (tmp_path / "карточки.html").read_text("utf-8")
    assert page.count('class="card hand-card"') == 1 + 8, "a card for the table and one for each who meets"
    before = read_table(tmp_path / "встречи.xlsx", "pair_meetings").frame
    again = run(*ask, "-o", tmp_path / "новое.csv", "--previous", tmp_path / "встречи.xlsx", "--absent",
                "Учебный цех «Литьё»=1")
    assert again.returncode == 0, again.stderr
    after = read_table(tmp_path / "новое.csv", "pair_meetings").frame
    assert "Учебный цех «Литьё»" not in after["guest"].to_list()
    stays = before.filter(pl.col("guest") != "Учебный цех «Литьё»").select("slot", "table", "host", "guest")
    assert set(stays.rows()) <= set(after.select("slot", "table", "host", "guest").rows())


def test_names_that_nobody_has_are_told_all_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    wishes = tmp_path / "wishes.csv"
    wishes.write_text("Кто;С кем\nНикто;Учебный завод «Моторы»\nУчебный завод «Метиз»;Некто\n", "utf-8")
    made = run("schedule", "pair-meetings", EVENT / "participants.csv", wishes, "--day", "2026-11-24", "-o",
               tmp_path / "out.xlsx")
    assert made.returncode == 2
    assert "«Никто»" in made.stderr and "«Некто»" in made.stderr
    assert not (tmp_path / "out.xlsx").exists()


def test_a_delegation_and_the_conditions_that_exclude_each_other(tmp_path: Path) -> None:
    made = run("delegation", "compose", EVENT / "candidates.csv", EVENT / "rules.csv", "-o", tmp_path / "d.xlsx")
    assert made.returncode == 0 and "Едут 4 из 4" in made.stdout
    assert len(read_table(tmp_path / "d.xlsx", "delegation_seats").frame) == 4
    rules = tmp_path / "rules.csv"
    rules.write_text((EVENT / "rules.csv").read_text("utf-8").replace("Обычный;;3", "Обычный;;1"), "utf-8")
    refused = run("delegation", "compose", EVENT / "candidates.csv", rules, lang="en")
    assert refused.returncode == 4
    assert "exclude each other" in refused.stdout and "4 seats would do, there are 2" in refused.stdout


@pytest.mark.parametrize(("text", "found"), [("1–3; 7", {1, 2, 3, 7}), ("2-2", {2}), ("", set()), ("утро", None)])
def test_slots_are_read_as_people_write_them(text: str, found: set[int] | None) -> None:
    assert read_slots(text) == found
