"""Many records as a frame of their declared table, column by column."""

from __future__ import annotations

from itertools import islice
from typing import Any

import polars as pl
from django.db.models import QuerySet

from smezhnik.records.access import Viewer
from smezhnik.registry.access import offer_fields
from smezhnik.registry.models import Offer
from smezhnik.tables import table

#: Rows read at once.
PIECE = 10_000
#: Columns of an offer that other records answer.
_ANSWERED = {"offer_id": "public_id", "seller": "organisation__name", "org_id": "organisation__public_id",
             "inn": "organisation__inn", "group_id": "organisation__group_id", "site_id": "site__public_id"}
#: Columns that say where something is: all of them come from the offer, or all from its organisation.
_PLACE = ("region", "latitude", "longitude")


def offer_frame(rows: QuerySet[Offer], viewer: Viewer) -> pl.DataFrame:
    """Offers as the table ``offers``, with what the viewer may read of each; the place of one that names none is that
    of its organisation.

    The same as a row through ``offer_fields`` for each, in a quarter of the time.

    Parameters
    ----------
    rows : offers that the viewer may know of; empty in, empty out
    """
    declared = dict(table("offers").dtypes)
    schema = declared | {f"whose_{name}": declared[name] for name in _PLACE} | {"whose": pl.Int64}
    found = rows.order_by("pk").values_list(
        *(_ANSWERED.get(name, name) for name in declared), *(f"organisation__{name}" for name in _PLACE),
        "organisation_id").iterator(chunk_size=PIECE)
    pieces = [pl.DataFrame(schema=schema)]
    while some := list(islice(found, PIECE)):
        cells = zip(*some, strict=True)
        pieces.append(pl.DataFrame([pl.Series(name, values, schema[name], strict=False)
                                    for name, values in zip(schema, cells, strict=True)]))
    frame = pl.concat(pieces)
    placeless = pl.all_horizontal(pl.col(name).is_null() for name in _PLACE)
    placed = frame.with_columns(pl.when(placeless).then(f"whose_{name}").otherwise(name).alias(name) for name in _PLACE)
    # not selected at once: a selection of nothing but literals has one row
    seen = placed.with_columns(_seen(name, viewer).cast(dtype).alias(name) for name, dtype in declared.items())
    return seen.select(list(declared))


def _seen(name: str, viewer: Viewer) -> Any:
    """The column where the viewer may read it, of its own offers and of others'; the rule asks whose an offer is."""
    own = pl.col("whose").eq_missing(pl.lit(viewer.organisation))
    shown, absent = pl.col(name), pl.lit(None)
    of_own, of_others = (shown if name in offer_fields(viewer, Offer(organisation_id=whose)) else absent
                         for whose in (viewer.organisation, None))
    return of_others if viewer.organisation is None else pl.when(own).then(of_own).otherwise(of_others)
