"""Guards of the house: light imports, declared tables, documented commands, nothing of this machine in the files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from smezhnik.cli import COMMANDS
from smezhnik.messages import catalogue
from smezhnik.tables import TABLES, complete

ROOT = Path(__file__).parent.parent
HEAVY = ("django", "lightgbm", "pyspark", "sklearn", "scipy", "pandas", "pyarrow", "polars", "numba")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import smezhnik, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_matching_loads_no_training_library() -> None:
    code = ("import smezhnik.matching, smezhnik.cli.match, sys; "
            "print([name for name in ('django', 'lightgbm', 'pyspark', 'sklearn') if name in sys.modules])")
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize("name", TABLES)
def test_a_declared_column_is_told_in_both_languages(name: str) -> None:
    for column, about in TABLES[name].columns.items():
        for text in (about.ru, about.en, about.meaning_ru, about.meaning_en):
            assert text.strip(), (name, column)
        assert re.search("[а-яё№]", about.ru.lower()) or about.ru.isupper(), (name, column)


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_frame_is_completed_to_the_declared_table(name: str) -> None:
    assert complete(pl.DataFrame(), name).schema == TABLES[name].empty().schema


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_explained_in_both_languages_and_in_the_reference(command: str) -> None:
    assert set(catalogue()[f"cli.{command}"]) == {"ru", "en"}
    assert f"smezhnik {command}" in (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")


def test_no_lock_names_an_address() -> None:
    for lock in (ROOT / "locks").iterdir():
        text = lock.read_text("utf-8")
        assert "://" not in text and "--index" not in text and "--find-links" not in text
        assert "--hash=sha256:" in text
