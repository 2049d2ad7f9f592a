"""Of changes that are as few, repair parts with fewest and signs least."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import numpy as np
from scipy.optimize import linprog

from smezhnik.clusters.asked import Request
from smezhnik.clusters.repair import repair_facts
from smezhnik.rules.facts import Facts
from tests.rules.networks import network
from tests.rules.packs import criterion, number, pack

ON = dt.date(2020, 1, 1)
SIDES = "".join(criterion(f'kind = "share_of_each"\nside = "{side}"\nnumber = "{whole}"\nleast = "half"\n'
                          f'who = {{ roles = ["{role}"] }}', side)
                for side, whole, role in (("seller", "output", "producer"), ("buyer", "purchases", "final_producer")))
SHARES = pack(number("half", 0.5, "share"), SIDES).on(ON)


def market(seed: int) -> tuple[Facts, np.ndarray]:
    """Five makers and three buyers, all links possible; half of everybody's number."""
    draw = np.random.default_rng(seed)
    makers = [{"id": f"n{place}", "roles": "producer", "output": float(draw.integers(100, 2000))} for place in range(4)]
    buyers = [{"id": f"f{place}", "roles": "final_producer", "purchases": float(draw.integers(100, 2000))}
              for place in range(2)]
    links = [(one["id"], other["id"], float(draw.integers(50, 3000))) for one in makers for other in buyers
             if draw.random() < 0.8]
    # A large sum that nobody needs: it must not blur what is small.
    facts = network(*makers, *buyers, contracts=(*links, ("n0", "n1", 1e6)))
    need = np.array([one["output"] / 2 for one in makers] + [one["purchases"] / 2 for one in buyers], float)
    return replace(facts, possible=np.ones(len(facts.seller), np.bool_)), need


def least_sum(facts: Facts, need: np.ndarray, count: int) -> float:
    """The least sum of so many links, by trying every choice of links and one linear program each."""
    best = np.inf
    for chosen in itertools.combinations(range(len(facts.seller)), count):
        supply = np.zeros((len(need), count))
        for column, edge in enumerate(chosen):
            supply[facts.seller[edge], column] = 1
            supply[facts.buyer[edge], column] += facts.buyer[edge] >= 4
        if (supply @ facts.volume[list(chosen)] < need).any():
            continue
        done = linprog(np.ones(count), A_ub=-supply, b_ub=-need, bounds=[(0, facts.volume[edge]) for edge in chosen])
        best = min(best, done.fun) if done.status == 0 else best
    return best


def test_what_is_to_be_signed_is_the_least_and_only_then_called_so() -> None:
    tried = 0
    for seed in range(14):
        facts, need = market(seed)
        done = repair_facts(facts, facts.ids, SHARES, request=Request(possible=True, must=facts.ids), time_limit_s=20.0)
        if done.status != "proved":
            continue
        signed = sum(item.volume_th_rub for item in done.new_contracts)
        assert done.least_volume
        assert abs(signed - least_sum(facts, need, len(done.new_contracts))) < 0.01, seed
        tried += 1
    assert tried >= 4


def test_it_signs_before_it_expels() -> None:
    """One link, or one removal: as many changes."""
    facts = network({"id": "a", "roles": "producer"}, {"id": "b", "roles": "producer"},
                    {"id": "c", "roles": "producer"}, contracts=(("a", "b", 10), ("b", "c", 10)))
    facts = replace(facts, possible=np.array([False, True]))
    linked = pack(number("two", 2), criterion('kind = "count"\nleast = "two"', "members"),
                  criterion('kind = "linked"', "links")).on(ON)
    for order in (facts.ids, facts.ids[::-1]):
        done = repair_facts(facts, order, linked, request=Request(possible=True))
        assert done.status == "proved" and done.weight == 1
        assert not done.removed and [item.link for item in done.new_contracts] == ["d2"]


def test_it_adds_before_it_expels() -> None:
    """A plant whose jobs spoil the share leaves, or one that mends it comes."""
    facts = network({"id": "bad", "roles": "producer", "jobs": 100, "high_productivity_jobs": 20},
                    {"id": "good", "roles": "producer", "jobs": 100, "high_productivity_jobs": 60},
                    {"id": "new", "roles": "producer", "jobs": 100, "high_productivity_jobs": 90})
    share = pack(number("half", 0.5, "share"), criterion(
        'kind = "share_of_sum"\npart = "high_productivity_jobs"\nwhole = "jobs"\nleast = "half"', "jobs")).on(ON)
    done = repair_facts(facts, ("bad", "good"), share)
    assert done.weight == 1 and done.added == ("new",) and not done.removed
