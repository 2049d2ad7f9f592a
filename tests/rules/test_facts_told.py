"""Facts of the cluster: an answer of another kind is no answer, one told twice is none either."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from smezhnik.clusters.cluster import Cluster, make_cluster
from smezhnik.clusters.facts import facts_of
from smezhnik.clusters.judge import judge
from smezhnik.errors import InputFaults, describe_fault
from smezhnik.rules import judge_facts, load_pack

DAY = dt.date(2024, 6, 1)
ONE = pl.DataFrame({"org_id": ["а"], "roles": [["producer"]]})
ORGANISATION = {"sok_russian": "да", "sok_charter": "да", "sok_bankrupt": "нет"}


def _cluster(*told: tuple[str, str | None]) -> Cluster:
    return make_cluster(ONE, facts=pl.DataFrame(told, schema=["fact", "value"], orient="row"))


@pytest.mark.parametrize("renewed", ["2021-12-01", "01.12.2021", "2021-12-01; 2021-12-01"])
def test_a_single_renewal_renews_once(renewed: str) -> None:
    found = judge(_cluster(("decided_on", "2020-01-10"), ("renewed_on", renewed), ("label_sought", "bronze")), "ecei",
                  on=DAY)
    assert found.standing is not None
    assert found.standing.until == dt.date(2025, 1, 10)


@pytest.mark.parametrize("word", ["Да.", "имеется", "y", "ДА"])
def test_words_for_yes_are_read(word: str) -> None:
    told = {**ORGANISATION, "sok_russian": word}
    assert judge(_cluster(*told.items()), "ru-779", on=DAY).finding("organisation").state == "met"


@pytest.mark.parametrize(("pack", "fact", "value"), [
    ("ru-779", "sok_russian", "1"), ("ru-779", "sok_russian", "не знаю"), ("ecei", "label_sought", "золото"),
    ("ecei", "gold_score", "много"), ("ecei", "renewed_on", "весной"), ("eaeu-programme", "ordered_on", "1 декабря"),
])
def test_a_value_that_is_no_answer_is_a_fault_that_names_the_row(pack: str, fact: str, value: str) -> None:
    day = dt.date(2025, 12, 31)
    with pytest.raises(InputFaults) as refused:
        judge(_cluster((fact, value)), pack, on=day)
    (fault,) = refused.value.faults
    for lang in ("ru", "en"):
        assert fact in describe_fault(fault, lang) and value in describe_fault(fault, lang)


def test_a_value_that_is_no_answer_is_unknown_where_nobody_checks() -> None:
    cluster = _cluster(*{**ORGANISATION, "sok_russian": "не знаю"}.items())
    facts = facts_of(cluster, DAY)
    found = judge_facts(facts, facts.role(), load_pack("ru-779").on(DAY)).finding("organisation")
    assert found.state == "unknown"
    assert [item.fact for item in found.missing] == ["sok_russian"]


@pytest.mark.parametrize("values", [("да", "нет"), ("нет", "да"), ("да", "да")])
def test_a_fact_told_twice_is_a_fault_in_any_order(values: tuple[str, str]) -> None:
    with pytest.raises(InputFaults) as refused:
        judge(_cluster(*(("sok_bankrupt", value) for value in values)), "ru-779", on=DAY)
    assert [fault.code for fault in refused.value.faults] == ["cluster.fact_twice"]


def test_an_empty_row_takes_nothing_back() -> None:
    told = [*ORGANISATION.items(), ("sok_russian", None), ("sok_charter", " ")]
    for rows in (told, told[::-1]):
        assert judge(_cluster(*rows), "ru-779", on=DAY).finding("organisation").state == "met"
