"""Verdicts of many clusters: as the card judges them, judged once, and anew as soon as it matters."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from smezhnik.cooperation.actions import found_cluster
from smezhnik.cooperation.models import Cluster, Contract, Member
from smezhnik.registry.actions import edit
from smezhnik.workflows import verdicts
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.cluster_records import judge_cluster, read_into
from smezhnik.workflows.verdicts import verdicts_on
from tests.workplace import HERE, make, make_need, make_user, signed_in

pytestmark = pytest.mark.django_db
NETWORK = Path(__file__).parents[2] / "examples" / "network"
DAY = dt.date(2026, 11, 22)
DAYS = (DAY, dt.date(2014, 1, 1))


def found(name: str) -> Cluster:
    cluster = Cluster(held_by=HERE, name=name, pack="ru-779", region=HERE)
    cluster.index()
    found_cluster(read_into(cluster, read_cluster(NETWORK).cluster), "аналитик")
    return cluster


def asked(clusters: list[Cluster]) -> int:
    with CaptureQueriesContext(connection) as queries:
        verdicts_on(clusters, DAYS)
    return len(queries)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the clusters that were judged, one a day."""
    some: list[str] = []
    once = verdicts._judge
    monkeypatch.setattr(verdicts, "_judge", lambda whole, day: some.append(whole.cluster.name) or once(whole, day))
    return some


def test_they_are_those_of_the_card_and_none_before_the_law() -> None:
    many, bare = found("Все вместе"), make(Cluster(name="Пустой", pack="ru-779", region=HERE, held_by=HERE))
    said = verdicts_on([many, bare], DAYS)
    for cluster in (many, bare):
        verdict, _ = judge_cluster(cluster, on=DAY, lang="ru")
        word, counts = said[cluster.pk, DAY], verdict.counts
        assert word is not None and (word.state, word.not_met, word.unknown, word.count) == (
            verdict.state, counts["not_met"], counts["unknown"], sum(counts.values()))
        assert said[cluster.pk, DAYS[1]] is None
    assert said[many.pk, DAY] != said[bare.pk, DAY]


def test_the_questions_do_not_grow_with_the_clusters() -> None:
    clusters = [found("Первый")]
    one = asked(clusters)
    clusters += [found("Второй"), found("Третий")]
    assert asked(clusters) <= one + 2, "two more tell whether what was kept still holds"
    assert asked(clusters) == 1, "all is kept: the end of the journal alone is asked for"


def test_what_a_verdict_rests_on_makes_it_anew_and_nothing_else(judged: list[str]) -> None:
    cluster = found("Все вместе")
    before = verdicts_on([cluster], [DAY])
    assert judged == ["Все вместе"]
    make_need("Стекло листовое")
    assert verdicts_on([cluster], [DAY]) == before and judged == ["Все вместе"], "a need changes no verdict"
    contract = Contract.objects.filter(held_by=HERE).order_by("id")[0]
    edit(contract, {"value_th_rub": 1.0}, "аналитик", expected=contract.version)
    verdicts_on([cluster], [DAY])
    assert judged == ["Все вместе"] * 2, "a contract may"
    for member in Member.objects.filter(cluster=cluster)[1:]:
        edit(member, {"archived": True}, "аналитик", expected=member.version)
    assert verdicts_on([cluster], [DAY]) != before


def test_another_journal_of_the_same_length_is_not_mistaken(judged: list[str]) -> None:
    verdicts_on([found("Все вместе")], [DAY])
    verdicts._until = verdicts.Anchor(verdicts.anchor().number, "0" * 64)
    verdicts_on(list(Cluster.objects.all()), [DAY])
    assert len(judged) == 2


def test_the_list_says_the_verdict_of_each() -> None:
    cluster = found("Все вместе")
    make(Cluster(name="Пустой", pack="ru-779", region=HERE, held_by=HERE))
    page = signed_in(make_user("анна", "ministry", region=HERE)).get("/clusters/").content.decode()
    words = {"met": "Соответствует", "not_met": "Не соответствует", "unknown": "Нельзя сказать"}
    state = judge_cluster(cluster, on=timezone.localdate(), lang="ru")[0].state
    assert "Вердикт на" in page and words[state] in page
    assert page.count('class="state') == 2
