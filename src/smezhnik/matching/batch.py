"""Matching for any engine that speaks Arrow: a batch of needs in, a batch of links out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from smezhnik.errors import InputError, MissingExtra
from smezhnik.matching.match import Matcher
from smezhnik.tables import complete

try:
    import pyarrow as pa
except ImportError:  # an engine that hands over Arrow batches brings it; nothing else here needs it
    pa = None

if TYPE_CHECKING:
    from pyarrow import RecordBatch


def match_batch(matcher: Matcher, needs: RecordBatch) -> RecordBatch:
    """Links of one batch of needs: what Spark's ``mapInArrow``, Ray or Dask call on each worker.

    Parameters
    ----------
    matcher : offers made ready once a worker
    needs : rows of the table ``needs``, each with its id, for a number of the row would repeat in every batch; absent
        columns are unknown

    Returns
    -------
    batch of the table ``links``, in the order of the needs; no rows for no needs

    Raises
    ------
    MissingExtra where pyarrow is not installed; InputError where a row has no id, or where the settings limit the asks
    a supplier, which only the whole table can tell (``match``).
    """
    if pa is None:
        raise MissingExtra("missing_extra", package="pyarrow", command="pip install smezhnik[arrow]")
    if matcher.settings.max_asks is not None:
        raise InputError("max_asks_in_batch")
    frame = complete(pl.DataFrame(needs), "needs")
    if frame["need_id"].has_nulls():
        raise InputError("batch_without_ids")
    links = matcher.match(frame).to_arrow()
    return pa.RecordBatch.from_struct_array(links.to_struct_array().combine_chunks()) if len(links) else (
        pa.RecordBatch.from_pylist([], schema=links.schema))
