"""The page's shares are those that the criterion counted, member by member."""

from __future__ import annotations

import datetime as dt

import polars as pl

from smezhnik.clusters.cluster import make_cluster
from smezhnik.clusters.judge import judge
from smezhnik.report.clusters.members import show
from smezhnik.report.clusters.shares import make_shares


def test_purchases_that_the_criterion_does_not_count_are_in_no_row() -> None:
    """F buys 100 from A, G buys 900 from F; only what comes from intermediate producers counts."""
    members = pl.DataFrame({"org_id": ["A", "F", "G"], "roles": [["producer"], ["final_producer"], ["final_producer"]],
                            "purchases_th_rub": [10.0, 1000.0, 1000.0], "special_territory": [False] * 3})
    contracts = pl.DataFrame({"contract_id": ["1", "2"], "seller_id": ["A", "F"], "buyer_id": ["F", "G"],
                              "kind": ["supply"] * 2, "value_th_rub": [100.0, 900.0]})
    cluster = make_cluster(members, contracts)
    verdict = judge(cluster, "ru-779", on=dt.date(2024, 6, 1))
    bought = next(item for item in make_shares(show(cluster, verdict, None, None), verdict) if item.side == "buyer")
    assert {row.member.key: row.share for row in bought.rows} == {"F": 0.1, "G": 0.0}
    inside, whole = bought.sums()
    assert inside is not None and whole is not None
    assert inside / whole == verdict.finding("cooperation").found == 0.05
