"""Every error that the catalogues of files and of the command line know is raised by some input, and can be read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from smezhnik.cli import smezhnik
from smezhnik.errors import SmezhnikError
from smezhnik.io import read_table, write_table
from smezhnik.io.sheetxml import MAX_ROWS
from smezhnik.messages import catalogue, say
from smezhnik.tables import complete
from smezhnik.workflows.demo import run_demo

ROOM = Path(__file__).parents[2] / "src/smezhnik/messages"
NEEDS = "text,volume\nБолт М12,5\n"


def line(*words: str) -> Callable[[], object]:
    """A line of the command line; ``n.csv`` and ``o.csv`` are there."""
    return lambda: smezhnik.main(list(words), standalone_mode=False)


def texts(height: int, text: str = "Болт") -> pl.DataFrame:
    return complete(pl.DataFrame({"id": pl.int_range(height, eager=True).cast(pl.String)}), "texts").with_columns(
        text=pl.lit(text))


CASES: dict[str, Callable[[], object]] = {
    "file_refused": lambda: read_table("нет.csv", "needs"),
    "ending_unknown": lambda: write_table(texts(1), "a.docx", "texts"),
    "cell_too_long": lambda: write_table(texts(1, "я" * 40_000), "a.xlsx", "texts"),
    "too_many_rows": lambda: write_table(texts(MAX_ROWS), "a.xlsx", "texts"),
    "unknown_region": line("match", "n.csv", "o.csv", "-o", "l.csv", "--buyer-region", "Атлантида"),
    "bad_columns": line("match", "n.csv", "o.csv", "-o", "l.csv", "--columns", "ерунда"),
    "bad_column": line("check", "needs", "n.csv", "--columns", "Товар=tekst"),
    "output_is_input": line("match", "n.csv", "o.csv", "-o", "n.csv"),
    "output_twice": line("match", "n.csv", "o.csv", "-o", "l.csv", "--faults", "l.csv"),
    "stdout_twice": line("match", "n.csv", "o.csv", "-o", "-", "--json"),
    "demo_data_missing": lambda: run_demo(Path("demo"), lang="ru", told=print, made_at=None,  # type: ignore[arg-type]
                                          data=Path("нет")),
    "no_register": line("reconcile", "n.csv"),
}


@pytest.mark.parametrize("code", CASES)
def test_an_error_is_raised_by_its_input_and_says_what_to_do(code: str, tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("n.csv", "o.csv"):
        Path(name).write_text(NEEDS, "utf-8")
    with pytest.raises(SmezhnikError) as raised:
        CASES[code]()
    assert raised.value.code == code
    for lang in ("ru", "en"):
        sentence = say(f"error.{code}", lang, **raised.value.fields)  # type: ignore[arg-type]
        assert not re.search(r"\{[a-z_]+[:}]", sentence)
        assert len(re.split(r"[.:?!] ", sentence)) > 1, "what happened, and what to do"
    assert {path.name for path in tmp_path.iterdir()} == {"n.csv", "o.csv"}, "nothing is left half done"


@pytest.mark.parametrize("room", ["io", "cli", "demo"])
def test_every_error_of_a_room_has_its_input(room: str) -> None:
    codes = {key for key in tomllib.loads((ROOM / f"{room}.toml").read_text("utf-8")) if key.startswith("error.")}
    assert codes <= {f"error.{code}" for code in CASES}
    assert all(set(catalogue()[code]) == {"ru", "en"} for code in codes)
