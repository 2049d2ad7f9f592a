"""A cluster in files and a pack → the verdict, in words and in files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from smezhnik.clusters.cluster import Cluster, find_cluster_faults
from smezhnik.clusters.facts import names_of
from smezhnik.clusters.judge import judge
from smezhnik.errors import Fault, InputError
from smezhnik.io import Loaded, write_table, write_text
from smezhnik.progress import Progress, no_progress
from smezhnik.report import report_cluster
from smezhnik.rules.data import finding_rows, verdict_data
from smezhnik.rules.judge import Verdict
from smezhnik.rules.load import load_pack
from smezhnik.types import Lang
from smezhnik.workflows.cluster import read_cluster
from smezhnik.workflows.reading import Reading


@dataclass(frozen=True)
class Judged:
    """A cluster with the verdict on it, how its members are called, and what there is to say of the files.

    ``notes`` name what does not count on the day: members and contracts out of force, contracts with outsiders.
    """

    cluster: Cluster
    verdict: Verdict
    names: Mapping[str, str]
    title: str | None
    loaded: tuple[Loaded, ...]
    notes: tuple[Fault, ...]


def judge_files(cluster: Path, pack: str, *, on: dt.date, reading: Reading = Reading(),
                progress: Progress = no_progress) -> Judged:
    """Read a cluster and judge it by a pack as of a day.

    Raises
    ------
    InputFaults with all that is wrong with the pack, or with the files of the cluster; InputError where the day lies
    outside the span of the pack, before anything is read.
    """
    rules = load_pack(pack)
    rules.on(on)
    read = read_cluster(cluster, on=on, reading=reading, progress=progress)
    verdict = judge(read.cluster, rules, on=on)
    notes = [fault for fault in find_cluster_faults(read.cluster, on) if fault.severity == "note"]
    told = read.cluster.facts.filter(pl.col("fact") == "name")["value"]
    return Judged(read.cluster, verdict, names_of(read.cluster), told[0] if told.len() else None, read.loaded,
                  tuple(notes))


def write_verdict(judged: Judged, path: Path, *, lang: Lang) -> None:
    """Write the verdict: JSON with all it rests on, a page (.html), or the table ``findings`` (.xlsx, .csv …)."""
    if path.suffix.lower() == ".html":
        write_text(path, report_cluster(judged.cluster, judged.verdict, lang=lang))
        return
    if path.suffix.lower() == ".json":
        write_text(path, json.dumps(verdict_data(judged.verdict, judged.names), ensure_ascii=False, indent=2) + "\n")
        return
    rows = finding_rows(judged.verdict, judged.names, lang)
    if not rows:
        raise InputError("rules.no_criteria", pack=judged.verdict.edition.pack.name, day=judged.verdict.day)
    write_table(pl.DataFrame(rows, infer_schema_length=None), path, "findings", lang=lang)
