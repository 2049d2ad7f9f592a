"""The least change that makes a stored cluster comply, found in the background among the plants of its region."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import Cluster as ClusterTables
from smezhnik.clusters.cluster import make_cluster
from smezhnik.clusters.facts import names_of
from smezhnik.clusters.repair import repair
from smezhnik.clusters.sentences import repair_lines
from smezhnik.cooperation.models import Cluster, Contract, Link, Member
from smezhnik.cooperation.rows import contract_row, member_row
from smezhnik.errors import UnknownCode
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import Effect
from smezhnik.progress import Progress
from smezhnik.registry.models import Organisation
from smezhnik.registry.rows import frame_of
from smezhnik.rules.load import load_pack
from smezhnik.workflows.cluster_records import PACK, tables_of

#: Roles of bodies that a cluster needs whether or not they trade with anybody.
BODIES = frozenset({"infrastructure", "university", "research", "training", "fund", "financial", "nonprofit"})
#: Seconds that the search may take; it gives the best found then.
LIMIT_S = 90.0


def repair_cluster(job: Job, progress: Progress) -> Effect:
    """What to change: whom to take in, whom to part with, which link to sign; in words, with how sure it is."""
    cluster = Cluster.objects.filter(held_by=job.held_by, archived=False, public_id=job.args["cluster"]).first()
    if cluster is None:
        raise UnknownCode("record_absent", found=job.args["cluster"])
    on = dt.date.fromisoformat(job.args["on"]) if job.args.get("on") else timezone.localdate()
    tables, network = tables_of(cluster), network_of(cluster)
    found = repair(tables, load_pack(cluster.pack or PACK), on=on, network=network, request=Request(possible=True),
                   time_limit_s=LIMIT_S, progress=progress)
    names = {**names_of(network), **names_of(tables)}
    return Effect(result={"cluster": cluster.public_id, "on": on.isoformat(), "status": found.status,
                          "ru": list(repair_lines(found, names, "ru")), "en": list(repair_lines(found, names, "en"))})


def network_of(cluster: Cluster) -> ClusterTables:
    """Members, plants of the region that a contract or a found link joins to anybody, and bodies that a cluster needs.

    Links that nobody has signed come as inferred contracts, which enter no verdict until they are.
    """
    held_by = cluster.held_by
    members = {member.organisation_id: member for member in Member.objects.filter(
        cluster=cluster, archived=False).select_related("organisation")}
    contracts = list(Contract.objects.filter(held_by=held_by, archived=False).select_related("seller", "buyer"))
    links = list(_possible(held_by, {(item.seller_id, item.buyer_id) for item in contracts}))
    joined = {whose.pk: whose for item in contracts for whose in (item.seller, item.buyer)}
    bodies = Organisation.objects.filter(held_by=held_by, archived=False, roles__isnull=False)
    joined |= {whose.pk: whose for whose in bodies if BODIES & set(whose.roles)}
    joined |= {whose.pk: whose for link in links for whose in (link.offer.organisation, link.need.organisation)}
    rows = [member_row(member) for member in members.values()]
    rows += [member_row(Member(held_by=held_by, cluster=cluster, organisation=whose)) for pk, whose in sorted(
        joined.items()) if pk not in members]
    return make_cluster(frame_of("members", rows), frame_of("contracts", [
        *map(contract_row, contracts), *(_unsigned(link) for link in links)]))


def _possible(held_by: str, signed: set[tuple[int, int]]) -> Iterator[Link]:
    """Of two plants the link that could give most, where they have no contract yet."""
    rows = Link.objects.filter(held_by=held_by, archived=False, grade__in=("A", "B"), value_th_rub__gt=0,
                               need__organisation__isnull=False, offer__organisation__isnull=False).select_related(
        "need__organisation", "offer__organisation").order_by("-value_th_rub", "id")
    seen = set(signed)
    for link in rows:
        pair = (link.offer.organisation_id, link.need.organisation_id)
        if pair not in seen and pair[0] != pair[1]:
            seen.add(pair)
            yield link


def _unsigned(link: Link) -> dict[str, Any]:
    seller, buyer = link.offer.organisation, link.need.organisation
    return {**dict.fromkeys(frame_of("contracts", []).columns), "contract_id": link.public_id,
            "seller_id": seller.public_id, "buyer_id": buyer.public_id, "seller": seller.name, "buyer": buyer.name,
            "kind": "supply", "text": link.offer.text, "value_th_rub": link.value_th_rub, "basis": "inferred"}
