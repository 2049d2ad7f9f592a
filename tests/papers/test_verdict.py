"""The paper of a verdict says what the page says: criteria worst first, what to do, who is in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from smezhnik.clusters.asked import Request
from smezhnik.clusters.judge import judge
from smezhnik.clusters.repair import repair
from smezhnik.papers import Cell, Table, verdict_paper, write_pdf
from smezhnik.papers.paper import Paper
from smezhnik.report.clusters.build import draw_cluster
from smezhnik.report.clusters.plan import plan_of_repair
from smezhnik.types import Lang
from smezhnik.workflows.cluster import read_cluster
from tests.papers.test_papers import pdf_text

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = dt.date(2026, 11, 23)


def paper(lang: Lang = "ru", *, mended: bool = False) -> Paper:
    cluster = read_cluster(EXAMPLES / "cluster").cluster
    verdict = judge(cluster, "ru-779", on=DAY)
    network = read_cluster(EXAMPLES / "network").cluster if mended else None
    plan = plan_of_repair(repair(cluster, "ru-779", on=DAY, network=network, request=Request(possible=True)), lang) \
        if mended else None
    drawn = draw_cluster(cluster, verdict, lang=lang, plan=plan, network=network)
    return verdict_paper(cluster, verdict, drawn, lang=lang)


def table(made: Paper, number: int) -> Table:
    block = made.blocks[number]
    assert isinstance(block, Table)
    return block


def test_the_criteria_stand_worst_first_each_with_its_light_and_act() -> None:
    rows = table(paper(), 0).rows
    counted = [row for row in rows if row[0].second == ""]
    lights = [row[0].light for row in counted]
    assert lights == sorted(lights, key=["bad", "unk", "warn", "ok"].index)
    cluster = read_cluster(EXAMPLES / "cluster").cluster
    assert lights.count("bad") == judge(cluster, "ru-779", on=DAY).counts["not_met"] > 0
    assert all(row[4].text for row in rows)
    assert any(row[4].second == "не сверено" for row in rows), "an unverified norm says so"


def test_a_repair_is_what_to_do_and_its_proof_stands_under_it() -> None:
    made = paper(mended=True)
    todo = table(made, 1)
    actions = [row for row in todo.rows if len(row) > 1]
    assert [row[0].text for row in actions] == [str(number) for number in range(1, len(actions) + 1)]
    assert any(row[1].second == "выведено расчётом" for row in actions)
    assert todo.note
    assert "Что сделать" in pdf_text(write_pdf(made))


def test_every_member_is_on_the_paper() -> None:
    cluster = read_cluster(EXAMPLES / "cluster").cluster
    assert [row[0] for row in table(paper(), 2).rows] and {row[0].text for row in table(paper(), 2).rows} == set(
        cluster.members["name"])


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_same_verdict_has_the_same_number_in_both_languages(lang: Lang) -> None:
    assert paper(lang).number == paper("ru").number
    assert isinstance(table(paper(lang), 0).rows[0][0], Cell)
