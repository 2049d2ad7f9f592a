"""Manners of the command line: language, exit codes, streams, nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from tests.io.register_files import entry, write_load

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "examples" / "demo"


def smezhnik(*line: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does."""
    command = [sys.executable, "-m", "smezhnik", *map(str, line)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **env})


def test_help_begins_with_what_it_does_and_examples_in_the_language_asked() -> None:
    assert "Примеры:" in smezhnik("match", "--help").stdout
    assert "Examples:" in smezhnik("match", "--help", "--lang", "en").stdout
    assert "Examples:" in smezhnik("match", "--help", SMEZHNIK_LANG="en").stdout


@pytest.mark.parametrize(("line", "words"), [
    (("mach",), "match"),
    (("match", "--tops", "3"), "--top"),
    (("match", "нет.xlsx", "нет.csv", "-o", "л.xlsx"), "нет.xlsx"),
    (("match", str(DEMO / "needs.csv"), str(DEMO / "offers.csv"), "-o", "links.docx"), "links.docx"),
    (("match", str(DEMO / "needs.csv"), str(DEMO / "offers.csv"), "-o", "x.xlsx", "--between", "Атлантида", "RU-BA"),
     "Атлантида"),
    (("match", str(DEMO / "needs.csv"), str(DEMO / "offers.csv"), "-o", "x.xlsx", "--columns", "ерунда"), "ерунда"),
])
def test_a_wrong_line_is_the_users_to_mend_and_names_what_was_found(line: tuple[str, ...], words: str,
                                                                    tmp_path: Path) -> None:
    done = smezhnik(*line)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_messages_go_to_stderr_and_quiet_silences_them(tmp_path: Path) -> None:
    links = tmp_path / "links.parquet"
    told = smezhnik("match", DEMO / "needs.csv", DEMO / "offers.csv", "-o", links)
    assert (told.returncode, told.stdout) == (0, "")
    assert "links.parquet" in told.stderr
    quiet = smezhnik("match", DEMO / "needs.csv", DEMO / "offers.csv", "-o", links, "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_the_same_line_gives_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one.parquet", "two.parquet", "one.csv", "two.csv")]
    for path in paths:
        assert smezhnik("match", DEMO / "needs.csv", DEMO / "offers.csv", "-o", path, "--on", "2026-11-22",
                        "--threads", "2" if path.stem == "two" else "1").returncode == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[2].read_bytes() == paths[3].read_bytes()


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json", "parquet"])
def test_every_kind_of_file_holds_the_same_links(ending: str, tmp_path: Path) -> None:
    path, again = tmp_path / f"links.{ending}", tmp_path / "again.parquet"
    line = ("match", DEMO / "needs.csv", DEMO / "offers.csv", "--on", "2026-11-22")
    assert smezhnik(*line, "-o", path).returncode == 0
    assert smezhnik(*line, "-o", again, "--previous", path).returncode == 0
    plain = tmp_path / "plain.parquet"
    assert smezhnik(*line, "-o", plain).returncode == 0
    assert pl.read_parquet(again).equals(pl.read_parquet(plain))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child process")
def test_an_interrupted_run_leaves_the_old_file_or_none(tmp_path: Path) -> None:
    wanted = pl.DataFrame({"text": [f"деталь {number} стальная {number % 97} мм" for number in range(40_000)]})
    path, links = tmp_path / "big.csv", tmp_path / "links.parquet"
    wanted.write_csv(path)
    links.write_bytes(b"old")
    command = [sys.executable, "-m", "smezhnik", "match", str(path), str(path), "-o", str(links)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        while not any(item.name.endswith(".part") for item in tmp_path.iterdir()):  # until it is at work
            assert running.poll() is None, "it ended before it could be interrupted"
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        told = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert "Traceback" not in told
    assert links.read_bytes() == b"old"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["big.csv", "links.parquet"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_behind_stdout_is_told_and_not_taken_for_success() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-m", "smezhnik", "tables"], stdout=full, stderr=subprocess.PIPE,
                              text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stderr.strip() and "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no closed pipes of this kind")
def test_a_reader_that_stops_reading_ends_the_command_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-m", "smezhnik", "tables", "--as", "json"], stdout=writing,
                          stderr=subprocess.PIPE, text=True, check=False, timeout=120)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_table_goes_to_standard_output_whole_and_alone(tmp_path: Path) -> None:
    line = ("match", DEMO / "needs.csv", DEMO / "offers.csv", "--on", "2026-11-22", "-o")
    assert smezhnik(*line, tmp_path / "links.csv").returncode == 0
    assert smezhnik(*line, tmp_path / "links.json").returncode == 0
    csv, json_ = smezhnik(*line, "-"), smezhnik(*line, "-.json")
    assert (csv.returncode, csv.stdout) == (0, (tmp_path / "links.csv").read_text("utf-8"))
    assert (json_.returncode, json_.stdout) == (0, (tmp_path / "links.json").read_text("utf-8"))
    assert "стандартный вывод" in csv.stderr and "отчёт.html" not in csv.stderr, "nothing to be read by its name"


def test_a_table_that_is_refused_leaves_standard_output_empty(tmp_path: Path) -> None:
    broken = tmp_path / "needs.csv"
    broken.write_text("что-то;ещё\n1;2\n", "utf-8")
    done = smezhnik("match", broken, DEMO / "offers.csv", "-o", "-")
    assert (done.returncode, done.stdout) == (2, "")


def test_totals_and_a_table_are_not_mixed_on_standard_output() -> None:
    done = smezhnik("match", DEMO / "needs.csv", DEMO / "offers.csv", "-o", "-", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--json" in done.stderr


def test_counts_of_a_register_give_way_to_its_table(tmp_path: Path) -> None:
    path = write_load(tmp_path / "register.csv", [entry("1\\2\\2025", "Стекло листовое")])
    done = smezhnik("register", "read", path, "--on", "2026-11-22", "-o", "-")
    plain = smezhnik("register", "read", path, "--on", "2026-11-22")
    assert done.stdout.startswith("offer_id,") and plain.stdout.strip() in done.stderr
