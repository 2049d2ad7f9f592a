"""``smezhnik compose | repair | conflicts | discover | what-if`` as a person calls them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from smezhnik.cli.compose import compose
from smezhnik.cli.conflicts import conflicts
from smezhnik.cli.discover import discover
from smezhnik.cli.judge import judge
from smezhnik.cli.repair import repair
from smezhnik.cli.what_if import what_if
from smezhnik.errors import InputFaults

EXAMPLES = Path(__file__).parents[2] / "examples"
NETWORK, CLUSTER = str(EXAMPLES / "network"), str(EXAMPLES / "cluster")
LAW = ["--pack", "ru-779", "--on", "2024-06-01"]


@pytest.fixture(autouse=True)
def a_plain_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands look for --quiet and --lang on the line they were called with, which here is that of pytest."""
    monkeypatch.setattr("sys.argv", ["smezhnik"])


def call(command, *arguments: str):
    return CliRunner().invoke(command, [*arguments, *LAW], standalone_mode=False, catch_exceptions=False)


def test_compose_tells_members_proof_and_verdict_and_writes_them(tmp_path: Path) -> None:
    done = call(compose, NETWORK, "-o", str(tmp_path / "кластер.json"), "--outsiders")
    assert done.return_value == 0
    assert "Доказано" in done.output and "Соответствует" in done.output and "нет договора ни с кем" in done.output
    data = json.loads((tmp_path / "кластер.json").read_text("utf-8"))
    assert data["status"] == "proved" and data["verdict"]["state"] == "met" and data["members"]
    page = call(compose, NETWORK, "-o", str(tmp_path / "кластер.html"))
    assert page.return_value == 0
    assert "Доказано: лучшего кластера в этой сети нет" in (tmp_path / "кластер.html").read_text("utf-8")


def test_an_impossible_composition_tells_why(tmp_path: Path) -> None:
    done = call(compose, NETWORK, "--most-size", "3")
    assert done.return_value == 4
    assert "Невыполнимо вместе" in done.output + done.stderr


def test_repair_lists_what_to_do(tmp_path: Path) -> None:
    done = call(repair, CLUSTER, "--network", NETWORK, "-o", str(tmp_path / "план.xlsx"))
    assert done.return_value == 0
    assert "Принять" in done.output and "Вывести" in done.output and "меньшим не обойтись" in done.output
    assert (tmp_path / "план.xlsx").exists()
    data = json.loads(call(repair, CLUSTER, "--network", NETWORK, "--json").stdout)
    assert data["status"] == "proved" and data["verdict_after"]["state"] == "met"


def test_conflicts_are_told_with_what_to_give_up() -> None:
    done = call(conflicts, CLUSTER)
    assert done.return_value == 4
    assert "Невыполнимо само по себе" in done.output and "Достаточно отказаться" in done.output
    assert json.loads(call(conflicts, NETWORK, "--json").stdout)["possible"] is True


def test_candidates_are_listed() -> None:
    done = call(discover, NETWORK, "--by", "product")
    assert done.return_value == 0 and "Вокруг изготовителя" in done.output


def test_a_change_is_tried() -> None:
    added = json.loads(call(repair, CLUSTER, "--network", NETWORK, "--json").stdout)
    change = [word for item in added["added"] for word in ("--add", item["id"])]
    change += [word for item in added["removed"] for word in ("--remove", item["id"])]
    done = call(what_if, CLUSTER, "--network", NETWORK, *change)
    assert done.return_value == 0 and "было" in done.output


def test_an_unknown_organisation_is_named_with_the_nearest() -> None:
    with pytest.raises(InputFaults) as refused:
        call(compose, NETWORK, "--must", "nobody")
    assert "nobody" in str(refused.value)


def test_a_fact_that_answers_nothing_is_refused_as_the_judge_refuses_it(tmp_path: Path) -> None:
    """“Perhaps” is no yes: a search would else take it for an absent fact and leave the criterion aside."""
    network = tmp_path / "network"
    shutil.copytree(NETWORK, network)
    facts = network / "facts.csv"
    facts.write_text(facts.read_text("utf-8").replace("sok_russian,да", "sok_russian,может быть"), "utf-8")
    for command, arguments in ((judge, [str(network)]), (compose, [str(network)]), (conflicts, [str(network)]),
                               (repair, [str(network), "--network", NETWORK])):
        with pytest.raises(InputFaults) as refused:
            call(command, *arguments)
        assert [fault.code for fault in refused.value.faults] == ["cluster.fact_value.flag"]
