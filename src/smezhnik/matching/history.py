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
        """Contracts that are signed and have not ended on the day, of every kind: a joint project is one by law."""
        frame = complete(pl.DataFrame() if contracts is None else contracts, "contracts")
        held = frame.filter(
            (pl.col("ends_on").is_null() | (pl.col("ends_on") > on))
            & (pl.col("signed_on").is_null() | (pl.col("signed_on") <= on))
        )
        keyed = [
            held.select(
                _folded(buyer).alias("buyer_key"), _folded(seller).alias("seller_key"), "contract_id",
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
                "row", "okpd2", _folded(buyer).alias("buyer_key"), _folded(seller).alias("seller_key"),
            ).join(self.by_key, on=["buyer_key", "seller_key"])
            for buyer, seller in (("org_id", "o_org"), ("inn", "o_inn"), ("buyer", "seller"))
        ]
        product = pl.col("okpd2").str.slice(0, SAME_PRODUCT_SIGNS)
        named = pl.col("product")
        fitting = pl.concat(found).filter(named.is_null() | product.is_null() | (product == named))
        first = fitting.sort("contract_id").unique("row", keep="first")
        return rows.join(first, on="row", how="left", maintain_order="left")["contract_id"]


def keep_decisions(links: pl.DataFrame, previous: pl.DataFrame, needs: pl.DataFrame, offers: pl.DataFrame
                   ) -> pl.DataFrame:
    """The new links with what people decided on the old ones.

    A decision belongs to what was decided upon, not to a number: it goes to the pair of the same texts and the same
    parties, first under the same ids, else under others, where only one pair is like it. (Ids may be numbers of rows,
    which move.) Blanks and letter case do not count; what the earlier link leaves out speaks against nothing.

    A decided pair that no new candidate is stays, as it was, behind the new candidates of its need, with the gap
    ``gone``: nothing decided is lost. Where its id now names something else, the id gets the day of the earlier
    calculation behind it. An earlier table that was cut down to ids (or texts) and decisions says nothing else of
    such a pair: ``known_by_name`` tells these.

    Parameters
    ----------
    links : table ``links``
    previous : table ``links``, of which ids or texts and decisions are enough
    needs, offers : tables that the new links were made of

    Returns
    -------
    frame, table ``links``, ordered as ``links`` with the kept pairs at the end of their need
    """
    links = complete(links, "links").drop(DECIDED).with_row_index("new")
    decided = _identified(decided_links(previous), needs, offers).with_row_index("old")
    by_id = _pairs(links, decided, ["need_id", "offer_id"])
    left = decided.join(by_id, on="old", how="anti"), links.join(by_id, on="new", how="anti")
    moved = _pairs(left[1], left[0], [*TEXTS]).filter(pl.len().over("old") == 1, pl.len().over("new") == 1)
    carried = pl.concat([by_id, moved]).join(decided.select("old", *DECIDED), on="old")
    gone = decided.join(carried, on="old", how="anti", maintain_order="left")
    links = links.join(carried.drop("old"), on="new", how="left", maintain_order="left")
    return by_need(pl.concat([complete(links, "links"), _gone(gone, links, needs, offers)]))


def decided_links(previous: pl.DataFrame) -> pl.DataFrame:
    """The links on which people decided."""
    return complete(previous, "links").filter(pl.any_horizontal(pl.col(name).is_not_null() for name in DECIDED))


def by_need(links: pl.DataFrame) -> pl.DataFrame:
    """The links of each need together, the needs as they first come, ranks anew."""
    order = links.select("need_id").unique(maintain_order=True).with_row_index("place")
    placed = links.with_row_index("at").join(order, on="need_id", how="left", nulls_equal=True).sort("place", "at")
    return complete(renumber(placed), "links")


def known_by_name() -> pl.Expr:
    """Whether a link says no more than which pair it is: its numbers are not known."""
    return pl.any_horizontal(pl.col(name).is_null() for name in ("probability", "score", "base", "grade", "basis"))


