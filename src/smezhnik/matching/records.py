"""Lists of small records per row, built column by column: the ``reasons`` and ``gaps`` of links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl


def fields_json(fields: Mapping[str, pl.Expr | str]) -> pl.Expr:
    """The fields as JSON text; dates become ISO text."""
    return pl.struct(
        (pl.col(value) if isinstance(value, str) else value).alias(name) for name, value in fields.items()
    ).struct.json_encode()


def some(frame: pl.DataFrame, order: int, code: str, when: pl.Expr, fields: Mapping[str, pl.Expr | str] | None = None,
         **extra: pl.Expr) -> pl.DataFrame:
    """The records of one code: one for each row of ``frame`` where ``when`` holds.

    Parameters
    ----------
    frame : has the column ``row``
    order : place of this code among the records of a row
    fields : name → value of the record's JSON; None for no fields
    extra : further columns of the record
    """
    return frame.filter(when).select(
        "row", pl.lit(order, pl.Int8).alias("order"), pl.lit(code).alias("code"),
        *(value.alias(name) for name, value in extra.items()),
        (fields_json(fields) if fields else pl.lit("{}")).alias("fields"),
    )


def gather(rows: int, parts: Sequence[pl.DataFrame], name: str) -> pl.DataFrame:
    """One list of records a row, in the stated order; an empty list where a row has none.

    Returns
    -------
    frame, one row per row 0 … rows − 1 : ``row``, ``name`` (list of structs of code, further columns, fields)
    """
    long = pl.concat(parts).sort("row", "order", maintain_order=True)
    inner = [column for column in long.columns if column not in {"row", "order"}]
    lists = long.group_by("row", maintain_order=True).agg(pl.struct(inner).alias(name))
    every = pl.DataFrame({"row": pl.arange(rows, dtype=pl.UInt32, eager=True)})
    empty = pl.lit([], lists.schema[name])
    return every.join(lists, on="row", how="left", maintain_order="left").with_columns(pl.col(name).fill_null(empty))
