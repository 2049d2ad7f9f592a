"""Indicators: which fact is believed, what is enough, what cannot be said, all faults of a table at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from smezhnik.messages import Words
from smezhnik.promises.indicators import (
    Indicator,
    Value,
    find_value_faults,
    period_end,
    read_indicator,
    usual_indicators,
)
from smezhnik.tables import table

DAY = dt.date(2026, 12, 31)
INDEX = Indicator("index", Words("Индекс", "Index"), Words("%", "%"), sort="index", period="by_month")
OWN = Indicator("own", Words("Своё", "Own"), Words("", ""), own="delivered")
LOSS = Indicator("loss", Words("Убыточные", "Loss-makers"), Words("%", "%"), better="less")


def fact(value: float | None, source: str = "Росстат", **more: Any) -> Value:
    return Value("index", 2026, **{"fact": value, "source": source, **more})


def test_two_sources_that_differ_say_nothing_until_one_is_chosen() -> None:
    values = [fact(105.0, plan=105.0), fact(106.0, "Министерство")]
    open_ = read_indicator(INDEX, values, on=DAY)
    assert (open_.state, open_.missing, open_.fact, len(open_.others)) == ("cannot_say", "choice", None, 2)
    chosen = read_indicator(INDEX, [fact(105.0, plan=105.0, chosen=True, why="статистика"), values[1]], on=DAY)
    assert (chosen.state, chosen.fact and chosen.fact.fact) == ("reached", 105.0)
    assert [one.fact for one in chosen.others] == [106.0]
    same = read_indicator(INDEX, [fact(105.0), fact(105.0, "Министерство")], on=DAY)
    assert (same.state, same.fact and same.fact.fact) == ("no_plan", 105.0)


def test_of_one_source_the_surest_and_latest_stands_whatever_the_order() -> None:
    values = [fact(104.0, published_on=dt.date(2027, 1, 20)),
              fact(103.5, fact_kind="revised", published_on=dt.date(2027, 2, 12)),
              fact(103.9, fact_kind="revised", published_on=dt.date(2027, 3, 12))]
    for some in (values, values[::-1]):
        reading = read_indicator(INDEX, some, on=DAY)
        assert reading.fact is not None and reading.fact.fact == 103.9
        assert [one.fact for one in reading.others] == [103.5, 104.0]


def test_a_revision_of_the_chosen_source_is_chosen_with_it() -> None:
    values = [fact(105.0, chosen=True, why="статистика"), fact(104.8, fact_kind="final"), fact(106.0, "Министерство")]
    reading = read_indicator(INDEX, values, on=DAY)
    assert reading.fact is not None and reading.fact.fact == 104.8


@pytest.mark.parametrize(("indicator", "plan", "value", "state", "miss"), [
    (INDEX, 100.0, 100.0, "reached", 0.0), (INDEX, 100.0, 95.0, "missed", 0.05), (LOSS, 20.0, 25.0, "missed", 0.25),
    (LOSS, 20.0, 15.0, "reached", -0.25), (INDEX, None, 95.0, "no_plan", None)])
def test_enough_is_at_least_the_plan_or_at_most_where_less_is_better(
        indicator: Indicator, plan: float | None, value: float, state: str, miss: float | None) -> None:
    reading = read_indicator(indicator, [Value(indicator.code, 2026, plan=plan, fact=value, source="а")], on=DAY)
    assert (reading.state, reading.miss) == (state, miss)
    assert reading.to_explain is (miss is not None and miss > 0.05)


def test_the_last_period_that_ended_by_the_day_is_told_and_the_same_a_year_ago() -> None:
    values = [fact(101.0, part=9, plan=102.0), fact(102.5, part=10, plan=102.0), fact(99.0, part=11),
              Value("index", 2025, 10, fact=98.0, source="Росстат")]
    reading = read_indicator(INDEX, values, on=dt.date(2026, 11, 22))
    assert (reading.part, reading.fact and reading.fact.fact, reading.before) == (10, 102.5, 98.0)
    early = read_indicator(INDEX, values, on=dt.date(2026, 10, 30))
    assert (early.part, early.state) == (9, "missed")
    none = read_indicator(INDEX, values, on=dt.date(2026, 3, 1))
    assert (none.state, none.missing, none.fact) == ("cannot_say", "fact", None)
    assert period_end(2026, 3, "by_quarter") == dt.date(2026, 9, 30)


def test_the_shipped_set_has_five_numbers_for_the_first_page_in_both_languages() -> None:
    heads = sorted(one.head for one in usual_indicators() if one.head)
    assert heads == [1, 2, 3, 4, 5]
    assert all(one.name.ru and one.name.en and one.unit.ru and one.unit.en for one in usual_indicators())
    for name, column in (("better", "better"), ("sort", "sort"), ("period", "period"), ("own", "own")):
        allowed = {*table("indicators").columns[column].choices, None}
        assert {getattr(one, name) for one in usual_indicators()} <= allowed, name


def test_every_fault_of_a_table_is_found_at_once() -> None:
    empty = dict.fromkeys(table("indicator_values").columns)
    known = {"index": INDEX, "loss": LOSS, "own": OWN}
    chosen = {**empty, "indicator": "index", "year": 2026, "part": 3, "chosen": True, "why": "в"}
    rows = [{**empty, "indicator": "nobody", "year": 2026, "fact": 1.0, "source": "а"},
            {**empty, "indicator": "loss", "year": 2026, "part": 2, "plan": 5.0},
            {**empty, "indicator": "index", "year": 2026, "part": 12},
            {**empty, "indicator": "index", "year": 2026, "part": 1, "fact": 3.0, "chosen": True},
            {**empty, "indicator": "index", "year": 2026, "part": 2, "plan": 3.0},
            {**empty, "indicator": "index", "year": 2026, "part": 2, "plan": 4.0},
            {**empty, "indicator": "own", "year": 2026, "fact": 4.0, "source": "б"},
            {**chosen, "fact": 4.0, "source": "а"},
            {**chosen, "fact": 5.0, "source": "б"}]
    found = [(number, fault.code, fault.column) for number, fault in find_value_faults(rows, known)]
    assert found == [(0, "indicator_unknown", "indicator"), (1, "indicator_part", "part"),
                     (2, "indicator_empty", "fact"), (3, "indicator_no_source", "source"),
                     (3, "indicator_no_reason", "why"), (5, "indicator_two_plans", "plan"),
                     (6, "indicator_own", "fact"), (8, "indicator_two_chosen", "chosen")]
