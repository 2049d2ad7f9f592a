"""Clusters that could be formed of stored plants: composed or discovered in the background, looked at, founded."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import Cluster as ClusterTables
from smezhnik.clusters.compose import Composition, NewContract, compose
from smezhnik.clusters.data import composition_data
from smezhnik.clusters.discover import discover
from smezhnik.clusters.facts import names_of
from smezhnik.clusters.judge import judge
from smezhnik.cooperation.models import Cluster
from smezhnik.cooperation.queries import as_members
from smezhnik.errors import InputError, UnknownCode
from smezhnik.jobs.models import Job
from smezhnik.jobs.worker import Effect
from smezhnik.progress import Progress
from smezhnik.records.access import Viewer
from smezhnik.registry.models import Organisation
from smezhnik.report.clusters.build import Drawn, draw_cluster
from smezhnik.report.clusters.plan import plan_of_composition
from smezhnik.rules.criteria.base import Missing
from smezhnik.rules.load import load_pack
from smezhnik.types import Lang
from smezhnik.workflows.cluster_records import Change, Stored, contracts_between
from smezhnik.workflows.cluster_repair import BODIES, network, read_outsider

#: Seconds that a search may take: all variants of a composition together, all candidates of a discovery.
LIMIT_S = 90.0
#: Plants that cannot be members and are told of, of all that there are.
OUTSIDERS = 40
#: Variant of a composition → what is asked of it.
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "signed": {}, "possible": {"possible": True}, "imports": {"possible": True, "objective": "imports"}}


def compose_cluster(job: Job, progress: Progress) -> Effect:
    """The best cluster of the asked plants, once for every variant; stopped, the best found so far."""
    given, pack, day = job.args, load_pack(job.args["pack"]), dt.date.fromisoformat(job.args["on"])
    whole = _network(job)
    never = _barred(whole, given)
    names, found = names_of(whole), []
    variants = [name for name in VARIANTS if name in given["variants"]] or ["signed"]
    for name in variants:
        if name == "imports" and whole.contracts["imported_th_rub"].is_null().all():
            continue  # nobody said what a contract replaces
        request = Request(must=tuple(given["must"]), never=never, seed=given.get("around") or None,
                          least_size=given.get("least"), most_size=given.get("most"),
                          from_region=dict.fromkeys(given["regions"], 1) if len(given["regions"]) > 1 else {},
                          **VARIANTS[name])
        made = compose(whole, pack, on=day, request=request, time_limit_s=LIMIT_S / len(variants), progress=progress)
        found.append({"variant": name, **_data(made, names)})
        if made.interrupted:
            break
    return Effect(result={"found": found, "plants": whole.members.height - len(never)})


def discover_clusters(job: Job, progress: Progress) -> Effect:
    """Clusters that could be formed, with plants of each of the asked regions; the largest first."""
    given, whole = job.args, _network(job)
    found = discover(whole, load_pack(given["pack"]), on=dt.date.fromisoformat(given["on"]), by=given["by"],
                     request=Request(possible=given["possible"]), regions=tuple(given["regions"]), most=given["count"],
                     time_limit_s=LIMIT_S, progress=progress)
    names = names_of(whole)
    return Effect(result={"plants": whole.members.height, "found": [
        {"variant": "candidate", "around": item.around and names.get(item.around, item.around), "pool": item.pool,
         "shared": len(item.shared), **_data(item.composition, names)} for item in found]})


def _network(job: Job) -> ClusterTables:
    """Everybody in the region who trades or could, and the bodies that a cluster needs; InputError where nobody."""
    found = network(job.held_by, Viewer(job.who, job.args["role"], job.held_by))
    if not found.members.height:
        raise InputError("compose_nobody")
    return found


def _barred(whole: ClusterTables, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of those who are of another region or industry than asked; a body serves every industry."""
    must = {*given["must"], given.get("around")}
    rows = whole.members.select("org_id", "region", "okved2", "roles").iter_rows()
    return tuple(own for own, region, okved2, roles in rows if own not in must and (
        (bool(given["regions"]) and region not in given["regions"])
        or (bool(given.get("industry")) and not BODIES & set(roles or ())
            and not (okved2 or "").startswith(given["industry"]))))


