"""Composing, repairing and judging rest on one pack; the demo network is composed, repaired and explained."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pytest

from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.compose import compose
from smezhnik.clusters.conflicts import conflicts
from smezhnik.clusters.discover import discover
from smezhnik.clusters.facts import facts_of
from smezhnik.clusters.judge import judge
from smezhnik.clusters.repair import repair
from smezhnik.clusters.sentences import composition_lines, what_if_lines
from smezhnik.clusters.whatif import what_if
from smezhnik.errors import InputFaults
from smezhnik.rules import load_pack
from smezhnik.workflows.cluster import read_cluster

ROOT = Path(__file__).parent.parent.parent
ON = dt.date(2024, 6, 1)


@pytest.fixture(scope="module")
def network() -> Cluster:
    return read_cluster(ROOT / "examples" / "network").cluster


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return read_cluster(ROOT / "examples" / "cluster").cluster


def test_the_best_cluster_of_the_demo_meets_the_law(network: Cluster) -> None:
    made = compose(network, "ru-779", on=ON)
    assert made.status == "proved" and made.gap == 0
    assert made.verdict.state == "met" and made.verdict is made.verdict_if_signed
    assert {item.reason for item in made.outsiders} == {"too_little"}


def test_what_is_asked_is_kept(network: Cluster) -> None:
    region = [label for label in facts_of(network, ON).label("region") if label]
    rare = min(set(region), key=region.count)
    whole = compose(network, "ru-779", on=ON)
    request = Request(never=whole.members[:1], most_size=len(whole.members) - 2, from_region={rare: 2}, possible=True)
    made = compose(network, "ru-779", on=ON, request=request)
    assert made.status == "proved"
    assert whole.members[0] not in made.members and len(made.members) <= len(whole.members) - 2
    labels = dict(zip(facts_of(network, ON).ids, facts_of(network, ON).label("region"), strict=True))
    assert [labels[own] for own in made.members].count(rare) >= 2


def test_links_that_nobody_has_signed_enter_no_verdict_and_keep_their_cap(network: Cluster) -> None:
    made = compose(network, "ru-779", on=ON, request=Request(possible=True, new_volume_th_rub=60_000.0))
    signed = compose(network, "ru-779", on=ON)
    assert made.status == "proved" and made.new_contracts
    assert sum(item.volume_th_rub for item in made.new_contracts) <= 60_000.0 + 1e-6
    assert made.verdict_if_signed.state == "met" and made.value_th_rub > signed.value_th_rub
    inferred = {item.link for item in made.new_contracts}
    facts = facts_of(network, ON)
    assert inferred <= {facts.contracts[edge] for edge in np.flatnonzero(facts.possible)}


def test_a_failing_cluster_is_repaired_with_the_least_change(cluster: Cluster, network: Cluster) -> None:
    assert judge(cluster, "ru-779", on=ON).state == "not_met"
    done = repair(cluster, "ru-779", on=ON, network=network, request=Request(possible=True))
    assert done.status == "proved" and done.verdict_after.state == "met"
    assert done.weight == len(done.added) + len(done.removed) + len(done.new_contracts)
    without = repair(cluster, "ru-779", on=ON, network=network)
    assert without.status == "proved" and without.weight >= done.weight
    assert {item.id for item in without.unavoidable} <= set(without.removed)


def test_one_threshold_changes_judge_compose_and_repair_alike(cluster: Cluster, network: Cluster,
                                                              tmp_path: Path) -> None:
    folder = tmp_path / "ru-779"
    shutil.copytree(ROOT / "src" / "smezhnik" / "rules" / "packs" / "ru-779", folder)
    file = folder / "parameters.toml"
    text = file.read_text("utf-8")
    begin = text.index("[parameters.infrastructure_least]")
    end = text.index("\n[parameters.", begin)
    file.write_text(text[:begin] + text[begin:end].replace("value = 2", "value = 4") + text[end:], "utf-8")
    changed, day = load_pack(str(folder)), ON
    assert changed.on(day).parameter("infrastructure_least") == 4
    other = compose(network, changed, on=day)
    assert judge(network, "ru-779", on=day).finding("infrastructure").needed == 2
    assert judge(network, changed, on=day).finding("infrastructure").needed == 4
    assert other.status == "impossible"
    found = conflicts(network, changed, on=day)
    assert ("infrastructure",) in found.minimal
    assert repair(cluster, changed, on=day, network=network).status == "impossible"
    assert repair(cluster, "ru-779", on=day, network=network).status != "impossible"


def test_a_request_below_the_minimum_of_the_law_is_explained(network: Cluster) -> None:
    request = Request(most_size=4)
    assert compose(network, "ru-779", on=ON, request=request).status == "impossible"
    found = conflicts(network, "ru-779", on=ON, request=request)
    assert found.complete and not found.possible
    assert all("asked.most_size" in one for one in found.minimal) and ("asked.most_size",) in found.relaxations


def test_a_request_that_contradicts_itself_is_refused_with_all_its_faults(network: Cluster) -> None:
    ids = facts_of(network, ON).ids
    with pytest.raises(InputFaults) as refused:
        compose(network, "ru-779", on=ON, request=Request(must=(ids[0], "nobody"), never=(ids[0],), least_size=9,
                                                          most_size=3, from_region={"Атлантида": 1}))
    assert {fault.code for fault in refused.value.faults} == {
        "clusters.unknown_member", "clusters.must_and_never", "clusters.sizes", "clusters.unknown_region"}


def test_clusters_around_end_products_may_share_members_and_others_do_not(network: Cluster) -> None:
    around = discover(network, "ru-779", on=ON, by="product")
    assert len(around) >= 2 and all(item.around in item.composition.members for item in around)
    assert around[1].shared
    apart = discover(network, "ru-779", on=ON, by="best", most=3)
    members = [own for item in apart for own in item.composition.members]
    assert len(members) == len(set(members)) and apart[0].composition.verdict.state == "met"
    assert discover(network, "ru-779", on=ON, by="communities")


def test_a_member_less_is_judged_at_once(cluster: Cluster, network: Cluster) -> None:
    done = repair(cluster, "ru-779", on=ON, network=network)
    found = what_if(cluster, "ru-779", on=ON, network=network, add=done.added, remove=done.removed)
    assert found.before.state == "not_met" and found.after.state == "met" and found.changed
    with pytest.raises(InputFaults):
        what_if(cluster, "ru-779", on=ON, sign=["no such contract"])


def test_signed_and_possible_sums_are_told_apart(network: Cluster) -> None:
    made = compose(network, "ru-779", on=ON, request=Request(possible=True))
    unsigned = sum(item.volume_th_rub for item in made.new_contracts)
    assert unsigned > 0 and made.unsigned_th_rub == pytest.approx(unsigned)
    first, second, *_ = composition_lines(made, {}, "en")
    assert f"{(made.value_th_rub - unsigned) / 1000:.1f} mln" in first
    assert f"{unsigned / 1000:.1f} mln" in second and "nobody has signed" in second
    assert compose(network, "ru-779", on=ON).unsigned_th_rub == 0


def test_a_member_that_has_to_be_in_is_named_as_what_excludes_the_rest(network: Cluster) -> None:
    outsider = next(item.id for item in compose(network, "ru-779", on=ON).outsiders)
    facts = facts_of(network, ON)
    makers = tuple(facts.ids[node] for node in np.flatnonzero(facts.role("final_producer")))
    for request, code in ((Request(must=(outsider,)), "asked.must"), (Request(never=makers), "asked.never")):
        assert compose(network, "ru-779", on=ON, request=request).status == "impossible"
        found = conflicts(network, "ru-779", on=ON, request=request)
        assert found.complete and found.minimal and all(code in one for one in found.minimal)
        assert (code,) in found.relaxations


def test_a_seed_that_makes_no_end_product_is_refused(network: Cluster) -> None:
    facts = facts_of(network, ON)
    other = facts.ids[int(np.flatnonzero(~facts.role("final_producer"))[0])]
    with pytest.raises(InputFaults) as refused:
        compose(network, "ru-779", on=ON, request=Request(seed=other))
    assert {fault.code for fault in refused.value.faults} == {"clusters.seed_no_maker"}


def test_a_change_that_changes_nothing_is_told(cluster: Cluster, network: Cluster) -> None:
    inside = facts_of(cluster, ON).ids
    outside = next(own for own in facts_of(network, ON).ids if own not in inside)
    facts = facts_of(network, ON)
    unsigned = facts.contracts[int(np.flatnonzero(facts.possible)[0])]
    signed = facts.contracts[int(np.flatnonzero(~facts.possible)[0])]
    found = what_if(cluster, "ru-779", on=ON, network=network, add=inside[:1], remove=[outside], sign=[signed],
                    end=[unsigned])
    assert found.idle == (("already_in", inside[0]), ("not_in", outside), ("already_signed", signed),
                          ("not_signed", unsigned))
    assert not found.changed and len(list(what_if_lines(found, {}, "ru"))) == 7
