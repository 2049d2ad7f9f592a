"""Nothing is called impossible where only facts, or numbers of the law, are absent."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

import smezhnik
from smezhnik.clusters.compose import compose, compose_facts
from smezhnik.clusters.conflicts import conflicts, conflicts_facts
from smezhnik.clusters.hope import certain, hopeful
from smezhnik.clusters.repair import repair, repair_facts
from smezhnik.clusters.sentences import composition_lines, conflict_lines, repair_lines
from smezhnik.rules.facts import Facts
from smezhnik.rules.forms import decide
from tests.clusters.truth import KINDS, all_subsets, random_facts, random_form
from tests.rules.networks import network
from tests.rules.packs import criterion, number, pack

ON = dt.date(2020, 6, 1)
HALF = pack(number("half", 0.5, "share"), number("two", 2),
            criterion('kind = "share_of_sum"\npart = "high_productivity_jobs"\nwhole = "jobs"\nleast = "half"', "jobs"),
            criterion('kind = "count"\nleast = "two"', "members")).on(ON)


@pytest.fixture
def plants() -> Facts:
    """One whose jobs are known, one of whom only the number of jobs is, one of whom nothing is."""
    return network({"id": "a", "roles": "producer", "jobs": 100, "high_productivity_jobs": 60},
                   {"id": "b", "roles": "producer", "jobs": 100}, {"id": "c", "roles": "producer"},
                   contracts=(("a", "b", 10),))


@pytest.mark.parametrize("kind", KINDS)
def test_hope_is_proven_exactly_where_nothing_is_false(kind: str) -> None:
    draw = np.random.default_rng(11)
    for _ in range(15):
        facts = random_facts(draw, 7)
        form = random_form(draw, facts, kind)
        hope = hopeful(form, facts)
        for row in all_subsets(7)[draw.permutation(128)[:25]]:
            assert (decide(hope, facts, row) is True) == (decide(form, facts, row) is not False)


def test_what_nothing_absent_touches_is_never_unknown() -> None:
    draw, sure = np.random.default_rng(12), 0
    for kind in KINDS:
        for _ in range(25):
            facts = random_facts(draw, 6)
            form = random_form(draw, facts, kind)
            if certain(form):
                sure += 1
                assert all(decide(form, facts, row) is not None for row in all_subsets(6)), kind
    assert sure > 60


def test_what_absent_facts_alone_forbid_cannot_be_said(plants: Facts) -> None:
    made = compose_facts(plants, HALF)
    assert made.status == "cannot_say" and not made.members
    assert {item.fact for item in made.missing} >= {"high_productivity_jobs"}
    done = repair_facts(plants, plants.ids, HALF)
    assert done.status == "cannot_say" and not done.removed and {item.owner for item in done.missing} >= {"b", "c"}
    found = conflicts_facts(plants, HALF)
    assert found.minimal == found.unproved and found.minimal and not found.impossible_alone


def test_what_even_the_best_facts_forbid_is_impossible() -> None:
    facts = network({"id": "a", "roles": "producer", "jobs": 100, "high_productivity_jobs": 10},
                    {"id": "b", "roles": "producer", "jobs": 100, "high_productivity_jobs": 20})
    assert compose_facts(facts, HALF).status == "impossible"
    assert repair_facts(facts, facts.ids, HALF).status == "impossible"
    found = conflicts_facts(facts, HALF)
    assert found.minimal == (("jobs", "members"),) and not found.unproved


def test_before_somebody_is_removed_for_an_absent_fact_it_is_asked_for() -> None:
    known = [{"id": name, "roles": "producer", "jobs": 100, "high_productivity_jobs": 60} for name in "ab"]
    facts = network(*known, {"id": "c", "roles": "producer"})
    done = repair_facts(facts, facts.ids, HALF)
    assert done.removed == ("c",) and {item.owner for item in done.missing} == {"c"}
    lines = list(repair_lines(done, {}, "ru"))
    assert lines.index("Сначала выясните:") < next(row for row, line in enumerate(lines) if line.startswith("Вывести"))


def test_eight_plants_after_2021_cannot_be_said_for_want_of_the_number_of_the_law() -> None:
    ids = ["ф", *(f"п{number}" for number in range(7))]
    others = ["кол", "л1", "л2", "фонд"]
    members = pl.DataFrame({
        "org_id": ids + others,
        "roles": [["final_producer"], *[["producer"]] * 7, ["training"], ["infrastructure"], ["infrastructure"],
                  ["fund"]],
        "purchases_th_rub": [1000.0, *[10.0] * 7, *[None] * 4], "jobs": [100.0] * 8 + [None] * 4,
        "high_productivity_jobs": [60.0] * 8 + [None] * 4, "special_territory": [False] * 8 + [None] * 4,
        "spic": [False] * 8 + [None] * 4, "newcomer": [False] * 8 + [None] * 4})
    contracts = pl.DataFrame({"contract_id": [f"k{number}" for number in range(7)], "seller_id": ids[1:],
                              "buyer_id": ["ф"] * 7, "kind": ["supply"] * 7, "value_th_rub": [100.0] * 7})
    cluster, on = smezhnik.make_cluster(members, contracts), dt.date(2024, 6, 1)
    assert smezhnik.judge(cluster, "ru-779", on=on).finding("members").state == "unknown"
    made = compose(cluster, "ru-779", on=on)
    assert made.status == "cannot_say" and any(item.holder == "law" for item in made.missing)
    assert "impossible" not in (repair(cluster, "ru-779", on=on).status,)
    found = conflicts(cluster, "ru-779", on=on)
    assert ("members",) in found.unproved and "members" not in found.impossible_alone
    assert any("Нельзя доказать" in line for line in conflict_lines(found, made.verdict.edition, "ru"))
    assert any("Сначала выясните" in line for line in composition_lines(made, {}, "ru"))
