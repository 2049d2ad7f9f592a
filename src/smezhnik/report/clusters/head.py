"""What stands above and below a verdict, on the screen and on paper: title, frame, sources, permanent number."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from smezhnik.clusters.cluster import Cluster
from smezhnik.messages import say
from smezhnik.report.clusters.members import Shown
from smezhnik.report.page import permanent_number
from smezhnik.report.sources import named_sources
from smezhnik.rules.data import verdict_data
from smezhnik.rules.judge import Verdict
from smezhnik.rules.sentences import status_word
from smezhnik.types import Lang


@dataclass(frozen=True, slots=True)
class Head:
    """Title with the finding; permanent number of this verdict; rows of the frame; what was selected; sources."""

    title: str
    number: str
    frame: Sequence[tuple[str, str]]
    selection: str
    sources: Sequence[str]
    data_date: dt.date | None


def make_head(cluster: Cluster, verdict: Verdict, shown: Shown, names: Mapping[str, str], lang: Lang) -> Head:
    """The head of a verdict; the same cluster and verdict have the same number."""
    content = json.dumps(verdict_data(verdict, names), ensure_ascii=False, sort_keys=True) + \
        cluster.members.write_ndjson() + cluster.contracts.write_ndjson()
    return Head(
        _title(verdict, _name(cluster), lang), permanent_number("V", verdict.day, content.encode()),
        [(say("report.cluster.frame.pack", lang), _pack_words(verdict, lang))],
        say("report.cluster.selection", lang, members=len(shown.own),
            contracts=sum(bond.contracts for bond in shown.signed)),
        _source_lines(cluster, verdict, lang), _data_date(cluster))


def _name(cluster: Cluster) -> str | None:
    told = cluster.facts.filter(pl.col("fact") == "name")["value"]
    return told[0] if told.len() else None


def _title(verdict: Verdict, name: str | None, lang: Lang) -> str:
    whose = "report.cluster.title" if name else "report.cluster.title.unnamed"
    return say(f"{whose}.{verdict.state}", lang, name=name)


def _pack_words(verdict: Verdict, lang: Lang) -> str:
    edition = verdict.edition
    return say("report.cluster.frame.pack.words", lang, pack=edition.pack.title.of(lang), name=edition.pack.name,
               edition=edition.amendment.title.of(lang), status=status_word(verdict.status, lang))


def _data_date(cluster: Cluster) -> dt.date | None:
    days = [frame["source_date"].max() for frame in (cluster.members, cluster.contracts, cluster.facts,
                                                     cluster.documents)]
    known = [day for day in days if isinstance(day, dt.date)]
    return max(known) if known else None


def _source_lines(cluster: Cluster, verdict: Verdict, lang: Lang) -> list[str]:
    """Where the facts come from, and every page where a norm was read."""
    lines = named_sources((cluster.members, cluster.contracts, cluster.facts, cluster.documents), lang)
    pages = dict.fromkeys(
        provenance.source for finding in verdict.findings
        for provenance in (finding.criterion.provenance, *(use.value.provenance for use in finding.uses))
        if provenance.source is not None)
    if pages:
        told = "; ".join(say("report.cluster.page", lang, title=page.title.of(lang) if page.title else page.address,
                             address=page.address, checked=page.checked) for page in pages)
        lines.append(say("report.cluster.pages", lang, pages=told))
    return [*lines, say("report.cluster.unverified", lang)]