def lost_decisions(previous: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Decided links of an earlier table, known by their names alone, that none of the new links is."""
    lost, kept = decided_links(previous).filter(known_by_name()), decided_links(links)
    for keys in (["need_id", "offer_id"], [*TEXTS]):
        told = [_folded(key) if key in TEXTS else pl.col(key) for key in keys]
        lost = lost.join(kept, left_on=told, right_on=told, how="anti", maintain_order="left")
    return lost


def _identified(decided: pl.DataFrame, needs: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
    """Links without ids under those of the only need and the only offer that have their texts."""
    for side, frame in (("need", needs), ("offer", offers)):
        only = frame.select(_folded("text").alias("said"), pl.col(f"{side}_id").alias("only")).drop_nulls().filter(
            pl.len().over("said") == 1)
        decided = decided.join(only, left_on=_folded(f"{side}_text"), right_on="said", how="left",
                               maintain_order="left")
        decided = decided.with_columns(pl.coalesce(f"{side}_id", "only").alias(f"{side}_id")).drop("only")
    return decided


#: Columns that say what a link is about, folded before they are compared.
TEXTS = {"need_text": "need", "offer_text": "offer"}
PARTIES = {"buyer_id": "buyer", "seller_id": "seller"}


def _folded(column: str) -> pl.Expr:
    """Without case, outer and repeated blanks."""
    return pl.col(column).str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()


def _pairs(links: pl.DataFrame, decided: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Rows (old, new) that agree on ``keys`` and contradict each other in no text or party."""
    told = [_folded(name).alias(name) for name in TEXTS]
    told += [_folded(name).alias(name) for pair in PARTIES.items() for name in pair]
    ids = ["need_id", "offer_id"]
    old = decided.select("old", *ids, *told).drop_nulls(keys)
    new = links.select("new", *ids, *told).drop_nulls(keys)
    both = old.join(new, on=keys, suffix="_now")
    texts = [_alike(name) for name in TEXTS if name not in keys]
    parties = [_alike(name) | (_alike(other) & pl.col(other).is_not_null()) for name, other in PARTIES.items()]
    parties += [pl.col(name).is_not_null() | _alike(other) for name, other in PARTIES.items()]
    return both.filter(*texts, *parties).select("old", "new")


def _alike(name: str) -> pl.Expr:
    """Whether the earlier link says the same, or nothing."""
    return pl.col(name).is_null() | (pl.col(name) == pl.col(f"{name}_now")).fill_null(False)


def _gone(gone: pl.DataFrame, links: pl.DataFrame, needs: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
    """Decided links that came up no more: marked, and under ids that mean nothing else now."""
    dated = {key: pl.concat_str(key, pl.lit(" @"), pl.col("as_of").dt.to_string().fill_null(""))
             for key in ("need_id", "offer_id")}
    for name, frame in (("need", needs), ("offer", offers)):
        key = f"{name}_id"
        now = frame.select(key, _folded("text").alias("now")).unique(key, keep="first")
        gone = gone.join(now, on=key, how="left", maintain_order="left")
        other = (pl.col("now") != _folded(f"{name}_text")).fill_null(False)
        gone = gone.with_columns(pl.when(other).then(dated[key]).otherwise(key).alias(key)).drop("now")
    taken = links.select("need_id", "offer_id", pl.lit(True).alias("taken"))
    gone = gone.join(taken, on=["need_id", "offer_id"], how="left", maintain_order="left")
    gone = gone.with_columns(pl.when("taken").then(dated["offer_id"]).otherwise("offer_id").alias("offer_id"))
    mark = pl.concat_list(pl.struct(code=pl.lit("gone"), fields=pl.struct("as_of").struct.json_encode()))
    marked = pl.col("gaps").list.eval(pl.element().struct["code"] == "gone").list.any().fill_null(False)
    none = pl.lit([], pl.List(pl.Struct({"code": pl.String, "fields": pl.String})))
    gaps = pl.when(marked).then("gaps").otherwise(pl.col("gaps").fill_null(none).list.concat(mark))
    return complete(gone.with_columns(gaps=gaps), "links")


def renumber(links: pl.DataFrame) -> pl.DataFrame:
    """Ranks 1, 2, 3 … within each need, in the order of the rows."""
    return links.with_columns(pl.int_range(1, pl.len() + 1).over("need_id").cast(pl.Int64).alias("rank"))
