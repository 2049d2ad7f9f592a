"""The paper of a plan: who serves what, what is left and why, what capacity is worth, proof or gap."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from smezhnik.papers import WRITERS, Paper, Table, plan_paper
from smezhnik.papers import plan as room
from smezhnik.types import Lang
from tests.papers.test_papers import READ

DAY = dt.date(2026, 11, 22)
ASKED = {"min_grade": "B", "max_suppliers": None, "inferred": False}


@dataclass(frozen=True)
class Need:
    text: str
    buyer: str | None = None
    served: Sequence[Mapping[str, Any]] = ()
    left: Mapping[str, Any] | None = None


def served(**changes: Any) -> dict[str, Any]:
    return {"seller": "Стекло", "offer_text": "Стекло листовое", "quantity": 100.0, "unit": "т",
            "value_th_rub": 5_000.0, "distance_km": 310.4, "assured": True, **changes}


def left(text: str, reason: str = "no_capacity", **changes: Any) -> dict[str, Any]:
    return {"need_id": f"N-{text}", "need_text": text, "buyer": "Окна", "quantity": 60.0, "unit": "т",
            "value_th_rub": 600.0, "reason": reason, **changes}


LEFT = [left("Стекло М4"), left("Кирпич", "no_candidate", quantity=None, value_th_rub=None),
        left("Песок", "no_candidate", value_th_rub=900.0)]
NEEDS = [Need("Стекло М1", "Окна", [served(), served(seller="Второй", assured=False, value_th_rub=None)]),
         Need("Стекло М4", "Окна", [served(quantity=40.0)], LEFT[0]), Need("Кирпич", "Окна", (), LEFT[1])]


def result(**changes: Any) -> dict[str, Any]:
    return {"needs": 4, "served": 1, "partly": 1, "value_th_rub": 5_000.0, "wanted_value_th_rub": 6_500.0,
            "imported_th_rub": 0.0, "wanted_imported_th_rub": 0.0, "doubt": "", "gap": 0.0, "interrupted": False,
            "ask_value_th_rub": 0.0, "needs_without_price": 0, "needs_without_volume": 0, "left_out": 0,
            "uncovered": LEFT, "allocations": [], "shadow_prices": [
                {"seller": "Стекло", "offer_text": "Стекло листовое", "unit": "т", "value_th_rub": 10.0,
                 "imported_th_rub": None}], **changes}


def paper(lang: Lang = "ru", asked: Mapping[str, Any] = ASKED, **changes: Any) -> Paper:
    return plan_paper(result(**changes), NEEDS, asked, on=DAY, lang=lang)


def table(made: Paper, number: int) -> Table:
    block = made.blocks[number]
    assert isinstance(block, Table)
    return block


def test_every_need_that_is_served_says_by_whom_and_what_is_left_of_it() -> None:
    rows = table(paper(), 0).rows
    assert [row[0].text for row in rows] == ["Стекло М1. Покупатель: Окна", "Стекло", "Второй",
                                             "Стекло М4. Покупатель: Окна", "Стекло", "Не закрыто"]
    assert [cell.text for cell in rows[1][1:]] == ["100\u00a0т", "5,0", "310", "заявлена"]
    assert rows[2][2].text == "–", "an unknown value is not nought"
    assert (rows[2][4].text, rows[2][4].bold) == ("спросить завод", True)
    assert (rows[5][0].light, rows[5][0].second) == ("bad", "мощности не хватило")
    assert table(paper(), 0).total is None, "stated and unknown capacities are not added"


def test_what_is_left_stands_by_reason_the_most_frequent_first() -> None:
    block = table(paper(), 1)
    heads = [row[0].text for row in block.rows if len(row) == 1]
    assert [head.partition(":")[0] for head in heads] == ["Нет кандидата", "Мощности не хватило"]
    assert [row[0].text for row in block.rows if len(row) > 1] == ["Песок", "Кирпич", "Стекло М4"]
    assert block.rows[2][1].text == "–"


def test_proof_or_gap_is_said() -> None:
    assert "Доказано" in " ".join(paper().lead)
    doubtful = " ".join(paper(doubt="time", gap=0.0123).lead)
    assert "Доказано" not in doubtful and "1,23 %" in doubtful
    more = " ".join(paper(ask_value_th_rub=2_000.0, needs_without_volume=2).lead)
    assert "2,0 млн" in more and "Без объёма потребностей: 2" in more


def test_a_long_plan_says_how_much_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "NEEDS", 1)
    made = paper(left_out=7)
    assert "Ещё потребностей: 1" in table(made, 0).note and "строк: 7" in table(made, 0).note
    assert "Ещё потребностей: 2" in table(made, 1).note
    assert [len(row) for row in table(made, 1).rows] == [1, 3, 1]


def test_a_small_worth_of_a_capacity_is_not_shown_as_nought() -> None:
    cheap = {"seller": "Стекло", "offer_text": "Уплотнитель", "unit": "м", "value_th_rub": 0.004,
             "imported_th_rub": None}
    (row,) = table(paper(shadow_prices=[cheap]), 2).rows
    assert [cell.text for cell in row] == ["Уплотнитель", "м", "0,004", "–"]


def test_the_frame_says_what_was_asked() -> None:
    assert dict(paper().frame) == {"Оценка связи не ниже": "B: подходит с доработкой", "Выведенные сведения":
                                   "не учтены", "Поставщиков на потребность не больше": "сколько угодно"}
    assert dict(paper(asked={**ASKED, "max_suppliers": 2, "inferred": True}).frame)[
        "Поставщиков на потребность не больше"] == "2"


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_sheet_speaks_one_language_and_shows_no_codes(ending: str, lang: Lang) -> None:
    said = READ[ending](WRITERS[ending](paper(lang, doubt="time", gap=0.5)))
    number = paper(lang, doubt="time", gap=0.5).number
    assert number in said and number == paper("ru", doubt="time", gap=0.5).number
    assert re.search(r"no_c|no_v|N-|th_rub|time", said.replace(number, "").replace("at a time", "")) is None
    if lang == "ru":
        assert "Чья мощность ценнее всего" in said and re.findall(r"[a-z]{3,}", said) == []
    else:
        ours = re.sub("Стекло|листовое|Окна|Второй|Кирпич|Песок", "", said)
        assert "Whose capacity is worth most" in ours and re.findall(r"[а-яё]{2,}", ours) == []
