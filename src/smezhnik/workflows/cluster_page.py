"""A cluster in files and a pack → the page that shows the verdict and what to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import Cluster, make_cluster
from smezhnik.clusters.compose import Composition
from smezhnik.clusters.repair import Repair, repair
from smezhnik.io import readable_name
from smezhnik.messages import say
from smezhnik.progress import Progress, Step, no_progress
from smezhnik.report import report_cluster
from smezhnik.types import Lang
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.judge import Judged, judge_files
from smezhnik.workflows.reading import Reading
from smezhnik.workflows.report import Reported


@dataclass(frozen=True)
class ClusterPage:
    """The page with what it shows: the verdict, and the repair where a network was given."""

    reported: Reported
    judged: Judged
    repair: Repair | None


def report_cluster_files(cluster: Path, pack: str, *, on: dt.date, lang: Lang, network: Path | None = None,
                         made_at: dt.datetime | None = None, title: str | None = None, issuer: str = "",
                         sample: bool = False, time_limit_s: float = 60.0, reading: Reading = Reading(),
                         progress: Progress = no_progress) -> ClusterPage:
    """Judge a cluster as of a day and make its page.

    Parameters
    ----------
    cluster : folder, workbook or file of members (``read_cluster``)
    network : the same of all who may be members; with it the page shows the least change that makes the cluster
        comply, members and possible links alike
    time_limit_s : for the search of that change

    Raises
    ------
    InputFaults with the faults of the cluster or of the network; InputError where the pack knows nothing of the day.
    """
    judged = judge_files(cluster, pack, on=on, reading=reading, progress=progress)
    loaded = judged.loaded
    others: Cluster | None = None
    change: Repair | None = None
    if network is not None:
        read = read_cluster(network, reading=reading, progress=progress)
        others, loaded = read.cluster, (*loaded, *read.loaded)
        change = repair(judged.cluster, pack, on=on, network=others, request=Request(possible=True),
                        time_limit_s=time_limit_s, progress=progress)
    progress(Step("report", 0, 1))
    page = report_cluster(judged.cluster, judged.verdict, lang=lang, repair=change, network=others, made_at=made_at,
                          title=title, issuer=issuer, sample=sample)
    progress(Step("report", 1, 1))
    name = readable_name(say("report.file.cluster", lang), judged.title or "", on.isoformat(), suffix=".html")
    return ClusterPage(Reported(page, name, loaded), judged, change)


def composed_cluster(network: Cluster, composition: Composition) -> Cluster:
    """The frames of the members of a composition, as the page of a cluster takes them."""
    inside = network.members.filter(pl.col("org_id").is_in(composition.members))
    return make_cluster(inside, network.contracts, network.facts, network.documents)
