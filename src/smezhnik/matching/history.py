"""What is already known of a pair: contracts in force, decisions taken on earlier links."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from smezhnik.matching.candidates import Pairs
from smezhnik.tables import complete

#: Columns of a link that people decide; a new calculation never changes them.
DECIDED = ("decision", "decline_reason", "agreement_id", "order_id", "event_id")
#: Digits of ОКПД2 on which a contract and a need must agree to speak of one kind of product.
SAME_PRODUCT_SIGNS = 5


@dataclass(frozen=True)
class KnownContracts:
    """Contracts in force by every pair of keys under which their parties may be known."""

    by_key: pl.DataFrame

    @classmethod
    def of(cls, contracts: pl.DataFrame | None, on: dt.date) -> KnownContracts:
        """Contracts that have not ended on the day; drafts (``project``) do not count."""
        frame = complete(pl.DataFrame() if contracts is None else contracts, "contracts")
        held = frame.filter(
            (pl.col("ends_on").is_null() | (pl.col("ends_on") > on))
            & (pl.col("signed_on").is_null() | (pl.col("signed_on") <= on))
            & (pl.col("kind").is_null() | (pl.col("kind") != "project"))
        )
        keyed = [
            held.select(
                pl.col(buyer).str.to_lowercase().alias("buyer_key"),
                pl.col(seller).str.to_lowercase().alias("seller_key"), "contract_id",
                pl.col("okpd2").str.slice(0, SAME_PRODUCT_SIGNS).alias("product"),
            ).drop_nulls(["buyer_key", "seller_key"])
            for buyer, seller in (("buyer_id", "seller_id"), ("buyer_inn", "seller_inn"), ("buyer", "seller"))
        ]
        return cls(pl.concat(keyed).unique().sort("contract_id"))

    def between(self, needs: pl.DataFrame, offers: pl.DataFrame, pairs: Pairs) -> pl.Series:
        """The contract of each pair, null where there is none; of several the first by id.

        A contract that names its product counts only for needs of the same class of ОКПД2 or without a code.
        """
        if self.by_key.is_empty():
            return pl.Series([None] * len(pairs), dtype=pl.String)
        need = needs.select("org_id", "inn", "buyer", "okpd2")[pairs.need]
        offer = offers.select(pl.col("org_id").alias("o_org"), pl.col("inn").alias("o_inn"), "seller")[pairs.offer]
        rows = pl.concat([need, offer], how="horizontal").with_row_index("row")
        found = [
            rows.select(
                "row", "okpd2", pl.col(buyer).str.to_lowercase().alias("buyer_key"),
                pl.col(seller).str.to_lowercase().alias("seller_key"),
            ).join(self.by_key, on=["buyer_key", "seller_key"])
            for buyer, seller in (("org_id", "o_org"), ("inn", "o_inn"), ("buyer", "seller"))
        ]
        product = pl.col("okpd2").str.slice(0, SAME_PRODUCT_SIGNS)
        named = pl.col("product")
        fitting = pl.concat(found).filter(named.is_null() | product.is_null() | (product == named))
        first = fitting.sort("contract_id").unique("row", keep="first")
        return rows.join(first, on="row", how="left", maintain_order="left")["contract_id"]


def keep_decisions(links: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """The new links with what people decided on the old ones.

    A pair that was decided and is no longer among the candidates stays, as it was, behind the new candidates of its
    need: nothing decided is lost.

    Parameters
    ----------
    links, previous : tables ``links``

    Returns
    -------
    frame, table ``links``, ordered as ``links`` with the kept pairs at the end of their need
    """
    decided = complete(previous, "links").filter(pl.any_horizontal(pl.col(name).is_not_null() for name in DECIDED))
    key = ["need_id", "offer_id"]
    carried = links.drop(DECIDED).join(decided.select(*key, *DECIDED), on=key, how="left", maintain_order="left")
    gone = decided.join(links, on=key, how="anti", maintain_order="left")
    both = pl.concat([complete(carried, "links"), gone])
    order = both.select("need_id").unique(maintain_order=True).with_row_index("place")
    placed = both.with_row_index("at").join(order, on="need_id", how="left").sort("place", "at")
    return complete(renumber(placed), "links")


def renumber(links: pl.DataFrame) -> pl.DataFrame:
    """Ranks 1, 2, 3 … within each need, in the order of the rows."""
    return links.with_columns(pl.int_range(1, pl.len() + 1).over("need_id").cast(pl.Int64).alias("rank"))
