"""A stored cluster is judged as its files are: the law is written once."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from markupsafe import escape

from smezhnik.clusters.judge import judge
from smezhnik.cooperation.actions import found_cluster
from smezhnik.cooperation.models import Cluster, ClusterDocument, Contract, Member
from smezhnik.jobs.models import Job
from smezhnik.records.actions import act
from smezhnik.records.journal import verify
from smezhnik.registry.actions import archive
from smezhnik.registry.models import Organisation
from smezhnik.rules.load import load_pack
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.cluster_card import what_if
from smezhnik.workflows.cluster_records import Change, cluster_page, judge_cluster, read_into
from smezhnik.workflows.cluster_records import stored as loaded
from tests.workplace import HERE, THERE, do_jobs, make, make_organisation, make_user, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = Path(__file__).parents[2] / "examples" / "cluster"


def stored() -> Cluster:
    cluster = Cluster(held_by=HERE, name="Стекло и окна", pack="ru-779", region=HERE)
    cluster.index()
    found_cluster(read_into(cluster, read_cluster(FOLDER).cluster), "аналитик")
    return cluster


@pytest.mark.parametrize("day", [dt.date(2016, 10, 1), dt.date(2022, 1, 1), dt.date(2026, 11, 22)])
def test_a_stored_cluster_has_the_verdict_of_its_files(day: dt.date) -> None:
    cluster = stored()
    verdict, rows = judge_cluster(cluster, on=day, lang="ru")
    from_files = judge(read_cluster(FOLDER).cluster, load_pack("ru-779"), on=day)
    assert verdict.counts == from_files.counts
    assert [(one.criterion.code, one.state) for one in verdict.findings] == [
        (one.criterion.code, one.state) for one in from_files.findings]
    assert len(rows) == len(verdict.findings) and (rows[0].light == "bad") == bool(verdict.counts["not_met"])


def test_a_cluster_comes_in_whole_with_its_members_and_contracts() -> None:
    cluster = stored()
    read = read_cluster(FOLDER).cluster
    assert Member.objects.filter(cluster=cluster).count() == len(read.members) == Organisation.objects.count()
    assert Contract.objects.count() == len(read.contracts)
    assert "Стекло и окна" in cluster_page(cluster, on=dt.date(2026, 11, 22), lang="ru",
                                           made_at=dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC))
    assert verify() == []


def test_a_member_that_leaves_is_not_judged() -> None:
    cluster = stored()
    before, _ = judge_cluster(cluster, on=dt.date(2026, 11, 22), lang="ru")
    for member in Member.objects.filter(cluster=cluster)[:8]:
        archive(member, "аналитик", expected=1)
    after, _ = judge_cluster(cluster, on=dt.date(2026, 11, 22), lang="ru")
    assert after.counts["not_met"] > before.counts["not_met"] or after.counts != before.counts


def test_what_people_do_to_a_cluster_changes_its_verdict_and_stays_in_its_history() -> None:
    cluster = stored()
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    address = f"/clusters/{cluster.public_id}/"
    joined = make_organisation("Фурнитура-Новая", roles=["producer"])
    assert client.post(f"{address}join/change/", {"organisation": joined.public_id, "since": "2026-01-01",
                                                  "roles": ["producer"]}).status_code == 302
    assert client.post(f"{address}join/change/", {"organisation": joined.public_id}).status_code == 400
    page = client.get(f"{address}?on=2026-11-22").content.decode()
    assert "Фурнитура-Новая" in page and "16 участников" in page.replace("\N{NO-BREAK SPACE}", " ")
    member = Member.objects.get(organisation=joined)
    for day, status in (("2025-01-01", 400), ("2026-06-01", 302)):
        answer = client.post(f"{address}leave/change/", {"member": member.public_id, "until": day})
        assert answer.status_code == status
    for day, count in (("2026-11-22", 15), ("2026-03-01", 16)):
        page = client.get(f"{address}?on={day}").content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert f"{count} участников" in page
    before, _ = judge_cluster(cluster, on=dt.date(2026, 11, 22), lang="ru")
    assert client.post(f"{address}fact/change/", {"fact": "sok_russian", "value": "нет"}).status_code == 302
    after, _ = judge_cluster(cluster, on=dt.date(2026, 11, 22), lang="ru")
    assert after.counts["not_met"] == before.counts["not_met"] + 1
    assert verify() == []


def test_the_least_change_of_a_stored_cluster_is_found_in_the_background() -> None:
    cluster = stored()
    network = read_cluster(FOLDER.parent / "network").cluster
    with act("аналитик", "tests.network", held_by=HERE) as made:
        made.create([record for record in read_into(cluster, network) if isinstance(record, Organisation | Contract)])
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    address = f"/clusters/{cluster.public_id}/"
    asked = client.post(f"{address}repair/change/", {"on": "2026-11-22"})
    assert asked.headers["Location"] == f"{address}?on=2026-11-22"
    do_jobs()
    job = Job.objects.get(kind="repair_cluster")
    assert job.state == "done", job.error
    assert job.result["status"] in ("proved", "best_found", "impossible", "cannot_say", "nothing_found")
    page = client.get(f"{address}?on=2026-11-22").content.decode()
    if job.result["status"] in ("proved", "best_found"):
        repair = job.result["repair"]
        named = [whose.name for whose in Organisation.objects.filter(public_id__in=repair["added"])]
        assert named and all(f"Принять в кластер: {escape(name)}" in page for name in named)
        assert page.count(">Принять</button>") == len(named)
        assert page.count('class="bond proposed"') >= len(repair["new_contracts"]) > 0
    colleague = signed_in(make_user("управляющая", "cluster", region=HERE))
    page = colleague.get(f"{address}?on=2026-11-22").content.decode()
    assert "Найти наименьшее" in page and "Принять в кластер" not in page, "it was found for eyes that see more"
    assert "больше не подходит" in client.get(f"{address}?on=2022-06-01").content.decode(), "it holds for its own day"


def test_what_if_shows_both_verdicts_and_stores_nothing() -> None:
    cluster = stored()
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    address, day = f"/clusters/{cluster.public_id}/what-if/", dt.date(2026, 11, 22)
    before, _ = judge_cluster(cluster, on=day, lang="ru")
    members = list(Member.objects.filter(cluster=cluster).select_related("organisation").order_by("pk"))
    contract = Contract.objects.exclude(basis="inferred").order_by("-value_th_rub").first()
    assert contract is not None
    page = client.get(f"{address}?on={day}").content.decode()
    assert "Требования сейчас и тогда" not in page, "nothing was asked"
    for question, change in (
            (f"out={members[0].organisation.public_id}&out={members[1].organisation.public_id}",
             Change(remove=[one.organisation.public_id for one in members[:2]])),
            (f"end={contract.public_id}", Change(end=[contract.public_id])),
            (f"sum-{contract.public_id}=1", Change(sums={contract.public_id: 1.0})),
            ("fact-sok_russian=нет", Change(facts={"sok_russian": "нет"}))):
        made = what_if(loaded(cluster), change, on=day, lang="ru")
        assert made.before.counts == before.counts and [one.found for one in made.after.findings] + [
            one.state for one in made.after.findings] != [one.found for one in before.findings] + [
            one.state for one in before.findings], question
        page = client.get(f"{address}?on={day}&{question}").content.decode()
        assert page.count('<tr class="changed">') == sum(one.changed for one in made.rows) > 0, question
    assert client.get(f"{address}?add=никто").content.decode().count('role="alert"') == 1
    assert judge_cluster(cluster, on=day, lang="ru")[0].counts == before.counts and verify() == []
    assert Contract.objects.get(pk=contract.pk).version == 1


def test_a_contract_of_nobody_s_business_is_no_part_of_what_if() -> None:
    cluster = stored()
    other = make_organisation("Чужой", THERE)
    hidden = make(Contract(held_by=THERE, own_id="Ч-1", seller=other, buyer=make_organisation("Иной", THERE),
                           value_th_rub=1.0, basis="declared", kind="supply"))
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    page = client.get(f"/clusters/{cluster.public_id}/what-if/?end={hidden.public_id}&add={other.public_id}")
    assert 'role="alert"' in page.content.decode() and "Чужой" not in page.content.decode()


def test_single_sums_are_for_those_who_may_read_them() -> None:
    cluster = stored()
    address = f"/clusters/{cluster.public_id}/?on=2026-11-22"
    kinds = {}
    for role in ("ministry", "cluster"):
        page = signed_in(make_user(f"кто-{role}", role, region=HERE)).get(address).content.decode()
        kinds[role] = len(re.findall(r'class="t t6 halo value', page))
    assert kinds["ministry"] > 0 and kinds["cluster"] == 0


def test_facts_of_members_and_documents_are_told_on_the_card() -> None:
    cluster = stored()
    client = signed_in(make_user("аналитик", "ministry", region=HERE))
    address = f"/clusters/{cluster.public_id}/"
    member = Member.objects.filter(cluster=cluster, purchases_th_rub__isnull=False).order_by("pk")[0]
    page = f"{address}members/{member.public_id}/"
    assert str(int(member.purchases_th_rub)) in client.get(page).content.decode()
    wrong = client.post(page, {"version": member.version, "purchases_th_rub": "много", "newcomer": "yes"})
    assert wrong.status_code == 400 and "много" in wrong.content.decode(), "what was typed stays"
    assert client.post(page, {"version": member.version, "purchases_th_rub": "1 234,5", "newcomer": "yes",
                              "since": "2020-01-01"}).status_code == 302
    member.refresh_from_db()
    assert (member.purchases_th_rub, member.newcomer, member.since) == (1234.5, True, dt.date(2020, 1, 1))
    assert client.post(page, {"version": 1, "newcomer": "no"}).status_code == 409, "somebody changed it meanwhile"
    before = ClusterDocument.objects.count()
    post = {"document": "programme", "number": "П-9", "valid_from": "2026-01-01", "valid_until": "2025-01-01"}
    assert client.post(f"{address}document/change/", post).status_code == 400
    assert client.post(f"{address}document/change/", {**post, "valid_until": ""}).status_code == 302
    assert client.post(f"{address}document/change/", {"document": ""}).status_code == 400
    assert ClusterDocument.objects.count() == before + 1
    assert "П-9" in client.get(f"{address}?on=2026-11-22").content.decode() and verify() == []
