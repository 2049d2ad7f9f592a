"""What a person reads of a link: ranges are shown whole, and likeness that lowers a score is not sold as praise."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from smezhnik.matching.match import match
from smezhnik.matching.sentences import gap_sentence, reason_sentence, unit_name
from tests.factories import needs, offers

ON = dt.date(2026, 11, 22)


@pytest.mark.parametrize(("need", "offer", "said"), [
    ("Клапан DN 25", "Клапан DN 50–200", "нужно DN25, есть DN50–200"),
    ("Клапан Ду 25", "Клапан Ду50-Ду200", "нужно DN25, есть DN50–200"),
    ("Лист 4 мм", "Лист стальной 8–20 мм", "нужно 4 мм, есть 8–20 мм"),
    ("Лист 4 мм", "Лист стальной 5 мм длиной 2–6 м", "нужно 4 мм, есть 5 мм"),
    ("Двигатель 0,5–2 квт", "Двигатель 5 кВт", "нужно 0,5–2 кВт, есть 5 кВт"),
    ("Трубы DN 50–200", "Трубы DN 250-400", "нужно DN50–200, есть DN250–400"),
    ("Отливки 500 кг", "Отливки до 300 кг", "нужно 500 кг, есть до 300 кг"),
])
def test_a_gap_against_a_range_shows_the_range_once(need: str, offer: str, said: str) -> None:
    link = match(needs({"text": need}), offers({"text": offer}), on=ON).row(0, named=True)
    assert [gap_sentence(gap["code"], gap["fields"], "ru").replace("\xa0", " ") for gap in link["gaps"]] == [said]


@pytest.mark.parametrize(("need", "offer", "said"), [
    ("Лист 10 мм", "Лист стальной 8–20 мм", "нужно 10 мм, есть 8–20 мм: подходит"),
    ("Лист 8–20 мм", "Лист стальной 10 мм", "нужно 8–20 мм, есть 10 мм: подходит"),
])
def test_a_size_inside_a_range_is_said_to_fit(need: str, offer: str, said: str) -> None:
    link = match(needs({"text": need}), offers({"text": offer}), on=ON).row(0, named=True)
    marks = next(reason for reason in link["reasons"] if reason["code"] == "marks")
    assert reason_sentence("marks", marks["fields"], "ru").replace("\xa0", " ") == said


@pytest.mark.parametrize(("contribution", "ru", "en"), [
    (0.4, "совпали: 4 мм, М1", "equal: 4 мм, M1"),
    (0.0, "совпали: 4 мм, М1", "equal: 4 мм, M1"),
    (-0.13, "совпали: 4 мм, М1; на балл почти не влияет", "equal: 4 мм, M1; hardly moves the score"),
    (-0.3, "совпали: 4 мм, М1; для высокой оценки этого мало", "equal: 4 мм, M1; too little for a high score"),
])
def test_what_agrees_and_lowers_the_score_is_not_sold_as_praise(contribution: float, ru: str, en: str) -> None:
    marks = json.dumps({"equal": ["4 мм", "M1"]})
    assert reason_sentence("marks", marks, "ru", contribution=contribution) == ru
    assert reason_sentence("marks", marks, "en", contribution=contribution) == en


def test_what_differs_needs_no_excuse_for_lowering_the_score() -> None:
    marks = json.dumps({"equal": ["M1"], "unequal": [["4 мм", "6 мм"]]})
    assert reason_sentence("marks", marks, "ru", contribution=-2) == "совпали: М1; нужно 4 мм, есть 6 мм"
    assert reason_sentence("text", "{}", "ru", contribution=-2) == "общих слов почти нет"


@pytest.mark.parametrize(("code", "fields", "slight", "much"), [
    ("text", {}, "общих слов почти нет; на балл почти не влияет", "общих слов почти нет; балл это не снижает"),
    ("marks", {}, "различий не найдено", "различий не найдено"),
    ("marks", {"unequal": [["4 мм", "6 мм"]]}, "нужно 4 мм, есть 6 мм; на балл почти не влияет",
     "нужно 4 мм, есть 6 мм; балл это не снижает"),
    ("code", {"shared": "", "digits": 0}, "коды относятся к разным классам; на балл почти не влияет",
     "коды относятся к разным классам; балл это не снижает"),
    ("standard", {}, "общего стандарта нет; на балл почти не влияет", "общего стандарта нет; балл это не снижает"),
    ("price", {"offer": 109.0, "need": 100.0}, "цена 109 при ожидаемой 100; на балл почти не влияет",
     "цена 109 при ожидаемой 100; балл это не снижает"),
])
def test_what_differs_and_raises_the_score_is_not_read_as_blame(code: str, fields: dict[str, object], slight: str,
                                                                much: str) -> None:
    facts = json.dumps(fields)
    assert reason_sentence(code, facts, "ru", contribution=0.03) == slight
    assert reason_sentence(code, facts, "ru", contribution=0.38) == much
    assert ";" not in reason_sentence(code, facts, "ru", contribution=-0.38)


@pytest.mark.parametrize(("mark", "ru", "en"), [
    ("57×3.5", "57×3,5", "57×3.5"), ("3.5 мм", "3,5 мм", "3.5 мм"), ("1.4301", "1.4301", "1.4301"),
    ("CT20", "СТ20", "CT20"), ("09Г2C", "09Г2С", "09Г2C"), ("DN50", "DN50", "DN50"), ("PN16", "PN16", "PN16"),
])
def test_marks_and_sizes_stand_in_the_letters_and_decimals_of_the_language(mark: str, ru: str, en: str) -> None:
    marks, gap = json.dumps({"equal": [mark]}), json.dumps({"need": mark, "offer": mark})
    assert reason_sentence("marks", marks, "ru") == f"совпали: {ru}"
    assert reason_sentence("marks", marks, "en") == f"equal: {en}"
    assert gap_sentence("size", gap, "ru").replace("вместо", "").count(ru) == 2


def test_units_are_written_in_the_language() -> None:
    capacity = json.dumps({"capacity": 40, "volume": 95, "unit": "тыс. м²"})
    assert reason_sentence("capacity", capacity, "en") == "40 th. m² a year free, 95 needed"
    assert "40 тыс. м² в год" in reason_sentence("capacity", capacity, "ru")
    assert unit_name("бухта", "en") == "бухта"


def test_a_lower_price_needs_no_excuse() -> None:
    assert reason_sentence("price", '{"offer": 95.0, "need": 100.0}', "ru", contribution=0.2) \
        == "цена 95 при ожидаемой 100"


def test_a_price_in_another_currency_names_it_and_an_offer_of_the_future_its_day() -> None:
    assert reason_sentence("price", '{"offer": 50.0, "need": 10.0, "currency": "EUR"}', "ru") \
        == "цена 50 EUR при ожидаемой 10"
    assert reason_sentence("price", '{"offer": 50.0, "need": 60.0, "currency": "RUB"}', "ru") \
        == "цена 50 при ожидаемой 60"
    assert gap_sentence("not_yet", '{"since": "2030-01-01"}', "ru") == "предложение действует только с 01.01.2030"


def test_a_correction_is_told_and_a_decision_without_a_candidate_too() -> None:
    assert reason_sentence("text", '{"matched": null, "corrected": [["темриналы", "терминалы"]]}', "ru") \
        == "исправлены опечатки: темриналы → терминалы"
    assert gap_sentence("gone", '{"as_of": null}', "en").startswith("decided on an earlier calculation")
    assert "22.11.2026" in gap_sentence("gone", '{"as_of": "2026-11-22"}', "ru")
