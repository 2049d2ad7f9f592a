"""What is absent is named, and forbids no answer that holds whatever it may be."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from smezhnik.clusters.cluster import find_cluster_faults, make_cluster
from smezhnik.errors import describe_fault
from smezhnik.rules import Facts, Finding, judge_facts
from tests.rules.networks import network
from tests.rules.packs import criterion, number, pack

DAY = dt.date(2020, 6, 1)
NUMBERS = number("fifth", 0.2, "share") + number("one", 1) + number("half", 0.5, "share")
TOTAL = ('kind = "share_of_total"\nsellers = {sellers}\nbuyers = {{ roles = ["final_producer"] }}\n'
         'number = "purchases"\nwhose = {{ roles = ["final_producer"] }}\nleast = "fifth"')


def _judge(test: str, facts: Facts) -> Finding:
    return judge_facts(facts, np.ones(facts.count, np.bool_), pack(NUMBERS, criterion(test)).on(DAY)).finding("c")


def _asked(found: Finding) -> set[tuple[str, str]]:
    return {(item.owner, item.fact) for item in found.missing}


def test_facts_of_the_sellers_are_asked_for() -> None:
    facts = network({"id": "a", "roles": "producer", "spic": None}, {"id": "x", "roles": "producer", "spic": True},
                    {"id": "b", "roles": "final_producer", "spic": False, "purchases": 100.0},
                    contracts=(("a", "b", 50.0),))
    found = _judge(TOTAL.format(sellers='{ flags = ["spic"] }'), facts)
    assert (found.state, _asked(found)) == ("unknown", {("a", "spic")})


def test_facts_of_the_partners_are_asked_for() -> None:
    facts = network({"id": "a", "roles": "producer", "spic": True, "output": 100.0},
                    {"id": "b", "roles": "final_producer", "spic": None}, contracts=(("a", "b", 50.0),))
    found = _judge('kind = "share_of_each"\nwho = { roles = ["producer"] }\nside = "seller"\nnumber = "output"\n'
                   'least = "fifth"\npartners = { flags = ["spic"] }', facts)
    assert (found.state, _asked(found)) == ("unknown", {("b", "spic")})


@pytest.mark.parametrize(("sold", "state"), [(50.0, "not_met"), (2000.0, "unknown")])
def test_too_little_for_the_known_purchases_is_too_little_for_all(sold: float, state: str) -> None:
    facts = network({"id": "a", "roles": "producer"}, {"id": "b", "roles": "final_producer", "purchases": 10000.0},
                    {"id": "c", "roles": "final_producer"}, contracts=(("a", "b", sold),))
    assert _judge(TOTAL.format(sellers='{ roles = ["producer"] }'), facts).state == state


def test_every_fact_of_every_option_is_asked_for() -> None:
    facts = network({"id": "a", "spic": None, "newcomer": None}, {"id": "b", "spic": False, "newcomer": None},
                    {"id": "c", "spic": False, "newcomer": False})
    found = _judge('kind = "count"\nleast = "one"\nwho = { any = [{ flags = ["spic"] }, { flags = ["newcomer"] }] }',
                   facts)
    assert (found.state, _asked(found)) == ("unknown", {("a", "spic"), ("a", "newcomer"), ("b", "newcomer")})


def test_an_option_without_conditions_means_everybody() -> None:
    assert _judge('kind = "count"\nleast = "one"\nwho = { any = [{}] }', network({"id": "a"})).state == "met"


def test_an_empty_label_is_no_value() -> None:
    facts = network({"id": "a", "region": ""})
    found = _judge('kind = "distinct"\nlabel = "region"\nleast = "one"', facts)
    assert (found.state, _asked(found)) == ("unknown", {("a", "region")})
    found = _judge('kind = "count"\nleast = "one"\nwho = { label = "region", is = ["RU-BA"] }', facts)
    assert found.state == "unknown"


def test_a_formula_names_the_contract_whose_volume_it_lacks() -> None:
    facts = network({"id": "a"}, {"id": "b"}, contracts=(("a", "b", None),))
    (missing,) = _judge('kind = "formula"\nformula = "independence_of_one"\nparameters = ["half"]', facts).missing
    assert (missing.holder, missing.owner, missing.parties) == ("contract", "d1", ("a", "b"))


def _two_of_a_name() -> pl.DataFrame:
    return pl.DataFrame({"org_id": ["A", "B", "C"], "name": ["Стекло", "Стекло ", "Окна"],
                         "roles": [["producer"], ["producer"], ["final_producer"]]})


def test_a_name_of_several_members_names_none() -> None:
    contracts = pl.DataFrame({"contract_id": ["1", "2"], "seller": ["Стекло", None], "seller_id": [None, "B"],
                              "buyer": ["Окна", "Окна"], "value_th_rub": [9.0, 9.0]})
    made = make_cluster(_two_of_a_name(), contracts)
    (fault,) = [item for item in find_cluster_faults(made, DAY) if item.severity == "refused"]
    assert (fault.code, fault.fields["id"]) == ("cluster.name_of_several", "1")
    assert "Стекло" in describe_fault(fault, "ru") and "Стекло" in describe_fault(fault, "en")
    assert made.contracts["_seller"].to_list()[1] == 1


def test_contracts_with_a_member_who_has_left_exceed_nothing() -> None:
    members = pl.DataFrame({"org_id": ["A", "B"], "roles": [["producer"], ["final_producer"]],
                            "output_th_rub": [100.0, None], "until": [None, dt.date(2020, 1, 1)]})
    contracts = pl.DataFrame({"contract_id": ["1"], "seller_id": ["A"], "buyer_id": ["B"], "value_th_rub": [900.0]})
    made = make_cluster(members, contracts)
    assert [item.code for item in find_cluster_faults(made, dt.date(2019, 12, 31)) if item.severity == "refused"] \
        == ["cluster.over_output"]
    assert not [item for item in find_cluster_faults(made, DAY) if item.severity == "refused"]
