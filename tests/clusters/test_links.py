"""A link that nobody has signed counts only where the answer signs it, whatever kind of rule looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from smezhnik.clusters.asked import Request
from smezhnik.clusters.compose import compose_facts
from smezhnik.clusters.repair import repair_facts
from smezhnik.rules.facts import Facts
from tests.rules.networks import network
from tests.rules.packs import criterion, number, pack

ON = dt.date(2020, 6, 1)
CONNECTED = pack(number("four", 4), criterion('kind = "connected"', "piece"),
                 criterion('kind = "count"\nleast = "four"', "members")).on(ON)


@pytest.fixture
def halves() -> Facts:
    """Two halves that only a possible link joins."""
    facts = network(*[{"id": name, "roles": "producer"} for name in "abcd"],
                    contracts=(("a", "b", 10), ("c", "d", 10), ("b", "c", 5)))
    return replace(facts, possible=np.array([False, False, True]))


def test_a_piece_that_hangs_on_an_unsigned_link_is_not_connected(halves: Facts) -> None:
    made = compose_facts(halves, CONNECTED, Request(possible=True, new_volume_th_rub=0.0), time_limit_s=20.0)
    assert made.status != "proved" and not made.members


@pytest.mark.parametrize("cap", [None, 5.0])
def test_the_link_that_joins_two_halves_is_signed(halves: Facts, cap: float | None) -> None:
    made = compose_facts(halves, CONNECTED, Request(possible=True, new_volume_th_rub=cap), time_limit_s=20.0)
    assert made.members == tuple("abcd") and [item.link for item in made.new_contracts] == ["d3"]
    assert made.verdict.state == "not_met" and made.verdict_if_signed.state == "met"


def test_repair_signs_the_link_that_joins_two_halves(halves: Facts) -> None:
    done = repair_facts(halves, tuple("abcd"), CONNECTED, request=Request(possible=True), time_limit_s=20.0)
    assert [item.link for item in done.new_contracts] == ["d3"] and done.weight == 1
    assert done.verdict.state == "not_met" and done.verdict_after.state == "met"
