"""The annex of two regions: both ways, kinds of sums that are never added, what is inferred marked as such."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl
import pytest

from smezhnik.papers import WRITERS, Between, Paper, Table, pair_paper, ways
from smezhnik.report.links.counted import count
from smezhnik.tables import complete
from smezhnik.types import Lang
from tests.papers.test_papers import READ

A, B, DAY = "RU-BA", "RU-CHE", dt.date(2026, 11, 22)


@dataclass(frozen=True)
class Sum:
    count: int = 0
    value_th_rub: float | None = None


@dataclass(frozen=True)
class Trade:
    links: pl.DataFrame
    flows: pl.DataFrame
    stale: bool = False
    made_at: dt.datetime = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
    told: dict[str, Any] = field(default_factory=lambda: {
        "a_to_b_th_rub": 9_000_000.0, "b_to_a_th_rub": 4_000_000.0, "plants": {A: 12, B: 15}, "without_activity": 1,
        "without_output": 2, "other_activity": 3, "table": "Бельгия, 2020"})


def links(*rows: dict[str, Any], basis: str = "declared", grade: str = "A") -> pl.DataFrame:
    about = {"rank": 1, "probability": 0.9, "score": 2.2, "base": 0.0, "grade": grade, "basis": basis,
             "okpd2": "23.11.12", "distance_km": 310.0, "as_of": DAY}
    return complete(pl.DataFrame([about | {"need_id": f"n{place}", "offer_id": f"o{place}", "seller_id": f"s{place}",
                                           "buyer_id": f"b{place}", **row} for place, row in enumerate(rows)]),
                    "links")


FORTH = {"seller_region": A, "buyer_region": B, "seller": "Уфа-Стекло", "buyer": "Миасс-Окна",
         "offer_text": "Стекло М1", "value_th_rub": 700_000.0}
BACK = {"seller_region": B, "buyer_region": A, "seller": "Магнитка", "buyer": "Уфа-Насос", "offer_text": "Лист",
        "value_th_rub": 300_000.0}


def trade() -> Trade:
    flows = pl.DataFrame([
        {"seller_region": A, "buyer_region": B, "seller_name": "Насосы", "buyer_name": "Металлургия",
         "value_th_rub": 9_000_000.0},
        {"seller_region": B, "buyer_region": A, "seller_name": "Прокат", "buyer_name": "Машины",
         "value_th_rub": 4_000_000.0}])
    return Trade(links({**FORTH, "seller": "Угаданный"}, basis="inferred", grade="C"), flows)


def between(*rows: dict[str, Any], **more: Any) -> Between:
    counted = count(links(*(rows or (FORTH, BACK))), needs=None, allocations=None)
    return Between(**{"pair": (A, B), "counted": counted, "signed": Sum(2, 100_000.0), "delivered": Sum(1, 40_000.0),
                      **more})


def paper(lang: Lang = "ru", *, of: Between | None = None) -> Paper:
    return pair_paper(of or between(), on=DAY, lang=lang)


def table(made: Paper, number: int) -> Table:
    block = made.blocks[number]
    assert isinstance(block, Table)
    return block


def test_the_finding_is_the_title_and_both_ways_have_their_sums() -> None:
    made = paper()
    assert "2 новые связи на 1\u00a0000\u00a0млн\u00a0₽/год" in made.title
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in table(made, 0).rows}
    assert rows["Башкортостан → Челябинская обл."] == ["1", "700"]
    assert rows["Челябинская обл. → Башкортостан"] == ["1", "300"]
    assert [(way.seller, way.value_th_rub) for way in ways(between().counted, (A, B))] == [(A, 7e5), (B, 3e5)]


def test_potential_signed_and_delivered_are_never_added() -> None:
    sums = table(paper(), 0)
    assert sums.total is None
    assert {row[0].text: row[2].text for row in sums.rows if len(row) > 1} == {
        "Башкортостан → Челябинская обл.": "700", "Челябинская обл. → Башкортостан": "300", "Подписано": "100",
        "В поставке и поставлено": "40"}
    assert "не складываются" in sums.note


def test_the_best_links_stand_in_their_order_at_most_twenty() -> None:
    rows = [{**FORTH, "seller": f"Завод {place:02}", "value_th_rub": 1000.0 * (50 - place)} for place in range(25)]
    best = table(paper(of=between(*rows)), 1)
    assert [row[2].text for row in best.rows] == [f"Завод {place:02}" for place in range(20)]
    assert best.title.startswith("20 лучших связей")


def test_a_sum_that_may_not_be_told_is_nowhere() -> None:
    bare = between({**FORTH, "value_th_rub": None}, signed=Sum(2, None), delivered=Sum(0, None))
    made = paper(of=bare)
    assert "1 связь, которой ещё нет" in made.title
    assert "Сумма" not in " ".join(column.title for column in table(made, 1).columns), "no column of dashes"
    assert [row[2].text for row in table(made, 0).rows if len(row) > 1] == ["–"] * 4
    assert "Подписано пока" not in " ".join(made.lead)


def test_what_is_inferred_is_said_wherever_it_stands() -> None:
    made = paper(of=between(trade=trade()))
    flows, asked = table(made, 3), table(made, 4)
    assert flows.title.startswith("Выведено расчётом") and asked.title.startswith("Выведено расчётом")
    assert made.lead[1].startswith("Выведено расчётом")
    assert {row[-1].text for row in asked.rows} == {"выведено"}
    assert {row[-1].text for row in table(made, 1).rows} == {"заявлено"}
    assert "до 9\u00a0000" in flows.rows[0][0].text and "6 без кода" in flows.note
    assert "Угаданный" not in str(table(made, 1))
    assert "организации менялись" in table(paper(of=between(trade=replace(trade(), stale=True))), 3).note


def test_cases_say_their_stage_in_words_and_hide_whom_the_reader_does_not_know() -> None:
    case = {"need_text": "Стекло", "seller": "Уфа-Стекло", "buyer": None, "stage": "negotiating", "next_on": DAY}
    (row,) = table(paper(of=between(cases=[case])), 2).rows
    assert [cell.text for cell in row] == ["Стекло", "Уфа-Стекло", "–", "Переговоры", "22.11.2026"]


def test_the_number_is_of_the_facts_not_of_the_language() -> None:
    assert paper("ru").number == paper("en").number
    assert paper().number != paper(of=between(signed=Sum(3, 100_000.0))).number
    assert paper().number != paper(of=between(trade=trade())).number


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_sheet_speaks_one_language_and_shows_no_codes(ending: str, lang: Lang) -> None:
    case = {"need_text": "Стекло", "seller": "Уфа-Стекло", "buyer": "Окна", "stage": "contacted", "next_on": None}
    said = READ[ending](WRITERS[ending](paper(lang, of=between(trade=trade(), cases=[case]))))
    assert re.search(r"RU-(BA|CHE)|negotiating|\bcontacted\b|inferred_|value_th_rub|\bn0\b|\bo0\b", said) is None
    if lang == "ru":
        assert "Приложение" in said and "Стороны" in said
        assert re.findall(r"[a-z]{3,}", said) == []
    else:
        assert "Annex" in said and "Parties" in said
        ours = re.sub("|".join(("Уфа-Стекло", "Миасс-Окна", "Магнитка", "Уфа-Насос", "Стекло М1", "Лист", "Угаданный",
                                "Бельгия", "Насосы", "Металлургия", "Прокат", "Машины", "Стекло", "Окна")), "", said)
        assert re.findall(r"[а-яё]{3,}", ours) == []
