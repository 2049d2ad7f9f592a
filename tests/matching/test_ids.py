"""Ids of needs and offers that were given without any."""

from __future__ import annotations

import datetime as dt

import polars as pl

from smezhnik.matching.match import match


def test_a_row_without_an_id_never_takes_that_of_another() -> None:
    needs = pl.DataFrame({"need_id": ["2", None, None], "text": ["болт", "гайка", "шайба"]})
    offers = pl.DataFrame({"offer_id": [None, "1"], "text": ["болт гайка шайба", "болт"]})
    found = match(needs, offers, on=dt.date(2026, 11, 22))
    assert set(found["need_id"]) == {"2", "#2", "3"}
    assert set(found["offer_id"]) == {"#1", "1"}
