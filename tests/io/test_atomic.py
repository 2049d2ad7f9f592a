"""A file appears whole or not at all, also when the writer is killed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from smezhnik.io import atomic, readable_name, write_table, write_text
from smezhnik.tables import complete

#: Writes files of one letter again and again: any mixture of letters is half a file.
_WRITER = """
import sys
from smezhnik.io.atomic import atomic
path = sys.argv[1]
print("ready", flush=True)
for number in range(10**9):
    with atomic(path) as aside, open(aside, "w") as stream:
        letter = "abcdefgh"[number % 8]
        for _ in range(200):
            stream.write(letter * 1000)
            stream.flush()
"""


def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "связи.txt"
    path.write_text("z" * 200_000)
    rng = random.Random(0)
    for _ in range(12):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(rng.uniform(0, 0.05))
        writer.kill()
        writer.wait()
        writer.stdout.close()
        content = path.read_text()
        assert len(content) == 200_000
        assert len(set(content)) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interrupt_leaves_the_old_file_and_no_rubbish(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(error), atomic(path) as aside:
        aside.write_text("half")
        raise error
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["a.txt"]


def test_an_interrupted_table_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    frame = complete(pl.DataFrame({"need_id": ["1"], "text": ["Стекло"]}), "needs")
    write_table(frame, path, "needs")
    before = path.read_bytes()

    def stop(step: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_table(frame, path, "needs", progress=stop)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_file_in_a_new_folder_keeps_its_long_cyrillic_name(tmp_path: Path) -> None:
    path = tmp_path / "новая папка" / f"{'д' * 110}.txt"
    write_text(path, "да")
    assert path.read_text("utf-8") == "да"


def test_readable_names_are_safe() -> None:
    assert readable_name("Потребности", "RU-BA", "2026-11-22", suffix=".xlsx") == "Потребности_RU-BA_2026-11-22.xlsx"
    assert readable_name("../../x", "a:b*c\u202e", suffix=".csv") == "x_a-b-c.csv"
    assert len(readable_name("ы" * 300, suffix=".xlsx").encode()) <= 200
