"""Frames become declared tables without a row more or less."""

from __future__ import annotations

import polars as pl
import pytest

from smezhnik.io.headers import LANGS, normal
from smezhnik.messages import catalogue, say
from smezhnik.tables import TABLES, complete, table


@pytest.mark.parametrize("name", TABLES)
def test_a_frame_without_any_declared_column_keeps_its_number_of_rows(name: str) -> None:
    for rows in (0, 1, 3):
        foreign = pl.DataFrame({"чужое": ["а"] * rows}, schema={"чужое": pl.String})
        assert complete(foreign, name).shape == (rows, len(table(name).dtypes))
    assert complete(pl.DataFrame(), name).equals(table(name).empty())


def test_declared_columns_are_cast_ordered_and_the_others_dropped() -> None:
    made = complete(pl.DataFrame({"volume": [5], "лишнее": [1], "text": ["лист"]}), "needs")
    assert made.schema == pl.Schema(table("needs").dtypes)
    assert made.select("text", "volume").rows() == [("лист", 5.0)]
    assert made["need_id"].null_count() == 1


def test_what_carries_confidential_figures_is_confidential() -> None:
    columns = table("links").columns
    assert {name: columns[name].secrecy for name in ("reasons", "gaps", "quantity")} == dict.fromkeys(
        ("reasons", "gaps", "quantity"), "confidential")


@pytest.mark.parametrize("name", TABLES)
def test_no_two_columns_of_a_table_are_called_alike(name: str) -> None:
    """Headers are told apart without case and punctuation, in whichever language the file was written."""
    columns: dict[str, set[str]] = {}
    for column, about in table(name).columns.items():
        in_words = [say("io.in_words", lang, column=getattr(about, lang)) for lang in LANGS]
        for title in (column, about.ru, about.en):
            columns.setdefault(normal(title), set()).add(column)
        for title in in_words if about.kind == "records" else ():
            columns.setdefault(normal(title), set()).add(f"{column} in words")
    assert [both for both in columns.values() if len(both) > 1] == []


@pytest.mark.parametrize("name", TABLES)
def test_an_id_is_called_so_in_both_languages(name: str) -> None:
    ids = [about for column, about in table(name).columns.items() if column.endswith("id")]
    assert [about.en for about in ids if about.ru.startswith("Код ") and not about.en.lower().endswith("id")] == []


@pytest.mark.parametrize("name", TABLES)
def test_every_allowed_word_is_said_in_both_languages(name: str) -> None:
    """Letters of a grade are the same everywhere; a flag is already a word."""
    words = {choice for about in table(name).columns.values() for choice in about.choices}
    codes = {word for word in words if word.isascii() and word.islower()}
    assert {word for word in codes if f"choice.{word}" not in catalogue()} == set()