def _data(made: Composition, names: Mapping[str, str]) -> dict[str, Any]:
    """What is kept of a composition; verdicts are judged anew whenever it is shown."""
    kept = {name: value for name, value in composition_data(made, names).items() if not name.startswith("verdict")}
    kept["outsiders"] = kept["outsiders"][:OUTSIDERS]
    return {**kept, "members": list(made.members), "state": made.verdict_if_signed.state,
            "counts": made.verdict_if_signed.counts}


@dataclass(frozen=True)
class Shown:
    """A composition as a page shows it: its cards, and its members as records."""

    drawn: Drawn
    organisations: Sequence[Organisation]


def show_composition(kept: Mapping[str, Any], job: Job, viewer: Viewer, lang: Lang) -> Shown:
    """The cards of a composition, judged by the law of the day that was asked; sums as far as the viewer reads them.

    Raises
    ------
    InputFaults where the plants have changed so that they cannot be judged together.
    """
    pack, day = load_pack(job.args["pack"]), dt.date.fromisoformat(job.args["on"])
    organisations = members_of(kept, job.held_by)
    cluster = Cluster(held_by=job.held_by, name="", pack=job.args["pack"])
    whole = Stored(cluster, as_members(organisations, job.held_by),
                   contracts_between(job.held_by, [whose.pk for whose in organisations]), (), ())
    contracts = tuple(NewContract(**item) for item in kept["new_contracts"])
    change = Change(bonds=[(item.seller, item.buyer, item.volume_th_rub) for item in contracts])
    verdict = judge(whole.tables(), pack, on=day)
    signed = judge(whole.tables(change=change), pack, on=day) if change else verdict
    missing = tuple(Missing(**{**item, "parties": tuple(item["parties"])}) for item in kept["missing"])
    bound, gap = (math.inf if kept[name] is None else kept[name] for name in ("bound_th_rub", "gap"))
    made = Composition(
        kept["status"], kept["objective"], tuple(kept["members"]), kept["value_th_rub"], kept["unsigned_th_rub"],
        bound, gap, kept["asked_gap"], contracts, verdict, signed, tuple(kept["beside"]),
        tuple(map(read_outsider, kept["outsiders"])), missing, kept["interrupted"])
    plan = plan_of_composition(made, lang)
    others = Organisation.objects.filter(held_by=job.held_by, public_id__in=[one["id"] for one in kept["outsiders"]])
    drawn = draw_cluster(whole.tables(viewer), verdict, lang=lang, plan=plan,
                         names={whose.public_id: whose.name for whose in others})
    return Shown(drawn, organisations)


def members_of(kept: Mapping[str, Any], held_by: str) -> list[Organisation]:
    """Organisations of a composition that are still there, by name."""
    return list(Organisation.objects.filter(held_by=held_by, archived=False, public_id__in=kept["members"]).order_by(
        "name", "id"))


def cluster_of(kept: Mapping[str, Any], job: Job, name: str, since: dt.date) -> list[Any]:
    """Records of a cluster with these members, not written yet.

    Raises
    ------
    UnknownCode where none of the members is there any more.
    """
    cluster = Cluster(held_by=job.held_by, name=name, pack=job.args["pack"], region=job.held_by)
    cluster.index()
    organisations = members_of(kept, job.held_by)
    if not organisations:
        raise UnknownCode("record_absent", found=name)
    return [cluster, *as_members(organisations, job.held_by, cluster=cluster, since=since)]


SEARCHES: Mapping[str, Callable[[Job, Progress], Effect]] = {
    "compose_cluster": compose_cluster, "discover_clusters": discover_clusters}
