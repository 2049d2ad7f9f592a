"""Files in, files out: ``smezhnik codes suggest`` and ``smezhnik reconcile`` as a person runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl

from smezhnik.io import read_table, write_table


def smezhnik(*line: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "smezhnik", *map(str, line)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_texts_of_a_file_get_codes_in_the_promised_columns(tmp_path: Path) -> None:
    (tmp_path / "texts.csv").write_text("id,text\nа,хлеб ржаной\nб,йцукенг\n", "utf-8")
    done = smezhnik("codes", "suggest", "--system", "okpd2", tmp_path / "texts.csv", "--top", "3",
                    "-o", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    head, *rows = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert head == "id,rank,code,probability,reason"
    assert len(rows) == 3 and all(row.startswith("а,") for row in rows)
    assert "1 из 2" in done.stderr
    assert "1 текст остался без кода" in done.stderr


def test_a_windows_file_without_ids_and_examples_with_numbers_for_codes_are_read(tmp_path: Path) -> None:
    (tmp_path / "texts.csv").write_bytes("Наименование;Цена\nхлеб ржаной;5\nштрипс особый;6\n".encode("cp1251"))
    examples = pl.DataFrame({"text": ["штрипс особый", "прокат"], "code": ["24.32.10", "24.10"]})
    write_table(examples, tmp_path / "known.xlsx", "examples")
    done = smezhnik("codes", "suggest", tmp_path / "texts.csv", "--examples", tmp_path / "known.xlsx",
                    "-o", tmp_path / "out.xlsx")
    assert done.returncode == 0, done.stderr
    found = read_table(tmp_path / "out.xlsx", "suggestions").frame
    assert found["id"].unique(maintain_order=True).to_list() == ["2", "3"]
    assert found.filter((pl.col("id") == "3") & (pl.col("rank") == 1))["code"].item() == "24.32.10"


def test_an_unknown_code_among_examples_is_shown_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "texts.csv").write_text("id,text\n1,хлеб\n", "utf-8")
    (tmp_path / "known.csv").write_text("text,code\nхлеб,10.71\nполёт,99.99.99\n", "utf-8")
    done = smezhnik("codes", "suggest", tmp_path / "texts.csv", "--examples", tmp_path / "known.csv",
                    "-o", tmp_path / "out.csv")
    assert done.returncode == 2
    assert "99.99.99" in done.stderr and "строка 3" in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_a_list_of_names_gets_inn_beside_it(tmp_path: Path) -> None:
    names = pl.DataFrame({"org_id": ["1", "2"], "name": ["Окна-Идель", "Никому не известный завод"]})
    register = pl.DataFrame({"org_id": ["a"], "name": ["ООО «Окна Идель»"], "inn": ["0274062111"]})
    write_table(names, tmp_path / "список.xlsx", "organisations")
    write_table(register, tmp_path / "реестр.csv", "organisations")
    done = smezhnik("reconcile", tmp_path / "список.xlsx", "--register", tmp_path / "реестр.csv")
    assert done.returncode == 0, done.stderr
    found = read_table(tmp_path / "список-найденные-организации.xlsx", "identities").frame
    assert found.select("row", "inn").rows() == [(2, "0274062111")]


def test_without_a_register_the_command_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("name\nОкна Идель\n", "utf-8")
    done = smezhnik("reconcile", tmp_path / "list.csv")
    assert done.returncode == 2
    assert "--register" in done.stderr
