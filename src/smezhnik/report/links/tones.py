"""Which regions the report is about, and which colour each has on every card."""

from __future__ import annotations

import polars as pl

from smezhnik.report.links.counted import Counted


def find_pair(links: pl.DataFrame) -> tuple[str, str] | None:
    """The two regions if every link goes from one of exactly two regions to the other; by id, else None."""
    ends = links.select("seller_region", "buyer_region")
    if not links.height or ends.null_count().sum_horizontal().item() or (
            ends["seller_region"] == ends["buyer_region"]).any():
        return None
    found = sorted(set(ends["seller_region"]) | set(ends["buyer_region"]))
    return (found[0], found[1]) if len(found) == 2 else None


def tones_of(counted: Counted, pair: tuple[str, str] | None) -> dict[str, str]:
    """Region → colour: the two of a pair, else the two that give most are ``a`` and ``b``, the others ``o``."""
    regions = regions_of(counted.best)
    if pair is not None:
        return {region: {pair[0]: "a", pair[1]: "b"}.get(region, "o") for region in dict.fromkeys([*pair, *regions])}
    givers = (counted.best.filter(pl.col("seller_region").is_not_null()).group_by("seller_region")
              .agg(pl.col("value_th_rub").sum().alias("value"), pl.len().alias("links"))
              .sort("value", "links", "seller_region", descending=[True, True, False]))["seller_region"].to_list()
    return {region: dict(zip(givers, "ab", strict=False)).get(region, "o")
            for region in dict.fromkeys([*givers, *regions])}


def regions_of(best: pl.DataFrame) -> list[str]:
    """All regions that the links name, by id."""
    return sorted({*best["seller_region"].drop_nulls(), *best["buyer_region"].drop_nulls()})
