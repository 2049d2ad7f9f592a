"""The light of an order, both shares of discipline, the red list; the chain behind a contract, sums without doubles."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from smezhnik.promises.calendar import Calendar, load_calendar
from smezhnik.promises.light import discipline, light, red_list
from smezhnik.promises.origins import CHAIN, Cause, by_primary, total, trace
from tests.promises.factories import orders

DAY, DUE = dt.date(2026, 4, 20), dt.date(2026, 4, 30)
DAYS = load_calendar()


@pytest.mark.parametrize(("order", "day", "expected"), [
    ({"state": "unsigned", "due": DUE}, dt.date(2026, 5, 5), "not_in_force"),
    ({"due": DUE}, DAY, "in_time"),
    ({"due": DUE}, dt.date(2026, 4, 27), "soon"),
    ({"due": DUE}, dt.date(2026, 4, 26), "in_time"),
    ({"due": dt.date(2026, 5, 12)}, dt.date(2026, 5, 8), "soon"),
    ({"due": DUE}, DUE, "soon"),
    ({"due": DUE}, dt.date(2026, 5, 1), "overdue"),
    ({"due": None, "due_first": DUE}, dt.date(2026, 5, 1), "overdue"),
    ({}, DAY, "no_date"),
    ({"due_first": DUE, "due": DUE, "state": "removed", "removed_on": DUE, "removed_for": "done"}, DUE,
     "done_first_term"),
    ({"due_first": DAY, "due": DUE, "state": "removed", "removed_on": DUE, "removed_for": "done"}, DUE,
     "done_extended"),
    ({"due_first": DAY, "due": DUE, "state": "removed", "removed_on": DUE, "done_on": DAY, "removed_for": "done"}, DUE,
     "done_first_term"),
    ({"due": DUE, "state": "removed", "removed_on": DUE, "removed_for": "lost_relevance"}, DUE, "left_control"),
    ({"due": DUE, "state": "removed", "removed_on": DUE, "removed_for": "done"}, DAY, "in_time"),
])
def test_the_light_is_what_the_day_says(order: dict[str, object], day: dt.date, expected: str) -> None:
    assert light(orders(order).row(0, named=True), on=day, days=DAYS) == expected


def test_without_a_calendar_only_what_is_sure_is_said() -> None:
    row = orders({"due": dt.date(2031, 4, 30)}).row(0, named=True)
    assert light(row, on=dt.date(2031, 4, 27), days=DAYS) == "soon"
    assert light(row, on=dt.date(2031, 4, 26), days=Calendar(frozenset(), frozenset(), frozenset())) == "in_time"


def test_an_extended_order_is_kept_in_term_and_not_in_the_first_one() -> None:
    first = dt.date(2026, 2, 27)
    rows = orders(
        {"due_first": first, "due": DUE, "extensions": 2, "state": "removed", "removed_on": dt.date(2026, 4, 16),
         "done_on": dt.date(2026, 4, 15), "removed_for": "done"})
    made = discipline(rows, since=dt.date(2026, 1, 1), until=dt.date(2027, 1, 1), on=dt.date(2026, 5, 1))
    assert (made.share_in_first_term, made.share_in_term, made.days_over) == (0.0, 1.0, 47.0)


def test_what_lost_relevance_is_in_neither_share() -> None:
    rows = orders(
        {"due_first": DAY, "due": DAY, "state": "removed", "removed_on": DAY, "removed_for": "done"},
        {"due_first": DAY, "due": DUE, "extensions": 3},
        {"due_first": DAY, "state": "removed", "removed_on": DAY, "removed_for": "lost_relevance"},
        {"due_first": DAY, "state": "unsigned"}, {"due_first": dt.date(2027, 1, 1)}, {"due_first": None})
    made = discipline(rows, since=dt.date(2026, 1, 1), until=dt.date(2027, 1, 1), on=dt.date(2026, 6, 1))
    assert (made.orders, made.in_first_term, made.in_term, made.lost_relevance, made.alarms) == (2, 1, 1, 1, 1)
    nothing = discipline(rows.clear(), since=DAY, until=DUE, on=DAY)
    assert nothing.share_in_term is None and nothing.extensions is None


def test_the_red_list_is_by_paper_and_delay() -> None:
    rows = orders({"due": DAY, "protocol": "14-пр"}, {"due": DUE},
                  {"due_first": dt.date(2026, 4, 1), "protocol": "14-пр"},
                  {"due": DAY, "state": "removed", "removed_on": DAY}, {"due": DAY, "state": "unsigned"})
    made = red_list(rows, on=DUE, data_say={"o1": "6 из 10"})
    assert made.select("order_id", "days_over", "data_say").rows() == [("o3", 29, None), ("o1", 10, "6 из 10")]


def test_a_chain_names_every_step_and_the_missing_ones() -> None:
    known = {"contract": {"d1": {"case": "k1"}}, "case": {"k1": {"pair_meeting": "m1", "order": "o1"}},
             "pair_meeting": {"m1": {"event": "e1"}}, "event": {"e1": {"order": "o2"}},
             "order": {"o1": {"commitment": "c1"}, "o2": {"commitment": "c2"}},
             "commitment": {"c1": {"agreement": "a1"}}}
    made = trace("d1", known)
    assert [step.kind for step in made] == list(CHAIN)
    assert [step.id for step in made] == ["d1", "k1", "m1", "e1", "o1", "c1", "a1"], "the nearest step is believed"
    known["case"] = {"k1": {"commitment": "c1"}}
    assert trace("d1", known)[2:5] == [Cause("pair_meeting", None), Cause("event", None), Cause("order", None)]
    assert trace("d9", known)[1:] == [Cause(kind, None) for kind in CHAIN[1:]]


def test_a_contract_that_two_promises_claim_is_counted_once() -> None:
    rows = pl.DataFrame({
        "contract": ["d1", "d1", "d2", "d3"], "origins": [["2.4", "9"], ["2.4", "9"], ["7", "9"], None],
        "potential": [500.0, 500.0, None, None], "signed": [100.0, 100.0, 50.0, None],
        "delivered": [None, None, None, None]}, schema_overrides={"delivered": pl.Float64})
    made = total(rows)
    assert (made.contracts, made.potential, made.signed, made.delivered) == (3, 500.0, 150.0, None)
    sums = by_primary(rows, ["9", "2.4"])
    assert sums.rows() == [("9", 1, 50.0), ("2.4", 1, 100.0), (None, 1, 0.0)]
    assert sums["contracts"].sum() == made.contracts
