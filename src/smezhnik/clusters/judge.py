"""Does a cluster meet the law of a day."""

from __future__ import annotations

import datetime as dt

import numpy as np

from smezhnik.clusters.cluster import Cluster, find_cluster_faults
from smezhnik.clusters.facts import facts_of, find_fact_faults
from smezhnik.errors import InputFaults
from smezhnik.rules.judge import Verdict, judge_facts
from smezhnik.rules.load import load_pack
from smezhnik.rules.pack import Edition, Pack


def judge(cluster: Cluster, pack: Pack | str, *, on: dt.date) -> Verdict:
    """Judge a cluster by a rule pack as of a day.

    Members and contracts that do not count on the day are left out; inferred links are never seen.

    Parameters
    ----------
    cluster : frames of a cluster (``make_cluster``)
    pack : a pack, or the name of one that is shipped
    on : the day

    Returns
    -------
    Verdict: per criterion met, not met or cannot say, with numbers, members, missing facts and sources.

    Raises
    ------
    InputError where the day lies outside the span of the pack; it names the span.
    InputFaults with all that is wrong with the cluster.
    """
    edition = (load_pack(pack) if isinstance(pack, str) else pack).on(on)
    check_cluster(cluster, edition)
    facts = facts_of(cluster, on)
    return judge_facts(facts, np.ones(facts.count, np.bool_), edition)


def check_cluster(cluster: Cluster, edition: Edition) -> None:
    """All at once that is wrong with a cluster, or no answer to what the law of the day asks of it.

    Raises
    ------
    InputFaults ``cluster.refused``
    """
    found = (*find_cluster_faults(cluster, edition.day), *find_fact_faults(cluster, edition.law))
    refused = [fault for fault in found if fault.severity == "refused"]
    if refused:
        raise InputFaults(refused, "cluster.refused")
