"""The least change that makes a stored cluster comply, found in the background among the plants of its region."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import Cluster as ClusterTables
from smezhnik.clusters.cluster import make_cluster
from smezhnik.clusters.compose import NewContract
from smezhnik.clusters.data import repair_data
from smezhnik.clusters.facts import names_of
from smezhnik.clusters.judge import judge
from smezhnik.clusters.outsiders import Outsider
from smezhnik.clusters.repair import Repair, repair
from smezhnik.clusters.sentences import repair_lines
from smezhnik.cooperation.models import Cluster, Link, Member
from smezhnik.cooperation.queries import as_members
from smezhnik.cooperation.rows import contract_row, member_row
from smezhnik.errors import UnknownCode
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import Effect
from smezhnik.progress import Progress
from smezhnik.records.access import KINDS, Viewer
from smezhnik.registry.models import Organisation
from smezhnik.registry.rows import frame_of
from smezhnik.rules.criteria.base import Missing
from smezhnik.rules.judge import Verdict
from smezhnik.rules.load import load_pack
from smezhnik.workflows.cluster_records import PACK, Change, Stored, tables_of

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
    viewer = Viewer(job.who, job.args["role"], job.held_by)
    tables, network = tables_of(cluster), network_of(cluster, viewer)
    found = repair(tables, load_pack(cluster.pack or PACK), on=on, network=network, request=Request(possible=True),
                   time_limit_s=LIMIT_S, progress=progress)
    names = {**names_of(network), **names_of(tables)}
    kept = {name: value for name, value in repair_data(found, names).items() if not name.startswith("verdict")}
    kept |= {name: list(getattr(found, name)) for name in ("added", "removed", "kept")}
    return Effect(result={"cluster": cluster.public_id, "on": on.isoformat(), "status": found.status, "repair": kept,
                          "stamp": stamp_of(found.verdict), "ru": list(repair_lines(found, names, "ru")),
                          "en": list(repair_lines(found, names, "en"))})


def stamp_of(verdict: Verdict) -> str:
    """What a verdict is known by: a repair holds for the verdict that it was found for."""
    said = [(one.code, one.state, str(one.found), str(one.needed)) for one in verdict.findings]
    return hashlib.sha256(repr((verdict.day, said)).encode()).hexdigest()[:16]


def repair_of(result: Mapping[str, Any], whole: Stored, verdict: Verdict) -> Repair | None:
    """The repair that a job found, with the verdict that it leads to now; None where the verdict has changed since."""
    kept = result.get("repair")
    if kept is None or result["stamp"] != stamp_of(verdict):
        return None
    contracts = tuple(NewContract(**item) for item in kept["new_contracts"])
    change = Change(add=kept["added"], remove=kept["removed"],
                    bonds=[(item.seller, item.buyer, item.volume_th_rub) for item in contracts])
    after = judge(whole.tables(change=change), verdict.edition.pack, on=verdict.day) if change else verdict
    missing = tuple(Missing(**{**item, "parties": tuple(item["parties"])}) for item in kept["missing"])
    read: dict[str, Any] = {
        **kept, **{name: tuple(kept[name]) for name in ("added", "removed", "kept", "beside")},
        **{name: math.inf if kept[name] is None else kept[name] for name in ("weight", "bound")},
        "unavoidable": tuple(read_outsider(item) for item in kept["unavoidable"]), "new_contracts": contracts,
        "missing": missing}
    return Repair(**read, verdict=verdict, verdict_after=after)


def read_outsider(kept: Mapping[str, Any]) -> Outsider:
    """Who cannot be a member, as a job kept it; numbers that nobody knows are nan again."""
    found, needed, share = (math.nan if kept[name] is None else kept[name]
                            for name in ("found", "needed", "needed_share"))
    return Outsider(kept["id"], kept["reason"], kept["criterion"], found, needed, kept["unit"], share)


def network_of(cluster: Cluster, viewer: Viewer) -> ClusterTables:
    """Members, plants of the region that a contract or a found link joins to anybody, and bodies that a cluster needs.

    Links that nobody has signed come as inferred contracts, which enter no verdict until they are. Contracts and links
    are those that the viewer may know of.
    """
    members = list(Member.objects.filter(cluster=cluster, archived=False).select_related("organisation"))
    return network(cluster.held_by, viewer, members)


def network(held_by: str, viewer: Viewer, members: Sequence[Member] = ()) -> ClusterTables:
    """``network_of`` around these members; around nobody it is the whole network of the region."""
    inside = {member.organisation_id for member in members}
    contracts = list(KINDS["contract"].visible_to(viewer).filter(held_by=held_by))
    links = list(_possible(held_by, viewer, {(item.seller_id, item.buyer_id) for item in contracts}))
    joined = {whose.pk: whose for item in contracts for whose in (item.seller, item.buyer)}
    bodies = Organisation.objects.filter(held_by=held_by, archived=False, roles__isnull=False)
    joined |= {whose.pk: whose for whose in bodies if BODIES & set(whose.roles)}
    joined |= {whose.pk: whose for link in links for whose in (link.offer.organisation, link.need.organisation)}
    rows = [member_row(member) for member in members]
    others = as_members([whose for pk, whose in sorted(joined.items()) if pk not in inside], held_by)
    rows += [row for row in map(member_row, others) if row["roles"]]  # nobody is a member without a role
    return make_cluster(frame_of("members", rows), frame_of("contracts", [
        *map(contract_row, contracts), *(_unsigned(link) for link in links)]))


def _possible(held_by: str, viewer: Viewer, signed: set[tuple[int, int]]) -> Iterator[Link]:
    """Of two plants the link that could give most, where they have no contract yet."""
    rows = KINDS["link"].visible_to(viewer).filter(
        held_by=held_by, grade__in=("A", "B"), value_th_rub__gt=0, need__organisation__isnull=False,
        offer__organisation__isnull=False).order_by("-value_th_rub", "id")
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
