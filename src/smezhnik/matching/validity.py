"""When an offer is no offer: one predicate for the gaps of a link, its grade and the plan."""

from __future__ import annotations

import datetime as dt

import polars as pl


def ended(until: str, on: dt.date) -> pl.Expr:
    """Whether ``until``, the first day on which it no longer holds, has come; an absent one has not."""
    return (pl.col(until) <= on).fill_null(False)


def begins_late(since: str, needed_by: str, on: dt.date) -> pl.Expr:
    """Whether it begins only after the day on which it is wanted: the day asked, or a later one of the need."""
    return (pl.col(since) > pl.max_horizontal(needed_by, pl.lit(on))).fill_null(False)
