"""Batches of Arrow give what frames give."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from smezhnik.errors import InputError
from smezhnik.matching.batch import match_batch
from smezhnik.matching.match import Matcher, match
from smezhnik.matching.settings import MatchSettings
from tests.factories import needs, offers

ON = dt.date(2026, 11, 22)
OFFERS = offers({"text": "Стекло листовое 4 мм"}, {"text": "Труба стальная 114х8"})
NEEDS = needs({"text": "стекло 4 мм"}, {"text": "труба 114х8"}, {"text": "сметана"})


def test_batches_give_the_links_of_the_whole_table() -> None:
    matcher = Matcher(OFFERS, on=ON)
    batches = pa.Table.from_batches(NEEDS.to_arrow().to_batches(max_chunksize=1)).to_batches()
    found = pa.Table.from_batches([match_batch(matcher, batch) for batch in batches])
    assert_frame_equal(pl.DataFrame(found), match(NEEDS, OFFERS, on=ON))


def test_a_limit_of_asks_and_rows_without_ids_are_refused_in_batches() -> None:
    batch = NEEDS.to_arrow().to_batches()[0]
    with pytest.raises(InputError):
        match_batch(Matcher(OFFERS, on=ON, settings=MatchSettings(max_asks=1)), batch)
    with pytest.raises(InputError):
        match_batch(Matcher(OFFERS, on=ON), NEEDS.drop("need_id").to_arrow().to_batches()[0])


def test_a_batch_without_a_candidate_keeps_the_columns() -> None:
    batch = match_batch(Matcher(OFFERS, on=ON), NEEDS.tail(1).to_arrow().to_batches()[0])
    assert (batch.num_rows, batch.schema.names[0]) == (0, "need_id")
