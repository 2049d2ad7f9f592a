"""The workplace of the demo: filled once, kept afterwards, marked, and refused where people work."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client, override_settings

from smezhnik.activities.models import Delegation, Event, Meeting, Readiness
from smezhnik.cooperation.models import Case, Cluster
from smezhnik.errors import InputError
from smezhnik.progress import no_progress
from smezhnik.records.journal import verify
from smezhnik.web.views.tour import STEPS
from smezhnik.workflows.cluster_records import judge_cluster
from smezhnik.workflows.demo import REGIONS
from smezhnik.workflows.demo_workplace import FROM, SIZE, STAGES, USERS, fill_workplace, logins
from smezhnik.workflows.serving import refuse_sample

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_workplace_of_the_demo_is_filled_once_and_marked(tmp_path: Path) -> None:
    told: list[str] = []
    refuse_sample()
    fill_workplace(tmp_path, progress=no_progress, told=lambda step, fields: told.append(step))
    assert told == ["loaded", "matched", "led", "clusters", "activities", "calculated"]
    assert {case.stage for case in Case.objects.all()} == set(STAGES)
    assert {case.stage for case in Case.objects.filter(contracts__isnull=False)} == {"contracted", "delivering"}
    assert Meeting.objects.filter(standing="closed", protocol="signed").count() == 26
    event = Event.objects.get(kind="supplier_day")
    assert (event.plan["status"], event.plan["mutual_met"]) == ("proved", event.plan["mutual"])
    assert event.pairs.filter(case__event_id=event.public_id).count() >= 4, "cases of the demo grew from it"
    assert Delegation.objects.get().standing == "composed" and Readiness.objects.count() > 20
    states = sorted(judge_cluster(cluster, on=dt.date(2026, 11, 22), lang="ru")[0].state for cluster in
                    Cluster.objects.all())
    assert states == ["met", "met", "not_met"]
    both = Cluster.objects.get(name="Стекло и окна двух регионов").member_rows
    assert both.count() == SIZE and both.exclude(organisation__region=REGIONS[0]).count() == FROM
    _five_steps_lead_to_pages(logins(tmp_path)[0])
    before = logins(tmp_path)
    assert [login for login, _ in before] == [login for login, _, _ in USERS]
    assert verify() == []
    with pytest.raises(InputError, match="sample"):
        refuse_sample()
    fill_workplace(tmp_path, progress=no_progress, told=lambda step, fields: told.append(step))
    assert len(told) == 6 and logins(tmp_path) == before, "a second start keeps what is there"


@override_settings(SAMPLE=True)
def _five_steps_lead_to_pages(leader: tuple[str, str]) -> None:
    client = Client()
    assert client.get("/tour/find/").status_code == 302, "a guest signs in first"
    client.post("/signin/", {"login": leader[0], "password": leader[1]})
    assert client.get("/").content.decode().count('href="/tour/') == len(STEPS) == 5
    for name in STEPS:
        answer = client.get(f"/tour/{name}/")
        assert answer.status_code == 302 and client.get(answer.url).status_code == 200, name
    assert client.get("/tour/nothing/").status_code == 404
    assert client.get("/").content.decode().count("пройден") == 5
    with override_settings(SAMPLE=False):
        assert "/tour/" not in client.get("/").content.decode()
        assert client.get("/tour/find/").status_code == 404
