"""What is bought and sold in the rows of a plan, and by whom: a row of codes says nothing to a person."""

from __future__ import annotations

import polars as pl

from smezhnik.tables import complete

#: Key → column of the text, column of the plant.
_SIDES = {"need_id": ("need_text", "buyer"), "offer_id": ("offer_text", "seller")}


def with_names(frame: pl.DataFrame, name: str, *, links: pl.DataFrame, needs: pl.DataFrame, offers: pl.DataFrame
               ) -> pl.DataFrame:
    """A table of the plan with the product and the plant of each need and offer in it.

    The table of needs or offers is asked first, then the links, which know the names of organisations too. What
    neither knows stays absent; rows and their order do not change.
    """
    for (key, (text, plant)), table in zip(_SIDES.items(), (needs, offers), strict=True):
        if key not in frame.columns:
            continue
        sources = [_known(table, key, "text", plant), _known(links, key, text, plant)]
        for place, source in enumerate(sources):
            found = source.select(key, pl.col("text").alias(f"_text{place}"), pl.col("plant").alias(f"_plant{place}"))
            frame = frame.join(found, on=key, how="left", maintain_order="left")
        frame = frame.with_columns(pl.coalesce("_text0", "_text1").alias(text),
                                   pl.coalesce("_plant0", "_plant1").alias(plant)
                                   ).select(pl.exclude("^_(text|plant)[01]$"))
    return complete(frame, name)


def _known(table: pl.DataFrame, key: str, text: str, plant: str) -> pl.DataFrame:
    """One row a key: the first name in alphabetical order, so that the order of rows changes nothing."""
    absent = pl.lit(None, pl.String)
    return table.group_by(key).agg((pl.col(text).min() if text in table.columns else absent).alias("text"),
                                   (pl.col(plant).min() if plant in table.columns else absent).alias("plant"))
