"""What is written can be read back without change: every table in every kind of file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from smezhnik.errors import InputError
from smezhnik.io import read_table, write_table
from smezhnik.tables import TABLES, complete
from tests.io.frames import frames

FILES = {"xlsx": "a.xlsx", "csv": "a.csv", "csv-excel": "b.csv", "parquet": "a.parquet", "json": "a.json"}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("name", TABLES)
@settings(derandomize=True, deadline=None, max_examples=10,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_written_table_is_read_back_without_change(tmp_path: Path, name: str, kind: str, data: st.DataObject) -> None:
    frame = data.draw(frames(name))
    path = tmp_path / FILES[kind]
    write_table(frame, path, name, kind=kind, lang=data.draw(st.sampled_from(["ru", "en"])))
    loaded = read_table(path, name)
    assert_frame_equal(loaded.frame, frame, check_exact=True)
    assert loaded.read == loaded.accepted == frame.height


@pytest.mark.parametrize("kind", FILES)
def test_the_longest_cell_of_a_spreadsheet_is_read_back(tmp_path: Path, kind: str) -> None:
    frame = complete(pl.DataFrame({"need_id": ["1", "2"], "text": ["я" * 32_767, "Стекло"]}), "needs")
    path = tmp_path / FILES[kind]
    write_table(frame, path, "needs", kind=kind)
    assert_frame_equal(read_table(path, "needs").frame, frame)


@pytest.mark.parametrize("kind", ["xlsx", "csv-excel"])
def test_a_text_that_no_cell_can_hold_is_refused_and_nothing_is_written(tmp_path: Path, kind: str) -> None:
    frame = complete(pl.DataFrame({"need_id": ["1"], "text": ["я" * 32_768]}), "needs")
    with pytest.raises(InputError, match="32,767"):
        write_table(frame, tmp_path / FILES[kind], "needs", kind=kind)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", FILES)
def test_an_empty_table_is_read_back_empty(tmp_path: Path, kind: str) -> None:
    path = tmp_path / FILES[kind]
    write_table(TABLES["links"].empty(), path, "links", kind=kind)
    loaded = read_table(path, "links")
    assert loaded.frame.equals(TABLES["links"].empty())
    assert loaded.frame.schema == TABLES["links"].empty().schema


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_pieces_are_written_as_a_stream(tmp_path: Path, kind: str) -> None:
    pieces = [complete(pl.DataFrame({"need_id": [f"{start}"], "text": ["Стекло"]}), "needs") for start in range(5)]
    path = tmp_path / FILES[kind]
    write_table(iter(pieces), path, "needs")
    assert_frame_equal(read_table(path, "needs").frame, pl.concat(pieces))


def test_our_own_columns_of_words_are_passed_over_without_a_note(tmp_path: Path) -> None:
    links = complete(pl.DataFrame({
        "need_id": ["1"], "offer_id": ["2"], "rank": [1], "probability": [0.5], "score": [0.0], "base": [0.0],
        "grade": ["A"], "basis": ["declared"], "reasons": [[]], "gaps": [[]]}), "links")
    write_table(links, tmp_path / "a.xlsx", "links", readable={"reasons": str, "gaps": str})
    assert read_table(tmp_path / "a.xlsx", "links").notes == ()
