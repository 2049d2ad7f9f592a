"""Who can be in no cluster: the number, its unit, and what it falls short of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from smezhnik.clusters.asked import Request
from smezhnik.clusters.compose import compose_facts
from smezhnik.clusters.conflicts import conflicts_facts
from smezhnik.clusters.sentences import conflict_lines, outsider_line
from smezhnik.rules.judge import judge_facts
from smezhnik.rules.sentences import concerned_line
from tests.rules.networks import network
from tests.rules.packs import criterion, number, pack

ON = dt.date(2020, 1, 1)


def test_a_share_is_told_in_percent_as_the_law_does_beside_the_sums() -> None:
    shares = pack(number("fifth", 0.2, "share"), criterion(
        'kind = "share_of_each"\nside = "seller"\nnumber = "output"\nleast = "fifth"\n'
        'who = { roles = ["producer"] }', "share")).on(ON)
    facts = network({"id": "a", "roles": "producer", "output": 1000}, {"id": "f", "roles": "final_producer"},
                    contracts=(("a", "f", 130),))
    item, = compose_facts(facts, shares).outsiders
    assert (item.id, item.found, item.needed, item.unit) == ("a", 130.0, 200.0, "th_rub")
    line = outsider_line(item, shares, {}, "ru").replace("\u00a0", " ")
    assert "13 % из нужных 20 %, это 130,0 из 200,0 тыс. руб. в год" in line
    assert (round(item.found_share, 9), item.needed_share) == (0.13, 0.2)
    everybody = np.ones(facts.count, np.bool_)
    said = concerned_line(judge_facts(facts, everybody, shares).finding("share"), facts.ids, {}, "ru")
    assert said is not None and "a (13 % из нужных 20 %)" in said.replace("\u00a0", " ")
    near = network({"id": "a", "roles": "producer", "output": 100_000}, {"id": "f", "roles": "final_producer"},
                   contracts=(("a", "f", 19_990),))
    item, = compose_facts(near, shares).outsiders
    assert "19,99 % из нужных 20 %" in outsider_line(item, shares, {}, "ru").replace("\u00a0", " ")


def test_a_want_of_contracts_is_told_without_sums() -> None:
    linked = pack(criterion('kind = "linked"', "links")).on(ON)
    facts = network({"id": "a", "roles": "producer"}, {"id": "b", "roles": "producer"},
                    {"id": "c", "roles": "producer"}, contracts=(("a", "b", 10),))
    item, = compose_facts(facts, linked).outsiders
    assert (item.id, item.unit) == ("c", "contract") and "%" not in outsider_line(item, linked, {}, "ru")


def test_a_reach_that_counts_possible_links_says_so() -> None:
    everybody = "".join(f'{whom} = {{ roles = ["producer"] }}\n' for whom in ("sellers", "buyers", "whose"))
    total = pack(number("half", 0.5, "share"), number("two", 2), criterion('kind = "count"\nleast = "two"', "members"),
                 criterion('kind = "share_of_total"\nnumber = "purchases"\nleast = "half"\n' + everybody,
                           "total")).on(ON)
    signed = network({"id": "a", "roles": "producer", "purchases": 100},
                     {"id": "b", "roles": "producer", "purchases": 100}, contracts=(("a", "b", 40),))
    possible = replace(signed, possible=np.ones(1, np.bool_))
    for facts, supposed in ((signed, False), (possible, True)):
        found = conflicts_facts(facts, total, request=Request(possible=True))
        assert [reach.supposed for reach in found.reaches if reach.code == "total"] == [supposed]
        assert any("как подписанные" in line for line in conflict_lines(found, total, "ru")) == supposed
