"""What commands tell of the tables they read, and what they give back."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from smezhnik.cli import smezhnik
from smezhnik.cli.base import run
from smezhnik.io import read_table, write_table

OFFERS = "Продукция;Мощность;Ед. изм.\nБолт М12;5;т\nГайка М12;5;т\nИтого;10;т\n"
Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    monkeypatch.chdir(tmp_path)

    def called(*line: str | Path) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["smezhnik", *map(str, line)])
        code = run(smezhnik)
        return code, capsys.readouterr().err.replace("\xa0", " ")

    return called


def give_stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def needs(*rows: str) -> None:
    Path("n.csv").write_text("\n".join(["Что нужно;Объём", *rows]) + "\n", "utf-8")
    Path("o.csv").write_text(OFFERS, "utf-8")


def test_what_was_passed_over_and_assumed_is_told_by_every_command(call: Call) -> None:
    needs("Болт М12;5 т")
    code, told = call("match", "n.csv", "o.csv", "-o", "l.parquet", "--on", "2026-11-22")
    assert code == 0
    assert "n.csv: прочитано 1, принято 1, отклонено 0, пропущено 0.\n  столбец «Объём»: в 1 ячейке единица" in told
    assert "  строка 4: итог «Итого» пропущен." in told
    assert "строка 4: итог «Итого» пропущен." in call("plan", "l.parquet", "n.csv", "o.csv", "-o", "p.csv")[1]
    code, told = call("report", "l.parquet", "--offers", "o.csv", "-o", "-")
    assert code == 0
    assert "строка 4: итог «Итого» пропущен." in told


def test_refused_rows_are_named_and_come_back_marked_where_the_command_goes_on(call: Call) -> None:
    needs("Болт М12;много", "Гайка М12;5")
    code, told = call("match", "n.csv", "o.csv", "-o", "l.csv", "--skip-faulty", "--faults", "f.xlsx")
    assert code == 0
    assert "  строка 2, столбец «Объём»: «много» – не число." in told
    assert "Файл с пометками: f.xlsx" in told
    assert read_table("f.xlsx", "needs", sheet="Лист1", skip_faulty=True).frame["text"].to_list() == ["Гайка М12"]


def test_files_without_faults_do_not_come_back(call: Call) -> None:
    needs("Болт М12;5")
    assert call("match", "n.csv", "o.csv", "-o", "l.csv", "--skip-faulty", "--faults", "f.xlsx")[0] == 0
    assert not Path("f.xlsx").exists()


def test_of_many_faults_the_first_are_told_and_the_rest_counted(call: Call) -> None:
    needs(*(f"Болт М{number};много" for number in range(25)), "Гайка М12;5")
    told = call("match", "n.csv", "o.csv", "-o", "l.csv", "--skip-faulty")[1]
    assert told.count("«много» – не число") == 20
    assert "… и ещё 5. Все: smezhnik check needs n.csv --json" in told


def test_quiet_says_nothing_of_it(call: Call) -> None:
    needs("Болт М12;много", "Гайка М12;5")
    assert call("match", "n.csv", "o.csv", "-o", "l.csv", "--skip-faulty", "--quiet") == (0, "")


@pytest.mark.parametrize("line", [
    ("match", "n.csv", "o.csv", "-o", "n.csv"), ("match", "n.csv", "o.csv", "-o", "./o.csv"),
    ("match", "n.csv", "o.csv", "-o", "link.csv"), ("check", "needs", "n.csv", "--faults", "n.csv"),
    ("check", "needs", "n.csv", "--save-recipe", "n.csv"), ("reconcile", "n.csv", "--register", "o.csv", "-o", "o.csv"),
    ("report", "n.csv", "-o", "n.csv")])
def test_a_table_is_never_written_over_the_one_it_is_made_from(line: tuple[str, ...], call: Call) -> None:
    needs("Болт М12;5")
    Path("link.csv").symlink_to("n.csv")
    before = Path("n.csv").read_bytes(), Path("o.csv").read_bytes()
    code, told = call(*line)
    assert code == 2
    assert "указан и для чтения, и для записи" in told
    assert (Path("n.csv").read_bytes(), Path("o.csv").read_bytes()) == before


def test_one_file_is_not_written_twice(call: Call) -> None:
    needs("Болт М12;5")
    code, told = call("match", "n.csv", "o.csv", "-o", "x.xlsx", "--faults", "x.xlsx")
    assert (code, "указан для записи дважды" in told) == (2, True)
    assert not Path("x.xlsx").exists()


def test_a_folder_that_is_not_there_is_asked_about_and_not_made(call: Call) -> None:
    needs("Болт М12;5")
    code, told = call("match", "n.csv", "o.csv", "-o", "итгои/l.csv")
    assert code == 2
    assert "папки «итгои» нет" in told
    assert not Path("итгои").exists()


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_what_is_no_number_is_no_radius(number: str, call: Call) -> None:
    needs("Болт М12;5")
    code, told = call("match", "n.csv", "o.csv", "-o", "l.csv", "--radius", number)
    assert code == 2
    assert "--radius: значение не подходит. Нужно число не меньше 0." in told


@pytest.mark.parametrize("name", ["n.csv", "n.xlsx"])
def test_a_table_may_come_from_standard_input(name: str, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("Болт М12;5 т")
    write_table(read_table("n.csv", "needs").frame, "n.xlsx", "needs")
    give_stdin(monkeypatch, Path(name).read_bytes())
    code, told = call("match", "-", "o.csv", "-o", "l.parquet", "--on", "2026-11-22")
    assert code == 0
    assert "stdin: прочитано 1, принято 1" in told
    assert call("match", "n.csv", "o.csv", "-o", "same.parquet", "--on", "2026-11-22")[0] == 0
    assert read_table("l.parquet", "links").frame.equals(read_table("same.parquet", "links").frame)


def test_an_empty_standard_input_is_told(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    give_stdin(monkeypatch, b"")
    code, told = call("check", "needs", "-")
    assert code == 2
    assert "stdin: файл пуст" in told


def test_what_is_made_of_standard_input_stands_in_this_folder(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("r.csv").write_text("Наименование;ИНН\nОкна Идель;0274051582\n", "utf-8")
    give_stdin(monkeypatch, "Наименование\nОкна Идель\n".encode())
    assert call("reconcile", "-", "--register", "r.csv")[0] == 0
    assert [path.suffix for path in Path().glob("stdin-*")] == [".xlsx"]


def test_counts_come_as_json_on_standard_output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    needs("Болт М12;5", "Гайка М12;5")
    Path("r.csv").write_text("Наименование;ИНН\nБолт М12;0274051582\n", "utf-8")
    found = []
    for words in (("match", "n.csv", "o.csv", "-o", "l.csv", "--exclude", "кто"),
                  ("reconcile", "r.csv", "--register", "r.csv", "-o", "i.csv")):
        monkeypatch.setattr(sys, "argv", ["smezhnik", *words, "--json"])
        assert run(smezhnik) == 0
        found.append(json.loads(capsys.readouterr().out))
    links = read_table("l.csv", "links").frame
    assert found[0] == {"file": "l.csv", "needs": 2, "strangers": ["кто"], "links": len(links),
                        "matched": links["need_id"].n_unique(),
                        "best": len(links.filter(rank=1, grade="A"))}
    assert found[1]["names"] == 1 == sum(found[1][count] for count in ("accept", "ask", "rest"))
    assert found[1]["file"] == "i.csv"


@pytest.mark.parametrize("command", ["judge", "conflicts"])
def test_a_path_that_is_not_there_is_told_in_the_users_language(call: Call, command: str) -> None:
    code, said = call(command, "нет.xlsx", "--pack", "ru-1119", "--lang", "ru")
    assert code == 2
    assert "does not exist" not in said and "нет.xlsx" in said
