"""A cluster and the network around it as one: everybody of both, the cluster's own facts and documents."""

from __future__ import annotations

import polars as pl

from smezhnik.clusters.cluster import Cluster, Teller, make_cluster
from smezhnik.errors import InputFaults

#: Columns by which a contract is known besides its parties: two rows that differ in none are one contract.
_SAME = ("kind", "value_th_rub", "signed_on", "starts_on", "ends_on", "basis")


def join(cluster: Cluster, network: Cluster) -> Cluster:
    """The network with everybody of the cluster in it, judged by the facts and documents of the cluster.

    Where both tell of somebody the cluster's own row counts; so it does of a contract that both tell of. That is one
    with the same id, or one that differs in its id alone: same parties, kind, sum, days and basis. Joining a network
    that the cluster is joined to already changes nothing.

    Raises
    ------
    InputFaults ``cluster.refused``: a contract of the network has the id of another contract of the cluster.
    """
    members = pl.concat([cluster.members, network.members.join(cluster.members, on="org_id", how="anti",
                                                               maintain_order="left")])
    rows = make_cluster(members, pl.concat([cluster.contracts, network.contracts]).drop("_seller", "_buyer")).contracts
    parties = [_party(rows, side) for side in ("seller", "buyer")]
    known = rows.select("contract_id", *_SAME, *parties).with_columns(
        _side=pl.int_range(pl.len()) >= cluster.contracts.height)
    # Two deliveries that are alike in everything may both be real: the first here is the first there.
    known = known.with_columns(_nth=pl.int_range(pl.len()).over("_side", "_one", "_other", *_SAME))
    own, around = known.filter(~pl.col("_side")), known.filter("_side").with_row_index("_row")
    pairs = around.join(own.unique("contract_id").select("contract_id", _mine="_one", _theirs="_other"),
                        on="contract_id", maintain_order="left")
    others = pairs.filter(pl.col("_one").ne_missing(pl.col("_mine")) | pl.col("_other").ne_missing(pl.col("_theirs")))
    if others.height:
        faults = Teller(network, "contracts").tell("clusters.contract_of_others",
                                                   others.select("_row", id="contract_id"), "contract_id")
        raise InputFaults(list(faults), "cluster.refused")
    # With its own partner by id a row of the cluster is no partner by likeness.
    lone = own.join(around, on="contract_id", how="anti")
    alike = around.join(lone, on=["_one", "_other", *_SAME, "_nth"], how="semi", nulls_equal=True)
    alike = alike.filter(pl.col("value_th_rub").is_not_null())
    twice = [*pairs["_row"], *alike["_row"]]
    kept = network.contracts.with_row_index("_row").filter(~pl.col("_row").is_in(twice)).drop("_row")
    return make_cluster(members, pl.concat([cluster.contracts, kept]).drop("_seller", "_buyer"), cluster.facts,
                        cluster.documents)


def _party(rows: pl.DataFrame, side: str) -> pl.Series:
    """Who the party is: its place among the members, else what the contract calls it."""
    place = pl.col(f"_{side}")
    called = pl.coalesce(f"{side}_id", f"{side}_inn", side)
    return rows.select(pl.when(place >= 0).then(place.cast(pl.String)).otherwise(called)
                       .alias("_one" if side == "seller" else "_other")).to_series()
