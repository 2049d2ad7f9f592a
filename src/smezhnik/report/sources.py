"""Where the facts of a page come from, in words."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from smezhnik.messages import say
from smezhnik.types import Lang

#: Sources that are named one by one before the rest is only counted.
_NAMED = 6


def named_sources(frames: Iterable[pl.DataFrame], lang: Lang) -> list[str]:
    """One line with the sources that the tables name; none where they name none."""
    named: list[str] = sorted({source for frame in frames for source in frame["source"].drop_nulls().unique()})
    if not named:
        return []
    shown = ", ".join(named[:_NAMED])
    if len(named) > _NAMED:
        shown += say("report.links.source.more", lang, count=len(named) - _NAMED)
    return [say("report.links.source", lang, sources=shown)]
