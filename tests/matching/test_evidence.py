"""Marks that differ are named as gaps, and the same mark in another spelling is none."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl
import pytest

from smezhnik.matching.match import match
from smezhnik.matching.sentences import gap_sentence

ON = dt.date(2026, 11, 22)


def gaps(need: str, offer: str) -> list[str]:
    links = match(pl.DataFrame({"text": [need]}), pl.DataFrame({"text": [offer]}), on=ON)
    return [gap_sentence(gap["code"], gap["fields"], "ru").replace("\xa0", " ")
            for gap in links["gaps"].to_list()[0]]


@pytest.mark.parametrize(("need", "offer", "told"), [
    ("Арматура А500С 12 мм", "Арматура А240 12 мм", "марка А240 вместо А500С"),
    ("Швеллер 12П", "Швеллер 14П", "марка 14П вместо 12П"),
    ("Насос К 80-50-200", "Насос К 100-65-200а", "марка К 100-65-200А вместо К 80-50-200"),
    ("Стеклопакет СПО 4-16-4", "Стеклопакет СПО 4-12-4", "марка СПО 4-12-4 вместо СПО 4-16-4"),
    ("Подшипник 180205", "Подшипник шариковый 180206", "марка 180206 вместо 180205"),
    ("Лист 09Г2С 10 мм", "Лист Ст3сп 10 мм", "марка СТ3СП вместо 09Г2С"),
    ("Труба 12Х18Н10Т", "Труба 08Х18Н10", "марка 08Х18Н10 вместо 12Х18Н10Т"),
    ("Двутавр 20Б1", "Двутавр 20Б2", "марка 20Б2 вместо 20Б1"),
    ("Стекло М1", "Стекло М4", "нужно М1, есть М4"),
    ("Кабель ВВГ 3х4", "Кабель ВВГ 4х3", "нужно 3×4, есть 4×3"),
    ("Провод ПВС 3х2,5", "Провод ПВС 2х2,5", "нужно 3×2,5, есть 2×2,5"),
])
def test_a_different_mark_is_the_only_gap_and_is_named(need: str, offer: str, told: str) -> None:
    assert gaps(need, offer) == [told]
    assert gaps(need, need) == gaps(offer, offer) == []


@pytest.mark.parametrize(("need", "offer"), [
    ("Арматура А500С", "Арматура A500C"),  # the second in Latin letters
    ("Насос К 80-50-200", "Насос консольный К80-50-200"),
    ("Лист 09Г2С 10 мм", "Лист 10 мм: 09Г2С, Ст3, 10ХСНД"),
    ("Лоток кабельный 50х100", "Лоток кабельный 100х50"),
    ("Брус 50х100", "Брус 100х50"),
    ("Кабель ВВГ 3х2,5", "Кабель силовой ВВГ-нг 3х2.5"),
    ("Подшипник 6205", "Подшипник 6205-2RS, 1000 шт, ГОСТ 8338"),
    ("Труба ТУ 14-3-1128-2000", "Труба ТУ 14-3-1128-2000 от 01-02-2025"),
    ("Задвижка DN 150 PN 16", "Задвижки DN 50-200 PN 16"),
    ("Болт М20 кл. 10.9", "Болт М20 сорт 1, кл. 10.9"),
    ("Фотоаппарат SD990IS", "Фотоаппарат SD990"),
    ("Подшипники скольжения Ду 100", "Подшипники скольжения Ду 100 200"),
    ("Подшипник 205", "Подшипник 180205"),  # old and new designations: not known to differ
])
def test_another_spelling_or_a_wider_list_is_no_gap(need: str, offer: str) -> None:
    assert gaps(need, offer) == []


def test_every_row_of_a_table_keeps_its_own_marks() -> None:
    """Designations, cables and plain texts side by side: what one row states is not read into another."""
    texts = ["Кабель ВВГ 3х4", "Брус 3х4", "Насос К 80-50-200", "Швеллер 12П", "Веник", "Подшипник 6205"]
    links = match(pl.DataFrame({"text": texts}), pl.DataFrame({"text": texts}), on=ON)
    same = links.filter(pl.col("need_text") == pl.col("offer_text"))
    assert len(same) == len(texts) and all(gap == [] for gap in same["gaps"].to_list())
    pair = links.filter((pl.col("need_text") == "Брус 3х4") & (pl.col("offer_text") == "Кабель ВВГ 3х4"))
    assert [json.loads(gap["fields"]) for gap in pair["gaps"].to_list()[0]] == [{"need": "4×3", "offer": "3×4"}]
