"""A workplace that is filled to be looked at: real plants, invented needs and offers, cases in all stages, clusters."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from django.utils import timezone

from smezhnik.clusters.asked import Request
from smezhnik.clusters.compose import compose
from smezhnik.cooperation.actions import found_cluster, open_case, sign, step
from smezhnik.cooperation.models import Cluster, Link
from smezhnik.imports.actions import keep, upload
from smezhnik.io import read_table, write_text
from smezhnik.jobs.actions import ask
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import run_job
from smezhnik.people.actions import accept, create_user, find_invitation
from smezhnik.progress import Progress
from smezhnik.records.actions import act
from smezhnik.records.models import Installation
from smezhnik.registry.loading import find_difference, write_difference
from smezhnik.registry.models import Offer, Organisation, Reference
from smezhnik.registry.references import add_reference
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.cluster_page import composed_cluster
from smezhnik.workflows.cluster_records import PACK, read_into
from smezhnik.workflows.demo import CLUSTER, COUNTS, DATA, DAY, LOGINS, NETWORK, RATING, REGIONS, SCHEME
from smezhnik.workflows.demo_accords import fill_accords
from smezhnik.workflows.demo_activities import fill_activities
from smezhnik.workflows.demo_year import fill_year
from smezhnik.workflows.works import WORKS

#: Who looks: login, role, region; the plant speaks for the first organisation with an offer.
USERS = (("министерство", "ministry", REGIONS[0]), ("сосед", "ministry", REGIONS[1]),
         ("кластер", "cluster", REGIONS[0]), ("фонд", "fund", REGIONS[0]), ("завод", "plant", REGIONS[0]),
         ("аудитор", "auditor", REGIONS[0]), ("безопасность", "security", ""), ("админ", "administrator", ""))
LEADER = USERS[0][0]
#: How far the cases of the demo have come: stage → how many, in the order of the best links.
STAGES = {"delivering": 2, "contracted": 2, "negotiating": 4, "contacted": 5, "declined": 2, "proposed": 5}
#: Part of what a link could give that the contracts of the demo are about: less than what its plants buy in all.
SIGNED = 0.1
#: Members of the cluster of two regions, and how many of them the neighbour has.
SIZE, FROM = 15, 3
#: Tables for the pages of regions and ratings, all real: file, what it is, title.
TABLES = ((COUNTS, "output", "Число организаций, 2019–2022"), (RATING, SCHEME, "Связность стран Европы и Азии"))
#: A file that somebody has sent, some rows of which cannot be read, and its name.
BROUGHT, CALLED = DATA / "november.csv", "Потребности_ноябрь.csv"
#: Calculations whose results pages show: kind of work → what it is asked.
CALCULATED: Mapping[str, Mapping[str, Any]] = {
    "plan_needs": {"role": "ministry", "min_grade": "C", "inferred": False, "max_suppliers": None},
    "compose_cluster": {"role": "ministry", "pack": PACK, "on": DAY.isoformat(), "regions": list(REGIONS),
                        "around": None, "must": [], "industry": "", "variants": ["signed", "possible"], "least": None,
                        "most": None},
    "compare_regions": {"a": REGIONS[0], "b": REGIONS[1]},
}
Told = Callable[[str, dict[str, object]], None]


def fill_workplace(home: Path, *, progress: Progress, told: Told) -> None:
    """Fill an empty installation; one that is filled stays as it is, with all that was done in it."""
    if Installation.objects.filter(sample=True).exists():
        return
    Installation.objects.create(sample=True)
    for region in REGIONS:
        _load(region, progress)
    told("loaded", {"organisations": Organisation.objects.count(), "offers": Offer.objects.count()})
    run_work("match_needs", REGIONS[0])
    told("matched", {"links": Link.objects.count()})
    today = timezone.localdate()
    told("led", {"cases": _lead(today)})
    told("clusters", {"clusters": _clusters(progress)})
    fill_accords(LEADER, REGIONS[0], REGIONS[1], today)
    told("activities", dict(fill_activities(REGIONS[0], LEADER, today)))
    fill_year(REGIONS[0], REGIONS[1], LEADER, today)
    people = _let_in()
    for kind, args in CALCULATED.items():
        run_work(kind, REGIONS[0], **args)
    told("calculated", {"works": len(CALCULATED)})
    for file, table, title in TABLES:
        digest, size = keep([file.read_bytes()])
        add_reference(Reference(held_by=REGIONS[0], title=title, table=table, file=file.name, digest=digest,
                                size=size), LEADER)
    _bring()
    # the last thing: it says that all the rest is there
    write_text(home / LOGINS, "".join(f"{login} {password}\n" for login, password in people))


def logins(home: Path) -> list[tuple[str, str]]:
    """Logins and passwords of the demo."""
    return [(line.split()[0], line.split()[1]) for line in (home / LOGINS).read_text("utf-8").splitlines()]


def run_work(kind: str, region: str, **args: Any) -> None:
    """Do a piece of work at once, as a worker would.

    Raises
    ------
    RuntimeError where it fails: the demo would show a page without its content.
    """
    _do(ask(kind, LEADER, held_by=region, **args))


def _do(job: Job) -> None:
    job.state, job.lease = "running", secrets.token_hex(8)
    job.save(update_fields=["state", "lease"])
    run_job(job, WORKS)
    job.refresh_from_db()
    if job.state != "done":
        raise RuntimeError(f"{job.kind}: {job.error}")


def _bring() -> None:
    """A file of a plant with faults, read and not loaded: what to mend in it stands on its page."""
    item = upload(CALLED, [BROUGHT.read_bytes()], "needs", LEADER, REGIONS[0])
    assert item.job is not None
    _do(item.job)


def _load(region: str, progress: Progress) -> None:
    """The first region keeps its own plants and those of the neighbour it works with; the other region its own."""
    for name in ("organisations", "offers", "needs"):
        loaded = read_table(DATA / f"{name}.csv", name, progress=progress)
        frame = loaded.frame if region == REGIONS[0] else loaded.frame.filter(pl.col("region") == region)
        found = find_difference(name, frame, region, source=loaded.file, named=True, progress=progress)
        with act(LEADER, "imports.apply", held_by=region, file=loaded.file, table=name) as made:
            write_difference(made, found)


def _lead(today: dt.date) -> int:
    """Cases in every stage over the best links, some of them overdue."""
    links = list(Link.objects.filter(held_by=REGIONS[0], rank=1, grade__in=("A", "B")).select_related(
        "need__organisation", "offer__organisation").order_by("-value_th_rub", "id"))
    stages = [stage for stage, count in STAGES.items() for _ in range(count)]
    for number, (stage, link) in enumerate(zip(stages, links, strict=False)):
        began = today - dt.timedelta(days=60 - 2 * number)
        soon = today + dt.timedelta(days=number * 5 % 17 - 3)  # a few of them are overdue
        case = open_case(link.need, link.offer, LEADER, on=began, link=link, next_on=soon)
        for at, reached in enumerate(_way(stage), 1):
            day = began + dt.timedelta(days=6 * at)
            if reached == "contracted" and case.seller and case.buyer:
                sign(case, case.seller, case.buyer, LEADER, own_id=f"Д-{number + 1}/{day.year}", signed_on=day,
                     value_th_rub=round((link.value_th_rub or 1_000.0) * SIGNED), text=link.offer.text)
            step(case, reached, LEADER, on=day, expected=case.version, decline_reason="price",
                 next_on=None if reached == "declined" else max(day, soon))
    return min(len(stages), len(links))


def _way(stage: str) -> list[str]:
    """The stages that a case goes through on its way to one."""
    if stage == "declined":
        return ["contacted", "declined"]
    order = ["proposed", "contacted", "negotiating", "contracted", "delivering"]
    return order[1:order.index(stage) + 1]


def _clusters(progress: Progress) -> int:
    """One cluster that does not comply and can be repaired, two composed to comply: of a region and of both."""
    network, today = read_cluster(NETWORK).cluster, timezone.localdate()
    away = network.members.filter(pl.col("region") != REGIONS[0])["org_id"].to_list()
    asked = {"Светопрозрачные конструкции": Request(never=tuple(away)),
             "Стекло и окна двух регионов": Request(least_size=SIZE, most_size=SIZE, from_region={REGIONS[1]: FROM})}
    found = {"Стекло и окна": read_cluster(CLUSTER).cluster} | {
        name: composed_cluster(network, compose(network, PACK, on=today, request=request, progress=progress))
        for name, request in asked.items()}
    for name, tables in found.items():
        cluster = Cluster(held_by=REGIONS[0], name=name, pack=PACK, region=REGIONS[0])
        cluster.index()
        found_cluster(read_into(cluster, tables), LEADER)
    return Cluster.objects.count()


def _let_in() -> list[tuple[str, str]]:
    """Users of every role, each with a password of its own."""
    plant = Organisation.objects.filter(held_by=REGIONS[0], region=REGIONS[0], offers__isnull=False).order_by(
        "sort_key", "id").first()
    found = []
    for login, role, region in USERS:
        user, secret = create_user(login, role, by="system", region=region, exports=role == "ministry",
                                   organisation=plant if role == "plant" else None)
        password = f"{secrets.token_hex(3)}-{secrets.token_hex(3)}"
        invitation = find_invitation(secret)
        assert invitation is not None
        accept(invitation, password)
        found.append((user.login, password))
    return found
