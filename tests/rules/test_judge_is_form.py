"""Judging and constraining mean the same: for every kind of criterion, any network, any set of members."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.rules import load_pack
from smezhnik.rules.criteria import READER
from smezhnik.rules.forms import Switch, decide, holds
from tests.rules.networks import by_chance
from tests.rules.packs import WHENCE, criterion, number, pack

DAY = dt.date(2020, 6, 1)
PRODUCERS = '{ roles = ["producer"], not_roles = ["final_producer"] }'
TERRITORY = f"""
[territories.special]
ru = "особые"
en = "special"
label = "region"
complete = false
flag = "special_territory"
entries = [{{ code = "RU-ME", from = 2015-01-01 }}]
{WHENCE}
"""
DOCUMENT = '\n[documents.programme]\nru = "программа"\nen = "programme"\n'
NUMBERS = "".join([number("one", 1), number("two", 2), number("three", 3), number("fifth", 0.2, "share"),
                   number("half", 0.5, "share"), number("tenth", 0.1, "share"), number("years", 3, "year"),
                   number("sum", 300, "th_rub"), number("bound", 2, known='"no_stricter"')])
TOTAL = ['kind = "share_of_total"', 'sellers = { roles = ["producer"] }', 'buyers = { roles = ["final_producer"] }',
         'number = "purchases"', 'whose = { roles = ["final_producer"] }']
ONE_LINE = ", ".join(TOTAL)
SHAPES = {
    "count": 'kind = "count"\nwho = { roles = ["producer"] }\nleast = "two"',
    "count by a flag": 'kind = "count"\nwho = { flags = ["newcomer"] }\nleast = "two"',
    "count at most": 'kind = "count"\nwho = { flags = ["newcomer"], not_flags = ["spic"] }\nmost = "two"',
    "count by code": 'kind = "count"\nleast = "one"\n'
                     'who = { label = "okved2", under = ["23", "22"], except = ["22.23"] }',
    "count in a territory": 'kind = "count"\nwho = { territory = "special" }\nleast = "one"',
    "count of either": 'kind = "count"\nleast = "two"\n'
                       'who = { any = [{ flags = ["spic"] }, { joined_within = "years" }] }',
    "count of nested choices": 'kind = "count"\nleast = "two"\n'
                               'who = { any = [{ flags = ["spic"] }, { roles = ["university"], '
                               'any = [{ flags = ["newcomer"] }, { territory = "special" }] }] }',
    "share of each to some": 'kind = "share_of_each"\nside = "seller"\nnumber = "output"\nleast = "fifth"\n'
                             'partners = { flags = ["spic"] }',
    "share of total between some": 'kind = "share_of_total"\nsellers = { flags = ["spic"] }\n'
                                   'buyers = { flags = ["newcomer"] }\nnumber = "purchases"\n'
                                   'whose = { territory = "special" }\nleast = "fifth"',
    "count with a bound only": 'kind = "count"\nleast = "bound"',
    "share of members": 'kind = "share_of_members"\nwho = { territory = "special" }\namong = { flags = ["spic"] }\n'
                        'least = "half"',
    "share of members at most": 'kind = "share_of_members"\nwho = { flags = ["spic"] }\nmost = "half"',
    "distinct": 'kind = "distinct"\nlabel = "region"\nwho = { flags = ["spic"] }\nleast = "two"',
    "sum": 'kind = "sum"\nnumber = "output"\nwho = { flags = ["spic"] }\nleast = "sum"',
    "sum at most": 'kind = "sum"\nnumber = "output"\nmost = "sum"',
    "share of sum": 'kind = "share_of_sum"\npart = "high_productivity_jobs"\nwhole = "jobs"\nleast = "half"',
    "share of sum of some": 'kind = "share_of_sum"\npart = "high_productivity_jobs"\nwhole = "jobs"\n'
                            'who = { flags = ["spic"] }\nmost = "half"',
    "each has": 'kind = "each"\nwho = { flags = ["newcomer"] }\n'
                'has = { label = "region", is = ["RU-BA"] }\nexempt = "one"',
    "share of each": f'kind = "share_of_each"\nwho = {PRODUCERS}\nside = "seller"\nnumber = "output"\nleast = "fifth"',
    "share of each with exceptions": f'kind = "share_of_each"\nwho = {PRODUCERS}\nside = "buyer"\nleast = "fifth"\n'
                                     'number = "purchases"\ncontracts = ["supply", "works"]\n'
                                     'partners = { flags = ["spic"] }\n'
                                     'exempt = "one"\nexempt_among = { flags = ["newcomer"] }',
    "share of total": "\n".join([*TOTAL, 'least = "fifth"']),
    "linked": 'kind = "linked"\nwho = { roles = ["producer"] }\ncontracts = ["supply"]\nfreed = { flags = ["spic"] }\n'
              'exempt = "two"\nexempt_among = { flags = ["newcomer"], joined_within = "years" }',
    "connected": 'kind = "connected"',
    "any of": 'kind = "any_of"\ntests = [{ kind = "fact", fact = "agreed", is = true }, '
              '{ kind = "count", who = { flags = ["spic"] }, least = "two" }]',
    "all of": 'kind = "all_of"\ntests = [{ kind = "number", fact = "team", least = "one" }, '
              '{ kind = "distinct", label = "region", least = "two" }]',
    "switch that eases": 'kind = "switch"\nwhen = { kind = "share_of_members", who = { territory = "special" }, '
                         f'least = "half" }}\nthen = {{ {ONE_LINE}, least = "tenth" }}\n'
                         f'otherwise = {{ {ONE_LINE}, least = "fifth" }}',
    "switch": 'kind = "switch"\nwhen = { kind = "count", who = { flags = ["spic"] }, least = "two" }\n'
              'then = { kind = "count", who = { roles = ["producer"] }, least = "three" }\n'
              'otherwise = { kind = "connected" }',
    "fact": 'kind = "fact"\nfact = "agreed"\nis = true',
    "number": 'kind = "number"\nfact = "team"\nmost = "two"',
    "window": 'kind = "window"\nfact = "agreed_on"\nopens = 2020-01-01',
    "documents": 'kind = "documents"\ndocuments = ["programme"]',
    "score": 'kind = "score"\nleast = "half"\nitems = [{ fact = "team", most = 4, veto_below = 1 }]',
    "formula": 'kind = "formula"\nformula = "independence_of_one"\nparameters = ["half"]',
}


def test_every_kind_is_tried_here() -> None:
    tried = {line.split('"')[1] for shape in SHAPES.values() for line in shape.split("\n") if line.startswith("kind")}
    assert tried == set(READER.kinds)


@pytest.mark.parametrize("shape", SHAPES)
@settings(derandomize=True, deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6), bits=st.integers(0, 2**8 - 1), absent=st.sampled_from([0.0, 0.0, 0.15, 0.4]))
def test_what_a_criterion_judges_is_what_its_form_says(shape: str, seed: int, bits: int, absent: float) -> None:
    edition = pack(NUMBERS, TERRITORY, DOCUMENT, criterion(SHAPES[shape])).on(DAY)
    rule, facts = edition.criteria[0], by_chance(seed, absent=absent)
    member = np.array([bool(bits >> place & 1) for place in range(facts.count)])
    outcome, form = rule.judge(facts, member, edition.law), rule.form(facts, edition.law)
    assert outcome.state == {True: "met", False: "not_met", None: "unknown"}[decide(form, facts, member)]
    assert holds(form, facts, member) is (outcome.state == "met")
    if outcome.state == "unknown":
        assert outcome.missing, "cannot say, but nobody is told what is missing"
    else:
        assert not outcome.missing
    if absent == 0.0 and shape not in ("count with a bound only", "window"):
        assert outcome.state != "unknown"


@pytest.mark.parametrize("shape", SHAPES)
def test_possible_links_are_seen_by_no_rule(shape: str) -> None:
    edition = pack(NUMBERS, TERRITORY, DOCUMENT, criterion(SHAPES[shape])).on(DAY)
    rule = edition.criteria[0]
    for seed in range(20):
        facts = by_chance(seed, absent=0.0)
        keep = ~facts.possible
        without = type(facts)(facts.ids, facts.roles, facts.numbers, facts.labels, facts.flags, facts.seller[keep],
                              facts.buyer[keep], facts.volume[keep],
                              tuple(kind for kind, kept in zip(facts.kind, keep, strict=True) if kept),
                              facts.possible[keep],
                              tuple(name for name, kept in zip(facts.contracts, keep, strict=True) if kept),
                              facts.cluster)
        everybody = np.ones(facts.count, np.bool_)
        assert (rule.judge(facts, everybody, edition.law).outcome
                == rule.judge(without, everybody, edition.law).outcome)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(seed=st.integers(0, 10**6), bits=st.integers(0, 2**8 - 1))
def test_where_a_switch_promises_to_ease_the_harder_branch_implies_the_easier(seed: int, bits: int) -> None:
    facts = by_chance(seed, absent=0.2)
    member = np.array([bool(bits >> place & 1) for place in range(facts.count)])
    eased, plain = (pack(NUMBERS, TERRITORY, criterion(SHAPES[shape])).on(DAY)
                    for shape in ("switch that eases", "switch"))
    form, other = (edition.criteria[0].form(facts, edition.law) for edition in (eased, plain))
    law = load_pack("ru-779").on(dt.date(2024, 6, 1))
    today = next(item for item in law.criteria if item.code == "cooperation").form(facts, law.law)
    assert isinstance(form, Switch) and isinstance(other, Switch) and isinstance(today, Switch)
    assert (form.easing, today.easing, other.easing) == (True, True, False)
    for switch in (form, today):
        assert not holds(switch.otherwise, facts, member) or holds(switch.then, facts, member)
        either = holds(switch.otherwise, facts, member) or (holds(switch.condition, facts, member)
                                                            and holds(switch.then, facts, member))
        assert holds(switch, facts, member) is either


@settings(derandomize=True, deadline=None, max_examples=100)
@given(seed=st.integers(0, 10**6))
def test_learning_a_fact_never_overturns_what_was_said_without_it(seed: int) -> None:
    """What is met or not met with facts absent stays so, whatever the absent volumes turn out to be."""
    facts = by_chance(seed, absent=0.3)
    draw = np.random.default_rng(seed + 1)
    told = np.where(np.isnan(facts.volume), draw.integers(0, 400, len(facts.volume)), facts.volume)
    known = type(facts)(facts.ids, facts.roles, facts.numbers, facts.labels, facts.flags, facts.seller, facts.buyer,
                        told, facts.kind, facts.possible, facts.contracts, facts.cluster)
    everybody = np.ones(facts.count, np.bool_)
    for shape in ("share of each", "share of each with exceptions", "share of total", "switch that eases"):
        edition = pack(NUMBERS, TERRITORY, DOCUMENT, criterion(SHAPES[shape])).on(DAY)
        before = edition.criteria[0].judge(facts, everybody, edition.law).state
        after = edition.criteria[0].judge(known, everybody, edition.law).state
        assert before in ("unknown", after), shape
