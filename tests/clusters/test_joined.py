"""A cluster within a network: nothing is lost, nothing counts twice, and the cluster's own facts decide."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import smezhnik
from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.joined import join
from smezhnik.clusters.repair import repair
from smezhnik.clusters.whatif import what_if
from smezhnik.errors import InputFaults

ON = dt.date(2024, 6, 1)
PLANTS = pl.DataFrame({"org_id": ["A", "F", "B"], "roles": [["producer"], ["final_producer"], ["producer"]],
                       "output_th_rub": [1000.0, None, 100.0]})


def contracts(*rows: tuple[str, str, str, float | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, ["contract_id", "seller_id", "buyer_id", "value_th_rub"], orient="row").with_columns(
        kind=pl.lit("supply"))


def joined(own: pl.DataFrame, around: pl.DataFrame) -> list[tuple[str, float]]:
    whole = join(smezhnik.make_cluster(PLANTS.head(2), own), smezhnik.make_cluster(PLANTS, around))
    return whole.contracts.select("contract_id", "value_th_rub").rows()


def test_contracts_of_both_are_there_once() -> None:
    assert joined(contracts(("1", "A", "F", 100.0)), contracts(("1", "A", "F", 90.0), ("2", "B", "F", 80.0))) == [
        ("1", 100.0), ("2", 80.0)]


def test_one_id_for_contracts_of_different_parties_is_a_fault_not_a_loss() -> None:
    with pytest.raises(InputFaults) as refused:
        joined(contracts(("1", "A", "F", 100.0)), contracts(("1", "B", "F", 90.0), ("2", "A", "F", 50.0)))
    assert [(fault.code, fault.fields["id"]) for fault in refused.value.faults] == [
        ("clusters.contract_of_others", "1")]


def test_a_contract_under_two_ids_counts_once_and_two_deliveries_alike_count_twice() -> None:
    assert joined(contracts(("1", "A", "F", 100.0)), contracts(("x", "A", "F", 100.0))) == [("1", 100.0)]
    twice = contracts(("x", "A", "F", 100.0), ("y", "A", "F", 100.0))
    assert joined(contracts(("1", "A", "F", 100.0)), twice) == [("1", 100.0), ("y", 100.0)]
    assert joined(contracts(("x", "A", "F", 100.0)), twice) == [("x", 100.0), ("y", 100.0)]
    unknown = contracts(("x", "A", "F", None))
    assert len(joined(contracts(("1", "A", "F", None)), unknown)) == 2


def test_joining_twice_is_joining_once() -> None:
    own = smezhnik.make_cluster(PLANTS.head(2), contracts(("1", "A", "F", 100.0)))
    around = smezhnik.make_cluster(PLANTS, contracts(("x", "A", "F", 100.0), ("2", "B", "F", 80.0)))
    once = join(own, around)
    assert join(own, once).contracts.equals(once.contracts) and join(own, once).members.equals(once.members)


@pytest.fixture
def cluster() -> Cluster:
    facts = pl.DataFrame({"fact": ["sok_russian", "sok_charter", "sok_bankrupt"], "value": ["да", "да", "нет"]})
    return smezhnik.make_cluster(PLANTS.head(2), contracts(("1", "A", "F", 100.0)), facts)


def test_repair_and_what_if_judge_by_the_facts_of_the_cluster(cluster: Cluster) -> None:
    network = smezhnik.make_cluster(PLANTS, contracts(("1", "A", "F", 100.0)))
    own = smezhnik.judge(cluster, "ru-779", on=ON).finding("organisation").state
    other = smezhnik.judge(network, "ru-779", on=ON).finding("organisation").state
    assert own != other
    done = repair(cluster, "ru-779", on=ON, network=network, time_limit_s=10.0)
    assert done.verdict.finding("organisation").state == own
    found = what_if(cluster, "ru-779", on=ON, network=network, remove=["A"])
    assert {found.before.finding("organisation").state, found.after.finding("organisation").state} == {own}
