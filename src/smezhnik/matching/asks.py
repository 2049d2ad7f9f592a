"""At most so many needs ask one supplier: who asks whom, and who comes next where the best are taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

import polars as pl

from smezhnik.matching.history import renumber
from smezhnik.matching.sides import Flags

#: (needs, offers that may still be asked) → their candidates, best first, as many as the depth of the search.
Seek = Callable[[pl.DataFrame, Flags], pl.DataFrame]


def share_asks(needs: pl.DataFrame, offers: pl.DataFrame, seek: Seek, *, top: int, asks: int, depth: int
               ) -> pl.DataFrame:
    """Links of which at most ``asks`` needs name one seller, at most ``top`` a need; ranks are counted anew.

    Pairs are taken by score, highest first; equal scores by the need's id, then by the place among its candidates. A
    need that found too few free sellers within the depth of the search looks again among those that are left, until it
    has enough or there is nobody more.

    Parameters
    ----------
    needs, offers : tables, every row with an id
    seek : gives the candidates of needs among offers
    depth : candidates that ``seek`` looks at; a need with fewer has no more
    """
    seller_of = offers.select(pl.coalesce("org_id", "inn", "seller", "offer_id").alias("seller"))["seller"]
    asked: defaultdict[str, set[str]] = defaultdict(set)
    filled: Counter[str] = Counter()
    kept: list[pl.DataFrame] = []
    waiting = needs
    while len(waiting):
        full = [seller for seller, whose in asked.items() if len(whose) >= asks]
        found = seek(waiting, ~seller_of.is_in(full).to_numpy())
        more = found.group_by("need_id").len().filter(pl.col("len") >= depth)["need_id"]
        if kept:
            found = found.join(pl.concat(kept), on=["need_id", "offer_id"], how="anti", maintain_order="left")
        taken = _take(found, asked, filled, top, asks)
        kept.append(found.filter(taken))
        starved = [need for need in more if filled[need] < top] if taken.any() or not kept[:-1] else []
        waiting = needs.filter(pl.col("need_id").is_in(starved))
    order = needs.select("need_id").unique(maintain_order=True).with_row_index("place")
    links = pl.concat(kept).join(order, on="need_id", how="left", maintain_order="left")
    return renumber(links.sort("place", pl.col("score"), descending=[False, True], maintain_order=True).drop("place"))


def _take(found: pl.DataFrame, asked: defaultdict[str, set[str]], filled: Counter[str], top: int, asks: int
          ) -> pl.Series:
    """Which of the candidates are taken; ``asked`` and ``filled`` learn of them."""
    rows = found.select("need_id", pl.coalesce("seller_id", "seller", "offer_id").alias("seller"), "score", "rank")
    order = rows.with_row_index("at").sort("score", "need_id", "rank", descending=[True, False, False])
    taken = [False] * len(found)
    for place, need, seller in order.select("at", "need_id", "seller").iter_rows():
        whose = asked[seller]
        if filled[need] < top and (need in whose or len(whose) < asks):
            whose.add(need)
            filled[need] += 1
            taken[place] = True
    return pl.Series(taken, dtype=pl.Boolean)
