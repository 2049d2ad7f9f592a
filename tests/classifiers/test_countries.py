"""Names of countries by their codes, in both languages."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from smezhnik.classifiers.countries import country_name, in_language
from smezhnik.classifiers.packaged import DATA, read_tsv

ASEM = Path(__file__).parents[2] / "examples" / "rating" / "asem.csv"


def test_the_table_is_whole_and_each_code_stands_once() -> None:
    frame = read_tsv(DATA / "countries.tsv")
    assert frame.null_count().sum_horizontal().item() == 0
    assert all(frame[column].n_unique() == frame.height for column in frame.columns)
    assert frame["alpha2"].str.contains("^[A-Z]{2}$").all() and frame["alpha3"].str.contains("^[A-Z]{3}$").all()
    assert frame["name_ru"].str.contains("[а-я]").all() and not frame["name_en"].str.contains("[а-я]").any()


def test_everybody_of_the_shipped_rating_has_a_russian_name() -> None:
    for code, name in pl.read_csv(ASEM).select("region", "name").iter_rows():
        assert country_name(code, "en") == name and in_language(code, name, "en") == name
        assert in_language(code, name, "ru") == country_name(code, "ru") != name


@pytest.mark.parametrize(("code", "given", "lang", "said"), [
    ("RU-BA", "Башкортостан", "en", "Башкортостан"), ("KAZ", "Казахстан", "ru", "Казахстан"),
    ("DEU", "ФРГ", "ru", "ФРГ"), ("DEU", "ФРГ", "en", "Germany"), ("XXX", "Atlantis", "ru", "Atlantis")])
def test_the_name_that_was_given_stays_where_it_is_of_the_language(code: str, given: str, lang: str, said: str) -> None:
    assert in_language(code, given, lang) == said  # type: ignore[arg-type]
