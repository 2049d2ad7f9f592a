"""What a wrong line is answered, and how lines are written: in the reader's language, with what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from smezhnik.cli import smezhnik
from smezhnik.cli.base import run

DEMO = Path(__file__).parents[2] / "examples" / "demo"
#: Runs a line: its exit code and what it told on stderr.
Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    def called(*line: str | Path) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["smezhnik", *map(str, line)])
        code = run(smezhnik)
        return code, capsys.readouterr().err

    return called


@pytest.mark.parametrize(("line", "said"), [
    (("match", "NEEDS"), "Не указано: ПРЕДЛОЖЕНИЯ."),
    (("match", "--top", "много", "NEEDS", "OFFERS", "-o", "x.csv"),
     "--top: значение не подходит. Нужно число не меньше 1."),
    (("codes", "find", "стекло", "--top", "0"), "--top: значение не подходит. Нужно число от 1 до 1 000."),
    (("match", "NEEDS", "OFFERS", "-o"), "Ключу -o нужно 1 значение."),
    (("match", "NEEDS", "OFFERS", "-o", "x.csv", "--between", "RU-BA"), "Ключу --between нужны 2 значения."),
    (("match", "NEEDS", "OFFERS", "-o", "x.csv", "--register-only=1"), "Ключ --register-only значения не принимает."),
    (("match", "NEEDS", "OFFERS", "лишнее", "-o", "x.csv"), "Лишнее в строке: лишнее."),
    (("match", "NEEDS", "OFFERS", "-o", "."), "«.» – папка, а нужен файл."),
    (("match", ".", "OFFERS", "-o", "x.csv"), "ПОТРЕБНОСТИ: значение не подходит. «.» – папка, а нужен файл."),
    (("match", "--нетключа"), "Ключа --нетключа нет."),
    (("codes", "bridge", "7003", "--to", "okpd2", "--table", "нет.csv"), "«нет.csv»: такого файла или папки нет."),
    (("template", "ерунда"), "ТАБЛИЦА: значение не подходит. Допустимо: organisations"),
])
def test_what_is_wrong_with_a_line_is_told_in_russian(line: tuple[str, ...], said: str, call: Call) -> None:
    paths = {"NEEDS": str(DEMO / "needs.csv"), "OFFERS": str(DEMO / "offers.csv")}
    code, told = call(*(paths.get(part, part) for part in line))
    assert code == 2
    assert said in told.replace("\xa0", " ")
    assert "Справка: smezhnik" in told


def test_a_place_that_takes_no_file_is_told_with_the_name_that_was_given(tmp_path: Path, call: Call) -> None:
    (tmp_path / "занято").write_text("файл")
    code, told = call("template", "needs", "-o", tmp_path / "занято" / "форма.xlsx")
    assert code == 2
    assert "часть пути, которая должна быть папкой, – файл" in told
    long = tmp_path / ("ф" * 300 + ".xlsx")
    code, told = call("template", "needs", "-o", long)
    assert code == 2
    assert "имя длиннее, чем допускает система" in told and ".part" not in told


def test_excluded_organisations_that_nobody_knows_are_named(tmp_path: Path, call: Call) -> None:
    known = pl.read_csv(DEMO / "offers.csv", infer_schema=False)
    seller = known["Код организации"].drop_nulls()[0]
    code, told = call("match", DEMO / "needs.csv", DEMO / "offers.csv", "-o", tmp_path / "l.csv",
                    "--exclude", seller, "--exclude", "9999999999", "--exclude", "ОШИБКА")
    assert code == 0
    assert "--exclude: таких организаций в таблицах нет: 9999999999, ОШИБКА." in told
    assert seller not in next(line for line in told.splitlines() if "--exclude" in line)


@pytest.mark.parametrize(("line", "said"), [
    (("check", "needs", "FILE", "--columns", "Чего ждём=text"), None),
    (("check", "needs", "FILE", "--columns", "needs.Чего ждём=text"), None),
    (("match", "FILE", "FILE", "-o", "OUT", "--columns", "needs.Чего ждём=text", "--columns", "offers.Чего ждём=text"),
     None),
    (("match", "FILE", "FILE", "-o", "OUT", "--columns", "Чего ждём=text"), "«needs.Товар=text»"),
    (("check", "needs", "FILE", "--columns", "Чего ждём=текст"), "столбца текст таблица needs не знает"),
])
def test_columns_have_one_form_in_every_command(line: tuple[str, ...], said: str | None, tmp_path: Path,
                                                     call: Call) -> None:
    file = tmp_path / "файл.csv"
    file.write_text("№;Чего ждём;Ед. изм.\n1;Стекло листовое 4 мм;м2\n", "utf-8")
    paths = {"FILE": str(file), "OUT": str(tmp_path / "связи.csv")}
    code, told = call(*(paths.get(part, part) for part in line))
    assert code == (0 if said is None else 2), told
    assert said is None or said in told


@pytest.mark.parametrize(("line", "said"), [
    (("match", "нет.csv", "OFFERS", "-o", "x.csv"), "Файл «нет.csv» не загружен."),
    (("report", "NEEDS"), "а по столбцам это «Потребности» (needs)"),
    (("template", "needs", "-o", "форма.txt"), "Окончание имени: .xlsx."),
])
def test_a_file_that_cannot_be_used_is_not_offered_to_be_read_without_its_rows(line: tuple[str, ...], said: str,
                                                                               call: Call) -> None:
    paths = {"NEEDS": str(DEMO / "needs.csv"), "OFFERS": str(DEMO / "offers.csv")}
    code, told = call(*(paths.get(part, part) for part in line))
    assert code == 2
    assert said in told
    assert "--skip-faulty" not in told
