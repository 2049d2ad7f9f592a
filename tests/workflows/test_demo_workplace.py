"""The workplace of the demo: filled once, kept afterwards, marked, and refused where people work."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from smezhnik.cooperation.models import Case, Cluster
from smezhnik.errors import InputError
from smezhnik.progress import no_progress
from smezhnik.records.journal import verify
from smezhnik.workflows.cluster_records import judge_cluster
from smezhnik.workflows.demo_workplace import STAGES, USERS, fill_workplace, logins
from smezhnik.workflows.serving import refuse_sample

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_workplace_of_the_demo_is_filled_once_and_marked(tmp_path: Path) -> None:
    told: list[str] = []
    refuse_sample()
    fill_workplace(tmp_path, progress=no_progress, told=lambda step, fields: told.append(step))
    assert told == ["loaded", "matched", "led", "clusters"]
    assert {case.stage for case in Case.objects.all()} == set(STAGES)
    assert {case.stage for case in Case.objects.filter(contracts__isnull=False)} == {"contracted", "delivering"}
    states = sorted(judge_cluster(cluster, on=dt.date(2026, 11, 22), lang="ru")[0].state for cluster in
                    Cluster.objects.all())
    assert states == ["met", "not_met"]
    before = logins(tmp_path)
    assert [login for login, _ in before] == [login for login, _, _ in USERS]
    assert verify() == []
    with pytest.raises(InputError, match="sample"):
        refuse_sample()
    fill_workplace(tmp_path, progress=no_progress, told=lambda step, fields: told.append(step))
    assert len(told) == 4 and logins(tmp_path) == before, "a second start keeps what is there"
