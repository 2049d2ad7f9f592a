"""How written files look to people and to programs."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from smezhnik.errors import InputError
from smezhnik.io import read_table, write_table
from smezhnik.io.cells import choice_word
from smezhnik.tables import TABLES, complete
from smezhnik.tables.links import REFUSALS
from smezhnik.types import Lang
from smezhnik.workflows.train import refusal

REASONS = [{"code": "text", "contribution": 1.5, "fields": '{"matched": ["стекло"]}'}]


def links() -> pl.DataFrame:
    return complete(pl.DataFrame({
        "need_id": ["N-1", "=1+1"], "offer_id": ["O-1", "O-2"], "rank": [1, 2], "probability": [0.91, 0.5],
        "score": [2.5, -0.6], "base": [1.0, -2.1], "grade": ["A", "C"], "basis": ["declared", "inferred"],
        "as_of": [dt.date(2026, 11, 22)] * 2, "reasons": [REASONS, REASONS]}), "links")


def words(cell: list[dict[str, object]]) -> str:
    return "; ".join(str(item["code"]) for item in cell)


def test_xlsx_holds_typed_strings_and_never_formulas(tmp_path: Path) -> None:
    write_table(links(), tmp_path / "a.xlsx", "links")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert page["A3"].value == "=1+1"
    assert page["A3"].data_type == "s"
    assert {cell.data_type for row in page.iter_rows(min_row=2) for cell in row} <= {"s", "n", "d", "inlineStr"}
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref


def test_headers_speak_the_asked_language(tmp_path: Path) -> None:
    for lang, title in (("ru", "Вероятность"), ("en", "Probability")):
        write_table(links(), tmp_path / f"{lang}.xlsx", "links", lang=lang)
        page = openpyxl.load_workbook(tmp_path / f"{lang}.xlsx").active
        assert title in [cell.value for cell in page[1]]


@pytest.mark.parametrize("name", ["a.xlsx", "b.csv"])
def test_reasons_stand_in_words_for_people_and_are_passed_over_when_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_table(links(), path, "links", kind="csv-excel" if name.endswith("csv") else None, readable={"reasons": words})
    if name == "a.xlsx":
        page = openpyxl.load_workbook(path).active
        titles = [cell.value for cell in page[1]]
        assert page.cell(2, titles.index("Доводы словами") + 1).value == "text"
    loaded = read_table(path, "links")
    assert loaded.frame.equals(links())
    assert not [note for note in loaded.notes if note.code == "ignored_columns"]


def test_csv_for_programs_is_exact_and_csv_for_excel_is_guarded(tmp_path: Path) -> None:
    write_table(links(), tmp_path / "a.csv", "links")
    write_table(links(), tmp_path / "b.csv", "links", kind="csv-excel")
    exact = (tmp_path / "a.csv").read_text("utf-8")
    assert exact.splitlines()[0].startswith("need_id,offer_id,rank,")
    assert "\n=1+1,O-2,2,0.5,-0.6," in exact
    guarded = (tmp_path / "b.csv").read_bytes()
    assert guarded.startswith(b"\xef\xbb\xbf")
    assert "\r\n'=1+1;O-2;2;0,5;-0,6;" in guarded.decode("utf-8-sig")
    assert ";22.11.2026;" in guarded.decode("utf-8-sig")


def test_json_is_a_list_of_records_with_nested_reasons(tmp_path: Path) -> None:
    write_table(links(), tmp_path / "a.json", "links")
    records = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert records[0]["reasons"] == REASONS
    assert records[1]["need_id"] == "=1+1"


def test_an_unknown_ending_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.parquet"):
        write_table(links(), tmp_path / "a.doc", "links")


def test_headers_of_every_table_are_distinct_in_both_languages() -> None:
    for declared in TABLES.values():
        for lang in ("ru", "en"):
            titles = [getattr(info, lang).lower() for info in declared.columns.values()]
            assert len(set(titles)) == len(titles), declared.name


def test_the_order_of_rows_is_kept(tmp_path: Path) -> None:
    frame = complete(pl.DataFrame({"need_id": ["b", "a", "c"], "text": ["1 стекло", "2 плита", "3 рама"]}), "needs")
    for name in ("a.xlsx", "a.csv", "a.parquet", "a.json"):
        write_table(frame.lazy() if name.endswith(("csv", "parquet")) else frame, tmp_path / name, "needs")
        assert read_table(tmp_path / name, "needs").frame["need_id"].to_list() == ["b", "a", "c"]


def test_links_begin_with_what_is_bought_and_sold_and_keep_it_in_sight(tmp_path: Path) -> None:
    named = links().with_columns(need_text=pl.lit("Стекло"), offer_text=pl.lit("Стекло флоат"),
                                 buyer=pl.lit("Окна Идель"), seller=pl.lit("Стекло-Юрюзань"))
    write_table(named, tmp_path / "a.xlsx", "links")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [cell.value for cell in page[1]][:5] == ["Что нужно", "Продукция", "Покупатель", "Поставщик",
                                                    "Код потребности"]
    assert page.freeze_panes == "E2"
    assert sum(page.column_dimensions[letter].width for letter in "ABCD") < 110
    assert read_table(tmp_path / "a.xlsx", "links").frame.equals(named)


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_decisions_and_reasons_of_refusal_are_chosen_from_a_list(tmp_path: Path, lang: Lang) -> None:
    write_table(links(), tmp_path / "a.xlsx", "links", lang=lang)
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    info = TABLES["links"].columns
    rules = {page[f"{str(rule.sqref).split('2')[0]}1"].value: rule for rule in page.data_validations.dataValidation}
    decision, reason = (rules[getattr(info[name], lang)] for name in ("decision", "decline_reason"))
    assert decision.formula1.strip('"').split(",") == [choice_word(word, lang) for word in info["decision"].choices]
    assert decision.showErrorMessage  # another word is refused
    assert not reason.showErrorMessage  # another reason is allowed
    first = reason.formula1.strip('"').split(",")[0]
    page.cell(2, [cell.value for cell in page[1]].index(getattr(info["decision"], lang)) + 1).value = \
        choice_word("declined", lang)
    page.cell(2, [cell.value for cell in page[1]].index(getattr(info["decline_reason"], lang)) + 1).value = first
    page.parent.save(tmp_path / "b.xlsx")
    read = read_table(tmp_path / "b.xlsx", "links").frame
    assert read.row(0, named=True)["decision"] == "declined"
    assert read.row(0, named=True)["decline_reason"] == first


def test_every_listed_reason_of_refusal_but_the_wrong_product_says_nothing_of_the_fit() -> None:
    for lang in ("ru", "en"):
        told = [choice_word(word, lang) for word in REFUSALS]
        said = pl.DataFrame({"decline_reason": told}).select(refusal()).to_series().to_list()
        assert said == ["fit" if word == "wrong_product" else "deal" for word in REFUSALS]
