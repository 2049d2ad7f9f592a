"""``smezhnik rate``: tables, JSON, workbooks and refusals, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from smezhnik.cli.rate import rate
from smezhnik.errors import CannotSay, InputError
from smezhnik.io.schemes import read_scheme
from tests.rating.factories import ROOT

DATA = ROOT / "examples" / "rating" / "asem.csv"


def call(*line: object, lang: str = "ru") -> Result:
    return CliRunner().invoke(rate, [str(part) for part in line], env={"SMEZHNIK_LANG": lang}, standalone_mode=False)


def test_a_scheme_and_data_give_places_with_intervals() -> None:
    shown = call("asem", DATA, "--runs", 200)
    assert shown.exception is None
    assert "1  Switzerland" in shown.stdout
    assert "68,38" in shown.stdout
    assert "девяти расчётах из десяти" in shown.stdout


def test_the_workbook_holds_places_scores_dictionary_and_method(tmp_path: Path) -> None:
    out = tmp_path / "рейтинг.xlsx"
    assert call("asem", DATA, "--runs", 50, "-o", out).exception is None
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Рейтинг", "Баллы рейтинга", "Показатели рейтинга", "О методе"]
    rows = list(book["Рейтинг"].values)
    assert rows[0][:5] == ("Территория", "Название", "Год", "Место", "Балл")
    assert rows[1][:4] == ("CHE", "Switzerland", 2018, 1)
    assert len(rows) == 52
    assert len(book["Рейтинг"]._charts) == 1
    assert any("COINr" in str(row[0]) for row in book["О методе"].values)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        call("asem", DATA, "--runs", 100, "-o", tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_json_has_no_nan_and_says_where_figures_are_from() -> None:
    found = json.loads(call("asem", DATA, "--runs", 50, "--sensitivity", "--json", lang="en").stdout,
                       parse_constant=lambda constant: pytest.fail(constant))
    assert found["places"][0]["name"] == "Switzerland"
    assert found["sensitivity"]["runs"] == 24_576
    assert all(item["source"] for item in found["indicators"])
    assert found["uncertainty"] == {"runs": 50, "seed": 2026}


def test_a_region_is_explained_beside_its_peers() -> None:
    shown = call("explain", "Poland", "asem", DATA, "--peer", "Hungary", "--peer", "Romania").stdout
    assert "Poland: место 26 из 51" in shown
    assert "Hungary, Romania" in shown
    assert shown.index("Сильные стороны") < shown.index("Слабые стороны")


def test_two_years_show_what_moved_the_score(tmp_path: Path) -> None:
    lines = DATA.read_text("utf-8").splitlines()
    column = lines[0].split(",").index("NEET")
    later = []
    for line in lines[1:]:
        cells = line.split(",")
        cells[2] = "2019"
        if cells[1] == "Poland":
            cells[column] = "5"
        later.append(",".join(cells))
    both = tmp_path / "два года.csv"
    both.write_text("\n".join([*lines, *later]), encoding="utf-8")
    shown = call("explain", "Poland", "asem", both, "--since", 2018).stdout
    moved = shown[shown.index("2018 – 2019"):].splitlines()
    assert "Молодёжь вне учёбы" in moved[1]
    with pytest.raises(InputError):
        raise call("explain", "Poland", "asem", both, "--since", 2001).exception  # type: ignore[misc]


def test_a_plan_is_told_written_and_checked(tmp_path: Path) -> None:
    out = tmp_path / "план.xlsx"
    shown = call("plan", "Poland", "asem", DATA, "--gain", 5, "-o", out)
    assert "с места 26 на 21" in shown.stdout
    assert "Проверено полным пересчётом: место 21" in shown.stdout
    assert [row[2] for row in openpyxl.load_workbook(out)["План по рейтингу"].values] == ["Код", "RDExp", "NEET"]
    assert json.loads(call("plan", "POL", "asem", DATA, "--gain", 5, "--json").stdout)["reached"] == 21


def test_an_unknown_region_names_some_that_there_are() -> None:
    refused = call("explain", "Atlantis", "asem", DATA).exception
    assert isinstance(refused, CannotSay)
    assert "Austria" in str(refused)


def test_the_empty_form_can_be_filled_in_and_rated(tmp_path: Path) -> None:
    form = tmp_path / "форма.xlsx"
    call("show", "asem", "-o", form)
    book = openpyxl.load_workbook(form)
    header = [cell.value for cell in book["Данные"][1]]
    lines = [line.split(",") for line in DATA.read_text("utf-8").splitlines()]
    places = [lines[0].index(name) for name in header]
    for cells in lines[1:]:
        book["Данные"].append([float(cells[place]) if place > 3 and cells[place] else cells[place] or None
                               for place in places])
    book.save(form)
    assert "68,38" in call("asem", form, "--runs", 0).stdout


def test_schemes_are_listed_and_shown_with_method_and_source() -> None:
    assert "asem" in call("schemes").stdout
    shown = call("show", "asem", lang="en").stdout
    assert "Joining: arithmetic mean." in shown
    assert "COINr, ASEM example, 2018" in shown


def test_the_scheme_of_five_blocks_is_called_ours_and_places_are_dense(tmp_path: Path) -> None:
    """Regions are found under any of their names; three equal ones share a place and the next follows at once."""
    scheme = read_scheme("ru-industrial-policy")
    assert [block.code for block in scheme.blocks] == ["economy", "support", "federal", "activity", "digital"]
    assert scheme.note is not None and scheme.note.ru.startswith("Схема наша, не официальная")
    columns = [*scheme.denominators, *scheme.indicators]
    rows = [["Субъект РФ", *(item.title.ru for item in columns)]]
    for name, level in (("Республика Башкортостан", 9), ("Москва", 5), ("Московская область", 5),
                        ("Краснодарский край", 1)):
        rows.append([name, *("1" if item.code == "law" else "1000" if item in scheme.denominators else str(level)
                             for item in columns)])
    file = tmp_path / "регионы.csv"
    file.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    found = json.loads(call("ru-industrial-policy", file, "--runs", 0, "--json").stdout)
    assert [(item["territory"], item["place"]) for item in found["places"]] == [
        ("RU-BA", 1), ("RU-MOW", 2), ("RU-MOS", 2), ("RU-KDA", 3)]
    assert "Республика Башкортостан: место 1 из 4" in call("explain", "Башкирия", "ru-industrial-policy", file).stdout


def test_pages_of_a_rating_and_of_one_of_the_rated_are_written(tmp_path: Path) -> None:
    assert call("asem", DATA, "--runs", 100, "--report", tmp_path / "all.html").exception is None
    page = tmp_path / "place.html"
    shown = call("explain", "Poland", "asem", DATA, "--peer", "Hungary", "--gain", 3, "--report", page,
                 "--title", "Польша", lang="ru")
    assert shown.exception is None
    text = page.read_text("utf-8")
    assert "<title>Польша</title>" in text
    assert "Что поднимет на 3 места" in text
    assert "Сравнение с: Венгрия." in text
    assert "Швейцария" in (tmp_path / "all.html").read_text("utf-8")


def test_what_is_said_of_a_page_that_nobody_asked_for_is_refused() -> None:
    for line in (("explain", "Poland", "asem", DATA, "--gain", 3), ("asem", DATA, "--issuer", "Министерство")):
        refused = call(*line).exception
        assert isinstance(refused, InputError)
        assert refused.code == "page_only"


def test_workbooks_of_a_place_and_of_a_plan_have_their_charts(tmp_path: Path) -> None:
    assert call("explain", "Poland", "asem", DATA, "-o", tmp_path / "e.xlsx").exception is None
    assert call("plan", "Poland", "asem", DATA, "--gain", 5, "-o", tmp_path / "p.xlsx").exception is None
    for name in "ep":
        book = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
        assert len(book.worksheets[0]._charts) == 1
