"""A cluster as data: what is wrong with it is told at once, what does not count on the day is named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smezhnik.rules
from smezhnik.clusters.cluster import Cluster, find_cluster_faults, make_cluster
from smezhnik.clusters.facts import facts_of, names_of, read_value
from smezhnik.clusters.judge import judge
from smezhnik.errors import InputError, InputFaults, describe_fault
from smezhnik.rules import load_pack
from smezhnik.rules.forms import holds
from smezhnik.rules.sentences import missing_lines
from smezhnik.tables import complete
from tests.factories import contracts, members

DAY = dt.date(2024, 6, 1)
GLASS = {"org_id": "glass", "name": "Стекло", "output_th_rub": 1000.0}
WINDOWS = {"org_id": "windows", "name": "Окна", "roles": ["final_producer"], "purchases_th_rub": 1000.0,
           "output_th_rub": 5000.0}


def told(cluster: Cluster, severity: str = "refused", day: dt.date = DAY) -> list[str]:
    """Codes of what is told of a cluster; each can be said in both languages."""
    found = [fault for fault in find_cluster_faults(cluster, day) if fault.severity == severity]
    assert all(describe_fault(fault, lang) for fault in found for lang in ("ru", "en"))  # type: ignore[arg-type]
    return [fault.code.removeprefix("cluster.") for fault in found]


def between(*rows: dict[str, object]) -> pl.DataFrame:
    return contracts(*({"seller_id": "glass", "buyer_id": "windows", "value_th_rub": 100.0, **row} for row in rows))


@pytest.mark.parametrize(("rows", "code"), [
    ([GLASS, GLASS], ["member_twice"]),
    ([{**GLASS, "inn": "7707083893"}, {**WINDOWS, "inn": "7707083893"}], ["member_twice"]),
    ([{**GLASS, "roles": None}], ["no_role"]),
    ([{**GLASS, "roles": []}], ["no_role"]),
    ([{**GLASS, "since": dt.date(2024, 1, 2), "until": dt.date(2024, 1, 2)}], ["member_period"]),
    ([{**GLASS, "jobs": 10.0, "high_productivity_jobs": 11.0}], ["jobs"]),
    ([{**GLASS, "output_th_rub": -1.0, "jobs": -5.0}], ["negative", "negative"]),
])
def test_faulty_members_are_refused(rows: list[dict[str, object]], code: list[str]) -> None:
    assert told(make_cluster(members(*rows))) == code


@pytest.mark.parametrize(("row", "code"), [
    ({"buyer_id": None}, "no_party"),
    ({"value_th_rub": -1.0}, "contract_negative"),
    ({"starts_on": dt.date(2024, 1, 2), "ends_on": dt.date(2024, 1, 1)}, "contract_period"),
    ({"value_th_rub": 1000.1}, "over_output"),
])
def test_faulty_contracts_are_refused(row: dict[str, object], code: str) -> None:
    assert told(make_cluster(members(GLASS, {**WINDOWS, "purchases_th_rub": None}), between(row))) == [code]


def test_more_bought_from_members_than_bought_at_all_is_refused() -> None:
    cluster = make_cluster(members({**GLASS, "output_th_rub": None}, WINDOWS), between({"value_th_rub": 1001.0}))
    assert told(cluster) == ["over_purchases"]


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_judged() -> None:
    cluster = make_cluster(members(GLASS, GLASS, {**WINDOWS, "roles": None, "jobs": -1.0}),
                           between({"contract_id": "a", "buyer_id": None}, {"contract_id": "a", "value_th_rub": -1.0}))
    assert sorted(told(cluster)) == ["contract_negative", "contract_twice", "member_twice", "negative", "no_party",
                                     "no_role"]
    with pytest.raises(InputFaults) as refused:
        judge(cluster, "ru-779", on=DAY)
    assert len(refused.value.faults) == 6


@pytest.mark.parametrize(("row", "code"), [
    ({"buyer_id": "ДСК-3"}, "outside_buyer"),
    ({"seller_id": None, "seller": "чужой завод"}, "outside_seller"),
    ({"buyer_id": "glass"}, "with_oneself"),
    ({"ends_on": DAY}, "contract_gone"),
    ({"signed_on": DAY + dt.timedelta(1)}, "contract_later"),
    ({"basis": "inferred"}, "contract_inferred"),
])
def test_what_does_not_count_on_the_day_is_named_and_left_out(row: dict[str, object], code: str) -> None:
    cluster = make_cluster(members(GLASS, WINDOWS), between(row))
    assert told(cluster) == []
    assert told(cluster, "note") == [code]
    assert judge(cluster, "ru-779", on=DAY).finding("cooperation").found == 0.0


def test_a_member_whose_days_do_not_cover_the_day_is_named_and_does_not_count() -> None:
    gone = {**GLASS, "since": dt.date(2020, 1, 1), "until": DAY}
    cluster = make_cluster(members(gone, WINDOWS), between({}))
    assert told(cluster, "note") == ["member_gone"]
    assert judge(cluster, "ru-779", on=DAY).finding("members").found == 1
    assert told(cluster, "note", DAY - dt.timedelta(1)) == []
    assert told(cluster, "note", dt.date(2019, 1, 1)) == ["member_later"]
    assert facts_of(cluster, DAY).seller.size == 0
    assert facts_of(cluster, DAY - dt.timedelta(1)).seller.size == 1


def test_an_absent_fact_leads_to_cannot_say_and_never_to_zero() -> None:
    rich = make_cluster(members(GLASS, {**WINDOWS, "special_territory": False}),
                        between({"value_th_rub": 100.0}, {"value_th_rub": None}))
    found = judge(rich, "ru-779", on=DAY).finding("cooperation")
    assert found.state == "unknown"
    assert ("contract", "c2", "volume", ("glass", "windows")) in [
        (item.holder, item.owner, item.fact, item.parties) for item in found.missing]
    edition = load_pack("ru-779").on(DAY)
    assert any("c2 (Стекло – Окна)" in line for line in
               missing_lines(found.missing, edition.law, names_of(rich), "ru"))
    enough = make_cluster(rich.members, between({"value_th_rub": 500.0}, {"value_th_rub": None}))
    assert judge(enough, "ru-779", on=DAY).finding("cooperation").state == "met", "whatever it is, it only adds"


def test_inferred_links_never_enter_a_verdict_but_are_possible_in_composing() -> None:
    cluster = make_cluster(members(GLASS, WINDOWS), between({"value_th_rub": 900.0, "basis": "inferred"}))
    facts, edition = facts_of(cluster, DAY), load_pack("ru-779").on(DAY)
    found = judge(cluster, "ru-779", on=DAY).finding("cooperation")
    assert (found.state, found.found) == ("not_met", 0.0)
    assert facts.possible.tolist() == [True]
    rule = next(item for item in edition.criteria if item.code == "cooperation")
    everybody = np.ones(2, np.bool_)
    assert not holds(rule.form(facts, edition.law), facts, everybody)
    supposed = facts.supposing_links()
    assert holds(rule.form(supposed, edition.law), supposed, everybody)


def test_parties_are_found_by_id_then_by_inn_then_by_name() -> None:
    people = members({**GLASS, "inn": "7707083893"}, WINDOWS)
    cluster = make_cluster(people, contracts({"seller_inn": "7707083893", "buyer": " окна"},
                                             {"seller_id": "GLASS", "buyer_id": "windows"},
                                             {"seller_id": "Стекло", "seller": "Стекло", "buyer_id": "windows"}))
    assert cluster.contracts["_seller"].to_list() == [0, 0, 0]
    assert cluster.contracts["_buyer"].to_list() == [1, 1, 1]


def test_what_a_member_leaves_open_is_taken_from_the_organisation() -> None:
    known = complete(pl.DataFrame({"org_id": ["glass"], "name": ["Стекло"], "region": ["RU-CHE"], "jobs": [10.0],
                                   "output_th_rub": [7.0]}), "organisations")
    cluster = make_cluster(members(GLASS, WINDOWS), organisations=known)
    assert cluster.members.row(0, named=True)["region"] == "RU-CHE"
    assert cluster.members["output_th_rub"].to_list() == [1000.0, 5000.0], "its own word is not overruled"
    assert cluster.members["jobs"].to_list() == [10.0, None]


@pytest.mark.parametrize(("text", "value"), [
    ("Да", True), ("нет", False), ("0,5", 0.5), ("1 200", 1200.0), ("2024-06-01", DAY), ("01.06.2024", DAY),
    ("01.06.2024; 02.06.2024", (DAY, dt.date(2024, 6, 2))), ("gold", "gold"), (" ", None), (None, None),
])
def test_a_fact_is_read_as_yes_no_number_day_or_text(text: str | None, value: object) -> None:
    assert read_value(text) == value


def test_a_day_outside_the_pack_is_an_error_that_names_the_span() -> None:
    with pytest.raises(InputError) as refused:
        judge(make_cluster(members(GLASS)), "ru-779", on=dt.date(2015, 7, 30))
    assert "2015-07-31" in str(refused.value)


def test_one_threshold_edited_in_a_copy_of_a_pack_changes_verdict_and_form_alike(tmp_path: Path) -> None:
    source = Path(smezhnik.rules.__file__).parent / "packs" / "ru-779"
    copy = tmp_path / "ru-779-copy"
    copy.mkdir()
    for file in source.glob("*.toml"):
        text = file.read_text("utf-8")
        if file.name == "parameters.toml":
            at = text.index("[parameters.final_producers_least]")
            text = text[:at] + text[at:].replace("value = 1\n", "value = 2\n", 2)
        (copy / file.name).write_text(text, "utf-8")
    cluster = make_cluster(members(GLASS, WINDOWS), between({}))
    facts, everybody = facts_of(cluster, DAY), np.ones(2, np.bool_)
    for pack, met in ((load_pack("ru-779"), True), (load_pack(copy), False)):
        edition = pack.on(DAY)
        rule = next(item for item in edition.criteria if item.code == "final_producers")
        assert (judge(cluster, pack, on=DAY).finding("final_producers").state == "met") is met
        assert holds(rule.form(facts, edition.law), facts, everybody) is met


def _by_chance(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Members and contracts of any kind, sound or not."""
    draw = np.random.default_rng(seed)
    count, bonds = int(draw.integers(0, 9)), int(draw.integers(0, 20))

    def pick(choices: list[object]) -> object:
        return choices[int(draw.integers(len(choices)))]

    people = [{"org_id": f"m{number if draw.random() < 0.995 else 0}",
               "name": pick([None, f"Завод {number}"]), "inn": pick([None, None, "7707083893"]) if number < 1 else None,
               "roles": pick([["producer"], ["final_producer"], ["training", "fund"], ["producer", "final_producer"]]),
               "since": pick([None, dt.date(2020, 1, 1), dt.date(2025, 1, 1)]), "until": pick([None, DAY]),
               "output_th_rub": pick([None, 400.0, 1e6]), "purchases_th_rub": pick([None, 400.0, 1e6]),
               "jobs": pick([None, 0.0, 10.0]), "high_productivity_jobs": pick([None, 0.0]),
               "spic": pick([None, True, False]), "newcomer": pick([None, True, False]),
               "special_territory": pick([None, True, False]), "region": pick([None, "RU-BA", "RU-ME"])}
              for number in range(count)]
    parties = [f"m{number}" for number in range(9)]
    sold = [{"contract_id": f"d{number}", "seller_id": pick(parties), "buyer_id": pick([*parties * 9, None]),
             "value_th_rub": pick([None, 0.0, 5.0, 50.0]), "kind": pick(["supply", "works", "project", None]),
             "basis": pick([None, "declared", "inferred"]), "ends_on": pick([None, DAY, dt.date(2030, 1, 1)])}
            for number in range(bonds)]
    return members(*people), contracts(*sold)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(seed=st.integers(0, 10**6), day=st.sampled_from([dt.date(2016, 9, 1), dt.date(2021, 10, 1), DAY]))
def test_any_cluster_is_judged_or_refused_and_the_order_of_its_rows_changes_nothing(seed: int, day: dt.date) -> None:
    people, bonds = _by_chance(seed)
    cluster = make_cluster(people, bonds)
    if any(fault.severity == "refused" for fault in find_cluster_faults(cluster, day)):
        with pytest.raises(InputFaults):
            judge(cluster, "ru-779", on=day)
        return
    turned = make_cluster(people.reverse(), bonds.sample(fraction=1.0, shuffle=True, seed=seed))
    one, other = judge(cluster, "ru-779", on=day), judge(turned, "ru-779", on=day)
    for first, second in zip(one.findings, other.findings, strict=True):
        assert (first.state, first.needed) == (second.state, second.needed)
        assert first.found == pytest.approx(second.found)
        assert {one.ids[place] for place in first.concerned} == {other.ids[place] for place in second.concerned}
        assert set(first.missing) == set(second.missing)
        assert (first.state == "unknown") == bool(first.missing)
