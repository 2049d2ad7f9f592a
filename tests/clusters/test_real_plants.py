"""A composition over real plants of two regions: all its links are inferred, none of them enters a verdict."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path

import pytest

from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import Cluster
from smezhnik.clusters.compose import compose
from smezhnik.clusters.conflicts import conflicts
from smezhnik.clusters.facts import names_of
from smezhnik.clusters.sentences import SHOWN_LINKS, composition_lines
from smezhnik.rules import load_pack
from smezhnik.workflows.cluster import read_cluster

ROOT = Path(__file__).parents[2]
PLANTS = ROOT / "examples" / "plants"
ON = dt.date(2026, 11, 22)
#: The maker of lorries of Miass.
SEED = "7415029289"


@pytest.fixture(scope="module")
def plants() -> Cluster:
    return read_cluster(PLANTS).cluster


def test_the_example_is_what_its_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = importlib.util.spec_from_file_location("build_plants", ROOT / "scripts" / "build_plants_network.py")
    assert made is not None and made.loader is not None
    script = importlib.util.module_from_spec(made)
    made.loader.exec_module(script)
    monkeypatch.setattr(script, "OUT", tmp_path)
    script.main()
    for name in ("members.csv", "contracts.csv"):
        assert (tmp_path / name).read_text("utf-8") == (PLANTS / name).read_text("utf-8"), "run the script again"


def test_a_cluster_of_real_plants_is_possible_and_marked_as_such(plants: Cluster) -> None:
    assert set(plants.contracts["basis"]) == {"inferred"}
    law = load_pack(PLANTS / "questions")
    made = compose(plants, law, on=ON, request=Request(possible=True, seed=SEED, least_regions=2, most_size=20),
                   time_limit_s=30.0)
    assert made.status == "proved" and SEED in made.members and len(made.members) <= 20
    regions = dict(plants.members.select("org_id", "region").iter_rows())
    assert {regions[own] for own in made.members} == {"RU-BA", "RU-CHE"}
    assert made.value_th_rub == made.unsigned_th_rub > 0, "nothing is signed"
    assert (made.verdict.state, made.verdict_if_signed.state) == ("not_met", "met")
    assert len(made.new_contracts) > SHOWN_LINKS
    said = list(composition_lines(made, names_of(plants), "ru"))
    assert said[0].startswith("Лучший кластер найден: 0,0 млн руб.")
    assert sum(line.startswith("Подписать: ") for line in said) == SHOWN_LINKS
    assert any(line.startswith(f"И ещё {len(made.new_contracts) - SHOWN_LINKS} возмож") for line in said)


def test_what_open_data_do_not_tell_is_named_not_guessed(plants: Cluster) -> None:
    found = conflicts(plants, "ru-779", on=ON, request=Request(possible=True))
    assert set(found.impossible_alone) == {"education", "infrastructure", "nonprofit"}
    assert found.unproved and "jobs" in {code for one in found.unproved for code in one}
