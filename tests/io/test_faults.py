"""Each broken file gives its named fault, in both languages, and nothing else breaks."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from pathlib import Path

import pytest

from smezhnik.errors import InputFaults, describe_fault
from smezhnik.io import check_table, read_recipe, read_table, recipe_of, save_recipe, write_template
from smezhnik.io.register import read_register
from smezhnik.messages import catalogue
from tests.io.broken import ALL, CELLS, FILES, NOTES, Broken


def place(broken: Broken, folder: Path) -> Path:
    path = folder / (broken.name if "." in broken.name[-8:] else f"{broken.name}.dat")
    broken.build(path)
    return path


def assert_told(fault: object) -> None:
    for lang in ("ru", "en"):
        sentence = describe_fault(fault, lang)  # type: ignore[arg-type]
        assert len(sentence) > 20
        assert not re.search(r"\{[a-z_]+[:}]", sentence)
        assert sentence.rstrip()[-1] in ".»”\""


@pytest.mark.parametrize("broken", [*FILES, *CELLS], ids=lambda item: item.name)
def test_a_broken_file_is_refused_with_its_named_fault(broken: Broken, tmp_path: Path) -> None:
    path = place(broken, tmp_path)
    loaded = check_table(path, broken.table, **broken.options)
    assert broken.code in {fault.code for fault in loaded.faults}
    assert loaded.read == loaded.accepted + loaded.refused + loaded.skipped
    for fault in (*loaded.faults, *loaded.notes):
        assert_told(fault)
    with pytest.raises(InputFaults):
        read_table(path, broken.table, **broken.options)


@pytest.mark.parametrize("broken", CELLS, ids=lambda item: item.name)
def test_a_faulty_cell_is_named_by_row_column_and_address(broken: Broken, tmp_path: Path) -> None:
    loaded = check_table(place(broken, tmp_path), broken.table)
    fault = next(item for item in loaded.faults if item.code == broken.code)
    assert fault.row is not None
    assert fault.column
    assert fault.code == "double_key" or (fault.cell or "").endswith(str(fault.row))


@pytest.mark.parametrize("broken", CELLS, ids=lambda item: item.name)
def test_skip_faulty_goes_on_and_counts(broken: Broken, tmp_path: Path) -> None:
    loaded = read_table(place(broken, tmp_path), broken.table, skip_faulty=True)
    assert loaded.refused == 1
    assert loaded.read == loaded.accepted + loaded.refused + loaded.skipped


@pytest.mark.parametrize("broken", NOTES, ids=lambda item: item.name)
def test_what_is_passed_over_or_assumed_is_said(broken: Broken, tmp_path: Path) -> None:
    loaded = read_table(place(broken, tmp_path), broken.table)
    notes = {note.code for note in loaded.notes}
    assert broken.code in notes
    assert loaded.read == loaded.accepted + loaded.refused + loaded.skipped
    for note in loaded.notes:
        assert_told(note)


def test_every_message_of_this_room_has_its_file() -> None:
    elsewhere = {"example_row", "recipe_broken", "recipe_table", "register_columns", "code_unlisted"}
    elsewhere |= {"header_percent", "header_not_money", "header_money", "header_not_yearly", "header_other",
                  "header_part", "counted_yearly", "sum_differs", "table_swapped", "okved_old",
                  "register_raw", "vat_as_is"}  # test_headers
    room = Path(__file__).parents[2] / "src/smezhnik/messages/io.toml"
    codes = {key.removeprefix("fault.") for key in tomllib.loads(room.read_text("utf-8")) if key.startswith("fault.")}
    assert codes - elsewhere <= {broken.code for broken in ALL}
    assert len(FILES) + len(CELLS) >= 40


def test_the_example_of_a_form_is_passed_over(tmp_path: Path) -> None:
    write_template("offers", tmp_path / "form.xlsx")
    loaded = read_table(tmp_path / "form.xlsx", "offers")
    assert "example_row" in {note.code for note in loaded.notes}
    assert loaded.frame.is_empty()


@pytest.mark.parametrize(("content", "code"), [
    ("не JSON", "recipe_broken"), ("[]", "recipe_broken"), ('{"table": "нет", "columns": {}}', "recipe_table"),
    ('{"table": "needs", "columns": {"Товар": "tekst"}}', "target_unknown")])
def test_a_bad_recipe_is_named(tmp_path: Path, content: str, code: str) -> None:
    (tmp_path / "recipe.json").write_text(content, "utf-8")
    with pytest.raises(InputFaults) as refused:
        read_recipe(tmp_path / "recipe.json")
    assert [fault.code for fault in refused.value.faults] == [code]
    assert_told(refused.value.faults[0])


def test_a_file_of_another_layout_is_no_register(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a;b\n1;2\n", "utf-8")
    with pytest.raises(InputFaults) as refused:
        read_register(tmp_path / "other.csv", on=dt.date(2026, 11, 22))
    assert_told(refused.value.faults[0])


def test_faults_of_a_file_come_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "много.csv"
    path.write_text("Что нужно;ИНН;Объём;Срок поставки\nСтекло;123;много;скоро\n;0274051583;-5;31.02.2026\n", "utf-8")
    loaded = check_table(path, "needs")
    assert len(loaded.faults) == 7
    assert [fault.row for fault in loaded.faults] == [2, 2, 2, 3, 3, 3, 3]


def test_no_sentence_of_the_catalogue_names_a_field_twice_differently() -> None:
    for code, texts in catalogue().items():
        if code.startswith("fault."):
            names = {lang: set(re.findall(r"\{(\w+)", texts[lang])) for lang in ("ru", "en")}
            assert names["ru"] == names["en"], code


def test_json_of_a_recipe_is_readable_by_people(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Товар;Телефон\nСтекло;1\n", "utf-8")
    loaded = read_table(path, "needs", columns={"Товар": "text"})
    save_recipe(recipe_of(loaded), tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["columns"] == {"Товар": "text"}
    again = read_table(path, "needs", recipe=read_recipe(tmp_path / "r.json"))
    assert again.frame.equals(loaded.frame)
    assert not [note for note in again.notes if note.code == "ignored_columns"]
