"""The 28 kinds of rule that the software must be able to express, each with an example of real law (numbered)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from smezhnik.clusters.cluster import make_cluster
from smezhnik.clusters.facts import facts_of
from smezhnik.errors import InputError
from smezhnik.rules import Facts, Finding, Pack, Waiver, judge_facts, load_pack, read_pack
from smezhnik.rules.criterion import WAIVERS
from smezhnik.rules.standing import find_due, find_standing
from tests.factories import members
from tests.rules.networks import network
from tests.rules.packs import HEAD, WHENCE, criterion, number, pack

DAY = dt.date(2024, 6, 1)


def judge(rules: Pack, facts: Facts, on: dt.date = DAY, code: str = "c") -> Finding:
    return judge_facts(facts, np.ones(facts.count, np.bool_), rules.on(on)).finding(code)


def plants(count: int, **same: object) -> list[dict[str, object]]:
    return [{"id": f"p{place}", "roles": "producer", **same} for place in range(count)]


def amount(rules: Pack, case: dict[str, object], on: dt.date = DAY, code: str = "a") -> float | None:
    edition = rules.on(on)
    return next(item for item in edition.amounts if item.code == code).calc(case, edition.law).number


def of(kind: str, lines: str, unit: str = "percent") -> str:
    return (f'\n[[amounts]]\ncode = "a"\nru = "а"\nen = "a"\nunit = "{unit}"\nfrom = 2015-01-01\nkind = "{kind}"\n'
            f"{WHENCE}{lines}\n")


def test_01_a_count_of_members_with_a_role() -> None:
    rules = pack(number("n", 51), criterion('kind = "count"\nwho = { roles = ["producer"] }\nleast = "n"'))
    assert judge(rules, network(*plants(51))).state == "met"
    found = judge(rules, network(*plants(50), {"id": "vuz", "roles": "university"}))
    assert (found.state, found.found, found.needed, found.shortfall) == ("not_met", 50, 51, 1)


def test_02_distinct_values_of_a_label() -> None:
    states = load_pack("eaeu-programme")
    day = dt.date(2026, 1, 1)
    facts = network({"id": "a", "country": "RU"}, {"id": "b", "country": "BY"}, {"id": "c", "country": "RU"},
                    ordered_on=day)
    found = judge(states, facts, day, "states")
    assert (found.state, found.found, found.needed) == ("not_met", 2, 3)


def test_03_at_most_so_many_exceptions() -> None:
    rules = load_pack("ru-779")
    linked = [{"id": "a", "roles": "final_producer", "spic": False}, {"id": "b", "roles": "producer", "spic": False}]
    fresh = [{"id": f"n{place}", "roles": "producer", "spic": False, "newcomer": True,
              "since": float(dt.date(2023, 1, 1).toordinal())} for place in range(4)]
    contract = (("b", "a", 10.0),)
    assert judge(rules, network(*linked, *fresh[:3], contracts=contract), code="contracts").state == "met"
    found = judge(rules, network(*linked, *fresh, contracts=contract), code="contracts")
    assert (found.state, found.shortfall, len(found.concerned)) == ("not_met", 1, 4), "nobody says which three"
    found = judge(rules, network(*linked, *fresh[:2], {"id": "old", "roles": "producer", "newcomer": False,
                                                       "spic": False}, contracts=contract), code="contracts")
    assert (found.state, found.concerned) == ("not_met", (4,)), "newcomers within the limit are excused"
    assert [item.excused for item in found.each] == [True, True, False]


def test_04_a_share_of_each_member() -> None:
    facts = network({"id": "glass", "roles": "producer", "output": 1000.0},
                    {"id": "windows", "roles": "final_producer"}, contracts=(("glass", "windows", 300.0),))
    rules = load_pack("ru-779")
    before, after = (judge(rules, facts, day, "cooperation") for day in (dt.date(2016, 9, 25), dt.date(2016, 9, 26)))
    assert (before.state, after.state) == ("not_met", "met")
    assert (before.each[0].found, before.each[0].needed, before.each[0].shortfall) == (0.3, 0.5, 200.0)


def test_05_a_share_of_the_whole_over_flows() -> None:
    facts = network({"id": "glass", "roles": "producer", "special_territory": False},
                    {"id": "windows", "roles": "final_producer", "purchases": 1000.0, "special_territory": False},
                    {"id": "doors", "roles": "final_producer", "purchases": 1000.0, "special_territory": False},
                    contracts=(("glass", "windows", 399.0), ("windows", "doors", 500.0)))
    found = judge(load_pack("ru-779"), facts, code="cooperation")
    assert (found.state, found.found, found.needed, found.shortfall) == ("not_met", 0.1995, 0.2, 1.0)


def test_06_conditions_on_the_graph() -> None:
    every = pack(criterion('kind = "linked"\ncontracts = ["supply"]'), criterion('kind = "connected"', "whole"))
    facts = network(*plants(4), contracts=(("p0", "p1", 1.0), ("p2", "p3", 1.0, "works")))
    found = judge(every, facts)
    assert (found.state, found.concerned) == ("not_met", (2, 3))
    assert (judge(every, facts, code="whole").found, judge(every, facts, code="whole").state) == (2, "not_met")
    alone = pack(number("half", 0.5, "share"),
                 criterion('kind = "formula"\nformula = "independence_of_one"\nparameters = ["half"]'))
    assert judge(alone, network(*plants(3), contracts=(("p0", "p1", 5.0), ("p0", "p2", 5.0)))).found == 0.0


def test_07_or_inside_a_rule() -> None:
    facts = [{"id": "a", "roles": "producer", "newcomer": False}, {"id": "b", "roles": "producer", "newcomer": False}]
    rules = load_pack("ru-779")
    for second, state in ((True, "met"), (False, "not_met")):
        found = judge(rules, network({**facts[0], "spic": True}, {**facts[1], "spic": second}), code="contracts")
        assert found.state == state
    loan = pack(criterion('kind = "any_of"\ntests = [{ kind = "fact", fact = "certificate", is = true }, '
                          '{ kind = "fact", fact = "sample_flow", is = true }]'))
    assert judge(loan, network(certificate=False, sample_flow=True)).state == "met"
    assert judge(loan, network(certificate=False)).state == "unknown"


@pytest.mark.parametrize(("special", "state"), [(3, "met"), (2, "not_met")])
def test_08_a_parameter_switched_by_another_condition(special: int, state: str) -> None:
    """10 % instead of 20 % if at least 30 % of the members work in special territories."""
    nodes: list[dict[str, object]] = [{"id": "w", "roles": "final_producer", "purchases": 1000.0}, *plants(9)]
    nodes = [{**node, "special_territory": place < special} for place, node in enumerate(nodes)]
    found = judge(load_pack("ru-779"), network(*nodes, contracts=(("p0", "w", 100.0),)), code="cooperation")
    assert (found.state, found.needed) == (state, 0.1 if special == 3 else 0.2)


def test_09_territory_lists_with_dates() -> None:
    listed = load_pack("ru-779").territories["special"]
    assert listed.has(["RU-KK"], dt.date(2024, 12, 31)) != listed.has(["RU-KK"], dt.date(2025, 1, 1)) == [1.0]
    listing = listed.has(["RU-AL", "RU-BA", None, "RU-AL"], DAY)
    assert listing[0] == listing[3] == 1.0
    assert np.isnan(listing[1:3]).all(), "the list is not complete: nobody can say no"
    towns = pack(number("n", 1), f'\n[territories.towns]\nru = "моногорода"\nen = "towns"\nlabel = "oktmo"\n'
                 f"complete = true\n{WHENCE}entries = [{{ code = \"75612\", from = 2016-01-01 }}]\n",
                 criterion('kind = "count"\nwho = { territory = "towns" }\nleast = "n"'))
    assert judge(towns, network({"id": "a", "oktmo": "75612101"})).state == "met"
    assert judge(towns, network({"id": "a", "oktmo": "75612101"}), dt.date(2015, 12, 31)).state == "not_met"


def test_10_documents_and_what_must_be_in_them() -> None:
    told = {"document.programme": True, "document.passport": True, "document.map": False,
            "document.programme.parts": ("goals", "Ключевые проекты", "members", "effect")}
    found = judge(load_pack("ru-779"), network(**told), code="programme")
    assert found.state == "not_met"
    assert found.outcome.lacking == ("document.programme.infrastructure", "document.map")
    assert judge(load_pack("ru-779"), network(**{"document.programme": True}), code="programme").state == "unknown"


def test_11_attributes_of_a_legal_person() -> None:
    good = {"sok_russian": True, "sok_charter": True, "sok_bankrupt": False}
    rules = load_pack("ru-779")
    assert judge(rules, network(**good), code="organisation").state == "met"
    found = judge(rules, network(**{**good, "sok_bankrupt": True}), code="organisation")
    assert (found.state, found.outcome.lacking) == ("not_met", ("sok_bankrupt",))


@pytest.mark.parametrize(("okved2", "state"), [("22.23", "met"), ("10.71", "met"), ("11.01", "not_met"),
                                               ("24.10", "not_met"), ("24.53", "not_met"), ("45.11", "not_met")])
def test_12_classifier_prefixes_and_exclusions(okved2: str, state: str) -> None:
    """Manufacturing, but not drinks, tobacco, coke and metallurgy."""
    manufacturing = ", ".join(f'"{division}"' for division in range(10, 34))
    rules = pack(criterion('kind = "each"\nhas = { label = "okved2", under = [' + manufacturing
                           + '], except = ["11", "12", "19", "24"] }'))
    assert judge(rules, network({"id": "a", "okved2": okved2})).state == state


def test_13_a_formula_with_an_outside_series() -> None:
    """The rate of the cluster investment platform: 30 % of the key rate and 3 points; 7.8 % at a key rate of 16 %."""
    whence = 'act = "law", status = "confirmed", source = "page"'
    series = ('\n[parameters.key_rate]\nru = "ключевая ставка"\nen = "key rate"\nunit = "percent"\nvalues = [\n'
              f"  {{ value = 15, from = 2015-01-01, until = 2023-12-18, {whence} }},\n"
              f"  {{ value = 16, from = 2023-12-18, {whence} }},\n]\n")
    rules = pack(series, number("share", 0.3, "share"), number("margin", 3, "percent"),
                 of("sum", 'constant = "margin"\nplus = [{ times = "share", series = "key_rate" }]'))
    assert amount(rules, {}, dt.date(2024, 1, 23)) == pytest.approx(7.8)
    assert amount(rules, {}, dt.date(2023, 12, 17)) == pytest.approx(7.5)


def test_14_caps() -> None:
    """At most 30 % of the costs of a joint project, and at most 300 million roubles."""
    rules = pack(number("share", 0.3, "share"), number("ceiling", 300_000, "th_rub"),
                 of("cap", 'share = "share"\nof = "costs"\nceiling = "ceiling"', "th_rub"))
    assert amount(rules, {"costs": 500_000.0}) == 150_000
    assert amount(rules, {"costs": 5_000_000.0}) == 300_000
    assert amount(rules, {}) is None


def test_15_a_ladder_of_rates_with_exclusive_or_stackable_discounts() -> None:
    """A joint loan: 5 %, 3 % with a guarantee, 2 points less for any of the conditions."""
    numbers = number("five", 5, "percent") + number("three", 3, "percent") + number("two", 2, "percent_point")
    ladder = ('rates = [{ value = "three", when = { kind = "fact", fact = "guarantee", is = true } }, '
              '{ value = "five" }]\n'
              'discounts = [{ value = "two", when = { kind = "fact", fact = "russian_equipment", is = true } }, '
              '{ value = "two", when = { kind = "fact", fact = "listing", is = true } }]\nstack = ')
    once, twice = (pack(numbers, of("ladder", ladder + how)) for how in ('"largest"', '"all"'))
    both = {"guarantee": False, "russian_equipment": True, "listing": True}
    assert (amount(once, both), amount(twice, both)) == (3, 1)
    assert amount(once, {**both, "guarantee": True, "listing": False}) == 1
    assert amount(once, {"guarantee": True, "russian_equipment": False}) is None, "nobody told of the listing"
    assert amount(once, {"guarantee": True, "russian_equipment": True}) == 1, "a second discount would add nothing"


def test_16_a_rate_that_changes_over_the_life_of_a_loan_and_a_term_by_size() -> None:
    """3 % for the first three years, 5 % after; 15 years up to 50 bn of investment, 20 above."""
    loan = pack(number("three", 3, "percent"), number("five", 5, "percent"), number("through", 3, "year"),
                of("schedule", 'by = "year"\nstages = [{ value = "three", through = "through" }, { value = "five" }]'))
    assert [amount(loan, {"year": year}) for year in (1, 3, 4)] == [3, 3, 5]
    contract = pack(number("short", 15, "year"), number("long", 20, "year"), number("size", 50_000, "mln_rub"),
                    of("bracket", 'by = "investment"\nstages = [{ value = "short", through = "size" }, '
                                  '{ value = "long" }]', "year"))
    assert [amount(contract, {"investment": size}) for size in (50_000, 50_001)] == [15, 20]


def test_17_windows_and_grace_periods() -> None:
    rules = load_pack("pl-kkk")
    for applied, state in ((dt.date(2021, 9, 13), "met"), (dt.date(2021, 9, 14), "not_met")):
        assert judge(rules, network(applied_on=applied), dt.date(2021, 7, 1), "window").state == state
    newcomer = {"id": "n", "roles": "producer", "spic": False, "newcomer": True,
                "since": float(dt.date(2021, 12, 1).toordinal())}
    for day, state in ((dt.date(2024, 11, 30), "met"), (dt.date(2024, 12, 1), "not_met")):
        assert judge(load_pack("ru-779"), network(newcomer), day, "contracts").state == state


def test_18_validity_and_renewal_from_the_old_end() -> None:
    """Bronze: two years; renewed up to a year after expiry; the renewal adds three years to the old end."""
    law = load_pack("ecei")

    def until(on: dt.date, *renewed: dt.date) -> tuple[str, dt.date | None]:
        edition = law.on(on)
        standing = find_standing(edition.validities[0], edition.grandfathering, edition.law, dt.date(2020, 3, 1),
                                 renewed)
        assert standing is not None
        return standing.state, standing.until

    assert until(dt.date(2022, 2, 28)) == ("valid", dt.date(2022, 3, 1))
    assert until(dt.date(2022, 3, 1)) == ("renewable", dt.date(2022, 3, 1))
    assert until(dt.date(2023, 3, 1)) == ("expired", dt.date(2022, 3, 1))
    assert until(dt.date(2023, 3, 1), dt.date(2023, 2, 28)) == ("valid", dt.date(2025, 3, 1))
    assert until(dt.date(2023, 5, 1), dt.date(2023, 4, 1)) == ("valid", dt.date(2026, 4, 1)), "too late: a new term"


def test_19_grandfathering_by_the_day_of_the_decision() -> None:
    """Decisions taken before decree 1956 keep five years from their own day."""
    rules = load_pack("ru-779")
    for day, state in ((dt.date(2024, 8, 19), "valid"), (dt.date(2024, 8, 20), "expired")):
        verdict = judge_facts(network(decided_on=dt.date(2019, 8, 20)), np.zeros(0, np.bool_), rules.on(day))
        assert verdict.standing is not None and verdict.standing.by is not None
        assert (verdict.standing.state, verdict.standing.by.code) == (state, "before_1956")
    later = judge_facts(network(decided_on=dt.date(2022, 1, 1)), np.zeros(0, np.bool_), rules.on(DAY)).standing
    assert later is not None and later.by is None and later.until == dt.date(2027, 1, 1)
    early = judge_facts(network(decided_on=dt.date(2019, 8, 20)), np.zeros(0, np.bool_), rules.on(dt.date(2020, 1, 1)))
    assert early.standing is None, "the clause is not yet in force, and the term of that time is not known"


def test_20_a_class_is_exempt() -> None:
    """Revenue in year 10 of at least 5 bn; not for private parks without budget money."""
    rules = pack(number("revenue", 5_000_000, "th_rub"), criterion(
        'kind = "number"\nfact = "revenue_year_10_th_rub"\nleast = "revenue"',
        more='unless = { kind = "all_of", tests = [{ kind = "fact", fact = "private", is = true }, '
             '{ kind = "fact", fact = "budget_money", is = false }] }\n'))
    little = {"revenue_year_10_th_rub": 1.0}
    assert judge(rules, network(**little, private=True, budget_money=True)).state == "not_met"
    found = judge(rules, network(**little, private=True, budget_money=False))
    assert (found.state, found.exempted) == ("met", True)
    assert judge(rules, network(**little, private=True)).state == "unknown"


def test_21_a_waiver_by_an_authority_keeps_its_reason() -> None:
    rules, day = load_pack("eccp"), dt.date(2026, 12, 1)
    given = Waiver("members", "ECCP", "национальная программа")
    found = judge(rules, network(*plants(3), **{WAIVERS: (given,)}), day, "members")
    assert (found.state, found.waiver) == ("met", given)
    assert judge(rules, network(*plants(3), **{WAIVERS: (Waiver("members", "мэрия", "так надо"),)}), day,
                 "members").state == "not_met"


def test_22_a_scored_competition() -> None:
    items = ", ".join(f'{{ fact = "area_{place}", most = 20, weight = {place} }}' for place in range(1, 6))
    rules = pack(number("least", 0.8, "share"), criterion(f'kind = "score"\nleast = "least"\nitems = [{items}]'))
    scores = {f"area_{place}": 16.0 for place in range(1, 6)}
    assert (judge(rules, network(**scores)).state, judge(rules, network(**scores)).found) == ("met", 0.8)
    assert judge(rules, network(**{**scores, "area_5": 15.0})).state == "not_met"
    assert judge(rules, network(**{**scores, "area_5": None})).state == "unknown"
    too_few = {**scores, "area_5": None, "area_4": 0.0}
    assert judge(rules, network(**too_few)).state == "not_met", "even 20 of 20 in the fifth area would be too few"


def test_23_a_veto_inside_a_score() -> None:
    items = '[{ fact = "a", most = 10, veto_below = 3 }, { fact = "b", most = 10 }]'
    rules = pack(number("least", 0.5, "share"), criterion(f'kind = "score"\nleast = "least"\nitems = {items}'))
    found = judge(rules, network(a=2.0, b=10.0))
    assert (found.state, found.found, found.outcome.lacking) == ("not_met", 0.6, ("a",))
    assert judge(rules, network(b=10.0)).state == "unknown"


def test_24_a_rating_with_blocks_weights_and_a_rule_for_ties() -> None:
    """Two regions share the second place and the next one is third."""
    blocks = "".join(f'\n[[rating.blocks]]\ncode = "{code}"\nru = "{code}"\nen = "{code}"\nweight = {weight}\n'
                     f'indicators = [{{ code = "{code}1", ru = "1", en = "1", weight = 2 }}, '
                     f'{{ code = "{code}2", ru = "2", en = "2", weight = 1, less_is_better = true }}]\n'
                     for code, weight in (("economy", 3), ("digital", 1)))
    rating = pack(f'\n[rating]\nties = "dense"\n{WHENCE}', blocks).rating
    assert rating is not None
    values = {"economy1": 1.0, "economy2": 0.0, "digital1": 0.5, "digital2": 0.25}
    assert rating.score(values) == pytest.approx((3 * 1.0 + 1 * (2 * 0.5 + 0.75) / 3) / 4)
    assert rating.score({**values, "digital2": None}) is None
    scores = {"Башкортостан": 70.0, "Москва": 66.5, "Московская": 66.5, "Краснодарский": 61.0}
    assert rating.places(scores)["Краснодарский"] == 3
    assert replace(rating, ties="standard").places(scores)["Краснодарский"] == 4
    assert set(rating.places({"Москва": 0.1 + 0.2, "Московская": 0.3}).values()) == {1}, "rounding parts nobody"


def test_25_layers_of_law() -> None:
    """A region asks for more than the federation does."""
    text = HEAD.replace('layer = "federal"', 'layer = "region"\nextends = ["ru-779"]') \
        .replace("2015-01-01", "2022-01-01")
    own = number("local", 2).replace("2015-01-01", "2022-01-01") + criterion(
        'kind = "count"\nwho = { label = "region", is = ["RU-IRK"] }\nleast = "local"', "local_members"
    ).replace("2015-01-01", "2022-01-01")
    region = read_pack({"pack.toml": text + own}, "irkutsk")
    found = judge_facts(network({"id": "a", "roles": "producer", "region": "RU-IRK"}), np.ones(1, np.bool_),
                        region.on(DAY))
    assert {item.criterion.pack for item in found.findings} == {"ru-779", "irkutsk"}
    assert found.finding("local_members").state == "not_met"
    assert dt.date(2022, 12, 22) in region.days
    assert found.unread, "what is unread below is told above"


def test_26_obligations_after_the_decision() -> None:
    edition = load_pack("ru-779").on(DAY)
    (report,) = edition.obligations
    assert find_due(report, edition.law, dt.date(2022, 2, 28), until=dt.date(2025, 1, 1)) == (
        dt.date(2023, 2, 28), dt.date(2024, 2, 28))
    once = pack(number("years", 10, "year"), f'\n[[obligations]]\ncode = "o"\nru = "показатели"\nen = "targets"\n'
                f'from = 2015-01-01\nafter = "years"\nconsequence_ru = "возврат"\nconsequence_en = "return"\n{WHENCE}')
    edition = once.on(DAY)
    assert find_due(edition.obligations[0], edition.law, dt.date(2020, 2, 29), until=dt.date(2099, 1, 1)) == (
        dt.date(2030, 2, 28),)
    assert edition.obligations[0].consequence is not None


def test_27_three_answers_and_whose_the_missing_fact_is() -> None:
    cluster = make_cluster(members({"org_id": "glass", "name": "Стекло", "roles": ["producer"], "output_th_rub": None}))
    found = judge(load_pack("ru-779"), facts_of(cluster, dt.date(2017, 1, 1)), dt.date(2017, 1, 1), "cooperation")
    assert found.state == "unknown"
    assert [(item.holder, item.owner, item.fact) for item in found.missing] == [("member", "glass", "output")]
    eight = judge(load_pack("ru-779"), network(*plants(8)), code="members")
    assert eight.state == "unknown", "nine are surely enough; of eight the law that was read says nothing"
    assert [(item.holder, item.fact) for item in eight.missing] == [("law", "members_least")]
    assert judge(load_pack("pl-kkk"), network(**{f"area_{place}": 90.0 for place in range(1, 6)}),
                 dt.date(2021, 7, 1), "score").missing[0].fact == "score_least"


def test_28_provenance_of_every_number_and_a_span_that_is_named() -> None:
    use = judge(load_pack("ru-779"), network(*plants(1)), dt.date(2016, 9, 26), "cooperation").uses[0].value
    assert use.provenance.act is not None and use.provenance.source is not None
    assert (use.number, use.period.since, use.provenance.act.code) == (0.2, dt.date(2016, 9, 26), "pp963")
    assert use.provenance.source.address.startswith("https://") and use.provenance.source.checked
    with pytest.raises(InputError) as refused:
        load_pack("ru-779").on(dt.date(2015, 7, 30))
    assert "2015-07-31" in str(refused.value)
    with pytest.raises(InputError) as refused:
        read_pack({"pack.toml": HEAD.replace("checked =", "until = 2020-01-01\nchecked =", 1)}, "t").on(DAY)
    assert "2020-01-01" in str(refused.value)


def test_where_nothing_is_asked_nothing_is_judged() -> None:
    later = pack(number("n", 1), criterion('kind = "count"\nleast = "n"').replace("2015-01-01", "2020-01-01"))
    assert judge(later, network(*plants(1)), dt.date(2020, 1, 1)).state == "met"
    with pytest.raises(InputError) as refused:
        judge(later, network(*plants(1)), dt.date(2019, 12, 31))
    assert refused.value.code == "rules.no_criteria"
