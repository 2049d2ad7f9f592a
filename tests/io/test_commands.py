"""The commands check, template, tables and register, as a user calls them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from smezhnik.io.describe import table_schema, tables_markdown
from smezhnik.tables import TABLES
from tests.io.broken import csv
from tests.io.register_files import NEW, OLD, write_load

ROOT = Path(__file__).parents[2]


def smezhnik(*args: object, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "smezhnik", *map(str, args)], cwd=folder, capture_output=True,
                          text=True, encoding="utf-8", env={**os.environ, "PYTHONWARNINGS": "error"}, check=False)


def test_check_prints_counts_columns_and_faults_and_exits_2(tmp_path: Path) -> None:
    csv("Товар;Объём;Телефон", "Стекло;много;1", "Плита;5;2")(tmp_path / "a.csv")
    done = smezhnik("check", "needs", "a.csv", "--faults", "back.xlsx", "--save-recipe", "r.json", folder=tmp_path)
    assert done.returncode == 2
    assert "a.csv: прочитано 2 строки: принято 1, с ошибками 1, пропущено 0." in done.stdout
    assert "Товар → Что нужно (text)" in done.stdout
    assert "a.csv, строка 2, столбец «Объём»" in done.stderr
    assert (tmp_path / "back.xlsx").exists()
    again = smezhnik("check", "needs", "a.csv", "--recipe", "r.json", "--skip-faulty", folder=tmp_path)
    assert again.returncode == 0


def test_check_speaks_json_and_english(tmp_path: Path) -> None:
    csv("Товар;Объём", "Стекло;много")(tmp_path / "a.csv")
    done = smezhnik("check", "needs", "a.csv", "--json", "--lang", "en", folder=tmp_path)
    assert done.returncode == 2
    found = json.loads(done.stdout)
    assert (found["read"], found["refused"]) == (1, 1)
    assert found["faults"][0]["en"].startswith("a.csv, row 2, column “Объём”: “много” is not a number")


def test_a_good_file_exits_0_and_a_missing_one_2(tmp_path: Path) -> None:
    csv("Товар", "Стекло")(tmp_path / "a.csv")
    assert smezhnik("check", "needs", "a.csv", folder=tmp_path).returncode == 0
    missing = smezhnik("check", "needs", "b.csv", folder=tmp_path)
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr
    assert "файла нет" in missing.stderr
    mapped = smezhnik("check", "needs", "a.csv", "--columns", "Товар", folder=tmp_path)
    assert mapped.returncode == 2
    assert "Товар=text" in mapped.stderr


def test_a_form_can_be_taken_and_checked(tmp_path: Path) -> None:
    assert smezhnik("template", "needs", folder=tmp_path).returncode == 0
    done = smezhnik("check", "needs", "Потребности.xlsx", folder=tmp_path)
    assert done.returncode == 0
    assert "образец" in done.stdout


def test_the_register_is_read_and_compared(tmp_path: Path) -> None:
    write_load(tmp_path / "old.csv", OLD)
    write_load(tmp_path / "new.csv", NEW)
    done = smezhnik("register", "read", "new.csv", "-o", "o.parquet", "--on", "2026-11-22", folder=tmp_path)
    assert "действуют 3, истекли 1, недействительны 1" in done.stdout
    assert done.returncode == 0
    same = smezhnik("register", "diff", "old.csv", "old.csv", "--on", "22.11.2026", "-o", "d.csv", folder=tmp_path)
    assert "--old-on" in same.stderr and "d.csv" in same.stderr
    changed = smezhnik("register", "diff", "old.csv", "new.csv", "--on", "22.11.2026", "--json", folder=tmp_path)
    assert json.loads(changed.stdout)["new"] == 2


@pytest.mark.parametrize("args", [["check"], ["template"], ["tables"], ["register"], ["register", "read"],
                                  ["register", "diff"]])
def test_help_begins_with_examples(tmp_path: Path, args: list[str]) -> None:
    done = smezhnik(*args, "--help", folder=tmp_path)
    assert done.returncode == 0
    assert "Пример" in done.stdout.split("Options")[0]


def test_reading_files_does_not_load_what_only_marking_them_needs(tmp_path: Path) -> None:
    code = "import smezhnik.io, sys; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == 0


def test_the_reference_page_is_what_the_declarations_say() -> None:
    page = (ROOT / "docs/reference/tables.md").read_text("utf-8")
    assert page.rstrip() == tables_markdown().rstrip(), "smezhnik tables --as markdown > docs/reference/tables.md"


@pytest.mark.parametrize("name", TABLES)
def test_table_schema_names_every_column_key_and_must(name: str) -> None:
    schema = table_schema(name)
    declared = TABLES[name]
    assert [field["name"] for field in schema["fields"]] == list(declared.columns)
    assert tuple(schema.get("primaryKey", ())) == declared.key
    required = {field["name"] for field in schema["fields"] if field.get("constraints", {}).get("required")}
    assert required == {column for column, rule in declared.schema.columns().items() if not rule.nullable}
    json.dumps(schema)
