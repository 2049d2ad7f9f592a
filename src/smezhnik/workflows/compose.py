"""Networks and clusters in files → what a search over them found, in files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.clusters.asked import Request
from smezhnik.clusters.cluster import Cluster, make_cluster
from smezhnik.clusters.compose import Composition
from smezhnik.clusters.facts import names_of
from smezhnik.clusters.joined import join
from smezhnik.clusters.judge import check_cluster
from smezhnik.clusters.repair import Repair
from smezhnik.io import Loaded, write_table, write_text
from smezhnik.progress import Progress, no_progress
from smezhnik.report import report_cluster
from smezhnik.rules.judge import Verdict
from smezhnik.rules.load import load_pack
from smezhnik.rules.pack import Pack
from smezhnik.types import Lang
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.reading import Reading


@dataclass(frozen=True)
class Given:
    """What a search works on: the network, the cluster within it where there is one, the pack.

    ``names``: how everybody is called; ``loaded``: what there is to say of the files.
    """

    network: Cluster
    cluster: Cluster
    pack: Pack
    names: Mapping[str, str]
    loaded: tuple[Loaded, ...]


def read_given(cluster: Path, pack: str, *, on: dt.date, network: Path | None = None, reading: Reading = Reading(),
               progress: Progress = no_progress) -> Given:
    """Read a cluster (or a network) and, where there is one, the network around it.

    Raises
    ------
    InputError where the day lies outside the span of the pack, before anything is read; InputFaults with all that is
    wrong with the tables, facts that are no answer to what the law asks included, as of ``judge``.
    """
    rules = load_pack(pack)
    edition = rules.on(on)
    own = read_cluster(cluster, on=on, reading=reading, progress=progress)
    check_cluster(own.cluster, edition)
    if network is None:
        return Given(own.cluster, own.cluster, rules, names_of(own.cluster), own.loaded)
    around = read_cluster(network, on=on, reading=reading, progress=progress)
    whole = join(own.cluster, around.cluster)
    check_cluster(whole, edition)
    return Given(whole, own.cluster, rules, names_of(whole), (*own.loaded, *around.loaded))


def write_found(path: Path, data: object, *, members: Collection[str], given: Given, verdict: Verdict, lang: Lang,
                repair: Repair | None = None, composition: Composition | None = None) -> None:
    """Write what was found: JSON with everything, a page (.html), or the table ``members`` (.xlsx, .csv …).

    The page of a repair shows the cluster as it is with what to do; that of a composition its members, with the proof.
    """
    ending = path.suffix.lower()
    if ending == ".json":
        write_text(path, json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        return
    chosen = given.network.members.filter(pl.col("org_id").is_in(list(members)))
    if ending == ".html":
        inside = make_cluster(chosen, given.network.contracts.drop("_seller", "_buyer"), given.cluster.facts,
                              given.cluster.documents)
        write_text(path, report_cluster(inside if repair is None else given.cluster, verdict, lang=lang, repair=repair,
                                        composition=composition, network=given.network))
        return
    write_table(chosen, path, "members", lang=lang)


__all__ = ["Given", "Request", "read_given", "write_found"]
