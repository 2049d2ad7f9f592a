"""Clusters composed of stored plants in the background, shown beside each other, founded by one click."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import make_cluster
from smezhnik.clusters.compose import compose
from smezhnik.cooperation.actions import found_cluster
from smezhnik.cooperation.models import Cluster, Contract, Member
from smezhnik.cooperation.queries import as_members
from smezhnik.jobs.models import Job
from smezhnik.progress import no_progress
from smezhnik.records.access import Viewer
from smezhnik.records.journal import verify
from smezhnik.registry.models import Organisation
from smezhnik.rules.load import load_pack
from smezhnik.workflows import compose_records
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.cluster_records import judge_cluster, read_into
from smezhnik.workflows.cluster_repair import network
from smezhnik.workflows.compose_records import discover_clusters
from tests.workplace import HERE, THERE, do_jobs, make, make_offer, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
NETWORK = Path(__file__).parents[2] / "examples" / "network"
DAY = dt.date(2026, 11, 22)


@pytest.fixture
def client():  # type: ignore[no-untyped-def]
    """Plants of the network, all in one cluster: what is known of a member stands in its membership."""
    cluster = Cluster(held_by=HERE, name="Все вместе", pack="ru-779", region=HERE)
    cluster.index()
    found_cluster(read_into(cluster, read_cluster(NETWORK).cluster), "аналитик")
    return signed_in(make_user("аналитик", "ministry", region=HERE))


def ask(client, **more: object) -> Job:  # type: ignore[no-untyped-def]
    answer = client.post("/compose/", {"how": "compose", "pack": "ru-779", "on": DAY.isoformat(),
                                                "variants": ["signed"], **more})
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.latest("pk")
    waiting = client.get(answer.headers["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' in waiting and f"/jobs/{job.pk}/cancel/" in waiting
    do_jobs()
    job.refresh_from_db()
    assert job.state == "done", job.error
    ended = client.get(f"/jobs/{job.pk}/wait/?next=/compose/{job.pk}/", headers={"HX-Request": "true"})
    assert ended.headers["HX-Redirect"] == f"/compose/{job.pk}/"
    away = client.get(f"/jobs/{job.pk}/wait/?next=//elsewhere.example/", headers={"HX-Request": "true"})
    assert away.headers["HX-Redirect"] == "/jobs/"
    return job


def test_it_is_the_cluster_that_files_would_give_and_is_founded_with_one_click(  # type: ignore[no-untyped-def]
        client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: DAY)  # members join on the day of founding
    job = ask(client)
    found = job.result["found"][0]
    network = read_cluster(NETWORK).cluster
    # to be a newcomer is a matter of one cluster, it does not come along into another
    known = make_cluster(network.members.with_columns(newcomer=pl.lit(None, pl.Boolean)), network.contracts)
    of_files = compose(known, load_pack("ru-779"), on=DAY, request=Request())
    names = {whose.public_id: whose.name for whose in Organisation.objects.all()}
    by_id = dict(network.members.select("org_id", "name").iter_rows())
    assert found["status"] == of_files.status == "proved"
    assert found["value_th_rub"] == pytest.approx(of_files.value_th_rub)
    assert {names[one] for one in found["members"]} == {by_id[one] for one in of_files.members}
    page = client.get(f"/compose/{job.pk}/").content.decode()
    assert "лучшего состава нет" in page and 'class="chain"' in page
    answer = client.post(f"/compose/{job.pk}/found/", {"of": "1", "name": "Новый кластер"})
    made = Cluster.objects.get(name="Новый кластер")
    assert answer.headers["Location"] == f"/clusters/{made.public_id}/"
    assert Member.objects.filter(cluster=made).count() == len(of_files.members) and verify() == []
    verdict, _ = judge_cluster(made, on=DAY, lang="ru")
    beside = set(found["beside"])
    assert [one.code for one in verdict.findings if one.state == "not_met" and not one.criterion.informative
            and one.code not in beside] == []
    assert client.post(f"/compose/{job.pk}/found/", {"of": "9", "name": "Иной"}).status_code == 404


def test_what_is_asked_is_kept(client) -> None:  # type: ignore[no-untyped-def]
    free = ask(client).result["found"][0]
    outside = Organisation.objects.exclude(public_id__in=free["members"]).filter(
        roles__icontains="producer").order_by("pk").first()
    assert outside is not None
    must = ask(client, must=outside.name, variants=["signed", "possible"])
    for variant in must.result["found"]:
        assert outside.public_id in variant["members"] or variant["status"] in ("impossible", "cannot_say")
    region = [one for one in Organisation.objects.all() if one.region == THERE]
    assert region, "the network is of two regions"
    here = ask(client, regions=[HERE]).result["found"][0]
    assert not {one.public_id for one in region} & set(here["members"])
    page = client.post("/compose/", {"how": "compose", "pack": "ru-779", "must": "никто такой"})
    assert page.status_code == 400 and "никто такой" in page.content.decode(), "what was typed stays"


def test_stopped_it_gives_the_best_so_far_and_no_further_variant(  # type: ignore[no-untyped-def]
        client, monkeypatch) -> None:
    monkeypatch.setattr(compose_records, "compose", lambda *given, **more: replace(
        compose(*given, **more), interrupted=True))
    job = ask(client, variants=["signed", "possible"])
    assert [one["variant"] for one in job.result["found"]] == ["signed"]
    assert "Остановлено раньше срока" in client.get(f"/compose/{job.pk}/").content.decode()


def test_discovered_clusters_have_plants_of_both_regions(client) -> None:  # type: ignore[no-untyped-def]
    refused = client.post("/compose/", {"how": "discover", "pack": "ru-779", "regions": [HERE]})
    assert refused.status_code == 400
    client.post("/compose/", {"how": "discover", "pack": "ru-779", "on": DAY.isoformat(), "count": "3",
                                       "regions": [HERE, THERE], "by": "best", "possible": "1"})
    job = Job.objects.latest("pk")
    found = discover_clusters(job, no_progress).result["found"]
    regions = {whose.public_id: whose.region for whose in Organisation.objects.all()}
    assert found and all({regions[one] for one in item["members"]} == {HERE, THERE} for item in found)


def test_others_do_not_come_to_a_search(client) -> None:  # type: ignore[no-untyped-def]
    job = ask(client)
    for role, region, status in (("fund", HERE, 403), ("cluster", HERE, 200), ("ministry", THERE, 200)):
        other = signed_in(make_user(f"кто-{role}-{region}", role, region=region))
        assert other.get("/compose/").status_code == status
        assert other.get(f"/compose/{job.pk}/").status_code == 404
        assert other.post(f"/compose/{job.pk}/found/", {"of": "1", "name": "Чужой"}).status_code == 404
        assert not re.search(rf"/compose/{job.pk}/", other.get("/compose/").content.decode())




def test_a_plant_whose_role_nobody_told_is_proposed_as_what_it_is_seen_to_be() -> None:
    seller, buyer, mute = (make_organisation(name) for name in ("Продавец", "Покупатель", "Молчун"))
    make_offer(organisation=seller)
    make(Contract(held_by=HERE, own_id="1", seller=seller, buyer=buyer, basis="declared", kind="supply"))
    told = make_organisation("Вуз", roles=["university"])
    make_offer(organisation=told)
    found = {one.organisation.name: one.roles for one in as_members([seller, buyer, mute, told], HERE)}
    assert found == {"Продавец": ["producer"], "Покупатель": None, "Молчун": None, "Вуз": None}
    known = network(HERE, Viewer("аналитик", "ministry", HERE)).members["name"].to_list()
    assert "Продавец" in known and "Покупатель" not in known and "Вуз" in known
